//! `counterfoil key`: the only place where a key is made, and none is ever shown.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_store::secret;
use counterfoil_token::key::{KeyFile, RootKey};
use serde_json::json;

use crate::answer::{Answer, Failure, shown};
use crate::arguments::KeyVerb;
use crate::page::Page;

pub(crate) fn answer(verb: &KeyVerb) -> Result<Answer, Failure> {
    match verb {
        KeyVerb::New { file, purpose } => new(file, purpose),
        KeyVerb::Show { file } => show(file),
    }
}

fn new(path: &Path, purpose: &str) -> Result<Answer, Failure> {
    let key = RootKey::generate().map_err(|_| Fault::environment("key", "the system has no random numbers to give"))?;
    let key = KeyFile::new(key, purpose);
    secret::create(path, &key.to_bytes())?;
    let kept =
        "keep a copy where only you can reach it: nobody can make the same tokens or pseudonyms without this key";
    Ok(described("made the root key", path, &key).remark(kept))
}

fn show(path: &Path) -> Result<Answer, Failure> {
    let bytes = secret::read(path)?;
    Ok(described("root key", path, &KeyFile::parse(&bytes, &shown(path))?))
}

fn described(what: &str, path: &Path, key: &KeyFile) -> Answer {
    let mut page = Page::titled(format!("{what} `{}`", shown(path)));
    page.facts([("id", key.id().to_string()), ("purpose", key.purpose().to_owned())]);
    let json = json!({ "file": shown(path), "id": key.id().to_string(), "purpose": key.purpose() });
    Answer::new(page.finish(), json)
}
