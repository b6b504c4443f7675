//! Pseudonyms of a job's release.

use arrow_array::cast::AsArray;
use arrow_array::{Array, StringArray};
use counterfoil_release::pseudonym::Pseudonymiser;
use counterfoil_token::pseudonym::PseudonymMaker;

use crate::check::Job;

/// Makes the pseudonyms of a job's release, purpose by purpose.
pub(crate) struct Pseudonyms<'j> {
    job: &'j Job,
}

impl<'j> Pseudonyms<'j> {
    pub(crate) fn new(job: &'j Job) -> Pseudonyms<'j> {
        Pseudonyms { job }
    }

    /// The maker for one purpose.
    pub(crate) fn maker(&self, purpose: &str) -> PseudonymMaker {
        PseudonymMaker::new(&self.job.keyring.keys().pseudonym_key(purpose))
    }
}

impl Pseudonymiser for Pseudonyms<'_> {
    fn pseudonyms(&self, purpose: &str, values: &dyn Array) -> StringArray {
        let maker = self.maker(purpose);
        values.as_string::<i32>().iter().map(|value| value.map(|key| maker.pseudonym(key))).collect()
    }
}
