//! Choosing blocking rules.
//!
//! Candidates are all conjunctions of one to three keys of different fields. Each has a price,
//! the pairs that it finds (counted over a sample of the rows), and a worth, the share of
//! made-up matches that it finds and no rule chosen before does. The rule with the most worth
//! for its price is taken, again and again, while there is budget and something to gain: the
//! usual greedy choice for covering under a budget (Khuller, Moss and Naor, 1999), as learnt
//! blocking does it with labelled pairs (Bilenko, Kamath and Mooney, 2006). Because errors of
//! different fields are mostly independent in these matches, a rule on fields that no rule has
//! yet is worth most.

use counterfoil_core::LinkageField;

use super::assumed::{self, SORTS_NEAR, SWAPPED};
use super::draws::{Bits, Drawn, Place, happening};
use super::sample::{Found, Sample};
use super::{BlockSpec, Data, Setting};
use crate::figure::grouped;
use crate::scored::spec::{KeySpec, NearSpec, Term};

/// A rule is worth having if it finds so many more matches, as a share.
const LEAST_GAIN: f64 = 0.0005;
/// And so many more for the whole budget, for a part of it as much less.
const GAIN_OF_BUDGET: f64 = 0.01;
/// What a rule costs besides its pairs, as a share of the budget: a few wide rules are better
/// than many narrow ones that cost no less to run.
const PASS: f64 = 0.02;
/// Below this share of matches found, records near each other in the order of a name are
/// compared too.
const ENOUGH: f64 = 0.95;
/// Widest window of such a rule.
const WIDEST: u32 = 15;
/// The stream of numbers that says of which matches a key can be derived.
const DERIVABLE: u64 = 1 << 20;
/// Most candidates whose pairs are counted; each costs a pass over the sample.
const MOST_COUNTS: usize = 100;
/// From so many of the narrowest rules the number of matches is reckoned,
const NARROW: usize = 5;
/// if they find this share of matches.
const WIDE: f64 = 0.3;
/// A counted candidate is taken at once if it is worth this share of what it was reckoned to be.
const NEARLY: f64 = 0.9;
/// A block with more than this share of the budget is left out.
const CAP: f64 = 0.1;
/// A candidate is priced at first as if its keys were independent. It is left out if even so it
/// costs this many times the budget.
const HOPELESS: f64 = 20.0;

/// How much may be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Budget {
    /// Pairs a row.
    pub(crate) pairs_a_row: f64,
    /// Pairs that may be compared however few rows there are.
    pub(crate) at_least: f64,
    /// Data with no more pairs than this are compared whole, besides.
    pub(crate) all_pairs: f64,
    /// Most rules.
    pub(crate) rules: usize,
}

impl Default for Budget {
    /// 20 pairs a row, but a million at least; all pairs of a file of 7,000 rows; twelve rules.
    fn default() -> Budget {
        Budget { pairs_a_row: 20.0, at_least: 1e6, all_pairs: 2.5e7, rules: 12 }
    }
}

/// The rules chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chosen {
    /// The rules, in the order in which they are to be run.
    pub(crate) rules: Vec<ChosenRule>,
    /// The share of matches that they find, under the assumed differences.
    pub(crate) expected: f64,
}

/// A rule, and why it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChosenRule {
    /// The rule.
    pub(crate) spec: BlockSpec,
    /// Pairs that it finds, about.
    pub(crate) pairs: f64,
    /// The share of matches that it finds, under the assumed differences.
    pub(crate) finds: f64,
    /// The share that it finds and no rule before it does.
    pub(crate) adds: f64,
    /// Why, in words.
    pub(crate) because: String,
}

/// Chooses blocking rules for fields from the data's own frequencies.
#[must_use]
pub(crate) fn blocks(setting: &Setting<'_>, data: Data<'_>, budget: Budget) -> Chosen {
    let sample = Sample::new(data);
    let limit = (budget.pairs_a_row * sample.all_rows()).max(budget.at_least);
    let mut choice = Choice { sample: &sample, limit, left: limit, found: Bits::none(), taken: Vec::new() };
    let drawn = draw(setting, &sample);
    let mut candidates = candidates(setting, &sample, &drawn, limit);
    let matches = choice.matches(&mut candidates);
    candidates.iter_mut().filter(|candidate| !candidate.is_counted).for_each(|candidate| candidate.add(matches));
    choice.greedy(candidates, budget.rules);
    choice.drop_idle();
    if choice.found.share() < ENOUGH && !setting.tokens_only {
        choice.near(setting, &drawn);
    }
    if sample.all_pairs() <= budget.all_pairs {
        choice.take_all();
    }
    choice.finish()
}

