//! Values made of other values.

use super::ValueKind;

/// How a value is made of another. Where nothing can be made (the month of a year, the
/// Soundex code of digits) the derived value is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derivation {
    /// The first so many characters; the whole of a shorter value.
    Prefix(u8),
    /// The last so many characters; the whole of a shorter value.
    Suffix(u8),
    /// The first character.
    Initial,
    /// The Soundex code.
    Soundex,
    /// The primary double metaphone code.
    DoubleMetaphone,
    /// Both double metaphone codes, where a name is said in two ways.
    Phonetics,
    /// The full name that a short or pet form usually stands for: `WILLIAM` for `BILL`. Any
    /// other name is its own.
    Nickname,
    /// The full names that a form may stand for, and the name itself if it is a full one:
    /// `ALEX` and `ALEXANDRA` have one in common, as `ALEX` and `ALEXANDER` have.
    Nicknames,
    /// The first of several words.
    FirstWord,
    /// The last of several words.
    LastWord,
    /// The words after the first of several.
    AfterFirstWord,
    /// The words in alphabetical order, so that order does not count.
    SortedWords,
    /// The year of a date.
    Year,
    /// Year and month of a date.
    YearMonth,
    /// Month and day of a date.
    MonthDay,
    /// The month of a date, in any year.
    Month,
    /// The day of the month of a date.
    Day,
    /// The year of a date with the one before it, and with the one after: dates of one year or of
    /// adjacent years have one of these in common.
    AdjacentYears,
    /// The same for months, December and January being adjacent.
    AdjacentMonths,
    /// The date with month and day exchanged, where there is such a date. Its numbers are
    /// those of the dates themselves, to compare it with them; one that does not occur among
    /// them is null.
    MonthDaySwapped,
    /// The letters that a British postcode begins with: `LS`.
    Area,
    /// The outward code of a British postcode: `LS1`.
    District,
    /// The outward code and the digit after it: `LS1 4`.
    Sector,
    /// The place of the value in the order of all: text by its bytes, dates by time, numbers
    /// by size. The numbers are places, 1 the first; for sorted neighbourhoods.
    Ordered,
    /// The value, and it without any one of its characters: values that are one edit apart
    /// have one of these in common, but for two single characters. So have some that are two
    /// apart.
    Deletions,
    /// Each character, numbered among its like: texts of the same characters in any order have all
    /// of these in common.
    Letters,
    /// Each character with its place, the first being 1: texts of one length have as many of these
    /// in common as characters that are the same.
    Positions,
    /// An e-mail address up to its `@`.
    EmailUser,
    /// An e-mail address after its `@`.
    EmailDomain,
    /// Every run of so many characters; the whole of a shorter value.
    QGrams(u8),
    /// Every run of so many whole numbers that the number, without its fraction, is one of, named after its
    /// first: two numbers have as many in common as the length is more than the difference.
    Runs(u8),
}

impl Derivation {
    /// Whether values of a kind have it.
    #[must_use]
    pub fn suits(self, kind: ValueKind) -> bool {
        use Derivation as D;
        use ValueKind as K;
        match self {
            _ if kind == K::LocalPatientId => false,
            D::Year
            | D::YearMonth
            | D::MonthDay
            | D::Month
            | D::Day
            | D::AdjacentYears
            | D::AdjacentMonths
            | D::MonthDaySwapped => kind == K::Date,
            D::Area | D::District | D::Sector => kind == K::Postcode,
            D::EmailUser | D::EmailDomain => kind == K::Email,
            D::FirstWord | D::LastWord | D::AfterFirstWord | D::SortedWords => kind == K::Words,
            D::Soundex | D::DoubleMetaphone | D::Phonetics => {
                matches!(kind, K::Name | K::Text | K::Words | K::Category)
            }
            D::Nickname | D::Nicknames => matches!(kind, K::Name | K::Text | K::Words),
            D::Runs(_) => kind == K::Number,
            D::Ordered => !matches!(kind, K::Location | K::Sex),
            D::Prefix(_) | D::Suffix(_) | D::Initial | D::Deletions | D::Letters | D::Positions | D::QGrams(_) => {
                !matches!(kind, K::Number | K::Location | K::Sex)
            }
        }
    }

    /// Whether a value can have several of it.
    #[must_use]
    pub fn is_multiple(self) -> bool {
        use Derivation as D;
        matches!(
            self,
            D::Deletions
                | D::Letters
                | D::Positions
                | D::QGrams(_)
                | D::Runs(_)
                | D::Phonetics
                | D::Nicknames
                | D::AdjacentYears
                | D::AdjacentMonths
        )
    }

