//! Pairs that a sum tells to be out of reach.
//!
//! In a large block most pairs share what the block shares and little else. For each rule it is
//! worked out beforehand how much each thing that a pair may have beyond the block's columns, an
//! equality, nearness or a null, adds to its best weight at most. A block looks only at the pairs
//! that could reach the floor by what they have, with what the block's own values gain: no pair is
//! lost.

use counterfoil_core::scored::{TermFrequency, Weight};

use hashbrown::HashMap;

use super::bound::{Bounds, CaseBound};
use super::predict::HOLDS;
use super::truth::{Known, Question};
use crate::blocking::{Gains, Plan, Questions, Tile};

/// Rules with fewer pairs are over before a screen for them is made.
const WORTH: u64 = if cfg!(test) { 1 } else { 1 << 18 };

/// Of a comparison with more things that matter than this, every one lets a pair through.
const THINGS: u32 = 10;

/// Units of weight to a unit of gain: a thousandth of a bit.
const UNITS: i64 = Weight::BIT >> 10;

/// The screens of all rules.
#[derive(Debug)]
pub(crate) struct Screens {
    rules: Vec<Option<Least>>,
}

/// What pairs of a rule reach that have nothing beyond what their block has.
#[derive(Debug)]
struct Least {
    /// The columns whose values are the same in all of a block.
    shared: Vec<usize>,
    /// For each comparison the digits that they may have, as bits.
    digits: Vec<u16>,
    bound: CaseBound,
}

/// What screens are made of.
pub(crate) struct Scale<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) questions: &'a Questions,
    /// The comparisons, then whether a pair is definite, then whether it is vetoed.
    pub(crate) asked: &'a [Question],
    pub(crate) bounds: &'a Bounds<'a>,
}

impl Screens {
    /// The screens, and by rule what they go by.
    pub(crate) fn new(scale: &Scale<'_>) -> (Screens, Vec<Gains>) {
        let rules = 0..scale.plan.rules.len();
        let (rules, gains) = rules.map(|rule| scale.screen(rule)).unzip();
        (Screens { rules }, gains)
    }

    /// What pairs of a rule's block have to gain to reach the floor, if not all may; one of the
    /// block's rows is this.
    pub(crate) fn of_block(
        &self,
        bounds: &Bounds<'_>,
        floor: Weight,
        rule: usize,
        (tile, row): (&Tile, u32),
    ) -> Option<i32> {
        let Least { shared, digits, bound } = self.rules[rule].as_ref()?;
        let gain = |of: &TermFrequency| shared.contains(&of.left).then(|| tile.value(of.left, row));
        let lacking = floor.0 - bounds.of_block(digits, bound, gain).0;
        let least = lacking.div_euclid(UNITS).min(Gains::MOST.into()) as i32;
        (least > 0).then_some(least)
    }
}

/// Equalities and nulls of a pair, each as the bits of pairings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Things {
    equal: u64,
    null: u64,
}

impl Things {
    fn count(self) -> u32 {
        self.equal.count_ones() + self.null.count_ones()
    }

    fn with(self, other: Things) -> Things {
        Things { equal: self.equal | other.equal, null: self.null | other.null }
    }

    fn are_among(self, others: Things) -> bool {
        self.equal & !others.equal | self.null & !others.null == 0
    }

    /// Each by itself.
    fn each(self) -> impl Iterator<Item = Things> {
        let bits = |word: u64| (0..u64::BITS).map(|bit| 1 << bit).filter(move |bit| word & bit != 0);
        let equal = bits(self.equal).map(|equal| Things { equal, null: 0 });
        equal.chain(bits(self.null).map(|null| Things { equal: 0, null }))
    }

    /// All that a pair may have of them together: where something is null, nothing is equal.
    fn subsets(self) -> Vec<Things> {
        self.each().fold(vec![Things::default()], |mut subsets, thing| {
            let with: Vec<Things> = subsets.iter().map(|subset| subset.with(thing)).collect();
            subsets.extend(with.into_iter().filter(|things| things.equal & things.null == 0));
            subsets
        })
    }
}

/// Digits, as bits, by what a pair has.
type Possible = HashMap<Things, u16>;

/// What pairs of a rule have in common.
struct Block<'a> {
    scale: &'a Scale<'a>,
    shared: Vec<usize>,
    /// The pairings that are equal.
    equal: u64,
    /// All other things that matter.
    open: Things,
}