impl Candidate {
    /// Adds to a reckoned price the pairs that are matches, of which there are so many in all.
    fn add(&mut self, matches: f64) {
        self.pairs += matches * self.bits.share();
    }
}

/// The stream that says which matches stand in blocks that are left out.
const LEFT_OUT: u64 = 1 << 17;

/// The stream that says which matches with near values are within a window of their order.
const WITHIN_WINDOW: u64 = 1 << 18;

/// A rule that may be chosen.
struct Candidate {
    keys: Vec<KeySpec>,
    bits: Bits,
    pairs: f64,
    cap: Option<u64>,
    /// Whether the pairs are counted, and not reckoned from those of each key.
    is_counted: bool,
}

/// Each field with the matches drawn for it.
fn draw(setting: &Setting<'_>, sample: &Sample<'_>) -> Vec<Drawn> {
    let one = |(i, field): (usize, &LinkageField)| {
        let place = Place { field: i, of: setting.fields.len() };
        Drawn::new(place, sample.present(&Term::field(&field.name)), assumed::assumed(field).agrees)
    };
    setting.fields.iter().enumerate().map(one).collect()
}

/// All conjunctions of one to three keys of different fields, and the swap of names.
fn candidates(setting: &Setting<'_>, sample: &Sample<'_>, drawn: &[Drawn], limit: f64) -> Vec<Candidate> {
    let swapped = happening(0, SWAPPED);
    let in_place = swapped.not();
    let is_name = |field: usize| ["given_name", "family_name"].contains(&setting.fields[field].name.as_str());
    let mut keys: Vec<(usize, Candidate)> = Vec::new();
    for (i, field) in setting.fields.iter().enumerate() {
        for key in assumed::assumed(field).keys {
            let terms: Vec<KeySpec> = key.terms.iter().map(same).collect();
            if let Some((pairs, is_counted)) = price(sample, &terms, limit) {
                let bits = drawn[i].agreeing(key.survives).and(&derivable(sample, &key.terms, keys.len()));
                let bits = if is_name(i) { bits.and(&in_place) } else { bits };
                keys.push((i, Candidate { keys: terms, bits, pairs, cap: None, is_counted }));
            }
        }
    }
    let all = sample.all_pairs().max(1.0);
    let mut made: Vec<Candidate> = Vec::new();
    for (a, (field_a, first)) in keys.iter().enumerate() {
        push(&mut made, &[first], all, limit);
        for (b, (field_b, second)) in keys.iter().enumerate().skip(a + 1).filter(|(_, (field, _))| field != field_a) {
            push(&mut made, &[first, second], all, limit);
            for (_, third) in keys.iter().skip(b + 1).filter(|(field, _)| field != field_a && field != field_b) {
                push(&mut made, &[first, second, third], all, limit);
            }
        }
    }
    made.extend(swap(setting, drawn, &swapped));
    made
}

/// The matches whose values have what the terms derive: not every postcode has a district. Drawn
/// in a stream of its own for the key at a position.
fn derivable(sample: &Sample<'_>, terms: &[Term], position: usize) -> Bits {
    let share = |term: &Term| {
        let whole = sample.present(&Term::field(&term.field));
        if whole > 0.0 { sample.present(term) / whole } else { 1.0 }
    };
    happening(DERIVABLE + position as u64, terms.iter().map(share).fold(1.0, f64::min))
}

/// The pairs of one key, without large blocks if most rows stand in others: these would be
/// left out. And whether that is all there is to count.
fn price(sample: &Sample<'_>, terms: &[KeySpec], limit: f64) -> Option<(f64, bool)> {
    let within = sample.pairs(terms, cap(limit))?;
    if within.left_out <= 0.5 {
        return Some((within.pairs, within.left_out <= 0.0));
    }
    sample.pairs(terms, f64::INFINITY).map(|whole| (whole.pairs, false))
}

fn cap(limit: f64) -> f64 {
    CAP * limit
}

pub(super) fn same(term: &Term) -> KeySpec {
    KeySpec { left: term.clone(), right: term.clone() }
}

/// Adds the conjunction of keys, unless it would never be within the budget.
fn push(made: &mut Vec<Candidate>, parts: &[&Candidate], all: f64, limit: f64) {
    let pairs = parts.iter().fold(all, |pairs, part| pairs * (part.pairs / all));
    if pairs > HOPELESS * limit {
        return;
    }
    let bits = parts[1..].iter().fold(parts[0].bits.clone(), |bits, part| bits.and(&part.bits));
    let keys = parts.iter().flat_map(|part| part.keys.iter().cloned()).collect();
    let is_counted = parts.len() == 1 && parts[0].is_counted;
    made.push(Candidate { keys, bits, pairs, cap: None, is_counted });
}

