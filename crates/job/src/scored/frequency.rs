//! How often values occur, and what agreement on one adds to a weight for it.

use std::collections::BTreeMap;

use counterfoil_core::scored::{Commonness, Pattern, TermFrequency, Terms, ValueColumns, Weight, Weights};
use counterfoil_score::{ComparisonModel, JointModel, Model, TermFrequencyRule, term_frequency_weights};

use super::estimate::{Compiled, weigh_missing};
use super::outside;
use super::repeats::rows_that_count;
use super::spec::{ComparisonSpec, ConditionSpec, LevelSpec, Term, TermFrequencySpec};

/// From so many rows a person on, rows that repeat another are not counted.
const REPEATED: f64 = 2.0;
/// Equal rows are of one person where fewer others than this are expected to have all their values
/// by chance.
const CHANCE_OF_ANOTHER: f64 = 0.01;

/// How often the values of a column occur.
struct Frequencies {
    /// By value number, or what is taken for its count.
    counts: Vec<f64>,
    /// Rows that have a value and count.
    total: f64,
}

/// What a term adds to the weight of a pair at its level: of two values, what the commoner one adds.
pub(crate) fn gain(of: &TermFrequency, columns: &ValueColumns, (left, right): (u32, u32)) -> Weight {
    let of_value = |column: usize, row: u32| {
        let value = columns.columns[column][row as usize];
        of.by_value.get(value as usize).copied().unwrap_or_default()
    };
    of_value(of.left, left).min(of_value(of.right, right))
}

/// What values add to the weight of a pair.
pub(crate) fn terms(weights: &Weights, columns: &ValueColumns, pattern: Pattern, pair: (u32, u32)) -> Terms {
    let adjusted = weights.term_frequencies.iter().filter(|of| pattern.digit(of.comparison) == of.digit);
    let common = weights.commonness.iter().map(|of| common_gain(of, columns, pattern, pair));
    let twins = weights.related.as_ref().and_then(|related| related.twins.as_ref());
    Terms {
        random: adjusted.map(|of| gain(of, columns, pair)).chain(common).sum(),
        related: twins.map(|of| common_gain(of, columns, pattern, pair)).unwrap_or_default(),
    }
}

/// What two comparisons add for how common a value is that a pair has in common.
pub(crate) fn common_gain(of: &Commonness, columns: &ValueColumns, pattern: Pattern, (left, _): (u32, u32)) -> Weight {
    of.of(pattern, columns.columns[of.column][left as usize])
}

impl Compiled {
    /// The weights of a given model, with term frequencies as its words say.
    pub(crate) fn weights(&self, model: &Model) -> Weights {
        self.weights_of(model, &self.words.comparisons)
    }

    pub(super) fn weights_of(&self, model: &Model, comparisons: &[ComparisonSpec]) -> Weights {
        let counting = self.counting(model, comparisons);
        let mut weights = model.weights();
        for (c, spec) in comparisons.iter().enumerate() {
            let digits = (1..=spec.levels.len() as u8).rev();
            let found =
                digits.filter_map(|digit| self.term_frequency(model, c, digit, &spec.levels, counting.as_deref()));
            weights.term_frequencies.extend(found);
            weigh_missing(&mut weights, c, spec.missing.unwrap_or_default());
        }
        let twins = model.related.as_ref().and_then(|related| related.twins.as_ref());
        if let Some(related) = &mut weights.related {
            related.twins = twins.and_then(|twins| self.by_age(twins));
        }
        weights.commonness = model.interactions.iter().filter_map(|joint| self.commonness(model, joint)).collect();
        weights
    }

    /// What two comparisons add for how common the value of one of them is. Nothing where its closest
    /// level asks for more than one equal value.
    fn commonness(&self, model: &Model, joint: &JointModel) -> Option<Commonness> {
        let of = joint.commonness.as_ref()?;
        let [column] = self.closest_columns(of.comparison)?[..] else { return None };
        let Frequencies { counts, total } = self.frequencies(column, None);
        let bits = |count: &f64| if *count > 0.0 { of.bits(count / total) } else { 0.0 };
        let closest = |comparison: usize| (comparison, model.comparisons[comparison].levels.len() as u8);
        Some(Commonness {
            closest: [closest(joint.first), closest(joint.second)],
            column,
            by_value: counts.iter().map(|count| Weight::from_bits(bits(count))).collect(),
        })
    }

