//! The pairs that reach a threshold, with exact weights.
//!
//! A pair's equalities and nulls say which digits are still possible and so the best weight
//! that it can reach, with the gain that its own values would have from term frequencies. Only
//! a pair that can reach the floor is asked about, the comparison that says most first, and it
//! is dropped as soon as it cannot reach the floor any more. Bounds are never below the
//! weight, so that nothing that reaches the floor is lost.

use std::collections::BTreeMap;

use counterfoil_core::scored::{Comparison, Condition, Pattern, ScoredPair, Similarity, Weight, Weights};
use hashbrown::HashMap;

use super::asker::{Asker, Item};
use super::bound::{Bounds, CaseBound, PairAt, Reach};
use super::cases::Cases;
use super::patterns::{candidates, compiled};
use super::screen::{Scale, Screens};
use super::truth::Question;
use crate::blocking::{Batch, Candidate, Choice, Pairings, Part, Plan, Questions, Taker, Tile, TooManyColumns, drive};

/// The weight that a definite match is raised to: odds of 2¹⁰⁰ to 1, which no sum of levels
/// comes near.
pub const DEFINITE: Weight = Weight(100 * Weight::BIT);

/// Equal rows whose pairs are looked at together.
const EQUAL_ROWS: usize = 4096;

/// Rules that override weights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// A pair for which one of these holds is a match; its weight is raised to [`DEFINITE`].
    pub definite: Vec<Condition>,
    /// A pair for which one of these holds is none, even if it is definite.
    pub veto: Vec<Condition>,
}

/// What is kept, and what is counted.
#[derive(Clone, Debug)]
pub struct Scoring<'a> {
    /// The model's weights.
    pub weights: &'a Weights,
    /// Rules beyond weights.
    pub overrides: Overrides,
    /// Pairs of at least this weight are kept.
    pub threshold: Weight,
    /// Pairs of at least this weight are in the histogram. The lower it is, the more pairs are
    /// compared in full; one above the threshold counts as the threshold.
    pub floor: Weight,
}

/// What came of a part's pairs. Parts add up, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predicted {
    /// For each rule the pairs that it finds and no earlier one.
    pub compared: Vec<u64>,
    /// Pairs of which some measure was asked.
    pub measured: u64,
    /// Pairs that reached the threshold and were kept.
    pub kept: u64,
    /// Kept pairs that are definite matches.
    pub definite: u64,
    /// Pairs that reached the threshold and were dropped by a veto.
    pub vetoed: u64,
    /// Pairs from the floor on that no veto drops, by weight in sixteenths of a bit: entry `i`
    /// counts weights from `i / 16` bits to below `(i + 1) / 16`.
    pub histogram: BTreeMap<i64, u64>,
}

impl Predicted {
    /// The units of a histogram's step.
    const STEP: i64 = Weight::BIT / 16;

    /// Adds what came of another part.
    pub fn add(&mut self, other: &Predicted) {
        self.compared.resize(self.compared.len().max(other.compared.len()), 0);
        self.compared.iter_mut().zip(&other.compared).for_each(|(sum, pairs)| *sum += pairs);
        self.measured += other.measured;
        self.kept += other.kept;
        self.definite += other.definite;
        self.vetoed += other.vetoed;
        other.histogram.iter().for_each(|(step, pairs)| *self.histogram.entry(*step).or_default() += pairs);
    }
}

/// A plan's pairs, their comparisons and a model.
pub struct Predictor<'a> {
    plan: &'a Plan<'a>,
    similarity: &'a dyn Similarity,
    scoring: &'a Scoring<'a>,
    floor: Weight,
    questions: Questions,
    /// The comparisons, then whether the pair is definite, then whether it is vetoed.
    asked: Vec<Question>,
    bounds: Bounds<'a>,
    screens: Screens,
    order: Vec<usize>,
}

