//! The extract of deaths: one row a person with a known death, in the delivered columns.
//!
//! Columns, their order and types are those of a delivered HES–ONS file (Civil
//! Registrations – Deaths, Secondary Care Cut) as a recipient loaded it.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int16Array, RecordBatch, StringArray, UInt8Array};
use counterfoil_core::{Column, ColumnType, Fault, NO_DATE, Pseudonym, TableContract};

use crate::causes::Causes;
use crate::contract::build;
use crate::deaths::{
    DeathRecordUsed, DeathSource, HospitalDeath, RegisteredDeath, age_at_death, merge, subsequent_activity,
};
use crate::pseudonym::column;

/// Number of mentions of each kind that are delivered. The register has up to twenty; what
/// lies beyond the fifteenth is not part of this product.
pub const DELIVERED_MENTIONS: usize = 15;

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnType::Text, nullable: true }
}

const fn of(kind: ColumnType, name: &'static str) -> Column {
    Column { name, kind, nullable: true }
}

const fn always(column: Column) -> Column {
    Column { nullable: false, ..column }
}

/// Contract of the extract of deaths. `RECORD_ID` is the 1-based row number as text,
/// `TOKENID` the person's pseudonym; `SUBSEQUENT_ACTIVITY` is `Y` or null, which stands for
/// the published blank; any other null is "not known", or "not part of the record used".
pub const DEATHS: TableContract = TableContract {
    name: "extract of deaths",
    version: 1,
    columns: &[
        always(text("RECORD_ID")),
        always(text("TOKENID")),
        of(ColumnType::Date, "DOD"),
        of(ColumnType::Date, "DOR"),
        text("CAUSE_OF_DEATH"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_1"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_2"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_3"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_4"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_5"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_6"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_7"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_8"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_9"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_10"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_11"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_12"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_13"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_14"),
        text("CAUSE_OF_DEATH_NON_NEONATAL_15"),
        text("CAUSE_OF_DEATH_NEONATAL_1"),
        text("CAUSE_OF_DEATH_NEONATAL_2"),
        text("CAUSE_OF_DEATH_NEONATAL_3"),
        text("CAUSE_OF_DEATH_NEONATAL_4"),
        text("CAUSE_OF_DEATH_NEONATAL_5"),
        text("CAUSE_OF_DEATH_NEONATAL_6"),
        text("CAUSE_OF_DEATH_NEONATAL_7"),
        text("CAUSE_OF_DEATH_NEONATAL_8"),
        text("CAUSE_OF_DEATH_NEONATAL_9"),
        text("CAUSE_OF_DEATH_NEONATAL_10"),
        text("CAUSE_OF_DEATH_NEONATAL_11"),
        text("CAUSE_OF_DEATH_NEONATAL_12"),
        text("CAUSE_OF_DEATH_NEONATAL_13"),
        text("CAUSE_OF_DEATH_NEONATAL_14"),
        text("CAUSE_OF_DEATH_NEONATAL_15"),
        text("COMMUNAL_ESTABLISHMENT"),
        of(ColumnType::U8, "NHS_INDICATOR"),
        text("RESPCT"),
        text("RESSTHA"),
        of(ColumnType::U8, "SEX"),
        text("SUBSEQUENT_ACTIVITY"),
        always(text("DEATH_RECORD_USED")),
        always(of(ColumnType::U8, "MATCH_RANK")),
        of(ColumnType::I16, "AGE_AT_DEATH"),
    ],
    sorted_by: &["TOKENID"],
    unique: &["TOKENID"],
};

/// What the linked person's other records say, for the derived columns.
#[derive(Clone, Copy)]
pub struct PersonFacts {
    /// Date of the person's last activity in HES, in days since 1970-01-01; [`NO_DATE`]
    /// where there is none.
    pub last_activity: i32,
    /// Date of birth, where known.
    pub birth: Option<i32>,
    /// Days after death up to which activity raises no flag; 0 by default.
    pub offset_days: u16,
}

/// One row of the extract.
///
/// No `Debug`: it holds cell values.
#[derive(Clone, PartialEq, Eq)]
pub struct DeathRow {
    /// The person's pseudonym.
    pub token_id: Pseudonym,
    /// Date of death; [`NO_DATE`] where not known.
    pub date_of_death: i32,
    /// Date of registration; [`NO_DATE`] where not registered.
    pub date_of_registration: i32,
    /// Causes of death.
    pub causes: Causes,
    /// Place-of-death code.
    pub communal_establishment: Option<Box<str>>,
    /// Whether the place is an NHS establishment, as coded.
    pub nhs_indicator: Option<u8>,
    /// Primary care trust of residence.
    pub residence_pct: Option<Box<str>>,
    /// Strategic health authority of residence.
    pub residence_sha: Option<Box<str>>,
    /// Sex, as coded.
    pub sex: Option<u8>,
    /// Whether HES shows activity after death.
    pub subsequent_activity: bool,
    /// Which record the row rests on.
    pub record_used: DeathRecordUsed,
    /// Match rank, 0 to 8.
    pub match_rank: u8,
    /// Age at death in completed years.
    pub age_at_death: Option<i16>,
}

