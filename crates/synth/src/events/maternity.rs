//! A birth as the maternity unit writes it down; mother's and baby's records agree on it.

use crate::draw::Purpose;
use crate::population::{Life, Stay, StayKind, World};

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
    /// 1 for the first born.
    pub(crate) order: u8,
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

/// Who is born in a stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Babies {
    /// The babies that the record is about: a mother's all, a child's itself.
    babies: [Option<Baby>; MOST_BABIES],
    /// How many the pregnancy had.
    pub(crate) number: u8,
}

/// A baby: index, sex, and its place among those of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Baby {
    index: u64,
    sex: i8,
    order: u8,
    /// The index of the first of them.
    first: u64,
}

impl Babies {
    /// The babies of a mother's or a child's stay; none of other stays.
    pub(crate) fn of_stay(life: &Life, stay: &Stay) -> Babies {
        match stay.kind {
            StayKind::Birth => Babies::itself(life),
            StayKind::Delivery => Babies::of_mother(life, stay.admitted),
            _ => Babies::default(),
        }
    }

    fn itself(life: &Life) -> Babies {
        let index = life.person.index;
        let first = life.kin.twin.map_or(index, |twin| twin.min(index));
        let order = if first < index { 2 } else { 1 };
        let baby = Baby { index, sex: life.person.sex, order, first };
        Babies { babies: [Some(baby), None], number: if life.kin.twin.is_some() { 2 } else { 1 } }
    }

    /// The babies that a mother has on a day.
    pub(crate) fn of_mother(life: &Life, day: i32) -> Babies {
        let mut born: Vec<_> = life.kin.children.iter().filter(|child| child.birth == day).collect();
        born.sort_by_key(|child| child.index);
        let baby = |order: usize| {
            born.get(order).map(|child| Baby {
                index: child.index,
                sex: child.sex,
                order: order as u8 + 1,
                first: born[0].index,
            })
        };
        Babies { babies: [baby(0), baby(1)], number: born.len() as u8 }
    }

    /// What the maternity unit wrote down of each.
    pub(crate) fn births(&self, world: &World) -> [Option<Birth>; MOST_BABIES] {
        self.babies.map(|baby| baby.map(|baby| Birth::of(world, baby)))
    }
}

impl Birth {
    fn of(world: &World, baby: Baby) -> Birth {
        // What twins share follows from the first of them.
        let mut shared = world.draws(Purpose::PregnancyContent, baby.first);
        let mut draw = world.draws(Purpose::BirthContent, baby.index);
        let gestation = shared.weighted(&[(1, 27), (2, 32), (5, 36), (8, 37), (16, 38), (27, 39), (28, 40), (13, 41)]);
        let method = shared.weighted(&[
            (62, Method::Spontaneous),
            (7, Method::Forceps),
            (5, Method::Ventouse),
            (12, Method::ElectiveCaesarean),
            (14, Method::EmergencyCaesarean),
        ]);
        let onset = match method {
            Method::ElectiveCaesarean => "2",
            _ => shared.weighted(&[(66, "1"), (14, "3"), (14, "4"), (6, "5")]),
        };
        let weight = 3_400 - (40 - gestation) * 160 + draw.between(-450, 450) + draw.between(-250, 250);
        Birth {
            gestation,
            weight: weight.max(500),
            method,
            onset,
            earlier: shared.geometric(0.9, 9) as i32,
            assessed: shared.between(7, 14),
            sex: baby.sex,
            order: baby.order,
            well: gestation >= 37 && draw.bits() & 15 != 0,
        }
    }
}
