//! Models as files, and as arithmetic has them.

use std::collections::BTreeMap;
use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_core::scored::{Interaction, LinkType};
use counterfoil_score::{
    CommonnessModel, ComparisonModel, JointModel, LevelModel, Model, MovedModel, RelatedModel, TwinsModel,
};

use super::layout::name_of;
use super::spec::{
    BlockSpec, CommonnessSpec, ComparisonSpec, ConditionSpec, InteractionSpec, ModelSpec, MovedSpec, ShareSpec,
    TwinsSpec,
};
use crate::model::splink;

/// Name of the file in a run directory.
pub(crate) const FILE: &str = "model.toml";
/// Version of its shape.
const VERSION: u32 = 1;

/// A model file, read.
pub(crate) struct ModelFile {
    pub(crate) model: ModelSpec,
    /// Which pairs it is for, if it says so.
    pub(crate) link_type: Option<LinkType>,
    /// What does not mean quite the same here as in the program that wrote it.
    pub(crate) notes: Vec<String>,
}

/// Reads a model: TOML, or the settings of Splink 4 or 5 as JSON. `shown` is how messages call
/// the file.
///
/// # Errors
///
/// Every fault of the file.
pub(crate) fn read(path: &Path, shown: &str) -> Result<ModelFile, Vec<Fault>> {
    let text = counterfoil_store::read_text(path).map_err(|fault| vec![fault])?;
    if path.extension().is_some_and(|extension| extension == "json") {
        let splink::SplinkModel { model, link_type, notes, .. } =
            splink::read(&text).map_err(|faults| in_file(faults, shown))?;
        let hint = "Splink saves none before training, nor m of a level that no pair had: add `m_probability` and \
                    `u_probability`, or let the job `estimate` them";
        let faults = faults(&model, shown, hint);
        return if faults.is_empty() {
            Ok(ModelFile { model, link_type: Some(link_type), notes })
        } else {
            Err(faults)
        };
    }
    let spec: ModelSpec = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let fault = Fault::spec(format!("{shown}, line {line}"), crate::keyring::told_of_shape(error.message()));
        vec![fault.hint("`counterfoil schema model` prints the shape of a model")]
    })?;
    let faults = faults(&spec, shown, "give both, or let the job `estimate` them");
    if faults.is_empty() { Ok(ModelFile { model: spec, link_type: None, notes: Vec::new() }) } else { Err(faults) }
}

/// Faults of a file with its name.
fn in_file(faults: Vec<Fault>, shown: &str) -> Vec<Fault> {
    let named = |mut fault: Fault| {
        fault.place = if fault.place == splink::WHOLE { shown.to_owned() } else { format!("{shown}, {}", fault.place) };
        fault
    };
    faults.into_iter().map(named).collect()
}

/// What keeps a model from being used, beyond its shape. `lacking` is what to do about a level
/// without m or u.
fn faults(spec: &ModelSpec, shown: &str, lacking: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if spec.version != VERSION {
        let message = format!("version {} is not known; this program reads version {VERSION}", spec.version);
        faults.push(Fault::spec(format!("{shown}, version"), message).hint("write `version = 1`"));
    }
    if spec.comparisons.is_empty() {
        let fault = Fault::spec(shown, "the model has no comparison");
        faults.push(fault.hint("it weighs one at least; a job with `estimate = {}` has them chosen"));
    }
    let is_probability = |p: f64| p > 0.0 && p < 1.0;
    if !is_probability(spec.lambda) {
        let fault = Fault::spec(format!("{shown}, lambda"), "λ is a probability, above 0 and below 1");
        faults.push(fault.hint("the share of all pairs of records that match"));
    }
    if spec.further.is_some_and(|further| !is_probability(further)) {
        let fault =
            Fault::spec(format!("{shown}, further"), "errors make others less likely by a factor between 0 and 1");
        faults.push(fault.hint("leave it out if an error tells nothing of others"));
    }
    faults.extend(spec.moved.as_ref().and_then(|moved| moved_fault(spec, moved, shown)));
    faults.extend(spec.twins.as_ref().and_then(|twins| twins_fault(spec, twins, shown)));
    for comparison in &spec.comparisons {
        for level in &comparison.levels {
            let place = || format!("{shown}, comparison `{}`, level `{}`", name_of(comparison), level.when);
            if [level.m, level.u].into_iter().flatten().any(|share| share.value().is_none()) {
                let fault = Fault::spec(place(), "m and u of a model are numbers");
                faults.push(fault.hint("`least`, `most`, `prior` and `pairs` are for a job that estimates"));
                continue;
            }
            match (level.m(), level.u()) {
                (Some(m), Some(u)) if is_share(m) && is_share(u) => {}
                (Some(_), Some(_)) => {
                    faults.push(Fault::spec(place(), "m and u are probabilities, from 0 to 1").hint("correct them"));
                }
                _ => {
                    let fault = Fault::spec(place(), "a level of a model has m and u");
                    faults.push(fault.hint(lacking));
                }
            }
        }
    }
    faults.extend(spec.interactions.iter().flat_map(|given| interaction_faults(spec, given, shown)));
    faults
}

