//! Fields with several values a record: past names, found and compared each by itself. Pairs,
//! links and faults are worked out by hand.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use counterfoil_core::Silent;
use counterfoil_job::explain::{Outcome, RecordName, explain};
use counterfoil_job::plan::plan;
use parquet::arrow::ArrowWriter;

use crate::folder::{Folder, Run};

/// Whole bits: a random pair matches as likely as not; the same surname adds log2(0.64 / 0.02) = 5,
/// a past one log2(0.32 / 0.04) = 3, neither log2(0.04 / 0.94) = −4.55.
const BY_PAST_NAME: &str = r#"
version = 1
lambda = 0.5
[[block]]
on = ["birth_date"]
[[comparison]]
name = "surname"
level = [
  { when = "exact(family_name)", m = 0.64, u = 0.02 },
  { when = "ALIKE(family_name, former) or ALIKE(former, family_name)", m = 0.32, u = 0.04 },
  { when = "else", m = 0.04, u = 0.94 } ]
"#;

/// b was called Ash and Cedar before, and is a. e is written almost as b was called; c is somebody
/// else, and so is d, of another date of birth. Nobody but b has a past name.
const PEOPLE: &str = "id,last,before,born\na,Ash,,1950-01-01\nb,Birch,Cedar|ASH|,1950-01-01\nc,Dale,,1950-01-01\n\
                      d,Ash,,1960-01-01\ne,Ashe,,1950-01-01\n";

fn job(data_sets: &[(&str, &str)], linkage: &str) -> String {
    let data_set = |(file, roles): &(&str, &str)| {
        let name = file.split('.').next().expect("a file has a name");
        format!(
            "[[data_set]]\nname = \"{name}\"\nfiles = [\"{file}\"]\nrecord_key = \"id\"\n[data_set.roles]\n{roles}\n"
        )
    };
    let data_sets: String = data_sets.iter().map(data_set).collect();
    format!(
        "version = 1\nname = \"lists\"\n[keys]\ndemo = true\n{data_sets}[linkage]\n{linkage}\n[[output]]\nkind = \"links\"\n"
    )
}

const ROLES: &str = "family_name = \"last\"\nformer = { column = \"before\", type = \"name\", several = \"|\" }\n\
                     birth_date = \"born\"";

/// The keys of each link.
fn links(run: &Run) -> Vec<String> {
    let rows = run.table("links.parquet", &["left_key", "right_key", "match_weight"]);
    rows.into_iter().map(|row| row.join(" ")).collect()
}

fn past_names(mode: &str, alike: &str) -> Folder {
    let folder = Folder::new();
    folder.write("people.csv", PEOPLE);
    let model = match alike.split_once(' ') {
        Some((measure, threshold)) => BY_PAST_NAME
            .replace("ALIKE(family_name, former)", &format!("{measure}(family_name, former) {threshold}"))
            .replace("ALIKE(former, family_name)", &format!("{measure}(former, family_name) {threshold}")),
        None => BY_PAST_NAME
            .replace("ALIKE(family_name, former)", "shared(any(family_name), any(former)) >= 1")
            .replace("ALIKE(former, family_name)", "shared(any(former), any(family_name)) >= 1"),
    };
    folder.write("model.toml", &model);
    let linkage = format!(
        "left = \"people\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = 1.0 }} }}"
    );
    folder.write("job.toml", &job(&[("people.csv", ROLES)], &linkage));
    folder
}

fn text(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("job.toml")).expect("it was written")
}

#[test]
fn a_person_whose_surname_changed_is_linked_through_a_past_name() {
    // ASH and ASHE: Jaro (1 + 3/4 + 1) / 3 = 0.917, with three first letters in common 0.942.
    let folder = past_names("trusted", "best_jaro_winkler >= 0.92");
    assert_eq!(links(&folder.run(&text(&folder), "out")), ["a b 3", "b e 3"]);
    let folder = past_names("trusted", "best_jaro_winkler >= 0.95");
    assert_eq!(links(&folder.run(&text(&folder), "out")), ["a b 3"]);
    for mode in ["trusted", "token"] {
        let folder = past_names(mode, "shared");
        let run = folder.run(&text(&folder), "out");
        assert_eq!(links(&run), ["a b 3"], "{mode}");
        let null = "null = \"null(family_name)\"";
        assert!(std::fs::read_to_string(run.folder.join("model.toml")).expect("a model").contains(null), "{mode}");
        let row = |row: u64| RecordName::Row(row.to_string());
        let explained = explain(&run.folder, [&row(0), &row(1)], Some(&folder.path().join("job.toml")), &Silent);
        let explained = explained.unwrap_or_else(|faults| panic!("{mode}: {faults:#?}"));
        assert_eq!((explained.weight, explained.outcome), (3.0, Outcome::Link), "{mode}");
    }
}

