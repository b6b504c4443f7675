//! Operations as columns of the catalogue entry `proms`.

use super::Operated;
use crate::calendar::age_in_years;
use crate::data_sets::columns::Columns;
use crate::data_sets::field_choice::Part;
use crate::data_sets::registrar::push_postcode;
use crate::events::proms::{Joint, Questionnaire};
use crate::places::provider_code;

/// Items of the Oxford hip score, in their order.
const HIP: [&str; 12] = [
    "PAIN", "SUDDEN_PAIN", "NIGHT_PAIN", "WASHING", "TRANSPORT", "DRESSING", "SHOPPING", "WALKING", "LIMPING",
    "STAIRS", "STANDING", "WORK",
];

/// Items of the Oxford knee score.
const KNEE: [&str; 12] = [
    "PAIN", "NIGHT_PAIN", "WASHING", "TRANSPORT", "WALKING", "STANDING", "LIMPING", "KNEELING", "WORK", "CONFIDENCE",
    "SHOPPING", "STAIRS",
];

/// Conditions that the first questionnaire asks for, and how many of 256 have them. Shares of
/// our own.
const CONDITIONS: [(&str, u64); 12] = [
    ("HEART_DISEASE", 26),
    ("HIGH_BP", 105),
    ("STROKE", 4),
    ("CIRCULATION", 16),
    ("LUNG_DISEASE", 20),
    ("DIABETES", 28),
    ("KIDNEY_DISEASE", 5),
    ("NERVOUS_SYSTEM", 3),
    ("LIVER_DISEASE", 2),
    ("CANCER", 13),
    ("DEPRESSION", 22),
    ("ARTHRITIS", 185),
];

/// The columns.
pub(super) fn fill(columns: &mut Columns<'_, Operated>) {
    identifiers(columns);
    columns.part(Part::Content);
    operation(columns);
    patient(columns);
    for number in [1, 2] {
        general_health(columns, number);
    }
    for (letters, joint, items) in [("HR", Joint::Hip, &HIP), ("KR", Joint::Knee, &KNEE)] {
        for number in [1, 2] {
            oxford(columns, &format!("{letters}_Q{number}"), items, move |row| {
                sheet(row, number).filter(|_| row.answers.operation.joint == joint)
            });
        }
    }
    outcome(columns);
}

/// The first or the second questionnaire.
fn sheet(row: &Operated, number: u8) -> Option<Questionnaire> {
    if number == 1 { Some(row.answers.first) } else { row.answers.second }
}

fn identifiers(columns: &mut Columns<'_, Operated>) {
    columns.part(Part::Linkage);
    columns.maybe("nhs_number", |row| row.seen.nhs_number);
    columns.text("family_name", |row, bytes| push(row.names.family.as_ref(), bytes));
    columns.text("given_name", |row, bytes| push(row.names.given.as_ref(), bytes));
    columns.maybe_date("birth_date", Operated::birth);
    columns.text("postcode", |row, bytes| push_postcode(row.seen.postcode, bytes));
    columns.code("sex", |row| DIGITS[row.seen.sex as usize]);
    columns.part(Part::Key);
    columns.fixed("PROMS_SERIAL_NO", |row| row.serial);
    columns.part(Part::Linkage);
    columns.fixed("provider", |row| provider_code(row.provider));
    columns.date("q1_completed_date", |row| row.answers.first.completed);
}

/// Appends a text; false if there is none.
fn push(text: Option<&String>, bytes: &mut Vec<u8>) -> bool {
    text.map(|text| bytes.extend_from_slice(text.as_bytes())).is_some()
}

fn operation(columns: &mut Columns<'_, Operated>) {
    columns.maybe_date("q2_completed_date", |row| row.answers.second.map(|second| second.completed));
    columns.maybe_code("AGEBAND", |row| row.birth().and_then(|birth| age_band(birth, row.admitted)));
    columns.maybe_code("GENDER", |row| Some(DIGITS[row.seen.sex as usize]).filter(|_| [1, 2].contains(&row.seen.sex)));
    columns.fixed("YEAR", |row| row.year);
    columns.code("PROMS_PROC_CODE", |row| match row.answers.operation.joint {
        Joint::Hip => "HR",
        Joint::Knee => "KR",
    });
    columns.code("PROC_REVISION_FLAG", |row| DIGITS[usize::from(row.answers.operation.revision)]);
}