impl<'a> Predictor<'a> {
    /// # Errors
    ///
    /// When comparisons and rules together compare too many different pairs of columns.
    ///
    /// # Panics
    ///
    /// As [`Comparing::new`](super::Comparing::new) does, and when there are not as many
    /// weights as comparisons.
    pub fn new(
        plan: &'a Plan<'a>,
        comparisons: &[Comparison],
        similarity: &'a dyn Similarity,
        scoring: &'a Scoring<'a>,
    ) -> Result<Predictor<'a>, TooManyColumns> {
        let related = scoring.weights.related.as_ref().map_or(comparisons.len(), |related| related.levels.len());
        let of_each = [scoring.weights.levels.len(), related];
        assert_eq!(of_each, [comparisons.len(); 2], "as many weights as comparisons");
        let mut pairings = Pairings::default();
        let mut asked = compiled(comparisons, similarity, &mut pairings)?;
        for conditions in [&scoring.overrides.definite, &scoring.overrides.veto] {
            asked.push(Question::any(conditions, similarity.measures(), &mut pairings)?);
        }
        Asker::hold(&asked, similarity, &mut pairings);
        let bounds = Bounds::new(scoring.weights, &mut pairings);
        let order = bounds.order();
        let floor = scoring.floor.min(scoring.threshold);
        let mut questions = Questions::new(plan, pairings)?;
        sketch(&mut questions.pairings, &mut asked, similarity);
        let (screens, gains) = Screens::new(&Scale { plan, questions: &questions, asked: &asked, bounds: &bounds });
        questions.gains = gains;
        Ok(Predictor { plan, similarity, scoring, floor, questions, asked, bounds, screens, order })
    }

    /// Appends the pairs of a part that reach the threshold to `sink`, in an order of no
    /// meaning. Which they are, and what is returned, does not depend on how the work is
    /// divided.
    pub fn run(&self, part: &Part, sink: &mut Vec<ScoredPair>) -> Predicted {
        let mut worker = self.worker(sink);
        drive(self.plan, &self.questions, part, Choice::First, &mut worker);
        worker.predicted.histogram = worker.histogram.into_iter().collect();
        worker.predicted
    }

    /// Appends the pairs of equal rows that reach the threshold, where such rows are put together:
    /// for each first row one pair of it with itself, which stands for all of them.
    pub fn run_equal(&self, sink: &mut Vec<ScoredPair>) {
        let mut worker = self.worker(sink);
        let mut tile = Tile::default();
        for rule in 0..self.plan.rules.len() {
            let is_first = |row: &u32| {
                !self.plan.rules[..rule].iter().any(|earlier| earlier.rule.pairs_equal(self.plan.columns, *row))
            };
            let rows: Vec<u32> = self.plan.equal(rule).map(|(row, _)| row).filter(is_first).collect();
            for rows in rows.chunks(EQUAL_ROWS) {
                tile.fill_packed(self.plan.packed(), &self.questions.pairings, rows);
                let pairs: Vec<Candidate> = candidates(&self.questions.pairings, &tile, &tile)
                    .map(|(left, right, equal, null)| Candidate { left, right, equal, null })
                    .collect();
                worker.take(&Batch { rule, left: &tile, right: &tile, pairs: &pairs, held_back: 0 });
            }
        }
    }

    fn worker<'p>(&'p self, sink: &'p mut Vec<ScoredPair>) -> Worker<'a, 'p> {
        Worker {
            of: self,
            cases: Cases::new(&self.asked, self.asked.len() - 2),
            bounds: Vec::new(),
            out_of_reach: Vec::new(),
            batches: 0,
            asker: Asker::new(self.similarity),
            histogram: HashMap::new(),
            items: Vec::new(),
            sink,
            predicted: Predicted { compared: vec![0; self.plan.rules.len()], ..Predicted::default() },
        }
    }

    fn definite(&self) -> usize {
        self.asked.len() - 2
    }

    fn veto(&self) -> usize {
        self.asked.len() - 1
    }
}

/// Lets sketches answer where they can, so that most pairs need no look at their values.
fn sketch(pairings: &mut Pairings, asked: &mut [Question], similarity: &dyn Similarity) {
    for (measure, measured) in similarity.measures().iter().enumerate() {
        if asked.iter().all(|question| question.top_grade(measure) == 0) {
            continue;
        }
        let sketches = similarity.sketches(measure);
        let bit = sketches.and_then(|sketches| pairings.near_bit((measured.left, measured.right), &sketches));
        asked.iter_mut().for_each(|question| bit.into_iter().for_each(|bit| question.set_near(measure, bit)));
    }
}

/// A pair that may still be kept.
#[derive(Clone, Copy, Debug)]
struct Open {
    pattern: Pattern,
    reach: Reach,
    is_definite: bool,
    is_vetoed: bool,
}

struct Worker<'a, 'p> {
    of: &'p Predictor<'a>,
    cases: Cases<'p>,
    /// By number of case.
    bounds: Vec<CaseBound>,
    /// By number of case the left row for which all pairs of the case were last found to be out
    /// of reach: a row has many partners, and these few cases.
    out_of_reach: Vec<Option<LeftRow>>,
    batches: u32,
    asker: Asker<'p>,
    histogram: HashMap<i64, u64>,
    items: Vec<Item<Open>>,
    sink: &'p mut Vec<ScoredPair>,
    predicted: Predicted,
}

/// A left row of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LeftRow {
    batch: u32,
    place: u32,
}

/// Digit 2 of an override: it holds.
pub(super) const HOLDS: u16 = 1 << 2;

