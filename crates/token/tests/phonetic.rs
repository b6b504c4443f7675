//! Phonetic codes held to their case table.

use counterfoil_token::phonetic::{double_metaphone, soundex};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    soundex: Option<String>,
    metaphone: Option<[String; 2]>,
    source: String,
}

fn shown(code: &[u8]) -> String {
    String::from_utf8(code.to_vec()).expect("codes are ASCII")
}

#[test]
fn codes_are_those_of_the_case_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases/phonetic.toml");
    let text = std::fs::read_to_string(path).expect("the case table is there");
    let table: Table = toml::from_str(&text).expect("the case table is well formed");
    assert!(table.case.len() > 60, "the table has cases");
    for case in table.case {
        let Case { name, source, .. } = &case;
        assert!(!source.is_empty(), "every case names its source");
        if case.metaphone.is_none() {
            assert_eq!(soundex(name.as_bytes()).map(|code| shown(&code)), case.soundex, "{name}: {source}");
        } else {
            let found = double_metaphone(name.as_bytes());
            let found = found.map(|(primary, alternate)| [shown(primary.as_bytes()), shown(alternate.as_bytes())]);
            assert_eq!(found, case.metaphone, "{name}: {source}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Any letters have codes, of known characters and lengths, whatever their case.
    #[test]
    fn any_name_has_codes_of_known_form(name in "[A-Za-z]{1,12}|[CGHSTWJLZ]{1,8}") {
        let code = soundex(name.as_bytes()).expect("there is a letter");
        prop_assert!(code[0].is_ascii_uppercase() && code[1..].iter().all(|digit| (b'0'..=b'6').contains(digit)));
        prop_assert_eq!(soundex(name.to_lowercase().as_bytes()), Some(code));
        let codes = double_metaphone(name.as_bytes());
        prop_assert_eq!(double_metaphone(name.to_lowercase().as_bytes()), codes);
        for code in codes.into_iter().flat_map(|(primary, alternate)| [primary, alternate]) {
            prop_assert!(code.as_bytes().len() <= 4);
            prop_assert!(code.as_bytes().iter().all(|sound| b"0AFHJKLMNPRSTX".contains(sound)));
        }
    }
}

#[test]
fn nothing_is_shown() {
    let codes = double_metaphone(b"SMITH").expect("a code");
    assert_eq!(format!("{codes:?}"), "(MetaphoneCode(…), MetaphoneCode(…))");
}
