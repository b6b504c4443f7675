//! Coding: from the columns of a data set to the codes that linkage works on.
//!
//! A [`Coder`] is compiled once for a source from a [`SourcePlan`] and then called on one
//! Arrow batch at a time, from any thread. It standardises each linkage field, counts what
//! it finds, lists what it refuses, and gives equal values equal codes.

mod column;
mod field;
mod identity;
mod joined;
mod memo;
mod unit;

use arrow_array::RecordBatch;
use counterfoil_core::{Code, CodedBatch, FieldCounts, LinkageField, NO_DATE, Rejected};
use hashbrown::HashSet;

pub use column::{
    Raw, accepts, accepts_date_part, accepts_key, for_each, for_each_key, is_date, is_whole, key_at, models_accept,
    write_key_at,
};
pub(crate) use column::{key_text, trimmed, without_fraction};

use crate::dates::DateCodes;
use crate::standardise::{DateRules, NumberCodes, PostcodeRules, SexCodes};
use crate::tokeniser::Tokeniser;
pub(crate) use field::{date_part, is_missing, nhs_number, postcode, sex};
pub use joined::joined;
use unit::UnitCodes;

/// Where a field's values stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// The source has no such field: null throughout.
    Absent,
    /// In one column.
    One(String),
    /// A local patient id and the provider that gave it.
    WithProvider {
        /// Column of the id.
        id: String,
        /// Column of the provider.
        provider: String,
    },
    /// A text in several columns, in this order.
    Joined(Vec<String>),
    /// A year of birth: that of the column, or the one given, less the age.
    YearByAge {
        /// Column of the age.
        age: String,
        /// The year in which it was told.
        told: Told,
    },
    /// An age: what lies between a year and that of birth.
    AgeByBirth {
        /// Column of the date or year of birth.
        born: String,
        /// The year of the age.
        at: u16,
    },
    /// A date in three columns.
    DateParts {
        /// Column of the year.
        year: String,
        /// Column of the month.
        month: String,
        /// Column of the day.
        day: String,
    },
}

/// The year in which ages were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It stands in a column.
    In(String),
    /// The same for all rows.
    At(u16),
}

impl Columns {
    /// The columns' names.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Columns::Absent => vec![],
            Columns::One(column) => vec![column],
            Columns::WithProvider { id, provider } => vec![id, provider],
            Columns::Joined(columns) => columns.iter().map(String::as_str).collect(),
            Columns::YearByAge { age, told: Told::In(year) } => vec![age, year],
            Columns::YearByAge { age, told: Told::At(_) } => vec![age],
            Columns::AgeByBirth { born, .. } => vec![born],
            Columns::DateParts { year, month, day } => vec![year, month, day],
        }
    }
}

/// How the values of a field are standardised.
#[derive(Clone, Debug)]
pub enum Rules {
    /// As an NHS number.
    NhsNumber,
    /// As a date within limits.
    Date(DateRules),
    /// By a code list.
    Sex(SexCodes),
    /// As a postcode.
    Postcode(PostcodeRules),
    /// As a name.
    Name,
    /// As a provider's patient id.
    LocalPatientId,
    /// As text.
    Text,
    /// As a category.
    Category,
    /// As a number, some of whose values are codes.
    Number(NumberCodes),
    /// As an opaque identifier.
    Identifier,
    /// As words.
    Words,
    /// As a whole name.
    FullName,
    /// As an e-mail address.
    Email,
    /// As a place on the map.
    Location,
}

/// How one linkage field of a source is read.
#[derive(Clone, Debug)]
pub struct FieldPlan {
    /// The field.
    pub field: LinkageField,
    /// Where it stands.
    pub columns: Columns,
    /// How it is standardised.
    pub rules: Rules,
    /// Raw texts that the data set's definition lists as meaning "missing".
    pub missing: Vec<String>,
}

/// A kind of value to flag; see [`Exclusion`](counterfoil_core::Exclusion).
#[derive(Clone, Debug)]
pub enum Flag {
    /// The date in this linkage field is 1 January.
    FirstOfJanuary(usize),
    /// The value of this linkage field is one of these.
    Listed(usize, HashSet<Code>),
}

