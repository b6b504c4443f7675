//! Civil registrations of deaths: one row a registration.

use arrow_schema::SchemaRef;

use super::areas::Area;
use super::columns::Columns;
use super::field_choice::{FieldChoice, Part};
use super::text::decimal;
use super::traces::TracesBuilder;
use super::{Block, DataSet, Records, clinical, hes_apc};
use crate::addresses::Address;
use crate::calendar::{date_of, parts_of};
use crate::draw::{Draw, Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, ObservedNames, RecordedBirth};
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
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) person: u64,
    pub(crate) key: [u8; 12],
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) birth: BirthParts,
    pub(crate) postcode: Option<Postcode>,
    /// Where the registered address lies; `None` where that is not known.
    area: Option<Area>,
    address: Option<Address>,
    names: ObservedNames,
    /// The family name at birth of somebody who goes by another.
    name_at_birth: Option<String>,
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

    fn unfilled(&self) -> Vec<String> {
        Columns::unfilled(fill)
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
    let mut clerk = Clerk::new(world, rates, "deaths", life);
    let key = decimal(keys.place(person * 2));
    let registration = observed(world, &mut clerk, (life, death), Entry { key, registered }, &mut draw);
    let again = registered + draw.between(7, 60);
    let mut errors = registration.errors;
    if clerk.happens(ErrorKind::EnteredAgain, death.day, &mut errors) && again <= world.window.last() {
        let key = decimal(keys.place(person * 2 + 1));
        all.push(Registration { key, registered: again, ..registration.clone() });
        all.push(Registration { cancelled: true, errors, ..registration });
    } else {
        all.push(registration);
    }
}

/// What names one entry in the register.
#[derive(Clone, Copy)]
struct Entry {
    key: [u8; 12],
    registered: i32,
}

/// A death as the registrar writes it down.
fn observed(
    world: &World,
    clerk: &mut Clerk<'_>,
    (life, death): (&Life, &Death),
    entry: Entry,
    draw: &mut Draw,
) -> Registration {
    let (underlying, mentions) = clinical::certificate(death.neonatal, hes_apc::fatal_condition(world, life), draw);
    let mut seen = clerk.observe(death.day);
    let names = clerk.names(death.day, &mut seen.errors);
    let mut birth = recorded_parts(seen.birth);
    if seen.errors.contains(ErrorKind::LittleKnown) {
        (birth, seen.postcode) = little_known(date_parts(life.person.birth), draw);
    }
    Registration {
        person: life.person.index,
        key: entry.key,
        nhs_number: seen.nhs_number,
        birth,
        postcode: seen.postcode,
        area: seen.place.map(|place| Area::of(world, place)),
        address: seen.place.map(|place| Address::of(world, (life, death.day), place)),
        name_at_birth: name_at_birth(clerk),
        names,
        sex: seen.sex,
        death: death.day,
        registered: entry.registered,
        underlying,
        mentions,
        in_hospital: death.in_hospital,
        neonatal: death.neonatal,
        cancelled: false,
        errors: seen.errors,
    }
}

/// The first family name of somebody whose name has changed.
fn name_at_birth(clerk: &Clerk<'_>) -> Option<String> {
    let names = clerk.spells();
    let (first, last) = (names[0].family, names[names.len() - 1].family);
    (first != last).then(|| first.text())
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

/// Year, month and day as the register has them.
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
    names(columns);
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
    content(columns);
}

/// Names are in capitals, as the register has them.
fn names(columns: &mut Columns<'_, Registration>) {
    fn capitals(name: Option<&String>, bytes: &mut Vec<u8>) -> bool {
        bytes.extend(name.into_iter().flat_map(|name| name.bytes()).map(|byte| byte.to_ascii_uppercase()));
        name.is_some()
    }
    columns.text("fnamd1", |r, bytes| capitals(r.names.given.as_ref(), bytes));
    columns.text("fnamd2", |r, bytes| capitals(r.names.middle.as_ref(), bytes));
    columns.text("snamd", |r, bytes| capitals(r.names.family.as_ref(), bytes));
    columns.text("namemaid", |r, bytes| capitals(r.name_at_birth.as_ref(), bytes));
}

fn content(columns: &mut Columns<'_, Registration>) {
    columns.text("addrdt", |r, bytes| {
        let address = r.address.as_ref().map(|address| format!("{}, {}", address.line, address.town));
        bytes.extend(address.iter().flat_map(|address| address.bytes()).map(|byte| byte.to_ascii_uppercase()));
        address.is_some()
    });
    columns.maybe("LSOAR", |r| r.area.map(Area::lsoa));
    columns.maybe("CCGR", |r| r.area.map(Area::commissioner));
    columns.maybe_code("GORR", |r| r.area.map(|area| area.region));
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
