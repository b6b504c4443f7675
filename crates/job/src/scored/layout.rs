//! Terms to columns: what a model's words read as over columns of value numbers.
//!
//! A [`Layout`] is filled while comparisons and blocking rules are compiled; it then says which
//! column holds which term, and which measures are asked for with which thresholds.

use counterfoil_core::scored::{Comparison, Condition, Level, MAX_COMPARISONS, MAX_LEVELS};
use counterfoil_core::{Fault, FieldKind, LinkageField};
use counterfoil_pairs::blocking::{BlockingRule, Key, Neighbourhood};

use super::condition::{Derived, Direction, MEASURES};
use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, KeySpec, LevelSpec, Term};
use super::suits::{self, Kinds};
use super::words::{self, gives_several};

/// Which columns there are.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The linkage fields.
    pub(crate) fields: Vec<LinkageField>,
    /// Columns of one value a row, by position.
    pub(crate) terms: Vec<Term>,
    /// Columns of several values a row, by position.
    pub(crate) lists: Vec<Term>,
    /// The measures, by position.
    pub(crate) measures: Vec<MeasureUse>,
    /// Whether only tokens may be compared.
    pub(crate) tokens_only: bool,
}

/// A measure of two columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MeasureUse {
    /// Position in [`MEASURES`].
    pub(crate) measure: usize,
    /// What it is a measure of, beyond the values of the columns themselves: deletions or letter
    /// runs that two values share.
    pub(crate) of: Option<Derived>,
    /// Column of the left row.
    pub(crate) left: usize,
    /// Column of the right row.
    pub(crate) right: usize,
    /// Thresholds, the loosest first: grade 1 is the first.
    pub(crate) thresholds: Vec<f64>,
}

/// The column that holds a field's values as places in their order.
const ORDERED: &str = "ordered";

impl Layout {
    pub(crate) fn new(fields: Vec<LinkageField>, tokens_only: bool) -> Layout {
        Layout { fields, terms: Vec::new(), lists: Vec::new(), measures: Vec::new(), tokens_only }
    }

