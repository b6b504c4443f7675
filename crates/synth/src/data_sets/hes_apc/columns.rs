//! Episodes as columns of the catalogue entry `hes-apc`.

use super::content::{DIAGNOSES, MOST_OPERATED, OPERATIONS};
use super::{Apc, Row};
use crate::calendar::{HES_NULL_DATE, age_in_years};
use crate::data_sets::areas::{self, Area, Practice, clinician};
use crate::data_sets::clinical::{self, Code};
use crate::data_sets::columns::Columns;
use crate::data_sets::field_choice::Part;
use crate::data_sets::hes;
use crate::data_sets::text::decimal;
use crate::events::maternity::MOST_BABIES;
use crate::nhs_number::is_valid;
use crate::population::StayKind;

/// Adds the columns.
pub(super) fn fill(apc: &Apc<'_>, columns: &mut Columns<'_, Row>) {
    keys(apc, columns);
    hes::identifiers(apc.world, columns, |row| &row.episode.identity);
    linkage_dates(columns);
    hes::person(apc.world, columns, |row| &row.episode.identity, |row| row.episode.admitted);
    record(apc, columns);
    ages(columns);
    care_areas(columns);
    stay(columns);
    durations(columns);
    flags(columns);
    diagnoses(columns);
    operations(columns);
    groups(columns);
    maternity(columns);
}

fn keys(apc: &Apc<'_>, columns: &mut Columns<'_, Row>) {
    columns.part(Part::Key);
    let key = |row: &Row, bytes: &mut Vec<u8>| {
        bytes.extend_from_slice(row.key.as_bytes());
        true
    };
    columns.text("EPIKEY", key);
    columns.text("SUSRECID", key);
    columns.text("AEKEY", |row, bytes| {
        let Some(attendance) = row.attendance_in_hes() else { return false };
        let key = apc.attendance_keys.of((row.episode.identity.person, attendance), row.episode.admitted);
        bytes.extend_from_slice(key.as_bytes());
        true
    });
}

impl Row {
    /// The attendance that led to the stay, where HES A&E still has it.
    fn attendance_in_hes(&self) -> Option<u64> {
        self.episode.attendance.filter(|_| self.episode.admitted < hes::AFTER_AE)
    }
}

fn linkage_dates(columns: &mut Columns<'_, Row>) {
    columns.date("EPISTART", |row| row.episode.start);
    columns.date("EPIEND", |row| row.episode.end());
    columns.date("ADMIDATE", |row| row.episode.admitted);
    columns.date("DISDATE", |row| row.episode.discharged());
    columns.code("DISMETH", |row| row.content.discharge_method);
}

/// Ids and status of the record, and the year it counts in.
fn record(apc: &Apc<'_>, columns: &mut Columns<'_, Row>) {
    let spell = |row: &Row| row.stay.spell;
    columns.fixed("SUSSPELLID", |row| decimal::<12>(spell(row) / 7 % 1_000_000_000_000));
    columns.fixed("PROVSPNOPS", |row| row.stay.spell_number());
    columns.text("CDSUNIQUEID", |row, bytes| {
        bytes.push(b'B');
        bytes.extend_from_slice(&areas::provider3(row.episode.identity.provider));
        bytes.extend_from_slice(&decimal::<12>((spell(row) >> 20) % 100_000_000_000 * 10 + row.episode.order as u64));
        true
    });
    columns.maybe_int("RANK_ORDER", |row| row.attendance_in_hes().map(|_| 1));
    columns.maybe_code("NEWNHSNO_CHECK", |row| row.episode.identity.nhs_number.map(|number| yes(is_valid(&number))));
    columns.code("NHSNOIND", |row| match row.episode.identity.nhs_number {
        Some(number) if is_valid(&number) => "01",
        Some(_) => "04",
        None => "03",
    });
    let years = |row: &Row| apc.world.window.fyear(row.episode.true_end);
    columns.fixed("FYEAR", years);
    columns.int("PARTYEAR", |row| {
        let [first, second, ..] = years(row).map(|digit| i32::from(digit - b'0'));
        (2_000 + first * 10 + second) * 100 + 13
    });
}

