//! What the other candidates of a row say of a pair.
//!
//! A pair's weight is reckoned as if it were alone in the world. Where a file has one row a person,
//! a row of the other has at most one match in it: of two candidates as like each other's rival as
//! can be, each is as likely as not, and a lone candidate of a row that most probably has its match
//! somewhere is likelier than its weight says.
//!
//! The candidates are the edges of a graph between rows, and the possible truths its matchings,
//! each as likely as the product of the odds of its edges and of the vacancies of the rows that it
//! leaves alone: a row has no match among its candidates with the probability 1 − π. (This is the
//! posterior of a bipartite record linkage, as of Sadinle, 2017, with Fellegi and Sunter's weights;
//! and the monomer–dimer model of physics.) How likely an edge is follows from messages between
//! the rows, exactly where only one side is limited or the graph has no circle, and closely
//! elsewhere (Bethe's approximation; Bayati and others, 2007, on its convergence for matchings).

use std::collections::BTreeMap;

use counterfoil_core::scored::{ScoredPair, TwoSides, Weight};

/// No more rows than this share are taken to have their match among their candidates: that it is
/// among them is never sure.
const MOST_MATCHED: f64 = 0.99;
/// Rounds of messages. Each takes account of candidates one step further off.
const ROUNDS: usize = 40;
/// From here on a change counts as none: of a share of rows, and of a message against itself.
const SETTLED: f64 = 1e-4;
/// Odds above these are taken as these where rivals are added up, so that the sums stay exact.
const SURE: Weight = Weight(30 * Weight::BIT);

/// Weighs each pair against the rivals of its two rows, and returns the matches that are expected
/// among the pairs then.
///
/// `pairs` have a left and a right row each, no two the same both. A weight is the log2 of the odds
/// that the pair is a match, before and after. The same pairs in the same order get the same
/// weights.
///
/// # Panics
///
/// When a row is not of its side.
pub fn weigh_rivals(pairs: &mut [ScoredPair], sides: &TwoSides) -> f64 {
    let mut graph = Graph::of(pairs, sides);
    let rows = sides.lengths().map(|rows| f64::from(rows.max(1)));
    let mut vacancy = [1.0; 2];
    let mut matches = 0.0;
    for _ in 0..ROUNDS {
        let is_settled = graph.pass(vacancy);
        matches = graph.matches(vacancy);
        let before = vacancy;
        for side in [0, 1].into_iter().filter(|side| sides.at_most_one[*side]) {
            vacancy[side] = 1.0 - (matches / rows[side]).min(MOST_MATCHED);
        }
        if is_settled && before.iter().zip(vacancy).all(|(before, now)| (before - now).abs() < SETTLED) {
            break;
        }
    }
    let alone = Weight::from_bits(-(vacancy[0] * vacancy[1]).log2());
    pairs.iter_mut().for_each(|pair| pair.weight = pair.weight + alone);
    for edge in &graph.edges {
        let pair = &mut pairs[edge.pair as usize];
        pair.weight = edge.weight + Weight::from_bits(-(edge.messages[0] * edge.messages[1]).log2());
    }
    matches
}

/// A pair one of whose rows has another.
struct Edge {
    pair: u32,
    weight: Weight,
    /// Numbers of its rows among those of their side that have edges.
    rows: [u32; 2],
    odds: f64,
    /// What stands against it on either side: that its row is vacant, or another's.
    messages: [f64; 2],
}

struct Graph {
    at_most_one: [bool; 2],
    edges: Vec<Edge>,
    /// For each row of a side what its edges come to.
    sums: [Vec<f64>; 2],
    /// Pairs without a rival, of each sixteenth of a bit: the mean of their odds, and their number.
    alone: Vec<(f64, f64)>,
}

impl Graph {
    fn of(pairs: &[ScoredPair], sides: &TwoSides) -> Graph {
        let places = |pair: &ScoredPair| [pair.left, pair.right - sides.right_from].map(|row| row as usize);
        let mut candidates = sides.lengths().map(|rows| vec![0_u32; rows as usize]);
        for pair in pairs {
            places(pair).into_iter().zip(&mut candidates).for_each(|(row, counts)| counts[row] += 1);
        }
        let has_rival =
            |rows: [usize; 2]| (0..2).any(|side| sides.at_most_one[side] && candidates[side][rows[side]] > 1);
        let mut numbers = sides.lengths().map(Numbers::new);
        let mut edges = Vec::new();
        let mut alone = BTreeMap::<i64, (f64, f64)>::new();
        for (at, pair) in (0..).zip(pairs) {
            let rows = places(pair);
            let weight = pair.weight.min(SURE);
            let odds = weight.bits().exp2();
            if has_rival(rows) {
                let [left, right] = &mut numbers;
                let rows = [left.of(rows[0]), right.of(rows[1])];
                edges.push(Edge { pair: at, weight: pair.weight, rows, odds, messages: [1.0; 2] });
            } else {
                let (sum, pairs) = alone.entry(weight.0.div_euclid(Weight::BIT / 16)).or_default();
                (*sum, *pairs) = (*sum + odds, *pairs + 1.0);
            }
        }
        Graph {
            at_most_one: sides.at_most_one,
            edges,
            sums: numbers.map(|numbers| vec![0.0; numbers.next as usize]),
            alone: alone.into_values().map(|(sum, pairs)| (sum / pairs, pairs)).collect(),
        }
    }

