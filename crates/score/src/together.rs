//! Dependence among non-matches, told before anything is learnt of matches.
//!
//! Given names go with years of birth, and where the old live together two of them are born near
//! each other more often than by chance. A likelihood that may shape m takes such pairs for
//! matches with errors, so this is told from pairs that agree closest in one comparison: how
//! often the levels of another occur among them, held against chance. Matches among them are
//! told by the comparisons besides the two.

use crate::climb::climb;
use crate::em::{Likelihoods, Parts, Problem, Shares, State, is_common};
use crate::fit::{coarse, starting_state};
use crate::looser::filled_in;
use crate::residual::{WRONG_BITS, WRONG_DEVIATIONS, WRONG_SHARE};
use crate::tables::{Class, Margin, Rule, Table};
use crate::{Observations, Options};

/// Most steps of the estimation that tells matches from others.
const STEPS: usize = 100;
/// EM steps by which the pairs that agree closest in one comparison are shared out.
const ROUNDS: usize = 100;
/// Pairs as chance has them that are put to those seen at each level.
pub(crate) const DOUBT: f64 = 2.0;

/// The share of chance's pairs with nothing in common from which on one comparison follows from
/// another.
const FOLLOWS: f64 = 0.5;

/// How much oftener than chance has it two levels occur together among random pairs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Together {
    pub(crate) first: usize,
    pub(crate) second: usize,
    /// By digit of the first and of the second, as a multiple of the product of the two.
    pub(crate) ratios: Table,
    /// What the likelihood gains, less the price of its parameters.
    gain: f64,
    /// Whether it is off by so much that m is not to be learnt without it.
    is_marked: bool,
}

impl Together {
    pub(crate) fn is_about(&self, comparison: usize) -> bool {
        self.first == comparison || self.second == comparison
    }

    #[cfg(test)]
    pub(crate) fn told(first: usize, second: usize, ratios: &Table) -> Together {
        Together { first, second, ratios: *ratios, gain: 0.0, is_marked: true }
    }

    /// Whether a comparison follows from the other: of random pairs that agree closest in that one,
    /// at most half as many as chance has it have nothing in common in this.
    pub(crate) fn follows(&self, comparison: usize, levels: &[u8]) -> bool {
        let [first, second] = [self.first, self.second].map(|c| usize::from(levels[c]));
        let apart = if self.second == comparison { first << 4 | 1 } else { 1 << 4 | second };
        self.ratios[apart] <= FOLLOWS
    }
}

/// How comparisons depend on each other among random pairs. Without a circle all are known from
/// pairs: the distribution is the product of the ratios and of what each has alone (Chow and Liu,
/// 1968).
#[derive(Debug, Default)]
pub(crate) struct AmongRandom {
    /// Those of which no two have a comparison in common, which an estimation can hold.
    pub(crate) held: Vec<Together>,
    /// More of them, with which there is still no circle. That old women outnumber old men is a
    /// tenth of a bit of sex beside a date of birth, and counts for many pairs; but to hold it would
    /// let m choose among what hardly differs.
    pub(crate) more: Vec<Together>,
    /// The digits, as bits of a pattern, of what is common and goes with several others, of which
    /// only one can be held. Not to know the sex of two people costs little where their given and
    /// middle names are known; to take it for evidence of its own makes matches of all who have a
    /// name of one sex.
    pub(crate) unheard: u64,
}

/// Pairs of comparisons that depend on each other among random pairs, the strongest first.
///
/// What so many pairs have in common as sex is told first and held while the others are told. Else it
/// would pass for what tells matches: of one given name people are of one sex, whoever they are, so
/// that all of them with one family name would be taken for matches.
pub(crate) fn of_random_pairs(given: &Observations, options: &Options, alike: &[Rule]) -> AmongRandom {
    let comparisons = given.levels.len();
    let pairs = || (0..comparisons).flat_map(|first| (first + 1..comparisons).map(move |other| [first, other]));
    let has_common = |pair: &[usize; 2]| pair.iter().any(|c| is_common(given, *c));
    let mut problem = Problem::new(given, options, alike.to_vec());
    problem.holds_shape = true;
    let state = roughly(&problem);
    let mut found = told(&problem, &state, pairs().filter(has_common));
    filled_in(&problem, &state, &mut found);
    let goes_with = |c: usize| found.iter().filter(|one| one.is_marked && one.is_about(c)).count();
    let is_unheard = |c: &usize| is_common(given, *c) && goes_with(*c) > 1;
    let unheard = (0..comparisons).filter(is_unheard).fold(0, |bits, c| bits | 15 << (4 * c));
    sort(&mut found);
    [problem.known, _] = apart(found.clone(), comparisons);
    problem.rules.iter_mut().for_each(|rule| rule.unheard = unheard);
    let state = if problem.known.is_empty() { state } else { roughly(&problem) };
    let others = told(&problem, &state, pairs().filter(|pair| !has_common(pair)));
    // What is not heard can wait until the others are held.
    let is_heard = |one: &Together| (0..comparisons).all(|c| !one.is_about(c) || unheard >> (4 * c) & 15 == 0);
    let (mut heard, last): (Vec<Together>, Vec<Together>) = found.into_iter().partition(is_heard);
    heard.extend(others);
    sort(&mut heard);
    let [held, more] = apart([heard, last].concat(), comparisons);
    AmongRandom { held, more, unheard }
}

