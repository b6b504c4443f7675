//! Weighing one pair, step by step.

use counterfoil_core::Fault;
use counterfoil_core::scored::{
    Commonness, Comparison, Condition, Interaction, Level, LinkType, Pattern, Terms, Weight, Weights,
};
use counterfoil_pairs::compare::{Comparing, DEFINITE};

use super::again::Again;
use super::outcome::Judged;
use super::{Explanation, Step, Together};
use crate::scored::estimate::too_many;
use crate::scored::frequency::{common_gain, gain, terms};
use crate::scored::layout::{label_of, name_of};
use crate::scored::spec::{ConditionSpec, LevelSpec, ModelSpec};
use crate::scored::{ScoredReport, model};

/// A pair as the model sees it.
pub(super) struct Weighed {
    pub(super) weight: Weight,
    pattern: Pattern,
    weights: Weights,
    /// By comparison, what the frequency of the value adds.
    frequencies: Vec<Option<Weight>>,
    /// What each commonness adds.
    common: Vec<Weight>,
    /// What all values add.
    terms: Terms,
    definite: Vec<String>,
    pub(super) vetoed: Vec<String>,
    /// By blocking rule, whether it finds the pair.
    pub(super) found_by: Vec<bool>,
    /// Whether pairs like this one are looked for at all.
    pub(super) is_paired: bool,
}

pub(super) fn weigh(again: &Again<'_>, spec: &ModelSpec, pair: (u32, u32)) -> Result<Weighed, Fault> {
    let compiled = &again.compiled;
    let plan = compiled.plan(again.scored.link_type);
    let comparing = Comparing::new(&plan, &compiled.comparisons, &compiled.measures).map_err(too_many)?;
    let is_paired = is_paired(again, pair);
    let pair = plan.firsts(pair);
    let pattern = comparing.patterns_of(&[pair])[0];
    let weights = compiled.weights(&model::given(spec));
    let frequencies: Vec<Option<Weight>> =
        (0..compiled.comparisons.len()).map(|c| frequency(again, &weights, (c, pattern.digit(c)), pair)).collect();
    let common: Vec<Weight> =
        weights.commonness.iter().map(|of| common_gain(of, &compiled.columns, pattern, pair)).collect();
    let terms = terms(&weights, &compiled.columns, pattern, pair);
    let sum = weights.with_terms(pattern, terms);
    let holds = |conditions: &[Condition], specs: &[ConditionSpec]| -> Result<Vec<String>, Fault> {
        let one = |condition: &Condition| Comparison {
            name: String::new(),
            null: Condition::Any(Vec::new()),
            levels: vec![Level { label: String::new(), condition: condition.clone() }],
        };
        let mut held = Vec::new();
        for (condition, spec) in conditions.iter().zip(specs) {
            let comparing = Comparing::new(&plan, &[one(condition)], &compiled.measures).map_err(too_many)?;
            held.extend((comparing.patterns_of(&[pair])[0].digit(0) == 2).then(|| spec.to_string()));
        }
        Ok(held)
    };
    let definite = holds(&compiled.definite, &spec.definite)?;
    let vetoed = holds(&compiled.veto, &spec.veto)?;
    let found = if is_paired { comparing.found_by(pair) } else { Vec::new() };
    Ok(Weighed {
        weight: if definite.is_empty() { sum } else { sum.max(DEFINITE) },
        pattern,
        terms,
        frequencies,
        common,
        definite,
        vetoed,
        found_by: (0..compiled.rules.len()).map(|rule| found.contains(&rule)).collect(),
        is_paired,
        weights,
    })
}

/// What the frequency of the value adds at a level: of two values, that of the commoner one.
fn frequency(again: &Again<'_>, weights: &Weights, at: (usize, u8), pair: (u32, u32)) -> Option<Weight> {
    let adjusted = weights.term_frequencies.iter().filter(|of| (of.comparison, of.digit) == at);
    let gains: Vec<Weight> = adjusted.map(|of| gain(of, &again.compiled.columns, pair)).collect();
    (!gains.is_empty()).then(|| gains.into_iter().sum())
}

