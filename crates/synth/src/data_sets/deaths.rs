//! Civil registrations of deaths: one row a registration.

use arrow_schema::SchemaRef;

use super::columns::Columns;
use super::field_choice::{FieldChoice, Part};
use super::text::decimal;
use super::traces::TracesBuilder;
use super::{Block, DataSet, Records, clinical};
use crate::calendar::{date_of, parts_of};
use crate::draw::{Draw, Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, RecordedBirth};
use crate::nhs_number::NhsNumber;
use crate::places::{ADDRESS_UNKNOWN, NO_FIXED_ABODE, Postcode, usual_form};
use crate::population::{Death, Life, World};

/// Record keys are spread over twelve digits.
const KEYS: u64 = 1_000_000_000_000;

/// The data set `deaths`.
pub(crate) struct Deaths;

/// Year, month and day of birth; each may be absent.
pub(crate) type BirthParts = (Option<i32>, Option<i32>, Option<i32>);

/// One registration.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) person: u64,
    pub(crate) key: [u8; 12],
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) birth: BirthParts,
    pub(crate) postcode: Option<Postcode>,
    pub(crate) sex: i8,
    pub(crate) death: i32,
    pub(crate) registered: i32,
    underlying: Option<&'static str>,
    mentions: [Option<&'static str>; 3],
    in_hospital: bool,
    neonatal: bool,
    cancelled: bool,
    pub(crate) errors: ErrorSet,
}

impl DataSet for Deaths {
    fn name(&self) -> &'static str {
        "deaths"
    }

    fn folder(&self) -> &'static str {
        "deaths"
    }

    fn distinct(&self) -> &'static [&'static str] {
        &["ledrid", "DEC_CONF_NHS_NUMBER_CLEAN", "pcdr"]
    }

    fn schema(&self, choice: &FieldChoice) -> SchemaRef {
        Columns::schema(choice, fill)
    }

    fn records(&self, block: &Block<'_>) -> Records {
        let rows = registrations(block.world, block.rates, block.lives);
        let mut traces = TracesBuilder::of(rows.len());
        for row in &rows {
            traces.push((row.person, row.errors), |bytes| bytes.extend_from_slice(&row.key));
        }
        Records { batch: Columns::batch(&rows, block.choice, fill), traces: traces.finish() }
    }
}

/// The registrations of the deaths among some people, by date of registration.
pub(crate) fn registrations(world: &World, rates: &ErrorRates, lives: &[Life]) -> Vec<Registration> {
    let keys = Spread::new(KEYS, &mut world.draws(Purpose::Population, 4));
    let mut all = Vec::new();
    for life in lives {
        if let Some(death) = &life.death {
            register(world, rates, (life, death, keys), &mut all);
        }
    }
    all.sort_unstable_by_key(|registration| (registration.registered, registration.key));
    all
}

/// Registers one death: not at all, once, or twice with the first entry cancelled.
fn register(
    world: &World,
    rates: &ErrorRates,
    (life, death, keys): (&Life, &Death, Spread),
    all: &mut Vec<Registration>,
) {
    let person = life.person.index;
    let mut draw = world.draws(Purpose::Registration, person);
    let Some(registered) = registration_day(world, rates, death, &mut draw) else { return };
    let (underlying, mentions) = clinical::certificate(death.neonatal, &mut draw);
    let mut clerk = Clerk::new(world, rates, "deaths", life);
    let mut seen = clerk.observe(death.day);
    let mut birth = recorded_parts(seen.birth);
    if clerk.happens(ErrorKind::LittleKnown, death.day, &mut seen.errors) {
        (birth, seen.postcode) = little_known(birth, &mut draw);
    }
    let entered_again = clerk.happens(ErrorKind::EnteredAgain, death.day, &mut ErrorSet::default());
    let registration = Registration {
        person,
        key: decimal(keys.place(person * 2)),
        nhs_number: seen.nhs_number,
        birth,
        postcode: seen.postcode,
        sex: seen.sex,
        death: death.day,
        registered,
        underlying,
        mentions,
        in_hospital: death.in_hospital,
        neonatal: death.neonatal,
        cancelled: false,
        errors: seen.errors,
    };
    let again = registered + draw.between(7, 60);
    if entered_again && again <= world.window.last() {
        let key = decimal(keys.place(person * 2 + 1));
        all.push(Registration { key, registered: again, ..registration.clone() });
        let mut errors = registration.errors;
        errors.insert(ErrorKind::EnteredAgain);
        all.push(Registration { cancelled: true, errors, ..registration });
    } else {
        all.push(registration);
    }
}