impl DeathRow {
    /// The row of one person under the rules of [`merge`]; `None` without a death.
    ///
    /// Read to the letter, the merge takes nothing but registration date and causes from
    /// ONS when it uses HES2, so that the place of death then stays null although the
    /// register has it.
    #[must_use]
    pub fn new(
        token_id: Pseudonym,
        ons: Option<RegisteredDeath>,
        hes: Option<HospitalDeath>,
        person: PersonFacts,
    ) -> Option<DeathRow> {
        let merged = merge(ons.as_ref(), hes.as_ref())?;
        let mut row = DeathRow {
            token_id,
            date_of_death: merged.date_of_death,
            date_of_registration: NO_DATE,
            causes: Causes::default(),
            communal_establishment: None,
            nhs_indicator: None,
            residence_pct: None,
            residence_sha: None,
            sex: None,
            subsequent_activity: subsequent_activity(person.last_activity, merged.date_of_death, person.offset_days),
            record_used: merged.record_used,
            match_rank: merged.match_rank,
            age_at_death: age_at_death(person.birth, merged.date_of_death),
        };
        match merged.fields_from {
            DeathSource::Hes => row.take_hospital_fields(hes),
            DeathSource::Ons => {}
        }
        if let Some(ons) = ons {
            row.take_registered_fields(ons, merged.fields_from);
        }
        Some(row)
    }

    fn take_hospital_fields(&mut self, hes: Option<HospitalDeath>) {
        if let Some(hes) = hes {
            self.residence_pct = hes.residence_pct;
            self.residence_sha = hes.residence_sha;
            self.sex = hes.sex;
        }
    }

    fn take_registered_fields(&mut self, ons: RegisteredDeath, fields_from: DeathSource) {
        self.date_of_registration = ons.date_of_registration;
        self.causes = ons.causes;
        if fields_from == DeathSource::Ons {
            self.communal_establishment = ons.communal_establishment;
            self.nhs_indicator = ons.nhs_indicator;
            self.residence_pct = ons.residence_pct;
            self.residence_sha = ons.residence_sha;
            self.sex = ons.sex;
        }
    }
}

/// Builds the extract. Rows are put in the order of `TOKENID` and numbered in it.
///
/// A neonatal certificate fills the neonatal columns, any other the non-neonatal ones;
/// `CAUSE_OF_DEATH` is null where the certificate names no single underlying cause.
///
/// # Errors
///
/// A bug if a `TOKENID` comes twice.
pub fn deaths_batch(mut rows: Vec<DeathRow>) -> Result<RecordBatch, Fault> {
    rows.sort_unstable_by_key(|row| row.token_id);
    let rows = &rows[..];
    let record_ids = (1..=rows.len()).map(|number| Some(number.to_string()));
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(record_ids.collect::<StringArray>()),
        Arc::new(column(rows.iter().map(|row| row.token_id))),
        dates(rows, |row| row.date_of_death),
        dates(rows, |row| row.date_of_registration),
        Arc::new(texts(rows, |row| row.causes.underlying.as_deref())),
    ];
    for neonatal in [false, true] {
        columns.extend((0..DELIVERED_MENTIONS).map(|at| mentions(rows, neonatal, at)));
    }
    columns.extend([
        Arc::new(texts(rows, |row| row.communal_establishment.as_deref())) as ArrayRef,
        Arc::new(rows.iter().map(|row| row.nhs_indicator).collect::<UInt8Array>()),
        Arc::new(texts(rows, |row| row.residence_pct.as_deref())),
        Arc::new(texts(rows, |row| row.residence_sha.as_deref())),
        Arc::new(rows.iter().map(|row| row.sex).collect::<UInt8Array>()),
        Arc::new(texts(rows, |row| row.subsequent_activity.then_some("Y"))),
        Arc::new(texts(rows, |row| Some(row.record_used.name()))),
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.match_rank))),
        Arc::new(rows.iter().map(|row| row.age_at_death).collect::<Int16Array>()),
    ]);
    build(&DEATHS, columns)
}

fn texts<'a>(rows: &'a [DeathRow], value: impl Fn(&'a DeathRow) -> Option<&'a str>) -> StringArray {
    rows.iter().map(value).collect()
}

fn dates(rows: &[DeathRow], value: impl Fn(&DeathRow) -> i32) -> ArrayRef {
    let date = |row| Some(value(row)).filter(|days| *days != NO_DATE);
    Arc::new(rows.iter().map(date).collect::<Date32Array>())
}

fn mentions(rows: &[DeathRow], neonatal: bool, position: usize) -> ArrayRef {
    Arc::new(texts(rows, |row| {
        let causes = &row.causes;
        (causes.neonatal == neonatal).then(|| causes.mentions.get(position)).flatten()
    }))
}
