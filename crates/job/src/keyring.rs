//! The keys of a job, opened by reference.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_token::key::{Ids, KeyFile, KeyId, ProjectKeys, RootKey};

use crate::spec::JobSpec;

/// A job's keys, with what may be said of them.
#[derive(Debug)]
pub(crate) struct Keyring {
    keys: ProjectKeys,
    id: KeyId,
    demo: bool,
    project: String,
    release: String,
}

impl Keyring {
    pub(crate) fn open(spec: &JobSpec, base: &Path) -> Result<Keyring, Vec<Fault>> {
        let root = match (&spec.keys.root, spec.keys.demo) {
            (Some(path), false) => {
                let path = base.join(path);
                let place = path.display().to_string();
                let bytes = counterfoil_store::secret::read(&path).map_err(|fault| vec![fault])?;
                Opened::File(KeyFile::parse(&bytes, &place).map_err(|fault| vec![fault])?)
            }
            (None, true) => Opened::Demo(RootKey::demo()),
            (Some(_), true) => return Err(vec![Fault::spec("keys", "give `root` or `demo = true`, not both")]),
            (None, false) => {
                let fault = Fault::spec("keys", "no key is named");
                return Err(vec![fault.hint("make one with `counterfoil key new FILE` and give `root = \"FILE\"`")]);
            }
        };
        let project = spec.keys.project.clone().unwrap_or_else(|| spec.name.clone());
        let release = spec.keys.release.clone().unwrap_or_else(|| spec.name.clone());
        let key = root.key();
        let keys = key.project(&Ids { project: &project, release: &release });
        Ok(Keyring { keys, id: key.id(), demo: spec.keys.demo, project, release })
    }

    pub(crate) fn keys(&self) -> &ProjectKeys {
        &self.keys
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
