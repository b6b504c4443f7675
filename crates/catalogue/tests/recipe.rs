//! The recipes against the published cascade, options in layers, and ranks with faults.

use counterfoil_catalogue::{
    ActivityGuard, Catalogue, Contradiction, GuardScope, GuardWhen, LinkageOptions, PartialDateName, PostcodeFold,
    Products, RankSpec, Recipe, Resolution, StepOne, TieName, WithoutPersonKey, compile_ranks, linkage_fields,
    named_lists,
};
use counterfoil_core::{Exclusion, Fault, FieldKind, LinkageField, PartialDate, Rank, RankTable};

const NHS: usize = 0;
const BORN: usize = 1;
const SEX: usize = 2;
const POSTCODE: usize = 3;

fn fields() -> Vec<LinkageField> {
    let field = |name: &str| LinkageField {
        name: name.to_owned(),
        kind: FieldKind::of_role(name).expect("a standard role"),
        several: false,
    };
    ["nhs_number", "birth_date", "sex", "postcode"].map(field).to_vec()
}

fn recipe() -> &'static Recipe {
    Catalogue::built_in().recipe("hes-deaths").expect("a built-in recipe")
}

/// The table of section 1.1 of the methodology, written out by hand.
#[test]
fn the_eight_ranks_are_those_of_the_published_table() {
    let exact = |rank, agree: &[usize]| Rank { rank, agree: agree.to_vec(), ..Rank::default() };
    let born_partly = |rank, agree: &[usize]| Rank { partial: vec![BORN], ..exact(rank, agree) };
    let without_number = |rank, exclude: &[usize]| Rank {
        not_contradict: vec![NHS],
        exclude: exclude.to_vec(),
        ..exact(rank, &[BORN, SEX, POSTCODE])
    };
    let expected = RankTable {
        ranks: vec![
            exact(1, &[NHS, BORN, SEX, POSTCODE]),
            exact(2, &[NHS, BORN, SEX]),
            born_partly(3, &[NHS, SEX, POSTCODE]),
            born_partly(4, &[NHS, SEX]),
            exact(5, &[NHS, POSTCODE]),
            without_number(6, &[0, 1]),
            without_number(7, &[0]),
            exact(8, &[NHS]),
        ],
        exclusions: vec![
            Exclusion::FirstOfJanuary { field: BORN },
            Exclusion::Listed { field: POSTCODE, list: "communal".to_owned() },
        ],
        partial_date: PartialDate::TwoOfThreeOrSwapped,
    };
    let found = compile_ranks(&recipe().ranks, &fields(), PartialDate::TwoOfThreeOrSwapped);
    assert_eq!(found, Ok(expected));
    assert_eq!(linkage_fields(&recipe().ranks), ["nhs_number", "birth_date", "sex", "postcode"]);
    assert_eq!(named_lists(&recipe().ranks), ["communal"]);
}

/// The defaults of section 1.7, the partial date of 1.2 and the guard of 1.1.
#[test]
fn open_points_are_settled_as_documented() {
    let settled = recipe().options.settle();
    assert_eq!(settled.resolution, Resolution::RankByRank);
    assert_eq!(settled.ties, TieName::Break);
    assert_eq!(settled.contradiction, Contradiction::MatchingRecord);
    assert_eq!(settled.partial_date, PartialDateName::TwoOfThreeOrSwapped);
    assert_eq!(settled.postcode_fold, PostcodeFold::LetterO);
    assert_eq!(settled.step_1, StepOne::Undivided);
    assert_eq!(settled.without_person_key, WithoutPersonKey::Row);
    assert_eq!(settled.subsequent_activity_days, 0);
    let guard = ActivityGuard { days: 3, scope: GuardScope::Person, when: GuardWhen::BeforeChoice };
    assert_eq!(settled.activity_guard, Some(guard));
    assert_eq!(recipe().products, Some(Products::HesDeaths));
}

/// The nine steps are the eight ranks with the first in two parts; the partial date is that
/// of the report's first two stages.
#[test]
fn imaging_is_attached_by_the_same_ranks_with_the_first_in_two_parts() {
    let did = Catalogue::built_in().recipe("hes-did").expect("a built-in recipe");
    assert_eq!(did.ranks, recipe().ranks);
    let settled = did.options.settle();
    assert_eq!(settled.step_1, StepOne::LatestRecord);
    assert_eq!(settled.resolution, Resolution::BestPerRight);
    assert_eq!(settled.partial_date, PartialDateName::TwoOfThreeOrSwapped);
    assert_eq!(settled.activity_guard, None);
    assert_eq!(did.products, Some(Products::HesDid));
    assert_eq!((did.left.date.as_deref(), did.right.date.as_deref()), (Some("activity_date"), Some("activity_date")));
}

/// Persons of two releases are paired by the same ranks, every pair kept; no date matters.
#[test]
fn mental_health_is_bridged_by_the_same_ranks_and_every_pair_is_kept() {
    let bridge = Catalogue::built_in().recipe("hes-mh-bridge").expect("a built-in recipe");
    assert_eq!(bridge.ranks, recipe().ranks);
    let settled = bridge.options.settle();
    assert_eq!(settled.resolution, Resolution::KeepAll);
    assert_eq!(settled.without_person_key, WithoutPersonKey::Identity);
    assert_eq!((settled.activity_guard, settled.step_1), (None, StepOne::Undivided));
    assert_eq!(bridge.products, Some(Products::Bridge));
    assert_eq!((&bridge.left.date, &bridge.right.date), (&None, &None));
}

#[test]
fn every_definition_of_a_partial_date_can_be_written() {
    for definition in PartialDate::ALL {
        let options: LinkageOptions =
            toml::from_str(&format!("partial_date = \"{}\"", definition.name())).expect("the name is known");
        assert_eq!(PartialDate::from(options.settle().partial_date), definition);
    }
}