    /// Whether it is a word of a text, of which more can be derived. These are of one domain: the
    /// first word of one text can be compared with the last of another.
    #[must_use]
    pub fn is_word(self) -> bool {
        matches!(self, Derivation::FirstWord | Derivation::LastWord)
    }

    /// Whether it can be made of tokens: not the order of the values, which tokens hide.
    #[must_use]
    pub fn has_tokens(self) -> bool {
        self != Derivation::Ordered
    }

    /// The name, such as `year_month` or `prefix(3)`, which is also part of the tag of its tokens.
    #[must_use]
    pub fn name(self) -> String {
        let name = match self {
            Derivation::Prefix(length) => return format!("prefix({length})"),
            Derivation::Suffix(length) => return format!("suffix({length})"),
            Derivation::QGrams(length) => return format!("qgrams({length})"),
            Derivation::Runs(length) => return format!("runs({length})"),
            Derivation::Initial => "initial",
            Derivation::Soundex => "soundex",
            Derivation::DoubleMetaphone => "double_metaphone",
            Derivation::Phonetics => "phonetics",
            Derivation::Nickname => "nickname",
            Derivation::Nicknames => "nicknames",
            Derivation::FirstWord => "first_word",
            Derivation::LastWord => "last_word",
            Derivation::AfterFirstWord => "after_first_word",
            Derivation::SortedWords => "sorted_words",
            Derivation::Year => "year",
            Derivation::YearMonth => "year_month",
            Derivation::MonthDay => "month_day",
            Derivation::Month => "month",
            Derivation::Day => "day",
            Derivation::AdjacentYears => "adjacent_years",
            Derivation::AdjacentMonths => "adjacent_months",
            Derivation::MonthDaySwapped => "month_day_swapped",
            Derivation::Area => "area",
            Derivation::District => "district",
            Derivation::Sector => "sector",
            Derivation::EmailUser => "email_user",
            Derivation::EmailDomain => "email_domain",
            Derivation::Ordered => "ordered",
            Derivation::Deletions => "deletions",
            Derivation::Letters => "letters",
            Derivation::Positions => "positions",
        };
        name.to_owned()
    }

    /// The derivation of that name, if there is one. Lengths are 1 to 255.
    #[must_use]
    pub fn parse(name: &str) -> Option<Derivation> {
        let plain = Derivation::PLAIN.into_iter().find(|derivation| derivation.name() == name);
        plain.or_else(|| {
            let (name, length) = name.strip_suffix(')')?.split_once('(')?;
            let length = length.parse().ok().filter(|length| *length > 0)?;
            match name {
                "prefix" => Some(Derivation::Prefix(length)),
                "suffix" => Some(Derivation::Suffix(length)),
                "qgrams" => Some(Derivation::QGrams(length)),
                "runs" => Some(Derivation::Runs(length)),
                _ => None,
            }
        })
    }

    /// Those without a length, in the order of the documentation.
    pub const PLAIN: [Derivation; 27] = [
        Derivation::Initial,
        Derivation::Soundex,
        Derivation::DoubleMetaphone,
        Derivation::Phonetics,
        Derivation::Nickname,
        Derivation::Nicknames,
        Derivation::FirstWord,
        Derivation::LastWord,
        Derivation::AfterFirstWord,
        Derivation::SortedWords,
        Derivation::Year,
        Derivation::YearMonth,
        Derivation::MonthDay,
        Derivation::Month,
        Derivation::Day,
        Derivation::AdjacentYears,
        Derivation::AdjacentMonths,
        Derivation::MonthDaySwapped,
        Derivation::Area,
        Derivation::District,
        Derivation::Sector,
        Derivation::EmailUser,
        Derivation::EmailDomain,
        Derivation::Ordered,
        Derivation::Deletions,
        Derivation::Letters,
        Derivation::Positions,
    ];

    /// What kind of value it is.
    pub(super) fn kind(self, base: ValueKind) -> ValueKind {
        match (self, base) {
            (
                Derivation::FirstWord
                | Derivation::LastWord
                | Derivation::AfterFirstWord
                | Derivation::SortedWords
                | Derivation::Nickname
                | Derivation::Nicknames,
                _,
            ) => base,
            (Derivation::Prefix(_) | Derivation::Suffix(_), ValueKind::Name | ValueKind::Text | ValueKind::Words) => {
                base
            }
            _ => ValueKind::Category,
        }
    }
}
