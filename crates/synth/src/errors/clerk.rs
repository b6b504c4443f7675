//! Observes a person's identifiers as the clerks of one data set write them down.

use std::cell::OnceCell;

use super::birth_date::{self, RecordedBirth};
use super::kind::{ErrorKind, ErrorSet, Group};
use super::multipliers::Multipliers;
use super::postcode::{self, RecordedPostcode};
use super::rates::{ErrorRates, Rate, SetRates};
use crate::draw::{Draw, Purpose};
use crate::nhs_number::{self, NhsNumber};
use crate::places::{self, Place, Postcode};
use crate::population::{Life, NameSpell, World};

/// Most groups of errors, data sets and collections that fit into one number with a person.
const STREAMS: u64 = 64;

/// A person's identifiers as one record has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) birth: RecordedBirth,
    /// 1 male, 2 female, 0 not known, 9 not specified.
    pub(crate) sex: i8,
    /// In HES layout.
    pub(crate) postcode: Option<Postcode>,
    /// Where the recorded address lies; `None` where that is not known.
    pub(crate) place: Option<Place>,
    /// Identity withheld: the identifiers above are absent.
    pub(crate) withheld: bool,
    pub(crate) errors: ErrorSet,
}

/// A wrong NHS number.
enum RecordedNumber {
    Missing,
    As(NhsNumber),
}

/// Writes down one person's identifiers in the records of one data set.
///
/// Errors of a record follow from the seed, the data set, the person and the order in which
/// the records are observed.
pub(crate) struct Clerk<'a> {
    world: &'a World,
    rates: &'a SetRates,
    multipliers: &'a Multipliers,
    pub(super) life: &'a Life,
    /// Errors of single records.
    draw: Draw,
    /// The same in names: data sets without names have the same other errors.
    name_draw: Draw,
    /// The person's names, once they have been asked for.
    spells: OnceCell<Vec<NameSpell>>,
    /// Errors that all records of the person have, by group.
    always: [Option<ErrorKind>; Group::ALL.len()],
}

