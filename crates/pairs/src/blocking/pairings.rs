//! Which columns of two rows are compared, and how all of them are at once.

use counterfoil_core::scored::Sketches;

/// Which pairs of columns are tested for equality, each a bit of a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairings {
    /// (column of the left row, column of the right row).
    pub(crate) columns: Vec<(usize, usize)>,
    /// The columns that are looked at, paired or by themselves.
    pub(super) held: Vec<usize>,
    /// The sketches that are looked at.
    pub(super) sketched: Vec<Sketched>,
    /// The pairings that are tested side by side.
    lanes: Lanes,
    /// The same, one by one.
    aligned: Aligned,
    /// The pairings that are tested one by one, of different columns or with a higher bit than
    /// lanes have: (bit, left column, right column).
    apart: Vec<(u32, usize, usize)>,
    /// Which sketches are tested for nearness side by side.
    near: NearLanes,
    /// Which pairs of different sketches are: (bit, left, right, most bits that differ).
    near_apart: Vec<(u32, usize, usize, u32)>,
    /// How many bits are taken for nearness, from the last one down.
    near_bits: u32,
    /// The pairings of which it matters whether a value is null.
    pub(crate) null: u64,
}

/// The sketches of a column's numbers.
#[derive(Clone, Debug)]
pub(super) struct Sketched {
    pub(super) column: usize,
    sketches: Sketches,
}

impl Sketched {
    #[inline]
    pub(super) fn of(&self, number: u32) -> u32 {
        self.sketches.words[number as usize]
    }
}

/// A row of a tile.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    /// Its numbers by column.
    pub(super) values: &'t [u32],
    /// Its sketches, as [`Pairings::sketched`] names them.
    pub(super) sketches: &'t [u32],
}

/// A model and its blocking rules test more than 64 different pairs of columns for equality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyColumns;

impl std::fmt::Display for TooManyColumns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("comparisons and blocking rules compare more than 64 different pairs of columns")
    }
}

impl std::error::Error for TooManyColumns {}

impl Pairings {
    /// The bit of a pair of columns.
    pub(crate) fn bit(&mut self, left: usize, right: usize) -> Result<u32, TooManyColumns> {
        if let Some(bit) = self.columns.iter().position(|columns| *columns == (left, right)) {
            return Ok(bit as u32);
        }
        if self.columns.len() == 64 {
            return Err(TooManyColumns);
        }
        let bit = self.columns.len() as u32;
        self.columns.push((left, right));
        self.hold(left);
        self.hold(right);
        if left == right && bit < u32::BITS {
            self.lanes.add(left, bit);
            self.aligned.equal.push((left, 1 << bit));
        } else {
            self.apart.push((bit, left, right));
        }
        Ok(bit)
    }

    /// Says that a column is looked at.
    pub(crate) fn hold(&mut self, column: usize) {
        if !self.held.contains(&column) {
            self.held.push(column);
        }
    }

    /// The bit that says whether the sketches of two columns are near; `None` if no bit is left.
    /// To be asked for when all other bits are taken.
    pub(crate) fn near_bit(&mut self, (left, right): (usize, usize), sketches: &Sketches) -> Option<u32> {
        let bit = 63_u32.checked_sub(self.near_bits).filter(|bit| *bit as usize >= self.columns.len())?;
        self.near_bits += 1;
        let first = self.sketch(left, sketches);
        if left != right {
            let second = self.sketch(right, sketches);
            self.near_apart.push((bit, first, second, sketches.most));
        } else if bit >= u32::BITS {
            self.near.add(first, bit - u32::BITS, sketches.most);
            self.aligned.near.push(Near { sketch: first, bits: 1 << (bit - u32::BITS), most: sketches.most });
        } else {
            self.near_apart.push((bit, first, first, sketches.most));
        }
        Some(bit)
    }

    fn sketch(&mut self, column: usize, sketches: &Sketches) -> usize {
        self.hold(column);
        self.sketched.push(Sketched { column, sketches: sketches.clone() });
        self.sketched.len() - 1
    }

    /// The pairings and sketches of one column on either side.
    pub(super) fn aligned(&self) -> &Aligned {
        &self.aligned
    }

    /// Whether these are all that there are.
    pub(super) fn are_aligned(&self) -> bool {
        self.apart.is_empty() && self.near_apart.is_empty()
    }