    /// By value number of a column the class of how common it is, and of each class the least share of
    /// the rows with a value that have one of it: a class twice as common as the one before.
    pub(super) fn classes(&self, column: usize) -> (Vec<usize>, Vec<f64>) {
        let Frequencies { counts, total } = self.frequencies(column, None);
        let class = |count: &f64| count.max(1.0).log2() as usize;
        let by_value: Vec<usize> = counts.iter().map(class).collect();
        let classes = by_value.iter().max().map_or(0, |last| last + 1);
        (by_value, (0..classes).map(|class| (class as f64).exp2() / total.max(1.0)).collect())
    }

    /// The adjustment of one level, if it has one.
    fn term_frequency(
        &self,
        model: &Model,
        comparison: usize,
        digit: u8,
        levels: &[LevelSpec],
        counting: Option<&[bool]>,
    ) -> Option<TermFrequency> {
        let spec = levels[levels.len() - usize::from(digit)].term_frequency.as_ref()?;
        let column = self.column_of_term(&spec.of)?;
        let levels_u = |counts: &[f64]| exact_u(&model.comparisons[comparison], levels, spec, counts);
        if let Some(outside) = outside::of(&self.outside, spec) {
            // Nobody's own rows are among those of a population.
            let u = levels_u(&self.frequencies(column, None).counts);
            let rule = TermFrequencyRule { u, weight: spec.weight, floor: spec.least.unwrap_or_default(), own: 0.0 };
            let by_value = term_frequency_weights(rule, &outside.counts, outside.total);
            return Some(TermFrequency { comparison, digit, left: column, right: column, by_value });
        }
        let counting = counting.filter(|_| has_repeats(spec));
        let frequencies = self.frequencies(column, counting);
        let counted = frequencies.total / self.present(column).max(1) as f64;
        let own = spec.own.unwrap_or_default();
        let rule = TermFrequencyRule {
            u: levels_u(&frequencies.counts),
            weight: spec.weight,
            floor: spec.least.unwrap_or_default(),
            own: if counting.is_some() { (own * counted).max(1.0) } else { own },
        };
        let by_value = term_frequency_weights(rule, &frequencies.counts, frequencies.total);
        Some(TermFrequency { comparison, digit, left: column, right: column, by_value })
    }

    /// Which rows count where a value's frequency is told, if some do not: where people have
    /// several rows, one that says the same as another says nothing of how many have a value. Within
    /// one source, where records seldom say quite the same, it changed nothing that was measured.
    fn counting(&self, model: &Model, comparisons: &[ComparisonSpec]) -> Option<Vec<bool>> {
        let levels = || comparisons.iter().flat_map(|comparison| &comparison.levels);
        if self.within || !levels().filter_map(|level| level.term_frequency.as_ref()).any(has_repeats) {
            return None;
        }
        let closest =
            |(at, model): (usize, &ComparisonModel)| Some((self.closest_columns(at)?, model.levels.last()?.u));
        let closest: Vec<(Vec<usize>, f64)> = model.comparisons.iter().enumerate().filter_map(closest).collect();
        let rows = f64::from(self.columns.rows());
        let is_of_one_person = |row: u32| {
            let has_all = |columns: &[usize]| columns.iter().all(|c| self.columns.columns[*c][row as usize] != 0);
            let others: f64 = closest.iter().filter(|(columns, _)| has_all(columns)).map(|(_, u)| u).product();
            rows * others < CHANCE_OF_ANOTHER
        };
        Some(rows_that_count(&self.columns, is_of_one_person))
    }

