//! How the data sets are linked: sides, ranks, fields, lists.

use std::collections::BTreeMap;

use counterfoil_catalogue::{
    Catalogue, LinkageOptions, Products, RankSpec, Recipe, Resolution, RoleColumns, SettledOptions, StepOne,
    WithoutPersonKey, compile_ranks, linkage_fields, named_lists,
};
use counterfoil_core::{Exclusion, Fault, FieldKind, LinkageField, RankTable, Side};
use counterfoil_token::coding::accepts;

use super::scored::ModelFrom;
use super::{Checker, Linkage};
use crate::definition;
use crate::lists::{OpenList, ValueList};
use crate::source::{self, Source};
use crate::spec::{DataSetSpec, JobSpec, OneOrMore};

/// Data sets by side, by position in the job.
#[derive(Clone, Debug)]
pub(crate) struct Sides {
    pub(crate) left: Vec<usize>,
    pub(crate) right: Vec<usize>,
    /// Whether every name that the job gives is one of a data set.
    are_known: bool,
}

impl Sides {
    /// Whether every name that the job gives is one of a data set.
    pub(super) fn are_known(&self) -> bool {
        self.are_known
    }

    /// All data sets, with the side they stand on.
    pub(super) fn all(&self) -> impl Iterator<Item = (Side, usize)> {
        let left = self.left.iter().map(|source| (Side::Left, *source));
        left.chain(self.right.iter().map(|source| (Side::Right, *source)))
    }
}

/// What is linked by: a recipe, ranks of the job's own, or a model.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    recipe: Option<&'static Recipe>,
    /// The probabilistic model, if that is what it is; there are no ranks then.
    pub(crate) model: Option<ModelFrom>,
    ranks: Vec<RankSpec>,
    pub(crate) options: SettledOptions,
    pub(crate) products: Option<Products>,
}

impl Method {
    /// [`Linkage::date_role`].
    fn date_role(&self, side: Side) -> Option<&str> {
        match (self.recipe, side) {
            _ if self.model.is_some() => None,
            (Some(recipe), Side::Left) => recipe.left.date.as_deref(),
            (Some(recipe), Side::Right) => recipe.right.date.as_deref(),
            (None, Side::Left) => Some("activity_date"),
            (None, Side::Right) => Some("death_date"),
        }
    }

    /// Whether no left data set says when a person was active. One that is at fault might.
    fn lacks_activity(&self, sides: &Sides, sources: &[Option<Source>]) -> bool {
        let role = self.date_role(Side::Left);
        let undated = |source: &Source| matches!(source.event_date(role), Ok(None));
        sides.left.iter().all(|source| sources[*source].as_ref().is_some_and(undated))
    }
}

