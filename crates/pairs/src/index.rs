//! The index of the smaller side, and the probe of the larger one.

use std::ops::Range;

use counterfoil_core::{Code, CodedBatch, Flags, RankTable, ValueSimilarity};

use crate::pass::{open_field, passes};
use crate::rule::Rules;

/// The codes of the records to be indexed, record after record, so that comparing a record
/// touches one cache line.
#[derive(Clone, Debug)]
pub struct Records {
    /// Linkage fields.
    width: usize,
    /// For each record its codes, and a word with its number and its exclusion flags.
    words: Vec<Code>,
}

impl Records {
    /// No records yet, of so many linkage fields each.
    #[must_use]
    pub fn new(fields: usize) -> Records {
        Records { width: fields, words: Vec::new() }
    }

    /// Makes room for so many more records.
    pub fn reserve(&mut self, records: usize) {
        self.words.reserve(records * (self.width + 1));
    }

    /// Adds a record: its codes in field order, and its exclusion flags. Its number is that of
    /// records before it.
    ///
    /// # Panics
    ///
    /// When the number of codes is not that of the linkage fields.
    pub fn push(&mut self, codes: &[Code], flags: Flags) {
        assert_eq!(codes.len(), self.width, "one code a linkage field");
        let number = self.len();
        self.words.extend_from_slice(codes);
        self.words.push(number_and_flags(number, flags));
    }

