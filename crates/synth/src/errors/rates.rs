//! How often each kind of error happens in each data set.

use counterfoil_catalogue::nearest;
use counterfoil_core::Fault;

use super::file;
use super::kind::{ErrorKind, Group};
use super::multipliers::Multipliers;
use super::outcomes::Outcomes;

/// The data sets that have rates of their own, and the collection each belongs to: errors
/// that stay with a person are the same in all data sets of one collection, because they
/// come from one patient index. The numbers are part of the output's definition.
const COLLECTIONS: [(&str, u64); 14] = [
    ("hes-apc", 1),
    ("hes-op", 1),
    ("hes-ae", 1),
    ("hes-cc", 1),
    ("ecds", 1),
    ("deaths", 2),
    ("did", 3),
    ("mhsds", 4),
    ("proms", 5),
    ("pds", 6),
    ("csds", 7),
    ("iapt", 8),
    ("msds", 9),
    ("cohort", 10),
];

/// How often one kind of error happens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// Share of records that have the error, among those that can have it.
    pub rate: f64,
    /// Share of these errors that all records of the person have alike, 0 to 1.
    pub always: f64,
}

impl From<f64> for Rate {
    /// A rate of errors that happen to each record by itself.
    fn from(rate: f64) -> Rate {
        Rate { rate, always: 0.0 }
    }
}

/// Error rates of all data sets, and for whom errors are likelier.
///
/// Rates have the names of the kinds of error, which the truth lists by record. The
/// defaults are read from a file that names the source of each.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorRates {
    /// By position in [`COLLECTIONS`].
    sets: Vec<SetRates>,
    multipliers: Multipliers,
}

impl ErrorRates {
    /// Records without any error.
    #[must_use]
    pub fn none() -> ErrorRates {
        let set = |position| SetRates::new(position, vec![Rate::default(); ErrorKind::ALL.len()]);
        ErrorRates { sets: (0..COLLECTIONS.len()).map(set).collect(), multipliers: Multipliers::none() }
    }

    /// The defaults, changed by a TOML text; `place` is what the text is called in faults.
    ///
    /// # Errors
    ///
    /// Bad spec, every fault there is: not TOML; a data set, rate or multiplier that does not
    /// exist; a rate outside 0 to 1; rates of one group that add up to more than 1; a
    /// multiplier below 0 or above 100.
    pub fn from_toml(place: &str, text: &str) -> Result<ErrorRates, Vec<Fault>> {
        file::read(place, text)
    }

    /// Every rate and multiplier as a TOML text that [`ErrorRates::from_toml`] reads back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        file::write(self)
    }

    /// Sets one rate of one data set.
    ///
    /// # Errors
    ///
    /// Bad spec: a data set or rate that does not exist, a rate outside 0 to 1, rates of one
    /// group that add up to more than 1.
    pub fn set(&mut self, data_set: &str, kind: &str, rate: impl Into<Rate>) -> Result<(), Fault> {
        let place = format!("errors.{data_set}.{kind}");
        let position = position(data_set).ok_or_else(|| unknown_data_set(&place, data_set))?;
        let kind = ErrorKind::find(kind).ok_or_else(|| unknown_kind(&place, kind))?;
        let rate = rate.into();
        if let Some(fault) = range_fault(&place, rate) {
            return Err(fault);
        }
        let mut rates = self.sets[position].rates.clone();
        rates[kind as usize] = rate;
        if let Some(group) = groups_above_1(&rates).first() {
            return Err(sum_fault(&format!("errors.{data_set}"), *group));
        }
        self.sets[position] = SetRates::new(position, rates);
        Ok(())
    }

    /// The rates of a data set, which must be one of those that have rates.
    pub(crate) fn of(&self, data_set: &str) -> &SetRates {
        &self.sets[position(data_set).expect("every data set that is written has rates")]
    }

    /// The same rates without multipliers.
    #[cfg(test)]
    pub(crate) fn for_everybody_alike(self) -> ErrorRates {
        ErrorRates { multipliers: Multipliers::none(), ..self }
    }

    pub(crate) fn multipliers(&self) -> &Multipliers {
        &self.multipliers
    }

    pub(super) fn new(rates: Vec<Vec<Rate>>, multipliers: Multipliers) -> ErrorRates {
        let sets = rates.into_iter().enumerate().map(|(position, rates)| SetRates::new(position, rates)).collect();
        ErrorRates { sets, multipliers }
    }
}

