//! Who lives with somebody of the same date of birth: twins, mostly while they are children.
//!
//! Relatives are reckoned with as people of one home, of whom some are twins. How many of all are says
//! little of two aged seventy: few live with their twin, while a child's is one in a hundred of those
//! whom it lives with. Pairs with date of birth and home in common tell how many there are: what else
//! they have in common is that of matches in some and of relatives in others.

use counterfoil_core::scored::{Commonness, LinkType, Pattern, Weight, Weights};
use counterfoil_core::{Fault, FieldKind};
use counterfoil_pairs::blocking::{BlockingRule, Key, Plan, group};
use counterfoil_pairs::compare::Comparing;
use counterfoil_score::{Model, RelatedModel, TwinsModel};

use super::estimate::{Compiled, too_many};
use super::frequency::terms;
use super::read::Rows;
use super::spec::Term;
use super::words::{self, TWINS};
use crate::check::Job;

/// The field whose age counts.
const BIRTH: &str = "birth_date";
/// Children are born less than so many years before the newest date of birth.
const YEARS: i32 = 20;
/// The share of a child's near relatives that are its twin, [unverified]: three people in a hundred have
/// one, and a child lives with some three relatives.
const OF_THE_YOUNG: f64 = 0.01;
/// The same of others, [unverified]: of them one in thirty who have a twin live with it, and they live
/// with one or two relatives.
const OF_OTHERS: f64 = 0.0008;
/// What is assumed counts as so many pairs of twins that were seen.
const AS_SEEN: f64 = 5.0;
/// Relatives that have a home in common, at least.
const HOME: f64 = 0.85;
/// Pairs that are looked at, at most.
const LOOKED_AT: u64 = 50_000;
/// Rounds in which pairs of twins and how many there are are brought in line.
const ROUNDS: usize = 50;

/// How old the people of some rows are: by value number of the date of birth whether it is a child's.
#[derive(Clone, Debug)]
pub(super) struct Young(Vec<bool>);

impl Young {
    /// Those of rows that have dates of birth; `None` if too few have whole ones. What a token stands
    /// for is not known.
    pub(super) fn of(job: &Job, rows: &Rows, tokens_only: bool) -> Option<Young> {
        let is_birth = |field: &usize| job.linkage.fields[*field].name == BIRTH && !job.linkage.fields[*field].several;
        let field = (0..job.linkage.fields.len()).find(is_birth).filter(|_| !tokens_only)?;
        rows.dictionaries[rows.domain_of[field]].young(&rows.counts(field, &(0..rows.len())), YEARS).map(Young)
    }

    fn has(&self, value: u32) -> bool {
        self.0.get(value as usize).copied().unwrap_or(false)
    }
}

/// A pair with date of birth and home in common, as odds against its being a match.
struct Seen {
    is_young: bool,
    /// That it is one of relatives, if twins were as many as of all ages.
    related: f64,
    /// That it is one of random rows.
    random: f64,
}

impl Compiled {
    /// How many live with their twin, by age, of a model that has relatives, dates of birth and homes.
    ///
    /// # Errors
    ///
    /// The comparisons have more columns than there is room for.
    pub(super) fn twins(
        &self,
        link_type: LinkType,
        model: &Model,
        weights: &Weights,
        comparing: &Comparing<'_>,
    ) -> Result<Option<TwinsModel>, Fault> {
        let Some(related) = &model.related else { return Ok(None) };
        let Some((birth, home)) = self.of_birth().zip(self.of_home_alone(model)) else { return Ok(None) };
        let columns = [birth, home].map(|at| self.closest_columns(at).unwrap_or_default()).concat();
        let keys = columns.into_iter().map(Key::Column).collect();
        let rule = BlockingRule { keys, ..BlockingRule::default() };
        let repeats = self.repeats.as_ref();
        let plan = Plan::of(&self.columns, link_type, repeats, vec![group(&self.columns, link_type, &rule, repeats)]);
        let every = plan.rules()[0].count().pairs.div_ceil(LOOKED_AT).max(1);
        let seen = self.seen(&plan, every as usize, (weights, comparing))?;
        let all = related.share * self.all_pairs_of_firsts(link_type) as f64 * both(related, birth, home);
        let share = self.share_of_young(link_type);
        let bits = |is_young: bool, share: f64, assumed: f64| {
            let seen: Vec<&Seen> = seen.iter().filter(|pair| pair.is_young == is_young).collect();
            -ratio(&seen, share * all / every as f64, assumed / TWINS).log2()
        };
        let (young, older) = match share {
            Some(share) => (bits(true, share, OF_THE_YOUNG), bits(false, 1.0 - share, OF_OTHERS)),
            // Without ages all are taken together, and as many as of all ages are expected.
            None => [bits(false, 1.0, TWINS); 2].into(),
        };
        Ok(Some(TwinsModel { birth, home, young, older }))
    }

