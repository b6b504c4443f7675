//! From a settings file to a model.

use std::collections::BTreeMap;

use counterfoil_core::Fault;
use serde_json::error::Category;

use super::read_condition::Reader;
use super::read_term::{field, term};
use super::settings::{Comparison, Level, Rule, Settings};
use super::sql::{Naming, Side, Sql, parse};
use super::{LINK_TYPES, SplinkModel, WHOLE};
use crate::scored::spec::{
    BlockSpec, ComparisonSpec, ConditionSpec, KeySpec, LevelSpec, ModelSpec, ShareSpec, Term, TermFrequencySpec,
};

/// Keys that concern Splink's estimation and outputs only.
const WITHOUT_MEANING: [&str; 12] = [
    "additional_columns_to_retain",
    "bayes_factor_column_prefix",
    "comparison_vector_value_column_prefix",
    "em_convergence",
    "linker_uid",
    "match_weight_column_prefix",
    "max_iterations",
    "retain_intermediate_calculation_columns",
    "retain_matching_columns",
    // tidy: allow(terms, the key as Splink writes it)
    "source_dataset_column_name",
    "sql_dialect",
    "term_frequency_adjustment_column_prefix",
];

/// Reads a settings file of Splink 4 or 5, with what the model learnt if it was saved after
/// training.
///
/// # Errors
///
/// All conditions and rules that are not of the family, each with its text, and whatever else
/// the model cannot hold.
pub fn read(json: &str) -> Result<SplinkModel, Vec<Fault>> {
    let settings: Settings = serde_json::from_str(json).map_err(|error| vec![unreadable(&error)])?;
    let mut reading = Reading::default();
    let blocks = reading.blocks(&settings.blocking_rules_to_generate_predictions);
    let comparisons = settings.comparisons.iter().zip(1..).map(|(c, i)| reading.comparison(c, i)).collect();
    let link_type = LINK_TYPES.into_iter().find(|(name, _)| *name == settings.link_type);
    let Some((_, link_type)) = link_type.filter(|_| reading.faults.is_empty()) else {
        if link_type.is_none() {
            let message = "`link_type` has to be `link_only`, `dedupe_only` or `link_and_dedupe`";
            let fault = Fault::spec("link_type", message);
            reading.faults.push(fault.hint("as Splink writes it"));
        }
        return Err(reading.faults);
    };
    for key in settings.others.keys().filter(|key| !WITHOUT_MEANING.contains(&key.as_str())) {
        reading.reader.note(format!("The setting `{key}` has no meaning here."));
    }
    let model = ModelSpec {
        version: 1,
        lambda: settings.probability_two_random_records_match,
        relatives: None,
        gap: BTreeMap::new(),
        blocks,
        comparisons,
        interactions: Vec::new(),
        further: None,
        moved: None,
        twins: None,
        definite: Vec::new(),
        veto: Vec::new(),
    };
    Ok(SplinkModel { model, link_type, unique_id: settings.unique_id_column_name, notes: reading.reader.notes })
}

/// Of frequencies on fuzzy levels. Else Splink takes the u of the exact level, as is done here.
const OWN_U: &str = "Of a level with `disable_tf_exact_match_detection` Splink reckons term frequencies from the level's \
                     own u; this from that of the exact level, or where there is none from the chance that two values are equal.";

/// Why a file is no settings. What the reader of JSON says may hold a value of the file.
fn unreadable(error: &serde_json::Error) -> Fault {
    let (line, column) = (error.line(), error.column());
    let reason = match error.classify() {
        Category::Eof => format!("the JSON is cut short at line {line}"),
        Category::Syntax | Category::Io => format!("no JSON at line {line}, column {column}"),
        Category::Data => format!("JSON, but of another shape: line {line}, column {column}"),
    };
    Fault::spec(WHOLE, format!("not a Splink settings file: {reason}")).hint(
        "give the JSON that `linker.misc.save_model_to_json` writes: an object with `link_type`, `comparisons` and \
         `blocking_rules_to_generate_predictions`",
    )
}