impl Taker for Worker<'_, '_> {
    fn screen(&self, rule: usize, row: (&Tile, u32)) -> Option<i32> {
        self.of.screens.of_block(&self.of.bounds, self.of.floor, rule, row)
    }

    fn take(&mut self, batch: &Batch<'_>) {
        self.predicted.compared[batch.rule] += batch.pairs.len() as u64 + batch.held_back;
        self.batches += 1;
        self.items.clear();
        batch.pairs.iter().for_each(|pair| self.offer(batch, pair));
        let mut asked: u32 = 0;
        self.items.iter().for_each(|item| asked |= self.cases.all[item.case as usize].open);
        self.count_measured();
        let questions = std::iter::once(self.of.definite()).chain(self.of.order.iter().copied());
        for question in questions.chain([self.of.veto()]) {
            if asked >> question & 1 == 1 {
                self.settle(question, batch);
            }
        }
        for at in 0..self.items.len() {
            self.keep(batch, self.items[at]);
        }
    }
}

impl Worker<'_, '_> {
    /// Takes a pair that can reach the floor.
    fn offer(&mut self, batch: &Batch<'_>, pair: &Candidate) {
        let of = self.of;
        let number = self.cases.of(pair.equal, pair.null);
        let case = &self.cases.all[number as usize];
        if number as usize == self.bounds.len() {
            self.bounds.push(of.bounds.of_case(&case.digits));
            self.out_of_reach.push(None);
        }
        let row = LeftRow { batch: self.batches, place: pair.left };
        if self.out_of_reach[number as usize] == Some(row) {
            return;
        }
        let bound = &self.bounds[number as usize];
        let definite = case.digits[of.definite()];
        let may_be_definite = definite & HOLDS != 0;
        if !may_be_definite && of.bounds.of_row(&case.digits, bound, (batch.left, pair.left)) < of.floor {
            self.out_of_reach[number as usize] = Some(row);
            return;
        }
        let at = PairAt { tiles: (batch.left, batch.right), left: pair.left, right: pair.right };
        let reach = of.bounds.of_pair(&case.digits, bound, &at);
        if reach.best() < of.floor && !may_be_definite {
            return;
        }
        let is_vetoed = case.digits[of.veto()] == HOLDS;
        let rest = Open { pattern: case.pattern, reach, is_definite: definite == HOLDS, is_vetoed };
        self.items.push(Item { left: pair.left, right: pair.right, case: number, rest });
    }

    fn count_measured(&mut self) {
        let is_open = |item: &&Item<Open>| self.cases.all[item.case as usize].open != 0;
        self.predicted.measured += self.items.iter().filter(is_open).count() as u64;
    }

    /// Answers a question for the pairs for which it is open, and drops those that cannot
    /// reach the floor any more.
    fn settle(&mut self, question: usize, batch: &Batch<'_>) {
        let (of, cases, tiles) = (self.of, &self.cases, (batch.left, batch.right));
        self.asker.settle(question, cases, tiles, &mut self.items, |item, digit| {
            if question == of.definite() {
                item.rest.is_definite = digit == 2;
            } else if question == of.veto() {
                item.rest.is_vetoed = digit == 2;
            } else {
                let at = PairAt { tiles, left: item.left, right: item.right };
                let digits = cases.all[item.case as usize].digits[question];
                of.bounds.settle(&mut item.rest.reach, question, digits, digit, &at);
                item.rest.pattern = item.rest.pattern.with(question, digit);
            }
        });
        self.items.retain(|item| item.rest.is_definite || item.rest.reach.best() >= of.floor);
    }

    /// Counts a pair whose digits are all known, and keeps it if it reaches the threshold.
    fn keep(&mut self, batch: &Batch<'_>, item: Item<Open>) {
        let (of, pair) = (self.of, &item.rest);
        let at = PairAt { tiles: (batch.left, batch.right), left: item.left, right: item.right };
        let weight = of.bounds.exact(pair.reach, &self.bounds[item.case as usize], pair.pattern, &at);
        let weight = if pair.is_definite { weight.max(DEFINITE) } else { weight };
        if weight < of.floor {
            return;
        }
        let is_reached = weight >= of.scoring.threshold;
        if pair.is_vetoed {
            self.predicted.vetoed += u64::from(is_reached);
            return;
        }
        *self.histogram.entry(weight.0.div_euclid(Predicted::STEP)).or_default() += 1;
        if is_reached {
            let (left, right) = (batch.left.rows[item.left as usize], batch.right.rows[item.right as usize]);
            self.predicted.kept += 1;
            self.predicted.definite += u64::from(pair.is_definite);
            self.sink.push(ScoredPair { left, right, rule: batch.rule as u16, pattern: pair.pattern, weight });
        }
    }
}