    /// Adds a batch's records.
    pub fn extend(&mut self, batch: &CodedBatch) {
        let first = self.len();
        for row in 0..batch.rows {
            self.words.extend(batch.fields.iter().map(|field| field[row]));
            self.words.push(number_and_flags(first + row, batch.flags[row]));
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len() / (self.width + 1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The same records in another order; `positions` names each once.
    fn in_order(&self, positions: &[u32]) -> Records {
        let mut words = Vec::with_capacity(self.words.len());
        for position in positions {
            let start = *position as usize * (self.width + 1);
            words.extend_from_slice(&self.words[start..=start + self.width]);
        }
        Records { width: self.width, words }
    }

    /// Codes of the record at a position, in field order. Before records are indexed, that is
    /// their number.
    #[inline]
    #[must_use]
    pub fn codes(&self, position: u32) -> &[Code] {
        let start = position as usize * (self.width + 1);
        &self.words[start..start + self.width]
    }

    /// First and last word of the record at a position, mixed: for fetching both into cache.
    #[inline]
    fn ends(&self, position: u32) -> u64 {
        let start = position as usize * (self.width + 1);
        self.words[start].0 ^ self.words[start + self.width].0
    }

    /// Number and flags of the record at a position.
    #[inline]
    fn number_and_flags(&self, position: u32) -> (u32, Flags) {
        let word = self.words[position as usize * (self.width + 1) + self.width].0;
        (word as u32, (word >> 32) as Flags)
    }
}

fn number_and_flags(number: usize, flags: Flags) -> Code {
    Code(number as u64 | u64::from(flags) << 32)
}

/// A record pair that meets a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Position of the record in the index.
    pub indexed: u32,
    /// Row in the probed batch.
    pub streamed: u32,
    /// The best rank the pair meets.
    pub rank: u8,
    /// Number of linkage fields that agree exactly.
    pub agreeing: u8,
}

/// The smaller side of a ranked linkage, ready to be probed.
#[derive(Debug)]
pub struct RankIndex {
    /// The records in the bucket order of the first pass, so that what most probes find lies
    /// where its bucket says.
    records: Records,
    /// Where the record of each number stands.
    positions: Vec<u32>,
    rules: Rules,
    passes: Vec<Pass>,
}

impl RankIndex {
    /// Indexes `records` for every pass of the table.
    ///
    /// # Panics
    ///
    /// When there are more than 2³² − 1 records.
    #[must_use]
    pub fn build(table: &RankTable, records: &Records) -> RankIndex {
        assert!(u32::try_from(records.len()).is_ok(), "an index holds at most 2^32 - 1 records");
        let keys = passes(table);
        let order = keys.first().map_or_else(Vec::new, |fields| bucket_order(fields, records));
        let records = records.in_order(&order);
        let pass = |(i, fields): (usize, &Vec<usize>)| {
            let open = open_field(table, &keys[..i], fields);
            Pass::build(fields.clone(), i == 0, open, &records)
        };
        let passes = keys.iter().enumerate().map(pass).collect();
        let mut positions = vec![0; order.len()];
        for (position, number) in (0..).zip(&order) {
            positions[*number as usize] = position;
        }
        RankIndex { records, positions, rules: Rules::new(table), passes }
    }

    /// Codes of the record that was added as number `record`, in field order.
    #[must_use]
    pub fn codes(&self, record: u32) -> &[Code] {
        self.records.codes(self.positions[record as usize])
    }

    /// Calls `found` for every pair of an indexed record and a record of the batch that
    /// meets some rank, once, with the best rank it meets.
    pub fn probe(&self, batch: &CodedBatch, similarity: &dyn ValueSimilarity, mut found: impl FnMut(Hit)) {
        let mut places = Vec::with_capacity(STRETCH);
        for (i, pass) in self.passes.iter().enumerate() {
            let keys = pass.keys(batch);
            for first in (0..batch.rows).step_by(STRETCH) {
                let rows = first..batch.rows.min(first + STRETCH);
                pass.find(batch, &keys, rows, &self.records, &mut places);
                for place in &places {
                    self.meet(i, place, batch, similarity, &mut found);
                }
            }
        }
    }

    /// Calls `found` for the pairs of one place of a pass.
    #[inline]
    fn meet(
        &self,
        pass: usize,
        place: &Place,
        batch: &CodedBatch,
        similarity: &dyn ValueSimilarity,
        found: &mut impl FnMut(Hit),
    ) {
        let (earlier, this) = (&self.passes[..pass], &self.passes[pass]);
        let other = |field: usize| batch.fields[field][place.row as usize];
        this.group(place.open).for_each_member(place, |position| {
            let codes = self.records.codes(position);
            // Another pass has shown this pair already if its key agrees too.
            if !this.agrees(codes, other) || earlier.iter().any(|pass| pass.agrees(codes, other)) {
                return;
            }
            let (indexed, flags) = self.records.number_and_flags(position);
            if let Some((rank, agreeing)) = self.rules.best(codes, other, flags, similarity) {
                found(Hit { indexed, streamed: place.row, rank, agreeing });
            }
        });
    }

    /// Calls `found` with the further ranks that the pair of a hit meets, as far as it could
    /// fall to them if other records of the two persons contradict: best first, up to one that
    /// forbids no contradiction.
    pub fn further(&self, hit: Hit, batch: &CodedBatch, similarity: &dyn ValueSimilarity, mut found: impl FnMut(Hit)) {
        let other = |field: usize| batch.fields[field][hit.streamed as usize];
        let position = self.positions[hit.indexed as usize];
        let codes = self.records.codes(position);
        let (_, flags) = self.records.number_and_flags(position);
        for rank in self.rules.further(hit.rank, codes, other, flags, similarity) {
            found(Hit { rank, ..hit });
        }
    }
}

/// One match key, and the records grouped by it.
#[derive(Debug)]
struct Pass {
    fields: Vec<usize>,
    all: Group,
    /// The records in which one field is null, grouped by themselves, if for streamed records
    /// that have that field only these can be partners that no earlier pass has shown (see
    /// [`open_field`]). In the deaths linkage this spares most rows the second pass: a row
    /// with an NHS number meets, by ranks 6 and 7, only deaths without one.
    open: Option<(usize, Group)>,
}

/// Rows that are looked up together: as many as wait for memory at once, and no more than whose
/// partners stay in a core's own cache until they are compared.
const STRETCH: usize = 512;

/// Where a streamed record's partners stand in a pass.
#[derive(Clone, Copy, Default)]
struct Place {
    row: u32,
    bucket: u32,
    /// Whether in the group of records with the open field null.
    open: bool,
}

impl Pass {
    /// `sorted` says that the records stand in the bucket order of this pass.
    fn build(fields: Vec<usize>, sorted: bool, open: Option<usize>, records: &Records) -> Pass {
        let all = Group::build(&keyed(&fields, records, |_| true), sorted);
        let open = open.map(|field| {
            let keyed = keyed(&fields, records, |codes| codes[field].is_null());
            (field, Group::build(&keyed, false))
        });
        Pass { fields, all, open }
    }

    fn group(&self, open: bool) -> &Group {
        match &self.open {
            Some((_, group)) if open => group,
            _ => &self.all,
        }
    }

    /// Those of some rows of a batch that may have partners, and where.
    ///
    /// One loop for each memory access, with nothing else in it, and no branch on what it brings:
    /// a row is written down in any case, and the next one over it if it was not wanted. So many
    /// rows wait for memory at once, where a branch taken wrongly would have each wait for itself.
    fn find(&self, batch: &CodedBatch, keys: &[u64], rows: Range<usize>, records: &Records, places: &mut Vec<Place>) {
        places.clear();
        places.extend(rows.map(|row| {
            let open = self.is_open(batch, row);
            Place { row: row as u32, bucket: self.group(open).bucket(keys[row]) as u32, open }
        }));
        let mut buckets = [Bucket::default(); STRETCH];
        for (bucket, place) in buckets.iter_mut().zip(&*places) {
            *bucket = self.group(place.open).buckets[place.bucket as usize];
        }
        let mut wanted = 0;
        for (at, bucket) in buckets.iter().enumerate().take(places.len()) {
            let place = places[at];
            let key = keys[place.row as usize];
            places[wanted] = place;
            wanted += usize::from((key != 0) & bucket.may_have(self.group(place.open).filter_bit(key)));
        }
        places.truncate(wanted);
        self.touch(records, places);
    }

    /// Looks at the first member of each place, and does nothing else, so that as many of them
    /// as can be are fetched at once; whoever looks next finds them near.
    fn touch(&self, records: &Records, places: &[Place]) {
        let first = |place: &Place| {
            let group = self.group(place.open);
            records.ends(group.member(group.buckets[place.bucket as usize].start()))
        };
        std::hint::black_box(places.iter().fold(0, |all, place| all ^ first(place)));
    }

    /// The match key of each row.
    fn keys(&self, batch: &CodedBatch) -> Vec<u64> {
        match self.fields[..] {
            [field] => batch.fields[field].iter().map(|code| code.0).collect(),
            _ => (0..batch.rows).map(|row| key(&self.fields, |field| batch.fields[field][row])).collect(),
        }
    }

    /// Whether a row's partners are looked for among the records whose open field is null.
    #[inline]
    fn is_open(&self, batch: &CodedBatch, row: usize) -> bool {
        self.open.as_ref().is_some_and(|(field, _)| !batch.fields[*field][row].is_null())
    }

    /// Whether two records agree on all of the key's fields.
    #[inline]
    fn agrees(&self, a: &[Code], b: impl Fn(usize) -> Code) -> bool {
        self.fields.iter().all(|field| a[*field].agrees(b(*field)))
    }
}

/// The match keys of the records that have one and are wanted, with their positions.
fn keyed(fields: &[usize], records: &Records, wanted: impl Fn(&[Code]) -> bool) -> Vec<(u64, u32)> {
    let mut keyed = Vec::with_capacity(records.len());
    for record in 0..records.len() as u32 {
        let codes = records.codes(record);
        let key = key(fields, |field| codes[field]);
        if key != 0 && wanted(codes) {
            keyed.push((key, record));
        }
    }
    keyed
}

/// The records in the bucket order of a match key, those without a key last.
fn bucket_order(fields: &[usize], records: &Records) -> Vec<u32> {
    let group = Group::build(&keyed(fields, records, |_| true), false);
    let mut order = group.records.unwrap_or_default();
    order.extend((0..records.len() as u32).filter(|at| key(fields, |field| records.codes(*at)[field]) == 0));
    order
}

/// Some records, grouped by a match key.
///
/// Keys are parts of tokens, so uniformly spread: the leading bits of a key are its bucket.
/// What a probe costs is the memory it waits for, and what building costs is the memory it
/// touches for the first time. So the records stand in the order of the first pass, which
/// nearly every hit comes from, and the other groups list positions. (Copies of the records in
/// every group's order were twice the memory; positions alone in every group a tenth more
/// time.)
#[derive(Debug)]
struct Group {
    shift: u32,
    /// One a bucket, and one more, where the last bucket ends.
    buckets: Vec<Bucket>,
    /// Positions of records in bucket order; `None` where the records stand in that order.
    records: Option<Vec<u32>>,
}

/// Where a bucket's part of a group begins, and which keys may be in it: one look at memory
/// tells most streamed records that they match nothing, and the others where to go on.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket(u64);

/// Bits of a key that choose among a bucket's filter bits.
const FILTER_BITS: u32 = 5;

impl Bucket {
    /// Place in the group of the bucket's first member.
    #[inline]
    fn start(self) -> u32 {
        self.0 as u32
    }

    /// Whether a key of that filter bit may be among the members; not for certain.
    #[inline]
    fn may_have(self, filter_bit: u32) -> bool {
        self.0 >> (32 + filter_bit) & 1 == 1
    }

    fn add(&mut self, filter_bit: u32) {
        self.0 |= 1 << (32 + filter_bit);
    }
}

impl Group {
    /// `sorted` says that the records stand in bucket order, from the first on.
    fn build(keyed: &[(u64, u32)], sorted: bool) -> Group {
        let bits = keyed.len().max(4).next_power_of_two().ilog2();
        let mut group = Group { shift: 64 - bits, buckets: vec![Bucket::default(); (1 << bits) + 1], records: None };
        group.count(keyed);
        group.records = (!sorted).then(|| group.listed(keyed));
        group
    }

    /// Sets where buckets begin, and their filters. At first each bucket holds how many
    /// members it has.
    fn count(&mut self, keyed: &[(u64, u32)]) {
        for (key, _) in keyed {
            let (bucket, filter_bit) = (self.bucket(*key), self.filter_bit(*key));
            self.buckets[bucket].0 += 1;
            self.buckets[bucket].add(filter_bit);
        }
        let mut start = 0;
        for bucket in &mut self.buckets {
            let members = bucket.start();
            bucket.0 = bucket.0 - u64::from(members) + u64::from(start);
            start += members;
        }
    }

    /// Counting sort by bucket; stable, so records stay in order within a bucket.
    fn listed(&self, keyed: &[(u64, u32)]) -> Vec<u32> {
        let mut records = vec![0; keyed.len()];
        let mut next: Vec<u32> = self.buckets.iter().map(|bucket| bucket.start()).collect();
        for (key, record) in keyed {
            let bucket = self.bucket(*key);
            records[next[bucket] as usize] = *record;
            next[bucket] += 1;
        }
        records
    }

    #[inline]
    fn bucket(&self, key: u64) -> usize {
        (key >> self.shift) as usize
    }

    /// Some bits below those of the bucket.
    #[inline]
    fn filter_bit(&self, key: u64) -> u32 {
        (key >> (self.shift - FILTER_BITS)) as u32 & ((1 << FILTER_BITS) - 1)
    }

    /// Position of the record at a place of the group.
    #[inline]
    fn member(&self, place: u32) -> u32 {
        self.records.as_ref().map_or(place, |records| records[place as usize])
    }

    /// Calls `visit` with the position of each record of a bucket; of several keys, perhaps.
    #[inline]
    fn for_each_member(&self, place: &Place, mut visit: impl FnMut(u32)) {
        let bucket = place.bucket as usize;
        let (first, last) = (self.buckets[bucket].start(), self.buckets[bucket + 1].start());
        match &self.records {
            None => (first..last).for_each(visit),
            Some(records) => records[first as usize..last as usize].iter().for_each(|at| visit(*at)),
        }
    }
}

/// A record's match key: one field's code as it is, several mixed; 0 if one is null. Keys
/// only lead to a bucket: a match is always confirmed on the codes themselves.
#[inline]
fn key(fields: &[usize], code: impl Fn(usize) -> Code) -> u64 {
    let mut key = 0u64;
    for field in fields {
        let code = code(*field);
        if code.is_null() {
            return 0;
        }
        key = mix(key) ^ code.0;
    }
    // One field's code is part of a token and uniform as it is.
    if fields.len() > 1 { mix(key).max(1) } else { key }
}

/// Spreads a key over all 64 bits: the finaliser of `MurmurHash3` (Appleby, 2011), a
/// bijection that sends 0 to 0.
#[inline]
fn mix(mut key: u64) -> u64 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xff51_afd7_ed55_8ccd);
    key ^= key >> 33;
    key = key.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ key >> 33
}

