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

    /// The pseudonyms of all links' units of one side, in order: those that are made under one key
    /// together, which takes less time than one after another.
    pub(super) fn pseudonyms(&self, links: &[CandidatePair], side: Side) -> Vec<Pseudonym> {
        let mut made = vec![Pseudonym::new([0; 16]); links.len()];
        for (source, (of_person, of_record)) in self.person.iter().zip(&self.record).enumerate() {
            for (maker, is_person) in [(of_person, true), (of_record, false)] {
                let keys = links.iter().map(|link| Unit::of(link, side)).enumerate();
                let of_maker = keys.filter(|(_, unit)| (unit.source, unit.is_person) == (source, is_person));
                let (places, keys): (Vec<usize>, Vec<&str>) = of_maker.map(|(place, unit)| (place, unit.key)).unzip();
                let pseudonyms = maker.pseudonyms(keys.into_iter());
                places.into_iter().zip(pseudonyms).for_each(|(place, pseudonym)| made[place] = pseudonym);
            }
        }
        made
    }

    pub(super) fn pseudonym(&self, link: &CandidatePair, side: Side) -> Pseudonym {
        let Unit { source, is_person, key } = Unit::of(link, side);
        let makers = if is_person { &self.person } else { &self.record };
        makers[source].pseudonym(key)
    }
}

/// What a unit's pseudonym is made of.
struct Unit<'l> {
    source: usize,
    /// Whether the key is that of a person; else it is the record's.
    is_person: bool,
    key: &'l str,
}

impl Unit<'_> {
    fn of(link: &CandidatePair, side: Side) -> Unit<'_> {
        let (record, person, key) = match side {
            Side::Left => (link.left, &link.left_person, &link.left_key),
            Side::Right => (link.right, &link.right_person, &link.right_key),
        };
        let is_person = !person.is_empty();
        Unit { source: usize::from(record.source), is_person, key: if is_person { person } else { key } }
    }
}