    /// The kind of a field.
    pub(crate) fn kind(&self, name: &str) -> Option<FieldKind> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.kind)
    }

    /// The column of a term; made if it is not there yet.
    pub(crate) fn column(&mut self, term: &Term) -> usize {
        position_or_push(&mut self.terms, term)
    }

    /// The column of a field whose numbers are in the order of its values.
    fn ordered_column(&mut self, field: &str) -> usize {
        self.column(&Term::derived(ORDERED, None, field))
    }

    /// The comparisons, compiled together: measures of one comparison serve all others.
    ///
    /// # Errors
    ///
    /// Every fault of every comparison. `place` is where the comparisons stand.
    pub(crate) fn comparisons(&mut self, place: &str, specs: &[ComparisonSpec]) -> Result<Vec<Comparison>, Vec<Fault>> {
        let mut faults = Vec::new();
        if specs.len() > MAX_COMPARISONS {
            let message = format!("there are {} comparisons; a model has at most {MAX_COMPARISONS}", specs.len());
            faults.push(Fault::spec(place, message).hint("leave out those that say least"));
        }
        for (i, spec) in specs.iter().enumerate() {
            let place = format!("{place}[{}]", i + 1);
            faults.extend(Layout::faults_of_levels(&place, &spec.levels));
            let conditions = spec.levels.iter().map(|level| &level.when).chain(&spec.null);
            for condition in conditions {
                let told = suits::faults(condition, &self.kinds());
                faults.extend(told.into_iter().map(|(message, hint)| Fault::spec(&place, message).hint(hint)));
            }
            for frequency in spec.levels.iter().filter_map(|level| level.term_frequency.as_ref()) {
                let told = suits::fault_of_term(&frequency.of, &self.kinds());
                faults.extend(told.map(|(message, hint)| Fault::spec(&place, message).hint(hint)));
            }
            if spec.missing.is_some_and(|bits| !bits.is_finite()) {
                let fault = Fault::spec(&place, "`missing` is a number of bits");
                faults.push(fault.hint("write what a missing value adds to a pair's weight, such as `-1.5`"));
            }
            let doubled = specs[..i].iter().any(|other| name_of(other) == name_of(spec));
            if doubled {
                let message = format!("two comparisons are named `{}`", name_of(spec));
                faults.push(Fault::spec(&place, message).hint("give each a `name` of its own"));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for condition in specs.iter().flat_map(|spec| spec.levels.iter().map(|level| &level.when).chain(&spec.null)) {
            self.gather(condition);
        }
        Ok(specs.iter().map(|spec| self.comparison(spec)).collect())
    }

    pub(crate) fn kinds(&self) -> Kinds<'_> {
        Kinds { fields: &self.fields, tokens_only: self.tokens_only }
    }

    fn faults_of_levels(place: &str, levels: &[LevelSpec]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let listed = levels.len().saturating_sub(1);
        if listed == 0 || listed > MAX_LEVELS - 1 {
            let message = format!("a comparison has 1 to {} levels and `else`, not {listed}", MAX_LEVELS - 1);
            faults.push(Fault::spec(place, message).hint("the closest level first, `when = \"else\"` last"));
        }
        let elses = levels.iter().enumerate().filter(|(_, level)| level.when == ConditionSpec::Else);
        let at: Vec<usize> = elses.map(|(at, _)| at).collect();
        if at != [levels.len().saturating_sub(1)] {
            let fault = Fault::spec(place, "the last level, and no other, is `when = \"else\"`");
            faults.push(fault.hint("it holds for pairs that no other level holds for"));
        }
        faults
    }

    /// Notes the measures and thresholds of a condition.
    fn gather(&mut self, condition: &ConditionSpec) {
        match condition {
            ConditionSpec::Measured { measure, left, right, threshold } => {
                let at = self.measure(*measure, left, right);
                let direction = MEASURES[*measure].1;
                let thresholds = &mut self.measures[at].thresholds;
                if !thresholds.contains(threshold) {
                    thresholds.push(*threshold);
                    thresholds.sort_by(f64::total_cmp);
                    if direction == Direction::AtMost {
                        thresholds.reverse();
                    }
                }
            }
            ConditionSpec::All(parts) | ConditionSpec::Any(parts) => parts.iter().for_each(|part| self.gather(part)),
            ConditionSpec::Not(part) => self.gather(part),
            ConditionSpec::Exact(..) | ConditionSpec::Null(_) | ConditionSpec::Else => {}
        }
    }

    /// The measure of two terms, by position. What several values share is measured on the
    /// value, or the word, that they are derived from.
    fn measure(&mut self, measure: usize, left: &Term, right: &Term) -> usize {
        let is_of_lists = is_of_lists(measure, left);
        let of = left.derived.clone().filter(|_| gives_several(left) && !is_of_lists);
        let base = |term: &Term| match (&of, &term.derived) {
            _ if is_of_lists => Term::derived(words::ANY, None, &term.field),
            (Some(_), Some(Derived { word: Some(word), .. })) => Term::derived(word, None, &term.field),
            (Some(_), _) => Term::field(&term.field),
            (None, _) => term.clone(),
        };
        let (left, right) = (self.column(&base(left)), self.column(&base(right)));
        // What is measured is by number of the word already.
        let of = of.map(|of| Derived { word: None, ..of });
        let wanted = MeasureUse { measure, of, left, right, thresholds: Vec::new() };
        let is_same = |known: &MeasureUse| {
            (known.measure, &known.of, known.left, known.right) == (measure, &wanted.of, left, right)
        };
        if let Some(at) = self.measures.iter().position(is_same) {
            return at;
        }
        self.measures.push(wanted);
        self.measures.len() - 1
    }

    fn comparison(&mut self, spec: &ComparisonSpec) -> Comparison {
        let levels = spec.levels.iter().filter(|level| level.when != ConditionSpec::Else);
        let levels =
            levels.map(|level| Level { label: label_of(level), condition: self.condition(&level.when) }).collect();
        let null = spec.null.clone().unwrap_or_else(|| words::missing(spec, &self.fields));
        Comparison { name: name_of(spec), null: self.condition(&null), levels }
    }

    /// A condition over columns. Its measures have been gathered.
    pub(crate) fn condition(&mut self, spec: &ConditionSpec) -> Condition {
        match spec {
            ConditionSpec::Exact(left, right) => {
                Condition::Equal { left: self.column(left), right: self.column(right) }
            }
            ConditionSpec::Measured { measure, left, right, threshold } => {
                let at = self.measure(*measure, left, right);
                let below = self.measures[at].thresholds.iter().position(|known| known.total_cmp(threshold).is_eq());
                Condition::AtLeast { measure: at, grade: below.map_or(0, |below| below as u8 + 1) }
            }
            ConditionSpec::Null(term) => Condition::Null(self.column(term)),
            // Stands alone and last, and is left out there.
            ConditionSpec::Else => Condition::All(Vec::new()),
            ConditionSpec::All(parts) => Condition::All(parts.iter().map(|part| self.condition(part)).collect()),
            ConditionSpec::Any(parts) => Condition::Any(parts.iter().map(|part| self.condition(part)).collect()),
            ConditionSpec::Not(part) => Condition::Not(Box::new(self.condition(part))),
        }
    }

    /// Conditions that stand outside comparisons: definite matches and vetoes.
    pub(crate) fn conditions(&mut self, place: &str, specs: &[ConditionSpec]) -> Result<Vec<Condition>, Vec<Fault>> {
        let told = specs.iter().flat_map(|spec| suits::faults(spec, &self.kinds()));
        let faults: Vec<Fault> = told.map(|(message, hint)| Fault::spec(place, message).hint(hint)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        specs.iter().for_each(|spec| self.gather(spec));
        Ok(specs.iter().map(|spec| self.condition(spec)).collect())
    }

    /// The blocking rules, compiled.
    ///
    /// # Errors
    ///
    /// Every fault of every rule. `place` is where the rules stand.
    pub(crate) fn blocks(&mut self, place: &str, specs: &[BlockSpec]) -> Result<Vec<BlockingRule>, Vec<Fault>> {
        let mut faults: Vec<Fault> = Vec::new();
        for (i, spec) in specs.iter().enumerate() {
            let place = format!("{place}[{}]", i + 1);
            for (message, hint) in suits::faults_of_block(spec, &self.kinds()) {
                faults.push(Fault::spec(&place, message).hint(hint));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(specs.iter().map(|spec| self.block(spec)).collect())
    }

    fn block(&mut self, spec: &BlockSpec) -> BlockingRule {
        let keys = spec.on.iter().map(|key| self.key(key)).collect();
        let window = spec
            .near
            .as_ref()
            .map(|near| Neighbourhood { order: self.ordered_column(&near.by.field), width: near.window });
        BlockingRule { name: spec.to_string(), keys, window, cap: spec.cap }
    }

    /// A key that has several values a record on one side takes the one value of the other for a
    /// list of one.
    fn key(&mut self, key: &KeySpec) -> Key {
        let is_same = key.left == key.right;
        if gives_several(&key.left) || gives_several(&key.right) {
            let mut list = |term: &Term| {
                let of_one = || Term::derived(words::ANY, None, &term.field);
                position_or_push(&mut self.lists, &if gives_several(term) { term.clone() } else { of_one() })
            };
            let (left, right) = (list(&key.left), list(&key.right));
            return if is_same { Key::List(left) } else { Key::SwapLists { left, right } };
        }
        let (left, right) = (self.column(&key.left), self.column(&key.right));
        if is_same { Key::Column(left) } else { Key::Swap { left, right } }
    }

    /// Pairs of columns of which equality in the first implies equality in the second: a value
    /// and what is derived from it alone.
    pub(crate) fn implications(&self) -> Vec<(usize, usize)> {
        let mut implied = Vec::new();
        for (a, whole) in self.terms.iter().enumerate() {
            for (b, part) in self.terms.iter().enumerate() {
                let derives = whole.field == part.field && a != b && words::implies(whole, part);
                if derives {
                    implied.push((a, b));
                }
            }
        }
        implied
    }
}

/// The name of a comparison.
pub(crate) fn name_of(spec: &ComparisonSpec) -> String {
    let of_levels = || words::fields_of(spec).join(" and ");
    spec.name.clone().unwrap_or_else(of_levels)
}

/// What people call a level.
pub(crate) fn label_of(level: &LevelSpec) -> String {
    level.label.clone().unwrap_or_else(|| level.when.to_string())
}

/// Whether a measure is of the several values of a record: `best_jaro_winkler(field)`,
/// `shared(any(field))` or, for short, `shared(field)`.
fn is_of_lists(measure: usize, term: &Term) -> bool {
    match MEASURES[measure].0 {
        "best_jaro_winkler" => true,
        "shared" => term.derived.as_ref().is_none_or(|derived| derived.name == words::ANY),
        _ => false,
    }
}

fn position_or_push<T: PartialEq + Clone>(all: &mut Vec<T>, one: &T) -> usize {
    all.iter().position(|known| known == one).unwrap_or_else(|| {
        all.push(one.clone());
        all.len() - 1
    })
}
