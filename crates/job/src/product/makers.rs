//! Pseudonyms of the units that links name.

use counterfoil_core::{CandidatePair, Pseudonym, Side};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_token::pseudonym::PseudonymMaker;

use super::Pseudonyms;
use crate::check::Job;
use crate::output::record_purpose;

/// Makes the pseudonym of either unit of a link: of the person where its record has a person
/// key, else of the record.
pub(super) struct Makers {
    /// By source.
    person: Vec<PseudonymMaker>,
    /// By source.
    record: Vec<PseudonymMaker>,
}

impl Makers {
    pub(super) fn new(job: &Job, pseudonyms: &Pseudonyms<'_>) -> Makers {
        Makers {
            person: (0..job.sources.len()).map(|source| pseudonyms.of(source).maker(PERSON_PURPOSE)).collect(),
            record: (job.sources.iter().enumerate())
                .map(|(i, source)| pseudonyms.of(i).maker(&record_purpose(source)))
                .collect(),
        }
    }

    pub(super) fn pseudonym(&self, link: &CandidatePair, side: Side) -> Pseudonym {
        let (record, person, key) = match side {
            Side::Left => (link.left, &link.left_person, &link.left_key),
            Side::Right => (link.right, &link.right_person, &link.right_key),
        };
        let source = usize::from(record.source);
        if person.is_empty() { self.record[source].pseudonym(key) } else { self.person[source].pseudonym(person) }
    }
}
