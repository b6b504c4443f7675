//! Models as files, and as arithmetic has them.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_score::{ComparisonModel, JointModel, LevelModel, Model, RelatedModel};

use super::layout::name_of;
use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, InteractionSpec, ModelSpec};
use crate::model::splink;

/// Name of the file in a run directory.
pub const FILE: &str = "model.toml";
/// Version of its shape.
const VERSION: u32 = 1;

/// Reads a model: TOML, or the settings of Splink 4 or 5 as JSON. `shown` is how messages call
/// the file.
///
/// # Errors
///
/// Every fault of the file.
pub(crate) fn read(path: &Path, shown: &str) -> Result<ModelSpec, Vec<Fault>> {
    let text = counterfoil_store::read_text(path).map_err(|fault| vec![fault])?;
    if path.extension().is_some_and(|extension| extension == "json") {
        return splink::read(&text).map(|read| read.model);
    }
    let spec: ModelSpec = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let fault = Fault::spec(format!("{shown}, line {line}"), crate::keyring::masked(error.message()));
        vec![fault.hint("`counterfoil schema model` prints the shape of a model")]
    })?;
    let faults = faults(&spec, shown);
    if faults.is_empty() { Ok(spec) } else { Err(faults) }
}

/// What keeps a model from being used, beyond its shape.
fn faults(spec: &ModelSpec, shown: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if spec.version != VERSION {
        let message = format!("version {} is not known; this program reads version {VERSION}", spec.version);
        faults.push(Fault::spec(format!("{shown}, version"), message).hint("write `version = 1`"));
    }
    let is_probability = |p: f64| p > 0.0 && p < 1.0;
    if !is_probability(spec.lambda) {
        let fault = Fault::spec(format!("{shown}, lambda"), "λ is a probability, above 0 and below 1");
        faults.push(fault.hint("the share of all pairs of records that match"));
    }
    for comparison in &spec.comparisons {
        for level in &comparison.levels {
            let place = || format!("{shown}, comparison `{}`, level `{}`", name_of(comparison), level.when);
            match (level.m, level.u) {
                (Some(m), Some(u)) if is_share(m) && is_share(u) => {}
                (Some(_), Some(_)) => {
                    faults.push(Fault::spec(place(), "m and u are probabilities, from 0 to 1").hint("correct them"));
                }
                _ => {
                    let fault = Fault::spec(place(), "a level of a model has m and u");
                    faults.push(fault.hint("give both, or let the job `estimate` them"));
                }
            }
        }
    }
    faults
}

fn is_share(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

/// What is blocked and compared, with what was estimated for it.
pub(crate) fn written(
    blocks: &[BlockSpec],
    comparisons: &[ComparisonSpec],
    conditions: [&[ConditionSpec]; 2],
    model: &Model,
) -> ModelSpec {
    let [definite, veto] = conditions.map(<[ConditionSpec]>::to_vec);
    let with = |(c, (spec, estimated)): (usize, (&ComparisonSpec, &ComparisonModel))| {
        with_levels(spec, estimated, model.related.as_ref().map(|related| related.levels[c].as_slice()))
    };
    let comparisons: Vec<ComparisonSpec> = comparisons.iter().zip(&model.comparisons).enumerate().map(with).collect();
    let weights = model.weights();
    let interactions = weights.interactions.iter().map(|interaction| {
        let levels = |c: usize| model.comparisons[c].levels.len();
        let bits = |first: usize, second: usize| interaction.weights[first][second].bits();
        let row = |first: usize| (1..=levels(interaction.second)).rev().map(|second| bits(first, second)).collect();
        InteractionSpec {
            first: name_of(&comparisons[interaction.first]),
            second: name_of(&comparisons[interaction.second]),
            bits: (1..=levels(interaction.first)).rev().map(row).collect(),
        }
    });
    let interactions = interactions.collect();
    let relatives = model.related.as_ref().map(|related| related.share);
    ModelSpec {
        version: VERSION,
        lambda: model.lambda,
        relatives,
        blocks: blocks.to_vec(),
        comparisons,
        interactions,
        definite,
        veto,
    }
}

/// Levels stand closest first in a file, and loosest first in arithmetic.
fn with_levels(spec: &ComparisonSpec, model: &ComparisonModel, related: Option<&[f64]>) -> ComparisonSpec {
    let mut spec = spec.clone();
    for (level, related) in spec.levels.iter_mut().zip(related.into_iter().flat_map(|levels| levels.iter().rev())) {
        level.related = Some(*related);
    }
    for (level, estimated) in spec.levels.iter_mut().zip(model.levels.iter().rev()) {
        level.m = Some(estimated.m);
        level.u = Some(estimated.u);
        level.unobserved = !estimated.m_observed;
    }
    spec
}

/// A model as arithmetic has it.
pub(crate) fn given(spec: &ModelSpec) -> Model {
    let level = |level: &super::spec::LevelSpec| LevelModel {
        m: level.m.unwrap_or_default(),
        u: level.u.unwrap_or_default(),
        m_observed: !level.unobserved,
        u_observed: true,
        u_bounded: false,
    };
    let comparison = |spec: &ComparisonSpec| ComparisonModel { levels: spec.levels.iter().rev().map(level).collect() };
    let position = |name: &str| spec.comparisons.iter().position(|known| name_of(known) == name);
    let interaction = |given: &InteractionSpec| {
        let (first, second) = (position(&given.first)?, position(&given.second)?);
        let row = |row: &Vec<f64>| row.iter().rev().map(|bits| bits.exp2()).collect::<Vec<f64>>();
        let m: Vec<Vec<f64>> = given.bits.iter().rev().map(row).collect();
        let u = m.iter().map(|row| vec![1.0; row.len()]).collect();
        Some(JointModel { first, second, m, u })
    };
    Model {
        lambda: spec.lambda,
        comparisons: spec.comparisons.iter().map(comparison).collect(),
        interactions: spec.interactions.iter().filter_map(interaction).collect(),
        related: related(spec),
    }
}

/// The relatives of a model, if all of its levels tell theirs.
fn related(spec: &ModelSpec) -> Option<RelatedModel> {
    let of = |spec: &ComparisonSpec| spec.levels.iter().rev().map(|level| level.related).collect::<Option<Vec<f64>>>();
    let levels = spec.comparisons.iter().map(of).collect::<Option<Vec<_>>>()?;
    Some(RelatedModel { share: spec.relatives?, levels })
}

/// A model file's text.
///
/// # Errors
///
/// Never in practice: a model is plain data.
pub(crate) fn text(spec: &ModelSpec) -> Result<String, Fault> {
    let body = toml::to_string(spec).map_err(|_| Fault::bug(FILE, "cannot be written"))?;
    Ok(format!(
        "# A probabilistic model. m and u are the probabilities of a level among matches and non-matches.\n{body}"
    ))
}
