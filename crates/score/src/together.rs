//! Dependence among non-matches, told before anything is learnt of matches.
//!
//! Given names go with years of birth, and where the old live together two of them are born near
//! each other more often than by chance. A likelihood that may shape m takes such pairs for
//! matches with errors, so this is told from pairs that agree closest in one comparison: how
//! often the levels of another occur among them, held against chance. Matches among them are
//! told by the comparisons besides the two.

use counterfoil_core::scored::Pattern;

use crate::climb::climb;
use crate::em::{Likelihoods, Parts, Problem, Shares, State, is_common};
use crate::fit::{coarse, starting_state};
use crate::looser::filled_in;
use crate::residual::{WRONG_BITS, WRONG_DEVIATIONS, WRONG_SHARE};
use crate::tables::{Class, Margin, Rule, Table};
use crate::{CommonnessModel, DatedPairs, Observations, Options, SameYear};

/// Most steps of the estimation that tells matches from others.
const STEPS: usize = 100;
/// EM steps by which the pairs that agree closest in one comparison are shared out.
const ROUNDS: usize = 100;
/// Pairs as chance has them that are put to those seen at each level.
pub(crate) const DOUBT: f64 = 2.0;

/// Pairs of one year that count at most against those of one date: rows of one person are not so many
/// strangers.
const MOST_OF_AGE: f64 = 1000.0;

/// Bits by which values of some commonness have to be off for it to count.
const LEAST_COMMONNESS: f64 = 0.1;

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
    /// How much it depends on how common a value is.
    pub(crate) commonness: Option<CommonnessModel>,
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
        Together { first, second, ratios: *ratios, commonness: None, gain: 0.0, is_marked: true }
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
///
/// Matches who have moved have of their homes what random pairs have, so that how homes go together with
/// other comparisons is told without them.
pub(crate) fn of_random_pairs(given: &Observations, options: &Options, alike: &[Rule]) -> AmongRandom {
    let Some(of_home) = crate::moved::reckoned_with(options) else { return among(given, options, alike, |_| true) };
    let is_of_home = |c: usize| of_home[c];
    let at_home = among(given, &Options { of_home: Vec::new(), ..options.clone() }, alike, |_| true);
    let others = among(given, options, alike, |pair| !pair.iter().any(|c| is_of_home(*c)));
    let homes =
        at_home.held.into_iter().chain(at_home.more).filter(|one| is_of_home(one.first) || is_of_home(one.second));
    let mut all: Vec<Together> = homes.chain(others.held).chain(others.more).collect();
    sort(&mut all);
    let [held, more] = apart(all, given.levels.len());
    AmongRandom { held, more, unheard: at_home.unheard }
}

/// Those of some pairs of comparisons.
fn among(
    given: &Observations,
    options: &Options,
    alike: &[Rule],
    is_asked: impl Fn(&[usize; 2]) -> bool,
) -> AmongRandom {
    let comparisons = given.levels.len();
    let pairs = || (0..comparisons).flat_map(|first| (first + 1..comparisons).map(move |other| [first, other]));
    let pairs = || pairs().filter(&is_asked);
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
        let mut beside = beside(&problem.rules[at], state, related.as_ref(), state.shares[at], one);
        let same_year = given.same_year.iter().find(|same| same.comparison == one && same.alike == at);
        let of_age = |same| of_age(same, &problem.rules[at], state, related.as_ref(), state.shares[at]);
        beside.of_age = same_year.map(of_age).unwrap_or_default();
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
    /// Of dates, random pairs of one year and different days.
    of_age: OfAge,
}

/// Random pairs with dates of one year that are not the same, by how common the value is that they are
/// alike in.
#[derive(Debug, Default)]
struct OfAge {
    /// From which share of rows on a value is of the class, how many are seen, and as chance has them.
    classes: Vec<(f64, f64, f64)>,
}

impl OfAge {
    fn seen(&self) -> f64 {
        self.classes.iter().map(|(_, seen, _)| seen).sum()
    }

    fn expected(&self) -> f64 {
        self.classes.iter().map(|(.., expected)| expected).sum()
    }

