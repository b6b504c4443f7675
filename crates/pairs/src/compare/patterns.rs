//! Agreement patterns of pairs.

use counterfoil_core::scored::{Comparison, MAX_COMPARISONS, MAX_LEVELS, Pattern, Similarity};
use hashbrown::HashMap;

use super::asker::{Asker, Item};
use super::cases::Cases;
use super::truth::Question;
use crate::blocking::{Batch, Choice, Pairings, Part, Plan, Questions, Tile, TooManyColumns, drive};

/// A plan's pairs, and how they are compared.
pub struct Comparing<'a> {
    pub(super) plan: &'a Plan<'a>,
    similarity: &'a dyn Similarity,
    pub(super) questions: Questions,
    pub(super) comparisons: Vec<Question>,
}

/// How often each pattern occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternCounts {
    /// The patterns in ascending order, each with its pairs.
    pub counts: Vec<(Pattern, u64)>,
    /// Pairs counted.
    pub pairs: u64,
    /// Pairs looked at: fewer, where some stand for several.
    pub looked_at: u64,
}

impl PatternCounts {
    /// Adds counts, such as those of another part.
    pub fn add(&mut self, other: &PatternCounts) {
        let mut counts: HashMap<Pattern, u64> = self.counts.drain(..).collect();
        other.counts.iter().for_each(|(pattern, pairs)| *counts.entry(*pattern).or_default() += pairs);
        *self = PatternCounts::of(counts, self.looked_at + other.looked_at);
    }

    /// Counts patterns, each for so many pairs.
    fn weighted(patterns: impl IntoIterator<Item = (Pattern, u64)>) -> PatternCounts {
        let (mut counts, mut looked_at) = (HashMap::new(), 0);
        for (pattern, pairs) in patterns {
            *counts.entry(pattern).or_default() += pairs;
            looked_at += 1;
        }
        PatternCounts::of(counts, looked_at)
    }

    fn of(counts: HashMap<Pattern, u64>, looked_at: u64) -> PatternCounts {
        let mut counts: Vec<(Pattern, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        PatternCounts { pairs: counts.iter().map(|(_, pairs)| pairs).sum(), looked_at, counts }
    }
}

/// Counts patterns one by one.
impl FromIterator<Pattern> for PatternCounts {
    fn from_iter<I: IntoIterator<Item = Pattern>>(patterns: I) -> PatternCounts {
        PatternCounts::weighted(patterns.into_iter().map(|pattern| (pattern, 1)))
    }
}

impl<'a> Comparing<'a> {
    /// # Errors
    ///
    /// When comparisons and rules together compare too many different pairs of columns.
    ///
    /// # Panics
    ///
    /// When there are more comparisons or levels than a pattern holds, or a condition names a
    /// column or measure that is not there.
    pub fn new(
        plan: &'a Plan<'a>,
        comparisons: &[Comparison],
        similarity: &'a dyn Similarity,
    ) -> Result<Comparing<'a>, TooManyColumns> {
        let mut pairings = Pairings::default();
        let comparisons = compiled(comparisons, similarity, &mut pairings)?;
        Asker::hold(&comparisons, similarity, &mut pairings);
        let questions = Questions::new(plan, pairings)?;
        Ok(Comparing { plan, similarity, questions, comparisons })
    }

    /// Counts the patterns of a part's pairs, for [`Plan::parts_of`] one rule: of *all* pairs
    /// that the rule finds, also those that earlier rules find too.
    ///
    /// Of every `sample` pairs about one is counted, chosen by hashes of its rows, so that the
    /// same pairs are counted however the work is divided. 1 counts all. Where equal rows are put
    /// together, a pair counts for all that it stands for; those of equal rows are
    /// [counted](Comparing::equal) by themselves.
    #[must_use]
    pub fn patterns(&self, part: &Part, sample: u32) -> PatternCounts {
        if let Some(pairs) = self.plan.sampled(part, sample) {
            let counts = pairs.iter().map(|pair| self.plan.stands_for(*pair)).collect::<Vec<u64>>();
            return PatternCounts::weighted(self.patterns_of(&pairs).into_iter().zip(counts));
        }
        let mut worker = Worker::new(self);
        let (mut counts, mut looked_at) = (HashMap::new(), 0);
        drive(self.plan, &self.questions, part, Choice::Sample(sample), &mut |batch: &Batch<'_>| {
            worker.patterns(
                batch.left,
                batch.right,
                batch.pairs.iter().map(|pair| (pair.left, pair.right, pair.equal, pair.null)),
            );
            looked_at += worker.items.len() as u64;
            for item in &worker.items {
                let pair = (batch.left.rows[item.left as usize], batch.right.rows[item.right as usize]);
                *counts.entry(item.rest).or_default() += self.plan.stands_for(pair);
            }
        });
        PatternCounts::of(counts, looked_at)
    }

    /// The patterns of pairs of equal rows that a rule finds, one in so many of them.
    #[must_use]
    pub fn equal(&self, rule: usize, sample: u32) -> PatternCounts {
        let (pairs, counts): (Vec<(u32, u32)>, Vec<u64>) =
            self.plan.equal(rule).map(|(row, pairs)| ((row, row), pairs)).unzip();
        let mut all = PatternCounts::weighted(self.patterns_of(&pairs).into_iter().zip(counts));
        // They are known without being looked at, so that they need no draw.
        all.counts.iter_mut().for_each(|(_, pairs)| *pairs = pairs.div_ceil(sample.into()));
        all.pairs = all.counts.iter().map(|(_, pairs)| pairs).sum();
        all
    }

    /// The patterns of certain pairs of rows (left, right), in their order.
    #[must_use]
    pub fn patterns_of(&self, pairs: &[(u32, u32)]) -> Vec<Pattern> {
        let mut patterns = Vec::with_capacity(pairs.len());
        let mut worker = Worker::new(self);
        let (mut left, mut right) = (Tile::default(), Tile::default());
        for pairs in pairs.chunks(4096) {
            let rows = |side: fn(&(u32, u32)) -> u32| pairs.iter().map(side).collect::<Vec<u32>>();
            left.fill_packed(self.plan.packed(), &self.questions.pairings, &rows(|pair| pair.0));
            right.fill_packed(self.plan.packed(), &self.questions.pairings, &rows(|pair| pair.1));
            worker.patterns(&left, &right, candidates(&self.questions.pairings, &left, &right));
            patterns.extend(worker.items.iter().map(|item| item.rest));
        }
        patterns
    }
}