/// What is met while reading.
#[derive(Default)]
struct Reading {
    reader: Reader,
    faults: Vec<Fault>,
}

impl Reading {
    fn comparison(&mut self, comparison: &Comparison, number: usize) -> ComparisonSpec {
        let place = match &comparison.output_column_name {
            Some(name) => format!("comparisons.{name}"),
            None => format!("comparisons[{number}]"),
        };
        let nulls = comparison.levels.iter().take_while(|level| level.is_null).count();
        let (null, others) = comparison.levels.split_at(nulls);
        let parsed: Vec<Sql> =
            comparison.levels.iter().filter_map(|level| parse(&level.sql_condition, Naming::Suffix).ok()).collect();
        if let Err(message) = self.reader.begin(parsed.iter()) {
            self.faults.push(Fault::spec(&place, message));
        }
        let null = self.null(null, &place);
        let mut levels = Vec::new();
        for (level, number) in others.iter().zip(nulls + 1..) {
            levels.extend(self.level(level, &format!("{place}.comparison_levels[{number}]")));
        }
        if others.last().is_none_or(|level| !is_else(level)) {
            let fault = Fault::spec(&place, "the last level has to be `ELSE`");
            self.faults.push(fault.hint("add a level with the `sql_condition` `ELSE`"));
        }
        self.mark_unobserved(&mut levels, &place);
        let name = comparison.output_column_name.clone();
        ComparisonSpec { name, null: Some(null), levels, ..ComparisonSpec::default() }
    }

    /// The null levels as one condition. Without any, nothing is ever null.
    fn null(&mut self, levels: &[Level], place: &str) -> ConditionSpec {
        let mut nulls = Vec::new();
        for (level, number) in levels.iter().zip(1..) {
            let place = format!("{place}.comparison_levels[{number}]");
            nulls.extend(self.condition(&level.sql_condition, &place));
        }
        let null = match nulls.len() {
            0 => never(),
            1 => nulls.remove(0),
            _ => ConditionSpec::Any(nulls),
        };
        never_missing(&null, &mut self.reader.present);
        null
    }

    fn level(&mut self, level: &Level, place: &str) -> Option<LevelSpec> {
        if level.is_null {
            let message = format!("null level `{}` after another level", one_line(&level.sql_condition));
            self.faults.push(Fault::spec(place, message).hint("put null levels first"));
            return None;
        }
        let when = if is_else(level) { ConditionSpec::Else } else { self.condition(&level.sql_condition, place)? };
        let term_frequency = self.term_frequency(level, place);
        let is_fuzzy = |tf: &TermFrequencySpec| {
            when != ConditionSpec::Else && when != ConditionSpec::Exact(tf.of.clone(), tf.of.clone())
        };
        if level.disable_tf_exact_match_detection && term_frequency.as_ref().is_some_and(is_fuzzy) {
            self.reader.note(OWN_U.to_owned());
        }
        Some(LevelSpec {
            label: level.label_for_charts.clone(),
            m: level.m_probability.map(ShareSpec::Is),
            u: level.u_probability.map(ShareSpec::Is),
            term_frequency,
            ..LevelSpec::of(when)
        })
    }

    fn term_frequency(&mut self, level: &Level, place: &str) -> Option<TermFrequencySpec> {
        let of = match field(level.tf_adjustment_column.as_deref()?) {
            Ok(of) => of,
            Err(message) => {
                self.faults.push(Fault::spec(place, message));
                return None;
            }
        };
        let least = level.tf_minimum_u_value.filter(|least| *least != 0.0);
        Some(TermFrequencySpec { of, weight: level.tf_adjustment_weight.unwrap_or(1.0), least, own: None, table: None })
    }

    fn condition(&mut self, sql: &str, place: &str) -> Option<ConditionSpec> {
        let read = parse(sql, Naming::Suffix).and_then(|parsed| self.reader.condition(&parsed));
        self.or_fault(read, "condition", sql, place)
    }

