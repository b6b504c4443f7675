//! Bad input of linkages by a model: one clear message and what to change, or a result that
//! says what is wrong with it.

use serde_json::Value;

use crate::people::{job, project, records, table};
use crate::project::Project;

/// The message of a run of the job with a part of it replaced.
fn refused(from: &str, to: &str) -> String {
    let project = project();
    project.change("job.toml", from, to);
    let stderr = project.refused(&["run", "job.toml"]);
    assert!(stderr.contains("hint: "), "{stderr}");
    stderr
}

/// A run of the job over these rows, and its manifest's account of the model.
fn flagged(project: &Project) -> (String, Value) {
    let text = project.done(&["run", "job.toml"]);
    let manifest = std::fs::read_to_string(project.path("runs/people/manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    (text.split_whitespace().collect::<Vec<_>>().join(" "), manifest["scored"].clone())
}

/// The columns of the job by a model of another job.
fn given(model: &str) -> String {
    let from = job("trusted");
    let (start, end) =
        (from.find("[linkage.estimate]").expect("an estimate"), from.find("[[output]]").expect("an output"));
    format!("{}model = \"{model}\"\n{}", &from[..start], &from[end..])
}

#[test]
fn a_comparison_of_a_missing_field_is_refused() {
    let stderr = refused("exact(sex)", "exact(email)");
    assert!(stderr.contains("there is no field `email`; the data sets have "), "{stderr}");
    let stderr = refused("postcode = \"home\"", "postcode = \"address\"");
    assert!(stderr.contains("address"), "{stderr}");
}

#[test]
fn a_model_of_other_fields_is_refused() {
    let project = project();
    project.write(
        "other.toml",
        "version = 1\nlambda = 0.001\n[[block]]\non = [\"occupation\"]\n[[comparison]]\nlevel = [ { when = \"exact(occupation)\", \
         m = 0.9, u = 0.1 }, { when = \"else\", m = 0.1, u = 0.9 } ]\n",
    );
    project.write("job.toml", given("other.toml"));
    let stderr = project.refused(&["run", "job.toml"]);
    let all = "there is no field `occupation`; the data sets have `birth_date`, `family_name`, `given_name`, `postcode`, `sex`";
    assert!(stderr.contains(all) && stderr.contains("hint: "), "{stderr}");
    project.write("job.toml", given("nowhere.toml"));
    assert!(project.refused(&["run", "job.toml"]).contains("nowhere.toml"));
}

#[test]
fn settings_of_splink_that_are_none_are_refused_with_the_file_and_what_it_lacks() {
    let project = project();
    project.write("job.toml", given("splink.json"));
    let says = |settings: &str, what: &str| {
        project.write("splink.json", settings);
        let stderr = project.refused(&["run", "job.toml"]);
        assert!(stderr.contains(what) && stderr.contains("hint: "), "{stderr}");
    };
    says("{", "`splink.json`: not a Splink settings file: the JSON is cut short at line 1");
    says("link_type", "not a Splink settings file: no JSON at line 1");
    says("{\"people\": []}", "JSON, but of another shape: line 1");
    says("{\"link_type\": \"dedupe_only\"}", "`splink.json`: the model has no comparison");
    says("{\"link_type\": \"dedupe\"}", "`splink.json, link_type`: `link_type` has to be `link_only`, ");
    let odd = "{\"link_type\": \"dedupe_only\", \"comparisons\": [], \
               \"blocking_rules_to_generate_predictions\": [\"l.given_name < r.given_name\"]}";
    says(
        odd,
        "`splink.json, blocking_rules_to_generate_predictions[1]`: rule `l.given_name < r.given_name`: only equality",
    );
    project.write("model.toml", "version = 1\nlambda = 0.01\n[[block]]\non = [\"sex\"]\n");
    project.write("job.toml", given("model.toml"));
    let stderr = project.refused(&["run", "job.toml"]);
    assert!(stderr.contains("comparison") && stderr.contains("hint: "), "{stderr}");
}

#[test]
fn an_interaction_of_other_comparisons_or_of_another_shape_is_refused() {
    let project = project();
    project.write("job.toml", given("model.toml"));
    let comparison = |field: &str| {
        format!(
            "[[comparison]]\nname = \"{field}\"\nlevel = [ {{ when = \"exact({field})\", m = 0.9, u = 0.1 }}, \
             {{ when = \"else\", m = 0.1, u = 0.9 }} ]\n"
        )
    };
    let model = |interaction: &str| {
        let comparisons = comparison("sex") + &comparison("postcode");
        let head = "version = 1\nlambda = 0.001\n[[block]]\non = [\"postcode\"]\n";
        project.write("model.toml", format!("{head}{comparisons}[[interaction]]\n{interaction}\n"));
    };
    let says = |interaction: &str, what: &str| {
        model(interaction);
        let stderr = project.refused(&["check", "job.toml"]);
        assert!(stderr.contains(what) && stderr.contains("hint: "), "{stderr}");
    };
    let square = "bits = [[1.0, 0.0], [0.0, 0.0]]";
    says(&format!("first = \"sex\"\nsecond = \"home\"\n{square}"), "the model has no such comparison");
    says(&format!("first = \"sex\"\nsecond = \"sex\"\n{square}"), "a comparison adds nothing with itself");
    says("first = \"sex\"\nsecond = \"postcode\"\nbits = [[1.0]]", "write 2 rows of 2 numbers");
    model(&format!("first = \"sex\"\nsecond = \"postcode\"\n{square}"));
    project.done(&["check", "job.toml"]);
}

#[test]
fn a_field_without_a_value_is_told_and_says_nothing() {
    let project = project();
    let mut records = records();
    records.iter_mut().for_each(|record| record.cells[4].clear());
    project.write("people.csv", table(&records));
    let (text, scored) = flagged(&project);
    assert!(text.contains("people: no row has a valid `postcode`, so it says nothing there"), "{text}");
    assert_eq!(scored["blocks"][2]["pairs"], 0);
    assert_eq!(scored["comparisons"][3]["levels"][0]["unobserved"], true, "{scored:#}");
}

#[test]
fn a_block_of_most_records_is_left_out_above_the_cap_and_told() {
    let project = project();
    let mut records = records();
    records.iter_mut().skip(30).for_each(|record| "LS9 9LS".clone_into(&mut record.cells[4]));
    project.write("people.csv", table(&records));
    // 600 records at one address, of 630: 179 700 of 198 135 pairs.
    let pairs = 600 * 599 / 2;
    let told = "one block of the rule `postcode` has 91 % of all pairs, as most records agree on it: add a key";
    let text = project.done(&["plan", "job.toml"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(told) && !text.contains("rule `family_name, birth_date` has"), "{text}");
    project.change("job.toml", "{ on = [\"postcode\"] }", "{ on = [\"postcode\"], cap = 5000 }");
    let (text, scored) = flagged(&project);
    assert!(!text.contains("as most records agree"), "{text}");
    assert_eq!(
        (&scored["blocks"][2]["skipped_blocks"], &scored["blocks"][2]["skipped_pairs"]),
        (&1.into(), &pairs.into())
    );
    assert!(text.contains("skipped 1 block above the cap") && text.contains("179 700"), "{text}");
}

#[test]
fn where_there_is_nothing_to_estimate_from_the_result_says_so() {
    let project = project();
    // No two records share what a blocking rule needs.
    let person = |i: usize| {
        let (year, day, outward, inward) = (40 + i, 1 + i % 28, 1 + i / 9, 1 + i % 9);
        format!("r{i},Given{i},Family{i},19{year}-01-{day:02},LS{outward} {inward}AP,1,p{i}")
    };
    let people = (0..40).map(person).collect::<Vec<_>>().join("\n");
    project.write("people.csv", table(&[]) + &people);
    let (text, scored) = flagged(&project);
    assert_eq!(scored["estimation"]["converged"], false);
    let told = "the model is not to be relied on: the estimation ended with \"the data say nothing: no blocking rule found a pair\"";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("nothing can be said of it") && !text.contains("the model fits"), "{text}");
    assert!(text.starts_with("`people`: 0 links within `people`"), "{text}");
}

#[test]
fn too_few_rows_are_refused() {
    let project = project();
    project.write("people.csv", table(&records()[..1]));
    let stderr = project.refused(&["run", "job.toml"]);
    assert!(stderr.contains("there are too few rows to link") && stderr.contains("hint: "), "{stderr}");
}

#[test]
fn labels_of_rows_that_are_not_there_are_refused() {
    let project = project();
    project.write("labels.csv", "left_row,right_row,match\n0,1,true\n5,4000,true\n");
    project.change("job.toml", "dependence =", "labels = \"labels.csv\"\ndependence =");
    let stderr = project.refused(&["run", "job.toml"]);
    assert!(stderr.contains("row 1, column `right_row`: the data set has no such row"), "{stderr}");
    assert!(stderr.contains("rows count from 0"), "{stderr}");
}

#[test]
fn a_level_that_needs_clear_text_is_refused_in_token_mode_with_what_to_use() {
    let stderr = refused("mode = \"trusted\"", "mode = \"token\"");
    assert!(stderr.contains("needs clear text") && stderr.contains("shared(deletions(given_name)) >= 1"), "{stderr}");
}

#[test]
fn what_would_do_nothing_is_refused() {
    let project = project();
    project.change("job.toml", "{ on = [\"postcode\"] }", "{ on = [\"postcode\"], cap = 0 }");
    project.change("job.toml", "dependence =", "most_rounds = 0\ndependence =");
    let decide = |link: &str, possible: &str| {
        let decide = format!("[linkage.decide]\nlink = {{ {link} }}\npossible = {{ {possible} }}\n[[output]]");
        project.change("job.toml", "[[output]]", &decide);
        let stderr = project.refused(&["check", "job.toml"]);
        project.change("job.toml", &decide, "[[output]]");
        stderr
    };
    let above = "`linkage.decide.possible`: a possible link would have to be likelier than a link";
    let stderr = decide("probability = 0.5", "probability = 0.9");
    assert!(stderr.contains(above) && stderr.contains("a `cap` of 0 pairs leaves every block out"), "{stderr}");
    assert!(stderr.contains("nothing is estimated in 0 steps") && stderr.contains("3 faults;"), "{stderr}");
    assert!(decide("weight = 3", "weight = 3.5").contains(above));
    // Fewer false links are asked of possible links than of links: their threshold is the higher one.
    assert!(decide("false_links = 0.05", "false_links = 0.01").contains(above));
    assert!(decide("missed_links = 0.01", "missed_links = 0.05").contains(above));
    for (link, possible) in [
        ("weight = 3", "probability = 0.9"),
        ("weight = 3", "weight = 3"),
        ("missed_links = 0.05", "missed_links = 0.01"),
    ] {
        let stderr = decide(link, possible);
        assert!(stderr.contains("2 faults;"), "{link}, {possible}: {stderr}");
    }
}

#[test]
fn a_ready_made_comparison_that_there_is_not_is_one_fault() {
    let levels = "name = \"sex\"\nlevel = [ { when = \"exact(sex)\" }, { when = \"else\" } ]";
    let stderr = refused(levels, "is = \"gender\"\nof = [\"sex\"]");
    assert!(stderr.contains("there is no ready-made comparison `gender`; there are `name`"), "{stderr}");
    assert!(stderr.contains("1 fault;"), "{stderr}");
    let stderr = refused(levels, "is = \"gender\"\nof = [\"height\"]");
    assert!(stderr.contains("there is no field `height`") && stderr.contains("2 faults;"), "{stderr}");
}

#[test]
fn where_nothing_that_is_compared_has_values_there_are_no_links() {
    let project = project();
    let job = job("trusted");
    let (start, end) = (job.find("block = [").expect("rules"), job.find("[[output]]").expect("an output"));
    let only = "block = [ { on = [] } ]\n[[linkage.estimate.comparison]]\nis = \"sex\"\nof = [\"sex\"]\n";
    project.write("job.toml", format!("{}{only}{}", &job[..start], &job[end..]));
    let mut records = records();
    records.iter_mut().for_each(|record| record.cells[5].clear());
    project.write("people.csv", table(&records));
    let (text, scored) = flagged(&project);
    assert!(text.starts_with("`people`: 0 links within `people`"), "{text}");
    assert!(text.contains("the model is not to be relied on"), "{text}");
    assert_eq!(scored["estimation"]["converged"], false);
}

#[test]
fn rules_that_find_too_few_pairs_are_what_is_told() {
    let project = project();
    for rule in ["\"family_name\", \"birth_date\"", "\"given_name\", \"birth_date\"", "\"postcode\""] {
        project.change("job.toml", &format!("{{ on = [{rule}] }}"), "{ on = [\"sex\"], cap = 1 }");
    }
    let (text, _) = flagged(&project);
    assert!(
        text.contains("blocking rules find 0 pairs, and ") && !text.contains("hardly tells people apart"),
        "{text}"
    );
}

#[test]
fn a_given_model_whose_levels_are_not_all_that_happens_is_told() {
    let project = project();
    let model = |m: f64| {
        let levels =
            format!("{{ when = \"exact(sex)\", m = {m}, u = 0.5 }}, {{ when = \"else\", m = 0.1, u = 0.495 }}");
        let model =
            "version = 1\nlambda = 0.001\n[[block]]\non = [\"birth_date\"]\n[[comparison]]\nname = \"sex\"\nlevel = [ ";
        project.write("half.toml", format!("{model}{levels} ]\n"));
        project.write("job.toml", given("half.toml"));
        project.done(&["check", "job.toml"]).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = model(0.3);
    assert!(text.contains("half.toml: m of all levels of `sex` adds up to 0.40, and not to 1"), "{text}");
    assert!(!text.contains(": u of"), "{text}");
    assert!(!model(0.9).contains("adds up"));
}
