//! HES Accident and Emergency, to March 2020: one row an attendance.

use super::areas::{Area, Practice};
use super::clinical::presentation::Injury;
use super::columns::Columns;
use super::department::{Disposal, Visit};
use super::field_choice::Part;
use super::hes::{self, AFTER_AE, HesClerk, Identity, Keys, RecordKey, Set};
use super::hes_apc;
use super::text::hhmm;
use super::writer::{Collection, Writer};
use crate::errors::ErrorRates;
use crate::errors::ErrorSet;
use crate::events::attendances::{self, Attendance, Department};
use crate::population::{Life, World};

/// The data set `hes-ae`.
pub(crate) struct HesAe;

impl Collection for HesAe {
    type Writer<'a> = Ae<'a>;

    const NAME: &'static str = "hes-ae";
    const FOLDER: &'static str = "hes_ae";
    const DISTINCT: &'static [&'static str] = &["AEKEY", "EPIKEY"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Ae<'a> {
        Ae { world, rates, keys: Keys::new(world, Set::Ae), episode_keys: Keys::new(world, Set::Apc) }
    }
}

/// Writes accident and emergency records.
pub(crate) struct Ae<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Keys,
    episode_keys: Keys,
}

/// An attendance as recorded.
pub(crate) struct Record {
    identity: Identity,
    birth: i32,
    attendance: Attendance,
    /// Position of the admitted episode that followed.
    episode: Option<u64>,
}

/// An attendance with what columns need.
pub(crate) struct Row {
    key: RecordKey,
    episode_key: Option<RecordKey>,
    identity: Identity,
    attendance: Attendance,
    visit: Visit,
    area: Option<Area>,
    practice: Option<Practice>,
}

impl Writer for Ae<'_> {
    type Record = Record;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Record>) {
        let mut attendances = Vec::new();
        attendances::draw(self.world, life, &mut attendances);
        if attendances.is_empty() {
            return;
        }
        let mut clerk = HesClerk::new(self.world, self.rates, Set::Ae, life);
        let count = attendances.len();
        for attendance in attendances.into_iter().filter(|attendance| attendance.day < AFTER_AE) {
            let ordinal = usize::from(attendance.ordinal);
            let when = (attendance.day, attendance.provider);
            let identity = clerk.identify(ordinal as u64, when, ordinal * 2 >= count);
            let episode = attendance.stay.map(|stay| hes_apc::first_ordinal(life, usize::from(stay)));
            let record = |identity| Record { identity, birth: life.person.birth, attendance, episode };
            into.push(record(identity));
            into.extend(clerk.copy_of(&identity, attendance.day).map(record));
        }
    }

    fn day(record: &Record) -> i32 {
        record.attendance.day
    }

    fn row(&self, record: &Record) -> Row {
        let (identity, attendance) = (record.identity, record.attendance);
        let person = identity.person;
        Row {
            key: self.keys.of((person, identity.ordinal), attendance.day),
            // Who is admitted is so on the day of arrival.
            episode_key: record.episode.map(|episode| self.episode_keys.of((person, episode), attendance.day)),
            identity,
            attendance,
            visit: Visit::draw(self.world, (person, record.birth), &attendance),
            area: hes::area(self.world, &identity),
            practice: hes::practice(self.world, &identity),
        }
    }

    fn fill(&self, columns: &mut Columns<'_, Row>) {
        columns.part(Part::Key);
        columns.text("AEKEY", |row, bytes| {
            bytes.extend_from_slice(row.key.as_bytes());
            true
        });
        columns
            .text("EPIKEY", |row, bytes| row.episode_key.map(|key| bytes.extend_from_slice(key.as_bytes())).is_some());
        hes::identifiers(self.world, columns, |row| &row.identity);
        columns.date("ARRIVALDATE", |row| row.attendance.day);
        hes::person(self.world, columns, |row| &row.identity, |row| row.attendance.day);
        arrival(columns);
        course(columns);
        clinical(columns);
    }

    fn key(row: &Row, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(row.key.as_bytes());
    }

    fn truth(row: &Row) -> (u64, ErrorSet) {
        (row.identity.person, row.identity.errors)
    }
}

