//! Diagnostic Imaging Data Set: one row an examination.
//!
//! Columns that an extract derives from lookup tables are filled as far as this generator
//! knows what they stand for; the address, and what a linkage adds, are not written.

use super::areas::{self, Area, Practice, clinician};
use super::columns::Columns;
use super::field_choice::Part;
use super::hes::MOST_RECORDS;
use super::text::decimal;
use super::writer::{Collection, Writer};
use crate::draw::{Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, Observed, RecordedBirth};
use crate::events::imaging::{self, Imaging, Setting};
use crate::nhs_number::is_valid;
use crate::places::{provider_code, usual_form};
use crate::population::{Life, World};

/// Record keys are spread over 15 digits.
const KEYS: u64 = 1_000_000_000_000_000;

/// Ordinals from this one on are those of copies.
const COPIES_FROM: u64 = MOST_RECORDS / 2;

/// The data set `did`.
pub(crate) struct Did;

impl Collection for Did {
    type Writer<'a> = Radiology<'a>;

    const NAME: &'static str = "did";
    const FOLDER: &'static str = "did";
    const DISTINCT: &'static [&'static str] = &["SUBMISSIONDATAID", "RADIOLOGICAL_ACCESSION_NUMBER"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Radiology<'a> {
        let keys = Spread::new(KEYS, &mut world.draws(Purpose::Population, 110));
        Radiology { world, rates, keys }
    }
}

/// Writes imaging records.
pub(crate) struct Radiology<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Spread,
}

/// An examination as recorded.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    pub(crate) person: u64,
    ordinal: u64,
    pub(crate) seen: Observed,
    ethnicity: &'static str,
    pub(crate) imaging: Imaging,
}

/// An examination with what columns need.
pub(crate) struct Row {
    record: Record,
    key: [u8; 15],
    area: Option<Area>,
    practice: Option<Practice>,
    bits: u64,
}

impl Writer for Radiology<'_> {
    type Record = Record;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Record>) {
        let imagings = imaging::draw(self.world, life);
        if imagings.is_empty() {
            return;
        }
        let mut clerk = Clerk::new(self.world, self.rates, "did", life);
        // A radiology department has one card a patient, and what it lacks is never filled in.
        let little_known = clerk.happens_to_person(ErrorKind::LittleKnown);
        for imaging in imagings {
            let mut seen = clerk.observe(imaging.day);
            if little_known && !seen.withheld {
                (seen.birth, seen.postcode, seen.place) = (RecordedBirth::Missing, None, None);
                seen.errors.insert(ErrorKind::LittleKnown);
            }
            let (person, ethnicity) = (life.person.index, life.person.ethnicity);
            let record = Record { person, ordinal: u64::from(imaging.ordinal), seen, ethnicity, imaging };
            into.push(record);
            if clerk.happens(ErrorKind::RecordDuplicated, imaging.day, &mut seen.errors) {
                into.push(Record { ordinal: record.ordinal + COPIES_FROM, seen, ..record });
            }
        }
    }

    fn day(record: &Record) -> i32 {
        record.imaging.day
    }

    fn row(&self, record: &Record) -> Row {
        let number = record.person * MOST_RECORDS + record.ordinal;
        let place = record.seen.place;
        Row {
            record: *record,
            key: decimal(self.keys.place(number)),
            area: place.map(|place| Area::of(self.world, place)),
            practice: place.map(|place| Practice::of(self.world, place, record.person)),
            bits: self.world.draws(Purpose::ImagingContent, number).bits(),
        }
    }

    fn fill(&self, columns: &mut Columns<'_, Row>) {
        identifiers(columns);
        organisations(columns);
        examination(self.world, columns);
        derived(columns);
    }

    fn key(row: &Row, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.key);
    }

    fn truth(row: &Row) -> (u64, ErrorSet) {
        (row.record.person, row.record.seen.errors)
    }
}

