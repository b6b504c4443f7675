//! A probabilistic linkage, checked before the first row is read.

use std::collections::BTreeMap;

use counterfoil_core::scored::LinkType;
use counterfoil_core::{Fault, FieldKind, LinkageField};
use counterfoil_resolve::scored::MAX_DUPLICATE_FREE;
use counterfoil_token::coding::models_accept;

use super::linkage::Sides;
use super::{Checker, Method};
use crate::model::splink;
use crate::scored::defaults::Setting;
use crate::scored::layout::{Layout, name_of};
use crate::scored::spec::{
    BlockSpec, ComparisonSpec, ConditionSpec, DecideSpec, EstimateSpec, LevelSpec, ModelSpec, ResolveSpec, Term,
};
use crate::scored::words;
use crate::scored::{Scored, defaults, gap, limits, model, outside};
use crate::source::Source;
use crate::spec::{JobSpec, LinkTypeSpec, Mode};

/// The model of a linkage, as written.
#[derive(Clone, Debug)]
pub(crate) enum ModelFrom {
    /// Estimated from the data.
    Estimate(EstimateSpec),
    /// Given.
    Given(Box<ModelSpec>),
}

impl ModelFrom {
    /// The file of labelled pairs that it is learnt from.
    pub(crate) fn labels(&self) -> Option<&String> {
        match self {
            ModelFrom::Estimate(spec) => spec.labels.as_ref(),
            ModelFrom::Given(_) => None,
        }
    }

    pub(crate) fn blocks(&self) -> &[BlockSpec] {
        match self {
            ModelFrom::Estimate(spec) => &spec.blocks,
            ModelFrom::Given(spec) => &spec.blocks,
        }
    }

    /// Pairs that are matches whatever they weigh.
    pub(crate) fn definite(&self) -> &[ConditionSpec] {
        match self {
            ModelFrom::Estimate(spec) => &spec.definite,
            ModelFrom::Given(spec) => &spec.definite,
        }
    }

    /// Pairs that are no matches whatever they weigh.
    pub(crate) fn veto(&self) -> &[ConditionSpec] {
        match self {
            ModelFrom::Estimate(spec) => &spec.veto,
            ModelFrom::Given(spec) => &spec.veto,
        }
    }

    pub(crate) fn comparisons(&self) -> &[ComparisonSpec] {
        match self {
            ModelFrom::Estimate(spec) => &spec.comparisons,
            ModelFrom::Given(spec) => &spec.comparisons,
        }
    }
}

