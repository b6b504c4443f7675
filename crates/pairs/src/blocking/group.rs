//! Grouping: rows with equal keys side by side.
//!
//! Keys are exact. The numbers of a rule's columns are packed into 64 bits as tightly as the
//! largest number of each allows; where they do not fit, the rows are grouped by the first
//! columns, and the groups by the rest. A packed key is mixed by a bijection, so that equal
//! mixed keys are equal keys, and partitioned by its upper bits; a partition is sorted while
//! it lies in the cache. Rows whose key nobody shares are most rows of a good rule: counters,
//! which lie in the cache too, tell nearly all of them before anything is sorted.

/// Most partitions of one pass: more would be written to slower than larger ones are sorted.
const PARTITIONS: usize = 1 << 11;
/// How many entries a partition aims at.
const PARTITION: usize = 512;
/// Counters for each entry: of the keys that occur once, 22 of 100 share theirs.
const COUNTERS: usize = 4;
/// Entries whose keys are made at a time.
const STRETCH: usize = 512;

/// A number that each entry has; 0 for none.
pub(crate) struct Field<'a> {
    values: Values<'a>,
    bits: u32,
}

enum Values<'a> {
    Column(&'a [u32]),
    Other(Box<dyn Fn(u32) -> u32 + 'a>),
}

impl<'a> Field<'a> {
    /// The field of entries that are rows of a column.
    pub(crate) fn column(column: &'a [u32]) -> Field<'a> {
        let most = column.iter().copied().max().unwrap_or_default();
        Field { values: Values::Column(column), bits: width(most) }
    }

    /// A field with values up to `most`.
    pub(crate) fn new(most: u32, value: impl Fn(u32) -> u32 + 'a) -> Field<'a> {
        Field { values: Values::Other(Box::new(value)), bits: width(most) }
    }

    /// The field of entries that each stand for one of this field's.
    pub(crate) fn through<'b>(&'b self, entry: impl Fn(u32) -> u32 + 'b) -> Field<'b> {
        Field { values: Values::Other(Box::new(move |from| self.of(entry(from)))), bits: self.bits }
    }

    fn of(&self, entry: u32) -> u32 {
        match &self.values {
            Values::Column(column) => column[entry as usize],
            Values::Other(value) => value(entry),
        }
    }

    /// The numbers of the entries from `start` on.
    fn read(&self, start: u32, keys: &mut [u64]) {
        self.each(start, keys, |key, value| *key = u64::from(value));
    }

    /// The numbers of the entries from `start` on below those that the keys already hold; 0 where
    /// one of them is 0.
    fn append(&self, start: u32, keys: &mut [u64]) {
        let bits = self.bits;
        let with = |key: u64, value: u32| key << bits | u64::from(value);
        self.each(start, keys, |key, value| *key = if *key == 0 || value == 0 { 0 } else { with(*key, value) });
    }

    /// One loop for each kind of field, so that none decides it for each entry anew.
    #[inline]
    fn each(&self, start: u32, keys: &mut [u64], visit: impl Fn(&mut u64, u32)) {
        match &self.values {
            Values::Column(column) => {
                keys.iter_mut().zip(&column[start as usize..]).for_each(|(key, value)| visit(key, *value));
            }
            Values::Other(value) => (start..).zip(keys).for_each(|(entry, key)| visit(key, value(entry))),
        }
    }
}

/// The bits that a number needs.
fn width(number: u32) -> u32 {
    u32::BITS - number.leading_zeros()
}

/// Entries with equal keys, side by side and ascending; only groups of two and more.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) order: Vec<u32>,
    /// First entry of each group in `order`, and as a last one their number.
    pub(crate) starts: Vec<u32>,
}

impl Groups {
    /// The entries of each group.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|bounds| &self.order[bounds[0] as usize..bounds[1] as usize])
    }
}

/// Groups the entries that have equal numbers in all fields, and none that is 0.
pub(crate) fn group_by(entries: u32, fields: &[Field<'_>]) -> Groups {
    if fields.is_empty() {
        return everything(entries);
    }
    let first = fitting(fields, u64::BITS);
    let mut groups = groups(entries, width_of(&fields[..first]), |start, keys| {
        fields[0].read(start, keys);
        fields[1..first].iter().for_each(|field| field.append(start, keys));
    });
    let mut done = first;
    while done < fields.len() {
        let next = &fields[done..done + fitting(&fields[done..], u32::BITS)];
        groups = refined(&groups, next);
        done += next.len();
    }
    groups
}

fn everything(entries: u32) -> Groups {
    if entries < 2 {
        Groups { order: vec![], starts: vec![0] }
    } else {
        Groups { order: (0..entries).collect(), starts: vec![0, entries] }
    }
}

/// The bits that a key of some fields needs.
fn width_of(fields: &[Field<'_>]) -> u32 {
    fields.iter().map(|field| field.bits).sum()
}

/// How many of the first fields fit into so many bits.
fn fitting(fields: &[Field<'_>], bits: u32) -> usize {
    let mut used = 0;
    fields
        .iter()
        .take_while(|field| {
            used += field.bits;
            used <= bits
        })
        .count()
}

/// The groups, each divided by further fields.
fn refined(coarse: &Groups, fields: &[Field<'_>]) -> Groups {
    let mut numbers: Vec<u32> = Vec::with_capacity(coarse.order.len());
    for (number, bounds) in (1..).zip(coarse.starts.windows(2)) {
        numbers.extend(std::iter::repeat_n(number, (bounds[1] - bounds[0]) as usize));
    }
    let numbers = Field::column(&numbers);
    let of_places: Vec<Field<'_>> =
        fields.iter().map(|field| field.through(|place| coarse.order[place as usize])).collect();
    let width = numbers.bits + width_of(fields);
    let mut fine = groups(coarse.order.len() as u32, width, |start, keys| {
        numbers.read(start, keys);
        of_places.iter().for_each(|field| field.append(start, keys));
    });
    for place in &mut fine.order {
        *place = coarse.order[*place as usize];
    }
    fine
}

/// Groups entries by their key, of at most so many bits; 0 is none. `keys` tells those of the
/// entries from a first one on.
fn groups(entries: u32, key_width: u32, keys: impl Fn(u32, &mut [u64])) -> Groups {
    let bits = (entries as usize / PARTITION).clamp(2, PARTITIONS).next_power_of_two().ilog2();
    let mix = Mix::new(key_width.max(bits));
    let keys = Keys { entries, mix, bits, of: keys };
    // What all keys of a partition have in common need not be held, which mostly makes room for the
    // entry: one number to write and to sort in the place of two takes half the time.
    let (rest, below) = (mix.width - bits, width(entries));
    if rest + below <= u64::BITS {
        let hold = |mixed: u64, entry: u32| (mixed & !(!0 << rest)) << below | u64::from(entry);
        keys.groups(hold, |held| held >> below, |held| (held & !(!0 << below)) as u32)
    } else {
        keys.groups(|mixed, entry| (mixed, entry), |held| held.0, |held| held.1)
    }
}

/// The keys of entries, to be grouped by.
struct Keys<K> {
    entries: u32,
    mix: Mix,
    /// There are two to the power of so many partitions.
    bits: u32,
    /// Tells the keys of the entries from a first one on.
    of: K,
}

impl<K: Fn(u32, &mut [u64])> Keys<K> {
    /// Groups the entries; `hold` puts a mixed key and its entry in a form that is sorted by them
    /// within a partition, and of which `key` tells keys apart there.
    fn groups<T: Copy + Default + Ord>(
        &self,
        hold: impl Fn(u64, u32) -> T,
        key: impl Fn(&T) -> u64,
        entry: impl Fn(&T) -> u32,
    ) -> Groups {
        let starts = self.starts();
        let mut partitioned = vec![T::default(); starts[1 << self.bits] + 1];
        let mut ends = starts.clone();
        self.each_stretch(|start, mixed| {
            for (entry, mixed) in (start..).zip(mixed) {
                let end = &mut ends[self.partition(*mixed)];
                partitioned[*end] = hold(*mixed, entry);
                *end += usize::from(*mixed != 0);
            }
        });
        let mut groups = Groups { order: Vec::new(), starts: vec![0] };
        let mut repeated = Repeated::new(self.entries as usize >> self.bits, self.mix.width - self.bits);
        for bounds in starts.windows(2) {
            let partition = repeated.among(&mut partitioned[bounds[0]..bounds[1]], &key);
            partition.sort_unstable();
            groups.add_runs(partition, &key, &entry);
        }
        groups
    }

    /// Where each partition begins, and as a last entry where the last one ends.
    fn starts(&self) -> Vec<usize> {
        let mut starts = vec![0; (1 << self.bits) + 2];
        self.each_stretch(|_, mixed| mixed.iter().for_each(|mixed| starts[self.partition(*mixed) + 1] += 1));
        // Entries without a key are counted at the end.
        starts.truncate((1 << self.bits) + 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        starts
    }

    /// The partition of a mixed key. An entry without a key is written down like the others, and
    /// not counted: it has the one place behind all partitions, since in one that is full it would
    /// take the place of another's.
    #[inline]
    fn partition(&self, mixed: u64) -> usize {
        if mixed == 0 { 1 << self.bits } else { (mixed >> (self.mix.width - self.bits)) as usize }
    }

    /// The mixed keys of all entries, stretch by stretch, each with its first entry.
    fn each_stretch(&self, mut visit: impl FnMut(u32, &[u64])) {
        let mut stretch = [0; STRETCH];
        for start in (0..self.entries).step_by(STRETCH) {
            let mixed = &mut stretch[..STRETCH.min((self.entries - start) as usize)];
            (self.of)(start, mixed);
            mixed.iter_mut().for_each(|key| *key = self.mix.of(*key));
            visit(start, mixed);
        }
    }
}

impl Groups {
    /// Adds the runs of two and more entries with equal keys.
    fn add_runs<T>(&mut self, sorted: &[T], key: impl Fn(&T) -> u64, entry: impl Fn(&T) -> u32) {
        for run in sorted.chunk_by(|a, b| key(a) == key(b)).filter(|run| run.len() > 1) {
            self.order.extend(run.iter().map(&entry));
            self.starts.push(self.order.len() as u32);
        }
    }
}

/// Which keys of a partition may occur more than once.
struct Repeated {
    /// A power of two.
    counters: Vec<u8>,
    shift: u32,
}

impl Repeated {
    /// For about so many entries, whose mixed keys are apart in the lower ones of so many bits.
    fn new(entries: usize, bits: u32) -> Repeated {
        let counters = (entries * COUNTERS).next_power_of_two();
        Repeated { counters: vec![0; counters], shift: bits.saturating_sub(counters.ilog2()) }
    }

    /// Those of a partition's entries whose key may be another's too, moved to its front.
    fn among<'p, T: Copy>(&mut self, partition: &'p mut [T], key: impl Fn(&T) -> u64) -> &'p mut [T] {
        self.counters.fill(0);
        for held in &*partition {
            let place = self.place(key(held));
            self.counters[place] = self.counters[place].saturating_add(1);
        }
        let mut kept = 0;
        // Whether an entry stays is as good as accident, so it is written down either way and
        // counted if it does.
        for at in 0..partition.len() {
            let held = partition[at];
            partition[kept] = held;
            kept += usize::from(self.counters[self.place(key(&held))] > 1);
        }
        &mut partition[..kept]
    }

    /// The counter of a mixed key.
    #[inline]
    fn place(&self, key: u64) -> usize {
        (key >> self.shift) as usize & (self.counters.len() - 1)
    }
}

/// Mixes keys of so many bits by a bijection that spreads them over the upper ones of these: odd
/// multiples and shifts lose nothing, and 0 stays 0.
#[derive(Clone, Copy)]
struct Mix {
    width: u32,
}

impl Mix {
    /// For keys of at most so many bits.
    fn new(width: u32) -> Mix {
        Mix { width: width.clamp(8, u64::BITS) }
    }

    #[inline]
    fn of(self, key: u64) -> u64 {
        let within = u64::MAX >> (u64::BITS - self.width);
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) & within;
        (mixed ^ mixed >> (self.width / 2)).wrapping_mul(0xd6e8_feb8_6659_fd93) & within
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn sorted_groups(groups: &Groups) -> Vec<Vec<u32>> {
        let of = |bounds: &[u32]| groups.order[bounds[0] as usize..bounds[1] as usize].to_vec();
        let mut all: Vec<Vec<u32>> = groups.starts.windows(2).map(of).collect();
        all.sort();
        all
    }

    fn check(columns: &[Vec<u32>]) {
        let fields: Vec<Field<'_>> = columns.iter().map(|column| Field::column(column)).collect();
        let rows = columns[0].len() as u32;
        let mut expected: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
        for row in 0..rows {
            let key: Vec<u32> = columns.iter().map(|column| column[row as usize]).collect();
            if !key.contains(&0) {
                expected.entry(key).or_default().push(row);
            }
        }
        let mut expected: Vec<Vec<u32>> = expected.into_values().filter(|rows| rows.len() > 1).collect();
        expected.sort();
        assert_eq!(sorted_groups(&group_by(rows, &fields)), expected);
    }

    #[test]
    fn many_rows_in_many_partitions() {
        let column = |modulus: u32, step: u32| (0..20_000_u32).map(|row| row * step % modulus).collect::<Vec<u32>>();
        check(&[column(101, 7), column(53, 3), column(3, 1)]);
        check(&[column(20_000, 1)]);
        check(&[vec![1; 5000]]);
    }

    #[test]
    fn rows_without_a_value_put_no_row_out_of_its_partition() {
        // Every key is there five times, so that partitions are full before the last nulls come.
        check(&[(0..5_000).map(|row| row % 1_000).collect()]);
        let keys: Vec<u32> = (0..5_000).map(|row| row % 1_000).collect();
        check(&[keys.clone(), keys.iter().map(|key| key % 7).collect()]);
    }

    proptest! {
        #[test]
        fn groups_are_those_of_equal_numbers(
            rows in prop::collection::vec(prop::array::uniform4(0_u32..3), 0..60),
            wide in any::<bool>(),
        ) {
            // Wide numbers need 33 · 4 bits, so that groups are refined twice.
            let widen = |value: u32| if wide && value > 0 { u32::MAX - value } else { value };
            let columns: Vec<Vec<u32>> = (0..4).map(|c| rows.iter().map(|row| widen(row[c])).collect()).collect();
            check(&columns);
        }
    }
}