impl Scale<'_> {
    fn screen(&self, rule: usize) -> (Option<Least>, Gains) {
        let pairings = &self.questions.pairings;
        let block = self.block(rule);
        let digits: Vec<u16> = self.asked.iter().map(|question| block.digits(question, Things::default())).collect();
        if self.plan.rules[rule].count.pairs < WORTH || digits[self.definite()] & HOLDS != 0 {
            return (None, Gains::new(pairings, [0; 64], [0; 64]));
        }
        let (equal, null) = block.gains();
        let bound = self.bounds.of_case(&digits);
        (Some(Least { shared: block.shared, digits, bound }), Gains::new(pairings, equal, null))
    }

    fn block(&self, rule: usize) -> Block<'_> {
        let columns = self.plan.rules[rule].rule.equalities(self.plan.sources.link);
        let pairings = &self.questions.pairings;
        let bit = |pair: &(usize, usize)| pairings.columns.iter().position(|columns| columns == pair);
        let equal = columns.iter().filter_map(bit).fold(0, |bits, bit| bits | 1_u64 << bit);
        let all = |of: fn(&Question) -> u64| self.asked.iter().fold(0, |bits, question| bits | of(question)) & !equal;
        let open = Things { equal: all(|question| question.equal), null: all(|question| question.nulls) };
        Block { scale: self, shared: columns.into_iter().map(|(left, _)| left).collect(), equal, open }
    }

    fn definite(&self) -> usize {
        self.asked.len() - 2
    }
}

impl Block<'_> {
    /// The digits that pairs may have for a question that have just these things.
    fn digits(&self, question: &Question, things: Things) -> u16 {
        let equal = self.equal | things.equal;
        let (unequal, present) = (self.open.equal & !things.equal, (self.open.null | self.equal) & !things.null);
        question.digits(&Known { equal, unequal, null: things.null, present, grades: Vec::new() }).0
    }

    /// The things that matter to a question.
    fn things(&self, question: &Question) -> Things {
        Things { equal: question.equal & self.open.equal, null: question.nulls & self.open.null }
    }

    /// What each equality or nearness and what each null adds at most.
    fn gains(&self) -> ([i32; 64], [i32; 64]) {
        let comparisons = &self.scale.asked[..self.scale.definite()];
        let possible: Vec<Possible> = comparisons.iter().map(|question| self.possible(question)).collect();
        let (mut equal, mut null) = ([0; 64], [0; 64]);
        let mut earlier = Things::default();
        for thing in self.order(&possible) {
            let gain = self.gain(thing, earlier, &possible).map_or(Gains::MOST, in_units);
            earlier = earlier.with(thing);
            for (gains, bits) in [(&mut equal, thing.equal), (&mut null, thing.null)] {
                if bits != 0 {
                    gains[bits.trailing_zeros() as usize] = gain;
                }
            }
        }
        (equal, null)
    }

    /// What a pair may have of the things that matter to a question, each with the digits that it
    /// may have then; only nothing if there is too much.
    fn possible(&self, question: &Question) -> Possible {
        let things = self.things(question);
        let subsets = if things.count() > THINGS { vec![Things::default()] } else { things.subsets() };
        subsets.into_iter().map(|things| (things, self.digits(question, things))).collect()
    }

    /// The things that matter, in the order in which they are added up: nulls, then what adds least,
    /// which is what most pairs have. What things add together counts for the last of them, so that
    /// it is the rare ones of which too much is expected.
    fn order(&self, possible: &[Possible]) -> Vec<Things> {
        let mut things: Vec<Things> = self.open.each().collect();
        let alone = |thing: &Things| self.gain(*thing, Things::default(), possible).unwrap_or(i64::MAX);
        things.sort_by_cached_key(|thing| (thing.equal != 0, alone(thing)));
        things
    }

    /// What a thing adds at most to the best weight of a pair, whatever it has of `earlier` ones;
    /// `None` if all pairs that have it are let through.
    fn gain(&self, thing: Things, earlier: Things, possible: &[Possible]) -> Option<i64> {
        let Scale { asked, bounds, .. } = self.scale;
        let matters = |question: &Question| thing.equal & question.equal | thing.null & question.nulls != 0;
        if matters(&asked[self.scale.definite()]) {
            return None;
        }
        let mut sum = 0;
        for comparison in (0..possible.len()).filter(|comparison| matters(&asked[*comparison])) {
            if self.things(&asked[comparison]).count() > THINGS {
                return None;
            }
            let among = |comparison: usize, some: Things| {
                possible[comparison].iter().filter(move |(things, _)| things.are_among(some))
            };
            // Another comparison that the thing matters to may have gone before.
            let others = |other: usize| among(other, earlier.with(thing)).map(|(_, digits)| *digits);
            let more = |(without, before): (&Things, &u16)| {
                let after = *possible[comparison].get(&without.with(thing)).filter(|after| *after != before)?;
                let alone = bounds.more_alone(comparison, (*before, after), &self.shared);
                Some(alone + bounds.more_together(comparison, (*before, after), others))
            };
            sum += among(comparison, earlier).filter_map(more).max().unwrap_or_default().max(0);
        }
        Some(sum)
    }
}

