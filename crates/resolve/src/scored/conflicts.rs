//! What one person cannot have two of.

/// Most sources that can be declared free of duplicates.
pub const MAX_DUPLICATE_FREE: usize = 64;

/// What keeps records of different persons apart.
#[derive(Clone, Debug, Default)]
pub struct Conflicts<'a> {
    /// Columns of which a person has at most one value, such as its valid NHS number or its
    /// death record; 0 is null and conflicts with nothing. Each has a number for every row.
    pub columns: Vec<&'a [u32]>,
    /// First row of each source, and as a last entry the number of all rows; needed only for
    /// the next.
    pub starts: &'a [u32],
    /// Positions of sources of which a person has at most one record; at most
    /// [`MAX_DUPLICATE_FREE`].
    pub duplicate_free: &'a [u16],
}

impl Conflicts<'_> {
    /// Whether nothing keeps records apart.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.duplicate_free.is_empty()
    }
}

/// Why two clusters stay apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Different values of the column at this position.
    Column(usize),
    /// Two records of a source without duplicates.
    Source,
}

/// What each cluster has, under the name of the cluster (its smallest row).
pub(super) struct Held {
    /// For each column its value, 0 if none.
    values: Vec<Vec<u32>>,
    /// Duplicate-free sources that it has a record of, as bits; empty without such sources.
    sources: Vec<u64>,
}

impl Held {
    /// What each row has by itself.
    pub(super) fn by_rows(conflicts: &Conflicts) -> Held {
        let values = conflicts.columns.iter().map(|column| column.to_vec()).collect();
        Held { values, sources: source_bits(conflicts) }
    }

    /// Why two clusters cannot be one, if they cannot.
    pub(super) fn conflict(&self, a: u32, b: u32) -> Option<Reason> {
        let (a, b) = (a as usize, b as usize);
        let differ = |column: &Vec<u32>| column[a] != 0 && column[b] != 0 && column[a] != column[b];
        if let Some(column) = self.values.iter().position(differ) {
            return Some(Reason::Column(column));
        }
        let both = self.sources.get(a).zip(self.sources.get(b)).is_some_and(|(a, b)| a & b != 0);
        both.then_some(Reason::Source)
    }

    /// Whether all these clusters can be one. If no two of them conflict, all together do not
    /// either: each column has one value in all, and no two have a record of one source.
    pub(super) fn agree(&self, clusters: &[u32]) -> bool {
        let one_value = |column: &Vec<u32>| {
            let mut values = clusters.iter().map(|cluster| column[*cluster as usize]).filter(|value| *value != 0);
            let first = values.next();
            values.all(|value| Some(value) == first)
        };
        let mut seen = 0;
        let mut is_new = |bits: u64| {
            let is_new = seen & bits == 0;
            seen |= bits;
            is_new
        };
        self.values.iter().all(one_value)
            && clusters.iter().filter_map(|cluster| self.sources.get(*cluster as usize)).all(|bits| is_new(*bits))
    }

    /// Gives the cluster `into` what `from` has.
    pub(super) fn merge(&mut self, into: u32, from: u32) {
        let (into, from) = (into as usize, from as usize);
        for column in &mut self.values {
            column[into] = column[into].max(column[from]);
        }
        if let Some(bits) = self.sources.get(from).copied() {
            self.sources[into] |= bits;
        }
    }
}

/// For each row the bit of its source, if that is free of duplicates.
fn source_bits(conflicts: &Conflicts) -> Vec<u64> {
    assert!(conflicts.duplicate_free.len() <= MAX_DUPLICATE_FREE, "too many sources free of duplicates");
    if conflicts.duplicate_free.is_empty() {
        return Vec::new();
    }
    let rows = conflicts.starts.last().copied().unwrap_or_default();
    let mut bits = vec![0; rows as usize];
    for (bit, source) in conflicts.duplicate_free.iter().enumerate() {
        let source = usize::from(*source);
        bits[conflicts.starts[source] as usize..conflicts.starts[source + 1] as usize].fill(1 << bit);
    }
    bits
}