impl Comparing<'_> {
    /// The rules of the plan that find a pair of rows (left, right), of which the left one is the
    /// lower number. Whether the link type pairs the two rows at all is the caller's to know.
    #[must_use]
    pub fn found_by(&self, pair: (u32, u32)) -> Vec<usize> {
        let (left, right) = self.plan.firsts(pair);
        let (mut of_left, mut of_right) = (Tile::default(), Tile::default());
        of_left.fill(self.plan.columns, &self.questions.pairings, &[left]);
        of_right.fill(self.plan.columns, &self.questions.pairings, &[right]);
        let equal = of_left.equal_one(&self.questions.pairings, 0, &of_right, 0);
        let finds = |rule: &usize| self.plan.is_found(&self.questions, *rule, equal, (left, right));
        (0..self.plan.rules.len()).filter(finds).collect()
    }
}

/// The pairs of rows at the same position of two tiles, with their equalities and nulls.
pub(super) fn candidates<'t>(
    pairings: &'t Pairings,
    left: &'t Tile,
    right: &'t Tile,
) -> impl Iterator<Item = (u32, u32, u64, u64)> + use<'t> {
    (0..left.rows.len()).map(|i| (i as u32, i as u32, left.equal_one(pairings, i, right, i), left.null(i, right, i)))
}

/// Compiles comparisons.
pub(super) fn compiled(
    comparisons: &[Comparison],
    similarity: &dyn Similarity,
    pairings: &mut Pairings,
) -> Result<Vec<Question>, TooManyColumns> {
    let has_room = comparisons.iter().all(|comparison| comparison.levels.len() < MAX_LEVELS);
    assert!(has_room && comparisons.len() <= MAX_COMPARISONS, "more comparisons or levels than a pattern holds");
    comparisons.iter().map(|comparison| Question::new(comparison, similarity.measures(), pairings)).collect()
}

/// Compares pairs, batch after batch.
pub(super) struct Worker<'a> {
    cases: Cases<'a>,
    asker: Asker<'a>,
    /// The last batch.
    pub(super) items: Vec<Item<Pattern>>,
}

impl<'a> Worker<'a> {
    fn new(comparing: &'a Comparing<'a>) -> Worker<'a> {
        Worker::over(&comparing.comparisons, comparing.similarity)
    }

    pub(super) fn over(comparisons: &'a [Question], similarity: &'a dyn Similarity) -> Worker<'a> {
        Worker { cases: Cases::new(comparisons, comparisons.len()), asker: Asker::new(similarity), items: Vec::new() }
    }

    /// Finds the patterns of pairs, given as positions in the tiles, equalities and nulls.
    pub(super) fn patterns(&mut self, left: &Tile, right: &Tile, pairs: impl Iterator<Item = (u32, u32, u64, u64)>) {
        self.items.clear();
        let (cases, asker) = (&mut self.cases, &mut self.asker);
        let mut open = 0;
        for (at, other, equal, null) in pairs {
            let case = cases.of(equal, null);
            open |= cases.all[case as usize].open;
            self.items.push(Item { left: at, right: other, case, rest: cases.all[case as usize].pattern });
        }
        for comparison in (0..MAX_COMPARISONS).filter(|comparison| open >> comparison & 1 == 1) {
            asker.settle(comparison, cases, (left, right), &mut self.items, |item, digit| {
                item.rest = item.rest.with(comparison, digit);
            });
        }
    }
}
