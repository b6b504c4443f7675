//! Words of a model that are asked of fields they do not suit: refused by `check`, all at once,
//! with what to write instead. What is let through runs.

use std::collections::BTreeSet;

use counterfoil_core::Fault;
use counterfoil_job::scored::condition::{DERIVATIONS, Direction, MEASURES};

use crate::folder::Folder;

/// A field of every kind: its name, how a job declares it, and the values of two people.
const FIELDS: &[(&str, &str, [&str; 2])] = &[
    ("nhs_number", "nhs_number = \"nhs\"", ["9434765870", "9434765919"]),
    ("birth_date", "birth_date = \"born\"", ["1950-02-03", "1950-03-02"]),
    ("sex", "sex = \"sex\"", ["1", "2"]),
    ("postcode", "postcode = \"home\"", ["LS1 4AP", "LS1 4AB"]),
    ("family_name", "family_name = \"last\"", ["Ash", "Ashe"]),
    ("local_patient_id", "local_patient_id = { column = \"local\", provider = \"sex\" }", ["A1", "A2"]),
    ("town", "town = { column = \"town\", type = \"text\" }", ["Leeds", "Leads"]),
    ("trade", "trade = { column = \"trade\", type = \"category\" }", ["baker", "barker"]),
    ("weight", "weight = { column = \"weight\", type = \"number\" }", ["70", "71"]),
    ("case", "case = { column = \"case\", type = \"identifier\" }", ["C100", "C101"]),
    ("full_name", "full_name = { column = \"full\", type = \"words\" }", ["Ann Ash", "Anne Ash"]),
    ("mail", "mail = { column = \"mail\", type = \"email\" }", ["a@x.org", "b@x.org"]),
    ("place", "place = { column = \"place\", type = \"location\" }", ["53.8;-1.5", "53.9;-1.5"]),
];

/// A folder with the two people, written twice.
fn folder() -> Folder {
    let folder = Folder::new();
    let columns = ["nhs", "born", "sex", "home", "last", "local", "town", "trade", "weight", "case", "full", "mail"];
    let cell = |person: usize, field: usize| {
        let value = FIELDS[field].2[person].replace(';', ",");
        if value.contains(',') { format!("\"{value}\"") } else { value }
    };
    let row = |person: usize| (0..FIELDS.len()).map(|field| cell(person, field)).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = [0, 1, 0, 1].map(row).to_vec();
    folder.write("people.csv", &format!("{},place\n{}\n", columns.join(","), rows.join("\n")));
    folder
}

fn job(mode: &str, estimate: &str) -> String {
    let roles = FIELDS.iter().map(|(_, declared, _)| *declared).collect::<Vec<_>>().join("\n");
    format!(
        "version = 1\nname = \"words\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\nfiles = [\"people.csv\"]\n\
         [data_set.roles]\n{roles}\n[[output]]\nkind = \"links\"\n[linkage]\nleft = \"people\"\nmode = \"{mode}\"\n\
         [linkage.estimate]\n{estimate}"
    )
}

fn faults(folder: &Folder, mode: &str, estimate: &str) -> Vec<Fault> {
    folder.write("job.toml", &job(mode, estimate));
    folder.load().err().unwrap_or_default()
}

/// The message and the hint of what is refused of one condition.
fn refused(condition: &str) -> Vec<(String, String)> {
    let told = faults(&folder(), "trusted", &format!("definite = [\"{condition}\"]\n"));
    told.into_iter().map(|fault| (fault.message, fault.hint.unwrap_or_default())).collect()
}