#[test]
fn a_job_goes_before_the_recipe_and_the_recipe_before_the_defaults() {
    let job: LinkageOptions =
        toml::from_str("ties = \"refuse\"\nactivity_guard = { days = 30 }").expect("options are in order");
    let settled = job.over(&recipe().options).settle();
    assert_eq!(settled.ties, TieName::Refuse);
    assert_eq!(settled.activity_guard, Some(ActivityGuard { days: 30, ..ActivityGuard::default() }));
    let off: LinkageOptions = toml::from_str("activity_guard = \"none\"").expect("options are in order");
    assert_eq!(off.over(&recipe().options).settle().activity_guard, None);
    assert_eq!(LinkageOptions::default().settle().activity_guard, None);
    let written = toml::to_string(&settled.as_written()).expect("plain values");
    let again: LinkageOptions = toml::from_str(&written).expect("it reads back");
    assert_eq!(again.settle(), settled);
}

#[test]
fn sides_say_what_a_data_set_lacks() {
    let built_in = Catalogue::built_in();
    let lacking = |name: &str| recipe().left.lacking("linkage.left", built_in.data_set(name).expect("built in"));
    for name in ["hes-apc", "hes-op", "hes-ae", "ecds"] {
        assert_eq!(lacking(name), [], "{name}");
    }
    assert_eq!(recipe().right.lacking("linkage.right", built_in.data_set("deaths").expect("built in")), []);
    insta::assert_snapshot!(shown(&lacking("hes-cc")), @r"
    linkage.left: `hes-cc` lacks the roles `nhs_number`, `birth_date`, `sex`, `postcode`
      hint: its persons are those of `hes-apc`: link that instead
    ");
    insta::assert_snapshot!(shown(&lacking("deaths")), @"linkage.left: `deaths` is of family `DEATHS`; this side takes `HES`, `ECDS`");
}

#[test]
fn all_faults_of_ranks_come_at_once() {
    let ranks = r#"
        [[rank]]
        rank = 0
        agree = ["nhs_numer"]
        [[rank]]
        rank = 3
        agree = []
        partial = ["sex"]
        [[rank]]
        rank = 3
        agree = ["sex", "sex"]
        exclude = ["sex:first-of-january", "birth_date:first-of-january", "postcode"]
        [[rank]]
        rank = 2
        agree = ["nhs_number"]
        exclude = ["town:communal"]
    "#;
    insta::assert_snapshot!(shown(&compiled(ranks).expect_err("much is wrong")), @r"
    linkage.rank[1].rank: rank 0 means `not linked` and cannot be a rule
      hint: count ranks from 1
    linkage.rank[1].agree: unknown linkage field `nhs_numer`; both sides have `nhs_number`, `birth_date`, `sex`, `postcode`
      hint: did you mean `nhs_number`?
    linkage.rank[2].agree: is empty
      hint: a rank needs at least one field that agrees exactly, to find pairs by
    linkage.rank[2].partial: `sex` is of type `sex`, and only a date can be that
      hint: drop `sex` here, or ask for it in `agree`
    linkage.rank[3].rank: rank 3 is there twice
      hint: rules of one quality still need ranks of their own
    linkage.rank[3].agree: `sex` is there twice
      hint: a rank asks one thing of each field
    linkage.rank[3].exclude: `sex` is of type `sex`, and only a date can be that
      hint: drop `sex` here, or ask for it in `agree`
    linkage.rank[3].exclude: `birth_date:first-of-january` is about a value that this rank does not agree on
      hint: add `birth_date` to `agree`, or drop the exclusion
    linkage.rank[3].exclude: unknown exclusion `postcode`
      hint: write `FIELD:first-of-january`, or `FIELD:LIST` with the name of a list of the job
    linkage.rank[4].rank: rank 2 comes after rank 3
      hint: write ranks in ascending order, best first
    linkage.rank[4].exclude: unknown linkage field `town`; both sides have `nhs_number`, `birth_date`, `sex`, `postcode`
      hint: give a data set that role: `[data_set.roles]`
    ");
}

#[test]
fn more_than_eight_exclusions_do_not_fit() {
    let rules = |count: usize| {
        let exclude: Vec<String> = (1..=count).map(|n| format!("\"postcode:list-{n}\"")).collect();
        format!("[[rank]]\nrank = 1\nagree = [\"postcode\"]\nexclude = [{}]", exclude.join(", "))
    };
    assert_eq!(compiled(&rules(8)).expect("eight fit").exclusions.len(), 8);
    insta::assert_snapshot!(shown(&compiled(&rules(9)).expect_err("nine do not")), @r"
    linkage.rank: the ranks name 9 different exclusions; at most 8 are possible
      hint: put several lists of one field into one file
    ");
    insta::assert_snapshot!(shown(&compile_ranks(&[], &fields(), PartialDate::TwoOfThree).expect_err("none")), @r"
    linkage.rank: there is no rank
      hint: a rank is a `[[linkage.rank]]` table
    ");
}

fn compiled(ranks: &str) -> Result<RankTable, Vec<Fault>> {
    #[derive(serde::Deserialize)]
    struct Ranks {
        rank: Vec<RankSpec>,
    }
    let ranks: Ranks = toml::from_str(ranks).expect("the form is in order");
    compile_ranks(&ranks.rank, &fields(), PartialDate::TwoOfThree)
}

fn shown(faults: &[Fault]) -> String {
    let line = |fault: &Fault| match &fault.hint {
        Some(hint) => format!("{fault}\n  hint: {hint}"),
        None => fault.to_string(),
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}