/// The comparison of a name, by position.
fn position(spec: &ModelSpec, name: &str) -> Option<usize> {
    spec.comparisons.iter().position(|known| name_of(known) == name)
}

/// The names of all comparisons, as a hint lists them.
fn all_names(spec: &ModelSpec) -> String {
    spec.comparisons.iter().map(|known| format!("`{}`", name_of(known))).collect::<Vec<_>>().join(", ")
}

/// What keeps matches who have moved from being told apart: they are a share, and their homes are compared.
fn moved_fault(spec: &ModelSpec, moved: &MovedSpec, shown: &str) -> Option<Fault> {
    let place = format!("{shown}, moved");
    if !(moved.share > 0.0 && moved.share < 1.0) {
        let fault = Fault::spec(place, "those who have moved are a share of matches, above 0 and below 1");
        return Some(fault.hint("leave `[moved]` out if none are told apart"));
    }
    let is_known = |name: &String| position(spec, name).is_some();
    (!moved.comparisons.iter().all(is_known)).then(|| {
        Fault::spec(place, "the model has no such comparison").hint(format!("name some of {}", all_names(spec)))
    })
}

/// What keeps age from being used: it is told by two comparisons, in bits.
fn twins_fault(spec: &ModelSpec, twins: &TwinsSpec, shown: &str) -> Option<Fault> {
    let place = format!("{shown}, twins");
    let are_known = [&twins.birth, &twins.home].iter().all(|name| position(spec, name).is_some());
    if twins.birth == twins.home || !are_known {
        let fault = Fault::spec(place, "the model has no such comparison");
        return Some(fault.hint(format!("name two of {}", all_names(spec))));
    }
    let is_whole = twins.young.is_finite() && twins.older.is_finite();
    (!is_whole).then(|| Fault::spec(place, "`young` and `older` are numbers of bits").hint("correct them"))
}