/// Every derivation of every field compared for equality, and every measure of fields and of some
/// derivations; with a threshold that suits its sign.
fn conditions() -> Vec<String> {
    let own = || FIELDS.iter().map(|(name, ..)| (*name).to_owned());
    let derived = |name: &str, counts: bool| {
        let number = if counts { ", 2" } else { "" };
        FIELDS.iter().map(|(field, ..)| format!("{name}({field}{number})")).collect::<Vec<_>>()
    };
    let all = DERIVATIONS.iter().flat_map(|(name, counts, _)| derived(name, *counts));
    let mut conditions: Vec<String> = own().chain(all).map(|term| format!("exact({term})")).collect();
    let several = ["soundex", "any", "deletions", "phonetics"].iter().flat_map(|name| derived(name, false));
    let parts = [("email_user", false), ("prefix", true)];
    let parts = parts.iter().flat_map(|(name, counts)| derived(name, *counts));
    let measured: Vec<String> = own().chain(several).chain(parts).collect();
    for (measure, direction, _) in MEASURES {
        let sign = if *direction == Direction::AtLeast { ">=" } else { "<=" };
        conditions.extend(measured.iter().map(|term| format!("{measure}({term}) {sign} 1")));
    }
    conditions
}

#[test]
fn whatever_check_lets_through_runs() {
    let folder = folder();
    for mode in ["trusted", "token"] {
        let comparison = |(i, when): (usize, &String)| {
            format!("{{ name = \"c{i}\", level = [ {{ when = \"{when}\" }}, {{ when = \"else\" }} ] }}")
        };
        let all = conditions();
        let comparisons: Vec<String> = all.iter().enumerate().map(comparison).collect();
        let told = faults(&folder, mode, &format!("comparison = [{}]\n", comparisons.join(",")));
        let refused: BTreeSet<&str> = told.iter().map(|fault| fault.place.as_str()).collect();
        let is_refused = |i: usize| refused.contains(format!("linkage.estimate.comparison[{}]", i + 1).as_str());
        let fit: Vec<&String> = all.iter().enumerate().filter(|(i, _)| !is_refused(*i)).map(|(_, one)| one).collect();
        assert!(fit.len() > 60, "{mode}: {}", fit.len());
        // A linkage compares at most 64 pairs of columns.
        for some in fit.chunks(40) {
            let quoted: Vec<String> = some.iter().map(|one| format!("\"{one}\"")).collect();
            let estimate = format!("block = [ {{ on = [] }} ]\ndefinite = [{}]\n", quoted.join(","));
            folder.try_run(&job(mode, &estimate), "out", 1).unwrap_or_else(|faults| panic!("{mode}: {faults:#?}"));
            std::fs::remove_dir_all(folder.path().join("out")).expect("the run left it");
        }
    }
}

#[test]
fn a_local_patient_id_is_equal_or_not() {
    for condition in ["jaro_winkler(local_patient_id) >= 0.9", "levenshtein(local_patient_id) <= 1"] {
        let told = refused(condition);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].0.contains("is of kind local_patient_id, which `"), "{told:?}");
    }
    let told = refused("shared(deletions(local_patient_id)) >= 1");
    assert!(told[0].0.contains("of which there is no deletions") && told[0].1.ends_with("`exact`"), "{told:?}");
    // Chosen for it is equality alone.
    let folder = folder();
    let run = folder.run(&job("trusted", "block = [ { on = [] } ]\n"), "out");
    let comparisons = &run.manifest.scored.as_ref().expect("a model").comparisons;
    let of_id = comparisons.iter().find(|comparison| comparison.name == "local_patient_id").expect("it is compared");
    assert_eq!(
        of_id.levels.iter().map(|level| level.label.as_str()).collect::<Vec<_>>(),
        ["exact(local_patient_id)", "else"]
    );
}

