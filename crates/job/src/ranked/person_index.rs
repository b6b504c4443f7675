//! The index of persons: each person's combinations of identifiers, each once.
//!
//! Where rows are gathered to persons by what identifies them, a row that repeats a
//! combination of its person says nothing new. It is dropped as it comes, so that a register
//! that repeats every person every month is held once.

use counterfoil_core::{Code, Flags, RankTable, RecordRef};
use counterfoil_pairs::{Records, passes};
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

/// What an index of persons was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonCounts {
    /// Side that is indexed.
    pub side: String,
    /// Rows read.
    pub rows: u64,
    /// Rows with too few valid identifiers for any rank, which are left out.
    pub left_out: u64,
    /// Persons of the others.
    pub persons: u64,
    /// Their combinations of identifiers; a person may have several.
    pub combinations: u64,
}

/// A row of the indexed side.
pub(super) struct Row<'r> {
    pub(super) unit: Code,
    pub(super) codes: &'r [Code],
    pub(super) flags: Flags,
    pub(super) record: RecordRef,
    pub(super) key: &'r str,
}

/// What becomes of a row.
pub(super) enum Place {
    /// It is the first of its combination, and indexed.
    New,
    /// Its combination is indexed at this position already.
    Known(u32),
    /// It has too few identifiers to meet anybody.
    Nowhere,
}

/// Combinations so far.
pub(super) struct PersonIndex {
    /// Sets of fields of which one must be complete to meet anybody.
    passes: Vec<Vec<usize>>,
    /// Position of a person's combination.
    known: HashMap<(Code, u64), u32>,
    persons: HashSet<Code>,
    /// Record that names each position.
    records: Vec<RecordRef>,
    /// Keys of records that took over a position.
    keys: HashMap<u32, Box<str>>,
    counts: PersonCounts,
}

impl PersonIndex {
    /// No combinations yet.
    pub(super) fn new(table: &RankTable) -> PersonIndex {
        PersonIndex {
            passes: passes(table),
            known: HashMap::new(),
            persons: HashSet::new(),
            records: Vec::new(),
            keys: HashMap::new(),
            counts: PersonCounts::default(),
        }
    }

    /// Finds the place of a row; a new combination is added to `records`. `first_key` tells
    /// the key that a position was first named by.
    pub(super) fn place<'k>(
        &mut self,
        row: &Row<'_>,
        records: &mut Records,
        first_key: impl Fn(u32) -> &'k str,
    ) -> Place {
        self.counts.rows += 1;
        if !self.passes.iter().any(|pass| pass.iter().all(|field| !row.codes[*field].is_null())) {
            self.counts.left_out += 1;
            return Place::Nowhere;
        }
        let next = records.len() as u32;
        let at = match self.known.entry((row.unit, identity(0, row.codes.iter().copied()))) {
            Entry::Vacant(place) => *place.insert(next),
            Entry::Occupied(place) => *place.get(),
        };
        if at != next && records.codes(at) == row.codes {
            self.rename(at, row, first_key(at));
            return Place::Known(at);
        }
        records.push(row.codes, row.flags);
        self.persons.insert(row.unit);
        self.records.push(row.record);
        Place::New
    }

    /// A combination is named by its record with the smaller key, as ties between records
    /// are broken everywhere.
    fn rename(&mut self, at: u32, row: &Row<'_>, first_key: &str) {
        let named = &mut self.records[at as usize];
        let key = self.keys.get(&at).map_or(first_key, |key| key);
        if (row.key, row.record) < (key, *named) {
            *named = row.record;
            self.keys.insert(at, row.key.into());
        }
    }

    /// The record that names a position.
    pub(super) fn record(&self, at: u32) -> RecordRef {
        self.records[at as usize]
    }

    /// The key of that record, if it is not the first of the position.
    pub(super) fn key(&self, at: u32) -> Option<&str> {
        self.keys.get(&at).map(|key| &**key)
    }

    /// What the index was made of; `side` is the indexed side's name.
    pub(super) fn counts(&self, side: &str) -> PersonCounts {
        PersonCounts {
            side: side.to_owned(),
            persons: self.persons.len() as u64,
            combinations: self.records.len() as u64,
            ..self.counts.clone()
        }
    }

    /// Frees what only building needs.
    pub(super) fn close(&mut self) {
        self.known = HashMap::new();
    }
}

/// One number for the linkage fields of a record: equal for equal identities.
/// `before` is that of what else the number is to tell apart.
pub(super) fn identity(before: u64, codes: impl Iterator<Item = Code>) -> u64 {
    codes.fold(before, |all, code| mixed(all, code.0))
}

/// A number for all before and one value more.
pub(super) fn mixed(all: u64, value: u64) -> u64 {
    (all ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}