/// What keeps an interaction from being used: it is of two comparisons, with bits for each level of
/// the first with each of the second.
fn interaction_faults(spec: &ModelSpec, given: &InteractionSpec, shown: &str) -> Vec<Fault> {
    let place = format!("{shown}, interaction of `{}` and `{}`", given.first, given.second);
    let fault = |message: &str, hint: String| Fault::spec(place.clone(), message).hint(hint);
    let known = |name: &str| spec.comparisons.iter().find(|known| name_of(known) == name);
    let (Some(first), Some(second)) = (known(&given.first), known(&given.second)) else {
        return vec![fault("the model has no such comparison", format!("name two of {}", all_names(spec)))];
    };
    if given.first == given.second {
        return vec![fault("a comparison adds nothing with itself", format!("name two of {}", all_names(spec)))];
    }
    let (rows, columns) = (first.levels.len(), second.levels.len());
    let is_whole = |bits: &Vec<Vec<f64>>| {
        bits.len() == rows && bits.iter().all(|row| row.len() == columns && row.iter().all(|bits| bits.is_finite()))
    };
    if let Some(common) = &given.commonness {
        if common.of != given.first && common.of != given.second {
            let hint = format!("name `{}` or `{}`", given.first, given.second);
            return vec![fault("commonness is of the value of one of the two comparisons", hint)];
        }
        let numbers = || common.from.iter().chain(&common.bits);
        if common.from.len() != common.bits.len() || !common.from.is_sorted() || numbers().any(|n| !n.is_finite()) {
            let hint = "write as many `from` as `bits`, shares in ascending order".to_owned();
            return vec![fault("commonness has bits for each class of values", hint)];
        }
    }
    if is_whole(&given.bits) && (given.related.is_empty() || is_whole(&given.related)) {
        return Vec::new();
    }
    let hint = format!("write {rows} rows of {columns} numbers, closest levels first");
    vec![fault("it has bits for every level of the first with every level of the second", hint)]
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
    let interactions = interactions(&comparisons, model);
    let relatives = model.related.as_ref().map(|related| related.share);
    let moved = model.moved.as_ref().map(|moved| MovedSpec {
        share: moved.share,
        comparisons: moved.comparisons.iter().map(|c| name_of(&comparisons[*c])).collect(),
    });
    let name = |comparison: usize| name_of(&comparisons[comparison]);
    let twins = model.related.as_ref().and_then(|related| related.twins);
    let twins = twins.map(|TwinsModel { birth, home, young, older }| TwinsSpec {
        birth: name(birth),
        home: name(home),
        young,
        older,
    });
    ModelSpec {
        version: VERSION,
        lambda: model.lambda,
        relatives,
        further: model.further,
        moved,
        twins,
        gap: BTreeMap::new(),
        blocks: blocks.to_vec(),
        comparisons,
        interactions,
        definite,
        veto,
    }
}

/// What pairs of comparisons add, against random pairs and against relatives.
fn interactions(comparisons: &[ComparisonSpec], model: &Model) -> Vec<InteractionSpec> {
    let weights = model.weights();
    let bits = |interaction: &Interaction| {
        let levels = |c: usize| (1..=model.comparisons[c].levels.len()).rev();
        let row = |first: usize| {
            levels(interaction.second).map(|second| interaction.weights[first][second].bits()).collect::<Vec<f64>>()
        };
        levels(interaction.first).map(row).collect::<Vec<_>>()
    };
    let related = |of: &Interaction| {
        let same = |other: &&Interaction| (other.first, other.second) == (of.first, of.second);
        weights.related.as_ref()?.interactions.iter().find(same).map(bits)
    };
    let is_same = |of: &JointModel, other: &Interaction| (of.first, of.second) == (other.first, other.second);
    let common = |joint: &JointModel| {
        let CommonnessModel { comparison, classes } = joint.commonness.as_ref()?;
        let (from, bits) = classes.iter().copied().unzip();
        Some(CommonnessSpec { of: name_of(&comparisons[*comparison]), from, bits })
    };
    let one = |interaction: &Interaction| InteractionSpec {
        first: name_of(&comparisons[interaction.first]),
        second: name_of(&comparisons[interaction.second]),
        bits: bits(interaction),
        related: related(interaction).unwrap_or_default(),
        commonness: model.interactions.iter().find(|joint| is_same(joint, interaction)).and_then(common),
    };
    weights.interactions.iter().map(one).collect()
}

/// Levels stand closest first in a file, and loosest first in arithmetic.
fn with_levels(spec: &ComparisonSpec, model: &ComparisonModel, related: Option<&[f64]>) -> ComparisonSpec {
    let mut spec = spec.clone();
    for (level, related) in spec.levels.iter_mut().zip(related.into_iter().flat_map(|levels| levels.iter().rev())) {
        level.related = Some(*related);
    }
    for (level, estimated) in spec.levels.iter_mut().zip(model.levels.iter().rev()) {
        level.m = Some(ShareSpec::Is(estimated.m));
        level.u = Some(ShareSpec::Is(estimated.u));
        level.unobserved = !estimated.m_observed;
    }
    spec
}

/// A model as arithmetic has it.
pub(crate) fn given(spec: &ModelSpec) -> Model {
    let level = |level: &super::spec::LevelSpec| LevelModel {
        m: level.m().unwrap_or_default(),
        u: level.u().unwrap_or_default(),
        m_error: 0.0,
        m_observed: !level.unobserved,
        u_observed: true,
        u_bounded: false,
    };
    let comparison = |spec: &ComparisonSpec| ComparisonModel { levels: spec.levels.iter().rev().map(level).collect() };
    Model {
        lambda: spec.lambda,
        comparisons: spec.comparisons.iter().map(comparison).collect(),
        interactions: joint(spec, |interaction| &interaction.bits),
        further: spec.further,
        moved: moved(spec),
        related: related(spec),
    }
}