fn ages(columns: &mut Columns<'_, Row>) {
    columns.maybe_int("STARTAGE", |row| hes::age(row.episode.identity.birth, row.episode.start));
    columns.maybe_int("ENDAGE", |row| hes::age(row.episode.identity.birth, row.episode.true_end));
    columns.maybe_int("ADMIAGE", |row| hes::age(row.episode.identity.birth, row.episode.admitted));
    columns.number("STARTAGE_CALC", |row| hes::age_in_decimals(row.episode.identity.birth, row.episode.start));
}

/// Who cares, and where the person lives.
fn care_areas(columns: &mut Columns<'_, Row>) {
    let area = |row: &Row| row.area;
    columns.maybe("GPPRAC", |row| row.practice.map(Practice::code));
    columns.fixed("PCONSULT", |row| clinician(b'C', row.content.consultant));
    columns.maybe("PREFERER", |row| row.stay.waited.and(row.practice).map(Practice::practitioner));
    columns.maybe("PREGGMP", |row| row.practice.map(Practice::practitioner));
    columns.maybe("LSOA01", |row| area(row).map(Area::lsoa));
    hes::residence(columns, |row| (&row.episode.identity, row.area));
    columns.number("IMD04", |row| area(row).map(Area::deprivation_score));
    columns.number("IMD04RK", |row| area(row).map(|area| f64::from(area.deprivation_rank())));
}

fn stay(columns: &mut Columns<'_, Row>) {
    columns.int("EPIORDER", |row| row.episode.order);
    columns.code("EPISTAT", |row| if row.episode.finished { "3" } else { "1" });
    columns.code("EPITYPE", |row| match row.episode.kind {
        StayKind::Delivery => "2",
        StayKind::Birth => "3",
        _ => "1",
    });
    columns.code("CLASSPAT", |row| match row.episode.kind {
        StayKind::DayCase => "2",
        StayKind::RegularAttender => "3",
        _ => "1",
    });
    columns.code("ADMIMETH", |row| row.stay.admission_method);
    columns.code("ADMISORC", |row| row.stay.admission_source);
    columns.code("ADMINCAT", |row| if row.stay.spell & 127 == 0 { "02" } else { "01" });
    columns.code("DISDEST", |row| row.content.destination);
    let planned = |row: &Row| row.stay.waited.map_or(HES_NULL_DATE, |waited| row.episode.admitted - waited);
    columns.date("ELECDATE", planned);
    columns.maybe_date("DISREADYDATE", |row| {
        let discharged = row.episode.finished && row.episode.last && !row.episode.died;
        (discharged && row.stay.spell & 7 == 0).then_some(row.episode.true_end)
    });
    columns.no_date("DETNDATE");
    columns.no_text("LEGLCAT");
    columns.no_text("LEGLSTATST");
    columns.no_text("MENTCAT");
    columns.code("CARERSI", |row| if row.stay.spell & 31 == 1 { "01" } else { "99" });
}

fn durations(columns: &mut Columns<'_, Row>) {
    let ended = |row: &Row| row.episode.finished.then_some(row.episode.true_end - row.episode.start);
    columns.maybe_int("EPIDUR", ended);
    columns.maybe_int("SPELDUR", |row| {
        (row.episode.finished && row.episode.last).then_some(row.episode.true_end - row.episode.admitted)
    });
    columns.maybe_int("ELECDUR", |row| row.stay.waited);
    columns.maybe_int("WAITDAYS", |row| row.stay.waited);
    columns.maybe_int("BEDYEAR", ended);
    columns.maybe_int("NEODUR", |row| {
        let born = row.episode.identity.birth;
        let days = row.episode.start - born;
        (hes::is_date(born) && (0..=28).contains(&days)).then_some(days)
    });
}

