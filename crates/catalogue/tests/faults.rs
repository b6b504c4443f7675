//! What a faulty entry is told, and what a misspelt name is offered.

use counterfoil_catalogue::{Catalogue, DataSet, RoleSpec, data_set_schema, recipe_schema, service_schema};
use counterfoil_core::Fault;

const SMALL: &str = r#"
version = 1
name = "clinic"
code = "CLINIC"
title = "A clinic's list"
grain = "visit"
record_key = ["VISIT"]
source = "the clinic"
[link]
person = true
by = ["nhs_number"]
[roles]
nhs_number = "NHS"
birth_place = { column = "TOWN", type = "text" }
[[field]]
name = "VISIT"
type = "text"
tier = "PS"
title = "Visit"
[[field]]
name = "NHS"
type = "text"
tier = "ID"
title = "NHS number"
[[field]]
name = "TOWN"
type = "text"
tier = "QI"
title = "Place of birth"
"#;

#[test]
fn an_added_entry_is_found_and_a_second_replaces_it() {
    let added = with(Catalogue::built_in(), SMALL).expect("the entry is in order");
    assert_eq!(added.data_sets().len(), Catalogue::built_in().data_sets().len() + 1);
    assert_eq!(added.data_set("clinic").expect("added").title, "A clinic's list");
    let again = with(&added, &SMALL.replace("A clinic's list", "Another")).expect("the entry is in order");
    assert_eq!(again.data_sets().len(), added.data_sets().len());
    assert_eq!(again.data_set("clinic").expect("replaced").title, "Another");
    assert!(Catalogue::built_in().data_set("clinic").is_none());
}

#[test]
fn an_entry_may_have_roles_of_its_own() {
    let clinic = clinic(SMALL);
    assert_eq!(clinic.role_kind("birth_place").expect("declared").name(), "text");
    assert_eq!(clinic.role_kind("nhs_number").expect("standard").name(), "nhs_number");
}

#[test]
fn form_faults_say_the_line() {
    insta::assert_snapshot!(faults(&SMALL.replace("grain =", "grian =")), @"entry, line 6: unknown field `grian`, expected one of `version`, `name`, `code`, `title`, `extends`, `drop`, `main_table`, `grain`, `record_key`, `person_key`, `person_key_scheme`, `person_is`, `family`, `covers`, `volume`, `event_dates`, `source`, `notes`, `unverified`, `link`, `latest`, `roles`, `person`, `dead`, `missing`, `field`, `table`");
    insta::assert_snapshot!(faults(&SMALL.replace("tier = \"QI\"", "tier = \"XX\"")), @"entry, line 28: unknown variant `XX`, expected one of `ID`, `PS`, `QI`, `SE`, `AN`");
    insta::assert_snapshot!(faults(&SMALL.replace("nhs_number = \"NHS\"", "nhs_number = { colum = \"NHS\" }")), @"entry, line 13: unknown field `colum`, expected one of `column`, `provider`, `year`, `month`, `day`, `age`, `at`, `born`, `columns`, `type`, `several`");
}

#[test]
fn content_faults_come_all_at_once() {
    let entry = SMALL
        .replace("version = 1", "version = 7")
        .replace("\"clinic\"", "\"The Clinic\"")
        .replace("[\"VISIT\"]", "[\"VISTI\"]")
        .replace("by = [\"nhs_number\"]", "by = [\"sex\"]")
        .replace("{ column = \"TOWN\", type = \"text\" }", "{ column = \"TOWN\", type = \"place\" }")
        .replace("tier = \"ID\"", "tier = \"AN\"")
        + "[[field]]\nname = \"town\"\ntype = \"date\"\ntier = \"QI\"\ntitle = \"Again\"\nmissing = { \"1.1.1800\" = \"null\" }\n";
    insta::assert_snapshot!(faults(&entry), @r"
    entry, line 2, version: version 7 is not known; this program reads version 1
    entry, line 3, name: `The Clinic` is not a name of small letters, digits and hyphens
    entry, line 31, field `town`: missing date `1.1.1800` is not written `yyyy-mm-dd`
    entry, line 31, field `town`: column `town` is already one of field `TOWN`
    entry, line 7, record_key: `VISTI` is not a field of the entry
    entry, line 14, roles.birth_place: unknown type `place`; the types are `nhs_number`, `date`, `sex`, `postcode`, `name`, `local_patient_id`, `text`, `category`, `number`, `identifier`, `words`, `email`, `location`
      hint: did you mean `birth_date`?
    entry, line 13, roles.nhs_number: field `NHS` identifies a person, so its tier must be ID
    entry, line 11, link.by: `sex` is not a role of the entry; its roles are `birth_place`, `nhs_number`
    ");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let more = |field: &str| format!("{SMALL}[[field]]\ntype = \"text\"\ntier = \"AN\"\ntitle = \"More\"\n{field}");
    insta::assert_snapshot!(faults(&more("name = \"X_{nn}\"")), @"entry, line 34, field `X_{nn}`: has a placeholder in its name but no `repeat`");
    insta::assert_snapshot!(faults(&more("name = \"X\"\nrepeat = { from = 1, to = 3 }")), @"entry, line 34, field `X`: is repeated, so its name and aliases each need `{n}`, `{nn}` or `{a}`");
    insta::assert_snapshot!(faults(&more("name = \"X_{n}\"\nrepeat = { from = 3, to = 1 }")), @"entry, line 34, field `X_{n}`: `repeat` must run upwards within 1 to 99");
    insta::assert_snapshot!(
        faults(&more("name = \"X\"\ncodes = { \"1\" = \"one\" }\nmissing = { \"1\" = \"none\" }\nsex_codes = { \"2\" = \"male\" }")),
        @r"
        entry, line 34, field `X`: code `2` is used but not among `codes`
        entry, line 34, field `X`: `1` is both a code and a missing value
        "
    );
    insta::assert_snapshot!(faults(&SMALL.replace("person = true", "person = false")), @"entry, line 9, link: needs a `reason` why persons cannot be linked");
    insta::assert_snapshot!(faults(&SMALL.replace("\"NHS\"\nbirth", "{ year = \"NHS\" }\nbirth")), @"entry, line 13, roles.nhs_number: give either `column` (and `provider`, for a local patient id), or `columns`, or all of `year`, `month` and `day`, or `age` with `year` or `at`, or `born` with `at`");
}

