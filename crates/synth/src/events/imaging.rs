//! Imaging examinations, each tied to the care that asked for it.

use super::appointments::{self, Appointment};
use super::attendances::{self, Attendance, Department};
use super::care::{self, Rates};
use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};
use crate::population::{Life, Stay, StayKind, World};
use crate::season::Season;
use crate::wheel::{Wheel, wheel};

/// Most examinations one person can have; keeps record keys apart.
pub(crate) const MOST: usize = 2_048;

/// Examinations a year that a general practice asks for.
const OF_PRACTICE: Rates = &[(0, 0.02), (16, 0.05), (40, 0.09), (60, 0.12), (75, 0.10)];

/// Mean examinations of an emergency and of another stay.
const OF_EMERGENCY_STAY: f64 = 1.2;
const OF_PLANNED_STAY: f64 = 0.3;

/// Shares of attendances without a stay, and of appointments, with an examination, of 256.
const OF_ATTENDANCE: u64 = 90;
const OF_APPOINTMENT: u64 = 18;

/// Where the patient came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Inpatient,
    DayCase,
    Outpatient,
    Practice,
    Emergency,
}

/// What is looked at, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Examination {
    /// National interim clinical imaging procedure.
    pub(crate) nicip: &'static str,
    pub(crate) snomed: &'static str,
    pub(crate) modality: &'static str,
    /// Region of the body.
    pub(crate) region: &'static str,
    /// Whether it is among the tests for early diagnosis of cancer.
    pub(crate) cancer: Option<&'static str>,
}

const fn of(
    nicip: &'static str,
    snomed: &'static str,
    modality: &'static str,
    region: &'static str,
    cancer: Option<&'static str>,
) -> Examination {
    Examination { nicip, snomed, modality, region, cancer }
}

const CHEST: Examination = of("XCHES", "399208008", "1", "2", Some("Lung cancer"));
const ABDOMEN: Examination = of("UABDO", "45036003", "3", "3", Some("Ovarian cancer"));

/// Weights are rounded shapes of our own, codes were seen in public lists.
static ACUTE: Wheel<Examination> = wheel!(Examination:
    (44, CHEST),
    (22, of("CSKUH", "303653007", "2", "1", None)),
    (12, of("XPELV", "268425006", "1", "5", None)),
    (10, ABDOMEN),
    (8, of("CABDO", "169069000", "2", "3", None)),
    (4, of("XKNEL", "74016001", "1", "5", None)),
);

static PLANNED: Wheel<Examination> = wheel!(Examination:
    (22, of("MSPLU", "241645008", "4", "4", None)),
    (20, ABDOMEN),
    (16, CHEST),
    (14, of("XKNEL", "74016001", "1", "5", None)),
    (12, of("MHEAD", "816077007", "4", "1", Some("Brain cancer"))),
    (10, of("XPELV", "268425006", "1", "5", None)),
    (6, of("NBONW", "312681000", "5", "5", None)),
);

/// One examination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Imaging {
    /// The days on which it was asked for, the request came, it was done and reported.
    pub(crate) requested: i32,
    pub(crate) received: i32,
    pub(crate) day: i32,
    pub(crate) reported: i32,
    /// Position among the person's examinations.
    pub(crate) ordinal: u16,
    pub(crate) setting: Setting,
    pub(crate) examination: &'static Examination,
    pub(crate) provider: u16,
}

/// The examinations of a person: of stays, attendances, appointments, and those that the
/// general practice asked for.
pub(crate) fn draw(world: &World, life: &Life) -> Vec<Imaging> {
    let draw = world.draws(Purpose::Imaging, life.person.index);
    let last_day = life.death.as_ref().map_or(world.window.last(), |death| death.day.min(world.window.last()));
    let mut series = Series { life, last_day, draw, all: Vec::new() };
    life.stays.iter().for_each(|stay| series.of_stay(stay));
    let mut attended = Vec::new();
    attendances::draw(world, life, &mut attended);
    attended.iter().for_each(|attendance| series.of_attendance(attendance));
    let mut appointed = Vec::new();
    appointments::draw(world, life, &mut appointed);
    appointed.iter().for_each(|appointment| series.of_appointment(appointment));
    series.of_practice(world);
    series.all
}

struct Series<'a> {
    life: &'a Life,
    last_day: i32,
    draw: Draw,
    all: Vec<Imaging>,
}

impl Series<'_> {
    fn of_stay(&mut self, stay: &Stay) {
        let (mean, setting) = match stay.kind {
            StayKind::Emergency => (OF_EMERGENCY_STAY, Setting::Inpatient),
            StayKind::Elective => (OF_PLANNED_STAY, Setting::Inpatient),
            StayKind::DayCase => (OF_PLANNED_STAY / 2.0, Setting::DayCase),
            StayKind::Birth | StayKind::Delivery | StayKind::RegularAttender => return,
        };
        for _ in 0..self.draw.geometric(mean, 12) {
            let day = self.draw.between(stay.admitted, stay.discharged);
            self.examine((day, 0), setting, stay.provider);
        }
    }

    fn of_attendance(&mut self, attendance: &Attendance) {
        let walk_in = attendance.department == Department::WalkIn;
        if attendance.stay.is_none() && !walk_in && self.draw.bits() & 255 < OF_ATTENDANCE {
            self.examine((attendance.day, 0), Setting::Emergency, attendance.provider);
        }
    }

    fn of_appointment(&mut self, appointment: &Appointment) {
        if self.draw.bits() & 255 < OF_APPOINTMENT {
            let wait = self.draw.between(1, 42);
            let day = Season::Planned.moved(appointment.day + wait);
            self.examine((day, day - appointment.day), Setting::Outpatient, appointment.provider);
        }
    }

    fn of_practice(&mut self, world: &World) {
        for seen in care::years(world, self.life) {
            for _ in 0..care::times(OF_PRACTICE, &seen, self.life.person.need, &mut self.draw) {
                let day = Season::Planned.day(seen.days, &mut self.draw);
                let wait = self.draw.between(1, 28);
                let home = self.life.homes[self.life.home_on(day)].place;
                self.examine((day, wait), Setting::Practice, world.places.provider(home));
            }
        }
    }

    /// Adds an examination that was asked for some days before, within life and window.
    fn examine(&mut self, (day, wait): (i32, i32), setting: Setting, provider: u16) {
        if day > self.last_day || self.all.len() == MOST {
            return;
        }
        let acute = matches!(setting, Setting::Inpatient | Setting::Emergency);
        let adult = age_in_years(self.life.person.birth, day) >= 16;
        let wheel = if acute || !adult { &ACUTE } else { &PLANNED };
        let requested = (day - wait).max(self.life.person.birth);
        let received = self.draw.between(requested, day.min(requested + 3));
        let reported = day + if acute { self.draw.between(0, 1) } else { self.draw.between(0, 14) };
        let examination = wheel.draw(&mut self.draw);
        let ordinal = self.all.len() as u16;
        self.all.push(Imaging { requested, received, day, reported, ordinal, setting, examination, provider });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_sets::is_snomed;

    #[test]
    fn snomed_codes_have_their_check_digits() {
        for wheel in [&ACUTE, &PLANNED] {
            assert!((0..256).all(|slot| is_snomed(wheel.at(slot).snomed)));
        }
    }
}
