//! Which records could meet some rank, going by the values that they have.
//!
//! Of an unmatched record it cannot be told whether its person is on the other side. That it
//! has no valid identifier, or too few for any rank, can be told, and is counted here.

use std::sync::atomic::{AtomicU64, Ordering};

use counterfoil_core::{Code, CodedBatch, Flags, Rank, Resolution, Side};

use super::resolution;
use crate::check::Job;

/// Counts records by what their values allow.
pub(crate) struct Usable {
    /// By rank: the fields that must be there, as bits, and the kinds of value that bar it.
    ranks: Vec<(u64, Flags)>,
    rows: AtomicU64,
    without_value: AtomicU64,
    with_too_few: AtomicU64,
}

/// Records by what their values allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UsableCounts {
    /// All records.
    pub(crate) rows: u64,
    /// Those without a valid value in any linkage field.
    pub(crate) without_value: u64,
    /// Those with some, but not all that any one rank needs.
    pub(crate) with_too_few: u64,
}

impl Usable {
    /// A count for the right records, where it is reported what becomes of each.
    pub(crate) fn of(job: &Job) -> Option<Usable> {
        let reported = job.linkage.attaches_records() && resolution(job) != Resolution::KeepAll;
        let bits = |positions: &[usize]| positions.iter().fold(0, |bits, position| bits | 1 << position);
        let needs = |rank: &Rank| (bits(&rank.agree) | bits(&rank.partial), bits(&rank.exclude) as Flags);
        reported.then(|| Usable {
            ranks: job.linkage.table.ranks.iter().map(needs).collect(),
            rows: AtomicU64::new(0),
            without_value: AtomicU64::new(0),
            with_too_few: AtomicU64::new(0),
        })
    }

    /// This count, if it is of records of that side.
    pub(crate) fn on(&self, side: Side) -> Option<&Usable> {
        (side == Side::Right).then_some(self)
    }

    /// Counts a batch, whose flags must be set. Sums, so the order of batches is no matter.
    pub(crate) fn count(&self, coded: &CodedBatch) {
        let (mut without_value, mut with_too_few) = (0, 0);
        for row in 0..coded.rows {
            let valid = |(field, codes): (usize, &Vec<Code>)| u64::from(!codes[row].is_null()) << field;
            let valid: u64 = coded.fields.iter().enumerate().map(valid).sum();
            let allows = |(needs, bars): &(u64, Flags)| needs & !valid == 0 && bars & coded.flags[row] == 0;
            if valid == 0 {
                without_value += 1;
            } else if !self.ranks.iter().any(allows) {
                with_too_few += 1;
            }
        }
        self.rows.fetch_add(coded.rows as u64, Ordering::Relaxed);
        self.without_value.fetch_add(without_value, Ordering::Relaxed);
        self.with_too_few.fetch_add(with_too_few, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> UsableCounts {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        UsableCounts {
            rows: of(&self.rows),
            without_value: of(&self.without_value),
            with_too_few: of(&self.with_too_few),
        }
    }
}