    /// The pairings whose left value is null in a row, and those whose right value is.
    pub(super) fn nulls(&self, row: &[u32]) -> (u64, u64) {
        let both = u64::from(self.lanes.null(row));
        let with = |(left, right): (u64, u64), (bit, of_left, of_right): &(u32, usize, usize)| {
            let is_null = |column: usize| u64::from(row[column] == 0) << bit;
            (left | is_null(*of_left), right | is_null(*of_right))
        };
        let (left, right) = self.apart.iter().fold((both, both), with);
        (left & self.null, right & self.null)
    }

    /// Which pairings are equal between a row and others, and which sketches are near.
    pub(super) fn equal<'r>(&'r self, left: Row<'r>) -> impl Fn(Row<'_>) -> u64 + use<'r> {
        let present = !self.lanes.null(left.values);
        move |right| {
            let aligned = u64::from(self.lanes.equal(left.values, right.values) & present);
            let apart = self.apart.iter().fold(aligned, |word, (bit, of_left, of_right)| {
                let (value, other) = (left.values[*of_left], right.values[*of_right]);
                word | u64::from(value != 0 && value == other) << bit
            });
            let near = u64::from(self.near.holds(left.sketches, right.sketches)) << u32::BITS;
            self.near_apart.iter().fold(apart | near, |word, (bit, of_left, of_right, most)| {
                word | u64::from(differing(left.sketches[*of_left], right.sketches[*of_right]) <= *most) << bit
            })
        }
    }
}

/// Pairings and sketches of one column on either side.
#[derive(Clone, Debug, Default)]
pub(super) struct Aligned {
    /// (column, its bits)
    pub(super) equal: Vec<(usize, u32)>,
    pub(super) near: Vec<Near>,
}

/// A sketch of one column on either side.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub(super) sketch: usize,
    /// Its bit, of those from 32 on.
    pub(super) bits: u32,
    /// In how many bits two may differ.
    pub(super) most: u32,
}

/// Numbers that are compared at once.
pub(super) const LANES: usize = 4;

/// Pairings of a column with itself: rows are held against each other number by number, all
/// columns of a group at once, so that a pair costs the same however few of them a row has.
#[derive(Clone, Debug, Default)]
struct Lanes {
    /// The bit of each column; 0 where the column is in no pairing.
    bits: Vec<[u32; LANES]>,
}

impl Lanes {
    fn add(&mut self, column: usize, bit: u32) {
        let groups = self.bits.len().max(column / LANES + 1);
        self.bits.resize(groups, [0; LANES]);
        self.bits[column / LANES][column % LANES] |= 1 << bit;
    }

    /// The bits of the columns in which two rows are equal, null or not.
    #[inline]
    fn equal(&self, left: &[u32], right: &[u32]) -> u32 {
        let mut found = [0; LANES];
        let rows = left.as_chunks::<LANES>().0.iter().zip(right.as_chunks::<LANES>().0);
        for ((left, right), bits) in rows.zip(&self.bits) {
            for lane in 0..LANES {
                found[lane] |= all_if(left[lane] == right[lane]) & bits[lane];
            }
        }
        found.iter().fold(0, |all, found| all | found)
    }

    /// The bits of the columns in which a row is null.
    #[inline]
    fn null(&self, row: &[u32]) -> u32 {
        let mut found = [0; LANES];
        for (row, bits) in row.as_chunks::<LANES>().0.iter().zip(&self.bits) {
            for lane in 0..LANES {
                found[lane] |= all_if(row[lane] == 0) & bits[lane];
            }
        }
        found.iter().fold(0, |all, found| all | found)
    }
}

/// Sketches of one column on either side, held against each other all at once.
#[derive(Clone, Debug, Default)]
struct NearLanes {
    /// The bit of each sketch, of those from 32 on; 0 where it is in none of these.
    bits: Vec<[u32; LANES]>,
    /// In how many bits two may differ.
    most: Vec<[u32; LANES]>,
}

impl NearLanes {
    fn add(&mut self, sketch: usize, bit: u32, most: u32) {
        let groups = self.bits.len().max(sketch / LANES + 1);
        self.bits.resize(groups, [0; LANES]);
        self.most.resize(groups, [0; LANES]);
        self.bits[sketch / LANES][sketch % LANES] |= 1 << bit;
        self.most[sketch / LANES][sketch % LANES] = most;
    }