    /// One round of messages, from either side in turn; whether hardly any changed.
    fn pass(&mut self, vacancy: [f64; 2]) -> bool {
        let mut is_settled = true;
        for side in [0, 1].into_iter().filter(|side| self.at_most_one[*side]) {
            let sums = &mut self.sums[side];
            sums.fill(0.0);
            // What an edge is worth to its row, once the other side has had its say.
            let worth = |edge: &Edge| edge.odds / edge.messages[1 - side];
            self.edges.iter().for_each(|edge| sums[edge.rows[side] as usize] += worth(edge));
            for edge in &mut self.edges {
                let others = (sums[edge.rows[side] as usize] - worth(edge)).max(0.0);
                let message = vacancy[side] + others;
                is_settled &= (message - edge.messages[side]).abs() <= SETTLED * message;
                // Halfway, since what is told comes back with the opposite sign.
                edge.messages[side] =
                    if self.at_most_one[1 - side] { message.midpoint(edge.messages[side]) } else { message };
            }
        }
        is_settled
    }

    /// Matches expected among all pairs.
    fn matches(&self, vacancy: [f64; 2]) -> f64 {
        let likely = |odds: f64, against: f64| odds / (odds + against);
        let alone: f64 = self.alone.iter().map(|(odds, pairs)| pairs * likely(*odds, vacancy[0] * vacancy[1])).sum();
        let of_edge = |edge: &Edge| likely(edge.odds, edge.messages[0] * edge.messages[1]);
        alone + self.edges.iter().map(of_edge).sum::<f64>()
    }
}

/// Numbers for the rows of a side that have edges, in the order in which they come.
struct Numbers {
    /// By row its number and one, 0 of those without edges: few have any, and zeros cost nothing.
    by_row: Vec<u32>,
    next: u32,
}

impl Numbers {
    fn new(rows: u32) -> Numbers {
        Numbers { by_row: vec![0; rows as usize], next: 0 }
    }

    fn of(&mut self, row: usize) -> u32 {
        if self.by_row[row] == 0 {
            self.next += 1;
            self.by_row[row] = self.next;
        }
        self.by_row[row] - 1
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::{Pattern, ScoredPair, TwoSides, Weight};

    use super::{MOST_MATCHED, weigh_rivals};

    fn pair(left: u32, right: u32, odds: f64) -> ScoredPair {
        ScoredPair { left, right, rule: 0, pattern: Pattern::default(), weight: Weight::from_bits(odds.log2()) }
    }

    fn likely(pairs: &[ScoredPair]) -> Vec<f64> {
        pairs.iter().map(|pair| pair.weight.probability()).collect()
    }

    /// The probability of each pair when every matching is looked at, of rows that are vacant as
    /// often as is said.
    fn plain(pairs: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2], vacancy: [f64; 2]) -> Vec<f64> {
        let (mut all, mut with) = (0.0, vec![0.0; pairs.len()]);
        for chosen in 0_u32..1 << pairs.len() {
            let is_in = |at: usize| chosen >> at & 1 == 1;
            let mut taken = rows.map(|rows| vec![0; rows as usize]);
            let mut likelihood = 1.0;
            for (_, (left, right, odds)) in pairs.iter().enumerate().filter(|(at, _)| is_in(*at)) {
                taken[0][*left as usize] += 1;
                taken[1][(*right - rows[0]) as usize] += 1;
                likelihood *= odds;
            }
            for side in 0..2 {
                for count in &taken[side] {
                    let limit = if at_most_one[side] && *count > 1 { 0.0 } else { 1.0 };
                    likelihood *= limit * if *count == 0 { vacancy[side] } else { 1.0 };
                }
            }
            all += likelihood;
            with.iter_mut().enumerate().filter(|(at, _)| is_in(*at)).for_each(|(_, sum)| *sum += likelihood);
        }
        with.into_iter().map(|sum| sum / all).collect()
    }