    /// How much oftener than all of them those of each class occur, in bits that are taken from a match
    /// for it. None where it hardly differs.
    fn commonness(&self, comparison: usize, doubt: f64) -> Option<CommonnessModel> {
        if self.expected() <= doubt {
            return None;
        }
        let mean = self.seen() / self.expected();
        let bits = |((from, ..), ratio): (&(f64, f64, f64), f64)| (*from, -(ratio / mean).log2());
        let classes: Vec<(f64, f64)> = self.classes.iter().zip(self.ratios(mean, doubt)).map(bits).collect();
        let differs = classes.iter().any(|(_, bits)| bits.abs() >= LEAST_COMMONNESS);
        differs.then_some(CommonnessModel { comparison, classes })
    }
}

impl OfAge {
    /// How much oftener than by chance those of each class occur. Of the class of which most are expected
    /// the mean of all is heard as so many pairs, and of any other what was found of its neighbour on that
    /// side: of the rarest values, each of a handful of rows, there are hardly any such pairs.
    fn ratios(&self, mean: f64, doubt: f64) -> Vec<f64> {
        let most = (0..self.classes.len())
            .fold(0, |most, at| if self.classes[at].2 > self.classes[most].2 { at } else { most });
        let mut ratios = vec![mean; self.classes.len()];
        let mut hear = |at: usize, neighbour: f64| {
            let (_, seen, expected) = self.classes[at];
            ratios[at] = (seen + doubt * neighbour) / (expected + doubt);
            ratios[at]
        };
        let told = hear(most, mean);
        (0..most).rev().fold(told, |neighbour, at| hear(at, neighbour));
        (most + 1..self.classes.len()).fold(told, |neighbour, at| hear(at, neighbour));
        ratios
    }
}

/// What pairs that are alike have of dates of one year, the random ones among them as the comparisons
/// besides tell.
fn of_age(same: &SameYear, rule: &Rule, state: &State, related: Option<&Class>, shares: Shares) -> OfAge {
    let likelihoods = Likelihoods::new(rule, state, related, shares);
    let aside = (0..rule.aside.len()).filter(|c| rule.aside[*c]).fold(0, |bits, c| bits | 15_u64 << (4 * c));
    let random = |(pattern, count): &(Pattern, u64)| {
        let parts = likelihoods.of(pattern.0 & !aside);
        *count as f64 * parts.random / parts.all
    };
    let sum = |counts: &[(Pattern, u64)]| counts.iter().map(random).sum::<f64>();
    let class = |of: &DatedPairs| (of.from, sum(&of.same_year), same.chance * sum(&of.all));
    OfAge { classes: same.classes.iter().map(class).collect() }
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
    Beside { seen, expected, gain, open: open.sum(), matches, of_age: OfAge::default() }
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
    // What is seen of the first is told by pairs alike in the second.
    let of = |side: &Option<Beside>, alike| side.as_ref()?.of_age.commonness(alike, options.prior_joint);
    let commonness = of(&of_first, second).or_else(|| of(&of_second, first));
    (!seen.is_empty()).then_some(Together { first, second, ratios, commonness, gain, is_marked })
}