#[test]
fn a_measure_is_of_two_fields_of_one_kind_as_they_are() {
    let [(message, hint)] = &refused("jaro_winkler(soundex(family_name)) >= 0.9")[..] else { panic!("one fault") };
    let why =
        "`jaro_winkler` measures fields and parts of their text as they are, and `soundex(family_name)` is neither";
    assert!(message.ends_with(why), "{message}");
    assert!(hint.contains("write `jaro_winkler(family_name)`"), "{hint}");
    let [(message, hint)] = &refused("jaro_winkler(family_name, town) >= 0.9")[..] else { panic!("one fault") };
    assert!(message.contains("measures values of two kinds") && hint.contains("two fields of one kind"), "{message}");
    let [(message, _)] = &refused("shared(deletions(family_name), phonetics(family_name)) >= 1")[..] else {
        panic!("one fault")
    };
    assert!(message.contains("measures values of two kinds"), "{message}");
    let [(message, hint)] = &refused("shared(family_name) >= 1")[..] else { panic!("one fault") };
    assert!(message.contains("is one value") && hint.contains("`exact(family_name)`"), "{message}: {hint}");
}

/// The pairs of all records of `people.csv`, by their keys, for which a condition holds.
fn pairs(folder: &Folder, roles: &str, mode: &str, condition: &str) -> Vec<String> {
    folder.write(
        "model.toml",
        &format!(
            "version = 1\nlambda = 0.5\n[[block]]\non = []\n[[comparison]]\nname = \"c\"\nlevel = [ \
             {{ when = \"{condition}\", m = 0.5, u = 0.1 }}, {{ when = \"else\", m = 0.5, u = 0.9 }} ]\n"
        ),
    );
    let job = format!(
        "version = 1\nname = \"pairs\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\n\
         files = [\"people.csv\"]\nrecord_key = \"id\"\n[data_set.roles]\n{roles}\n\
         [[output]]\nkind = \"links\"\n[linkage]\nleft = \"people\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\n\
         decide = {{ link = {{ weight = 1.0 }} }}\n"
    );
    let run = folder.run(&job, "out");
    let links = run.table("links.parquet", &["left_key", "right_key"]);
    std::fs::remove_dir_all(folder.path().join("out")).expect("the run left it");
    links.into_iter().map(|row| row.join(" ")).collect()
}

/// `NIGHT` and `NACHT` share one pair of letters, HT, of seven; `NIGHT` and `THING` have all letters
/// in common and no pair, `THING` and `NACHT` three letters of seven. Of tokens as of clear values.
#[test]
fn a_share_in_common_is_of_what_is_derived_too() {
    let folder = Folder::new();
    folder.write("people.csv", "id,town\na,Night\nb,Thing\nc,Nacht\n");
    let links =
        |mode: &str, condition: &str| pairs(&folder, "town = { column = \"town\", type = \"text\" }", mode, condition);
    assert_eq!(links("trusted", "jaccard(town) >= 0.14"), ["a c"]);
    for mode in ["trusted", "token"] {
        assert_eq!(links(mode, "jaccard(qgrams(town, 2)) >= 0.14"), ["a c"], "{mode}");
        assert_eq!(links(mode, "jaccard(qgrams(town, 2)) >= 0.15"), [""; 0], "{mode}");
        assert_eq!(links(mode, "cosine(qgrams(town, 2)) >= 0.25"), ["a c"], "{mode}");
        assert_eq!(links(mode, "jaccard(letters(town)) >= 1"), ["a b"], "{mode}");
        assert_eq!(links(mode, "jaccard(letters(town)) >= 0.42"), ["a b", "a c", "b c"], "{mode}");
        assert_eq!(links(mode, "shared(positions(town)) >= 3"), ["a c"], "{mode}");
    }
}

/// Of two `ELY` three letters are the same, however equal they are, and of two bare years one part.
#[test]
fn equal_values_have_no_more_in_common_than_there_is() {
    let folder = Folder::new();
    folder.write("people.csv", "id,town,born\na,Ely,1950\nb,Ely,1950\nc,Leeds,1950-02-03\nd,Leeds,1950-02-03\n");
    let roles = "town = { column = \"town\", type = \"text\" }\nbirth_date = \"born\"";
    let links = |mode: &str, condition: &str| pairs(&folder, roles, mode, condition);
    for mode in ["trusted", "token"] {
        assert_eq!(links(mode, "shared(positions(town)) >= 3"), ["a b", "c d"], "{mode}");
        assert_eq!(links(mode, "shared(positions(town)) >= 4"), ["c d"], "{mode}");
        assert_eq!(links(mode, "not shared(positions(town)) >= 4"), ["a b", "a c", "a d", "b c", "b d"], "{mode}");
    }
    assert_eq!(links("trusted", "date_parts(birth_date) >= 1").len(), 6);
    assert_eq!(links("trusted", "date_parts(birth_date) >= 2"), ["c d"]);
}