#[test]
fn unknown_names_are_told_the_known_ones() {
    let built_in = Catalogue::built_in();
    insta::assert_snapshot!(shown(&built_in.require_data_set("data_set.apc.is", "hes_acp").expect_err("unknown")), @r"
    data_set.apc.is: unknown data set `hes_acp`
      hint: did you mean `hes-apc`?
    ");
    insta::assert_snapshot!(shown(&built_in.require_data_set("data_set.apc.is", "maternity").expect_err("unknown")), @r"
    data_set.apc.is: unknown data set `maternity`
      hint: `counterfoil catalogue` lists data sets, recipes and services
    ");
    insta::assert_snapshot!(shown(&built_in.require_recipe("linkage.recipe", "hes-death").expect_err("unknown")), @r"
    linkage.recipe: unknown recipe `hes-death`; the catalogue has `hes-deaths`, `hes-did`, `hes-mh-bridge`
      hint: did you mean `hes-deaths`?
    ");
    let apc = built_in.data_set("hes-apc").expect("built in");
    insta::assert_snapshot!(shown(&apc.role("birthdate", &[]).expect_err("unknown")), @r"
    data_set.hes-apc.roles.birthdate: `hes-apc` has no role `birthdate`; its roles are `activity_date`, `birth_date`, `birth_month_year`, `discharge_date`, `discharge_method`, `episode_end`, `local_patient_id`, `nhs_number`, `postcode`, `sex`
      hint: did you mean `birth_date`?
    ");
    insta::assert_snapshot!(shown(&apc.record_key(&["DOB".to_owned()]).expect_err("no key")), @r#"
    data_set.hes-apc.record_key: the file lacks the columns of the record key: `EPIKEY`
      hint: name the columns in the job: `record_key = ["COLUMN"]`
    "#);
}

#[test]
fn an_inline_role_resolves_without_an_entry() {
    let present = ["born".to_owned(), "BORN".to_owned()];
    let role = RoleSpec::Column("BORN".to_owned());
    assert_eq!(role.resolve(&present).expect("there").names(), ["BORN"]);
    let other_case = RoleSpec::Column("Born".to_owned());
    assert_eq!(other_case.resolve(&present).expect("there").names(), ["born"]);
    insta::assert_snapshot!(role.resolve(&["DOB".to_owned()]).expect_err("not there"), @"the file lacks the columns for it: `BORN`");
    insta::assert_snapshot!(role.kind("birth_place").expect_err("needs a type"), @"`birth_place` is a name of your own, so it needs a `type`; the types are `nhs_number`, `date`, `sex`, `postcode`, `name`, `local_patient_id`, `text`, `category`, `number`, `identifier`, `words`, `email`, `location`");
}

#[test]
fn schemas_describe_the_toml_keys() {
    for (schema, keys) in [
        (
            data_set_schema(),
            &[
                "\"field\"",
                "\"record_key\"",
                "\"roles\"",
                "\"tier\"",
                "\"additionalProperties\": false",
                "\"anyOf\": [",
            ][..],
        ),
        (service_schema(), &["\"over\"", "\"in part\""]),
        (recipe_schema(), &["\"rank\"", "\"not_contradict\"", "\"activity_guard\"", "\"rank-by-rank\""]),
    ] {
        for key in keys {
            assert!(schema.contains(key), "{key}");
        }
        assert!(schema.contains("https://json-schema.org/draft/2020-12/schema"));
    }
    assert!(!data_set_schema().contains("\"index\""));
}

fn with(catalogue: &Catalogue, entry: &str) -> Result<Catalogue, Vec<Fault>> {
    catalogue.with(&[("entry".to_owned(), entry.to_owned())]).map(|(with, _)| with)
}

fn clinic(entry: &str) -> DataSet {
    let added = with(Catalogue::built_in(), entry).expect("the entry is in order");
    added.data_set("clinic").expect("added").clone()
}

fn faults(entry: &str) -> String {
    let faults = with(Catalogue::built_in(), entry).expect_err("the entry is faulty");
    faults.iter().map(shown).collect::<Vec<_>>().join("\n")
}

fn shown(fault: &Fault) -> String {
    match &fault.hint {
        Some(hint) => format!("{fault}\n  hint: {hint}"),
        None => fault.to_string(),
    }
}
