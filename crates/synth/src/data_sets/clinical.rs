//! What people are treated for and die of, as codes.
//!
//! Weights are rounded shapes of our own; nothing about the frequency of a disease may be
//! inferred from them.

mod condition;
mod conditions;
pub(crate) mod presentation;

pub(crate) use condition::{Code, Condition};
pub(crate) use conditions::{COMORBIDITIES_OLD, COMORBIDITIES_YOUNG, IMAGING};

use crate::draw::Draw;
use crate::events::maternity::Method;
use crate::events::proms::{Joint, Operation};
use crate::population::StayKind;

/// 1 February 2020: before that day nobody has COVID-19.
const FIRST_COVID: i32 = 18_293;

type Table = &'static [(u32, &'static str)];

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

/// What a stay is for that is not of a birth, by why and at what age someone is in hospital;
/// what they died of, if they did.
pub(super) fn condition(kind: StayKind, age: i32, (died, day): (bool, i32), draw: &mut Draw) -> &'static Condition {
    let wheel = match (kind, age) {
        _ if died => &conditions::FATAL,
        (StayKind::RegularAttender, _) => &conditions::REGULAR,
        (StayKind::DayCase, ..=15) => &conditions::DAY_CASE_CHILD,
        (StayKind::DayCase, 16..=59) => &conditions::DAY_CASE_ADULT,
        (StayKind::DayCase, _) => &conditions::DAY_CASE_OLD,
        (StayKind::Elective, ..=15) => &conditions::ELECTIVE_CHILD,
        (StayKind::Elective, 16..=59) => &conditions::ELECTIVE_ADULT,
        (StayKind::Elective, _) => &conditions::ELECTIVE_OLD,
        (_, ..=15) => &conditions::EMERGENCY_CHILD,
        (_, 16..=64) => &conditions::EMERGENCY_ADULT,
        _ => &conditions::EMERGENCY_OLD,
    };
    let drawn = wheel.draw(draw);
    // Nobody had COVID-19 before it was there.
    if drawn.diagnosis == *b"U071" && day < FIRST_COVID { &conditions::PNEUMONIA } else { drawn }
}

/// What a mother's stay for a birth is coded as.
pub(super) fn delivery(method: Method) -> &'static Condition {
    match method {
        Method::Spontaneous => &conditions::SPONTANEOUS,
        Method::Forceps => &conditions::FORCEPS,
        Method::Ventouse => &conditions::VENTOUSE,
        Method::ElectiveCaesarean => &conditions::ELECTIVE_CAESAREAN,
        Method::EmergencyCaesarean => &conditions::EMERGENCY_CAESAREAN,
    }
}

/// What a stay for a new joint is coded as.
pub(super) fn joint(operation: &Operation) -> &'static Condition {
    match (operation.joint, operation.revision) {
        (Joint::Hip, false) => &conditions::HIP,
        (Joint::Knee, false) => &conditions::KNEE,
        (Joint::Hip, true) => &conditions::HIP_AGAIN,
        (Joint::Knee, true) => &conditions::KNEE_AGAIN,
    }
}

/// What a baby's stay after birth is coded as.
pub(super) fn newborn(well: bool, draw: &mut Draw) -> &'static Condition {
    if well { &conditions::WELL_BABY } else { conditions::BABY.draw(draw) }
}

/// Main specialty of a consultant with the treatment function.
pub(super) fn main_specialty(treatment: &[u8; 3]) -> [u8; 3] {
    match treatment {
        b"103" | b"107" => *b"100",
        b"108" | b"214" => *b"110",
        b"173" | b"221" => *b"170",
        b"219" => *b"160",
        b"191" => *b"190",
        b"260" | b"421" | b"422" | b"424" => *b"420",
        b"328" => *b"300",
        other => *other,
    }
}

/// `ADMIMETH` by how a stay of the kind begins.
pub(super) fn admission_method(kind: StayKind, through_department: bool, draw: &mut Draw) -> &'static str {
    match kind {
        StayKind::Birth => "82",
        StayKind::Delivery => "31",
        StayKind::RegularAttender => "13",
        StayKind::DayCase | StayKind::Elective => draw.weighted(&[(60, "11"), (20, "12"), (20, "13")]),
        StayKind::Emergency if through_department => draw.weighted(&[(94, "21"), (6, "2A")]),
        StayKind::Emergency => draw.weighted(&[(56, "22"), (24, "24"), (13, "28"), (7, "2D")]),
    }
}

/// Underlying cause and up to three mentions of a certificate. Of a death in hospital seven in
/// ten underlying causes are what the last stay was for, and else that is mentioned. A
/// neonatal certificate has no single underlying cause.
pub(super) fn certificate(
    neonatal: bool,
    hospital: Option<&'static Condition>,
    draw: &mut Draw,
) -> (Option<&'static str>, [Option<&'static str>; 3]) {
    if neonatal {
        let mention = draw.weighted(NEONATAL_MENTIONS);
        return (None, [Some(mention), None, None]);
    }
    let long_standing = draw.weighted(UNDERLYING);
    let stay = hospital.map(|condition| code_text(&condition.diagnosis));
    let direct = hospital.filter(|_| draw.chance(0.7));
    // Of an injury the underlying cause is how it came about.
    let underlying =
        direct.map_or(long_standing, |condition| code_text(condition.cause.as_ref().unwrap_or(&condition.diagnosis)));
    let mut mentions = [Some(underlying), stay.filter(|code| *code != underlying), None];
    for mention in &mut mentions[1..] {
        if mention.is_none() && draw.chance(0.6) {
            *mention = Some(draw.weighted(CONTRIBUTING));
        }
    }
    (Some(underlying), mentions)
}

/// A code as text, without the `X` that fills up three characters in HES.
fn code_text(code: &'static Code) -> &'static str {
    let text = std::str::from_utf8(code).expect("codes are ASCII");
    text.strip_suffix('X').unwrap_or(text)
}