/// How many live with their twin, by age.
fn twins(spec: &ModelSpec) -> Option<TwinsModel> {
    let TwinsSpec { birth, home, young, older } = spec.twins.as_ref()?;
    let [birth, home] = [position(spec, birth)?, position(spec, home)?];
    Some(TwinsModel { birth, home, young: *young, older: *older })
}

/// Matches who have moved.
fn moved(spec: &ModelSpec) -> Option<MovedModel> {
    let moved = spec.moved.as_ref()?;
    let comparisons = moved.comparisons.iter().filter_map(|name| position(spec, name)).collect();
    Some(MovedModel { share: moved.share, comparisons })
}

/// Joint distributions that add the bits of a model's interactions.
fn joint(spec: &ModelSpec, bits: impl Fn(&InteractionSpec) -> &Vec<Vec<f64>>) -> Vec<JointModel> {
    let one = |given: &InteractionSpec| {
        let (first, second) = (position(spec, &given.first)?, position(spec, &given.second)?);
        let row = |row: &Vec<f64>| row.iter().rev().map(|bits| bits.exp2()).collect::<Vec<f64>>();
        let m: Vec<Vec<f64>> = bits(given).iter().rev().map(row).collect();
        let u = m.iter().map(|row| vec![1.0; row.len()]).collect();
        let common = given.commonness.as_ref().map(|common| CommonnessModel {
            comparison: if common.of == given.first { first } else { second },
            classes: common.from.iter().copied().zip(common.bits.iter().copied()).collect(),
        });
        Some(JointModel { first, second, m, u, commonness: common })
    };
    spec.interactions.iter().filter_map(one).collect()
}