/// How much oftener than by chance two comparisons both agree closest. Such pairs are matches for
/// the most part, and where the comparisons besides leave open which are, what is seen says little:
/// then it is as at the next looser level, which is heard as so many pairs. A level that hardly any
/// random pair has, such as that of dates without a day, says nothing, and the one below it is asked.
/// Of dates those of one year say more.
fn of_both(seen: &[(&Beside, usize)], doubt: f64) -> f64 {
    let part = |(beside, top): &(&Beside, usize)| {
        let next = (2..*top).rev().find(|level| beside.expected[*level] >= DOUBT);
        let next = next.map_or(1.0, |level| beside.ratio(level));
        let of_age = (beside.of_age.seen(), beside.of_age.expected());
        let (doubt, next) =
            if of_age.1 > doubt { (of_age.1.min(MOST_OF_AGE), of_age.0 / of_age.1) } else { (doubt, next) };
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
            of_age: OfAge::default(),
        };
        // (38 + 2) / (18 + 2) = 2 at the next level: (3 + 20 · 2) / (3 + 20).
        assert!((of_both(&[(&beside(0.0), 3)], 20.0) - 43.0 / 23.0).abs() < 1e-12);
        // 3 / (3 + 9) of what is seen: (0.75 + 20 · 2) / (0.75 + 20).
        assert!((of_both(&[(&beside(9.0), 3)], 20.0) - 40.75 / 20.75).abs() < 1e-12);
        // A comparison of two levels has no looser one that agrees.
        assert!((of_both(&[(&beside(0.0), 2)], 20.0) - 58.0 / 38.0).abs() < 1e-12);
        // A level that chance has not twice is passed over: (3 + 2) / (3 + 2) of the last one.
        let rare = Beside { expected: at([120.0, 1.9, 3.0]), ..beside(0.0) };
        assert!((of_both(&[(&rare, 3)], 20.0) - (3.0 + 20.0) / (3.0 + 20.0)).abs() < 1e-12);
    }

    /// Dates of one year beside values of two classes.
    fn of_age(rare: (f64, f64), common: (f64, f64)) -> OfAge {
        OfAge { classes: vec![(0.0, rare.0, rare.1), (0.01, common.0, common.1)] }
    }

    #[test]
    fn of_dates_those_of_one_year_say_how_often_both_agree() {
        let mut expected = [0.0; 16];
        expected[3] = 3.0;
        let beside = |of_age| Beside { seen: expected, expected, gain: 0.0, open: 0.0, matches: 0.0, of_age };
        // 60 and 90 for 60 and 30 as chance has them: 5 / 3, heard as 90 pairs.
        let told = of_both(&[(&beside(of_age((60.0, 60.0), (90.0, 30.0))), 3)], 20.0);
        assert!((told - (3.0 + 150.0) / (3.0 + 90.0)).abs() < 1e-12, "{told}");
        // 20 pairs are no more than what is doubted, and the level below, which is not seen, says nothing.
        assert!((of_both(&[(&beside(of_age((60.0, 10.0), (90.0, 10.0))), 3)], 20.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn how_common_a_value_is_counts_where_it_matters() {
        // 40 and 120 for 40 each, in the mean twice as many: (40 + 40) / 60 are four thirds, and beside them
        // (120 + 80 / 3) / 60 are 22 / 9. Of two that is two thirds and 11 / 9: 0.585 bits more for a match,
        // and 0.290 less.
        let told = of_age((40.0, 40.0), (120.0, 40.0)).commonness(1, 20.0).expect("it matters");
        assert_eq!(told.comparison, 1);
        for ((from, bits), wanted) in told.classes.iter().zip([(0.0, 1.5_f64.log2()), (0.01, (9.0_f64 / 11.0).log2())])
        {
            assert!((from - wanted.0).abs() < 1e-12 && (bits - wanted.1).abs() < 1e-12, "{told:?}");
        }
        // A class of which nothing is seen, as nothing is expected, is as its neighbour.
        let rarest = OfAge { classes: vec![(0.0, 0.0, 0.0), (0.01, 40.0, 40.0), (0.02, 120.0, 40.0)] };
        let told = rarest.commonness(1, 20.0).expect("it matters").classes;
        assert_eq!(told[0].1.to_bits(), told[1].1.to_bits());
        // (80 + 20 · 2.1) / 60 is 0.97 of the mean of 2.1, 0.05 bits.
        assert_eq!(of_age((80.0, 40.0), (88.0, 40.0)).commonness(1, 20.0), None);
        // 20 pairs say nothing.
        assert_eq!(of_age((10.0, 10.0), (90.0, 10.0)).commonness(1, 20.0), None);
    }

    #[test]
    fn the_strongest_are_held_and_others_close_no_circle() {
        let one = |first, second| Together {
            first,
            second,
            ratios: [1.0; 256],
            commonness: None,
            gain: 0.0,
            is_marked: true,
        };
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
        let beside = |seen: [f64; 16], expected: [f64; 16], gain, matches| Beside {
            seen,
            expected,
            gain,
            open: 0.0,
            matches,
            of_age: OfAge::default(),
        };
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