impl Checker<'_> {
    /// The model that a job names; `None` if it links by ranks.
    pub(super) fn model(&mut self, spec: &JobSpec) -> Option<ModelFrom> {
        let linkage = &spec.linkage;
        match (&linkage.model, &linkage.estimate) {
            (Some(_), Some(_)) => {
                let fault = Fault::spec("linkage", "a linkage has a `model` or `estimate`, not both");
                self.faults.push(fault.hint("`model` names a file; `estimate` learns one from the data"));
                None
            }
            (Some(file), None) => {
                let read = model::read(&self.base.join(file), file);
                let read = read.map_err(|more| self.faults.extend(more)).ok()?;
                self.notes.extend(read.notes.iter().map(|note| format!("{file}: {note}")));
                self.notes.extend(other_link_type(spec, file, read.link_type));
                self.notes.extend(incomplete(&read.model, file));
                Some(ModelFrom::Given(Box::new(read.model)))
            }
            (None, Some(estimate)) => Some(ModelFrom::Estimate(estimate.clone())),
            (None, None) => None,
        }
    }

    /// What a scored linkage needs beyond sides and sources; every fault of its words.
    pub(super) fn scored(
        &mut self,
        spec: &JobSpec,
        sides: &Sides,
        method: &Method,
        sources: &[Option<Source>],
    ) -> Option<(Scored, Vec<LinkageField>)> {
        let from = method.model.as_ref()?;
        let before = self.faults.len();
        let (fields, common) = self.scored_fields(spec, from, sides, sources);
        let tokens_only = spec.linkage.mode == Mode::Token;
        let from = self.expanded(from, &Setting { fields: &fields, tokens_only, gaps: from.gaps() });
        self.notes.extend(compared_twice(from.comparisons()));
        // Against all roles, so that a wrong name is told those that there are.
        let mut layout = Layout::new(common.clone(), tokens_only);
        let place = if matches!(from, ModelFrom::Given(_)) { "model" } else { "linkage.estimate" };
        let outcomes = [
            layout.comparisons(&format!("{place}.comparison"), from.comparisons()).map(drop),
            layout.blocks(&format!("{place}.block"), from.blocks()).map(drop),
            layout.conditions(&format!("{place}.definite"), from.definite()).map(drop),
            layout.conditions(&format!("{place}.veto"), from.veto()).map(drop),
        ];
        if sides.are_known() {
            self.faults.extend(outcomes.into_iter().filter_map(Result::err).flatten());
        }
        self.faults.extend(gap::faults(
            from.gaps(),
            &format!("{place}.gap"),
            |name| layout.kind(name),
            !sides.right.is_empty(),
        ));
        self.faults.extend(idle_gaps(&from, &common, &fields));
        let place = format!("{place}.comparison");
        self.faults.extend(outside::faults(&place, from.comparisons(), (&common, tokens_only), &self.base));
        if let ModelFrom::Estimate(estimate) = &from {
            if estimate.most_rounds == Some(0) {
                let fault = Fault::spec("linkage.estimate.most_rounds", "nothing is estimated in 0 steps");
                self.faults.push(fault.hint("leave it out for 1 000, or give a `model`"));
            }
            self.faults.extend(limits::faults("linkage.estimate.comparison", &estimate.comparisons));
            self.known(estimate, &fields, sides, sources);
        }
        let decide = spec.linkage.decide.clone().unwrap_or_default();
        self.decide(&decide, &common, sides);
        let one_record_of = self.one_record_of(&decide, sides, sources);
        let groups = groups(sides);
        let link_type = self.link_type(spec.linkage.link_type, sides);
        let scored = Scored { from, decide, one_record_of, link_type, groups, tokens_only };
        (self.faults.len() == before).then_some((scored, fields))
    }

    /// What is known of pairs: labels, or a column of true persons.
    fn known(&mut self, spec: &EstimateSpec, fields: &[LinkageField], sides: &Sides, sources: &[Option<Source>]) {
        if spec.labels.is_some() && spec.truth_column.is_some() {
            let fault =
                Fault::spec("linkage.estimate", "a model is learnt from `labels` or a `truth_column`, not both");
            self.faults.push(fault.hint("leave one out"));
        }
        if let Some(file) = spec.labels.as_ref().filter(|file| !counterfoil_store::is_file(&self.base.join(file))) {
            let fault = Fault::environment("linkage.estimate.labels", format!("there is no file `{file}`"));
            self.faults.push(fault.hint("paths start from the job file's folder"));
        }
        let Some(column) = &spec.truth_column else { return };
        let place = "linkage.estimate.truth_column";
        for source in sides.all().filter_map(|(_, source)| sources[source].as_ref()) {
            if source.schema().field_with_name(column).is_err() {
                let message = format!("`{}` has no column `{column}`", source.name);
                self.faults.push(Fault::spec(place, message).hint("every data set needs it"));
            }
            let uses = |field: &&LinkageField| {
                source.role(&field.name).ok().flatten().is_some_and(|of| of.names().contains(&column.as_str()))
            };
            if let Some(field) = fields.iter().find(uses) {
                let message = format!("`{column}` of `{}` is the linkage field `{}`", source.name, field.name);
                let fault = Fault::spec(place, message);
                self.faults.push(fault.hint("a model that compares the truth says nothing of other data"));
            }
        }
    }

    /// Ready-made comparisons written out.
    fn expanded(&mut self, from: &ModelFrom, setting: &Setting<'_>) -> ModelFrom {
        let ModelFrom::Estimate(spec) = from else { return from.clone() };
        let mut spec = spec.clone();
        for (i, comparison) in spec.comparisons.iter_mut().enumerate() {
            let place = format!("linkage.estimate.comparison[{}]", i + 1);
            let expanded = self.keep(defaults::expanded(&place, comparison, setting));
            *comparison = expanded.unwrap_or_else(|| defaults::stand_in(comparison));
        }
        ModelFrom::Estimate(spec)
    }

    /// The fields that are compared: those that the model names, or every role that all data
    /// sets have. And all of these.
    fn scored_fields(
        &mut self,
        spec: &JobSpec,
        from: &ModelFrom,
        sides: &Sides,
        sources: &[Option<Source>],
    ) -> (Vec<LinkageField>, Vec<LinkageField>) {
        let known: Vec<&Source> = sides.all().filter_map(|(_, source)| sources[source].as_ref()).collect();
        self.faults.extend(known.iter().flat_map(|source| source.untyped_roles()));
        let common = common_fields(&known);
        let named = named_fields(from, spec);
        let is_used = |name: &String| from.comparisons().is_empty() || named.contains(name);
        self.faults.extend(of_two_kinds(&known, is_used));
        let fields: Vec<LinkageField> = common.iter().filter(|field| is_used(&field.name)).cloned().collect();
        if common.is_empty() && known.len() == sides.all().count() && !known.is_empty() {
            let message = "the data sets have no role in common that could be compared";
            self.faults.push(Fault::spec("linkage", message).hint("name their columns in `[data_set.roles]`"));
        }
        let fold = counterfoil_token::standardise::PostcodeFold::None;
        for source in known {
            for field in &fields {
                self.keep(source.field_plan(field, fold, models_accept));
                self.keep(source.check_several(field));
            }
        }
        (fields, common)
    }

    fn decide(&mut self, decide: &DecideSpec, fields: &[LinkageField], sides: &Sides) {
        use crate::scored::spec::ThresholdSpec;
        for (place, threshold) in [("link", decide.link), ("possible", decide.possible)] {
            let share = match threshold {
                Some(ThresholdSpec::Probability(p) | ThresholdSpec::FalseLinks(p) | ThresholdSpec::MissedLinks(p)) => p,
                Some(ThresholdSpec::Weight(bits)) if !bits.is_finite() => {
                    let fault = Fault::spec(format!("linkage.decide.{place}"), "a match weight is a number of bits");
                    self.faults.push(fault.hint("for example `link = { weight = 12.5 }`"));
                    continue;
                }
                Some(ThresholdSpec::Weight(_) | ThresholdSpec::BestF1) | None => continue,
            };
            if !(0.0..=1.0).contains(&share) {
                let fault = Fault::spec(format!("linkage.decide.{place}"), "a probability or share is from 0 to 1");
                self.faults.push(fault.hint("for example `link = { probability = 0.95 }`"));
            }
        }
        if let (Some(link), Some(possible)) = (decide.link, decide.possible)
            && possible.is_above(link)
        {
            let fault = Fault::spec("linkage.decide.possible", "a possible link would have to be likelier than a link");
            self.faults.push(fault.hint("possible links are the pairs below `link`: let `possible` ask for less"));
        }
        for name in decide.one_value_of.iter().filter(|name| !fields.iter().any(|field| field.name == **name)) {
            let known: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            let message = format!("there is no field `{name}`; the linkage has {}", known.join(", "));
            self.faults.push(Fault::spec("linkage.decide.one_value_of", message).hint("name one of these"));
        }
        let of_one = |name: &&String| fields.iter().any(|field| field.name == **name && field.several);
        for name in decide.one_value_of.iter().filter(of_one) {
            let message = format!("`{name}` has several values a record");
            let fault = Fault::spec("linkage.decide.one_value_of", message);
            self.faults.push(fault.hint("name fields of which a person has one value"));
        }
        let needs_sides =
            matches!(decide.resolve, Some(ResolveSpec::OneToOne | ResolveSpec::Greedy | ResolveSpec::BestPerRight));
        if needs_sides && sides.right.is_empty() {
            let message = "one-to-one and best-per-right links are between two sides, and there is one";
            let fault = Fault::spec("linkage.decide.resolve", message);
            self.faults.push(fault.hint("name `linkage.right`, or choose `components` or `complete-linkage`"));
        }
    }

    /// The data sets of which a person has at most one record.
    fn one_record_of(&mut self, decide: &DecideSpec, sides: &Sides, sources: &[Option<Source>]) -> Vec<usize> {
        const PLACE: &str = "linkage.decide.one_record_of";
        let known: Vec<(usize, &str)> =
            sides.all().filter_map(|(_, at)| Some((at, sources[at].as_ref()?.name.as_str()))).collect();
        let find = |name: &String| known.iter().find(|(_, of)| of == name).map(|(at, _)| *at);
        let named = decide.one_record_of.iter().flatten();
        let unknown = named.clone().filter(|name| find(name).is_none());
        // A data set that has faults of its own is not known by name here.
        for name in unknown.filter(|_| known.len() == sides.all().count()) {
            let names = known.iter().map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!("there is no data set `{name}` in the linkage; it has {names}");
            self.faults.push(Fault::spec(PLACE, message).hint("name data sets that have one record for each person"));
        }
        if named.clone().count() > MAX_DUPLICATE_FREE {
            let fault = Fault::spec(PLACE, format!("it names more than {MAX_DUPLICATE_FREE} data sets"));
            self.faults.push(fault.hint("name those of which two records would be an error"));
        }
        named.filter_map(find).collect()
    }

    fn link_type(&mut self, given: Option<LinkTypeSpec>, sides: &Sides) -> LinkType {
        let sources = sides.left.len();
        let chosen = chosen_link_type(given, sources, !sides.right.is_empty());
        if chosen == LinkType::LinkOnly && sides.right.is_empty() && sources == 1 {
            let fault = Fault::spec("linkage.type", "`link_only` links different data sets, and there is one");
            self.faults.push(fault.hint("name `linkage.right`, or leave `type` out to deduplicate"));
        }
        chosen
    }
}