fn arrival(columns: &mut Columns<'_, Row>) {
    columns.maybe_int("RANK_ORDER", |row| row.episode_key.map(|_| 1));
    columns.maybe_int("ARRIVALAGE", |row| hes::age(row.identity.birth, row.attendance.day));
    columns.number("ARRIVALAGE_CALC", |row| hes::age_in_decimals(row.identity.birth, row.attendance.day));
    columns.maybe("GPPRAC", |row| row.practice.map(Practice::code));
    columns.maybe("LSOA11", |row| row.area.map(Area::lsoa));
    columns.maybe("CCG_RESIDENCE", |row| row.area.map(Area::commissioner));
    columns.code("AEATTENDCAT", |row| if row.visit.follow_up { "2" } else { "1" });
    columns.code("AEATTEND_EXC_PLANNED", |row| if row.visit.follow_up { "0" } else { "1" });
    columns.code("AEDEPTTYPE", |row| match row.attendance.department {
        Department::Major => "01",
        Department::Single => "02",
        Department::Minor => "03",
        Department::WalkIn => "04",
    });
    columns.code("AEARRIVALMODE", |row| if row.visit.by_ambulance { "1" } else { "2" });
    columns.code("AEREFSOURCE", |row| match row.visit.bits & 15 {
        0..=1 => "00",
        2 => "03",
        3 => "08",
        _ => "01",
    });
    columns.code("AEPATGROUP", |row| match row.visit.presentation.injury {
        Injury::None => "80",
        Injury::Accident => "60",
        Injury::Road => "10",
        Injury::Assault => "20",
        Injury::SelfHarm => "30",
    });
    columns.code("AEINCLOCTYPE", |row| match row.visit.presentation.injury {
        Injury::None => "91",
        Injury::Road | Injury::Assault => "40",
        Injury::Accident | Injury::SelfHarm => "10",
    });
}

/// Times and durations; the record has one date, so times may be past midnight.
fn course(columns: &mut Columns<'_, Row>) {
    columns.fixed("ARRIVALTIME", |row| hhmm(row.attendance.minute));
    for (at, step) in ["INIT", "TRET", "CONCL", "DEP"].into_iter().enumerate() {
        // Who leaves before treatment has no time of it: null is written 4000.
        let left = move |row: &Row| at == 1 && row.visit.disposal == Disposal::LeftBeforeTreatment;
        columns.fixed(&format!("{step}TIME"), |row| {
            if left(row) { *b"4000" } else { hhmm((row.attendance.minute + row.visit.minutes[at]) % 1_440) }
        });
        columns.maybe_int(&format!("{step}DUR"), |row| (!left(row)).then_some(row.visit.minutes[at]));
    }
    columns.code("AEATTENDDISP", |row| match row.visit.disposal {
        Disposal::Admitted => "01",
        Disposal::DischargedToPractice => "02",
        Disposal::Discharged => "03",
        Disposal::Referred => "05",
        Disposal::LeftBeforeTreatment => "12",
    });
}

fn clinical(columns: &mut Columns<'_, Row>) {
    let of = |row: &Row| row.visit.presentation;
    columns.code("SUSHRG", |row| if of(row).investigation.0 == "24" { "VB11Z" } else { "VB09Z" });
    columns.code("DIAG2_01", |row| of(row).diagnosis);
    columns.code("DIAG3_01", |row| of(row).finer);
    columns.code("DIAGA_01", |row| of(row).part);
    columns.code("DIAGS_01", |row| match (of(row).injury, row.visit.bits >> 8 & 1) {
        (Injury::None, _) => "8",
        (_, 0) => "L",
        _ => "R",
    });
    columns.code("INVEST2_01", |row| of(row).investigation.0);
    columns.code("TREAT2_01", |row| of(row).treatment.0);
    columns.code("TREAT3_01", |row| of(row).treatment.1);
    let examined = |row: &Row| of(row).second_investigation(row.visit.bits);
    let helped = |row: &Row| of(row).second_treatment(row.visit.bits);
    columns.maybe_code("INVEST2_02", |row| examined(row).map(|(code, _)| code));
    columns.maybe_code("TREAT2_02", |row| helped(row).map(|(code, _, _)| code));
    columns.maybe_code("TREAT3_02", |row| helped(row).map(|(_, code, _)| code));
    for name in ["DIAG2", "DIAG3", "DIAGA", "DIAGS", "INVEST2", "TREAT2", "TREAT3"] {
        let first = if name.starts_with("DIAG") { 2 } else { 3 };
        for number in first..=12 {
            columns.no_text(&format!("{name}_{number:02}"));
        }
    }
}