/// Matches, relatives and random pairs among those that agree closest in one comparison, as far as a
/// few steps tell them.
fn roughly(problem: &Problem<'_>) -> State {
    let (state, pins) = starting_state(problem, problem.options.starts[0], None);
    climb(problem, state, &pins, coarse(problem.options), STEPS).state
}

/// Those of some pairs of comparisons that depend on each other.
fn told(problem: &Problem<'_>, state: &State, pairs: impl Iterator<Item = [usize; 2]>) -> Vec<Together> {
    let given = problem.given;
    let related = problem.related(state);
    let seen = |one: usize, other: usize| {
        let at = problem.rules.iter().position(|rule| tells(rule, one, other, given))?;
        let beside = beside(&problem.rules[at], state, related.as_ref(), state.shares[at], one);
        beside.counts().then_some(beside)
    };
    let of_pair = |[first, second]: [usize; 2]| {
        let levels = [first, second].map(|c| usize::from(given.levels[c]));
        together([first, second], levels, [seen(first, second), seen(second, first)], problem.options)
    };
    pairs.filter_map(of_pair).collect()
}

/// The marked ones first, and of these and of the others the strongest.
fn sort(found: &mut [Together]) {
    found.sort_by(|one, other| {
        let gain = other.gain.total_cmp(&one.gain);
        let place = (one.first, one.second).cmp(&(other.first, other.second));
        other.is_marked.cmp(&one.is_marked).then(gain).then(place)
    });
}

/// Whether the pairs of a rule agree closest in one comparison, and differ in the other and in
/// some third, by which matches are told.
fn tells(rule: &Rule, of: usize, beside: usize, given: &Observations) -> bool {
    let others = (0..given.levels.len()).filter(|c| *c != of && *c != beside);
    rule.allowed[beside] == [usize::from(given.levels[beside])]
        && rule.compares(of)
        && others.into_iter().any(|c| rule.compares(c))
}

/// In two parts: those that are marked and of which no two have a comparison in common, and others
/// that close no circle with these.
fn apart(sorted: Vec<Together>, comparisons: usize) -> [Vec<Together>; 2] {
    let mut parts: [Vec<Together>; 2] = [Vec::new(), Vec::new()];
    let (mut held, mut rest) = (vec![false; comparisons], Vec::new());
    let mut trees: Vec<usize> = (0..comparisons).collect();
    let mut join = |one: &Together| {
        let (from, to) = (trees[one.first], trees[one.second]);
        trees.iter_mut().filter(|tree| **tree == from).for_each(|tree| *tree = to);
        from != to
    };
    for one in sorted {
        if !one.is_marked || held[one.first] || held[one.second] {
            rest.push(one);
        } else {
            (held[one.first], held[one.second]) = (true, true);
            join(&one);
            parts[0].push(one);
        }
    }
    parts[1] = rest.into_iter().filter(join).collect();
    parts
}

/// Levels of one comparison among random pairs that agree closest in another.
#[derive(Debug)]
struct Beside {
    /// Pairs by digit.
    seen: [f64; 16],
    /// As chance has them.
    expected: [f64; 16],
    /// What the log-likelihood gains by their being as seen.
    gain: f64,
    /// Pairs of the closest level of which the comparisons besides leave open what they are: the
    /// sum of p (1 − p).
    open: f64,
    /// Matches among the pairs of all levels.
    matches: f64,
}