#[cfg(test)]
mod tests {
    use counterfoil_core::{Exclusion, PartialDate, Rank};
    use proptest::prelude::*;

    use super::*;

    /// "Partly" here: codes that differ by at most one.
    struct Near;
    impl ValueSimilarity for Near {
        fn dates_agree_partly(&self, a: Code, b: Code, _: PartialDate) -> bool {
            !a.is_null() && !b.is_null() && a.0.abs_diff(b.0) <= 1
        }
    }

    /// The eight ranks of the deaths linkage; fields: NHS number, date of birth, sex,
    /// postcode; flags: 1 January, communal.
    fn eight_ranks() -> RankTable {
        let rank = |rank, agree: &[usize], partial: &[usize], not: &[usize], exclude: &[usize]| Rank {
            rank,
            agree: agree.to_vec(),
            partial: partial.to_vec(),
            not_contradict: not.to_vec(),
            exclude: exclude.to_vec(),
        };
        RankTable {
            ranks: vec![
                rank(1, &[0, 1, 2, 3], &[], &[], &[]),
                rank(2, &[0, 1, 2], &[], &[], &[]),
                rank(3, &[0, 2, 3], &[1], &[], &[]),
                rank(4, &[0, 2], &[1], &[], &[]),
                rank(5, &[0, 3], &[], &[], &[]),
                rank(6, &[1, 2, 3], &[], &[0], &[0, 1]),
                rank(7, &[1, 2, 3], &[], &[0], &[0]),
                rank(8, &[0], &[], &[], &[]),
            ],
            exclusions: vec![
                Exclusion::FirstOfJanuary { field: 1 },
                Exclusion::Listed { field: 3, list: "communal".into() },
            ],
            partial_date: PartialDate::TwoOfThree,
        }
    }

