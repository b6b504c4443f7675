//! u from chance: what all pairs of rows show, less what the matches among them account for.

use crate::em::{Problem, State};
use crate::matches::Matches;
use crate::tables::{Class, Margin, Table};
use crate::{Observations, Options};

/// u of the comparisons for which chance is known, at one λ.
pub(crate) struct Pins {
    pub(crate) margins: Vec<Option<Margin>>,
    /// Levels whose u was raised to its bound.
    pub(crate) bounded: Vec<[bool; 16]>,
}

/// Shares of all pairs of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kin {
    /// That are matches.
    pub(crate) lambda: f64,
    /// That are relatives.
    pub(crate) related: f64,
}

impl Kin {
    /// As a state has them, whose matches are known.
    pub(crate) fn of(problem: &Problem<'_>, state: &State, matches: &Matches) -> Kin {
        let related = crate::related::model(problem, state).map_or(0.0, |related| related.share);
        Kin { lambda: lambda(problem.given, matches), related }
    }
}

impl Pins {
    /// P(level) = λ m + (1 − λ) u, solved for u. Where matches account for nearly all that is
    /// seen, the difference says little, and u has its least value. Relatives that have the value
    /// in common count with the matches, but for no more than half of what these leave: how many
    /// relatives there are is known only roughly.
    pub(crate) fn at(given: &Observations, options: &Options, kin: Kin, m: &Class) -> Pins {
        let mut margins = vec![None; given.levels.len()];
        let mut bounded = vec![[false; 16]; given.levels.len()];
        for chance in &given.chances {
            let m = m.margin(chance.comparison);
            let common = options.relatives().map_or(0.0, |shared| kin.related * shared[chance.comparison]);
            let mut u = [0.0; 16];
            for (level, probability) in chance.probabilities.iter().enumerate() {
                let least = least(*probability, chance.standard_errors[level], options);
                let rest = (probability - kin.lambda * m[level + 1]) / (1.0 - kin.lambda);
                let rest = rest - (common * m[level + 1]).min(rest.max(0.0) / 2.0);
                bounded[chance.comparison][level + 1] = rest < least;
                u[level + 1] = rest.max(least);
            }
            let sum: f64 = u.iter().sum();
            margins[chance.comparison] = Some(u.map(|share| share / sum));
        }
        Pins { margins, bounded }
    }

    /// Greatest change of any u, against an earlier λ.
    pub(crate) fn change(&self, before: &Pins) -> f64 {
        let pairs = self.margins.iter().flatten().zip(before.margins.iter().flatten());
        pairs.flat_map(|(now, then)| now.iter().zip(then)).map(|(now, then)| (now - then).abs()).fold(0.0, f64::max)
    }

    /// Puts u where it belongs.
    pub(crate) fn apply(&self, u: &mut Class) {
        for (block, table) in u.blocks.iter().zip(&mut u.tables) {
            let first = self.margins[block.first].as_ref();
            match (block.second, first) {
                (None, Some(margin)) => *table = crate::tables::single(margin),
                (None, None) => {}
                (Some(second), first) => rake(table, first, self.margins[second].as_ref()),
            }
        }
    }
}

fn least(probability: f64, standard_error: f64, options: &Options) -> f64 {
    (probability * options.least_u_share).max(standard_error).max(options.bounds.0)
}

fn lambda(given: &Observations, matches: &Matches) -> f64 {
    (matches.expected / given.total_pairs).clamp(0.5 / given.total_pairs.max(1.0), 0.5)
}

/// Scales rows and columns until the table has the margins that are known (Deming and Stephan,
/// 1940); what its odds ratios say of dependence stays.
pub(crate) fn rake(table: &mut Table, rows: Option<&Margin>, columns: Option<&Margin>) {
    for _ in 0..50 {
        let by_rows = rows.map_or(0.0, |rows| scale(table, rows, |index| index >> 4));
        let by_columns = columns.map_or(0.0, |columns| scale(table, columns, |index| index & 15));
        if by_rows.max(by_columns) < 1e-12 {
            break;
        }
    }
}

fn scale(table: &mut Table, wanted: &Margin, digit: impl Fn(usize) -> usize) -> f64 {
    let mut sums = [0.0; 16];
    table.iter().enumerate().for_each(|(index, share)| sums[digit(index)] += share);
    for (index, share) in table.iter_mut().enumerate() {
        let sum = sums[digit(index)];
        *share *= if sum > 0.0 { wanted[digit(index)] / sum } else { 0.0 };
    }
    sums.iter().zip(wanted).map(|(sum, wanted)| (sum - wanted).abs()).fold(0.0, f64::max)
}
