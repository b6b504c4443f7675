//! Clinical codes as data: a few common ICD-10 codes by kind of stay, and causes of death.
//!
//! Weights are rounded shapes of our own; nothing about the frequency of a disease may be
//! inferred from them.

use crate::draw::Draw;
use crate::population::StayKind;

type Table = &'static [(u32, &'static str)];

const BIRTH: Table = &[(80, "Z380"), (8, "P071"), (6, "P599"), (6, "P220")];
const DELIVERY: Table = &[(55, "O800"), (15, "O820"), (12, "O700"), (10, "O681"), (8, "O757")];
const DAY_CASE: Table = &[
    (18, "H251"),
    (10, "K409"),
    (10, "Z511"),
    (9, "K529"),
    (8, "C509"),
    (8, "M171"),
    (7, "D500"),
    (6, "K297"),
    (6, "N40X"),
    (4, "C61X"),
    (3, "R69X"),
];
const REGULAR: Table = &[(70, "N185"), (20, "Z491"), (10, "Z511")];
const ELECTIVE: Table = &[
    (18, "M171"),
    (16, "M161"),
    (10, "K802"),
    (9, "C189"),
    (8, "C509"),
    (8, "I251"),
    (7, "N40X"),
    (5, "K409"),
    (2, "R69X"),
];
const EMERGENCY: Table = &[
    (16, "R074"),
    (12, "N390"),
    (11, "J181"),
    (9, "R104"),
    (8, "J440"),
    (7, "I214"),
    (6, "L031"),
    (6, "S720"),
    (5, "I639"),
    (5, "A419"),
    (4, "I500"),
    (4, "K359"),
    (3, "T391"),
    (2, "R69X"),
];
const FATAL: Table = &[
    (20, "J181"),
    (12, "A419"),
    (10, "I500"),
    (9, "I639"),
    (8, "I214"),
    (8, "J440"),
    (8, "C349"),
    (6, "C189"),
    (5, "S720"),
    (5, "N179"),
    (4, "K703"),
];

const NEONATAL_MENTIONS: Table = &[(40, "P072"), (25, "P220"), (15, "Q249"), (10, "P369"), (10, "P209")];
const UNDERLYING: Table = &[
    (17, "F03"),
    (15, "I259"),
    (11, "I219"),
    (10, "C349"),
    (9, "J449"),
    (8, "J189"),
    (7, "I639"),
    (5, "C189"),
    (5, "G309"),
    (4, "C61"),
    (4, "C509"),
    (3, "K703"),
    (2, "X599"),
];
const CONTRIBUTING: Table =
    &[(20, "J189"), (15, "I10"), (12, "I500"), (12, "E149"), (12, "I48"), (10, "A419"), (10, "N179"), (9, "R54")];

/// Primary diagnosis of an episode.
pub(super) fn diagnosis(kind: StayKind, died: bool, draw: &mut Draw) -> &'static str {
    draw.weighted(match kind {
        _ if died && kind != StayKind::Birth => FATAL,
        StayKind::Birth => BIRTH,
        StayKind::Delivery => DELIVERY,
        StayKind::DayCase => DAY_CASE,
        StayKind::RegularAttender => REGULAR,
        StayKind::Elective => ELECTIVE,
        StayKind::Emergency => EMERGENCY,
    })
}

/// How a stay of the kind begins: `ADMIMETH`.
pub(super) fn admission_method(kind: StayKind, draw: &mut Draw) -> &'static str {
    match kind {
        StayKind::Birth => "82",
        StayKind::Delivery => "31",
        StayKind::RegularAttender => "13",
        StayKind::DayCase | StayKind::Elective => draw.weighted(&[(60, "11"), (20, "12"), (20, "13")]),
        StayKind::Emergency => draw.weighted(&[(74, "21"), (12, "22"), (5, "24"), (6, "2A"), (3, "28")]),
    }
}

/// `CLASSPAT` of a stay of the kind.
pub(super) fn patient_class(kind: StayKind) -> &'static str {
    match kind {
        StayKind::DayCase => "2",
        StayKind::RegularAttender => "3",
        StayKind::Birth | StayKind::Delivery | StayKind::Elective | StayKind::Emergency => "1",
    }
}

/// Underlying cause and up to three mentions of a certificate. A neonatal certificate has no
/// single underlying cause.
pub(super) fn certificate(neonatal: bool, draw: &mut Draw) -> (Option<&'static str>, [Option<&'static str>; 3]) {
    if neonatal {
        let mention = draw.weighted(NEONATAL_MENTIONS);
        return (None, [Some(mention), None, None]);
    }
    let underlying = draw.weighted(UNDERLYING);
    let mut mentions = [Some(underlying), None, None];
    for mention in &mut mentions[1..] {
        if draw.chance(0.6) {
            *mention = Some(draw.weighted(CONTRIBUTING));
        }
    }
    (Some(underlying), mentions)
}
