//! Match ranks as written, and their compilation into the table that `pairs` evaluates.
//!
//! A recipe and a job's inline `[[linkage.rank]]` tables are the same type, so that a
//! published cascade can be copied into a job and changed there.

use std::collections::BTreeSet;

use counterfoil_core::{Exclusion, Fault, FieldKind, LinkageField, PartialDate, Rank, RankTable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::is_plain_name;
use crate::nearest::{listed, nearest};

/// A row's exclusion flags are one byte ([`counterfoil_core::Flags`]).
const MAX_EXCLUSIONS: usize = 8;

const FIRST_OF_JANUARY: &str = "first-of-january";

/// One match rule as written. All its conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RankSpec {
    /// The match rank that its links carry: 1 is best. 0 is kept for records that are not
    /// linked at all.
    pub rank: u8,
    /// Linkage fields that must be present and equal on both sides; at least one.
    pub agree: Vec<String>,
    /// Dates that must agree at least partly, by the linkage's `partial_date`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partial: Vec<String>,
    /// Fields that must not be present on both sides and different.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_contradict: Vec<String>,
    /// Kinds of agreed value that the rule refuses to rest on: `FIELD:first-of-january`, or
    /// `FIELD:LIST` with the name of a list that the job gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

/// Names of the linkage fields that ranks use, in the order of first use.
#[must_use]
pub fn linkage_fields(ranks: &[RankSpec]) -> Vec<String> {
    let excluded =
        |rank: &RankSpec| rank.exclude.iter().filter_map(|e| Some(e.split_once(':')?.0.to_owned())).collect();
    let mut names: Vec<String> = Vec::new();
    for rank in ranks {
        let excluded: Vec<String> = excluded(rank);
        for name in rank.agree.iter().chain(&rank.partial).chain(&rank.not_contradict).chain(&excluded) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Names of the lists that exclusions refer to, in the order of first use; the job must give
/// each.
#[must_use]
pub fn named_lists(ranks: &[RankSpec]) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    for (_, list) in ranks.iter().flat_map(|rank| &rank.exclude).filter_map(|e| e.split_once(':')) {
        if list != FIRST_OF_JANUARY && !lists.iter().any(|known| known == list) {
            lists.push(list.to_owned());
        }
    }
    lists
}

/// Turns written ranks into the table that pairs are tested against; positions in it are
/// positions in `fields`.
///
/// # Errors
/// Every fault at once, each placed at `linkage.rank[N]`, where `N` counts the tables from 1.
pub fn compile_ranks(
    ranks: &[RankSpec],
    fields: &[LinkageField],
    partial: PartialDate,
) -> Result<RankTable, Vec<Fault>> {
    let mut compiler = Compiler { fields, exclusions: Vec::new(), faults: Vec::new(), place: String::new() };
    if ranks.is_empty() {
        compiler
            .faults
            .push(Fault::spec("linkage.rank", "there is no rank").hint("a rank is a `[[linkage.rank]]` table"));
    }
    let mut table = Vec::new();
    let mut seen = BTreeSet::new();
    for (position, spec) in ranks.iter().enumerate() {
        compiler.place = format!("linkage.rank[{}]", position + 1);
        let before = position.checked_sub(1).map(|p| ranks[p].rank);
        compiler.number(spec.rank, before, !seen.insert(spec.rank));
        table.push(compiler.rank(spec));
    }
    if compiler.exclusions.len() > MAX_EXCLUSIONS {
        let count = compiler.exclusions.len();
        compiler.faults.push(
            Fault::spec(
                "linkage.rank",
                format!("the ranks name {count} different exclusions; at most {MAX_EXCLUSIONS} are possible"),
            )
            .hint("put several lists of one field into one file"),
        );
    }
    let Compiler { exclusions, faults, .. } = compiler;
    if faults.is_empty() { Ok(RankTable { ranks: table, exclusions, partial_date: partial }) } else { Err(faults) }
}

struct Compiler<'a> {
    fields: &'a [LinkageField],
    exclusions: Vec<Exclusion>,
    faults: Vec<Fault>,
    place: String,
}

impl Compiler<'_> {
    fn fault(&mut self, key: &str, message: impl Into<String>) -> &mut Fault {
        self.faults.push(Fault::spec(format!("{}.{key}", self.place), message));
        self.faults.last_mut().expect("one was pushed just now")
    }

    fn number(&mut self, rank: u8, before: Option<u8>, seen: bool) {
        if rank == 0 {
            self.fault("rank", "rank 0 means `not linked` and cannot be a rule").hint =
                Some("count ranks from 1".to_owned());
        } else if seen {
            self.fault("rank", format!("rank {rank} is there twice")).hint =
                Some("rules of one quality still need ranks of their own".to_owned());
        } else if let Some(before) = before.filter(|before| *before > rank) {
            self.fault("rank", format!("rank {rank} comes after rank {before}")).hint =
                Some("write ranks in ascending order, best first".to_owned());
        }
    }

    fn rank(&mut self, spec: &RankSpec) -> Rank {
        if spec.agree.is_empty() {
            self.fault("agree", "is empty").hint =
                Some("a rank needs at least one field that agrees exactly, to find pairs by".to_owned());
        }
        self.once(spec);
        let rank = Rank {
            rank: spec.rank,
            agree: self.positions("agree", &spec.agree),
            partial: self.positions("partial", &spec.partial),
            not_contradict: self.positions("not_contradict", &spec.not_contradict),
            exclude: spec.exclude.iter().filter_map(|text| self.exclusion(spec, text)).collect(),
        };
        for &field in &rank.partial {
            self.must_be_date("partial", field);
        }
        rank
    }

    fn once(&mut self, spec: &RankSpec) {
        let mut seen = BTreeSet::new();
        for (key, names) in
            [("agree", &spec.agree), ("partial", &spec.partial), ("not_contradict", &spec.not_contradict)]
        {
            for name in names {
                if !seen.insert(name) {
                    self.fault(key, format!("`{name}` is there twice")).hint =
                        Some("a rank asks one thing of each field".to_owned());
                }
            }
        }
        let mut seen = BTreeSet::new();
        for text in &spec.exclude {
            if !seen.insert(text) {
                self.fault("exclude", format!("`{text}` is there twice")).hint = Some("leave one out".to_owned());
            }
        }
    }

    fn positions(&mut self, key: &str, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|name| self.position(key, name)).collect()
    }

    fn position(&mut self, key: &str, name: &str) -> Option<usize> {
        let fields = self.fields;
        let found = fields.iter().position(|field| field.name == name);
        if found.is_none() {
            let names = || fields.iter().map(|field| field.name.as_str());
            let there_are = if fields.is_empty() {
                "the data sets have none in common".to_owned()
            } else {
                format!("both sides have {}", listed(names()))
            };
            self.fault(key, format!("unknown linkage field `{name}`; {there_are}")).hint =
                Some(match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "give a data set that role: `[data_set.roles]`".to_owned(),
                });
        }
        found
    }

    fn must_be_date(&mut self, key: &str, field: usize) {
        let LinkageField { name, kind, .. } = &self.fields[field];
        if *kind != FieldKind::Date {
            self.fault(key, format!("`{name}` is of type `{}`, and only a date can be that", kind.name())).hint =
                Some(format!("drop `{name}` here, or ask for it in `agree`"));
        }
    }

    /// The position of an exclusion among those of the table, which grows as they come up.
    fn exclusion(&mut self, spec: &RankSpec, text: &str) -> Option<usize> {
        let Some((name, what)) = text.split_once(':').filter(|(_, what)| is_plain_name(what)) else {
            self.fault("exclude", format!("unknown exclusion `{text}`")).hint =
                Some("write `FIELD:first-of-january`, or `FIELD:LIST` with the name of a list of the job".to_owned());
            return None;
        };
        let field = self.position("exclude", name)?;
        // Partly agreeing dates are two values, of which either could be the excluded kind.
        if !spec.agree.iter().any(|agreed| agreed == name) {
            self.fault("exclude", format!("`{text}` is about a value that this rank does not agree on")).hint =
                Some(format!("add `{name}` to `agree`, or drop the exclusion"));
        }
        let exclusion = if what == FIRST_OF_JANUARY {
            self.must_be_date("exclude", field);
            Exclusion::FirstOfJanuary { field }
        } else {
            Exclusion::Listed { field, list: what.to_owned() }
        };
        Some(self.exclusions.iter().position(|known| *known == exclusion).unwrap_or_else(|| {
            self.exclusions.push(exclusion);
            self.exclusions.len() - 1
        }))
    }
}