/// Which pairs are looked for: what is said, else between the sides where there are two.
pub(crate) fn chosen_link_type(given: Option<LinkTypeSpec>, left: usize, has_right: bool) -> LinkType {
    match (given, has_right) {
        (Some(LinkTypeSpec::LinkOnly), _) | (None, true) => LinkType::LinkOnly,
        (Some(LinkTypeSpec::DedupeOnly), _) => LinkType::DedupeOnly,
        (None, false) if left == 1 => LinkType::DedupeOnly,
        (Some(LinkTypeSpec::LinkAndDedupe), _) | (None, false) => LinkType::LinkAndDedupe,
    }
}

/// That a model is meant for other pairs than the job looks for.
fn other_link_type(spec: &JobSpec, file: &str, meant: Option<LinkType>) -> Option<String> {
    let linkage = &spec.linkage;
    let chosen = chosen_link_type(linkage.link_type, linkage.left.as_slice().len(), linkage.right.is_some());
    let meant = meant.filter(|meant| *meant != chosen)?;
    let name = splink::name_of;
    Some(format!("{file}: the settings are for `{}`, and the job looks for pairs as `{}`", name(meant), name(chosen)))
}

/// Values that two comparisons are about: weights are added as if the two were independent, and of
/// one value they cannot be.
fn compared_twice(comparisons: &[ComparisonSpec]) -> Vec<String> {
    let closest = |spec: &ComparisonSpec| -> Vec<Term> {
        let terms = spec.levels.first().and_then(|level| words::equal_terms(&level.when));
        terms.unwrap_or_default().into_iter().cloned().collect()
    };
    let mut notes = Vec::new();
    for (at, one) in comparisons.iter().enumerate() {
        let terms = closest(one);
        for other in &comparisons[at + 1..] {
            if let Some(term) = closest(other).into_iter().find(|term| terms.contains(term)) {
                notes.push(format!(
                    "`{}` and `{}` both compare `{term}`, so that what it says counts twice: make one comparison of them",
                    name_of(one),
                    name_of(other),
                ));
            }
        }
    }
    notes
}