    /// The bits of the sketches that are near.
    #[inline]
    fn holds(&self, left: &[u32], right: &[u32]) -> u32 {
        let mut found = [0; LANES];
        let rows = left.as_chunks::<LANES>().0.iter().zip(right.as_chunks::<LANES>().0);
        for (((left, right), bits), most) in rows.zip(&self.bits).zip(&self.most) {
            for lane in 0..LANES {
                found[lane] |= all_if(differing(left[lane], right[lane]) <= most[lane]) & bits[lane];
            }
        }
        found.iter().fold(0, |all, found| all | found)
    }
}

/// In how many bits two numbers differ: counted in pairs, fours and eights of bits, which lanes can
/// do without an instruction for it.
#[inline]
pub(super) fn differing(left: u32, right: u32) -> u32 {
    let bits = left ^ right;
    let twos = bits - (bits >> 1 & 0x5555_5555);
    let fours = (twos & 0x3333_3333) + (twos >> 2 & 0x3333_3333);
    let eights = (fours + (fours >> 4)) & 0x0f0f_0f0f;
    let halves = eights + (eights >> 8);
    (halves + (halves >> 16)) & 0x3f
}

/// All bits or none, without a branch.
#[inline]
pub(super) fn all_if(holds: bool) -> u32 {
    u32::from(holds).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty columns, each paired with itself and then with the next one: bits beyond those of the
    /// lanes, and pairs of different columns, say the same as column for column.
    #[test]
    fn every_bit_says_whether_its_columns_are_equal() {
        let mut pairings = Pairings::default();
        let pairs: Vec<(usize, usize)> =
            (0..40).map(|column| (column, column)).chain((0..24).map(|column| (column, column + 1))).collect();
        for (bit, (left, right)) in (0..).zip(&pairs) {
            assert_eq!(pairings.bit(*left, *right), Ok(bit));
        }
        assert_eq!(pairings.bit(39, 0), Err(TooManyColumns));
        pairings.null = !0;
        let row = |step: u32| (0..40).map(|column| column * step % 5).collect::<Vec<u32>>();
        let (left, right) = (row(2), row(3));
        let bits = |holds: &dyn Fn(usize, usize) -> bool| {
            let of = |(bit, (one, other)): (u32, &(usize, usize))| u64::from(holds(*one, *other)) << bit;
            (0..).zip(&pairs).map(of).sum::<u64>()
        };
        let wanted = bits(&|one, other| left[one] != 0 && left[one] == right[other]);
        assert!(wanted.count_ones() > 3 && wanted >> 32 != 0, "some bits of each kind are set");
        assert_eq!(pairings.equal(whole(&left))(whole(&right)), wanted);
        assert_eq!(pairings.nulls(&left), (bits(&|one, _| left[one] == 0), bits(&|_, other| left[other] == 0)));
    }

    /// Thirty bits for columns, then sketches until none is left, of one column and of two.
    #[test]
    fn every_bit_says_whether_its_sketches_are_near() {
        let mut pairings = Pairings::default();
        (0..30).for_each(|column| assert!(pairings.bit(column, column).is_ok()));
        let sketches = |most| Sketches { words: vec![].into(), most };
        let mut expected = Vec::new();
        for number in 0..34_u32 {
            let (other, most) = (usize::from(number % 5 == 4), number % 3 * 8);
            let first = pairings.sketched.len();
            assert_eq!(pairings.near_bit((0, other), &sketches(most)), Some(63 - number));
            expected.push((63 - number, first, first + other, most));
        }
        assert_eq!(pairings.near_bit((0, 0), &sketches(1)), None);
        let row = |odd: u32| (0..44).map(|i: u32| (i + 1).wrapping_mul(odd)).collect::<Vec<u32>>();
        let (left, right) = (row(0x0204_0811), row(0x0205_0812));
        let of = |(bit, one, other, most): &(u32, usize, usize, u32)| {
            u64::from((left[*one] ^ right[*other]).count_ones() <= *most) << bit
        };
        let wanted: u64 = expected.iter().map(of).sum();
        assert!(wanted.count_ones() > 5 && wanted.count_ones() < 30, "some are near and some are not");
        let values = [0; 32];
        let [left, right] = [&left, &right].map(|sketches| Row { values: &values, sketches });
        assert_eq!(pairings.equal(left)(right), wanted);
    }

    fn whole(values: &[u32]) -> Row<'_> {
        Row { values, sketches: &[] }
    }
}
