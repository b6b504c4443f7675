//! What an entry may say beyond one table of one person: further tables, further persons,
//! another entry that it extends.

use counterfoil_catalogue::{Catalogue, DataSet, PersonKeyScheme, RoleColumns};
use counterfoil_core::Fault;

/// A ward's book: stays in the main table, of a mother and a child each; visits beside it.
const WARD: &str = r#"
version = 1
name = "ward"
code = "WARD"
title = "A ward's book"
main_table = "Stay"
grain = "stay"
record_key = ["STAY"]
person_key = ["MOTHER"]
person_key_scheme = { MOTHER = "person-id", CHILD = "data-set" }
person_is = "mother"
family = "WARD"
covers = { from = "2001" }
event_dates = ["ADMITTED"]
unverified = ["covers.from", "person_key"]
source = "the ward"
[link]
person = true
by = ["nhs_number"]
to = ["hes-apc"]
organisations = ["UNIT"]
[latest]
per = ["STAY"]
by = ["ADMITTED"]
prefer = { UNIT = "A" }
[roles]
nhs_number = "NHS"
[person.child]
person_key = ["CHILD"]
roles = { birth_date = { year = "Y", month = "M", day = "D" } }
[missing.date]
"1900-01-01" = "none"
[[field]]
name = "STAY"
type = "text"
tier = "PS"
title = "Stay"
[[field]]
name = "MOTHER"
type = "text"
tier = "PS"
title = "Mother"
[[field]]
name = "CHILD"
type = "text"
tier = "PS"
title = "Child"
[[field]]
name = "NHS"
type = "text"
tier = "ID"
title = "NHS number"
[[field]]
name = "ADMITTED"
type = "date"
tier = "QI"
title = "Admission"
[[field]]
name = "UNIT"
type = "text"
tier = "QI"
title = "Unit"
[[field]]
name = "Y"
type = "integer"
tier = "QI"
title = "Year of birth"
[[field]]
name = "M"
type = "integer"
tier = "QI"
title = "Month of birth"
[[field]]
name = "D"
type = "integer"
tier = "QI"
title = "Day of birth"
[[table]]
name = "visit"
code = "Visit"
grain = "visit"
record_key = ["STAY", "NUMBER"]
event_dates = ["SEEN"]
[[table.field]]
name = "NUMBER"
type = "integer"
tier = "AN"
title = "Number within the stay"
[[table.field]]
name = "SEEN"
type = "date"
tier = "QI"
title = "Day of the visit"
[[table]]
name = "score"
code = "Score"
title = "Scores of the ward"
grain = "score"
record_key = []
person_key = []
link = { person = false, reason = "names nobody" }
[[table.field]]
name = "SCORE"
type = "integer"
tier = "AN"
title = "Score"
"#;

const NIGHT: &str = r#"
version = 1
name = "night-ward"
code = "NIGHT"
title = "A ward at night"
extends = "ward"
drop = ["UNIT"]
latest = { per = ["STAY"], by = ["ADMITTED"] }
[link]
person = true
by = ["nhs_number"]
[[field]]
name = "ADMITTED"
type = "text"
tier = "QI"
title = "Admission, in words"
[[field]]
name = "LAMP"
type = "text"
tier = "AN"
title = "Lamp"
"#;

fn try_with(entries: &[&str]) -> Result<Catalogue, Vec<Fault>> {
    let name = |i: usize| format!("{i}.toml");
    let texts: Vec<_> = entries.iter().enumerate().map(|(i, text)| (name(i), (*text).to_owned())).collect();
    Catalogue::built_in().with(&texts).map(|(with, _)| with)
}

fn with(entries: &[&str]) -> Catalogue {
    try_with(entries).unwrap_or_else(|faults| panic!("the entries are in order: {faults:#?}"))
}

fn faults(entries: &[&str]) -> String {
    let shown = |fault: &Fault| match &fault.hint {
        Some(hint) => format!("{fault}\n  hint: {hint}"),
        None => fault.to_string(),
    };
    let faults = try_with(entries).expect_err("the entries are faulty");
    faults.iter().map(shown).collect::<Vec<_>>().join("\n")
}

fn names(data_set: &DataSet) -> Vec<&str> {
    data_set.fields.iter().map(|field| field.name.as_str()).collect()
}