fn identifiers(columns: &mut Columns<'_, Row>) {
    columns.part(Part::Key);
    columns.fixed("SUBMISSIONDATAID", |row| row.key);
    columns.part(Part::Linkage);
    columns.maybe("NHSNumber", |row| row.record.seen.nhs_number);
    columns.maybe_date("PersonBirthDate", |row| match row.record.seen.birth {
        RecordedBirth::Day(day) => Some(day),
        RecordedBirth::Missing | RecordedBirth::Impossible(..) => None,
    });
    columns.code("PersonGenderCode", |row| match row.record.seen.sex {
        1 => "1",
        2 => "2",
        9 => "9",
        _ => "0",
    });
    columns.text("Postcode", |row, bytes| {
        row.record.seen.postcode.map(|code| bytes.extend_from_slice(usual_form(code).as_bytes())).is_some()
    });
    columns.date("DiagnosticTestDate", |row| row.record.imaging.day);
    columns.part(Part::Content);
    columns.code("NHSNumberStatus", |row| match row.record.seen.nhs_number {
        Some(number) if is_valid(&number) => "01",
        Some(_) => "04",
        None => "03",
    });
    columns.code("EthnicCategory", |row| match row.bits & 15 {
        0..=1 => "Z",
        _ => row.record.ethnicity,
    });
}

fn organisations(columns: &mut Columns<'_, Row>) {
    columns.fixed("ImagingSiteCode", |row| areas::site(row.record.imaging.provider, row.record.person));
    columns.text("RADIOLOGICAL_ACCESSION_NUMBER", |row, bytes| {
        bytes.extend_from_slice(&areas::provider3(row.record.imaging.provider));
        bytes.extend_from_slice(&row.key[3..]);
        true
    });
    columns.maybe("LSOA_OF_RESIDENCE", |row| row.area.map(Area::lsoa));
    columns.maybe("GPCodeRegistration", |row| row.practice.map(Practice::code));
    columns.text("ReferrerCode", |row, bytes| {
        let code = match (by_practice(row), row.practice) {
            (true, Some(practice)) => practice.practitioner(),
            (true, None) => return false,
            (false, _) => clinician(b'C', u64::from(row.record.imaging.provider) * 64 + (row.bits >> 8 & 63)),
        };
        bytes.extend_from_slice(&code);
        true
    });
    columns.text("ReferringOrgCode", |row, bytes| {
        match (by_practice(row), row.practice) {
            (true, Some(practice)) => bytes.extend_from_slice(&practice.code()),
            (true, None) => return false,
            (false, _) => bytes.extend_from_slice(&provider_code(row.record.imaging.provider)),
        }
        true
    });
}

fn examination(world: &World, columns: &mut Columns<'_, Row>) {
    columns.code("PatientSourceSetting", |row| match row.record.imaging.setting {
        Setting::Inpatient => "01",
        Setting::DayCase => "02",
        Setting::Outpatient => "03",
        Setting::Practice => "04",
        Setting::Emergency => "05",
    });
    columns.code("IC_REFTYPE_DESC", |row| match row.record.imaging.setting {
        Setting::Inpatient => "Admitted Patient Care - Inpatient",
        Setting::DayCase => "Admitted Patient Care - Day case",
        Setting::Outpatient => "Outpatient",
        Setting::Practice => "GP Direct Access",
        Setting::Emergency => "Accident and Emergency",
    });
    columns.date("DiagnosticTestReqDate", |row| row.record.imaging.requested);
    columns.date("DiagnosticTestReqRecDate", |row| row.record.imaging.received);
    columns.date("ServiceReportIssueDate", |row| row.record.imaging.reported);
    columns.fixed("FYEAR", |row| world.window.fyear(row.record.imaging.day));
    // One of the two codes is always there.
    let only_one = |row: &Row| row.bits >> 16 & 3;
    let what = |row: &Row| row.record.imaging.examination;
    columns.maybe_code("ImagingCodeNICIP", |row| (only_one(row) != 0).then_some(what(row).nicip));
    columns.maybe_code("ImagingCodeSNOMEDCT", |row| (only_one(row) != 1).then_some(what(row).snomed));
}

fn derived(columns: &mut Columns<'_, Row>) {
    let what = |row: &Row| row.record.imaging.examination;
    columns.code("IC_MODALITY_ID", |row| what(row).modality);
    columns.code("IC_REGION_ID", |row| what(row).region);
    columns.maybe_code("IC_CANCER_DESC", |row| what(row).cancer);
}

fn by_practice(row: &Row) -> bool {
    row.record.imaging.setting == Setting::Practice
}