/// What stands before the `@`, after it, or at an end, in the text's own letters. A missing `@`
/// leaves no address.
#[test]
fn parts_of_a_text_are_measured_as_it_is() {
    let folder = Folder::new();
    let rows = ["a,ann.smith@x.org,Ashby", "b,ann.smyth@y.net,Ashford", "c,bob@x.org,Asterby", "d,bob,Derby"];
    folder.write("people.csv", &format!("id,mail,town\n{}\n", rows.join("\n")));
    let roles = "mail = { column = \"mail\", type = \"email\" }\ntown = { column = \"town\", type = \"text\" }";
    let links = |condition: &str| pairs(&folder, roles, "trusted", condition);
    assert_eq!(links("levenshtein(email_user(mail)) <= 1"), ["a b"]);
    // SMITH and SMYTH: nine letters with eight in common, all of `ann.` before them.
    assert_eq!(links("jaro_winkler(email_user(mail)) >= 0.95"), ["a b"]);
    assert_eq!(links("osa(email_domain(mail)) <= 0"), ["a c"]);
    // ASH, ASH, AST, DER; SHBY, FORD, ERBY, ERBY.
    assert_eq!(links("levenshtein(prefix(town, 3)) <= 1"), ["a b", "a c", "b c"]);
    assert_eq!(links("levenshtein(suffix(town, 4)) <= 2"), ["a c", "a d", "c d"]);
}

#[test]
fn where_tokens_cannot_tell_a_part_the_hint_is_one_that_they_can() {
    let condition = "jaro_winkler(email_user(mail)) >= 0.9";
    let told = faults(&folder(), "token", &format!("definite = [\"{condition}\"]\n"));
    let [fault] = &told[..] else { panic!("one fault: {told:?}") };
    let hint = fault.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("`shared(deletions(mail)) >= 1`"), "{hint}");
    let instead = "definite = [\"shared(deletions(mail)) >= 1\", \"jaccard(letters(mail)) >= 0.8\"]\n";
    assert_eq!(faults(&folder(), "token", instead).len(), 0);
}

/// A degree of latitude is 111.2 km; of longitude at 60 degrees north half of that.
#[test]
fn a_place_is_one_text_or_latitude_and_longitude() {
    let folder = Folder::new();
    folder.write("people.csv", "id,lat,lon\na,60,10\nb,61,10\nc,60,11\nd,60,\n");
    let roles = "place = { columns = [\"lat\", \"lon\"], type = \"location\" }";
    assert_eq!(pairs(&folder, roles, "trusted", "km(place) <= 56"), ["a c"]);
    assert_eq!(pairs(&folder, roles, "trusted", "km(place) <= 112"), ["a b", "a c"]);
}

#[test]
fn blocking_rules_are_told_all_their_faults_at_once() {
    let estimate = "block = [ { on = [\"family_name = town\"] }, { on = [\"deletions(family_name)\", \
                    \"given = family_name\"] }, { on = [\"deletions(town)\"], near = { by = \"soundex(town)\", window = 1 } }, \
                    { on = [], near = { by = \"sex\", window = 9 } }, { on = [\"deletions(town) = town\"] } ]\n";
    let told: Vec<String> = faults(&folder(), "trusted", estimate).iter().map(ToString::to_string).collect();
    let wanted = [
        "block[1]: `family_name = town` compares values of two kinds",
        "block[2]: there is no field `given`",
        "block[3]: `soundex(town)`: records are ordered by a field as it is",
        "block[3]: a window of fewer than 2 records compares nothing",
        "block[3]: `deletions(town); within 1 by soundex(town)` mixes keys",
        "block[4]: `sex` is of kind sex, whose values have no order",
        "block[5]: `deletions(town) = town` compares values of two kinds",
    ];
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.starts_with(&format!("linkage.estimate.{wanted}")), "{told}");
    }
}

