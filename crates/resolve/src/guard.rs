//! The activity guard: a death is linked to a person only if the person's last activity is
//! not later than some days (three, in the published rule) after it.

use counterfoil_core::{CandidatePair, NO_DATE};

/// Whether the guard bars a pair, given the left unit's last activity
/// ([`NO_DATE`] if it has none) and the days of grace.
///
/// A death without a date is barred too: the rule asks that activity be *not later*, which
/// an unknown date cannot show. A unit without any dated activity is not barred.
#[must_use]
pub fn bars(pair: &CandidatePair, last_activity: i32, days: i32) -> bool {
    last_activity != NO_DATE && (pair.right_date == NO_DATE || last_activity > pair.right_date.saturating_add(days))
}