/// The day on which a death is registered, if that happens within the window. Takes the
/// first draws of [`Purpose::Registration`].
pub(super) fn registration_day(world: &World, rates: &ErrorRates, death: &Death, draw: &mut Draw) -> Option<i32> {
    let never = draw.chance(rates.of("deaths").rate(ErrorKind::NeverRegistered).rate);
    let registered = death.day + delay(draw);
    (!never && registered <= world.window.last()).then_some(registered)
}

/// Days from death to registration: most within the legal five days, coroners' cases after
/// months.
fn delay(draw: &mut Draw) -> i32 {
    let (from, to) = draw.weighted(&[(80, (0, 5)), (11, (6, 30)), (9, (31, 300))]);
    draw.between(from, to)
}

/// Year, month and day as the certificate has them.
fn recorded_parts(birth: RecordedBirth) -> BirthParts {
    match birth {
        RecordedBirth::Day(day) => date_parts(day),
        RecordedBirth::Impossible(year, month, day) => (Some(year.into()), Some(month.into()), Some(day.into())),
        RecordedBirth::Missing => (None, None, None),
    }
}

/// What is left of birth date and postcode where little was known of the person.
fn little_known((year, month, _): BirthParts, draw: &mut Draw) -> (BirthParts, Option<Postcode>) {
    let parts = draw.weighted(&[(30, (year, month, None)), (40, (year, None, None)), (30, (None, None, None))]);
    (parts, draw.weighted(&[(50, None), (30, Some(ADDRESS_UNKNOWN)), (20, Some(NO_FIXED_ABODE))]))
}

fn date_parts(day: i32) -> BirthParts {
    let date = date_of(day);
    (Some(date.year().into()), Some(date.month().into()), Some(date.day().into()))
}

/// Adds the columns.
fn fill(columns: &mut Columns<'_, Registration>) {
    columns.part(Part::Key);
    columns.fixed("ledrid", |r| r.key);
    columns.part(Part::Linkage);
    columns.maybe("DEC_CONF_NHS_NUMBER_CLEAN", |r| r.nhs_number);
    columns.maybe_int("dobyr", |r| r.birth.0);
    columns.maybe_int("dobmt", |r| r.birth.1);
    columns.maybe_int("dobdy", |r| r.birth.2);
    columns.text("pcdr", |r, bytes| {
        r.postcode.map(|postcode| bytes.extend_from_slice(usual_form(postcode).as_bytes())).is_some()
    });
    columns.maybe_code("DEC_SEX", |r| match r.sex {
        1 => Some("1"),
        2 => Some("2"),
        _ => None,
    });
    columns.fixed("REG_DATE_OF_DEATH", |r| yyyymmdd(r.death));
    columns.fixed("REG_DATE", |r| yyyymmdd(r.registered));
    columns.code("CANCELLED_FLAG", |r| if r.cancelled { "Y" } else { "N" });
    columns.part(Part::Content);
    columns.maybe_code("S_UNDERLYING_COD_ICD10", |r| r.underlying);
    for (position, name) in ["S_COD_CODE_1", "S_COD_CODE_2", "S_COD_CODE_3"].into_iter().enumerate() {
        columns.maybe_code(name, |r| r.mentions[position]);
    }
    columns.code("POD_CODE", |r| if r.in_hospital { "H" } else { "E" });
    columns.int("POD_NHS_ESTABLISHMENT", |r| i32::from(r.in_hospital));
    columns.int("NEO_NATE_FLAG", |r| i32::from(r.neonatal));
}

fn yyyymmdd(day: i32) -> [u8; 8] {
    let (year, month, day) = parts_of(day);
    decimal(year as u64 * 10_000 + u64::from(month) * 100 + u64::from(day))
}