fn in_units(gain: i64) -> i32 {
    (gain + UNITS - 1).div_euclid(UNITS).min(Gains::MOST.into()) as i32
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::{
        Comparison, Condition, Level, LinkType, MAX_LEVELS, Measured, Similarity, ValueColumns, Weights,
    };

    use super::super::patterns::compiled;
    use super::*;
    use crate::blocking::{BlockingRule, Key, Pairings};

    struct Unasked;

    impl Similarity for Unasked {
        fn measures(&self) -> &[Measured] {
            &[]
        }

        fn grades(&self, _: usize, _: &[u32], _: &[u32], _: &mut [u8]) {}
    }

    fn equality(column: usize) -> Comparison {
        let level = Level { label: String::new(), condition: Condition::Equal { left: column, right: column } };
        Comparison { name: String::new(), null: Condition::Null(column), levels: vec![level] }
    }

    /// What pairs have to gain to be let through, and what they do by equal columns, and by nulls:
    /// of four rows with one name, three of them of one sex, and two of one birth date, where names
    /// have so many bits.
    fn screen(name: i64) -> (Option<i32>, [i32; 3], [i32; 3]) {
        let columns = ValueColumns {
            columns: vec![vec![1; 4], vec![1, 1, 1, 2], vec![1, 2, 2, 3]],
            lists: vec![],
            starts: vec![0, 4],
        };
        let rule = BlockingRule { keys: vec![Key::Column(0)], ..BlockingRule::default() };
        let plan = Plan::new(&columns, LinkType::DedupeOnly, &[rule]);
        let weight = |bits: i64| Weight(bits * Weight::BIT);
        let levels = |equal: i64, different: i64| {
            let mut digits = [Weight::default(); MAX_LEVELS + 1];
            (digits[1], digits[2]) = (weight(different), weight(equal));
            digits
        };
        let weights = Weights {
            prior: weight(-10),
            levels: vec![levels(name, -4), levels(1, -3), levels(9, -5)],
            interactions: vec![],
            exclusive: None,
            moved: None,
            term_frequencies: vec![],
            commonness: vec![],
            related: None,
        };
        let mut pairings = Pairings::default();
        let mut asked = compiled(&[0, 1, 2].map(equality), &Unasked, &mut pairings).unwrap();
        asked.extend((0..2).map(|_| Question::any(&[], &[], &mut pairings).unwrap()));
        let bounds = Bounds::new(&weights, &mut pairings);
        let questions = Questions::new(&plan, pairings).unwrap();
        let floor = Weight::default();
        let scale = Scale { plan: &plan, questions: &questions, asked: &asked, bounds: &bounds };
        let mut tile = Tile::default();
        tile.fill(&columns, &questions.pairings, &[0, 1, 2, 3]);
        let (screens, gains) = Screens::new(&scale);
        let least = screens.of_block(&bounds, floor, 0, (&tile, 0));
        let [equal, null] =
            [0, 1].map(|is_null| [0b1, 0b10, 0b100].map(|bit| gains[0].of(bit * (1 - is_null), bit * is_null)));
        (least, equal, null)
    }

    const BIT: i32 = (Weight::BIT / UNITS) as i32;

    /// The bits are the columns in their order; all have the name, which none can lack.
    #[test]
    fn a_screen_asks_for_what_could_still_reach_the_floor() {
        let (least, equal, null) = screen(8);
        // Different but for the name, a pair has −10 + 8 − 3 − 5.
        assert_eq!(least, Some(10 * BIT));
        // From −3 to 1 and from −5 to 9; a null is worth nothing.
        assert_eq!((equal, null), ([0, 4 * BIT, 14 * BIT], [0, 3 * BIT, 5 * BIT]));
        assert_eq!(screen(14).0, Some(4 * BIT));
        // −10 + 18 − 3 − 5 = 0: whatever a pair has, it may reach the floor.
        assert_eq!(screen(18).0, None);
    }
}