/// Probabilities of a given model that are not those of all levels together.
fn incomplete(model: &ModelSpec, file: &str) -> Vec<String> {
    /// Figures that somebody rounded to two places do not add up to 1 on the dot.
    const ROUNDED: f64 = 0.02;
    let mut notes = Vec::new();
    for comparison in &model.comparisons {
        let levels = &comparison.levels;
        let sums = [
            ("m", levels.iter().filter_map(LevelSpec::m).sum::<f64>()),
            ("u", levels.iter().filter_map(LevelSpec::u).sum()),
        ];
        for (what, sum) in sums.into_iter().filter(|(_, sum)| (sum - 1.0).abs() > ROUNDED) {
            let name = name_of(comparison);
            notes.push(format!(
                "{file}: {what} of all levels of `{name}` adds up to {sum:.2}, and not to 1: weights are off by that"
            ));
        }
    }
    notes
}

/// The data sets in groups between which, or within which, pairs are looked for: the sides, or
/// each data set by itself if there is one side.
fn groups(sides: &Sides) -> Vec<Vec<usize>> {
    if sides.right.is_empty() {
        sides.left.iter().map(|source| vec![*source]).collect()
    } else {
        vec![sides.left.clone(), sides.right.clone()]
    }
}

/// Gaps of numbers that the job's own comparisons, blocking rules and conditions leave out, so that
/// they would change nothing. A given model keeps those of the data that it was learnt from.
fn idle_gaps(from: &ModelFrom, common: &[LinkageField], fields: &[LinkageField]) -> Vec<Fault> {
    let ModelFrom::Estimate(spec) = from else { return Vec::new() };
    let is_in = |of: &[LinkageField], name: &String| of.iter().any(|field| field.name == *name);
    let is_idle = |name: &&String| is_in(common, name) && !is_in(fields, name);
    let fault = |name: &String| {
        let message = format!("`{name}` is neither compared nor blocked on, so that a gap changes nothing");
        Fault::spec(format!("linkage.estimate.gap.{name}"), message)
            .hint(format!("leave the gap out, or compare it: `is = \"age\"`, `of = [\"{name}\"]`"))
    };
    spec.gap.keys().filter(is_idle).map(fault).collect()
}

