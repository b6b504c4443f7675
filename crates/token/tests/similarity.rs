//! Fast measures held to plain ones, plain ones to published examples and to another library.

use counterfoil_token::similarity::{Judge, Pattern, Scrambler, Signature, TextMeasure, plain};
use proptest::prelude::*;

const MEASURES: [TextMeasure; 5] = [
    TextMeasure::Jaro,
    TextMeasure::JaroWinkler,
    TextMeasure::Levenshtein,
    TextMeasure::Osa,
    TextMeasure::DamerauLevenshtein,
];

/// What `strsim` says of two texts.
fn oracle(measure: TextMeasure, left: &str, right: &str) -> f64 {
    match measure {
        TextMeasure::Jaro => strsim::jaro(left, right),
        TextMeasure::JaroWinkler => strsim::jaro_winkler(left, right),
        TextMeasure::Levenshtein => strsim::levenshtein(left, right) as f64,
        TextMeasure::Osa => strsim::osa_distance(left, right) as f64,
        TextMeasure::DamerauLevenshtein => strsim::damerau_levenshtein(left, right) as f64,
    }
}

/// A pair of texts that are often alike: a few letters, and the second often an edit of the
/// first.
fn pairs(letters: &'static str, most: usize) -> impl Strategy<Value = (String, String)> {
    let letters: Vec<char> = letters.chars().collect();
    let text = prop::collection::vec(prop::sample::select(letters.clone()), 0..=most);
    let edits = prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), prop::sample::select(letters)), 0..4);
    let edited = (text.clone(), edits).prop_map(|(text, edits)| {
        let mut other = text.clone();
        for (edit, place, letter) in edits {
            let at = place.index(other.len().max(1));
            match edit {
                0 => other.insert(at.min(other.len()), letter),
                1 if !other.is_empty() => drop(other.remove(at)),
                2 if at + 1 < other.len() => other.swap(at, at + 1),
                _ => other.iter_mut().skip(at).take(1).for_each(|character| *character = letter),
            }
        }
        (text, other)
    });
    let two = (text.clone(), text);
    prop_oneof![edited, two].prop_map(|(a, b)| (a.into_iter().collect(), b.into_iter().collect()))
}