impl Checker<'_> {
    pub(super) fn sides(&mut self, spec: &JobSpec) -> Sides {
        let left = self.side(spec, "linkage.left", Some(&spec.linkage.left));
        let right = self.side(spec, "linkage.right", spec.linkage.right.as_ref());
        let names = |names: &OneOrMore| names.as_slice().len();
        let are_known = left.len() == names(&spec.linkage.left)
            && right.len() == spec.linkage.right.as_ref().map(names).unwrap_or_default();
        if let Some(both) = left.iter().find(|source| right.contains(source)) {
            let name = &spec.data_sets[*both].name;
            self.faults.push(
                Fault::spec("linkage.right", format!("`{name}` stands on both sides"))
                    .hint("to deduplicate one data set, leave `right` out"),
            );
        }
        Sides { left, right, are_known }
    }

    /// Sources of a side, by position.
    fn side(&mut self, spec: &JobSpec, place: &str, names: Option<&OneOrMore>) -> Vec<usize> {
        let mut found = Vec::new();
        for name in names.map(OneOrMore::as_slice).unwrap_or_default() {
            match spec.data_sets.iter().position(|data_set| data_set.name == *name) {
                Some(source) if found.contains(&source) => {
                    self.faults.push(Fault::spec(place, format!("`{name}` is named twice")).hint("name it once"));
                }
                Some(source) => found.push(source),
                None => {
                    let known: Vec<_> = spec.data_sets.iter().map(|d| format!("`{}`", d.name)).collect();
                    let message = format!("there is no data set `{name}`; the job has {}", known.join(", "));
                    self.faults.push(Fault::spec(place, message).hint("name a `[[data_set]]` of the job"));
                }
            }
        }
        found
    }

    /// The recipe, the ranks or the model; `None` if the job names none, or none that is known.
    pub(super) fn method(&mut self, spec: &JobSpec) -> Option<Method> {
        let own = &spec.linkage;
        if own.model.is_some() || own.estimate.is_some() {
            return self.by_model(spec);
        }
        if own.decide.is_some() || own.link_type.is_some() {
            let fault = Fault::spec("linkage", "`decide` and `type` are for a `model` or `estimate`");
            self.faults.push(fault.hint("ranks have `[linkage.options]`"));
        }
        if own.recipe.is_some() != own.ranks.is_empty() {
            let message = if own.recipe.is_some() {
                "a linkage has a `recipe` or `rank` tables, not both"
            } else {
                "a linkage needs a `recipe`, `rank` tables, `estimate` or a `model`"
            };
            self.faults.push(
                Fault::spec("linkage", message)
                    .hint("`counterfoil catalogue` lists the recipes; `estimate = {}` learns a probabilistic model"),
            );
        }
        let Some(name) = &own.recipe else {
            let has_ranks = !own.ranks.is_empty();
            return has_ranks.then(|| Method {
                recipe: None,
                model: None,
                ranks: own.ranks.clone(),
                options: own.options.settle(),
                products: None,
            });
        };
        let recipe = self.keep(Catalogue::built_in().require_recipe("linkage.recipe", name))?;
        Some(Method {
            recipe: Some(recipe),
            model: None,
            ranks: recipe.ranks.clone(),
            options: own.options.over(&recipe.options).settle(),
            products: recipe.products,
        })
    }

    /// A model, with nothing of what belongs to ranks.
    fn by_model(&mut self, spec: &JobSpec) -> Option<Method> {
        let own = &spec.linkage;
        if own.recipe.is_some() || !own.ranks.is_empty() {
            let fault = Fault::spec("linkage", "a linkage is by ranks or by a model, not both");
            self.faults.push(fault.hint("leave out `recipe` and `rank`, or `model` and `estimate`"));
        }
        if own.options != LinkageOptions::default() || !own.lists.is_empty() {
            let fault = Fault::spec("linkage", "`options` and `lists` are for ranks");
            self.faults.push(fault.hint("a model has `[linkage.decide]`"));
        }
        let model = self.model(spec)?;
        // Every pair that the model decides for is a link; it is resolved beforehand.
        let options = LinkageOptions { resolution: Some(Resolution::KeepAll), ..LinkageOptions::default() };
        Some(Method { recipe: None, model: Some(model), ranks: Vec::new(), options: options.settle(), products: None })
    }

    /// The linkage, if all that it needs is in order.
    pub(super) fn linkage(
        &mut self,
        spec: &JobSpec,
        sources: &[Option<Source>],
        sides: Sides,
        method: Option<&Method>,
    ) -> Option<Linkage> {
        let lists = self.open_lists(spec);
        let is_by_person = self.is_by_person(spec, &sides, sources);
        let method = method?;
        if method.model.is_some() {
            let is_whole = is_by_person && sides.are_known && sides.all().all(|(_, source)| sources[source].is_some());
            let (scored, fields) = self.scored(spec, &sides, method, sources)?;
            return is_whole.then(|| Linkage::by_model(sides, fields, method, scored));
        }
        self.unused_lists(spec, &method.ranks);
        if let Some(recipe) = method.recipe {
            self.needs(recipe, method.options.without_person_key, spec, &sides, sources);
        }
        self.options(spec, method, &sides, sources);
        let fields = self.fields(&method.ranks, &sides, sources);
        self.roles(&fields, &sides, method, sources);
        let is_whole = is_by_person && sides.are_known && sides.all().all(|(_, source)| sources[source].is_some());
        let table = self.table(method, &fields, is_whole);
        let (table, true) = (table?, is_whole) else { return None };
        let lists = self.lists(lists, method, &fields, &table);
        Some(Linkage {
            left: sides.left,
            right: sides.right,
            fields,
            table,
            ranks: method.ranks.clone(),
            options: method.options,
            products: method.products,
            scored: None,
            lists,
            dates: [Side::Left, Side::Right].map(|side| method.date_role(side).map(str::to_owned)),
        })
    }

    /// Whether all data sets of a side can be linked by person, and their person keys be
    /// joined; what cannot is a fault.
    fn is_by_person(&mut self, spec: &JobSpec, sides: &Sides, sources: &[Option<Source>]) -> bool {
        let before = self.faults.len();
        for (place, side) in [("linkage.left", &sides.left), ("linkage.right", &sides.right)] {
            let specs: Vec<&DataSetSpec> = side.iter().map(|source| &spec.data_sets[*source]).collect();
            self.faults.extend(definition::not_linkable(place, &specs, self.entries));
            // In a deduplication it is records that are compared, not persons.
            if !sides.right.is_empty() {
                let side: Vec<&Source> = side.iter().filter_map(|source| sources[*source].as_ref()).collect();
                self.faults.extend(definition::mixed_person_keys(place, &side));
            }
        }
        self.faults.len() == before
    }

    /// What a recipe asks of each side's data sets.
    fn needs(
        &mut self,
        recipe: &Recipe,
        without_person_key: WithoutPersonKey,
        spec: &JobSpec,
        sides: &Sides,
        sources: &[Option<Source>],
    ) {
        if spec.linkage.right.is_none() {
            let message = format!("the recipe `{}` links two sides; name the right one", recipe.name);
            self.faults.push(Fault::spec("linkage.right", message).hint("`right = \"DATA_SET\"`"));
        }
        for (side, source) in sides.all() {
            // Of one that cannot be linked at all, no roles are asked.
            let Some(source) = sources[source].as_ref().filter(|source| source.has_persons()) else { continue };
            let (place, needs) = match side {
                Side::Left => ("linkage.left", &recipe.left),
                Side::Right => ("linkage.right", &recipe.right),
            };
            if let Some(definition) = &source.definition {
                let own =
                    |fault: &Fault| !needs.roles.iter().any(|r| fault.message.contains(&format!("no role `{r}`")));
                let lacking = needs.lacking(place, definition);
                let has_all = needs.roles.iter().all(|role| matches!(source.role(role), Ok(Some(_))));
                self.faults.extend(lacking.into_iter().filter(|fault| !has_all || own(fault)));
            }
            for role in &needs.roles {
                if let Ok(None) = source.role(role) {
                    let message = format!(
                        "`{}` has no column for the role `{role}`, which the recipe `{}` needs",
                        source.name, recipe.name
                    );
                    self.faults.push(
                        Fault::spec(place, message)
                            .hint(format!("name it in the job: `[data_set.roles] {role} = \"COLUMN\"`")),
                    );
                }
            }
            if needs.person_key && source.person_key.is_none() {
                let so = match without_person_key {
                    WithoutPersonKey::Row => "each row counts as a person of its own",
                    WithoutPersonKey::Identity => "persons are told by their combination of identifiers",
                };
                self.notes.push(format!("{}: no person key, so {so}", source.name));
            }
        }
    }

    /// The linkage fields, each of one kind in all data sets.
    fn fields(&mut self, ranks: &[RankSpec], sides: &Sides, sources: &[Option<Source>]) -> Vec<LinkageField> {
        let mut fields = Vec::new();
        for name in linkage_fields(ranks) {
            let mut kinds = Vec::new();
            for source in sides.all().filter_map(|(_, source)| sources[source].as_ref()) {
                match source.role_kind(&name) {
                    Ok(Some(kind)) if kinds.iter().all(|(known, _)| *known != kind) => kinds.push((kind, &source.name)),
                    Ok(_) => {}
                    Err(fault) => self.faults.push(fault),
                }
            }
            if let [(a, one), (b, two), ..] = kinds.as_slice() {
                let message = format!("`{name}` is a {} in `{one}` and a {} in `{two}`", a.name(), b.name());
                self.faults.push(Fault::spec("linkage", message).hint("declare the same type in both"));
            }
            if let Some((kind, _)) = kinds.first() {
                fields.push(LinkageField { name, kind: *kind, several: false });
            }
        }
        fields
    }

    /// Binds every linkage field of every source once, to find faults before the first row.
    fn roles(&mut self, fields: &[LinkageField], sides: &Sides, method: &Method, sources: &[Option<Source>]) {
        let fold = source::postcode_fold(method.options.postcode_fold);
        for (side, source) in sides.all() {
            let Some(source) = &sources[source] else { continue };
            for field in fields {
                self.keep(source.field_plan(field, fold, accepts));
                if matches!(source.role(&field.name), Ok(Some(RoleColumns::YearByAge { .. }))) {
                    let place = format!("data_set.{}.roles.{}", source.name, field.name);
                    let fault = Fault::spec(place, "a rank compares dates, and an age tells only the year");
                    self.faults.push(fault.hint("leave out `age`, or link by a model"));
                }
                if matches!(source.role(&field.name), Ok(Some(RoleColumns::AgeByBirth { .. }))) {
                    let place = format!("data_set.{}.roles.{}", source.name, field.name);
                    let fault = Fault::spec(place, "a rank compares what stands in a column, and no ages by birth");
                    self.faults.push(fault.hint("name the column as a date, or link by a model"));
                }
                if source.several(&field.name).is_some() {
                    let place = format!("data_set.{}.roles.{}", source.name, field.name);
                    let fault = Fault::spec(place, "a rank compares one value a record, and `several` says more");
                    self.faults.push(fault.hint("leave out `several`, or link by a model"));
                }
            }
            self.keep(source.event_date(method.date_role(side)));
            for rank in &method.ranks {
                for name in &rank.agree {
                    if let Ok(None) = source.role(name) {
                        self.notes.push(format!(
                            "{}: no column for `{name}`, so rank {} cannot be met",
                            source.name, rank.rank
                        ));
                    }
                }
            }
        }
    }

    /// What the options ask of the linkage.
    fn options(&mut self, spec: &JobSpec, method: &Method, sides: &Sides, sources: &[Option<Source>]) {
        if spec.linkage.right.is_none() && method.options.resolution == Resolution::BestPerRight {
            let message = "`best-per-right` attaches records of a right side, and there is none";
            self.faults.push(
                Fault::spec("linkage.options.resolution", message).hint("name `linkage.right`, or choose `keep-all`"),
            );
        }
        let lacks_activity = method.lacks_activity(sides, sources);
        if method.options.activity_guard.is_some() && lacks_activity {
            self.notes.push("activity guard: no activity date on the left, so nothing is barred".to_owned());
        }
        if method.options.step_1 == StepOne::Undivided {
            return;
        }
        if !method.ranks.iter().any(|rank| rank.rank == 1) {
            self.faults.push(
                Fault::spec("linkage.options.step_1", "there is no rank 1 to be parted")
                    .hint("leave it out, or number the best rank 1"),
            );
        } else if lacks_activity {
            self.notes.push("step 1A: no activity date on the left, so every link of rank 1 is of step 1A".to_owned());
        }
    }

    /// The compiled ranks. Where some data set is not known, neither is what fields it has: of
    /// those that no other has, nothing is said.
    fn table(&mut self, method: &Method, fields: &[LinkageField], is_whole: bool) -> Option<RankTable> {
        let mut fields = fields.to_vec();
        if !is_whole {
            for name in linkage_fields(&method.ranks) {
                if !fields.iter().any(|field| field.name == name) {
                    // Of all kinds, a date is the one that every condition takes.
                    let kind = FieldKind::of_role(&name).unwrap_or(FieldKind::Date);
                    fields.push(LinkageField { name, kind, several: false });
                }
            }
        }
        let table = compile_ranks(&method.ranks, &fields, method.options.partial_date.into());
        table.map_err(|more| self.faults.extend(more)).ok()
    }

    /// Opens every list that the job gives.
    fn open_lists(&mut self, spec: &JobSpec) -> BTreeMap<String, OpenList> {
        let mut lists = BTreeMap::new();
        for (name, list) in &spec.linkage.lists {
            let opened = OpenList::open(name, list, &self.base);
            let opened = opened.map_err(|more| self.faults.extend(more)).ok();
            lists.extend(opened.map(|list| (name.clone(), list)));
        }
        lists
    }

    fn unused_lists(&mut self, spec: &JobSpec, ranks: &[RankSpec]) {
        let used = named_lists(ranks);
        for name in spec.linkage.lists.keys().filter(|name| !used.contains(name)) {
            let known: Vec<_> = used.iter().map(|n| format!("`{n}`")).collect();
            let message = match known.as_slice() {
                [] => format!("no rank excludes values by the list `{name}`, or by any other"),
                known => format!("no rank excludes values by the list `{name}`; the ranks use {}", known.join(", ")),
            };
            self.faults.push(
                Fault::spec(format!("linkage.lists.{name}"), message)
                    .hint("leave the list out, or name it in a rank: `exclude = [\"FIELD:LIST\"]`"),
            );
        }
        for name in used.iter().filter(|name| !spec.linkage.lists.contains_key(*name)) {
            self.notes.push(format!("lists.{name}: not given, so no value counts as listed"));
        }
    }

    /// Binds the lists to the fields whose values they hold.
    fn lists(
        &mut self,
        mut open: BTreeMap<String, OpenList>,
        method: &Method,
        fields: &[LinkageField],
        table: &RankTable,
    ) -> Vec<ValueList> {
        let fold = source::postcode_fold(method.options.postcode_fold);
        let mut lists: Vec<ValueList> = Vec::new();
        for exclusion in &table.exclusions {
            let Exclusion::Listed { field, list } = exclusion else { continue };
            let LinkageField { name, kind, .. } = &fields[*field];
            if let Some(open) = open.remove(list) {
                lists.extend(self.keep(open.bind(&fields[*field], fold)));
            } else if let Some(other) = lists.iter().find(|known| known.name == *list && known.kind() != *kind) {
                let message = format!("the list is of a {} and `{name}` is a {}", other.kind().name(), kind.name());
                self.faults.push(
                    Fault::spec(format!("linkage.lists.{list}"), message).hint("give each field a list of its own"),
                );
            }
        }
        lists
    }
}
