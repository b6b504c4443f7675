//! From a model to a settings file.

use std::collections::BTreeMap;

use counterfoil_core::Fault;
use counterfoil_core::scored::LinkType;

use super::read::{never, never_missing};
use super::settings::{Comparison, Level, Rule, Settings};
use super::sql::{Naming, Side};
use super::write_condition::Writer;
use super::{Dialect, LINK_TYPES, SplinkModel};
use crate::scored::spec::{
    BlockSpec, ComparisonSpec, ConditionSpec, KeySpec, LevelSpec, ModelSpec, Term, TermFrequencySpec,
};
use crate::scored::words::{self, is_any};

/// A model as a settings file that Splink 4 and 5 read. `unique_id` is the column that names
/// a record. The notes of `model` are not written.
///
/// # Errors
///
/// Everything in the model that Splink cannot express, by name.
pub fn write(model: &SplinkModel, dialect: Dialect) -> Result<String, Vec<Fault>> {
    let SplinkModel { model, link_type, unique_id, .. } = model;
    let mut faults = beyond_splink(model);
    let mut rules = Vec::new();
    for (block, number) in model.blocks.iter().zip(1..) {
        let place = format!("block[{number}]");
        rules.extend(kept(rule(block, dialect), &mut faults, &place));
    }
    let mut comparisons = Vec::new();
    for (comparison, number) in model.comparisons.iter().zip(1..) {
        comparisons.push(self::comparison(comparison, dialect, &format!("comparison[{number}]"), &mut faults));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let settings = Settings {
        link_type: name_of(*link_type).to_owned(),
        probability_two_random_records_match: model.lambda,
        unique_id_column_name: unique_id.clone(),
        sql_dialect: Some(dialect.name().to_owned()),
        blocking_rules_to_generate_predictions: rules,
        comparisons,
        others: BTreeMap::new(),
    };
    let json = serde_json::to_string_pretty(&settings);
    json.map_err(|_| vec![Fault::bug("settings", "the settings could not be written as JSON")])
}

/// The word of a link type.
pub(crate) fn name_of(link_type: LinkType) -> &'static str {
    LINK_TYPES.iter().find(|(_, known)| *known == link_type).map_or("", |(name, _)| name)
}

/// What a model has that Splink has not.
fn beyond_splink(model: &ModelSpec) -> Vec<Fault> {
    let parts = [
        ("further", model.further.is_some(), "that errors of matches exclude each other"),
        ("moved", model.moved.is_some(), "matches who have moved apart from others"),
        ("interaction", !model.interactions.is_empty(), "weights that two comparisons have together"),
        ("relatives", model.relatives.is_some(), "third kind of pairs, relatives, beside matches and others"),
        ("gap", !model.gap.is_empty(), "numbers of two times that are brought to one"),
        ("missing", model.comparisons.iter().any(|of| of.missing.is_some()), "weight of a missing value"),
        ("definite", !model.definite.is_empty(), "pairs that are matches whatever they weigh"),
        ("veto", !model.veto.is_empty(), "pairs that are no matches whatever they weigh"),
    ];
    let has = parts.into_iter().filter(|(_, has, _)| *has);
    has.map(|(place, _, what)| Fault::spec(place, format!("Splink has no {what}"))).collect()
}

/// The result, or none and a fault.
fn kept<T>(result: Result<T, String>, faults: &mut Vec<Fault>, place: &str) -> Option<T> {
    result.map_err(|message| faults.push(Fault::spec(place, message))).ok()
}