#[test]
fn what_stands_between_values_is_one_character() {
    let folder = Folder::new();
    folder.write("people.csv", PEOPLE);
    let with = |roles: &str| {
        folder
            .write("job.toml", &job(&[("people.csv", roles)], "left = \"people\"\nmode = \"trusted\"\nestimate = {}"));
        folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let told = with(&ROLES.replace("several = \"|\"", "several = \"||\""));
    assert!(told.contains("one character between quotes") && told.contains("line "), "{told}");
    let told = with(&ROLES.replace(
        "birth_date = \"born\"",
        "birth_date = { year = \"born\", month = \"born\", day = \"born\", several = \"|\" }",
    ));
    assert!(told.contains("`several` goes with `column` alone"), "{told}");
    assert_eq!(with(&ROLES.replace("several = \"|\"", "several = false")), "");
}

#[test]
fn tokens_have_no_best_similarity_and_check_says_what_to_use() {
    let folder = past_names("token", "best_jaro_winkler >= 0.92");
    let told = folder.load().err().expect("tokens are not similar");
    assert!(told.iter().all(|fault| fault.message.contains("needs clear text")), "{told:?}");
    assert!(told[0].hint.as_ref().is_some_and(|hint| hint.contains("`shared(any(family_name)) >= 1`")), "{told:?}");
}

/// Blocks by name: ASH l0 and r0, BIRCH l1 and r0, CEDAR l1, l2 and r1. r1 has CEDAR once however
/// often it is written; l3 and r2 have no name, and r3 shares its with nobody.
const LEFT: &str = "id,last\nl0,Ash\nl1,Birch;cedar\nl2,Cedar\nl3,\n";
const RIGHT: &str = "id,names\nr0,Ash|Birch\nr1,Cedar|Dale|CEDAR\nr2,|\nr3,Elm\n";

/// The same in one table: what pairs a rule finds, and links of the pairs that share so many names.
fn by_names(mode: &str, shared: u32) -> (u64, Vec<String>) {
    let folder = Folder::new();
    folder.write("left.csv", LEFT);
    folder.write("right.csv", RIGHT);
    folder.write(
        "model.toml",
        &format!(
            "version = 1\nlambda = 0.5\n[[block]]\non = [\"any(names)\"]\n[[comparison]]\nname = \"names\"\nlevel = [\n\
             {{ when = \"shared(any(names)) >= {shared}\", m = 0.8, u = 0.1 }}, {{ when = \"else\", m = 0.2, u = 0.9 }} ]\n"
        ),
    );
    let roles = |column: &str, separator: &str| {
        format!("names = {{ column = \"{column}\", type = \"name\", several = \"{separator}\" }}")
    };
    let linkage = format!(
        "left = \"left\"\nright = \"right\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = 1.0 }} }}"
    );
    let text = job(&[("left.csv", &roles("last", ";")), ("right.csv", &roles("names", "|"))], &linkage);
    folder.write("job.toml", &text);
    let job = folder.load().expect("a sound job");
    let planned = plan(&job, Some(1)).with_pairs(&job, &Silent).expect("the files can be read");
    let pairs = planned.model.expect("a model").blocks[0].pairs;
    let run = folder.run(&text, "out");
    assert_eq!(run.manifest.scored.as_ref().expect("a model").blocks[0].pairs, pairs, "planned and found");
    (pairs, links(&run))
}

#[test]
fn a_record_stands_in_a_block_for_each_of_its_values() {
    for mode in ["trusted", "token"] {
        assert_eq!(by_names(mode, 1), (4, ["l0 r0 3", "l1 r0 3", "l1 r1 3", "l2 r1 3"].map(str::to_owned).to_vec()));
        assert_eq!(by_names(mode, 2).1, [""; 0], "no two records share two names");
    }
}

/// Past names are looked for among present ones: l0 is Ash and r1 was, l1 was Dale and so was r3;
/// l2 and r2 are in each other's place, Elm that was Fox and Fox that was Elm; r0 is Birch, as l1 is.
const NOW_AND_BEFORE: [&str; 2] = [
    "id,last,before\nl0,Ash,\nl1,Birch,Dale\nl2,Elm,Cedar|Fox\n",
    "id,last,before\nr0,Birch,\nr1,Cedar,Ash|Ash\nr2,Fox,Elm\nr3,Yew,Dale\n",
];

/// Which pairs a rule on present and past names finds, of two files or of the first with itself; and
/// how many it counts.
fn by_past(mode: &str, key: &str) -> (u64, String) {
    let folder = Folder::new();
    let level =
        "{ when = \"shared(former, any(family_name)) >= 9\", m = 0.5, u = 0.5 }, { when = \"else\", m = 0.5, u = 0.5 }";
    folder.write(
        "model.toml",
        &format!(
            "version = 1\nlambda = 0.5\n[[block]]\non = [{key}]\n[[comparison]]\nname = \"none\"\nlevel = [ {level} ]\n"
        ),
    );
    let roles = "family_name = \"last\"\nformer = { column = \"before\", type = \"name\", several = \"|\" }";
    let linkage = format!(
        "left = \"left\"\nright = \"right\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = -1.0 }} }}"
    );
    for (file, content) in ["left.csv", "right.csv"].into_iter().zip(NOW_AND_BEFORE) {
        folder.write(file, content);
    }
    let text = job(&[("left.csv", roles), ("right.csv", roles)], &linkage);
    folder.write("job.toml", &text);
    let planned = plan(&folder.load().expect("a sound job"), Some(1));
    let planned = planned.with_pairs(&folder.load().expect("a sound job"), &Silent).expect("the files can be read");
    let pairs = planned.model.expect("a model").blocks[0].pairs;
    let run = folder.run(&text, "out");
    assert_eq!(run.manifest.scored.as_ref().expect("a model").blocks[0].pairs, pairs, "planned and found");
    let found = run.table("links.parquet", &["left_key", "right_key"]);
    (pairs, found.into_iter().map(|row| row.concat()).collect::<Vec<_>>().join(" "))
}

#[test]
fn a_rule_looks_for_values_of_one_field_among_those_of_another() {
    let check = |key: &str, pairs: u64, found: &str| {
        for mode in ["trusted", "token"] {
            assert_eq!(by_past(mode, key), (pairs, found.to_owned()), "{key} in {mode} mode");
        }
    };
    // What l2 was, Cedar and Fox, are r1 and r2. Written either way it is the same rule.
    check("\"any(former) = family_name\"", 2, "l2r1 l2r2");
    check("\"any(former) = any(family_name)\"", 2, "l2r1 l2r2");
    check("\"family_name = any(former)\"", 2, "l0r1 l2r2");
    check("\"any(former)\"", 1, "l1r3");
    // In each other's place: Cedar of l2 is r1, but Elm was not.
    check("\"any(former) = family_name\", \"family_name = any(former)\"", 1, "l2r2");
}

/// x and y share both names in another order, x and z one; v and w have the same one name.
#[test]
fn shared_values_are_counted_also_of_equal_lists() {
    let folder = Folder::new();
    folder.write("people.csv", "id,names,sex\nv,Elm,1\nw,Elm,1\nx,Ash|Birch,1\ny,Birch|Ash,1\nz,Ash|Cedar,1\n");
    let roles = "names = { column = \"names\", type = \"name\", several = \"|\" }\nsex = \"sex\"";
    let level = |n: u32, m: f64, u: f64| format!("{{ when = \"shared(names) >= {n}\", m = {m}, u = {u} }}");
    folder.write(
        "model.toml",
        &format!(
            "version = 1\nlambda = 0.5\n[[block]]\non = [\"any(names)\"]\n[[comparison]]\nlevel = [ {}, {}, {{ when = \"else\", m = \
             0.1, u = 0.85 }} ]\n",
            level(2, 0.64, 0.02),
            level(1, 0.26, 0.13)
        ),
    );
    for mode in ["trusted", "token"] {
        let linkage = format!(
            "left = \"people\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = 0.5 }} }}"
        );
        let run = folder.run(&job(&[("people.csv", roles)], &linkage), mode);
        assert_eq!(links(&run), ["v w 1", "x y 5", "x z 1", "y z 1"], "{mode}");
        // x and y stand in two blocks together, and are compared once.
        let found = &run.manifest.scored.as_ref().expect("a model").blocks[0];
        assert_eq!((found.pairs, found.first), (5, 4), "{mode}");
    }
}

#[test]
fn a_column_of_lists_is_read_as_text_with_a_separator_is() {
    let folder = past_names("trusted", "best_jaro_winkler >= 0.92");
    let mut before = ListBuilder::new(StringBuilder::new());
    for names in [&[][..], &["Cedar", "ASH", ""], &[], &[], &[]] {
        names.iter().for_each(|name| before.values().append_value(name));
        before.append(!names.is_empty());
    }
    let texts = |texts: [&str; 5]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let days = ["1950-01-01", "1950-01-01", "1950-01-01", "1960-01-01", "1950-01-01"];
    let batch = RecordBatch::try_from_iter([
        ("id", texts(["a", "b", "c", "d", "e"])),
        ("last", texts(["Ash", "Birch", "Dale", "Ash", "Ashe"])),
        ("before", Arc::new(before.finish()) as ArrayRef),
        ("born", texts(days)),
    ]);
    let batch = batch.expect("columns of one length");
    let file = File::create(folder.path().join("people.parquet")).expect("the folder is writable");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("lists can be written");
    writer.write(&batch).and_then(|()| writer.close()).expect("lists can be written");
    let of_lists = text(&folder).replace("people.csv", "people.parquet").replace("several = \"|\"", "several = true");
    assert_eq!(links(&folder.run(&of_lists, "out")), ["a b 3", "b e 3"]);
    for (from, to, told) in [
        ("several = true", "several = \"|\"", "which has no character between values"),
        ("\"before\", type", "\"last\", type", "and no list of names"),
        (", several = true", "", "which cannot hold a name"),
    ] {
        folder.write("job.toml", &of_lists.replacen(from, to, 1));
        let faults = folder.load().err().expect("another shape");
        assert!(faults.iter().any(|fault| fault.message.contains(told)), "{told}: {faults:#?}");
    }
}

#[test]
fn what_is_asked_of_several_values_as_of_one_is_refused() {
    let folder = Folder::new();
    folder.write("people.csv", PEOPLE);
    let told = |roles: &str, linkage: &str| {
        folder.write(
            "job.toml",
            &job(&[("people.csv", roles)], &format!("left = \"people\"\nmode = \"trusted\"\n{linkage}")),
        );
        let faults = folder.load().err().unwrap_or_default();
        faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>()
    };
    let one = |condition: &str| told(ROLES, &format!("estimate = {{ definite = [\"{condition}\"] }}")).join("; ");
    for (condition, message) in [
        ("exact(former)", "`former` has several values a record, which are not compared as one"),
        ("jaro_winkler(former) >= 0.9", "which `jaro_winkler` does not measure"),
        (
            "exact(soundex(former))",
            "`soundex(former)`: `former` has several values a record, of which nothing is derived",
        ),
        ("best_jaro_winkler(family_name) >= 0.9", "no data set says that `family_name` has several values"),
        ("shared(any(family_name)) >= 1", "no data set says that `family_name` has several values"),
        ("best_jaro_winkler(former, birth_date) >= 0.9", "measures values of two kinds"),
        ("exact(any(former))", "`any(former)` gives several values"),
    ] {
        let found = one(condition);
        assert!(found.contains(message), "{condition}: {found}");
    }
    assert_eq!(one("null(former) or shared(any(former)) >= 2 or shared(former, any(family_name)) >= 1"), "");
    let blocked = told(ROLES, "estimate = { block = [ { on = [\"former\"] }, { on = [\"any(birth_date)\"] } ] }");
    assert!(blocked.len() == 2 && blocked[0].contains("`former` has several values a record"), "{blocked:?}");
    assert!(blocked[1].contains("no data set says that `birth_date` has several values"), "{blocked:?}");
    let born =
        ROLES.replace("\nbirth_date", "\nmoved = { column = \"born\", type = \"date\", several = \"|\" }\nbirth_date");
    let blocked = told(
        &born,
        "estimate = { block = [ { on = [\"any(former) = birth_date\"] }, { on = [\"any(moved) = month_day_swapped(birth_date)\"] }, \
         { on = [\"any(former) = former\"] }, { on = [\"any(former) = family_name\"], near = { by = \"family_name\", window = 3 } } ] }",
    );
    assert_eq!(blocked.len(), 4, "{blocked:?}");
    assert!(blocked[..2].iter().all(|message| message.contains("compares values of two kinds")), "{blocked:?}");
    assert!(blocked[2].contains("`former` has several values") && blocked[3].contains("mixes keys"), "{blocked:?}");
    let decided = told(ROLES, "estimate = {}\ndecide = { one_value_of = [\"former\"] }");
    assert_eq!(decided, ["`former` has several values a record"]);
    let of_number = ROLES.replace("type = \"name\"", "type = \"number\"");
    assert_eq!(told(&of_number, "estimate = {}"), ["of the kind number a record has one value"]);
    let of_event = format!("{ROLES}\nactivity_date = {{ column = \"born\", several = \"|\" }}");
    assert_eq!(told(&of_event, "estimate = {}"), ["a record has one value of this role"]);
    let by_rank = told(
        &ROLES.replace("family_name = \"last\"", "family_name = { column = \"last\", several = \"|\" }"),
        "[[linkage.rank]]\nrank = 1\nagree = [\"family_name\"]",
    );
    assert!(by_rank.iter().any(|message| message.contains("a rank compares one value a record")), "{by_rank:?}");
}

/// Where nothing is said, a field of several values is compared by what two records share.
#[test]
fn chosen_comparisons_know_several_values() {
    for (mode, levels) in [
        ("trusted", &["shared(any(former)) >= 1", "best_jaro_winkler(former) >= 0.92", "else"][..]),
        ("token", &["shared(any(former)) >= 1", "else"]),
    ] {
        let folder = Folder::new();
        let row = |i: usize| format!("{i},N{},{}|M{},19{:02}-01-01", i % 40, i % 7, i % 5, 10 + i % 40);
        folder.write(
            "people.csv",
            &format!("id,last,before,born\n{}\n", (0..80).map(row).collect::<Vec<_>>().join("\n")),
        );
        let run = folder.run(
            &job(&[("people.csv", ROLES)], &format!("left = \"people\"\nmode = \"{mode}\"\nestimate = {{}}")),
            "out",
        );
        let scored = run.manifest.scored.as_ref().expect("a model");
        let of_former =
            scored.comparisons.iter().find(|comparison| comparison.name == "former").expect("it is compared");
        assert_eq!(of_former.levels.iter().map(|level| level.label.as_str()).collect::<Vec<_>>(), levels, "{mode}");
        // And it is blocked on, value by value.
        let rules: Vec<&str> = scored.blocks.iter().map(|block| block.rule.as_str()).collect();
        assert!(rules.iter().any(|rule| rule.contains("any(former)")), "{mode}: {rules:?}");
    }
}

/// Names of a record, in no order that anything follows from.
fn names_of(row: u64) -> Vec<&'static str> {
    const NAMES: [&str; 6] = ["ASH", "BIRCH", "CEDAR", "DALE", "ELM", "FIR"];
    let mut state = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
    let mut next = |of: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % of
    };
    (0..next(5)).map(|_| NAMES[next(6) as usize]).collect()
}