/// Where a source says why it withholds the identity of a row's person. No identifier of a row
/// with a reason is linked on, whatever stands in its columns.
#[derive(Clone, Debug)]
pub struct Withheld {
    /// Column of the reason.
    pub column: String,
    /// Texts in it that mean that there is none, beside null and blanks.
    pub missing: Vec<String>,
}

impl Withheld {
    /// Whether the identity of each row's person is withheld; empty if of none.
    #[must_use]
    pub fn rows(&self, batch: &RecordBatch) -> Vec<bool> {
        let reasons = batch.column_by_name(&self.column).filter(|reasons| reasons.null_count() < reasons.len());
        let Some(reasons) = reasons else { return Vec::new() };
        let mut withheld = vec![false; batch.num_rows()];
        for_each_key(reasons, |row, reason| {
            withheld[row] = reason.is_some_and(|reason| self.missing.iter().all(|none| none != reason));
        });
        withheld
    }
}

/// How a source is coded.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Position of the source in the job.
    pub source: u16,
    /// The job's linkage fields, in order.
    pub fields: Vec<FieldPlan>,
    /// Where it withholds identities, if it does.
    pub withheld: Option<Withheld>,
    /// Column of the person key.
    pub person_key: Option<String>,
    /// Where rows without a person key are of one unit if they have the same values in all
    /// linkage fields: the sets of fields of which one must be complete for that. Empty: each
    /// such row is a unit of its own.
    pub identity: Vec<Vec<usize>>,
    /// Where the date of activity (or of death) stands, and its limits.
    pub date: Option<(Columns, DateRules)>,
    /// What to flag; the job's exclusions, in order. Left empty for the streamed side:
    /// exclusions concern the agreed value, so one side's flags suffice.
    pub flags: Vec<Flag>,
}

/// What coding some batches of a source found.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By linkage field.
    pub fields: Vec<FieldCounts>,
    /// For the date of activity or death.
    pub date: FieldCounts,
    /// Refused values, in row order. The date of activity or death has the position after
    /// the last linkage field.
    pub rejects: Vec<Rejected>,
}

impl Tally {
    /// An empty tally for so many fields.
    #[must_use]
    pub fn new(fields: usize) -> Tally {
        Tally { fields: vec![FieldCounts::default(); fields], ..Tally::default() }
    }

    /// Adds another tally's counts; its rejects are left to the caller, who keeps them in
    /// row order.
    pub fn merge_counts(&mut self, other: &Tally) {
        for (mine, theirs) in self.fields.iter_mut().zip(&other.fields) {
            mine.merge(theirs);
        }
        self.date.merge(&other.date);
    }
}

/// Codes the batches of one source.
#[derive(Debug)]
pub struct Coder<'j> {
    tokeniser: &'j Tokeniser,
    dates: &'j DateCodes,
    units: UnitCodes,
    /// By linkage field.
    memos: Vec<memo::Memos>,
    plan: SourcePlan,
}

