//! Outpatient specialties, as data.

use crate::wheel::{Wheel, wheel};

/// A specialty that people are referred to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Specialty {
    /// Treatment function.
    pub(crate) treatment: &'static str,
    /// Main specialty of the consultant.
    pub(crate) main: &'static str,
    /// Healthcare resource groups of a first attendance and of others.
    pub(crate) groups: (&'static str, &'static str),
    /// Mean number of appointments that follow a first one, in tenths.
    pub(crate) following: u32,
    /// Shortest and longest time between two appointments, in days.
    pub(crate) gap: (i32, i32),
    /// What is done in one appointment of eight, OPCS-4.
    pub(crate) procedure: Option<&'static [u8; 4]>,
}

const fn at(treatment: &'static str, main: &'static str, following: u32, gap: (i32, i32)) -> Specialty {
    Specialty { treatment, main, groups: ("WF01B", "WF01A"), following, gap, procedure: None }
}

const fn doing(mut specialty: Specialty, procedure: &'static [u8; 4]) -> Specialty {
    specialty.procedure = Some(procedure);
    specialty
}

/// Weights are rounded shapes of our own.
pub(crate) static CHILD: Wheel<Specialty> = wheel!(Specialty:
    (40, at("420", "420", 20, (30, 180))),
    (18, at("130", "130", 22, (90, 270))),
    (16, at("120", "120", 14, (30, 180))),
    (14, at("110", "110", 16, (10, 90))),
    (10, at("650", "950", 35, (7, 28))),
    (9, at("143", "143", 90, (28, 56))),
    (8, at("330", "330", 12, (30, 180))),
    (8, at("656", "950", 40, (14, 42))),
    (6, at("171", "171", 12, (30, 180))),
    (4, at("211", "101", 14, (30, 180))),
);

pub(crate) static ADULT: Wheel<Specialty> = wheel!(Specialty:
    (30, at("110", "110", 16, (10, 120))),
    (28, at("650", "950", 30, (7, 28))),
    (22, doing(at("502", "502", 10, (14, 120)), b"Q554")),
    (18, doing(at("130", "130", 20, (28, 240)), b"C873")),
    (16, doing(at("330", "330", 12, (30, 180)), b"S573")),
    (14, doing(at("120", "120", 10, (30, 180)), b"E253")),
    (14, at("100", "100", 10, (14, 120))),
    (13, at("301", "301", 14, (42, 240))),
    (12, at("320", "320", 12, (30, 240))),
    (11, doing(at("101", "101", 14, (30, 180)), b"M454")),
    (10, at("400", "400", 14, (60, 360))),
    (10, at("410", "410", 30, (60, 240))),
    (9, at("302", "302", 28, (60, 240))),
    (8, at("340", "340", 16, (42, 240))),
    (8, at("103", "103", 12, (14, 180))),
    (7, at("303", "303", 40, (14, 120))),
    (6, at("370", "370", 80, (14, 28))),
    (6, at("800", "800", 80, (1, 21))),
    (5, at("361", "361", 50, (30, 120))),
    (5, at("191", "190", 14, (42, 240))),
);

pub(crate) static OLD: Wheel<Specialty> = wheel!(Specialty:
    (38, doing(at("130", "130", 30, (28, 180)), b"C873")),
    (28, at("110", "110", 16, (10, 120))),
    (20, at("650", "950", 26, (7, 28))),
    (18, at("320", "320", 16, (42, 240))),
    (15, doing(at("101", "101", 22, (42, 240)), b"M454")),
    (14, doing(at("330", "330", 16, (30, 180)), b"S573")),
    (13, at("100", "100", 10, (14, 120))),
    (12, at("340", "340", 20, (42, 240))),
    (12, at("120", "120", 10, (30, 240))),
    (11, at("303", "303", 50, (14, 120))),
    (10, at("301", "301", 12, (42, 240))),
    (10, at("430", "430", 12, (42, 180))),
    (9, at("410", "410", 26, (60, 240))),
    (9, at("370", "370", 80, (14, 28))),
    (9, at("800", "800", 90, (1, 21))),
    (8, at("302", "302", 28, (60, 240))),
    (8, at("361", "361", 50, (30, 120))),
    (6, at("107", "107", 14, (42, 240))),
    (6, at("840", "110", 30, (60, 240))),
);

/// The specialties of people of the age.
pub(crate) fn of_age(age: i32) -> &'static Wheel<Specialty> {
    match age {
        ..=15 => &CHILD,
        16..=64 => &ADULT,
        _ => &OLD,
    }
}