/// What could be compared if it were known what it is, is not left out without a word.
#[test]
fn a_role_of_no_known_type_is_told() {
    let folder = folder();
    for (declared, instead, wanted) in [
        (
            "type = \"category\"",
            "type = \"catgory\"",
            "roles.trade: unknown type `catgory`; the types are `nhs_number`",
        ),
        ("birth_date =", "birthdate =", "roles.birthdate: `birthdate` is a name of your own, so it needs a `type`"),
        ("sex = \"sex\"", "sex = { column = \"sex\", type = \"gender\" }", "roles.sex: unknown type `gender`"),
    ] {
        folder.write("job.toml", &job("trusted", "").replacen(declared, instead, 1));
        let told: Vec<String> = folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].contains(wanted), "{told:?}");
    }
}

#[test]
fn a_role_is_of_one_kind_in_all_data_sets() {
    let folder = folder();
    let other = "[[data_set]]\nname = \"others\"\nfiles = [\"people.csv\"]\n[data_set.roles]\nsex = \"sex\"\n\
                 town = { column = \"town\", type = \"category\" }\n";
    let two = job("trusted", "").replace("[[output]]", &format!("{other}[[output]]"));
    let told = |estimate: &str| {
        folder.write(
            "job.toml",
            &two.replace("left = \"people\"", "left = \"people\"\nright = \"others\"")
                .replace("[linkage.estimate]\n", estimate),
        );
        folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told("[linkage.estimate]\n"), ["linkage: `town` is a text in `people` and a category in `others`"]);
    // What is not compared may be what it likes.
    assert_eq!(
        told("[linkage.estimate]\nblock = [ { on = [] } ]\ncomparison = [ { is = \"sex\", of = [\"sex\"] } ]\n"),
        [""; 0]
    );
}

#[test]
fn a_frequency_is_of_a_field_that_there_is() {
    let level = |of: &str| format!("{{ when = \"exact(sex)\", term_frequency = {{ of = \"{of}\" }} }}");
    for (of, told) in [("deletions(town)", "gives several values"), ("shoe", "there is no field `shoe`")] {
        let estimate = format!("comparison = [ {{ level = [ {}, {{ when = \"else\" }} ] }} ]\n", level(of));
        let faults = faults(&folder(), "trusted", &estimate);
        assert!(faults.len() == 1 && faults[0].message.contains(told), "{faults:?}");
    }
}

