//! Pseudonyms of a job's releases.

use arrow_array::cast::AsArray;
use arrow_array::{Array, StringArray};
use counterfoil_release::pseudonym::{Pseudonymiser, nullable_column};
use counterfoil_token::pseudonym::PseudonymMaker;

use crate::check::Job;

/// Makes the pseudonyms of a job's releases, purpose by purpose.
pub(crate) struct Pseudonyms<'j> {
    job: &'j Job,
}

/// Makes the pseudonyms of the release that a data set is of.
pub(crate) struct OfSource<'j> {
    job: &'j Job,
    source: usize,
}

impl<'j> Pseudonyms<'j> {
    pub(crate) fn new(job: &'j Job) -> Pseudonyms<'j> {
        Pseudonyms { job }
    }

    /// The maker for one purpose, of the job's own release.
    pub(crate) fn maker(&self, purpose: &str) -> PseudonymMaker {
        PseudonymMaker::new(&self.job.keyring.pseudonym_key(None, purpose))
    }

    /// The pseudonyms of a data set, by position.
    pub(crate) fn of(&self, source: usize) -> OfSource<'j> {
        OfSource { job: self.job, source }
    }
}

impl OfSource<'_> {
    /// The maker for one purpose.
    pub(crate) fn maker(&self, purpose: &str) -> PseudonymMaker {
        let release = self.job.sources[self.source].release();
        PseudonymMaker::new(&self.job.keyring.pseudonym_key(release, purpose))
    }
}

impl Pseudonymiser for OfSource<'_> {
    fn pseudonyms(&self, purpose: &str, values: &dyn Array) -> StringArray {
        let values = values.as_string::<i32>();
        let mut made = self.maker(purpose).pseudonyms(values.iter().flatten()).into_iter();
        nullable_column(values.iter().map(|value| value.and_then(|_| made.next())))
    }
}