/// The relatives of a model, if all of its levels tell theirs.
fn related(spec: &ModelSpec) -> Option<RelatedModel> {
    let of = |spec: &ComparisonSpec| spec.levels.iter().rev().map(|level| level.related).collect::<Option<Vec<f64>>>();
    let levels = spec.comparisons.iter().map(of).collect::<Option<Vec<_>>>()?;
    let interactions = joint(spec, |interaction| &interaction.related);
    Some(RelatedModel { share: spec.relatives?, levels, interactions, twins: twins(spec) })
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

#[cfg(test)]
mod tests {
    use super::super::spec::{LevelSpec, Term};
    use super::*;

    fn compared(field: &str) -> ComparisonSpec {
        let exact = ConditionSpec::Exact(Term::field(field), Term::field(field));
        let levels = [exact, ConditionSpec::Else].map(LevelSpec::of).to_vec();
        ComparisonSpec { name: Some(field.to_owned()), levels, ..ComparisonSpec::default() }
    }

    /// Two comparisons that depend on each other, among matches, relatives and random pairs.
    fn dependent() -> Model {
        let level = |m, u| LevelModel { m, u, m_observed: true, u_observed: true, ..LevelModel::default() };
        let joint = |m: [f64; 4], u: [f64; 4]| JointModel {
            first: 0,
            second: 1,
            m: m.chunks(2).map(<[f64]>::to_vec).collect(),
            u: u.chunks(2).map(<[f64]>::to_vec).collect(),
            commonness: None,
        };
        let among_matches = [2.5, 0.8, 0.7, 1.1];
        Model {
            lambda: 1e-5,
            comparisons: vec![
                ComparisonModel { levels: vec![level(0.1, 0.9), level(0.9, 0.1)] },
                ComparisonModel { levels: vec![level(0.2, 0.97), level(0.8, 0.03)] },
            ],
            interactions: vec![joint(among_matches, [1.2, 0.5, 0.3, 3.0])],
            further: Some(0.01),
            moved: Some(MovedModel { share: 0.2, comparisons: vec![1] }),
            related: Some(RelatedModel {
                share: 3e-5,
                levels: vec![vec![0.7, 0.3], vec![0.25, 0.75]],
                interactions: vec![joint(among_matches, [1.1, 0.6, 0.9, 1.3])],
                twins: Some(TwinsModel { birth: 1, home: 0, young: -0.75, older: 2.5 }),
            }),
        }
    }

    #[test]
    fn a_model_comes_back_from_its_file_with_the_same_weights() {
        let mut model = dependent();
        let common = CommonnessModel { comparison: 1, classes: vec![(0.001, 0.5), (0.002, -0.25)] };
        model.interactions[0].commonness = Some(common.clone());
        let spec = written(&[], &[compared("given_name"), compared("sex")], [&[], &[]], &model);
        let read: ModelSpec = toml::from_str(&text(&spec).unwrap()).unwrap();
        assert_eq!(read, spec);
        assert_eq!(given(&read).weights(), model.weights());
        assert_eq!(given(&read).interactions[0].commonness, Some(common));
        let twins = |model: Model| model.related.and_then(|related| related.twins);
        assert_eq!(twins(given(&read)), twins(model));
    }

    #[test]
    fn age_is_told_by_two_comparisons_in_bits() {
        let named = |birth: &str, home: &str, older: f64| TwinsSpec {
            birth: birth.to_owned(),
            home: home.to_owned(),
            young: -0.5,
            older,
        };
        for (twins, is_refused) in [
            (named("sex", "given_name", 2.5), false),
            (named("sex", "sex", 2.5), true),
            (named("sex", "town", 2.5), true),
            (named("sex", "given_name", f64::NAN), true),
        ] {
            let mut spec = written(&[], &[compared("given_name"), compared("sex")], [&[], &[]], &dependent());
            spec.twins = Some(twins.clone());
            let faults = faults(&spec, "m", "");
            assert_eq!(faults.iter().any(|fault| fault.place == "m, twins"), is_refused, "{twins:?}: {faults:?}");
        }
    }

    #[test]
    fn errors_make_others_less_likely_by_a_factor() {
        for (further, is_refused) in [(0.5, false), (0.0, true), (1.0, true), (f64::NAN, true)] {
            let mut spec = written(&[], &[compared("given_name"), compared("sex")], [&[], &[]], &dependent());
            spec.further = Some(further);
            let faults = faults(&spec, "m", "");
            assert_eq!(faults.iter().any(|fault| fault.place == "m, further"), is_refused, "{further}: {faults:?}");
        }
    }

    #[test]
    fn who_has_moved_is_a_share_and_homes_are_compared() {
        let named = |share: f64, name: &str| MovedSpec { share, comparisons: vec![name.to_owned()] };
        for (moved, is_refused) in [
            (named(0.2, "sex"), false),
            (named(0.0, "sex"), true),
            (named(1.0, "sex"), true),
            (named(0.2, "town"), true),
        ] {
            let mut spec = written(&[], &[compared("given_name"), compared("sex")], [&[], &[]], &dependent());
            spec.moved = Some(moved.clone());
            let faults = faults(&spec, "m", "");
            assert_eq!(faults.iter().any(|fault| fault.place == "m, moved"), is_refused, "{moved:?}: {faults:?}");
        }
    }

    #[test]
    fn commonness_is_of_one_of_the_two_and_has_bits_for_each_class() {
        let spec = |of: &str, from: &[f64], bits: &[f64]| {
            let mut spec = written(&[], &[compared("given_name"), compared("sex")], [&[], &[]], &dependent());
            let (from, bits) = (from.to_vec(), bits.to_vec());
            spec.interactions[0].commonness = Some(CommonnessSpec { of: of.to_owned(), from, bits });
            faults(&spec, "model.toml", "").into_iter().map(|fault| fault.message).collect::<Vec<_>>()
        };
        assert!(spec("sex", &[0.1, 0.2], &[1.0, -1.0]).is_empty());
        assert_eq!(spec("postcode", &[], &[]), ["commonness is of the value of one of the two comparisons"]);
        for (from, bits) in [(vec![0.1], vec![]), (vec![0.2, 0.1], vec![1.0, 1.0]), (vec![0.1], vec![f64::NAN])] {
            assert_eq!(spec("sex", &from, &bits), ["commonness has bits for each class of values"]);
        }
    }
}
