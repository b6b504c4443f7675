//! How a pregnancy ends in a birth: what the records of the maternity unit, of the mother's
//! stay and of each baby's agree on.

use crate::draw::Purpose;
use crate::population::World;

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
    /// The code of both HES (`DELMETH`) and maternity records.
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

/// What the babies of one day share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    /// Days since the first day of the last period.
    pub(crate) gestation: i32,
    pub(crate) method: Method,
}

impl Course {
    /// The course of the pregnancy whose first baby has this index.
    ///
    /// Three in ten are born by caesarean section, of twins six; weights are rounded shapes of
    /// our own.
    pub(crate) fn of(world: &World, first: u64, twins: bool) -> Course {
        let mut draw = world.draws(Purpose::BirthCourse, first);
        let (from, to) = if twins {
            draw.weighted(&[(6, (170, 223)), (50, (224, 258)), (44, (259, 270))])
        } else {
            draw.weighted(&[(1, (170, 223)), (6, (224, 258)), (77, (259, 286)), (16, (287, 296))])
        };
        let [spontaneous, forceps, ventouse, elective, emergency] =
            if twins { [34, 4, 2, 34, 26] } else { [62, 5, 3, 13, 17] };
        let method = draw.weighted(&[
            (spontaneous, Method::Spontaneous),
            (forceps, Method::Forceps),
            (ventouse, Method::Ventouse),
            (elective, Method::ElectiveCaesarean),
            (emergency, Method::EmergencyCaesarean),
        ]);
        Course { gestation: draw.between(from, to), method }
    }
}