/// Given and family name in each other's place.
fn swap(setting: &Setting<'_>, drawn: &[Drawn], swapped: &Bits) -> Option<Candidate> {
    let of = |name: &str| setting.fields.iter().position(|field| field.name == name && !field.several);
    let (given, family) = (of("given_name")?, of("family_name")?);
    if setting.fields[given].kind != setting.fields[family].kind {
        return None;
    }
    let [given_term, family_term] = [given, family].map(|field| Term::field(&setting.fields[field].name));
    let keys = vec![
        KeySpec { left: given_term.clone(), right: family_term.clone() },
        KeySpec { left: family_term, right: given_term },
    ];
    let bits =
        [given, family].iter().fold(swapped.clone(), |bits, field| bits.and(&drawn[*field].agreeing((0.0, 0.0))));
    Some(Candidate { keys, bits, pairs: 0.0, cap: None, is_counted: false })
}

/// A rule that was taken.
struct Taken {
    spec: BlockSpec,
    bits: Bits,
    pairs: f64,
}

/// The choice under way.
struct Choice<'a> {
    sample: &'a Sample<'a>,
    limit: f64,
    left: f64,
    found: Bits,
    taken: Vec<Taken>,
}

impl Choice<'_> {
    /// About how many matches there are: what the narrowest rules find is hardly anything else.
    fn matches(&self, candidates: &mut [Candidate]) -> f64 {
        let mut narrow: Vec<usize> = (0..candidates.len()).filter(|at| candidates[*at].bits.share() >= WIDE).collect();
        narrow.sort_by(|a, b| candidates[*a].pairs.total_cmp(&candidates[*b].pairs).then(a.cmp(b)));
        let found = narrow.into_iter().take(NARROW).map(|at| {
            let share = candidates[at].bits.share();
            self.count(&mut candidates[at]);
            candidates[at].pairs / share
        });
        found.reduce(f64::min).unwrap_or(0.0)
    }

    /// Takes what is worth most for its price. A candidate is counted when it first comes out
    /// best; it is taken if it is worth nearly as much at its counted price.
    fn greedy(&mut self, mut candidates: Vec<Candidate>, most: usize) {
        let mut counts = 0;
        let mut gains: Vec<f64> = candidates.iter().map(|candidate| candidate.bits.share()).collect();
        while self.taken.len() < most
            && let Some(best) = self.best(&candidates, &gains, counts < MOST_COUNTS)
        {
            if !candidates[best].is_counted {
                counts += 1;
                let before = self.worth(&candidates[best], gains[best]);
                self.count(&mut candidates[best]);
                gains[best] = candidates[best].bits.beyond(&self.found);
                let after = self.worth(&candidates[best], gains[best]);
                if after < NEARLY * before || !self.is_affordable(&candidates[best], gains[best]) {
                    continue;
                }
            }
            self.take(candidates.swap_remove(best));
            gains = candidates.iter().map(|candidate| candidate.bits.beyond(&self.found)).collect();
        }
    }

    /// The candidate that is worth most, of those that are counted, or of all.
    fn best(&self, candidates: &[Candidate], gains: &[f64], uncounted_too: bool) -> Option<usize> {
        let worth = |at: usize| self.worth(&candidates[at], gains[at]);
        (0..candidates.len())
            .filter(|at| uncounted_too || candidates[*at].is_counted)
            .filter(|at| self.is_affordable(&candidates[*at], gains[*at]))
            .max_by(|a, b| worth(*a).total_cmp(&worth(*b)).then(b.cmp(a)))
    }

    fn worth(&self, candidate: &Candidate, gain: f64) -> f64 {
        gain / (candidate.pairs + PASS * self.limit)
    }

    fn is_affordable(&self, candidate: &Candidate, gain: f64) -> bool {
        candidate.pairs <= self.left && gain >= LEAST_GAIN + GAIN_OF_BUDGET * candidate.pairs / self.limit
    }

    /// Counts the pairs of a candidate. Blocks above the cap are left out, and what stands in
    /// them is not found.
    fn count(&self, candidate: &mut Candidate) {
        let cap = cap(self.limit);
        let found = self.sample.pairs(&candidate.keys, cap).unwrap_or(Found { pairs: 0.0, left_out: 1.0 });
        candidate.pairs = found.pairs;
        candidate.is_counted = true;
        if found.left_out > 0.0 {
            candidate.cap = Some(cap as u64);
            candidate.bits = candidate.bits.and(&happening(LEFT_OUT, 1.0 - found.left_out));
        }
    }

    fn take(&mut self, candidate: Candidate) {
        self.left -= candidate.pairs;
        self.found = self.found.or(&candidate.bits);
        let spec = BlockSpec { on: candidate.keys, near: None, cap: candidate.cap };
        self.taken.push(Taken { spec, bits: candidate.bits, pairs: candidate.pairs });
    }

    /// Drops rules that later ones have made idle.
    fn drop_idle(&mut self) {
        for at in (0..self.taken.len()).rev() {
            let others = self.taken.iter().enumerate().filter(|(i, _)| *i != at);
            let found = others.fold(Bits::none(), |found, (_, rule)| found.or(&rule.bits));
            if self.taken[at].bits.beyond(&found) < LEAST_GAIN / 2.0 {
                self.left += self.taken.remove(at).pairs;
                self.found = found;
            }
        }
    }

    /// Sorted neighbourhood by the field that most often has a value and sorts as names do.
    fn near(&mut self, setting: &Setting<'_>, drawn: &[Drawn]) {
        use counterfoil_core::FieldKind::{Identifier, Name, Text};
        let orders = |field: &LinkageField| matches!(field.kind, Name | Text | Identifier) && !field.several;
        let rows = self.sample.all_rows().max(1.0);
        let window = ((self.left / rows) as u32 + 1).min(WIDEST);
        let bits = |field: usize| {
            let term = Term::field(&setting.fields[field].name);
            let reached = self.sample.within_window(&term, window).unwrap_or_default();
            drawn[field].agreeing(SORTS_NEAR).and(&happening(WITHIN_WINDOW, reached))
        };
        let fields = (0..setting.fields.len()).filter(|field| orders(&setting.fields[*field]));
        let of_fields = fields.map(|field| (field, bits(field)));
        let gain = |bits: &Bits| bits.beyond(&self.found);
        let best = of_fields.max_by(|a, b| gain(&a.1).total_cmp(&gain(&b.1)).then(b.0.cmp(&a.0)));
        let Some((best, bits)) = best.filter(|(_, bits)| window >= 3 && gain(bits) >= LEAST_GAIN) else { return };
        let near = NearSpec { by: Term::field(&setting.fields[best].name), window };
        self.found = self.found.or(&bits);
        let spec = BlockSpec { on: Vec::new(), near: Some(near), cap: None };
        self.taken.push(Taken { spec, bits, pairs: rows * f64::from(window - 1) });
    }

    /// All pairs, after the rules from which more is learnt.
    fn take_all(&mut self) {
        let spec = BlockSpec { on: Vec::new(), near: None, cap: None };
        let bits = Bits::of(|_| true);
        self.found = bits.clone();
        self.taken.push(Taken { spec, bits, pairs: self.sample.all_pairs() });
    }

    fn finish(self) -> Chosen {
        let (mut found, rows) = (Bits::none(), self.sample.all_rows());
        let rule = |taken: Taken| {
            let adds = taken.bits.beyond(&found);
            found = found.or(&taken.bits);
            let finds = taken.bits.share();
            let because = because(&taken, finds, adds, rows);
            ChosenRule { spec: taken.spec, pairs: taken.pairs, finds, adds, because }
        };
        let rules: Vec<ChosenRule> = self.taken.into_iter().map(rule).collect();
        Chosen { rules, expected: found.share() }
    }
}

/// Why a rule, in words.
fn because(taken: &Taken, finds: f64, adds: f64, rows: f64) -> String {
    let keys: Vec<String> = taken.spec.on.iter().map(|key| format!("`{key}`")).collect();
    let what = match &taken.spec.near {
        Some(near) => format!("the next {} records in the order of `{}`", near.window - 1, near.by),
        None if keys.is_empty() => return "all pairs, because there are few".to_owned(),
        None => keys.join(" and "),
    };
    let a_row = taken.pairs / rows.max(1.0);
    let cap = if taken.spec.cap.is_some() { "; blocks that would cost too much are left out" } else { "" };
    format!(
        "{what}: about {} pairs ({a_row:.1} a row); finds {:.1} % of made-up matches, {:.1} % that no rule before \
         it does{cap}",
        grouped(taken.pairs.round() as u64),
        finds * 100.0,
        adds * 100.0,
    )
}