fn beside(rule: &Rule, state: &State, related: Option<&Class>, shares: Shares, of: usize) -> Beside {
    let likelihoods = Likelihoods::new(rule, state, related, shares);
    let digit = |pattern: u64| (pattern >> (4 * of) & 15) as usize;
    let pairs = rule.patterns.iter().zip(&rule.counts);
    let pairs: Vec<(usize, f64, Parts)> =
        pairs.map(|(pattern, count)| (digit(*pattern), *count, likelihoods.of(*pattern))).collect();
    let (m, u) = (state.m.margin(of), state.u.margin(of));
    let shares = [shares.matches, shares.related, 1.0 - shares.matches - shares.related];
    let (by_chance, _) = mixture(&pairs, shares, [Some(&m), None, None]);
    let (loglik, mut seen) = mixture(&pairs, shares, [Some(&m), None, Some(&u)]);
    seen[0] = 0.0;
    let all: f64 = seen.iter().sum();
    let top = u.iter().rposition(|share| *share > 0.0).unwrap_or_default();
    let closest = rule.patterns.iter().zip(&rule.counts).filter(|(pattern, _)| digit(**pattern) == top);
    let open = closest.map(|(pattern, count)| {
        let parts = likelihoods.of(pattern & !(15 << (4 * of)));
        count * (parts.random / parts.all) * (1.0 - parts.random / parts.all)
    });
    let (expected, gain, matches) = (u.map(|share| share * all), loglik - by_chance, rule.counted * shares[0]);
    Beside { seen, expected, gain, open: open.sum(), matches }
}

/// The log-likelihood of pairs, which are given by digit of one comparison, and how many random
/// pairs have each digit. Of matches, relatives and random pairs, in this order, the shares are
/// learnt anew, and, of those whose distribution is given, how often they have each digit. What
/// tells one from the other are the comparisons besides.
fn mixture(pairs: &[(usize, f64, Parts)], shares: [f64; 3], free: [Option<&Margin>; 3]) -> (f64, [f64; 16]) {
    let counted: f64 = pairs.iter().map(|(_, count, _)| count).sum();
    let (mut scales, mut ratios) = ([1.0; 3], [[1.0; 16]; 3]);
    let (mut loglik, mut seen) = (0.0, [[0.0; 16]; 3]);
    for _ in 0..ROUNDS {
        (loglik, seen) = (0.0, [[0.0; 16]; 3]);
        for (digit, count, parts) in pairs {
            let each = [parts.matches, parts.related, parts.random];
            let each: [f64; 3] = std::array::from_fn(|class| each[class] * scales[class] * ratios[class][*digit]);
            let all = each.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            loglik += count * all.ln();
            (0..3).for_each(|class| seen[class][*digit] += count * each[class] / all);
        }
        for class in 0..3 {
            let sum: f64 = seen[class].iter().sum();
            scales[class] = if shares[class] > 0.0 { sum / counted / shares[class] } else { 0.0 };
            let Some(margin) = free[class] else { continue };
            let present = sum - seen[class][0] + DOUBT;
            for digit in (1..16).filter(|digit| margin[*digit] > 0.0) {
                ratios[class][digit] = (seen[class][digit] / margin[digit] + DOUBT) / present;
            }
        }
    }
    (loglik, seen[2])
}

impl Beside {
    /// Whether levels occur otherwise than by chance: this pays, and some level does so not by
    /// accident, and by half a bit or by as many pairs as one in a hundred matches.
    fn counts(&self) -> bool {
        self.is_marked() || self.is_off(|seen, expected| (seen - expected).abs() >= WRONG_SHARE * self.matches)
    }

    /// Whether some level does so by half a bit.
    fn is_marked(&self) -> bool {
        self.is_off(|seen, expected| (seen.max(0.5) / expected.max(0.5)).log2().abs() >= WRONG_BITS)
    }

    fn is_off(&self, is_much: impl Fn(f64, f64) -> bool) -> bool {
        let is_off = |(seen, expected): (&f64, &f64)| {
            is_much(*seen, *expected) && (seen - expected).abs() >= WRONG_DEVIATIONS * expected.max(1.0).sqrt()
        };
        self.pays() > 0.0 && self.seen.iter().zip(&self.expected).any(is_off)
    }

    /// The gain less its price: half of each parameter times the log of the number of pairs
    /// (Schwarz, 1978).
    fn pays(&self) -> f64 {
        let pairs: f64 = self.seen.iter().sum();
        let levels = self.expected.iter().filter(|pairs| **pairs > 0.0).count() as f64;
        self.gain - 0.5 * (levels - 1.0) * pairs.max(1.0).ln()
    }

    fn ratio(&self, digit: usize) -> f64 {
        (self.seen[digit] + DOUBT) / (self.expected[digit] + DOUBT)
    }
}

