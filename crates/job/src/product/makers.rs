//! Pseudonyms of the units that links name.

use counterfoil_core::{CandidatePair, Side};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_token::pseudonym::PseudonymMaker;

use super::Pseudonyms;
use crate::check::Job;
use crate::output::record_purpose;

/// Makes the pseudonym of either unit of a link: of the person where its record has a person
/// key, else of the record.
pub(super) struct Makers {
    person: PseudonymMaker,
    /// By source.
    record: Vec<PseudonymMaker>,
}

impl Makers {
    pub(super) fn new(job: &Job, pseudonyms: &Pseudonyms<'_>) -> Makers {
        Makers {
            person: pseudonyms.maker(PERSON_PURPOSE),
            record: job.sources.iter().map(|source| pseudonyms.maker(&record_purpose(source))).collect(),
        }
    }

    pub(super) fn pseudonym(&self, link: &CandidatePair, side: Side) -> Box<str> {
        let (record, person, key) = match side {
            Side::Left => (link.left, &link.left_person, &link.left_key),
            Side::Right => (link.right, &link.right_person, &link.right_key),
        };
        let maker = if person.is_empty() { &self.record[usize::from(record.source)] } else { &self.person };
        maker.pseudonym(if person.is_empty() { key } else { person }).into()
    }
}
