//! Persons: connected components of linked records.

/// Disjoint sets of records, joined by links (union by smallest, with path halving).
#[derive(Clone, Debug)]
pub struct Persons {
    parent: Vec<usize>,
}

impl Persons {
    /// So many records, each a person of its own.
    #[must_use]
    pub fn new(records: usize) -> Persons {
        Persons { parent: (0..records).collect() }
    }

    /// Says that two records are of one person.
    ///
    /// # Panics
    ///
    /// When a record's number is not below the number of records.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        // The smaller number stays the representative, whatever the order of links.
        self.parent[a.max(b)] = a.min(b);
    }

    fn find(&mut self, mut record: usize) -> usize {
        while self.parent[record] != record {
            self.parent[record] = self.parent[self.parent[record]];
            record = self.parent[record];
        }
        record
    }

    /// For each record the smallest record number of its person.
    #[must_use]
    pub fn representatives(&mut self) -> Vec<usize> {
        (0..self.parent.len()).map(|record| self.find(record)).collect()
    }
}
