//! Guessing what the columns of an unknown file hold, so that it can be linked without a job.
//!
//! [`look`] reads every column once and says for each which role it seems to have, by its name
//! and by its contents; where the two contradict each other, the contents win, so that a file
//! whose columns are called `col_1` … works as well. [`match_columns`] finds which columns of
//! one file correspond to which of another, [`linkable`] which of them tell people apart, and
//! [`dependence`] how much of one column follows from another.
//!
//! The word lists and thresholds are our own defaults; no published rule exists. A guess is
//! worded from the column's name and from counts, and never holds a value: what the parts of
//! this module need to know about values (hashes, shares) is private to them and is not shown
//! by `Debug`.

mod contents;
mod decide;
mod dependence;
mod header;
mod heading;
mod home;
mod linkable;
mod matching;
mod phrases;
mod seen;
mod settle;
#[cfg(test)]
mod tests;
mod traits;
mod unknown;
mod vocabulary;

use arrow_array::ArrayRef;

use crate::standardise::DateForm;
pub use dependence::dependence;
pub use header::is_of_parent;
pub use heading::has_header;
pub use linkable::{Linkable, Use, by_itself, in_one_file, linkable};
pub use matching::{Matched, MatchedBy, Matching, age_with_year, match_columns};
use seen::Seen;

/// The year of [`Guess::latest_birth`] where no year is seen.
const SOME_YEAR: u16 = 2000;

/// What a column seems to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuessedRole {
    /// An NHS number.
    NhsNumber,
    /// First name.
    GivenName,
    /// Surname.
    FamilyName,
    /// Further given names, or their initials.
    MiddleName,
    /// Given and family names in one column.
    FullName,
    /// Date of birth.
    BirthDate,
    /// Year of birth.
    BirthYear,
    /// Age in years, at whatever time.
    Age,
    /// Month of birth.
    BirthMonth,
    /// Day of the month of birth.
    BirthDay,
    /// Date of death.
    DeathDate,
    /// Postcode of any country.
    Postcode,
    /// Street, house name or a whole address.
    AddressLine,
    /// House number.
    StreetNumber,
    /// City, suburb or other place of residence.
    City,
    /// County, state, province or country.
    County,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Sex or gender.
    Sex,
    /// An id of a person other than the NHS number, given by a state or an insurance.
    NationalIdentifier,
    /// Occupation.
    Occupation,
    /// Place of birth.
    BirthPlace,
    /// The id of a row; never linked on.
    RecordKey,
    /// Says which rows are of one person (a cluster, entity or person id); never linked on.
    Truth,
    /// A code that people of one home or family share, such as a policy.
    Household,
    /// Says something about the record and not about the person, such as its source, or what somebody was
    /// to the head of the household then.
    RecordNote,
    /// None of these.
    Other,
}

impl GuessedRole {
    /// The name that people read; where a standard role exists, it is that role's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            GuessedRole::NhsNumber => "nhs_number",
            GuessedRole::GivenName => "given_name",
            GuessedRole::FamilyName => "family_name",
            GuessedRole::MiddleName => "middle_name",
            GuessedRole::FullName => "full_name",
            GuessedRole::BirthDate => "birth_date",
            GuessedRole::BirthYear => "birth_year",
            GuessedRole::Age => "age",
            GuessedRole::BirthMonth => "birth_month",
            GuessedRole::BirthDay => "birth_day",
            GuessedRole::DeathDate => "death_date",
            GuessedRole::Postcode => "postcode",
            GuessedRole::AddressLine => "address_line",
            GuessedRole::StreetNumber => "street_number",
            GuessedRole::City => "city",
            GuessedRole::County => "county",
            GuessedRole::Email => "email",
            GuessedRole::Phone => "phone",
            GuessedRole::Sex => "sex",
            GuessedRole::NationalIdentifier => "national_identifier",
            GuessedRole::Occupation => "occupation",
            GuessedRole::BirthPlace => "birth_place",
            GuessedRole::RecordKey => "record_key",
            GuessedRole::Truth => "truth",
            GuessedRole::Household => "household",
            GuessedRole::RecordNote => "record_note",
            GuessedRole::Other => "other",
        }
    }
}

/// What kind of value a column seems to hold; decides how it is standardised and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuessedKind {
    /// A person's name or part of one.
    Name,
    /// Free text.
    Text,
    /// Text whose words are kept apart, such as a whole name or an address.
    Words,
    /// One of a small set of values.
    Category,
    /// A calendar date, or its year alone.
    Date,
    /// A number.
    Number,
    /// An opaque identifier.
    Identifier,
    /// A ten-digit NHS number with a check digit.
    NhsNumber,
    /// A postcode, of any country.
    Postcode,
    /// Sex in one of the usual code lists.
    Sex,
    /// An e-mail address.
    Email,
    /// A place on the map, of two columns.
    Location,
    /// Nothing to go by: no values, or a type that holds several values a row.
    None,
}