/// Every field that a model or the decision names.
fn named_fields(from: &ModelFrom, spec: &JobSpec) -> Vec<String> {
    let comparisons = from.comparisons();
    let compared = comparisons.iter().flat_map(|of| of.fields.iter().cloned().chain(words::fields_of(of)));
    let nulls = comparisons.iter().filter_map(|of| of.null.as_ref());
    let conditions = nulls.chain(from.definite()).chain(from.veto()).flat_map(words::terms_of);
    let levels = comparisons.iter().flat_map(|of| &of.levels);
    let frequencies = levels.filter_map(|level| level.term_frequency.as_ref()).map(|frequency| &frequency.of);
    let terms = conditions.chain(frequencies).map(|term| term.field.clone());
    let one_value_of = spec.linkage.decide.iter().flat_map(|decide| decide.one_value_of.iter().cloned());
    let blocked = from.blocks().iter().flat_map(words::fields_of_block);
    compared.chain(terms).chain(one_value_of).chain(blocked).collect()
}

/// Faults of roles that hold values of one kind in one source and of another in the next, which are
/// never equal.
fn of_two_kinds(sources: &[&Source], is_used: impl Fn(&String) -> bool) -> Vec<Fault> {
    let mut first: BTreeMap<String, (FieldKind, &str)> = BTreeMap::new();
    let mut faults = Vec::new();
    for source in sources {
        for (name, kind) in source.comparable_roles().into_iter().filter(|(name, _)| is_used(name)) {
            let (known, one) = *first.entry(name.clone()).or_insert((kind, &source.name));
            if known != kind {
                let message =
                    format!("`{name}` is a {} in `{one}` and a {} in `{}`", known.name(), kind.name(), source.name);
                faults.push(Fault::spec("linkage", message).hint("declare the same type in both"));
            }
        }
    }
    faults
}

/// Roles that can be compared and that all sources have, in the order of their names.
fn common_fields(sources: &[&Source]) -> Vec<LinkageField> {
    let mut kinds: BTreeMap<String, (FieldKind, usize)> = BTreeMap::new();
    for source in sources {
        for (name, kind) in source.comparable_roles() {
            let known = kinds.entry(name).or_insert((kind, 0));
            known.1 += usize::from(known.0 == kind);
        }
    }
    let everywhere = kinds.into_iter().filter(|(_, (_, count))| *count == sources.len());
    let several = |name: &str| sources.iter().any(|source| source.several(name).is_some());
    everywhere.map(|(name, (kind, _))| LinkageField { several: several(&name), name, kind }).collect()
}
