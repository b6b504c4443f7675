//! Learning a model from agreement patterns.

use counterfoil_core::scored::{Comparison, Condition, LinkType, ValueColumns, Weight, Weights};
use counterfoil_core::{Fault, FieldKind};
use counterfoil_pairs::blocking::{BlockingRule, Key, Plan, Repeats, RuleCount, TooManyColumns, all_pairs, group};
use counterfoil_pairs::compare::{Comparing, PatternCounts, chances};
use counterfoil_score::{Chance, Convergence, Dependence, Fitted, Model, Observations, Options, RulePatterns};
use counterfoil_token::tokeniser::Tokeniser;
use counterfoil_token::values::Measures;
use rayon::prelude::*;

use super::alike::alike;
use super::aside::is_aside;
use super::family::LAST_WORD;
use super::frequency::frequency_term;
use super::labels::{self, Known};
use super::layout::Layout;
use super::outside::Outside;
use super::read::Rows;
use super::spec::{BlockSpec, ComparisonSpec, DependenceSpec, ModelSpec, Term};
use super::twins::Young;
use super::wording::Words;
use super::{Scored, columns, lacking, limits, model, parts, words};
use crate::check::{Job, ModelFrom};

/// Pairs of each blocking rule whose patterns are counted, at most about so many.
const COUNTED_A_RULE: u64 = 100_000;
/// The same where pairs stand for those of equal rows: a few stand for most, so that they say less.
const COUNTED_WITH_EQUALS: u64 = 1_000_000;
/// The same of a rule that stands alone, such as all pairs: few of its pairs match, and no other
/// rule tells what these are like.
const COUNTED_ALONE: u64 = 5_000_000;
/// Pairs of random rows that are compared for each level that value frequencies do not tell.
const CHANCE_PAIRS: u32 = 100_000;
/// Parts of a stage's work for each thread, so that no thread waits long for another.
pub(crate) const PARTS_A_THREAD: usize = 8;

/// What is blocked on and compared, over columns of numbers.
pub(crate) struct Compiled {
    pub(crate) words: Words,
    pub(crate) columns: ValueColumns,
    pub(crate) measures: Measures,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) rules: Vec<BlockingRule>,
    pub(crate) definite: Vec<Condition>,
    pub(crate) veto: Vec<Condition>,
    pub(super) layout: Layout,
    pub(super) tokens_only: bool,
    /// By row whether a date lacks its day or month; empty where none does.
    pub(super) incomplete: Vec<bool>,
    /// Whether rows of one source are paired with each other.
    pub(super) within: bool,
    /// How often values occur in a population.
    pub(super) outside: Vec<Outside>,
    /// The equal rows that are put together.
    pub(super) repeats: Option<Repeats>,
    /// How old people are, where dates of birth tell.
    pub(super) young: Option<Young>,
}

impl Compiled {
    /// Compiles words that have been checked, and fills the columns that they need.
    ///
    /// # Errors
    ///
    /// The words cannot be compiled after all, which the check should have told.
    pub(crate) fn new(job: &Job, scored: &Scored, words: Words, rows: &mut Rows) -> Result<Compiled, Fault> {
        let mut layout = Layout::new(job.linkage.fields.clone(), scored.tokens_only);
        let first = |faults: Vec<Fault>| faults.into_iter().next().unwrap_or_else(|| Fault::bug("linkage", "no fault"));
        let comparisons = layout.comparisons("comparison", &words.comparisons).map_err(first)?;
        let rules = layout.blocks("block", &words.blocks).map_err(first)?;
        let definite = layout.conditions("definite", &words.definite).map_err(first)?;
        let veto = layout.conditions("veto", &words.veto).map_err(first)?;
        for field in &scored.decide.one_value_of {
            layout.column(&Term::field(field));
        }
        for term in words.comparisons.iter().flat_map(|comparison| &comparison.levels).filter_map(frequency_term) {
            layout.column(&term);
        }
        // A given model asks nothing of chance.
        if matches!(scored.from, ModelFrom::Estimate(_)) {
            parts::add(&words.comparisons, &mut layout);
        }
        let incomplete = lacking::incomplete(job, rows);
        let young = Young::of(job, rows, scored.tokens_only);
        let tokeniser = scored.tokens_only.then(|| Tokeniser::new(&job.keyring.token_key()));
        let (columns, measures) = columns::fill(&layout, rows, tokeniser.as_ref());
        let tokens_only = scored.tokens_only;
        let within = scored.link_type != LinkType::LinkOnly;
        Ok(Compiled {
            words,
            columns,
            measures,
            comparisons,
            rules,
            definite,
            veto,
            layout,
            tokens_only,
            incomplete,
            within,
            outside: std::mem::take(&mut rows.outside),
            repeats: rows.repeats.take(),
            young,
        })
    }

