//! The keys of a job, opened by reference.

use std::collections::BTreeMap;
use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_token::key::{Ids, KeyFile, KeyId, ProjectKeys, PurposeKey, RootKey};

use crate::spec::JobSpec;

/// A job's keys, with what may be said of them.
#[derive(Debug)]
pub(crate) struct Keyring {
    /// By release: the job's own, and those of its data sets.
    keys: BTreeMap<String, ProjectKeys>,
    id: KeyId,
    demo: bool,
    project: String,
    release: String,
}

impl Keyring {
    pub(crate) fn open(spec: &JobSpec, base: &Path) -> Result<Keyring, Vec<Fault>> {
        let root = match (&spec.keys.root, spec.keys.demo) {
            (Some(path), false) if masked(path) != *path => {
                let fault = Fault::spec("keys.root", "this looks like a key, and a job file never holds one");
                return Err(vec![fault.hint("treat that key as known: make a new one with `counterfoil key new FILE`, and give `root = \"FILE\"`")]);
            }
            (Some(path), false) => {
                let path = base.join(path);
                let place = path.display().to_string();
                let bytes = counterfoil_store::secret::read(&path).map_err(|fault| vec![fault])?;
                Opened::File(KeyFile::parse(&bytes, &place).map_err(|fault| vec![fault])?)
            }
            (None, true) => Opened::Demo(RootKey::demo()),
            (Some(_), true) => {
                let fault = Fault::spec("keys", "give `root` or `demo = true`, not both");
                return Err(vec![fault.hint("the demo key is for examples only")]);
            }
            (None, false) => {
                let fault = Fault::spec("keys", "no key is named");
                return Err(vec![fault.hint("make one with `counterfoil key new FILE` and give `root = \"FILE\"`")]);
            }
        };
        let project = spec.keys.project.clone().unwrap_or_else(|| spec.name.clone());
        let release = spec.keys.release.clone().unwrap_or_else(|| spec.name.clone());
        let key = root.key();
        let of_data_sets = spec.data_sets.iter().filter_map(|data_set| data_set.release.clone());
        let of_release = |release: String| {
            let keys = key.project(&Ids { project: &project, release: &release });
            (release, keys)
        };
        let keys = of_data_sets.chain([release.clone()]).map(of_release).collect();
        Ok(Keyring { keys, id: key.id(), demo: spec.keys.demo, project, release })
    }

    /// The key of tokens, which is one for all releases of the project.
    pub(crate) fn token_key(&self) -> PurposeKey {
        self.of(&self.release).token_key()
    }

    /// The key of one kind of pseudonym: of a data set's release, or of the job's.
    pub(crate) fn pseudonym_key(&self, release: Option<&str>, purpose: &str) -> PurposeKey {
        self.of(release.unwrap_or(&self.release)).pseudonym_key(purpose)
    }

    fn of(&self, release: &str) -> &ProjectKeys {
        &self.keys[release]
    }

    pub(crate) fn id(&self) -> &KeyId {
        &self.id
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.demo
    }

    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    pub(crate) fn release(&self) -> &str {
        &self.release
    }
}

/// A message that quotes a job file, with anything that may be a key left out: 32 or more
/// hexadecimal digits in a row.
pub(crate) fn masked(message: &str) -> String {
    let is_digit = |character: char| character.is_ascii_hexdigit();
    let mut masked = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find(is_digit) {
        let length = rest[start..].find(|character| !is_digit(character)).unwrap_or(rest.len() - start);
        let (run, after) = rest[start..].split_at(length);
        masked.push_str(&rest[..start]);
        masked.push_str(if length < 32 { run } else { "…" });
        rest = after;
    }
    masked + rest
}

/// What is said of a TOML file that has not the shape it should, with types named as whoever writes one
/// knows them, and [`masked`].
pub(crate) fn told_of_shape(message: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        (" as i128", ""),
        ("expected i32", "expected a whole number of 32 bits"),
        ("expected u32", "expected a whole number of 32 bits, not negative"),
        ("expected u64", "expected a whole number, not negative"),
        ("expected f64", "expected a number"),
        (
            "wanted exactly 1 element, more than 1 element",
            "expected a table with one key, and this one has several: keep one of them",
        ),
        ("wanted string or table", "expected a text or a table"),
    ];
    masked(&WORDS.iter().fold(message.to_owned(), |told, (from, to)| told.replace(from, to)))
}

enum Opened {
    File(KeyFile),
    Demo(RootKey),
}

impl Opened {
    fn key(&self) -> &RootKey {
        match self {
            Opened::File(file) => file.key(),
            Opened::Demo(key) => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_hexadecimal_numbers_are_masked_and_words_are_not() {
        let key = "0123456789abcdefABCDEF0123456789";
        assert_eq!(masked(&format!("found \"{key}ff\", not `decade`")), "found \"…\", not `decade`");
        assert_eq!(masked(key), "…");
        assert_eq!(masked(&key[1..]), key[1..]);
        assert_eq!(masked("keys/project.key"), "keys/project.key");
    }

    #[test]
    fn types_are_named_as_a_job_file_knows_them() {
        let check = |message, told: &str| assert_eq!(told_of_shape(message), told);
        check(
            "invalid type: string \"ten\", expected i32",
            "invalid type: string \"ten\", expected a whole number of 32 bits",
        );
        check(
            "invalid type: integer `7` as i128, expected u64",
            "invalid type: integer `7`, expected a whole number, not negative",
        );
        check("wanted string or table", "expected a text or a table");
        check(&format!("unknown field `{}`", "f".repeat(40)), "unknown field `…`");
    }
}