    /// The plain twin: every pair, every rank, straight from the words of the table.
    fn nested_loop(table: &RankTable, left: &Records, right: &CodedBatch) -> Vec<Hit> {
        let mut hits = Vec::new();
        for indexed in 0..left.len() as u32 {
            for streamed in 0..right.rows as u32 {
                let a = left.codes(indexed);
                let b = |f: usize| right.fields[f][streamed as usize];
                let equal = |f: &usize| !a[*f].is_null() && a[*f] == b(*f);
                let met = |rank: &&Rank| {
                    rank.agree.iter().all(equal)
                        && rank.partial.iter().all(|f| Near.dates_agree_partly(a[*f], b(*f), table.partial_date))
                        && !rank.not_contradict.iter().any(|f| !a[*f].is_null() && !b(*f).is_null() && a[*f] != b(*f))
                        && !rank.exclude.iter().any(|bit| left.number_and_flags(indexed).1 >> bit & 1 == 1)
                };
                if let Some(rank) = table.ranks.iter().find(met) {
                    let agreeing = (0..a.len()).filter(|f| equal(f)).count() as u8;
                    hits.push(Hit { indexed, streamed, rank: rank.rank, agreeing });
                }
            }
        }
        hits
    }

    fn record() -> impl Strategy<Value = ([u64; 4], u8)> {
        // Few values a field, so that records meet often; 0 is null. Multiplied out to look
        // like tokens, except dates, whose neighbours mean something here.
        ([0u64..4, 0u64..5, 0u64..3, 0u64..4], 0u8..4)
    }

    fn codes(record: [u64; 4]) -> [Code; 4] {
        std::array::from_fn(|f| Code(if f == 1 { record[f] } else { record[f].wrapping_mul(0x9e37_79b9_7f4a_7c15) }))
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_nested_loop_finds(
            left in prop::collection::vec(record(), 0..40),
            right in prop::collection::vec(record(), 0..40),
        ) {
            let table = eight_ranks();
            let mut records = Records::new(4);
            for (record, flags) in &left {
                records.push(&codes(*record), *flags);
            }
            let fields = (0..4).map(|f| right.iter().map(|(record, _)| codes(*record)[f]).collect()).collect();
            let batch = CodedBatch { rows: right.len(), fields, ..CodedBatch::default() };
            let expected = nested_loop(&table, &records, &batch);
            let mut hits = Vec::new();
            RankIndex::build(&table, &records).probe(&batch, &Near, |hit| hits.push(hit));
            hits.sort_by_key(|hit| (hit.indexed, hit.streamed));
            prop_assert_eq!(hits, expected);
        }
    }
}