    /// Vacancies that what is expected of the pairs comes back to.
    fn plain_settled(pairs: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2]) -> Vec<f64> {
        let mut vacancy = [1.0; 2];
        for _ in 0..200 {
            let matches: f64 = plain(pairs, at_most_one, rows, vacancy).iter().sum();
            for side in (0..2).filter(|side| at_most_one[*side]) {
                vacancy[side] = 1.0 - (matches / f64::from(rows[side])).min(MOST_MATCHED);
            }
        }
        plain(pairs, at_most_one, rows, vacancy)
    }

    fn check(edges: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2], within: f64) {
        let mut pairs: Vec<ScoredPair> = edges.iter().map(|(left, right, odds)| pair(*left, *right, *odds)).collect();
        let sides = TwoSides { right_from: rows[0], rows: rows[0] + rows[1], at_most_one };
        let matches = weigh_rivals(&mut pairs, &sides);
        let wanted = plain_settled(edges, at_most_one, rows);
        let found = likely(&pairs);
        let is_near = found.iter().zip(&wanted).all(|(found, wanted)| (found - wanted).abs() < within);
        assert!(is_near, "{found:?} is not {wanted:?}");
        assert!((matches - wanted.iter().sum::<f64>()).abs() < within * 10.0);
    }

    #[test]
    fn candidates_of_one_row_share_what_it_can_match() {
        // Of ten left rows one has two candidates, of odds 4 and 2. With M matches expected, it is
        // vacant with 1 − M / 10, so M = 6 / (7 − M / 10): M² − 70 M + 60 = 0, M = 35 − √1165.
        let matches = 35.0 - 1165.0_f64.sqrt();
        let mut pairs = [pair(0, 10, 4.0), pair(0, 11, 2.0)];
        let sides = TwoSides { right_from: 10, rows: 12, at_most_one: [true, false] };
        assert!((weigh_rivals(&mut pairs, &sides) - matches).abs() < 1e-3);
        let against = 7.0 - matches / 10.0;
        let wanted = [4.0 / against, 2.0 / against];
        likely(&pairs).iter().zip(wanted).for_each(|(found, wanted)| assert!((found - wanted).abs() < 1e-4));
    }

    #[test]
    fn a_lone_candidate_is_likelier_where_most_rows_have_a_match() {
        // Nine of ten rows have a sure match. The tenth has one candidate of odds 1, which against a
        // vacancy of about a tenth is likely.
        let mut pairs: Vec<ScoredPair> = (0..9).map(|row| pair(row, 10 + row, 1e12)).collect();
        pairs.push(pair(9, 19, 1.0));
        weigh_rivals(&mut pairs, &TwoSides { right_from: 10, rows: 20, at_most_one: [true, false] });
        // M = 9 + p, v = 1 − M / 10 = (1 − p) / 10 and p = 1 / (1 + v): p² − 11 p + 10 = 0 has p = 1,
        // which the greatest share of rows with a match, 0.99, keeps to 1 / 1.01.
        assert!((likely(&pairs)[9] - 1.0 / 1.01).abs() < 1e-3);
    }

    #[test]
    fn it_is_as_if_every_matching_were_looked_at() {
        // One side limited: exact, whatever the graph. Both: exact on trees.
        let star = [(0, 4, 3.0), (0, 5, 0.5), (0, 6, 8.0), (1, 5, 1.0), (2, 6, 0.2), (3, 6, 20.0)];
        check(&star, [true, false], [4, 3], 1e-3);
        check(&star, [false, true], [4, 3], 1e-3);
        check(&star, [true, true], [4, 3], 1e-3);
        let path = [(0, 3, 2.0), (1, 3, 6.0), (1, 4, 5.0), (2, 4, 0.3), (2, 5, 100.0)];
        check(&path, [true, true], [3, 4], 1e-3);
        check(&path, [true, false], [3, 4], 1e-3);
    }

    #[test]
    fn in_a_circle_it_is_close() {
        // Of six rows on either side; where nearly all rows of a small circle are matched it is less so.
        let circle = [(0, 6, 3.0), (0, 7, 1.0), (1, 6, 2.0), (1, 7, 4.0), (1, 8, 0.5)];
        check(&circle, [true, true], [6, 6], 0.05);
    }

    #[test]
    fn a_sure_match_leaves_its_rivals_next_to_nothing() {
        let mut pairs = [pair(0, 2, 2.0_f64.powi(100)), pair(0, 3, 1000.0), pair(1, 3, 1.0)];
        weigh_rivals(&mut pairs, &TwoSides { right_from: 2, rows: 4, at_most_one: [true, true] });
        assert!(pairs[0].weight.bits() > 90.0 && pairs[1].weight.bits() < -15.0);
        assert!(pairs[2].weight.bits() > 0.0, "its rival is gone");
    }
}