#[test]
fn settings_of_splink_without_m_are_no_model() {
    let folder = folder();
    folder.write(
        "settings.json",
        r#"{ "link_type": "dedupe_only", "unique_id_column_name": "id", "probability_two_random_records_match": 0.001,
             "blocking_rules_to_generate_predictions": [ { "blocking_rule": "1=1", "sql_dialect": "duckdb" } ],
             "comparisons": [ { "output_column_name": "sex", "comparison_levels": [
               { "sql_condition": "sex_l IS NULL OR sex_r IS NULL", "is_null_level": true },
               { "sql_condition": "sex_l = sex_r", "m_probability": 0.9 },
               { "sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.5 } ] } ] }"#,
    );
    let text = job("trusted", "").replace("[linkage.estimate]\n", "model = \"settings.json\"\n");
    folder.write("job.toml", &text);
    let told = folder.load().err().expect("a model without u");
    let place = "settings.json, comparison `sex`, level `exact(sex)`: a level of a model has m and u";
    assert!(told.len() == 1 && told[0].to_string().starts_with(place), "{told:?}");
    assert!(told[0].hint.as_ref().is_some_and(|hint| hint.contains("let the job `estimate` them")), "{told:?}");
}

/// What is derived of a word says nothing of the rest of a name, of tokens as of clear values: a
/// letter of the last word differs, or its first three letters are the same.
#[test]
fn what_is_derived_of_a_word_is_compared_and_blocked_on() {
    let folder = Folder::new();
    folder.write("people.csv", "full\nAnn Ash\nBea Ashe\nCy Ashcroft\nAsh Cole\nDi Bashe\n");
    let level = |when: &str, m: f64, u: f64| format!("{{ when = \"{when}\", m = {m}, u = {u} }}");
    let levels = [
        level("shared(deletions(last_word(full_name))) >= 1", 0.5, 0.1),
        level("exact(prefix(last_word(full_name), 3))", 0.3, 0.2),
        level("else", 0.2, 0.7),
    ];
    let blocks = ["prefix(last_word(full_name), 3)", "deletions(last_word(full_name))"];
    let blocks = blocks.map(|on| format!("[[block]]\non = [\"{on}\"]\n")).concat();
    let levels = levels.join(", ");
    let model = format!(
        "version = 1\nlambda = 0.5\ndefinite = [\"not null(full_name)\"]\n{blocks}[[comparison]]\nlevel = [{levels}]\n"
    );
    folder.write("model.toml", &model);
    for mode in ["trusted", "token"] {
        let job = format!(
            "version = 1\nname = \"words\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\n\
             files = [\"people.csv\"]\n[data_set.roles]\nfull_name = {{ column = \"full\", type = \"words\" }}\n\
             [linkage]\nleft = \"people\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\n[[output]]\nkind = \"links\"\n"
        );
        let run = folder.run(&job, mode);
        let links = run.table("links.parquet", &["left_row", "right_row", "pattern"]);
        let found: BTreeSet<String> = links.iter().map(|link| link.join(" ")).collect();
        let expected = ["0 1 3", "0 2 2", "1 2 2", "1 4 3"];
        assert_eq!(found, expected.map(str::to_owned).into(), "{mode}");
    }
}

/// Levels of the first and of the last word, of which one letter may differ. Digits count from
/// `else`, which is 1; every pair is a link.
#[test]
fn words_of_a_text_are_measured_as_texts() {
    let folder = Folder::new();
    folder.write("people.csv", "full\nAnn Ash\nAnne Ash\nAnn Ashe\nBea Cole\nAsh Ann\n");
    let levels = |word: &str| {
        let closer = format!("{{ when = \"exact({word}(full_name))\", m = 0.5, u = 0.1 }}");
        let near = format!("{{ when = \"levenshtein({word}(full_name)) <= 1\", m = 0.3, u = 0.2 }}");
        format!(
            "[[comparison]]\nname = \"{word}\"\nlevel = [{closer}, {near}, {{ when = \"else\", m = 0.2, u = 0.7 }}]\n"
        )
    };
    let model = format!(
        "version = 1\nlambda = 0.5\ndefinite = [\"not null(full_name)\"]\n[[block]]\non = []\n{}{}",
        levels("first_word"),
        levels("last_word")
    );
    folder.write("model.toml", &model);
    let job = "version = 1\nname = \"words\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\n\
               files = [\"people.csv\"]\n[data_set.roles]\nfull_name = { column = \"full\", type = \"words\" }\n\
               [linkage]\nleft = \"people\"\nmode = \"trusted\"\nmodel = \"model.toml\"\n[[output]]\nkind = \"links\"\n";
    let run = folder.run(job, "out");
    let links = run.table("links.parquet", &["left_row", "right_row", "pattern"]);
    let found: BTreeSet<String> = links.iter().map(|link| link.join(" ")).collect();
    let expected = ["0 1 23", "0 2 32", "0 3 11", "0 4 11", "1 2 22", "1 3 11", "1 4 11", "2 3 11", "2 4 11", "3 4 11"];
    assert_eq!(found, expected.map(str::to_owned).into());
}
