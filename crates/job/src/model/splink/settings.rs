//! The shape of a settings file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A settings file of Splink 4 or 5.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) link_type: String,
    #[serde(default = "one_in_ten_thousand")]
    pub(super) probability_two_random_records_match: f64,
    #[serde(default = "unique_id")]
    pub(super) unique_id_column_name: String,
    #[serde(default)]
    pub(super) sql_dialect: Option<String>,
    #[serde(default)]
    pub(super) blocking_rules_to_generate_predictions: Vec<Rule>,
    #[serde(default)]
    pub(super) comparisons: Vec<Comparison>,
    /// What concerns Splink's own estimation and outputs.
    #[serde(flatten)]
    pub(super) others: BTreeMap<String, Value>,
}

/// A blocking rule.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "RuleOrText")]
pub(super) struct Rule {
    #[serde(rename = "blocking_rule")]
    pub(super) sql: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sql_dialect: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) arrays_to_explode: Vec<String>,
}

/// Settings written by hand may give a rule as its bare text.
#[derive(Deserialize)]
#[serde(untagged)]
enum RuleOrText {
    Text(String),
    Rule { blocking_rule: String, sql_dialect: Option<String>, arrays_to_explode: Option<Vec<String>> },
}

impl From<RuleOrText> for Rule {
    fn from(rule: RuleOrText) -> Rule {
        match rule {
            RuleOrText::Text(sql) => Rule { sql, sql_dialect: None, arrays_to_explode: Vec::new() },
            RuleOrText::Rule { blocking_rule, sql_dialect, arrays_to_explode } => {
                Rule { sql: blocking_rule, sql_dialect, arrays_to_explode: arrays_to_explode.unwrap_or_default() }
            }
        }
    }
}

/// A comparison.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Comparison {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) output_column_name: Option<String>,
    #[serde(rename = "comparison_levels")]
    pub(super) levels: Vec<Level>,
    #[serde(default, rename = "comparison_description", skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

/// A comparison level.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Level {
    pub(super) sql_condition: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label_for_charts: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) m_probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) u_probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tf_adjustment_column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tf_adjustment_weight: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tf_minimum_u_value: Option<f64>,
    #[serde(default, rename = "is_null_level", skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_null: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) disable_tf_exact_match_detection: bool,
}

/// Splink's default λ.
fn one_in_ten_thousand() -> f64 {
    0.0001
}

fn unique_id() -> String {
    "unique_id".to_owned()
}