/// The dependence of two comparisons, as far as levels of the one are seen beside the other.
fn together(
    [first, second]: [usize; 2],
    tops: [usize; 2],
    [of_first, of_second]: [Option<Beside>; 2],
    options: &Options,
) -> Option<Together> {
    let sides = [(&of_first, tops[0]), (&of_second, tops[1])];
    let seen: Vec<(&Beside, usize)> = sides.into_iter().filter_map(|(side, top)| Some((side.as_ref()?, top))).collect();
    let gain = seen.iter().map(|(beside, _)| beside.pays()).sum();
    let is_marked = seen.iter().any(|(beside, _)| beside.is_marked());
    let mut ratios = [1.0; 256];
    for digit in 1..tops[0].max(tops[1]) {
        if let Some(beside) = of_first.as_ref().filter(|_| digit < tops[0]) {
            ratios[digit << 4 | tops[1]] = beside.ratio(digit);
        }
        if let Some(beside) = of_second.as_ref().filter(|_| digit < tops[1]) {
            ratios[tops[0] << 4 | digit] = beside.ratio(digit);
        }
    }
    ratios[tops[0] << 4 | tops[1]] = of_both(&seen, options.prior_joint);
    (!seen.is_empty()).then_some(Together { first, second, ratios, gain, is_marked })
}

/// How much oftener than by chance two comparisons both agree closest. Such pairs are matches for
/// the most part, and where the comparisons besides leave open which are, what is seen says little:
/// then it is as at the next looser level, which is heard as so many pairs.
fn of_both(seen: &[(&Beside, usize)], doubt: f64) -> f64 {
    let part = |(beside, top): &(&Beside, usize)| {
        let next = if *top > 2 { beside.ratio(top - 1) } else { 1.0 };
        let expected = beside.expected[*top];
        let told = expected / (expected + beside.open);
        (told * beside.seen[*top] + doubt * next, told * expected + doubt)
    };
    let (seen, expected) = seen.iter().map(part).fold((0.0, 0.0), |sums, part| (sums.0 + part.0, sums.1 + part.1));
    seen / expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_both_hears_the_next_level() {
        let at = |digits: [f64; 3]| {
            let mut pairs = [0.0; 16];
            pairs[1..4].copy_from_slice(&digits);
            pairs
        };
        let beside = |open| Beside {
            seen: at([100.0, 38.0, 3.0]),
            expected: at([120.0, 18.0, 3.0]),
            gain: 0.0,
            open,
            matches: 0.0,
        };
        // (38 + 2) / (18 + 2) = 2 at the next level: (3 + 20 · 2) / (3 + 20).
        assert!((of_both(&[(&beside(0.0), 3)], 20.0) - 43.0 / 23.0).abs() < 1e-12);
        // 3 / (3 + 9) of what is seen: (0.75 + 20 · 2) / (0.75 + 20).
        assert!((of_both(&[(&beside(9.0), 3)], 20.0) - 40.75 / 20.75).abs() < 1e-12);
        // A comparison of two levels has no looser one that agrees.
        assert!((of_both(&[(&beside(0.0), 2)], 20.0) - 58.0 / 38.0).abs() < 1e-12);
    }

    #[test]
    fn the_strongest_are_held_and_others_close_no_circle() {
        let one = |first, second| Together { first, second, ratios: [1.0; 256], gain: 0.0, is_marked: true };
        let sorted = vec![one(0, 1), one(0, 2), one(2, 3), one(1, 3), one(0, 4)];
        // 0 and 1, 2 and 3 are apart; 0 and 2 join them, so that 1 and 3 would close a circle.
        assert_eq!(apart(sorted, 5), [vec![one(0, 1), one(2, 3)], vec![one(0, 2), one(0, 4)]]);
        // What is not marked is not held.
        let faint = Together { is_marked: false, ..one(2, 3) };
        assert_eq!(apart(vec![one(0, 1), faint.clone()], 4), [vec![one(0, 1)], vec![faint]]);
    }

    #[test]
    fn levels_count_where_they_are_off_and_not_by_accident() {
        let at = |first: f64, second: f64| {
            let mut pairs = [0.0; 16];
            (pairs[1], pairs[2]) = (first, second);
            pairs
        };
        let beside =
            |seen: [f64; 16], expected: [f64; 16], gain, matches| Beside { seen, expected, gain, open: 0.0, matches };
        let counts = |seen: [f64; 16], gain| beside(seen, at(1000.0, 100.0), gain, 1e5).counts();
        // 150 for 100 are 0.58 bits and five standard deviations; 140 for 100 are 0.49 bits.
        assert!(counts(at(950.0, 150.0), 10.0) && !counts(at(960.0, 140.0), 10.0));
        // One parameter of 1 100 pairs costs half of ln 1 100, 3.5.
        assert!(!counts(at(950.0, 150.0), 3.4) && counts(at(950.0, 150.0), 3.6));
        // 1 200 for 1 000 are 0.26 bits and six standard deviations: 200 pairs, one in a hundred of
        // 20 000 matches.
        let many = |matches| beside(at(9_800.0, 1_200.0), at(10_000.0, 1_000.0), 20.0, matches);
        assert!(many(2e4).counts() && !many(2e4).is_marked() && !many(2.001e4).counts());
    }
}