impl Default for ErrorRates {
    /// The rates of the file that is compiled in.
    fn default() -> ErrorRates {
        file::built_in()
    }
}

/// The rates of one data set, ready to draw from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SetRates {
    position: usize,
    /// By kind.
    rates: Vec<Rate>,
    /// By group: what all records of a person have alike.
    always: [Outcomes; Group::ALL.len()],
    /// By group: what one record has by itself.
    once: [Outcomes; Group::ALL.len()],
}

impl SetRates {
    fn new(position: usize, rates: Vec<Rate>) -> SetRates {
        let outcomes = |weight: fn(Rate) -> f64| {
            Group::ALL.map(|group| {
                let kinds = ErrorKind::ALL.iter().copied().filter(|kind| kind.group() == group);
                Outcomes::new(kinds.map(|kind| (weight(rates[kind as usize]), kind)))
            })
        };
        let always = outcomes(|rate| rate.rate * rate.always);
        let once = outcomes(|rate| rate.rate * (1.0 - rate.always));
        SetRates { position, rates, always, once }
    }

    /// A number of its own.
    pub(crate) fn number(&self) -> u64 {
        self.position as u64
    }

    /// The number of the collection that it belongs to.
    pub(crate) fn collection(&self) -> u64 {
        COLLECTIONS[self.position].1
    }

    /// The rate of one kind.
    pub(crate) fn rate(&self, kind: ErrorKind) -> Rate {
        self.rates[kind as usize]
    }

    /// What all records of a person have alike, of one group.
    pub(crate) fn always(&self, group: Group) -> &Outcomes {
        &self.always[group as usize]
    }

    /// What one record has by itself, of one group.
    pub(crate) fn once(&self, group: Group) -> &Outcomes {
        &self.once[group as usize]
    }
}

/// The names of the data sets that have rates, in order.
pub(super) fn data_sets() -> impl Iterator<Item = &'static str> {
    COLLECTIONS.iter().map(|(name, _)| *name)
}

/// Where the rates of a data set stand.
pub(super) fn position(data_set: &str) -> Option<usize> {
    COLLECTIONS.iter().position(|(name, _)| *name == data_set)
}

/// The fault of a rate that is none.
pub(super) fn range_fault(place: &str, Rate { rate, always }: Rate) -> Option<Fault> {
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    let fault = || {
        Fault::spec(place, "a rate and its share `always` lie between 0 and 1")
            .hint("a rate is a share of records: 0.03 is three in a hundred")
    };
    (!(is_share(rate) && is_share(always))).then(fault)
}

/// The groups whose rates add up to more than 1, although a record has at most one error of
/// each.
pub(super) fn groups_above_1(rates: &[Rate]) -> Vec<Group> {
    let sum = |group: Group| {
        let of_group = ErrorKind::ALL.iter().filter(|kind| kind.group() == group);
        of_group.map(|kind| rates[*kind as usize].rate).sum::<f64>()
    };
    Group::ALL.into_iter().filter(|group| group.is_exclusive() && sum(*group) > 1.0).collect()
}

/// The fault of such a group.
pub(super) fn sum_fault(place: &str, group: Group) -> Fault {
    Fault::spec(format!("{place}.{}", group.name()), "the rates of this group add up to more than 1")
        .hint("a record has at most one error of a group; lower some of its rates")
}

pub(super) fn unknown_data_set(place: &str, name: &str) -> Fault {
    let known: Vec<String> = data_sets().map(|name| format!("`{name}`")).collect();
    let fault = Fault::spec(place, format!("no data set of that name has error rates; there are {}", known.join(", ")));
    fault.hint(match nearest(name, data_sets()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "rates of every data set go under `[common]`".to_owned(),
    })
}

pub(super) fn unknown_kind(place: &str, name: &str) -> Fault {
    let known: Vec<String> = ErrorKind::ALL.iter().map(|kind| format!("`{}`", kind.name())).collect();
    let fault = Fault::spec(place, format!("no error rate of that name; there are {}", known.join(", ")));
    fault.hint(match nearest(name, ErrorKind::ALL.iter().map(|kind| kind.name())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`errors.toml` beside synthetic data lists every rate in use".to_owned(),
    })
}