impl<'j> Coder<'j> {
    /// A coder for one source.
    #[must_use]
    pub fn new(tokeniser: &'j Tokeniser, dates: &'j DateCodes, plan: SourcePlan) -> Coder<'j> {
        let memos = plan.fields.iter().map(|_| memo::Memos::default()).collect();
        Coder { tokeniser, dates, units: UnitCodes::new(tokeniser), memos, plan }
    }

    /// Codes a batch whose first row has the 0-based number `first_row` in its source.
    /// Columns are found by name; one that is missing counts as null.
    #[must_use]
    pub fn code(&self, first_row: u64, batch: &RecordBatch, tally: &mut Tally) -> CodedBatch {
        let coded = self.code_fields(first_row, batch, tally);
        CodedBatch { units: self.units_where(&coded, batch, |_| true), ..coded }
    }

    /// As [`code`](Coder::code), but without units: for a stream of which most rows match
    /// nothing, so that their units are never asked for.
    #[must_use]
    pub fn code_fields(&self, first_row: u64, batch: &RecordBatch, tally: &mut Tally) -> CodedBatch {
        let rows = batch.num_rows();
        let listed = tally.rejects.len();
        let withheld = self.withheld(batch);
        let fields: Vec<_> = (self.plan.fields.iter().enumerate())
            .map(|(i, plan)| {
                let sink = field::Sink::new(first_row, i, &mut tally.fields[i], &mut tally.rejects);
                let mut sink = sink.withholding(&withheld);
                field::code(plan, batch, self.tokeniser, self.dates, &self.memos[i], &mut sink)
            })
            .collect();
        let dates = self.days(first_row, batch, tally);
        tally.rejects[listed..].sort_unstable();
        CodedBatch { first_row, rows, flags: self.flags(&fields, rows), fields, units: Vec::new(), dates }
    }

    /// The columns that [`code`](Coder::code) reads, and `further` ones; each once.
    #[must_use]
    pub fn columns<'a>(&'a self, further: Vec<&'a str>) -> Vec<&'a str> {
        let fields = self.plan.fields.iter().flat_map(|field| field.columns.names());
        distinct(fields.chain(self.unit_columns()).chain(self.withheld_column()).chain(further))
    }

    /// The columns that [`units`](Coder::units) and [`days`](Coder::days) read.
    #[must_use]
    pub fn unit_columns(&self) -> Vec<&str> {
        let date = self.plan.date.iter().flat_map(|(columns, _)| columns.names());
        let identity =
            self.plan.fields.iter().filter(|_| !self.plan.identity.is_empty()).flat_map(|f| f.columns.names());
        let withheld = self.withheld_column().filter(|_| !self.plan.identity.is_empty());
        distinct(self.plan.person_key.as_deref().into_iter().chain(date).chain(identity).chain(withheld))
    }

    fn withheld_column(&self) -> Option<&str> {
        self.plan.withheld.as_ref().map(|withheld| withheld.column.as_str())
    }

    /// Whether the identity of each row's person is withheld; empty if of none.
    fn withheld(&self, batch: &RecordBatch) -> Vec<bool> {
        self.plan.withheld.as_ref().map(|withheld| withheld.rows(batch)).unwrap_or_default()
    }

    /// The date of activity (or of death) of each row alone, in days since 1970-01-01.
    #[must_use]
    pub fn days(&self, first_row: u64, batch: &RecordBatch, tally: &mut Tally) -> Vec<i32> {
        let mut days = vec![NO_DATE; batch.num_rows()];
        if let Some((columns, rules)) = &self.plan.date {
            let position = self.plan.fields.len();
            let mut sink = field::Sink::new(first_row, position, &mut tally.date, &mut tally.rejects);
            field::days(columns, rules, &[], batch, &mut sink, |row, day| days[row] = day);
        }
        days
    }

    fn flags(&self, fields: &[Vec<Code>], rows: usize) -> Vec<u8> {
        let mut flags = vec![0; rows];
        for (bit, flag) in self.plan.flags.iter().enumerate() {
            let mut mark = |row: usize, set: bool| flags[row] |= u8::from(set) << bit;
            match flag {
                Flag::FirstOfJanuary(field) => {
                    for (row, code) in fields[*field].iter().enumerate() {
                        mark(row, self.dates.code_is_first_of_january(*code));
                    }
                }
                Flag::Listed(field, list) => {
                    for (row, code) in fields[*field].iter().enumerate() {
                        mark(row, list.contains(code));
                    }
                }
            }
        }
        flags
    }
}

/// Days of a date field of a batch, [`NO_DATE`] where there is no valid date: for dates
/// that are carried, not linked on.
#[must_use]
pub fn read_days(columns: &Columns, rules: &DateRules, batch: &RecordBatch) -> Vec<i32> {
    let mut days = vec![NO_DATE; batch.num_rows()];
    let (mut counts, mut rejects) = (FieldCounts::default(), Vec::new());
    let mut sink = field::Sink::new(0, 0, &mut counts, &mut rejects);
    field::days(columns, rules, &[], batch, &mut sink, |row, day| days[row] = day);
    days
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}
