//! An emergency attendance as the department tells it; HES A&E and the Emergency Care Data
//! Set write it down in their own codes.

use super::clinical::presentation::{self, Presentation};
use crate::calendar::age_in_years;
use crate::draw::Purpose;
use crate::events::attendances::{Attendance, Department};
use crate::population::World;

use super::hes::MOST_RECORDS;

/// Comorbidities that a department notes at most.
pub(crate) const MOST_COMORBIDITIES: usize = 3;

/// How someone leaves a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disposal {
    Admitted,
    DischargedToPractice,
    Discharged,
    Referred,
    LeftBeforeTreatment,
}

/// What happened in a department.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) presentation: &'static Presentation,
    pub(crate) by_ambulance: bool,
    pub(crate) follow_up: bool,
    /// How urgent, 1 (at once) to 5.
    pub(crate) urgency: usize,
    pub(crate) disposal: Disposal,
    /// Minutes from arrival to assessment, treatment, conclusion, departure.
    pub(crate) minutes: [i32; 4],
    /// Positions among the comorbidities of `presentation`; their number depends on age.
    pub(crate) comorbidities: [Option<u8>; MOST_COMORBIDITIES],
    pub(crate) bits: u64,
}

impl Visit {
    /// The visit of a person born on the day.
    pub(crate) fn draw(world: &World, (person, birth): (u64, i32), attendance: &Attendance) -> Visit {
        let number = person * MOST_RECORDS + u64::from(attendance.ordinal);
        let mut draw = world.draws(Purpose::VisitContent, number);
        let age = age_in_years(birth, attendance.day);
        let admitted = attendance.stay.is_some();
        let minor = matches!(attendance.department, Department::Minor | Department::WalkIn);
        let by_ambulance = !minor && draw.bits() & 255 < if admitted { 160 } else { 60 + (age as u64).min(90) };
        let disposal = if admitted {
            Disposal::Admitted
        } else {
            draw.weighted(&[
                (46, Disposal::DischargedToPractice),
                (34, Disposal::Discharged),
                (15, Disposal::Referred),
                (5, Disposal::LeftBeforeTreatment),
            ])
        };
        let wait = if minor { 25 } else { 45 };
        let assessed = draw.between(2, 20);
        let treated = assessed + draw.between(5, wait * 2);
        let concluded = treated + draw.between(20, if admitted { 240 } else { 120 });
        let departed = concluded + draw.between(0, if admitted { 180 } else { 20 });
        let chronic = match age {
            ..=15 => 0,
            16..=49 => 40,
            50..=69 => 110,
            _ => 190,
        };
        let comorbidities = [0; MOST_COMORBIDITIES].map(|_: u8| {
            let bits = draw.bits();
            (bits & 255 < chronic).then_some((bits >> 8 & 7) as u8)
        });
        Visit {
            presentation: presentation::of_age(age).draw(&mut draw),
            by_ambulance,
            follow_up: draw.bits() & 31 == 0 && !admitted,
            urgency: if admitted { draw.between(1, 3) as usize } else { draw.between(3, 5) as usize },
            disposal,
            minutes: [assessed, treated, concluded, departed],
            comorbidities,
            bits: draw.bits(),
        }
    }
}
