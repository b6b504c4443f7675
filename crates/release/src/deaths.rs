//! Which death of a person is delivered, when the register and the hospital both know one.
//!
//! HES knows deaths in hospital, the register knows all of them, and the two dates often
//! differ by some days. The merge is the published table of the HES–ONS product, kept as
//! one `match` over the difference in days so that it can be read beside that table.

use std::fmt;

use counterfoil_core::NO_DATE;
use jiff::{ToSpan, civil};

use crate::causes::Causes;

/// The furthest apart, in days, that the two dates may be for the registration to be used
/// as a record.
const CLOSE_DAYS: i64 = 3;

/// A registered death (ONS civil registration) that a link attaches to a person.
///
/// No `Debug`: it holds cell values.
#[derive(Clone, PartialEq, Eq)]
pub struct RegisteredDeath {
    /// Date of death in days since 1970-01-01; [`NO_DATE`] where the register has none.
    pub date_of_death: i32,
    /// Date of registration; [`NO_DATE`] where there is none.
    pub date_of_registration: i32,
    /// Match rank of the link.
    pub match_rank: u8,
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
}

impl RegisteredDeath {
    /// A registered death of which no more is known than its date and match rank.
    #[must_use]
    pub fn new(date_of_death: i32, match_rank: u8) -> RegisteredDeath {
        RegisteredDeath {
            date_of_death,
            date_of_registration: NO_DATE,
            match_rank,
            causes: Causes::default(),
            communal_establishment: None,
            nhs_indicator: None,
            residence_pct: None,
            residence_sha: None,
            sex: None,
        }
    }
}

/// A death recorded by a hospital: an admitted-patient record with a "dead" discharge
/// method.
///
/// No `Debug`: it holds cell values.
#[derive(Clone, PartialEq, Eq)]
pub struct HospitalDeath {
    /// Discharge date, else episode end date, in days since 1970-01-01; the caller decides
    /// which. [`NO_DATE`] where the record has neither.
    pub date: i32,
    /// Primary care trust of residence.
    pub residence_pct: Option<Box<str>>,
    /// Strategic health authority of residence.
    pub residence_sha: Option<Box<str>>,
    /// Sex, as coded.
    pub sex: Option<u8>,
}

impl HospitalDeath {
    /// A hospital death of which no more is known than its date.
    #[must_use]
    pub fn new(date: i32) -> HospitalDeath {
        HospitalDeath { date, residence_pct: None, residence_sha: None, sex: None }
    }
}

/// `DEATH_RECORD_USED`: which record the delivered death rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeathRecordUsed {
    /// Known from HES only.
    Hes1,
    /// Known from both, dates far apart: HES, with registration date and causes from ONS.
    Hes2,
    /// Known from both, the registered date the same or up to three days earlier: ONS.
    Ons1,
    /// Known from the register only.
    Ons2,
    /// Known from both, the registered date one to three days later: ONS with the HES date.
    Mix1,
}

impl DeathRecordUsed {
    /// Every value.
    pub const ALL: [DeathRecordUsed; 5] = [
        DeathRecordUsed::Hes1,
        DeathRecordUsed::Hes2,
        DeathRecordUsed::Ons1,
        DeathRecordUsed::Ons2,
        DeathRecordUsed::Mix1,
    ];

    /// The text delivered in `DEATH_RECORD_USED`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DeathRecordUsed::Hes1 => "HES1",
            DeathRecordUsed::Hes2 => "HES2",
            DeathRecordUsed::Ons1 => "ONS1",
            DeathRecordUsed::Ons2 => "ONS2",
            DeathRecordUsed::Mix1 => "MIX1",
        }
    }
}

impl fmt::Display for DeathRecordUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a part of the delivered death comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeathSource {
    /// The civil register.
    Ons,
    /// Hospital Episode Statistics.
    Hes,
}

/// What the merge decides.
///
/// No `Debug`: it holds a date of death.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// The delivered date of death; [`NO_DATE`] if the record used has none.
    pub date_of_death: i32,
    /// Which record it rests on.
    pub record_used: DeathRecordUsed,
    /// Match rank of the link to the registered death; 0 where there is none.
    pub match_rank: u8,
    /// Whether the death is registered. If so, registration date and causes come from ONS.
    pub registered: bool,
    /// Where the date of death comes from.
    pub date_from: DeathSource,
    /// Where the fields other than the dates and causes come from.
    pub fields_from: DeathSource,
}