/// The engine against loops over all pairs of rows, at any number of threads.
#[test]
fn links_are_those_of_a_plain_count_of_shared_names() {
    let names: Vec<Vec<&str>> = (0..60).map(names_of).collect();
    let shared = |a: usize, b: usize| {
        let distinct: BTreeSet<&str> = names[a].iter().copied().collect();
        distinct.iter().filter(|name| names[b].contains(name)).count()
    };
    let pairs = || (0..60).flat_map(|a| (a + 1..60).map(move |b| (a, b)));
    let blocked: usize = pairs().map(|(a, b)| shared(a, b)).sum();
    let folder = Folder::new();
    let rows: Vec<String> =
        names.iter().enumerate().map(|(row, names)| format!("{row:02},{},{row}", names.join("|"))).collect();
    folder.write("people.csv", &format!("id,names,number\n{}\n", rows.join("\n")));
    folder.write(
        "model.toml",
        "version = 1\nlambda = 0.5\nveto = [\"exact(number)\"]\n[[block]]\non = [\"any(names)\"]\n[[comparison]]\nlevel = [\n\
         { when = \"shared(names) >= 3\", m = 0.64, u = 0.02 }, { when = \"shared(names) >= 2\", m = 0.32, u = 0.08 },\n\
         { when = \"else\", m = 0.04, u = 0.9 } ]\n",
    );
    let weight = |shared: usize| if shared >= 3 { 5 } else { 2 };
    let links_of = |(a, b): (usize, usize)| {
        let shared = shared(a, b);
        (shared >= 2).then(|| format!("{a:02} {b:02} {}", weight(shared)))
    };
    let wanted: Vec<String> = pairs().filter_map(links_of).collect();
    assert!(wanted.len() > 50 && wanted.iter().any(|link| link.ends_with(" 5")), "{}", wanted.len());
    // No two rows have one number: nothing is vetoed, and none is looked at with an equal one.
    let roles = "names = { column = \"names\", type = \"name\", several = \"|\" }\n\
                 number = { column = \"number\", type = \"identifier\" }";
    for (mode, threads) in [("trusted", 1), ("trusted", 8), ("token", 1), ("token", 8)] {
        let linkage = format!(
            "left = \"people\"\nmode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = 1.0 }} }}"
        );
        let run = folder.run_at(&job(&[("people.csv", roles)], &linkage), &format!("{mode}{threads}"), threads);
        let mut found = links(&run);
        found.sort();
        assert_eq!(found, wanted, "{mode}, {threads}");
        let block = &run.manifest.scored.as_ref().expect("a model").blocks[0];
        assert_eq!(block.pairs, blocked as u64, "{mode}, {threads}");
    }
}