fn rule(block: &BlockSpec, dialect: Dialect) -> Result<Rule, String> {
    if block.near.is_some() {
        return Err("Splink has no sorted neighbourhood (`near`)".to_owned());
    }
    if block.cap.is_some() {
        return Err("Splink has no cap on a block's pairs (`cap`)".to_owned());
    }
    let writer = Writer { dialect, naming: Naming::Prefix, present: &[] };
    let keys: Result<Vec<String>, String> = block.on.iter().map(|key| written_key(key, &writer)).collect();
    let keys = keys?;
    let sql = match keys.as_slice() {
        [] => "1 = 1".to_owned(),
        [key] => key.clone(),
        _ => keys.iter().map(|key| format!("({key})")).collect::<Vec<_>>().join(" AND "),
    };
    let mut arrays_to_explode: Vec<String> = block
        .on
        .iter()
        .flat_map(|key| [&key.left, &key.right])
        .filter(|term| is_any(term))
        .map(|term| term.field.clone())
        .collect();
    arrays_to_explode.sort_unstable();
    arrays_to_explode.dedup();
    let mut plain = block.on.iter().flat_map(|key| [&key.left, &key.right]).filter(|term| !is_any(term));
    if let Some(term) = plain.find(|term| arrays_to_explode.contains(&term.field)) {
        return Err(format!("`{term}` and `any({})` cannot be in one rule of Splink", term.field));
    }
    Ok(Rule { sql, sql_dialect: Some(dialect.name().to_owned()), arrays_to_explode })
}

fn written_key(key: &KeySpec, writer: &Writer) -> Result<String, String> {
    let written = |term: &Term, side| {
        if is_any(term) { writer.term(&Term::field(&term.field), side) } else { writer.term(term, side) }
    };
    Ok(format!("{} = {}", written(&key.left, Side::Left)?, written(&key.right, Side::Right)?))
}

fn comparison(spec: &ComparisonSpec, dialect: Dialect, place: &str, faults: &mut Vec<Fault>) -> Comparison {
    if spec.ready_made.is_some() || spec.levels.is_empty() {
        let fault = Fault::spec(place, "a ready-made comparison has no levels yet that could be written");
        faults.push(fault.hint("write the model of a run, which has them"));
    }
    let null = spec.null.clone().unwrap_or_else(|| words::missing(spec, &[]));
    let mut present = Vec::new();
    never_missing(&null, &mut present);
    let writer = Writer { dialect, naming: Naming::Suffix, present: &present };
    let mut levels = Vec::new();
    if null != never() {
        let sql_condition = kept(writer.condition(&null), faults, &format!("{place}.null")).unwrap_or_default();
        let label_for_charts = Some("Null".to_owned());
        levels.push(Level { sql_condition, label_for_charts, is_null: true, ..Level::default() });
    }
    for (level, number) in spec.levels.iter().zip(1..) {
        let place = format!("{place}.level[{number}]");
        levels.extend(kept(self::level(level, spec, &writer), faults, &place));
    }
    Comparison { output_column_name: spec.name.clone(), levels, description: spec.name.clone() }
}

fn level(spec: &LevelSpec, comparison: &ComparisonSpec, writer: &Writer) -> Result<Level, String> {
    let sql_condition =
        if spec.when == ConditionSpec::Else { "ELSE".to_owned() } else { writer.condition(&spec.when)? };
    let mut level = Level {
        sql_condition,
        label_for_charts: spec.label.clone(),
        m_probability: spec.m(),
        u_probability: spec.u(),
        ..Level::default()
    };
    // Splink has no word for rows of one's own: it takes none off.
    if let Some(TermFrequencySpec { of, weight, least, own: _, table }) = &spec.term_frequency {
        if table.is_some() {
            return Err("Splink's settings name no table of frequencies: it is registered beside them".to_owned());
        }
        if of.derived.is_some() {
            return Err(format!("Splink adjusts for frequencies of columns only, not of `{of}`"));
        }
        level.tf_adjustment_column = Some(of.field.clone());
        level.tf_adjustment_weight = Some(*weight);
        level.tf_minimum_u_value = *least;
        // Without an exact level of the column Splink has to be told to take the level's own u.
        let exact = ConditionSpec::Exact(of.clone(), of.clone());
        level.disable_tf_exact_match_detection = comparison.levels.iter().all(|level| level.when != exact);
    }
    Ok(level)
}