    fn or_fault<T>(&mut self, read: Result<T, String>, what: &str, sql: &str, place: &str) -> Option<T> {
        let refused = |reason| {
            let fault = Fault::spec(place, format!("{what} `{}`: {reason}", one_line(sql)));
            fault.hint("the SQL of Splink's own library is read; say it so, or write the model in TOML: `counterfoil schema model`")
        };
        read.map_err(|reason| self.faults.push(refused(reason))).ok()
    }

    /// Of a comparison that is trained, Splink saves no m for levels that no pair had.
    fn mark_unobserved(&mut self, levels: &mut [LevelSpec], place: &str) {
        if levels.iter().all(|level| level.m.is_none()) {
            return;
        }
        for level in levels.iter_mut().filter(|level| level.m.is_none()) {
            level.unobserved = true;
            let condition = &level.when;
            self.reader
                .note(format!("Splink has seen no pair at `{condition}` of `{place}` and saved no m: give it one."));
        }
    }

    fn blocks(&mut self, rules: &[Rule]) -> Vec<BlockSpec> {
        let mut blocks = Vec::new();
        for (rule, number) in rules.iter().zip(1..) {
            let place = format!("blocking_rules_to_generate_predictions[{number}]");
            let read = parse(&rule.sql, Naming::Prefix).and_then(|sql| self.rule(&sql, rule, number));
            blocks.extend(self.or_fault(read, "rule", &rule.sql, &place).into_iter().flatten());
        }
        blocks
    }

    /// A rule with `OR` is several rules.
    fn rule(&mut self, sql: &Sql, rule: &Rule, number: usize) -> Result<Vec<BlockSpec>, String> {
        let Some(parts) = sql.parts("or") else {
            let on = keys(sql, &rule.arrays_to_explode)?;
            return Ok(vec![BlockSpec { on, near: None, cap: None }]);
        };
        self.reader
            .note(format!("Blocking rule {number} is parted at its `OR`, so that later rules have other numbers."));
        let each: Result<Vec<_>, _> = parts.iter().map(|part| self.rule(part, rule, number)).collect();
        Ok(each?.into_iter().flatten().collect())
    }
}

fn keys(sql: &Sql, exploded: &[String]) -> Result<Vec<KeySpec>, String> {
    if let Some(parts) = sql.parts("and") {
        let each: Result<Vec<_>, _> = parts.iter().map(|part| keys(part, exploded)).collect();
        return Ok(each?.into_iter().flatten().collect());
    }
    let is_one = |sql: &Sql| *sql == Sql::Number(1.0);
    if sql.parts("true").is_some() || sql.parts("=").is_some_and(|parts| parts.iter().all(is_one)) {
        return Ok(Vec::new());
    }
    let Some([a, b]) = sql.parts("=") else {
        return Err("only equality can be blocked on".to_owned());
    };
    let (left, right) = match (a.side(), b.side()) {
        (Some(Side::Left), Some(Side::Right)) => (a, b),
        (Some(Side::Right), Some(Side::Left)) => (b, a),
        _ => return Err("it does not compare a value of one record with a value of the other".to_owned()),
    };
    let key = |sql: &Sql| {
        let term = term(sql)?;
        match term.derived {
            None if exploded.contains(&term.field) => Ok(Term::derived("any", None, &term.field)),
            Some(_) if exploded.contains(&term.field) => Err("something is derived from an exploded array".to_owned()),
            _ => Ok(term),
        }
    };
    Ok(vec![KeySpec { left: key(left)?, right: key(right)? }])
}

/// A condition that no pair fulfils: for comparisons that have no null level.
pub(super) fn never() -> ConditionSpec {
    ConditionSpec::Not(Box::new(ConditionSpec::Else))
}

/// The terms of which a null condition says that none is missing where it does not hold.
pub(super) fn never_missing(condition: &ConditionSpec, terms: &mut Vec<Term>) {
    match condition {
        ConditionSpec::Null(term) => terms.push(term.clone()),
        ConditionSpec::Any(parts) => parts.iter().for_each(|part| never_missing(part, terms)),
        _ => {}
    }
}

fn is_else(level: &Level) -> bool {
    level.sql_condition.trim().eq_ignore_ascii_case("else")
}

/// SQL on one line, and not more than a message can carry.
fn one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