    /// The column of a field's own values.
    pub(crate) fn column_of(&self, field: &str) -> Option<usize> {
        self.column_of_term(&Term::field(field))
    }

    pub(super) fn column_of_term(&self, term: &Term) -> Option<usize> {
        self.layout.terms.iter().position(|known| known == term)
    }

    /// The columns in which two rows are equal whenever they have a comparison's closest level; none
    /// where the level asks for something else, or for one of several values.
    pub(super) fn closest_columns(&self, comparison: usize) -> Option<Vec<usize>> {
        let terms = words::equal_terms(&self.words.comparisons[comparison].levels.first()?.when)?;
        terms.into_iter().map(|term| self.column_of_term(term)).collect()
    }

    /// The blocks of every rule.
    pub(crate) fn plan(&self, link_type: LinkType) -> Plan<'_> {
        let repeats = self.repeats.as_ref();
        let grouped = self.rules.par_iter().map(|rule| group(&self.columns, link_type, rule, repeats)).collect();
        Plan::of(&self.columns, link_type, repeats, grouped)
    }

    /// Pairs of rows that there are, without blocking.
    pub(crate) fn all_pairs(&self, link_type: LinkType) -> u64 {
        all_pairs(&self.columns.starts, link_type)
    }

    /// Rows that repeat another, where equal ones are put together.
    pub(crate) fn equal_rows(&self) -> u64 {
        let firsts = self.repeats.as_ref().map(|repeats| repeats.starts_of_firsts(&self.columns.starts));
        let firsts = firsts.and_then(|starts| starts.last().copied());
        firsts.map_or(0, |firsts| u64::from(self.columns.rows() - firsts))
    }

    /// The same of the rows that are looked at: of equal ones that are put together, the first.
    pub(crate) fn all_pairs_of_firsts(&self, link_type: LinkType) -> u64 {
        let firsts = self.repeats.as_ref().map(|repeats| repeats.starts_of_firsts(&self.columns.starts));
        all_pairs(firsts.as_ref().unwrap_or(&self.columns.starts), link_type)
    }

    /// How random pairs compare.
    fn chances(&self, link_type: LinkType) -> Result<Vec<Chance>, Fault> {
        let of = |(comparison, compared): (usize, &Comparison)| {
            let found = chances(&self.columns, link_type, compared, &self.measures, CHANCE_PAIRS)?;
            let levels = &found.digits[1..];
            Ok(Chance {
                comparison,
                probabilities: levels.iter().map(|chance| chance.probability).collect(),
                standard_errors: levels.iter().map(|chance| chance.error).collect(),
            })
        };
        let found: Result<Vec<Chance>, TooManyColumns> = self.comparisons.par_iter().enumerate().map(of).collect();
        let sums_to_1 = |chance: &Chance| chance.probabilities.iter().sum::<f64>() > 0.5;
        Ok(found.map_err(too_many)?.into_iter().filter(sums_to_1).collect())
    }

    /// For each comparison the share of relatives that have its value in common: the fields of its
    /// closest level, not those of others, such as the given name in the place of a family name.
    fn shared_by_relatives(&self) -> Vec<f64> {
        let family_word = self.family_word();
        let of = |comparison: &ComparisonSpec| {
            let closest = comparison.levels.first().map(|level| words::terms_of(&level.when)).unwrap_or_default();
            let shared = |term: &Term| words::shared_by_relatives(term, self.layout.kind(&term.field), family_word);
            closest.into_iter().map(shared).fold(1.0, f64::min)
        };
        self.words.comparisons.iter().map(of).collect()
    }

    /// Whether a comparison is of an id of persons, which relatives do not share.
    pub(super) fn is_identifier(&self, comparison: usize) -> bool {
        let fields = words::fields_of(&self.words.comparisons[comparison]);
        let [field] = &fields[..] else { return false };
        let kind = self.layout.kind(field);
        let is_id = matches!(kind, Some(FieldKind::NhsNumber | FieldKind::Identifier | FieldKind::LocalPatientId));
        is_id && words::shared_by_relatives(&Term::field(field), kind, self.family_word()) == 0.0
    }

    /// By comparison whether its value stays with a person.
    fn lasting(&self) -> Vec<bool> {
        let lasts = |field: &String| {
            let kind = self.layout.kind(field);
            matches!(kind, Some(FieldKind::Name | FieldKind::Date)) || field == "full_name"
        };
        self.words.comparisons.iter().map(|comparison| words::fields_of(comparison).iter().all(lasts)).collect()
    }

    /// By comparison whether its value is of a home, which who moves leaves with all of it.
    fn of_home(&self) -> Vec<bool> {
        let is_left = |field: &String| words::is_left(field, self.layout.kind(field));
        self.words.comparisons.iter().map(|comparison| words::fields_of(comparison).iter().all(is_left)).collect()
    }

    /// Whether relatives can be told from matches. They have a home in common; where no home is
    /// known, or only places that thousands share, the class would take matches with errors for
    /// relatives. Where names are all there is, it stands for people who have one in common.
    fn may_tell_relatives(&self) -> bool {
        let fields: Vec<String> = self.words.comparisons.iter().flat_map(words::fields_of).collect();
        let is_name = |field: &String| self.layout.kind(field) == Some(FieldKind::Name);
        // Sex is as chance has it among relatives, and belongs to half of all people. Who has another
        // e-mail address may have changed it.
        let is_personal = |field: &String| {
            let kind = self.layout.kind(field);
            !matches!(kind, Some(FieldKind::Sex | FieldKind::Email))
                && words::shared_by_relatives(&Term::field(field), kind, LAST_WORD) <= 0.1
        };
        fields.iter().any(is_personal)
            && (fields.iter().any(|field| words::is_of_home(field, self.layout.kind(field)))
                || fields.iter().all(is_name))
    }
}