impl<'a> Clerk<'a> {
    /// A clerk of the data set, with the person's file open.
    pub(crate) fn new(world: &'a World, rates: &'a ErrorRates, data_set: &str, life: &'a Life) -> Clerk<'a> {
        let (set, multipliers) = (rates.of(data_set), rates.multipliers());
        let person = life.person.index;
        let mut draw = world.draws(Purpose::PersonErrors, person * STREAMS + set.collection());
        let first_day = life.first_day;
        let always = Group::ALL.map(|group| {
            let outcomes = set.always(group);
            outcomes.draw(multipliers.of(group, life, first_day), &mut draw)
        });
        let draw = world.draws(Purpose::RowErrors, person * STREAMS + set.number());
        let name_draw = world.draws(Purpose::NameErrors, person * STREAMS + set.number());
        Clerk { world, rates: set, multipliers, life, draw, name_draw, spells: OnceCell::new(), always }
    }

    /// The identifiers as a record of the day has them.
    pub(crate) fn observe(&mut self, day: i32) -> Observed {
        let mut errors = ErrorSet::default();
        let withheld = self.happens(ErrorKind::IdentityWithheld, day, &mut errors);
        let nhs_number = self.nhs_number(day, &mut errors);
        let birth = self.birth(day, &mut errors);
        let sex = self.sex(day, &mut errors);
        let RecordedPostcode { postcode, place } = self.postcode(day, &mut errors);
        let little_known = self.happens(ErrorKind::LittleKnown, day, &mut errors);
        if withheld {
            let mut errors = ErrorSet::default();
            errors.insert(ErrorKind::IdentityWithheld);
            let birth = RecordedBirth::Missing;
            return Observed { nhs_number: None, birth, sex, postcode: None, place: None, withheld, errors };
        }
        if little_known {
            let birth = RecordedBirth::Missing;
            errors = errors.without(Group::BirthDate).without(Group::Postcode);
            let unknown = self.draw.chance(0.5).then_some(places::ADDRESS_UNKNOWN);
            return Observed { nhs_number, birth, sex, postcode: unknown, place: None, withheld, errors };
        }
        Observed { nhs_number, birth, sex, postcode, place, withheld, errors }
    }

    /// Whether an error that stands alone happens to a record: to all records of those to whom
    /// it always happens, and now and then to others'. Takes one draw unless its rate is 0.
    pub(crate) fn happens(&mut self, kind: ErrorKind, day: i32, errors: &mut ErrorSet) -> bool {
        let Rate { rate, always } = self.rates.rate(kind);
        if rate == 0.0 {
            return false;
        }
        let multiplier = self.multipliers.of(kind.group(), self.life, day);
        let erring_always = (rate * always * multiplier).min(0.999);
        let once = rate * (1.0 - always) * multiplier / (1.0 - erring_always);
        let at_first = self.multipliers.of(kind.group(), self.life, self.life.first_day);
        let of_person = always > 0.0 && self.person_draws(kind).chance(rate * always * at_first);
        let happens = self.draw.chance(once) || of_person;
        if happens {
            errors.insert(kind);
        }
        happens
    }

    /// Whether an error that stands alone happens to the person: the same answer each time.
    pub(crate) fn happens_to_person(&self, kind: ErrorKind) -> bool {
        let rate = self.rates.rate(kind).rate;
        let multiplier = self.multipliers.of(kind.group(), self.life, self.life.first_day);
        rate > 0.0 && self.person_draws(kind).chance(rate * multiplier)
    }

    /// Draws for details of an error that all records of the person have: the same each time.
    pub(crate) fn person_draws(&self, kind: ErrorKind) -> Draw {
        let stream = self.rates.collection() * STREAMS + kind as u64;
        self.world.draws(Purpose::PersonErrorDetails, self.life.person.index * STREAMS * STREAMS + stream)
    }

    /// The person's id at one provider: `H` and nine digits.
    pub(crate) fn local_patient_id(&mut self, provider: u16, day: i32, errors: &mut ErrorSet) -> [u8; 10] {
        let second = self.error(Group::LocalPatientId, day).is_some();
        if second {
            errors.insert(ErrorKind::LocalPatientIdSecond);
        }
        let index = self.life.person.index << 17 | u64::from(provider) << 1 | u64::from(second);
        let mut number = self.world.draws(Purpose::LocalPatientId, index).below(1_000_000_000);
        let mut id = *b"H000000000";
        for digit in id[1..].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        id
    }

    /// The person's names, as they truly are.
    pub(crate) fn spells(&self) -> &[NameSpell] {
        self.spells.get_or_init(|| self.life.names(self.world))
    }

    /// The error in names of a group, drawn from the stream of names.
    pub(super) fn name_error(&mut self, group: Group, day: i32) -> Option<(ErrorKind, Draw)> {
        std::mem::swap(&mut self.draw, &mut self.name_draw);
        let error = self.error(group, day);
        std::mem::swap(&mut self.draw, &mut self.name_draw);
        error
    }

    /// The error of a group that a record of the day has, if any, and where its details are
    /// drawn.
    fn error(&mut self, group: Group, day: i32) -> Option<(ErrorKind, Draw)> {
        if let Some(kind) = self.always[group as usize] {
            return Some((kind, self.person_draws(kind)));
        }
        // The rates are of all records, those of people who always err included: so the
        // others err a little more often than the remaining rate.
        let multiplier = self.multipliers.of(group, self.life, day);
        let erring_always = (self.rates.always(group).total() * multiplier).min(0.999);
        let kind = self.rates.once(group).draw(multiplier / (1.0 - erring_always), &mut self.draw)?;
        Some((kind, Draw::from_bits(self.draw.bits())))
    }

    fn nhs_number(&mut self, day: i32, errors: &mut ErrorSet) -> Option<NhsNumber> {
        let right = self.life.nhs.number_on(self.world, self.life.person.index, day);
        let Some((kind, mut draw)) = self.error(Group::NhsNumber, day) else { return right };
        let Some(wrong) = self.wrong_number(kind, right, &mut draw) else { return right };
        errors.insert(kind);
        match wrong {
            RecordedNumber::Missing => None,
            RecordedNumber::As(number) => Some(number),
        }
    }

    /// The NHS number with an error, or `None` where this error leaves it as it is.
    fn wrong_number(&self, kind: ErrorKind, right: Option<NhsNumber>, draw: &mut Draw) -> Option<RecordedNumber> {
        let numbers = &self.world.numbers;
        let person = self.life.person.index;
        let number = match kind {
            ErrorKind::NhsNumberMissing => return right.map(|_| RecordedNumber::Missing),
            ErrorKind::NhsNumberOfAnother => Some(numbers.of(self.world.another_person(person, draw))),
            ErrorKind::NhsNumberOfHousehold => self.life.kin.closest().map(|kin| numbers.of(kin)),
            ErrorKind::NhsNumberMistyped => right.map(|number| nhs_number::mistype(number, draw)),
            ErrorKind::NhsNumberPlaceholder => Some(draw.pick(&[*b"0000000000", *b"9999999999"])),
            ErrorKind::NhsNumberSuperseded => {
                let old = self.life.nhs.superseded(self.world, person).map(|(old, _)| old);
                old.filter(|old| right.is_some_and(|right| right != *old))
            }
            _ => None,
        };
        number.map(RecordedNumber::As)
    }

    fn birth(&mut self, day: i32, errors: &mut ErrorSet) -> RecordedBirth {
        let right = self.life.person.birth;
        let wrong = self.error(Group::BirthDate, day).and_then(|(kind, mut draw)| {
            let wrong = birth_date::misrecord(right, kind, &mut draw)?;
            errors.insert(kind);
            Some(wrong)
        });
        wrong.unwrap_or(RecordedBirth::Day(right))
    }

    fn sex(&mut self, day: i32, errors: &mut ErrorSet) -> i8 {
        let right = self.life.sex_on(day);
        let Some((kind, mut draw)) = self.error(Group::Sex, day) else { return right };
        errors.insert(kind);
        if kind == ErrorKind::SexMissing { draw.pick(&[0, 9]) } else { 3 - right }
    }

    fn postcode(&mut self, day: i32, errors: &mut ErrorSet) -> RecordedPostcode {
        let wrong = self.error(Group::Postcode, day).and_then(|(kind, mut draw)| {
            let wrong = postcode::misrecord(self.world, (self.life, day), kind, &mut draw)?;
            errors.insert(kind);
            Some(wrong)
        });
        wrong.unwrap_or_else(|| {
            let home = self.life.home_on(day);
            RecordedPostcode::right(self.world, self.life.homes[home].place)
        })
    }
}
