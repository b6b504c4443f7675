//! What standardising makes of one raw value.

use std::fmt;

/// A standardised value, a stated absence, or a value refused by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The value meets its field's validity rules and may be linked on.
    Valid(T),
    /// The source says, in one of the agreed ways, that there is no usable value.
    Null(NullReason),
    /// There is a value, and it breaks a rule. It is never linked on; the row is listed.
    Rejected(RejectRule),
}

impl<T> Outcome<T> {
    /// Applies `f` to a valid value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Valid(value) => Outcome::Valid(f(value)),
            Outcome::Null(reason) => Outcome::Null(reason),
            Outcome::Rejected(rule) => Outcome::Rejected(rule),
        }
    }

    /// The valid value, if there is one.
    pub fn valid(self) -> Option<T> {
        match self {
            Outcome::Valid(value) => Some(value),
            Outcome::Null(_) | Outcome::Rejected(_) => None,
        }
    }
}

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// Every variant, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The stable name written to manifests and reject tables.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named! {
    /// Why a value counts as missing although the row is in order.
    NullReason {
        /// No value, or blanks only.
        Empty = "empty",
        /// A value that the data set's definition lists as meaning "missing".
        Sentinel = "sentinel",
        /// A code that means not known, not specified or withheld.
        NotKnown = "not-known",
        /// A postcode starting `ZZ`: no fixed abode, abroad, or not known.
        Unlinkable = "unlinkable",
        /// A word that stands where a name should be (`UNKNOWN`, `BABY`), or a date that stands where
        /// a date of birth should be, as its counts tell.
        Placeholder = "placeholder",
        /// A local patient id whose provider is missing.
        NoProvider = "no-provider",
        /// The row says why its person's identity is withheld, so whatever stands there is not
        /// linked on.
        Withheld = "withheld",
    }
}

named! {
    /// Which validity rule a value broke.
    RejectRule {
        /// An NHS number that is not ten digits.
        NhsNumberFormat = "nhs-number-format",
        /// An NHS number whose check digit is wrong.
        NhsNumberCheckDigit = "nhs-number-check-digit",
        /// An NHS number of one repeated digit; passes the check and is never issued.
        NhsNumberRepeatedDigit = "nhs-number-repeated-digit",
        /// Text that is in none of the accepted date forms.
        DateFormat = "date-format",
        /// A date in three parts of which some are missing.
        DateIncomplete = "date-incomplete",
        /// Right form, but no such day (30 February).
        DateNotOnCalendar = "date-not-on-calendar",
        /// Before the floor, 1895-01-01 for dates of birth.
        DateBeforeFloor = "date-before-floor",
        /// After the end of the data.
        DateAfterEnd = "date-after-end-of-data",
        /// A sex code that the data set's code list does not have.
        SexCode = "sex-code",
        /// A postcode in none of the accepted layouts.
        PostcodeFormat = "postcode-format",
        /// A name with no letter in it.
        NameWithoutLetter = "name-without-letter",
        /// Text that is not a number where a number is due.
        NumberFormat = "number-format",
        /// A value longer than any real one can be.
        TooLong = "too-long",
    }
}

/// One refused value: where it stands and which rule it broke; never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// 0-based row within the source.
    pub row: u64,
    /// Position of the linkage field in the job.
    pub field: u16,
    /// The broken rule.
    pub rule: RejectRule,
}