fn fast(measure: TextMeasure, left: &str, right: &str) -> f64 {
    let mut pattern = Pattern::default();
    // What was set before must leave no trace.
    pattern.set(b"THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG");
    pattern.set(left.as_bytes());
    let right = right.as_bytes();
    match measure {
        TextMeasure::Jaro => pattern.jaro(right),
        TextMeasure::JaroWinkler => pattern.jaro_winkler(right),
        TextMeasure::Levenshtein => pattern.levenshtein(right) as f64,
        TextMeasure::Osa => pattern.osa(right) as f64,
        TextMeasure::DamerauLevenshtein => plain::damerau_levenshtein(left.as_bytes(), right) as f64,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn plain_measures_are_those_of_another_library((left, right) in pairs("ABCDEÉΩ", 12)) {
        for measure in MEASURES {
            prop_assert_eq!(measure.of(&left, &right).to_bits(), oracle(measure, &left, &right).to_bits(), "{:?}", measure);
        }
    }

    #[test]
    fn fast_measures_are_the_plain_ones((left, right) in prop_oneof![pairs("ABCDE", 10), pairs("AB", 64), pairs("ABCDEFGH 1", 64)]) {
        let (left, right) = (&left[..left.len().min(64)], &right[..right.len().min(64)]);
        for measure in MEASURES {
            prop_assert_eq!(fast(measure, left, right).to_bits(), measure.of(left, right).to_bits(), "{:?}", measure);
        }
    }

    #[test]
    fn grades_follow_from_scores((left, right) in prop_oneof![pairs("ABCDE", 10), pairs("ABÉ", 12), pairs("ABCDEFGHIJ 12", 70)]) {
        for measure in MEASURES {
            let thresholds = if measure.is_distance() { vec![1.0, 2.0, 4.0] } else { vec![0.95, 0.88, 0.7] };
            let score = measure.of(&left, &right);
            let reaches = |threshold: &&f64| if measure.is_distance() { score <= **threshold } else { score >= **threshold };
            let expected = thresholds.iter().filter(reaches).count() as u8;
            prop_assert_eq!(grade(&Judge::new(measure, thresholds.clone()), &left, &right), expected, "{:?}", measure);
        }
    }

    #[test]
    fn signatures_bound_what_texts_have_in_common((left, right) in pairs("ABCQ1É", 12)) {
        let (a, b) = (Signature::new(left.as_bytes()), Signature::new(right.as_bytes()));
        let edits = TextMeasure::DamerauLevenshtein.of(&left, &right);
        prop_assert!(a.least_edits(&b) as f64 <= edits);
        let differing = (a.sketch() ^ b.sketch()).count_ones();
        prop_assert!(f64::from(differing) <= 2.0 * edits);
        let scrambler = Scrambler::default();
        prop_assert_eq!((scrambler.word(a.sketch()) ^ scrambler.word(b.sketch())).count_ones(), differing);
        let mut rest: Vec<char> = right.chars().collect();
        let common = left.chars().filter(|character| {
            let place = rest.iter().position(|other| other == character);
            place.map(|place| rest.remove(place)).is_some()
        });
        prop_assert!(a.most_common(&b) >= common.count());
    }
}

/// As a batch grades a pair: signatures, then bits, else the plain way.
fn grade(judge: &Judge, left: &str, right: &str) -> u8 {
    let (a, b) = (Signature::new(left.as_bytes()), Signature::new(right.as_bytes()));
    if !judge.could_reach(&a, &b) {
        return 0;
    }
    if !(a.is_held() && b.is_held()) {
        return judge.grade_plainly(left.as_bytes(), right.as_bytes());
    }
    let mut pattern = Pattern::default();
    pattern.set(left.as_bytes());
    judge.grade(&pattern, right.as_bytes())
}

/// W. E. Winkler, "Overview of record linkage and current research directions", Research
/// Report Series (Statistics #2006-2), US Bureau of the Census, 2006, its table of string comparators: Jaro and
/// Jaro–Winkler in thousandths.
#[test]
fn similarities_are_those_that_winkler_published() {
    for (left, right, jaro, winkler) in [
        ("SHACKLEFORD", "SHACKELFORD", 970, 982),
        ("DUNNINGHAM", "CUNNIGHAM", 896, 896),
        ("NICHLESON", "NICHULSON", 926, 956),
        ("JONES", "JOHNSON", 790, 832),
        ("MASSEY", "MASSIE", 889, 933),
        ("ABROMS", "ABRAMS", 889, 922),
        ("MARHTA", "MARTHA", 944, 961),
        ("MICHELLE", "MICHAEL", 869, 921),
        ("JULIES", "JULIUS", 889, 933),
        ("TANYA", "TONYA", 867, 880),
        ("DWAYNE", "DUANE", 822, 840),
        ("SEAN", "SUSAN", 783, 805),
    ] {
        let rounded = |value: f64| (value * 1000.0).round() as u32;
        assert_eq!(rounded(TextMeasure::Jaro.of(left, right)), jaro, "{left} {right}");
        assert_eq!(rounded(TextMeasure::JaroWinkler.of(left, right)), winkler, "{left} {right}");
    }
}

/// Worked out by hand from the definitions; the last row is where they part: `CA` becomes
/// `ABC` by an exchange and an insertion between the two, which alignment may not do.
#[test]
fn distances_are_those_of_the_definitions() {
    for (left, right, levenshtein, osa, damerau) in [
        ("", "", 0, 0, 0),
        ("", "ABC", 3, 3, 3),
        ("KITTEN", "SITTING", 3, 3, 3),
        ("SMITH", "SMIHT", 2, 1, 1),
        ("SMITH", "SMITHE", 1, 1, 1),
        ("CA", "ABC", 3, 3, 2),
    ] {
        let found = [TextMeasure::Levenshtein, TextMeasure::Osa, TextMeasure::DamerauLevenshtein]
            .map(|measure| measure.of(left, right) as usize);
        assert_eq!(found, [levenshtein, osa, damerau], "{left} {right}");
    }
}

#[test]
fn nothing_is_shown() {
    let mut pattern = Pattern::default();
    pattern.set(b"SECRET");
    assert_eq!(format!("{pattern:?}"), "Pattern(…)");
    assert_eq!(format!("{:?}", Signature::new(b"SECRET")), "Signature(…)");
}