/// Merges the registered and the hospital death of one person; `None` if there is neither.
///
/// The rule is the published table of the HES–ONS linked mortality data, by how much later
/// the registered date of death is than the hospital's:
///
/// | Known from | Days later | Used | Date | Registration, causes | Other fields |
/// |---|---|---|---|---|---|
/// | ONS only | | ONS2 | ONS | ONS | ONS |
/// | HES only | | HES1 | HES | none | HES |
/// | both | more than 3 | HES2 | HES | ONS | HES |
/// | both | 1 to 3 | MIX1 | HES | ONS | ONS |
/// | both | −3 to 0 | ONS1 | ONS | ONS | ONS |
/// | both | less than −3 | HES2 | HES | ONS | HES |
///
/// The table is silent on missing dates; our choice: a hospital death without a date counts
/// as unknown beside a registered one (ONS2), and a registered death without a date lends
/// registration date and causes to a dated hospital death (HES2).
#[must_use]
pub fn merge(ons: Option<&RegisteredDeath>, hes: Option<&HospitalDeath>) -> Option<Merged> {
    use DeathRecordUsed::{Hes1, Hes2, Ons1, Ons2};
    Some(match (ons, hes) {
        (None, None) => return None,
        (None, Some(hes)) => Merged::of(Hes1, None, hes.date),
        (Some(ons), None) => Merged::of(Ons2, Some(ons), NO_DATE),
        (Some(ons), Some(hes)) if hes.date == NO_DATE => Merged::of(Ons2, Some(ons), NO_DATE),
        (Some(ons), Some(hes)) if ons.date_of_death == NO_DATE => Merged::of(Hes2, Some(ons), hes.date),
        (Some(ons), Some(hes)) => {
            let days_later = i64::from(ons.date_of_death) - i64::from(hes.date);
            let used = match days_later {
                1..=CLOSE_DAYS => DeathRecordUsed::Mix1,
                days if (-CLOSE_DAYS..=0).contains(&days) => Ons1,
                _ => Hes2,
            };
            Merged::of(used, Some(ons), hes.date)
        }
    })
}

impl Merged {
    fn of(used: DeathRecordUsed, ons: Option<&RegisteredDeath>, hes_date: i32) -> Merged {
        let (date_from, fields_from) = match used {
            DeathRecordUsed::Hes1 | DeathRecordUsed::Hes2 => (DeathSource::Hes, DeathSource::Hes),
            DeathRecordUsed::Ons1 | DeathRecordUsed::Ons2 => (DeathSource::Ons, DeathSource::Ons),
            DeathRecordUsed::Mix1 => (DeathSource::Hes, DeathSource::Ons),
        };
        let date_of_death = match (date_from, ons) {
            (DeathSource::Ons, Some(ons)) => ons.date_of_death,
            _ => hes_date,
        };
        Merged {
            date_of_death,
            record_used: used,
            match_rank: ons.map_or(0, |ons| ons.match_rank),
            registered: ons.is_some(),
            date_from,
            fields_from,
        }
    }
}

/// Whether HES shows activity after death: the last activity is later than the date of
/// death plus `offset_days`.
///
/// The offset behind the published flag is not published, so it is an option; 0 is ours:
/// any activity on a later day. Unknown dates ([`NO_DATE`]) show no activity after death.
#[must_use]
pub fn subsequent_activity(last_activity: i32, date_of_death: i32, offset_days: u16) -> bool {
    date_of_death != NO_DATE && i64::from(last_activity) > i64::from(date_of_death) + i64::from(offset_days)
}

/// Age at death in completed years; `None` if either date is missing or birth is after
/// death.
///
/// A year is completed at the start of the anniversary of birth (Family Law Reform Act
/// 1969, section 9). The Act does not say which day that is for someone born on 29 February
/// when the year has no such day; our choice is 1 March.
#[must_use]
pub fn age_at_death(birth: Option<i32>, death: i32) -> Option<i16> {
    let birth = birth.filter(|birth| *birth <= death)?;
    let (birth, death) = (calendar_date(birth)?, calendar_date(death)?);
    // Comparing (month, day) puts 29 February after 28 February and before 1 March, which
    // is the choice above without a special case.
    let before_anniversary = (death.month(), death.day()) < (birth.month(), birth.day());
    Some(death.year() - birth.year() - i16::from(before_anniversary))
}

/// The calendar date of a day number; `None` for [`NO_DATE`] and beyond the calendar.
fn calendar_date(days: i32) -> Option<civil::Date> {
    if days == NO_DATE {
        return None;
    }
    let span = 0.days().try_days(i64::from(days)).ok()?;
    civil::date(1970, 1, 1).checked_add(span).ok()
}