impl GuessedKind {
    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            GuessedKind::Name => "name",
            GuessedKind::Text => "text",
            GuessedKind::Words => "words",
            GuessedKind::Category => "category",
            GuessedKind::Date => "date",
            GuessedKind::Number => "number",
            GuessedKind::Identifier => "identifier",
            GuessedKind::NhsNumber => "nhs_number",
            GuessedKind::Postcode => "postcode",
            GuessedKind::Sex => "sex",
            GuessedKind::Email => "email",
            GuessedKind::Location => "location",
            GuessedKind::None => "none",
        }
    }
}

/// What one column seems to be.
#[derive(Clone, Debug)]
pub struct Guess {
    /// Name of the column.
    pub column: String,
    /// What it means; `None` where there are no values to go by.
    pub role: Option<GuessedRole>,
    /// What kind of value it holds.
    pub kind: GuessedKind,
    /// How its dates are written; `None` if they are not text dates.
    pub date_form: Option<DateForm>,
    /// From 0 (a shot in the dark) to 1 (name and contents agree).
    pub confidence: f64,
    /// Why, in words that name at most the column and counts.
    pub because: String,
    /// Different values, without regard to case and punctuation; an estimate (within a few in
    /// a hundred) above some sixty thousand.
    pub distinct: u64,
    /// Whether each row has a list of values; each value counts as a row then.
    pub several: bool,
    /// What stands between the values of a list in one text, where many rows have one.
    pub separator: Option<char>,
    /// Rows without a value. Blank text counts, and so do the usual words for "nothing" such
    /// as `NULL` and `n/a`.
    pub missing: u64,
    /// Rows of the file.
    pub rows: u64,
    seen: Seen,
}

impl Guess {
    /// Whether it is one of these roles.
    pub(super) fn is(&self, role: GuessedRole) -> bool {
        self.role == Some(role)
    }

    /// The latest year of its dates, if their years have four digits; one date in a hundred may be
    /// later.
    #[must_use]
    pub fn latest_year(&self) -> Option<u16> {
        let is_short = self.date_form.is_some_and(DateForm::is_short);
        self.seen.latest_year().filter(|_| self.kind == GuessedKind::Date && !is_short)
    }

    /// A year that hardly any of its dates or years of birth is after.
    #[must_use]
    pub fn latest_birth(&self) -> u16 {
        let of_years = self.seen.range.and_then(|(_, most)| u16::try_from(most).ok()).filter(|year| *year <= 2100);
        self.latest_year().or(of_years.filter(|year| *year >= 1000)).unwrap_or(SOME_YEAR)
    }

    /// Whether most of its values are addresses with a British postcode behind them.
    #[must_use]
    pub fn has_postcodes_behind(&self) -> bool {
        self.is(GuessedRole::AddressLine) && self.seen.share(traits::Trait::WithPostcode) >= 0.5
    }

    /// Whether it has latitudes or, if asked for `longitudes`, these, by its name and as numbers.
    #[must_use]
    pub fn has_degrees(&self, longitudes: bool) -> bool {
        let is_called = if longitudes { header::is_longitude } else { header::is_latitude };
        is_called(&self.column) && self.seen.share(traits::Trait::Number) >= 0.9
    }

    /// Rows with a value.
    pub(super) fn present(&self) -> u64 {
        self.rows - self.missing
    }
}

/// Guesses what the columns of one file hold. Each column is given by its name and its values,
/// in any number of arrays; row *i* of each column is of the same record.
#[must_use]
pub fn look(columns: &[(&str, Vec<ArrayRef>)]) -> Vec<Guess> {
    let names = header::of_the_person(&columns.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let read = columns.iter().zip(&names);
    let mut guesses: Vec<Guess> = read.map(|((name, arrays), read_as)| guess(name, read_as, arrays)).collect();
    settle::settle(&mut guesses);
    home::of_homes(&mut guesses);
    guesses
}

/// A column of that name; `read_as` is what the name says beside those of the other columns.
fn guess(name: &str, read_as: &str, arrays: &[ArrayRef]) -> Guess {
    let seen = Seen::of(arrays);
    let decision = decide::decide(header::hint(read_as), &seen);
    let separator = decide::separator(&decision, &seen);
    Guess {
        column: name.to_owned(),
        role: decision.role,
        kind: decision.kind,
        date_form: (decision.kind == GuessedKind::Date && !seen.is_date).then(|| contents::date_form(&seen)),
        confidence: decision.confidence,
        because: decision.because,
        distinct: seen.distinct(),
        several: seen.are_lists,
        separator,
        missing: seen.missing,
        rows: seen.rows,
        seen,
    }
}
