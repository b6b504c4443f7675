//! Care that is drawn on top of a life, person by person.
//!
//! Like stays in hospital, what happens here is the truth: no data set and no error is known.
//! An event is drawn anew by each data set that writes of it; the draws are its own, so all
//! see the same.

pub(crate) mod appointments;
pub(crate) mod attendances;
mod care;
pub(crate) mod community;
pub(crate) mod critical_care;
pub(crate) mod imaging;
pub(crate) mod maternity;
pub(crate) mod mental_health;
pub(crate) mod months;
pub(crate) mod pregnancy;
pub(crate) mod proms;
pub(crate) mod referral;
pub(crate) mod specialty;
pub(crate) mod talking_therapy;

#[cfg(test)]
mod tests;