/// What the first questionnaire asks about the patient: 1 to n, 9 missing.
fn patient(columns: &mut Columns<'_, Operated>) {
    for (place, (name, codes)) in [
        ("Q1_ASSISTED", &["2", "2", "2", "2", "2", "2", "1", "9"]),
        ("Q1_LIVING_ARRANGEMENTS", &["1", "1", "1", "1", "2", "2", "3", "9"]),
        ("Q1_DISABILITY", &["1", "1", "1", "2", "2", "2", "2", "9"]),
        ("Q1_SYMPTOM_PERIOD", &["1", "2", "2", "2", "2", "3", "4", "9"]),
        ("Q1_PREVIOUS_SURGERY", &["2", "2", "2", "2", "2", "2", "1", "9"]),
    ]
    .into_iter()
    .enumerate()
    {
        columns.code(name, |row| codes[(row.detail >> (3 * place) & 7) as usize]);
    }
    for (place, (name, of_256)) in CONDITIONS.into_iter().enumerate() {
        columns.code(name, |row| if byte(row.detail, place) < of_256 { "1" } else { "9" });
    }
}

/// One of many bytes made of the same bits.
fn byte(bits: u64, place: usize) -> u64 {
    bits.rotate_left(5 * place as u32).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56
}

fn general_health(columns: &mut Columns<'_, Operated>, number: u8) {
    for (place, name) in ["MOBILITY", "SELF_CARE", "ACTIVITY", "DISCOMFORT", "ANXIETY"].into_iter().enumerate() {
        columns.maybe_code(&format!("Q{number}_{name}"), |row| {
            sheet(row, number).map(|sheet| DIGITS[usize::from(sheet.profile[place])])
        });
    }
    columns.number(&format!("Q{number}_EQ5D_INDEX"), |row| {
        sheet(row, number).map(|sheet| f64::from(index(sheet.profile)) / 1_000.0)
    });
    columns.maybe(&format!("Q{number}_EQ5D_PROFILE"), |row| {
        sheet(row, number).map(|sheet| sheet.profile.map(|level| b'0' + level))
    });
    columns.maybe_int(&format!("Q{number}_EQ5D_HEALTH_SCALE"), |row| sheet(row, number).map(|sheet| sheet.health));
}

fn oxford(
    columns: &mut Columns<'_, Operated>,
    prefix: &str,
    items: &[&str; 12],
    sheet: impl Fn(&Operated) -> Option<Questionnaire>,
) {
    for (place, name) in items.iter().enumerate() {
        columns.maybe_code(&format!("{prefix}_{name}"), |row| {
            sheet(row).map(|sheet| DIGITS[usize::from(sheet.oxford[place])])
        });
    }
    columns.maybe_int(&format!("{prefix}_SCORE"), |row| {
        sheet(row).map(|sheet| sheet.oxford.iter().map(|item| i32::from(*item)).sum())
    });
}

/// What only the second questionnaire asks: how it went, and what went wrong.
fn outcome(columns: &mut Columns<'_, Operated>) {
    for (place, name) in ["Q2_SATISFACTION", "Q2_SUCCESS"].into_iter().enumerate() {
        let codes = ["1", "1", "1", "1", "2", "2", "3", "4"];
        columns
            .maybe_code(name, |row| row.answers.second.map(|_| codes[(row.detail >> (20 + 3 * place) & 7) as usize]));
    }
    let complications = ["ALLERGY", "BLEEDING", "WOUND", "URINE", "FURTHER_SURGERY", "READMITTED"];
    for (place, name) in complications.into_iter().enumerate() {
        columns.maybe_code(&format!("Q2_{name}"), |row| {
            row.answers.second.map(|_| if byte(row.detail, 20 + place) < 20 { "1" } else { "2" })
        });
    }
}

/// The EQ-5D-3L index for the United Kingdom in thousandths, 1,000 at best and −594 at worst
/// (Dolan, 1997: the time trade-off values of the MVH group).
fn index(profile: [u8; 5]) -> i32 {
    const LOSS: [[i32; 3]; 5] = [[0, 69, 314], [0, 104, 214], [0, 36, 94], [0, 123, 386], [0, 71, 236]];
    if profile == [1; 5] {
        return 1_000;
    }
    let lost: i32 = LOSS.iter().zip(profile).map(|(loss, level)| loss[usize::from(level) - 1]).sum();
    1_000 - 81 - lost - if profile.contains(&3) { 269 } else { 0 }
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Age at admission by decades, from 20 on.
fn age_band(birth: i32, admitted: i32) -> Option<&'static str> {
    let bands = ["20 to 29", "30 to 39", "40 to 49", "50 to 59", "60 to 69", "70 to 79", "80 to 89", "90 to 120"];
    let age = age_in_years(birth, admitted);
    (20..=120).contains(&age).then(|| bands[((age - 20) / 10).min(7) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_the_published_one() {
        // Best, worst, and three states by the published decrements, worked out by hand.
        assert_eq!(index([1; 5]), 1_000);
        assert_eq!(index([3; 5]), -594);
        assert_eq!(index([1, 1, 1, 2, 1]), 1_000 - 81 - 123);
        assert_eq!(index([2, 1, 2, 2, 1]), 1_000 - 81 - 69 - 36 - 123);
        assert_eq!(index([1, 1, 2, 2, 3]), 1_000 - 81 - 36 - 123 - 236 - 269);
    }
}