    /// The comparisons, and of how many rows of one person a value's frequency is to be freed:
    /// λ m of all rows with a value are matches that have the same one, and where rows of one
    /// source are paired, a row itself is no other.
    pub(super) fn with_own_rows(&self, model: &Model) -> Vec<ComparisonSpec> {
        let mut comparisons = self.words.comparisons.clone();
        for (comparison, estimated) in comparisons.iter_mut().zip(&model.comparisons) {
            let Some(m) = estimated.levels.last().map(|closest| closest.m) else { continue };
            let specs = comparison.levels.iter_mut().filter_map(|level| level.term_frequency.as_mut());
            for spec in specs.filter(|spec| spec.table.is_none()) {
                let Some(column) = self.column_of_term(&spec.of) else { continue };
                spec.own = Some(model.lambda * m * self.present(column) as f64 + f64::from(u8::from(self.within)));
            }
        }
        comparisons
    }

    /// Rows that have a value.
    fn present(&self, column: usize) -> usize {
        self.columns.columns[column].iter().filter(|value| **value != 0).count()
    }

    /// How often each value occurs, in the rows that count (all, if none is said not to); null does
    /// not. Of tokens the counts are rounded, so that they single nobody out.
    fn frequencies(&self, column: usize, counting: Option<&[bool]>) -> Frequencies {
        let column = &self.columns.columns[column];
        let greatest = column.iter().copied().max().unwrap_or_default();
        let mut counts = vec![0_u64; greatest as usize + 1];
        match counting {
            None => column.iter().for_each(|value| counts[*value as usize] += 1),
            Some(rows) => column.iter().zip(rows).for_each(|(value, row)| counts[*value as usize] += u64::from(*row)),
        }
        counts[0] = 0;
        let total = counts.iter().sum::<u64>() as f64;
        let counts =
            if self.tokens_only { rounded(&counts) } else { counts.into_iter().map(|count| count as f64).collect() };
        Frequencies { counts, total }
    }
}

/// Whether people have so many rows with a value that some repeat others.
fn has_repeats(spec: &TermFrequencySpec) -> bool {
    spec.own.is_some_and(|own| own >= REPEATED)
}

/// The chance that two random rows have the same value: u of the comparison's exact level, or what
/// the frequencies come to.
fn exact_u(model: &ComparisonModel, levels: &[LevelSpec], spec: &TermFrequencySpec, counts: &[f64]) -> f64 {
    let exact = ConditionSpec::Exact(spec.of.clone(), spec.of.clone());
    let at = levels.iter().position(|level| level.when == exact);
    at.map_or_else(|| same_value(counts), |at| model.levels[levels.len() - 1 - at].u)
}

/// Counts that round to the same five (five at least) as their mean over rows: so rare values are
/// as rare as such values are, and none is told from the others.
fn rounded(counts: &[u64]) -> Vec<f64> {
    let fives = |count: u64| ((count + 2) / 5).max(1);
    let mut sums: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for count in counts.iter().filter(|count| **count > 0) {
        let (squares, rows) = sums.entry(fives(*count)).or_default();
        (*squares, *rows) = (*squares + count * count, *rows + count);
    }
    let mean = |count: &u64| {
        let (squares, rows) = sums.get(&fives(*count)).copied().unwrap_or_default();
        if *count == 0 { 0.0 } else { squares as f64 / rows as f64 }
    };
    counts.iter().map(mean).collect()
}

/// The chance that two random values are the same.
fn same_value(counts: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let pairs = |n: f64| n * (n - 1.0).max(0.0);
    if total < 2.0 { 0.0 } else { counts.iter().map(|count| pairs(*count)).sum::<f64>() / pairs(total) }
}

/// What a level's adjustment is by.
pub(super) fn frequency_term(level: &LevelSpec) -> Option<Term> {
    level.term_frequency.as_ref().map(|spec| spec.of.clone())
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn counts_that_round_alike_have_their_mean_over_rows() {
        // 1, 2 and 7 round to five: ten rows, whose values occur (1 + 4 + 49) / 10 times. 8 and 12
        // round to ten: twenty rows, (64 + 144) / 20.
        assert_eq!(rounded(&[0, 1, 8, 2, 12, 7]), [0.0, 5.4, 10.4, 5.4, 10.4, 5.4]);
    }
}