    /// One in so many of a plan's pairs.
    fn seen(
        &self,
        plan: &Plan<'_>,
        every: usize,
        (weights, comparing): (&Weights, &Comparing<'_>),
    ) -> Result<Vec<Seen>, Fault> {
        let (mut pairs, mut at) = (Vec::new(), 0_usize);
        for part in plan.parts(1) {
            let take = |_, left, right| {
                if at % every == 0 {
                    pairs.push((left, right));
                }
                at += 1;
            };
            plan.for_each_pair(&part, take).map_err(too_many)?;
        }
        let column = self.column_of_term(&Term::field(BIRTH)).map(|column| &self.columns.columns[column]);
        let is_young =
            |row: u32| self.young.as_ref().zip(column).is_some_and(|(young, of)| young.has(of[row as usize]));
        let patterns = comparing.patterns_of(&pairs);
        let one = |(pair, pattern): (&(u32, u32), Pattern)| {
            let against = |weight: Weight| (-weight.bits()).exp2();
            let random = weights.against_random(pattern) + terms(weights, &self.columns, pattern, *pair).random;
            let related = weights.against_relatives(pattern).map_or(0.0, against);
            Seen { is_young: is_young(pair.0), related, random: against(random) }
        };
        Ok(pairs.iter().zip(patterns).map(one).collect())
    }

    /// The comparison of dates of birth.
    fn of_birth(&self) -> Option<usize> {
        let term = Term::field(BIRTH);
        let column = self.column_of_term(&term)?;
        let is_of = |at: &usize| self.closest_columns(*at).is_some_and(|columns| columns == [column]);
        let is_date = self.layout.kind(&term.field) == Some(FieldKind::Date);
        (0..self.comparisons.len()).find(is_of).filter(|_| is_date)
    }

    /// The comparison of homes: of several the one whose closest level fewest have by chance.
    fn of_home_alone(&self, model: &Model) -> Option<usize> {
        let is_home = |at: &usize| {
            let fields = words::fields_of(&self.words.comparisons[*at]);
            let Some(field) = fields.first() else { return false };
            let kind = self.layout.kind(field);
            words::is_of_home(field, kind)
                && words::shared_by_relatives(&Term::field(field), kind, self.family_word()) >= HOME
                && self.closest_columns(*at).is_some()
        };
        let u = |at: &usize| model.comparisons[*at].levels.last().map_or(1.0, |level| level.u);
        (0..self.comparisons.len()).filter(is_home).min_by(|one, other| u(one).total_cmp(&u(other)))
    }

    /// Of the pairs with one date of birth by chance the share that are of children; `None` where no age
    /// is known.
    fn share_of_young(&self, kind: LinkType) -> Option<f64> {
        let young = self.young.as_ref()?;
        let column = &self.columns.columns[self.column_of_term(&Term::field(BIRTH))?];
        let counts = |rows: &[u32]| {
            let mut counts = vec![0.0_f64; young.0.len()];
            rows.iter().for_each(|value| counts[*value as usize] += 1.0);
            counts
        };
        let all = counts(column);
        let groups = self.columns.starts.windows(2).map(|two| counts(&column[two[0] as usize..two[1] as usize]));
        let within = groups.fold(vec![0.0; all.len()], |mut sum, counts| {
            sum.iter_mut().zip(counts).for_each(|(sum, rows)| *sum += rows * rows);
            sum
        });
        let pairs = |value: usize| match kind {
            LinkType::LinkOnly => all[value] * all[value] - within[value],
            LinkType::DedupeOnly => within[value],
            LinkType::LinkAndDedupe => all[value] * all[value],
        };
        let of = |is: &dyn Fn(u32) -> bool| -> f64 { (1..all.len()).filter(|at| is(*at as u32)).map(pairs).sum() };
        let any = of(&|_| true);
        (any > 0.0).then(|| of(&|value| young.has(value)) / any)
    }

    /// What age adds against relatives, by value of the date of birth; nothing of a model that knows ages,
    /// where these rows do not tell them.
    pub(super) fn by_age(&self, twins: &TwinsModel) -> Option<Commonness> {
        if self.young.is_none() && twins.young.total_cmp(&twins.older).is_ne() {
            return None;
        }
        let closest = |of: usize| (of, self.comparisons[of].levels.len() as u8 + 1);
        let [column] = self.closest_columns(twins.birth)?[..] else { return None };
        let greatest = self.columns.columns[column].iter().copied().max().unwrap_or_default();
        let is_young = |value: u32| self.young.as_ref().is_some_and(|young| young.has(value));
        let bits = |value: u32| Weight::from_bits(if is_young(value) { twins.young } else { twins.older });
        let closest = [closest(twins.birth), closest(twins.home)];
        Some(Commonness { closest, column, by_value: (0..=greatest).map(bits).collect() })
    }
}

/// The share of relatives that agree closest in two comparisons.
fn both(related: &RelatedModel, one: usize, other: usize) -> f64 {
    let closest = |at: usize| related.levels[at].last().copied().unwrap_or_default();
    let pair = (one.min(other), one.max(other));
    let joint = related.interactions.iter().filter(|joint| (joint.first, joint.second) == pair);
    let together: f64 = joint.filter_map(|joint| joint.u.last()?.last()).product();
    closest(one) * closest(other) * together
}

/// How many pairs of twins there are for one that is expected: the posterior mean of a Gamma prior with
/// mean `assumed`, which counts for [`AS_SEEN`] pairs, and of Poisson counts (as EM finds it).
fn ratio(seen: &[&Seen], expected: f64, assumed: f64) -> f64 {
    let mut ratio = assumed;
    for _ in 0..ROUNDS {
        let twin = |pair: &&Seen| ratio * pair.related / (1.0 + ratio * pair.related + pair.random);
        ratio = (seen.iter().map(twin).sum::<f64>() + AS_SEEN) / (expected + AS_SEEN / assumed);
    }
    ratio
}

#[cfg(test)]
mod tests {
    use super::{Seen, ratio};

    fn seen(pairs: usize, related: f64) -> Vec<Seen> {
        (0..pairs).map(|_| Seen { is_young: false, related, random: 0.0 }).collect()
    }

    #[test]
    fn twins_are_counted_beside_what_is_assumed() {
        // Nothing seen where 45 were expected, and a tenth assumed: 5 for 45 + 50.
        let of = |seen: &[Seen], expected, assumed| ratio(&seen.iter().collect::<Vec<_>>(), expected, assumed);
        assert!((of(&[], 45.0, 0.1) - 5.0 / 95.0).abs() < 1e-12);
        // A hundred that are twins beyond doubt, where fifty were expected: 105 for 50 + 5.
        assert!((of(&seen(100, 1e12), 50.0, 1.0) - 105.0 / 55.0).abs() < 1e-9);
        // Matches beyond doubt tell of none.
        assert!((of(&seen(100, 1e-12), 45.0, 1.0) - 5.0 / 50.0).abs() < 1e-9);
        // A hundred that look like twins as much as like matches: as many twins as expected make half of
        // them twins, and 50 and 5 are 45 and 5 / 0.5.
        assert!((of(&seen(100, 1.0), 45.0, 0.5) - 1.0).abs() < 1e-6);
    }
}