/// A model, learnt or given.
pub(crate) struct Learnt {
    pub(crate) model: Model,
    pub(crate) weights: Weights,
    /// How it was learnt; `None` if it was given.
    pub(crate) fitted: Option<Fitted>,
    /// What was learnt from labels, in words.
    pub(crate) labelled: Option<String>,
    /// By comparison the bits that a missing value takes, where that was learnt.
    missing: Vec<f64>,
    /// What each blocking rule finds.
    pub(crate) counts: Vec<RuleCount>,
    pub(crate) pairs_counted: u64,
}

impl Learnt {
    /// Matches expected among so many pairs.
    pub(crate) fn expected_matches(&self, all_pairs: u64) -> f64 {
        self.fitted.as_ref().map_or(self.model.lambda * all_pairs as f64, |fitted| fitted.matches.expected)
    }

    /// Whether it was to be estimated from data that say nothing.
    pub(crate) fn is_of_nothing(&self) -> bool {
        let says_nothing = |fitted: &Fitted| matches!(fitted.convergence, Convergence::NoInformation { .. });
        self.labelled.is_none() && self.fitted.as_ref().is_some_and(says_nothing)
    }

    /// The model as a file has it.
    pub(crate) fn written(&self, compiled: &Compiled) -> ModelSpec {
        let words = &compiled.words;
        // A given model keeps what it says.
        let learnt = self.fitted.as_ref().map(|_| compiled.with_own_rows(&self.model));
        let mut comparisons = learnt.unwrap_or_else(|| words.comparisons.clone());
        for (comparison, bits) in comparisons.iter_mut().zip(&self.missing).filter(|(_, bits)| **bits != 0.0) {
            comparison.missing = Some(*bits);
        }
        model::written(&words.blocks, &comparisons, [&words.definite, &words.veto], &self.model)
    }

    /// Takes over what missing values were found to take from a pair's weight, by comparison in bits.
    pub(super) fn take_for_missing(&mut self, bits: &[f64]) {
        let learnt = bits.iter().enumerate().filter(|(_, bits)| **bits != 0.0);
        learnt.for_each(|(at, bits)| weigh_missing(&mut self.weights, at, *bits));
        self.missing = bits.to_vec();
    }
}

