//! How many matches blocking lets through, told from which rules find the links.

use std::collections::BTreeMap;

use counterfoil_core::Fault;
use counterfoil_core::scored::ScoredPair;
use counterfoil_pairs::blocking::Plan;
use counterfoil_pairs::compare;

use super::estimate::too_many;
use super::spec::BlockSpec;
use super::words::fields_of_block;

/// Links that are looked at, at most: so many tell the share to a tenth of a percent.
const LOOKED_AT: usize = 50_000;

/// The share of matches that the rules find, by capture–recapture; `None` where no two rules without a common
/// field find a link together, or a rule pairs all rows, so that nothing is missed.
///
/// # Errors
///
/// The rules have more columns than there is room for.
pub(super) fn completeness(blocks: &[BlockSpec], plan: &Plan<'_>, links: &[ScoredPair]) -> Result<Option<f64>, Fault> {
    let names: Vec<Vec<String>> = blocks.iter().map(fields_of_block).collect();
    if names.iter().any(Vec::is_empty) {
        return Ok(None);
    }
    let every = links.len().div_ceil(LOOKED_AT).max(1);
    let pairs: Vec<(u32, u32)> = links.iter().step_by(every).map(|link| (link.left, link.right)).collect();
    let mut found_by = BTreeMap::new();
    for rules in plan.found_by(&pairs).map_err(too_many)? {
        *found_by.entry(rules).or_default() += 1;
    }
    let all: Vec<&String> = names.iter().flatten().collect();
    let number = |name: &String| all.iter().position(|known| *known == name).unwrap_or_default();
    let fields: Vec<Vec<usize>> = names.iter().map(|names| names.iter().map(number).collect()).collect();
    Ok(compare::completeness(&found_by, &fields).map(|estimate| estimate.share))
}
