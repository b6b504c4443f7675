//! Tokens and pseudonyms as a second implementation makes them: changing one is a format
//! break.

use counterfoil_token::key::{Ids, ProjectKeys, RootKey};
use counterfoil_token::pseudonym::PseudonymMaker;
use counterfoil_token::tokeniser::Tokeniser;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    root_key_id: String,
    token: Vec<TokenVector>,
    pseudonym: Vec<PseudonymVector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenVector {
    tag: String,
    value: String,
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PseudonymVector {
    purpose: String,
    key: String,
    pseudonym: String,
}

fn vectors() -> Vectors {
    toml::from_str(include_str!("../../../fixtures/cases/token-vectors.toml")).expect("a table of vectors")
}

fn keys() -> ProjectKeys {
    RootKey::demo().project(&Ids { project: "demo", release: "one" })
}

#[test]
fn the_key_id_is_as_published() {
    assert_eq!(RootKey::demo().id().to_string(), vectors().root_key_id);
}

#[test]
fn tokens_are_as_published() {
    let tokeniser = Tokeniser::new(&keys().token_key());
    let vectors = vectors().token;
    assert!(vectors.len() >= 12, "short, one-block and longer values");
    for vector in vectors {
        let token = tokeniser.token(&vector.tag, vector.value.as_bytes());
        let number = u128::from_be_bytes(*token.as_bytes());
        let digits = format!("{number:032x}");
        assert_eq!(digits, vector.token, "{} of {} bytes", vector.tag, vector.value.len());
    }
}

#[test]
fn pseudonyms_are_as_published() {
    let keys = keys();
    for vector in vectors().pseudonym {
        let maker = PseudonymMaker::new(&keys.pseudonym_key(&vector.purpose));
        let many = maker.pseudonyms([&vector.key, "x", &format!("{}  ", vector.key)].into_iter());
        assert_eq!(many, [&vector.key, "x", &vector.key].map(|key| maker.pseudonym(key)));
        assert_eq!(maker.pseudonym(&vector.key).hex(), vector.pseudonym.as_bytes(), "under {}", vector.purpose);
    }
}