#[test]
fn a_table_is_found_by_its_path_and_has_what_its_data_set_has() {
    let catalogue = with(&[WARD]);
    let visit = catalogue.data_set("ward/visit").expect("a table");
    assert_eq!((visit.name.as_str(), visit.own_name(), visit.code.as_str()), ("ward/visit", "visit", "Visit"));
    assert_eq!(visit.title, "A ward's book: visit");
    assert_eq!((visit.family.as_deref(), visit.source.as_str()), (Some("WARD"), "the ward"));
    assert_eq!(visit.covers, catalogue.data_set("ward").expect("the entry").covers);
    // The key columns that it does not describe itself are those of its data set.
    assert_eq!(names(visit), ["NUMBER", "SEEN", "STAY", "MOTHER"]);
    assert_eq!(visit.person_key, ["MOTHER"]);
    assert!(visit.field("seen").expect("a field").missing.contains_key("1900-01-01"));
    // It has no identifiers, so its persons are those of the main table.
    assert_eq!((visit.link.person, visit.link.via.as_deref()), (true, Some("ward")));
    assert!(visit.link.by.is_empty() && visit.roles.is_empty());

    let score = catalogue.data_set("ward/score").expect("a table");
    assert_eq!(score.title, "Scores of the ward");
    assert_eq!((score.link.person, score.link.reason.as_deref()), (false, Some("names nobody")));
    assert_eq!((names(score), score.person_key.len()), (vec!["SCORE"], 0));
    assert_eq!(score.record_key(&["SCORE".to_owned()]), Ok(Vec::new()));
}