/// Gives a comparison's missing value so many bits, against random pairs and against relatives.
pub(super) fn weigh_missing(weights: &mut Weights, comparison: usize, bits: f64) {
    let related = weights.related.iter_mut().map(|related| &mut related.levels);
    for levels in std::iter::once(&mut weights.levels).chain(related) {
        levels[comparison][0] = Weight::from_bits(bits);
    }
}

/// Learns the model of a job, or takes the one it gives.
///
/// # Errors
///
/// The model has more columns or comparisons than there is room for.
pub(crate) fn learn(
    compiled: &Compiled,
    plan: &Plan<'_>,
    scored: &Scored,
    known: Option<&Known>,
) -> Result<Learnt, Fault> {
    let counts: Vec<RuleCount> = plan.rules().iter().map(|rule| rule.count().clone()).collect();
    if let ModelFrom::Given(spec) = &scored.from {
        let model = model::given(spec);
        let weights = compiled.weights(&model);
        return Ok(Learnt {
            model,
            weights,
            fitted: None,
            labelled: None,
            missing: Vec::new(),
            counts,
            pairs_counted: 0,
        });
    }
    let comparing = Comparing::new(plan, &compiled.comparisons, &compiled.measures).map_err(too_many)?;
    let patterns: Vec<PatternCounts> =
        (0..counts.len()).map(|rule| patterns(&comparing, plan, rule, &counts)).collect();
    let of_rules =
        patterns.iter().enumerate().map(|(rule, found)| observed(compiled, &comparing, &counts, rule, found));
    let rules: Vec<RulePatterns> = of_rules.collect();
    let alike = alike(compiled, &comparing, scored.link_type);
    let dated = parts::dated(compiled);
    let parts = parts::of(compiled, scored.link_type, &dated).map_err(too_many)?;
    let observations = Observations {
        levels: compiled.comparisons.iter().map(|comparison| comparison.levels.len() as u8 + 1).collect(),
        total_pairs: compiled.all_pairs(scored.link_type) as f64,
        rules,
        same_year: parts::same_years(compiled, scored.link_type, (&dated, &parts), &alike.drawn).map_err(too_many)?,
        alike: alike.rules,
        beside: alike.beside,
        chances: compiled.chances(scored.link_type)?,
        parts,
    };
    let related = (has_relatives(scored) && compiled.may_tell_relatives()).then(|| compiled.shared_by_relatives());
    let [limits_m, limits_u] = limits::limits(&compiled.words.comparisons);
    let options = Options {
        dependence: dependence(scored),
        related,
        lasting: compiled.lasting(),
        of_home: compiled.of_home(),
        limits_m,
        limits_u,
        ..options(scored)
    };
    let mut fitted = counterfoil_score::fit(&observations, &options)
        .map_err(|error| Fault::bug("estimate", format!("what was counted is at fault: {error}")))?;
    let apply =
        |known| labels::apply(compiled, scored.link_type, known, (&observations.chances, &options), &mut fitted);
    let labelled = known.map(apply).transpose()?;
    let mut weights = compiled.weights_of(&fitted.model, &compiled.with_own_rows(&fitted.model));
    let twins = compiled.twins(scored.link_type, &fitted.model, &weights, &comparing)?;
    if let (Some(related), Some(of_pairs)) = (&mut fitted.model.related, &mut weights.related) {
        related.twins = twins;
        of_pairs.twins = twins.and_then(|twins| compiled.by_age(&twins));
    }
    let pairs_counted = patterns.iter().map(|found| found.looked_at).sum();
    Ok(Learnt {
        model: fitted.model.clone(),
        weights,
        fitted: Some(fitted),
        labelled,
        missing: Vec::new(),
        counts,
        pairs_counted,
    })
}

/// Of how many of a rule's pairs one is counted.
fn one_in(counts: &[RuleCount], rule: usize) -> u32 {
    let RuleCount { pairs, pairs_of_rows, .. } = counts[rule];
    let most = match counts.len() {
        1 => COUNTED_ALONE,
        _ if pairs_of_rows > pairs => COUNTED_WITH_EQUALS,
        _ => COUNTED_A_RULE,
    };
    pairs.div_ceil(most).clamp(1, u32::MAX.into()) as u32
}