fn flags(columns: &mut Columns<'_, Row>) {
    let first = |row: &Row| row.episode.order == 1;
    columns.code("SPELBGIN", |row| if first(row) { "2" } else { "1" });
    columns.code("SPELEND", |row| yes(row.episode.finished && row.episode.last));
    columns.code("FAE", |row| one(first(row)));
    columns.code("FAE_EMERGENCY", |row| one(first(row) && row.episode.kind == StayKind::Emergency));
    columns.code("FCE", |row| one(row.episode.finished));
    columns.code("FDE", |row| one(row.episode.finished && row.episode.last));
    columns.maybe_code("WELL_BABY_IND", |row| {
        row.stay.births[0].filter(|_| row.episode.kind == StayKind::Birth).map(|birth| yes(birth.well))
    });
}

fn diagnoses(columns: &mut Columns<'_, Row>) {
    let code = |row: &Row, at: usize| row.content.diagnoses().get(at).copied();
    for at in 0..DIAGNOSES {
        columns.maybe(&format!("DIAG_4_{:02}", at + 1), |row| code(row, at));
    }
    for at in 0..DIAGNOSES {
        columns.maybe(&format!("DIAG_3_{:02}", at + 1), |row| code(row, at).map(three));
    }
    columns.text("DIAG_4_CONCAT", |row, bytes| {
        join(row.content.diagnoses(), bytes);
        true
    });
    columns.int("DIAG_COUNT", |row| row.content.diagnoses().len() as i32);
    let condition = |row: &Row| row.stay.condition;
    columns.maybe("CAUSE_3", |row| condition(row).cause.map(three));
    columns.maybe("CAUSE_4", |row| condition(row).cause);
    columns.code("ACSCFLAG", |row| one(condition(row).avoidable));
    columns.number("ALCFRAC", |row| Some(condition(row).alcohol));
    columns.maybe("ALCDIAG_4", |row| (condition(row).alcohol > 0.0).then_some(condition(row).diagnosis));
}

fn operations(columns: &mut Columns<'_, Row>) {
    let code = |row: &Row, at: usize| row.content.operations().get(at).copied();
    // The first says whether there was any; the others are null after the last.
    let none = |at: usize| at == 0;
    for at in 0..MOST_OPERATED {
        columns.text(&format!("OPERTN_4_{:02}", at + 1), |row, bytes| match code(row, at) {
            Some(code) => push(bytes, &code),
            None => none(at) && push(bytes, b"-"),
        });
    }
    (MOST_OPERATED..OPERATIONS).for_each(|at| columns.no_text(&format!("OPERTN_4_{:02}", at + 1)));
    for at in 0..MOST_OPERATED {
        columns.text(&format!("OPERTN_3_{:02}", at + 1), |row, bytes| match code(row, at) {
            Some(code) => push(bytes, &three(code)),
            None => none(at) && push(bytes, b"-"),
        });
    }
    (MOST_OPERATED..OPERATIONS).for_each(|at| columns.no_text(&format!("OPERTN_3_{:02}", at + 1)));
    for at in 0..MOST_OPERATED {
        columns.maybe_date(&format!("OPDATE_{:02}", at + 1), |row| code(row, at).map(|_| row.content.operation_day));
    }
    (MOST_OPERATED..OPERATIONS).for_each(|at| columns.no_date(&format!("OPDATE_{:02}", at + 1)));
    columns.text("OPERTN_4_CONCAT", |row, bytes| {
        join(row.content.operations(), bytes);
        !row.content.operations().is_empty()
    });
    columns.int("OPERTN_COUNT", |row| row.content.operations().len() as i32);
}

/// Specialties and resource groups.
fn groups(columns: &mut Columns<'_, Row>) {
    let condition = |row: &Row| row.stay.condition;
    columns.fixed("TRETSPEF", |row| *condition(row).specialty);
    columns.fixed("MAINSPEF", |row| clinical::main_specialty(condition(row).specialty));
    columns.fixed("SUSHRG", |row| *condition(row).group);
    columns.fixed("SUSCOREHRG", |row| *condition(row).group);
    columns.fixed("HRGNHS", |row| *condition(row).group);
    columns.maybe("DOMPROC", |row| row.content.operations().first().copied());
}

