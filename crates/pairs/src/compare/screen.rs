//! Pairs that two words tell to be out of reach.
//!
//! In a large block most pairs share what the block shares and little else. For each rule a
//! ladder of screens is made beforehand: the first lets a pair through for anything that it has
//! beyond the block's columns, an equality, nearness or a null; each further one disregards one
//! more of these, that which most pairs of a sample have for what it adds to the best weight. A
//! block takes the last screen under which no pair held back could reach the floor, with what the
//! block's own values gain: no pair is lost by a screen, and only time depends on the sample.

use counterfoil_core::scored::{TermFrequency, Weight};

use super::bound::{Bounds, CaseBound};
use super::predict::HOLDS;
use super::truth::{Known, Question};
use crate::blocking::{Batch, Candidate, Choice, Grouped, Part, Plan, Questions, Screen, Span, Tile, drive};

/// Rules with fewer pairs are over before a ladder for them is made.
const WORTH: u64 = if cfg!(test) { 1 } else { 1 << 18 };

/// Rows whose pairs are looked at to make a ladder.
const PLACES: u32 = 64;

/// The screens of all rules.
#[derive(Debug)]
pub(crate) struct Screens {
    ladders: Vec<Ladder>,
}

/// The screens of a rule, from the one that holds back least.
#[derive(Debug, Default)]
struct Ladder {
    /// The columns whose values are the same in all of a block.
    shared: Vec<usize>,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    screen: Screen,
    /// For each comparison the digits that pairs held back may have, as bits.
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
    pub(crate) floor: Weight,
}

impl Screens {
    pub(crate) fn new(scale: &Scale<'_>) -> Screens {
        let rules = scale.plan.rules.iter().enumerate();
        let ladder = |(rule, grouped): (usize, &Grouped)| {
            if grouped.count.pairs < WORTH { Ladder::default() } else { scale.ladder(rule) }
        };
        Screens { ladders: rules.map(ladder).collect() }
    }

    /// The screen of a rule's block, of which this is a row.
    pub(crate) fn of_block(
        &self,
        bounds: &Bounds<'_>,
        floor: Weight,
        rule: usize,
        (tile, row): (&Tile, u32),
    ) -> Option<Screen> {
        let Ladder { shared, steps } = &self.ladders[rule];
        let gain = |of: &TermFrequency| shared.contains(&of.left).then(|| tile.value(of.left, row));
        let is_safe = |step: &Step| bounds.of_block(&step.digits, &step.bound, gain) < floor;
        let safe = steps.partition_point(is_safe);
        safe.checked_sub(1).map(|last| steps[last].screen)
    }
}

