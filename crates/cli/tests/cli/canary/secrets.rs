//! The job's keys, and the tokens of everything that was planted.
//!
//! Derived keys cannot be had from the library, so they are derived here as its
//! documentation says, and compared with it by what they make.

use counterfoil_core::FieldKind;
use counterfoil_token::key::{Ids, KeyFile, ProjectKeys};
use counterfoil_token::pseudonym::PseudonymMaker;
use counterfoil_token::standardise::{PostcodeRules, local_patient_id, name, postcode};
use counterfoil_token::tokeniser::Tokeniser;

use super::inputs::{PEOPLE, Person};
use super::search::{Needle, hex};

const PROJECT: &str = "aviary";
const RELEASE: &str = "spring";
/// Of a data set of its own.
const OTHER_RELEASE: &str = "autumn";

/// The end of the root key as it is written.
pub(super) const KEY_TAIL: &str = "c3b2a1f0e9d8c7f6";

/// The root key as it is written: 64 hexadecimal digits.
pub(super) fn root_hex() -> String {
    format!("7d1f0a9c4e6b83527d60c1e8f39ab45512f7de3098ac64b1{KEY_TAIL}")
}

fn root() -> [u8; 32] {
    let digit = |at: usize| u8::from_str_radix(&root_hex()[2 * at..2 * at + 2], 16).expect("hexadecimal digits");
    std::array::from_fn(digit)
}

fn project_keys() -> ProjectKeys {
    let file = format!("counterfoil root key, version 1\npurpose = x\nkey = {}\n", root_hex());
    let file = KeyFile::parse(file.as_bytes(), "x").expect("a key file");
    file.key().project(&Ids { project: PROJECT, release: RELEASE })
}

/// The keys and tokens.
pub(super) fn needles() -> Vec<Needle> {
    let mut needles = keys();
    let tokeniser = Tokeniser::new(&project_keys().token_key());
    for person in &PEOPLE {
        for (kind, value) in canonical(person) {
            let token = tokeniser.token(kind, &value);
            needles.extend(Needle::secret(&format!("token of {kind}"), token.as_bytes()));
        }
    }
    needles
}

/// Each value in the form that its token is made of.
fn canonical(person: &Person) -> Vec<(&'static str, Vec<u8>)> {
    let text = |value: &str| name(value).valid().expect("a name").as_bytes().to_vec();
    let code = postcode(person.postcode.as_bytes(), &PostcodeRules::hes()).valid().expect("a postcode");
    let patient = local_patient_id(Some("RQX71"), person.patient).valid().expect("a patient id");
    vec![
        (FieldKind::NhsNumber.name(), person.nhs_number.into()),
        (FieldKind::Date.name(), person.birth.replace('-', "").into()),
        (FieldKind::Postcode.name(), code.as_bytes().to_vec()),
        (FieldKind::LocalPatientId.name(), patient.as_bytes().to_vec()),
        (FieldKind::Name.name(), text(person.surname)),
        (FieldKind::Name.name(), text(person.forename)),
        ("person_key", person.token.into()),
    ]
}

/// The root key and those derived from it.
fn keys() -> Vec<Needle> {
    let root = root();
    let project = derive("project", &root, &[PROJECT]);
    let release = derive("release", &project, &[RELEASE]);
    let other_release = derive("release", &project, &[OTHER_RELEASE]);
    let token = derive("token", &project, &[]);
    let mut keys = vec![("root key", root), ("project key", project), ("release key", release), ("token key", token)];
    keys.push(("release key of a data set", other_release));
    keys.push(("pseudonym key of a data set", derive("pseudonym", &other_release, &["person"])));
    for purpose in ["person", "record:EPIKEY", "record:LEDRID"] {
        let key = derive("pseudonym", &release, &[purpose]);
        let maker = PseudonymMaker::new(&project_keys().pseudonym_key(purpose));
        assert_eq!(
            hex32(&key, "pseudonym", b"x").as_bytes(),
            maker.pseudonym("x").hex(),
            "keys are derived otherwise now"
        );
        keys.push(("pseudonym key", key));
    }
    let made = Tokeniser::new(&project_keys().token_key()).token("name", b"x");
    assert_eq!(hex32(&token, "name", b"x").into_bytes(), hex(made.as_bytes()), "keys are derived otherwise now");
    keys.into_iter().flat_map(|(kind, key)| Needle::secret(kind, &key)).collect()
}

/// `derive_key(context, parent ‖ length‖id …)`, lengths in eight bytes, little-endian.
fn derive(what: &str, parent: &[u8; 32], ids: &[&str]) -> [u8; 32] {
    let mut material = parent.to_vec();
    for id in ids {
        material.extend_from_slice(&(id.len() as u64).to_le_bytes());
        material.extend_from_slice(id.as_bytes());
    }
    blake3::derive_key(&format!("counterfoil 2026-11-22 {what} key v1"), &material)
}

/// The first 16 bytes of the keyed hash of a short value's canonical encoding.
fn hex32(key: &[u8; 32], tag: &str, value: &[u8]) -> String {
    let mut encoded = vec![1, tag.len() as u8];
    encoded.extend_from_slice(tag.as_bytes());
    encoded.extend_from_slice(&(value.len() as u16).to_le_bytes());
    encoded.extend_from_slice(value);
    encoded.resize(64, 0);
    blake3::keyed_hash(key, &encoded).to_hex()[..32].to_owned()
}