/// The maternity tail: what the records of a mother's delivery and of a baby's birth say of
/// the babies.
fn maternity(columns: &mut Columns<'_, Row>) {
    let first = |row: &Row| row.stay.births[0];
    let mothers = |row: &Row| first(row).filter(|_| row.episode.kind == StayKind::Delivery);
    columns.maybe_int("ANAGEST", |row| mothers(row).map(|birth| birth.assessed));
    columns.maybe_date("ANASDATE", |row| {
        mothers(row).map(|birth| row.episode.admitted - 7 * (birth.gestation - birth.assessed))
    });
    columns.maybe_code("NUMBABY", |row| first(row).map(|_| if row.episode.babies.number > 1 { "2" } else { "1" }));
    columns.maybe_int("NUMPREG", |row| mothers(row).map(|birth| birth.earlier));
    columns.maybe_int("MATAGE", |row| mothers(row).map(|_| age_in_years(row.episode.birth, row.episode.admitted)));
    columns.maybe_code("DELONSET", |row| first(row).map(|birth| birth.onset));
    columns.maybe_code("DELINTEN", |row| first(row).map(|_| "0"));
    columns.maybe_int("ANTEDUR", |row| mothers(row).map(|_| 0));
    columns.maybe_int("POSTDUR", |row| {
        mothers(row).filter(|_| row.episode.finished).map(|_| row.episode.true_end - row.episode.admitted)
    });
    for baby in 0..9 {
        babies(columns, baby);
    }
}

/// The columns of one baby.
fn babies(columns: &mut Columns<'_, Row>, baby: usize) {
    let number = baby + 1;
    if baby >= MOST_BABIES {
        columns.no_int(&format!("GESTAT_{number}"));
        columns.no_int(&format!("BIRWEIT_{number}"));
        for name in ["DELMETH", "DELPLAC", "BIRSTAT", "SEXBABY", "BIRORDR"] {
            columns.no_text(&format!("{name}_{number}"));
        }
        return;
    }
    let birth = |row: &Row| row.stay.births[baby];
    columns.maybe_int(&format!("GESTAT_{number}"), |row| birth(row).map(|birth| birth.gestation));
    columns.maybe_int(&format!("BIRWEIT_{number}"), |row| birth(row).map(|birth| birth.weight));
    columns.maybe_code(&format!("DELMETH_{number}"), |row| birth(row).map(|birth| birth.method.code()));
    columns.maybe_code(&format!("DELPLAC_{number}"), |row| birth(row).map(|_| "0"));
    columns.maybe_code(&format!("BIRSTAT_{number}"), |row| birth(row).map(|_| "1"));
    columns.maybe_code(&format!("SEXBABY_{number}"), |row| birth(row).map(|b| if b.sex == 1 { "1" } else { "2" }));
    columns.maybe_code(&format!("BIRORDR_{number}"), |row| birth(row).map(|b| if b.order == 1 { "1" } else { "2" }));
}

fn push(bytes: &mut Vec<u8>, value: &[u8]) -> bool {
    bytes.extend_from_slice(value);
    true
}

/// The first three characters of a code.
fn three([a, b, c, _]: Code) -> [u8; 3] {
    [a, b, c]
}

/// Codes one after another, separated by commas.
fn join(codes: &[Code], bytes: &mut Vec<u8>) {
    for (at, code) in codes.iter().enumerate() {
        if at > 0 {
            bytes.push(b',');
        }
        bytes.extend_from_slice(code);
    }
}

fn yes(is: bool) -> &'static str {
    if is { "Y" } else { "N" }
}

fn one(is: bool) -> &'static str {
    if is { "1" } else { "0" }
}
