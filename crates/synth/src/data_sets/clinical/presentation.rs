//! What brings people to emergency departments, in the codes of HES A&E and in SNOMED CT.
//!
//! Weights are rounded shapes of our own; nothing about the frequency of a disease may be
//! inferred from them. The SNOMED CT codes were seen in public code over the Emergency Care
//! Data Set, and the test holds their check digits.

use crate::wheel::{Wheel, wheel};

/// Why somebody comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presentation {
    /// Diagnosis of the A&E scheme: two digits, and a third with the subgroup.
    pub(crate) diagnosis: &'static str,
    pub(crate) finer: &'static str,
    /// Part of the body in the A&E scheme.
    pub(crate) part: &'static str,
    /// SNOMED CT: what they complain of, and what they have.
    pub(crate) complaint: &'static str,
    pub(crate) snomed: &'static str,
    /// Investigation in both schemes.
    pub(crate) investigation: (&'static str, &'static str),
    /// Treatment in both schemes; two digits, and a third, in the A&E scheme.
    pub(crate) treatment: (&'static str, &'static str, &'static str),
    pub(crate) injury: Injury,
}

/// How an injury came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Injury {
    None,
    Accident,
    Road,
    Assault,
    SelfHarm,
}

const NONE: (&str, &str) = ("24", "1088291000000101");
const X_RAY: (&str, &str) = ("01", "168537006");
const ECG: (&str, &str) = ("02", "29303009");
const BLOOD: (&str, &str) = ("03", "26604007");
const URINE: (&str, &str) = ("06", "27171005");
const CT: (&str, &str) = ("12", "77477000");
const ADVICE: (&str, &str, &str) = ("22", "221", "183964008");
const DRESSING: (&str, &str, &str) = ("01", "011", "413334001");
const MEDICINE: (&str, &str, &str) = ("57", "571", "266712008");

impl Presentation {
    /// A second investigation, in both schemes: half of those that are investigated at all have
    /// blood taken too, or urine where that was the first. `bits` are the visit's.
    pub(crate) fn second_investigation(&self, bits: u64) -> Option<(&'static str, &'static str)> {
        let further = if self.investigation == BLOOD { URINE } else { BLOOD };
        (self.investigation != NONE && bits >> 26 & 1 == 0).then_some(further)
    }

    /// A second treatment, in both schemes: half of those who are treated get advice too.
    pub(crate) fn second_treatment(&self, bits: u64) -> Option<(&'static str, &'static str, &'static str)> {
        (self.treatment != ADVICE && bits >> 27 & 1 == 0).then_some(ADVICE)
    }
}

