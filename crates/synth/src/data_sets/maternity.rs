//! A birth as the maternity unit writes it down; mother's and baby's records agree on it.

use crate::draw::{Draw, Purpose};
use crate::population::{StayKind, World};

/// What is known of a birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Birth {
    /// Completed weeks.
    pub(crate) gestation: i32,
    /// Grams.
    pub(crate) weight: i32,
    pub(crate) method: Method,
    /// How labour began: 1 by itself, 2 by caesarean, 3 to 5 induced.
    pub(crate) onset: &'static str,
    /// Earlier pregnancies.
    pub(crate) earlier: i32,
    /// Weeks at the first antenatal assessment.
    pub(crate) assessed: i32,
    /// 1 male, 2 female.
    pub(crate) sex: i8,
    /// The baby is in hospital for no other reason than its birth.
    pub(crate) well: bool,
}

/// How a baby is born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Spontaneous,
    Forceps,
    Ventouse,
    ElectiveCaesarean,
    EmergencyCaesarean,
}

impl Method {
    /// `DELMETH` of HES and the delivery method code of maternity records.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Method::Spontaneous => "0",
            Method::Forceps => "3",
            Method::Ventouse => "4",
            Method::ElectiveCaesarean => "7",
            Method::EmergencyCaesarean => "8",
        }
    }
}

/// Most babies of one pregnancy.
pub(crate) const MOST_BABIES: usize = 2;

/// The births that a stay with this number is of, if it is of any.
pub(crate) fn of_stay(world: &World, kind: StayKind, stay: u64) -> [Option<Birth>; MOST_BABIES] {
    match kind {
        StayKind::Birth | StayKind::Delivery => {
            let mut draw = world.draws(Purpose::BirthContent, stay);
            let sex = if draw.bits() & 1 == 0 { 1 } else { 2 };
            [Some(Birth::draw(sex, &mut draw)), None]
        }
        _ => [None, None],
    }
}

impl Birth {
    fn draw(sex: i8, draw: &mut Draw) -> Birth {
        let gestation = draw.weighted(&[(1, 27), (2, 32), (5, 36), (8, 37), (16, 38), (27, 39), (28, 40), (13, 41)]);
        let weight = 3_400 - (40 - gestation) * 160 + draw.between(-450, 450) + draw.between(-250, 250);
        let method = draw.weighted(&[
            (62, Method::Spontaneous),
            (7, Method::Forceps),
            (5, Method::Ventouse),
            (12, Method::ElectiveCaesarean),
            (14, Method::EmergencyCaesarean),
        ]);
        let onset = match method {
            Method::ElectiveCaesarean => "2",
            _ => draw.weighted(&[(66, "1"), (14, "3"), (14, "4"), (6, "5")]),
        };
        Birth {
            gestation,
            weight: weight.max(500),
            method,
            onset,
            earlier: draw.geometric(0.9, 9) as i32,
            assessed: draw.between(7, 14),
            sex,
            well: gestation >= 37 && draw.bits() & 15 != 0,
        }
    }
}