/// Pairs that a rule finds, each once: a rule of several values counts them in every block that
/// they share, and one that is swapped both ways round.
fn different(keys: &[Key], counts: &[RuleCount], rule: usize, found: &PatternCounts) -> f64 {
    let pairs = counts[rule].pairs_of_rows;
    let once = keys.iter().all(|key| matches!(key, Key::Column(_)));
    if once { pairs as f64 } else { (found.pairs * u64::from(one_in(counts, rule))).min(pairs) as f64 }
}

/// Patterns of about so many of a rule's pairs.
fn patterns(comparing: &Comparing<'_>, plan: &Plan<'_>, rule: usize, counts: &[RuleCount]) -> PatternCounts {
    let sample = one_in(counts, rule);
    let parts = plan.parts_of(rule, rayon::current_num_threads() * PARTS_A_THREAD);
    let counted: Vec<PatternCounts> = parts.par_iter().map(|part| comparing.patterns(part, sample)).collect();
    let mut all = PatternCounts::default();
    counted.iter().for_each(|counts| all.add(counts));
    all.add(&comparing.equal(rule, sample));
    all
}

fn observed(
    compiled: &Compiled,
    comparing: &Comparing<'_>,
    counts: &[RuleCount],
    rule: usize,
    found: &PatternCounts,
) -> RulePatterns {
    let bits = comparing.allowed(rule, &compiled.layout.implications());
    let keys = &compiled.rules[rule].keys;
    RulePatterns {
        allowed: allowed(compiled, &compiled.words.blocks[rule], &bits),
        pairs: different(keys, counts, rule, found),
        coverage: coverage(compiled, keys),
        counts: found.counts.clone(),
    }
}

/// The digits that a rule leaves possible, by comparison, from bits of them; none where the
/// comparison is set aside.
pub(super) fn allowed(compiled: &Compiled, block: &BlockSpec, bits: &[u16]) -> Vec<Vec<u8>> {
    let digits = |(c, bits): (usize, &u16)| {
        if is_aside(block, &compiled.words.comparisons[c]) {
            Vec::new()
        } else {
            (0..16).filter(|digit| bits >> digit & 1 == 1).collect()
        }
    };
    bits.iter().enumerate().map(digits).collect()
}

/// Share of pairs of rows in which both have the fields that a rule needs, taken as the square of
/// the share of rows that have them.
pub(super) fn coverage(compiled: &Compiled, keys: &[Key]) -> f64 {
    let columns = &compiled.columns;
    let rows = columns.rows() as usize;
    let mut has = vec![true; rows];
    for key in keys {
        match *key {
            Key::Column(column) | Key::Swap { left: column, .. } => {
                has.iter_mut().zip(&columns.columns[column]).for_each(|(has, value)| *has &= *value != 0);
            }
            Key::List(list) | Key::SwapLists { left: list, .. } => {
                (0..).zip(&mut has).for_each(|(row, has)| *has &= !columns.lists[list].of(row).is_empty());
            }
        }
    }
    let covered = has.into_iter().filter(|has| *has).count();
    let share = covered as f64 / rows.max(1) as f64;
    (share * share).max(f64::MIN_POSITIVE)
}

fn options(scored: &Scored) -> Options {
    let mut options = Options::default();
    if let ModelFrom::Estimate(spec) = &scored.from {
        options.max_iterations = spec.most_rounds.map_or(options.max_iterations, |rounds| rounds.max(1) as usize);
    }
    options
}

fn has_relatives(scored: &Scored) -> bool {
    matches!(&scored.from, ModelFrom::Estimate(spec) if spec.relatives != Some(false))
}

fn dependence(scored: &Scored) -> Dependence {
    match &scored.from {
        ModelFrom::Estimate(spec) => match spec.dependence {
            DependenceSpec::Off => Dependence::Off,
            DependenceSpec::Check => Dependence::Check,
            DependenceSpec::Model => Dependence::Model,
        },
        ModelFrom::Given(_) => Dependence::Off,
    }
}

pub(crate) fn too_many(error: TooManyColumns) -> Fault {
    Fault::spec("linkage", error.to_string()).hint("use fewer blocking rules and comparisons")
}

/// The floor of what is kept: so much less likely a pair is no candidate for a link.
pub(crate) const FLOOR: Weight = Weight(-5 * Weight::BIT);