const fn illness(
    (diagnosis, finer, part): (&'static str, &'static str, &'static str),
    (complaint, snomed): (&'static str, &'static str),
    investigation: (&'static str, &'static str),
    treatment: (&'static str, &'static str, &'static str),
) -> Presentation {
    let injury = Injury::None;
    Presentation { diagnosis, finer, part, complaint, snomed, investigation, treatment, injury }
}

const fn injured(mut presentation: Presentation, injury: Injury) -> Presentation {
    presentation.injury = injury;
    presentation
}

const SPRAIN: Presentation = illness(("06", "061", "28"), ("262599003", "44465007"), X_RAY, DRESSING);
const FRACTURE: Presentation = illness(("05", "051", "16"), ("262599003", "12676007"), X_RAY, DRESSING);
const LACERATION: Presentation = illness(("01", "011", "15"), ("262599003", "312608009"), NONE, DRESSING);
const HEAD: Presentation = illness(("03", "031", "01"), ("82271004", "82271004"), CT, ADVICE);
const OVERDOSE: Presentation = illness(("14", "144", "29"), ("248062006", "295124009"), BLOOD, MEDICINE);
const CHEST: Presentation = illness(("20", "201", "19"), ("29857009", "29857009"), ECG, ADVICE);
const BREATHING: Presentation = illness(("25", "251", "19"), ("267036007", "50417007"), X_RAY, MEDICINE);
const ABDOMEN: Presentation = illness(("26", "261", "21"), ("21522001", "21522001"), BLOOD, MEDICINE);
const FEVER: Presentation = illness(("38", "381", "29"), ("386661006", "34014006"), URINE, ADVICE);

pub(crate) static CHILD: Wheel<Presentation> = wheel!(Presentation:
    (16, FEVER),
    (14, illness(("25", "252", "19"), ("267036007", "54150009"), NONE, ADVICE)),
    (13, injured(HEAD, Injury::Accident)),
    (12, injured(SPRAIN, Injury::Accident)),
    (11, injured(LACERATION, Injury::Accident)),
    (10, injured(FRACTURE, Injury::Accident)),
    (7, illness(("26", "262", "21"), ("422400008", "25374005"), NONE, ADVICE)),
    (6, illness(("25", "251", "19"), ("267036007", "195967001"), NONE, MEDICINE)),
    (5, illness(("33", "331", "05"), ("271807003", "34014006"), NONE, ADVICE)),
    (4, illness(("34", "341", "04"), ("65363002", "65363002"), NONE, MEDICINE)),
    (2, injured(OVERDOSE, Injury::SelfHarm)),
);

pub(crate) static ADULT: Wheel<Presentation> = wheel!(Presentation:
    (14, CHEST),
    (13, ABDOMEN),
    (12, injured(SPRAIN, Injury::Accident)),
    (10, injured(LACERATION, Injury::Accident)),
    (8, injured(FRACTURE, Injury::Accident)),
    (7, injured(HEAD, Injury::Accident)),
    (6, BREATHING),
    (5, illness(("27", "271", "22"), ("161891005", "161891005"), NONE, MEDICINE)),
    (5, illness(("22", "221", "01"), ("25064002", "25064002"), CT, MEDICINE)),
    (4, illness(("28", "281", "23"), ("7093002", "7093002"), URINE, MEDICINE)),
    (4, injured(OVERDOSE, Injury::SelfHarm)),
    (3, injured(HEAD, Injury::Assault)),
    (3, injured(SPRAIN, Injury::Road)),
    (3, illness(("35", "351", "29"), ("48694002", "48694002"), NONE, ADVICE)),
    (2, illness(("14", "141", "29"), ("25702006", "25702006"), BLOOD, ADVICE)),
    (1, illness(("24", "241", "01"), ("91175000", "91175000"), BLOOD, MEDICINE)),
);

pub(crate) static OLD: Wheel<Presentation> = wheel!(Presentation:
    (18, BREATHING),
    (15, CHEST),
    (12, injured(FRACTURE, Injury::Accident)),
    (10, injured(HEAD, Injury::Accident)),
    (9, ABDOMEN),
    (7, illness(("28", "282", "23"), ("21522001", "68566005"), URINE, MEDICINE)),
    (6, illness(("21", "211", "01"), ("271594007", "271594007"), ECG, ADVICE)),
    (5, illness(("22", "222", "01"), ("25064002", "230690007"), CT, MEDICINE)),
    (5, illness(("38", "382", "29"), ("386661006", "91302008"), BLOOD, MEDICINE)),
    (4, illness(("20", "202", "19"), ("29857009", "22298006"), ECG, MEDICINE)),
    (4, injured(LACERATION, Injury::Accident)),
    (3, illness(("34", "342", "06"), ("249366005", "249366005"), NONE, DRESSING)),
    (2, illness(("33", "332", "27"), ("271807003", "128045006"), BLOOD, MEDICINE)),
);

/// What somebody of the age comes with.
pub(crate) fn of_age(age: i32) -> &'static Wheel<Presentation> {
    match age {
        ..=15 => &CHILD,
        16..=64 => &ADULT,
        _ => &OLD,
    }
}

/// Long-standing conditions in SNOMED CT: depression, asthma, diabetes, hypertension, heart
/// failure, atrial fibrillation, chronic obstructive lung and kidney disease.
pub(crate) static COMORBIDITIES: [&str; 8] =
    ["35489007", "195967001", "73211009", "38341003", "84114007", "49436004", "13645005", "709044004"];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Whether a SNOMED CT code's last digit is its check digit by Verhoeff's scheme, the
    /// dihedral group of order ten, here computed rather than tabled.
    pub(crate) fn is_snomed(code: &str) -> bool {
        const PERMUTATION: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        // Element 0–4 is a rotation, 5–9 a reflection.
        let times = |a: usize, b: usize| match (a < 5, b < 5) {
            (true, true) => (a + b) % 5,
            (true, false) => 5 + (a + b) % 5,
            (false, true) => 5 + (a + 5 - b) % 5,
            (false, false) => (a + 5 - b) % 5,
        };
        let digits = code.bytes().rev().map(|byte| usize::from(byte - b'0'));
        let sum = digits
            .enumerate()
            .fold(0, |sum, (place, digit)| times(sum, (0..place).fold(digit, |digit, _| PERMUTATION[digit])));
        (6..=18).contains(&code.len()) && sum == 0
    }

    #[test]
    fn the_check_knows_a_published_code() {
        // 22298006 is myocardial infarction.
        assert!(is_snomed("22298006") && !is_snomed("22298007") && !is_snomed("22289006"));
    }

    #[test]
    fn snomed_codes_have_their_check_digits() {
        let codes = |p: &Presentation| [p.complaint, p.snomed, p.investigation.1, p.treatment.2];
        for wheel in [&CHILD, &ADULT, &OLD] {
            for code in (0..256).flat_map(|slot| codes(wheel.at(slot))) {
                assert!(is_snomed(code), "{code}");
            }
        }
        assert!(COMORBIDITIES.into_iter().all(is_snomed));
    }
}