#[test]
fn arrays_of_splink_are_fields_of_several_values() {
    let folder = Folder::new();
    folder.write("people.csv", "id,names\na,Ash|Birch\nb,Birch|Cedar\nc,Cedar\nd,Dale\n");
    folder.write(
        "settings.json",
        r#"{ "link_type": "dedupe_only", "unique_id_column_name": "id", "probability_two_random_records_match": 0.5,
             "blocking_rules_to_generate_predictions": [ { "blocking_rule": "l.names = r.names", "sql_dialect": "duckdb",
               "arrays_to_explode": ["names"] } ],
             "comparisons": [ { "output_column_name": "names", "comparison_levels": [
               { "sql_condition": "names_l IS NULL OR names_r IS NULL", "is_null_level": true },
               { "sql_condition": "array_length(list_intersect(names_l, names_r)) >= 1", "m_probability": 0.8,
                 "u_probability": 0.1 },
               { "sql_condition": "ELSE", "m_probability": 0.2, "u_probability": 0.9 } ] } ] }"#,
    );
    let linkage =
        "left = \"people\"\nmode = \"token\"\nmodel = \"settings.json\"\ndecide = { link = { weight = 1.0 } }";
    let of_several = "names = { column = \"names\", type = \"name\", several = \"|\" }";
    let run = folder.run(&job(&[("people.csv", of_several)], linkage), "out");
    assert_eq!(links(&run), ["a b 3", "b c 3"]);
    folder.write("job.toml", &job(&[("people.csv", "names = { column = \"names\", type = \"name\" }")], linkage));
    let told = folder.load().err().expect("one value a record is no array");
    assert!(told.iter().any(|fault| fault.message.contains("`names`")), "{told:?}");
}