fn is_paired(again: &Again<'_>, (left, right): (u32, u32)) -> bool {
    let columns = &again.compiled.columns;
    let is_within = columns.record(left).source == columns.record(right).source;
    match again.scored.link_type {
        LinkType::LinkOnly => !is_within,
        LinkType::DedupeOnly => is_within,
        LinkType::LinkAndDedupe => true,
    }
}

impl Weighed {
    pub(super) fn explained(
        self,
        again: &Again<'_>,
        spec: &ModelSpec,
        (left, right): (u32, u32),
        report: &ScoredReport,
        judged: Judged,
    ) -> Explanation {
        let related = self.weights.related.as_ref();
        let random = self.weights.against_random(self.pattern) + self.terms.random;
        let against_relatives = self.weights.against_relatives(self.pattern);
        let rules = again.compiled.words.blocks.iter().map(ToString::to_string);
        Explanation {
            left: again.name(left),
            right: again.name(right),
            outcome: judged.outcome,
            why_not: judged.why_not,
            weight: judged.weight.unwrap_or(self.weight).bits(),
            probability: judged.weight.unwrap_or(self.weight).probability(),
            rivals: judged
                .weight
                .filter(|_| !report.one_record_of.is_empty())
                .map(|all| all.bits() - self.weight.bits()),
            pattern: self.pattern.text(spec.comparisons.len()),
            lambda: spec.lambda,
            prior: self.weights.prior.bits(),
            prior_to_relatives: related.map(|related| related.prior.bits()),
            comparisons: (0..spec.comparisons.len()).map(|comparison| self.step(spec, comparison)).collect(),
            together: self.together(spec),
            moved: self.weights.moved.as_ref().map(|moved| moved.of(self.pattern).bits()),
            exclusive: self.weights.exclusive.as_ref().map(|exclusive| exclusive.of(self.pattern).bits()),
            against_random: random.bits(),
            twins: Some(self.terms.related.bits()).filter(|bits| *bits != 0.0),
            against_relatives: against_relatives.map(|weight| (weight + self.terms.related).bits()),
            blocks: rules.zip(self.found_by.iter().copied()).collect(),
            block: self.found_by.iter().position(|finds| *finds),
            definite: self.definite,
            vetoed: self.vetoed,
            link_from: report.link.weight,
            possible_from: report.possible.as_ref().map(|from| from.weight),
        }
    }

    fn step(&self, spec: &ModelSpec, comparison: usize) -> Step {
        let (of, digit) = (&spec.comparisons[comparison], usize::from(self.pattern.digit(comparison)));
        let level = (digit > 0).then(|| &of.levels[of.levels.len() - digit]);
        let against = self.weights.related.as_ref().map(|related| related.levels[comparison][digit].bits());
        Step {
            comparison: name_of(of),
            level: level.map(label_of),
            m: level.and_then(LevelSpec::m),
            u: level.and_then(LevelSpec::u),
            weight: self.weights.levels[comparison][digit].bits(),
            frequency: self.frequencies[comparison].map(Weight::bits),
            relatives: level.and_then(|level| level.related).zip(against),
            unobserved: level.is_some_and(|level| level.unobserved),
        }
    }

    fn together(&self, spec: &ModelSpec) -> Vec<Together> {
        let name = |comparison: usize| name_of(&spec.comparisons[comparison]);
        let against = |of: &Interaction| {
            let same = |other: &&Interaction| (other.first, other.second) == (of.first, of.second);
            let related = self.weights.related.as_ref()?;
            related.interactions.iter().find(same).map(|other| other.of(self.pattern).bits())
        };
        let common = |of: &Interaction| -> Weight {
            let same = |(other, _): &(&Commonness, &Weight)| other.closest.map(|(at, _)| at) == [of.first, of.second];
            self.weights.commonness.iter().zip(&self.common).filter(same).map(|(_, weight)| *weight).sum()
        };
        let one = |of: &Interaction| Together {
            comparisons: (name(of.first), name(of.second)),
            weight: (of.of(self.pattern) + common(of)).bits(),
            against_relatives: against(of),
        };
        self.weights.interactions.iter().map(one).collect()
    }
}