impl Scale<'_> {
    fn ladder(&self, rule: usize) -> Ladder {
        let columns = self.plan.rules[rule].rule.equalities(self.plan.sources.link);
        let pairings = &self.questions.pairings;
        let bit = |pair: &(usize, usize)| pairings.columns.iter().position(|columns| columns == pair);
        let equal = columns.iter().filter_map(bit).fold(0, |bits, bit| bits | 1_u64 << bit);
        let all = |of: fn(&Question) -> u64| self.asked.iter().fold(0, |bits, question| bits | of(question));
        let screen = Screen { equal: all(|question| question.equal) & !equal, null: all(|question| question.nulls) };
        let mut seen = self.seen(rule);
        let (mut steps, mut next) = (Vec::new(), self.step(equal, screen));
        while let Some(step) = next {
            seen.retain(|pair| has(step.screen, pair));
            let least = self.least(&step);
            let gain = |other: &Step| {
                let pairs = seen.iter().filter(|pair| has(step.screen.without(other.screen), pair)).count();
                pairs as f64 / (1 + self.least(other).0 - least.0) as f64
            };
            let fewer =
                without_one(step.screen).filter(|fewer| seen.iter().any(|pair| has(step.screen.without(*fewer), pair)));
            next = fewer.filter_map(|screen| self.step(equal, screen)).max_by(|a, b| gain(a).total_cmp(&gain(b)));
            steps.push(step);
        }
        Ladder { shared: columns.into_iter().map(|(left, _)| left).collect(), steps }
    }

    /// Some pairs of a rule, from places all over it.
    fn seen(&self, rule: usize) -> Vec<Candidate> {
        let places = self.plan.rules[rule].rows.len() as u32;
        let starts = (0..places).step_by((places / PLACES).max(1) as usize);
        let spans = starts.map(|start| Span { rule, places: start..start + 1 }).collect();
        let (part, mut seen) = (Part { pairs: 0, spans }, Vec::new());
        drive(self.plan, self.questions, &part, Choice::First, &mut |batch: &Batch<'_>| seen.extend(batch.pairs));
        seen
    }

    /// What pairs with these equalities can reach that a screen holds back; `None` if one may be
    /// a definite match or reach the floor in every block.
    fn step(&self, equal: u64, screen: Screen) -> Option<Step> {
        let known = Known { equal, unequal: screen.equal, null: 0, present: screen.null, grades: Vec::new() };
        let digits: Vec<u16> = self.asked.iter().map(|question| question.digits(&known).0).collect();
        let bound = self.bounds.of_case(&digits);
        let step = Step { screen, digits, bound };
        let may_be_definite = step.digits[self.asked.len() - 2] & HOLDS != 0;
        (!may_be_definite && self.least(&step) < self.floor).then_some(step)
    }

    /// The best weight in the block whose values gain least.
    fn least(&self, step: &Step) -> Weight {
        self.bounds.of_least_block(&step.digits, &step.bound)
    }
}

fn has(screen: Screen, pair: &Candidate) -> bool {
    screen.has(pair.equal, pair.null)
}

/// The screens that disregard one thing more.
fn without_one(screen: Screen) -> impl Iterator<Item = Screen> {
    let without = |bits: u64| (0..u64::BITS).map(move |bit| bits & !(1 << bit)).filter(move |fewer| *fewer != bits);
    let equal = without(screen.equal).map(move |equal| Screen { equal, ..screen });
    equal.chain(without(screen.null).map(move |null| Screen { null, ..screen }))
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

    /// The screens of four rows with one name, three of them of one sex, and two of one birth date,
    /// where names have so many bits.
    fn screen(name: i64) -> Option<Screen> {
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
            term_frequencies: vec![],
            related: None,
        };
        let mut pairings = Pairings::default();
        let mut asked = compiled(&[0, 1, 2].map(equality), &Unasked, &mut pairings).unwrap();
        asked.extend((0..2).map(|_| Question::any(&[], &[], &mut pairings).unwrap()));
        let bounds = Bounds::new(&weights, &mut pairings);
        let questions = Questions::new(&plan, pairings).unwrap();
        let floor = Weight::default();
        let scale = Scale { plan: &plan, questions: &questions, asked: &asked, bounds: &bounds, floor };
        let mut tile = Tile::default();
        tile.fill(&columns, &questions.pairings, &[0, 1, 2, 3]);
        Screens::new(&scale).of_block(&bounds, floor, 0, (&tile, 0))
    }

    /// The bits are the columns in their order.
    #[test]
    fn a_screen_asks_for_what_could_still_reach_the_floor() {
        let asks = |name| screen(name).map(|screen| screen.equal);
        // Name and sex: −10 + 8 + 1 − 5 = −6, so that sex is disregarded; with the birth date too it
        // would be 8.
        assert_eq!(asks(8), Some(0b100));
        // −10 + 14 + 1 − 5 = 0 reaches the floor, −10 + 14 − 3 − 5 = −4 does not: sex is asked for.
        assert_eq!(asks(14), Some(0b110));
        // −10 + 18 − 3 − 5 = 0: whatever a pair has, it may reach the floor.
        assert_eq!(asks(18), None);
    }
}