#[test]
fn a_misspelt_table_is_offered_the_nearest() {
    let catalogue = with(&[WARD]);
    let told = |name: &str| {
        let fault = catalogue.require_data_set("data_set.a.is", name).expect_err("no such table");
        format!("{fault}\n  hint: {}", fault.hint.clone().unwrap_or_default())
    };
    insta::assert_snapshot!(told("ward/vist"), @r"
    data_set.a.is: `ward` has no table `vist`; beside its main table it has `visit`, `score`
      hint: did you mean `ward/visit`?
    ");
    insta::assert_snapshot!(told("ward/blood"), @r"
    data_set.a.is: `ward` has no table `blood`; beside its main table it has `visit`, `score`
      hint: `counterfoil catalogue show ward` lists them
    ");
    insta::assert_snapshot!(told("hes-op/visit"), @r"
    data_set.a.is: `hes-op` has one table only, so there is no `visit` in it
      hint: write `hes-op`
    ");
}

#[test]
fn a_row_is_about_each_of_its_persons() {
    let catalogue = with(&[WARD]);
    let ward = catalogue.data_set("ward").expect("the entry");
    assert_eq!(ward.persons(), ["mother", "child"]);
    let child = ward.about("child").expect("a person");
    assert_eq!(child.person_key, ["CHILD"]);
    let header: Vec<String> = names(ward).into_iter().map(str::to_owned).collect();
    let parts = RoleColumns::DateParts { year: "Y".to_owned(), month: "M".to_owned(), day: "D".to_owned() };
    assert_eq!(child.role("birth_date", &header), Ok(parts));
    assert!(child.role("nhs_number", &header).is_err(), "the number is the mother's");
    assert!(child.link.by.is_empty(), "what the mother is linked by is not the child's");
    assert_eq!(ward.about("mother").as_ref(), Some(ward));
    assert_eq!(ward.about("father"), None);
}

#[test]
fn every_person_key_has_its_scheme() {
    let catalogue = with(&[WARD]);
    let ward = catalogue.data_set("ward").expect("the entry");
    assert_eq!(ward.scheme_of("mother"), Some(PersonKeyScheme::PersonId));
    assert_eq!(ward.scheme_of("CHILD"), Some(PersonKeyScheme::DataSet));
    assert_eq!(ward.scheme_of("NHS"), None);
    assert_eq!(catalogue.data_set("ward/visit").expect("a table").scheme_of("MOTHER"), Some(PersonKeyScheme::PersonId));
}

#[test]
fn an_entry_that_extends_another_gives_only_what_differs() {
    // The base may come later in the list.
    let catalogue = with(&[NIGHT, WARD]);
    let night = catalogue.data_set("night-ward").expect("the entry");
    assert_eq!((night.grain.as_str(), night.person_key.as_slice()), ("stay", &["MOTHER".to_owned()][..]));
    assert_eq!(names(night), ["STAY", "MOTHER", "CHILD", "NHS", "ADMITTED", "Y", "M", "D", "LAMP"]);
    assert_eq!(night.field("ADMITTED").expect("a field").kind.name(), "text");
    assert_eq!(night.title, "A ward at night");
    assert_eq!(night.extends.as_deref(), Some("ward"));
    assert!(night.link.to.is_empty(), "a key that is given is given whole");
    assert_eq!(catalogue.data_set("night-ward/visit").expect("its table").title, "A ward at night: visit");
    assert_eq!(catalogue.data_set("ward").expect("the entry").fields.len(), 9);
}

#[test]
fn an_entry_may_extend_the_one_that_it_replaces() {
    let mine = "version = 1\nname = \"hes-cc\"\ncode = \"HES_CC\"\ntitle = \"Ours\"\nextends = \"hes-cc\"\n\
                [[field]]\nname = \"MINE\"\ntype = \"text\"\ntier = \"AN\"\ntitle = \"Mine\"\n";
    let catalogue = with(&[mine]);
    let ours = catalogue.data_set("hes-cc").expect("the entry");
    let before = Catalogue::built_in().data_set("hes-cc").expect("built in");
    assert_eq!((ours.title.as_str(), ours.fields.len()), ("Ours", before.fields.len() + 1));
    assert_eq!(ours.roles, before.roles);
    assert_eq!(catalogue.data_sets().len(), Catalogue::built_in().data_sets().len());
}

#[test]
fn faults_of_tables_and_persons_come_all_at_once() {
    let ward = WARD
        .replace("record_key = [\"STAY\", \"NUMBER\"]", "record_key = [\"STAY\", \"NUMBR\"]")
        .replace("event_dates = [\"SEEN\"]", "event_dates = [\"NUMBER\"]\nunverified = [\"volume\"]")
        .replace("[person.child]\nperson_key = [\"CHILD\"]", "[person.child]\nperson_key = [\"UNIT\"]")
        .replace("birth_date = {", "birthdate = {")
        .replace("name = \"score\"", "name = \"visit\"")
        .replace("CHILD = \"data-set\"", "STAY = \"data-set\"")
        .replace("per = [\"STAY\"]", "per = [\"STAYS\"]")
        .replace("organisations = [\"UNIT\"]", "organisations = [\"UNITS\"]")
        .replace("unverified = [\"covers.from\",", "unverified = [\"covers.until\",");
    insta::assert_snapshot!(faults(&[&ward]), @r"
    0.toml, line 22, latest: `STAYS` is not a field of the entry
      hint: did you mean `STAY`?
    0.toml, line 29, person.child.person_key: `UNIT` has tier QI, not PS or ID
    0.toml, line 30, person.child.roles.birthdate: `birthdate` is a name of your own, so it needs a `type`; the types are `nhs_number`, `date`, `sex`, `postcode`, `name`, `local_patient_id`, `text`, `category`, `number`, `identifier`, `words`, `email`, `location`
      hint: did you mean `birth_date`?
    0.toml, line 21, link.organisations: `UNITS` is not a field of the entry
      hint: did you mean `UNIT`?
    0.toml, line 10, person_key_scheme: `STAY` is not a person key; the person keys are `MOTHER`, `UNIT`
    0.toml, line 15, unverified: the entry has no `covers.until`
    0.toml, line 82, table `visit`, record_key: `NUMBR` is not a field of the entry
      hint: did you mean `NUMBER`?
    0.toml, line 83, table `visit`, event_dates: `NUMBER` is not a date
    0.toml, line 84, table `visit`, unverified: the entry has no `volume`
    0.toml, line 79, table `visit`: is there twice
    ");
}

#[test]
fn faults_of_what_is_extended_say_so() {
    let no_base = NIGHT.replace("extends = \"ward\"", "extends = \"wards\"");
    insta::assert_snapshot!(faults(&[&no_base, WARD]), @r"
    0.toml, line 6, extends: unknown data set `wards`
      hint: did you mean `ward`?
    ");
    insta::assert_snapshot!(faults(&[&NIGHT.replace("drop = [\"UNIT\"]", "drop = [\"UNITS\"]"), WARD]), @"0.toml, line 7, drop: `UNITS` is not a field of `ward`");
    insta::assert_snapshot!(faults(&[NIGHT, &WARD.replace("main_table", "extends = \"night-ward\"\nmain_table")]), @r"
    0.toml, line 6, extends: `night-ward` extends this entry in turn
    1.toml, line 6, extends: `ward` extends this entry in turn
    ");
    // What the dropped field was needed for is a fault of the entry that drops it.
    insta::assert_snapshot!(faults(&[&NIGHT.replace("latest = { per = [\"STAY\"], by = [\"ADMITTED\"] }\n", ""), WARD]), @"0.toml, latest: `UNIT` is not a field of the entry");
    let twice = NIGHT.replace("name = \"night-ward\"", "name = \"ward\"");
    insta::assert_snapshot!(faults(&[WARD, &twice]), @"1.toml, line 3, name: `ward` is defined in 0.toml already");
}

#[test]
fn an_entry_without_what_every_entry_has_is_told_what_it_lacks() {
    insta::assert_snapshot!(faults(&["version = 1\nname = \"a\"\ncode = \"A\"\ntitle = \"A\"\ndrop = [\"B\"]\n"]), @r"
    0.toml: has no `grain`
    0.toml: has no `source`
    0.toml: has no `record_key`
    0.toml: has no `link`
    0.toml, line 5, drop: is for an entry that extends another
    ");
}

#[test]
fn names_of_other_data_sets_are_checked_in_the_whole_catalogue() {
    let lost = WARD.replace(
        "to = [\"hes-apc\"]",
        "to = [\"hes-acp\"]\non = [{ column = \"STAY\", to = \"hes-apc\", equals = \"STAY\" }]",
    );
    insta::assert_snapshot!(faults(&[&lost]), @r"
    0.toml, line 20, link.to: unknown data set `hes-acp`
      hint: did you mean `hes-apc`?
    0.toml, line 21, link.on: `hes-apc` has no field `STAY`
    ");
    with(&[&WARD.replace("to = [\"hes-apc\"]", "to = [\"ward/visit\"]")]);
}
