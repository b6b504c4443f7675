//! Frequencies of a population, from a table that the job names: worked out by hand.

use std::path::Path;

use counterfoil_core::Silent;
use counterfoil_job::explain::{RecordName, explain};

use crate::folder::{Folder, Run};

/// The same name adds log2(0.8 / 0.1) = 3 bits, and another takes log2(0.2 / 0.9) = −2.17.
const MODEL: &str = r#"
version = 1
lambda = 0.5
[[block]]
on = ["sex"]
[[comparison]]
level = [
  { when = "exact(family_name)", m = 0.8, u = 0.1, term_frequency = { of = "family_name", table = "names.csv" } },
  { when = "else", m = 0.2, u = 0.9 } ]
"#;

const ROWS: &str = "id,name,sex\na,Ash,1\nb,ASH,1\nc,Birch,1\nd,Birch,1\ne,Cedar,1\nf,cedar,1\n";

const JOB: &str = r#"
version = 1
name = "outside"
[keys]
demo = true
[[data_set]]
name = "one"
files = ["one.csv"]
record_key = "id"
[data_set.roles]
family_name = "name"
sex = "sex"
[linkage]
left = "one"
mode = "trusted"
model = "model.toml"
[linkage.decide]
link = { weight = 0.5 }
[[output]]
kind = "links"
"#;

fn folder(table: &str) -> Folder {
    let folder = Folder::new();
    folder.write("one.csv", ROWS);
    folder.write("model.toml", MODEL);
    folder.write("names.csv", table);
    folder
}

/// Keys and weight of each link.
fn links(run: &Run) -> Vec<(String, String, f64)> {
    let link = |row: Vec<String>| (row[0].clone(), row[1].clone(), row[2].parse().expect("a weight"));
    run.table("links.parquet", &["left_key", "right_key", "match_weight"]).into_iter().map(link).collect()
}

fn check(table: &str, wanted: &[(&str, &str, f64)]) {
    let found = links(&folder(table).run(JOB, "out"));
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for ((left, right, bits), (wanted_left, wanted_right, wanted)) in found.iter().zip(wanted) {
        assert!((left.as_str(), right.as_str()) == (*wanted_left, *wanted_right) && (bits - wanted).abs() < 1e-5);
    }
}

/// Ash is two in five: log2(0.1 / 0.4) = −2. Cedar, in two spellings, is one in twenty, which adds 1.
/// Birch is not listed, and counts as the rarest that is: one in forty adds 2.
#[test]
fn agreement_on_a_name_says_what_it_says_in_the_population() {
    let wanted = [("a", "b", 1.0), ("c", "d", 5.0), ("e", "f", 4.0)];
    check("value,share\nash,0.4\nCedar,0.025\nCEDAR,0.025\nFir,0.025\n", &wanted);
    check("value,count\nash,16\nCedar,1\nCEDAR,1\nFir,1\nall others,21\n", &wanted);
    // Rows of one's own are none of the population's: as the data have it each name is one in three.
    let table_less = MODEL.replace(", table = \"names.csv\"", "");
    let folder = folder("value,count\n");
    folder.write("model.toml", &table_less);
    let own: Vec<f64> = links(&folder.run(JOB, "out")).into_iter().map(|(_, _, bits)| bits).collect();
    assert!(own.iter().all(|bits| (bits - (3.0 + 0.3_f64.log2())).abs() < 1e-5), "{own:?}");
}

#[test]
fn an_estimate_uses_the_table_and_its_model_names_it() {
    let folder = folder("value,share\nash,0.4\nbirch,0.1\ncedar,0.01\n");
    let level = "{ when = \"exact(family_name)\", m = 0.8, u = 0.1, term_frequency = { of = \"family_name\", table = \"names.csv\" } }";
    let estimate = format!(
        "[linkage.estimate]\nblock = [{{ on = [\"sex\"] }}]\n[[linkage.estimate.comparison]]\nlevel = [ {level}, {{ when = \"else\" }} ]\n"
    );
    let job = JOB.replace("model = \"model.toml\"\n", "").replace("[linkage.decide]", &(estimate + "[linkage.decide]"));
    let run = folder.run(&job.replace("weight = 0.5", "weight = -5"), "out");
    let found = links(&run);
    let bits = |left: &str| found.iter().find(|link| link.0 == left).map(|link| link.2).expect("a link");
    // A quarter and a tenth as common as Ash.
    assert!((bits("c") - bits("a") - 2.0).abs() < 1e-5 && (bits("e") - bits("c") - 10.0_f64.log2()).abs() < 1e-5);
    let model = std::fs::read_to_string(run.folder.join("model.toml")).expect("a model");
    assert!(model.contains("table = \"names.csv\"") && !model.contains("own ="), "{model}");
    assert!(run.manifest.inputs.iter().any(|input| input.path == "names.csv"), "{:?}", run.manifest.inputs);
}

#[test]
fn a_pair_is_explained_by_the_table_as_the_run_read_it() {
    let folder = folder("value,share\nash,0.4\ncedar,0.05\n");
    let run = folder.run(JOB, "out");
    let rows = ["0", "1"].map(|row| RecordName::Row(row.to_owned()));
    let explained = |job: &Path| explain(&run.folder, [&rows[0], &rows[1]], Some(job), &Silent);
    let found = explained(folder.path()).expect("a pair");
    assert!((found.weight - 1.0).abs() < 1e-5 && found.comparisons[0].frequency.is_some_and(|bits| bits < -1.9));
    folder.write("names.csv", "value,share\nash,0.3\ncedar,0.05\n");
    let faults = explained(folder.path()).expect_err("the table is another");
    assert!(faults[0].to_string().contains("`names.csv` is not what the run read"), "{faults:?}");
}

#[test]
fn tables_that_cannot_be_used_are_refused() {
    let refused = |table: &str, job: &str, model: &str| {
        let folder = folder(table);
        folder.write("model.toml", model);
        let faults = folder.try_run(job, "out", 2).err().expect("the job should be refused");
        assert!(faults.iter().all(|fault| fault.hint.is_some()), "{faults:?}");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let read = [
        ("name,count\nAsh,1\n", "`names.csv` has not the columns of a table of frequencies"),
        ("value,count,share\nAsh,1,0.1\n", "`names.csv` has not the columns of a table of frequencies"),
        ("value,count\nAsh,1\nCedar,many\n", "`names.csv`: row 1, column `count`: not a number from 0 on"),
        ("value,share\nAsh,0.7\nCedar,0.7\n", "`names.csv`: shares add up to more than 1"),
        ("value,count\nFir,3\nAsh,0\n", "`names.csv` has no value of `family_name` that a row has"),
    ];
    for (table, message) in read {
        assert_eq!(refused(table, JOB, MODEL), [format!("term_frequency.table: {message}")]);
    }
    let place = "model.comparison[1].level[1].term_frequency.table";
    let good = "value,count\nAsh,1\n";
    let in_tokens = refused(good, &JOB.replace("\"trusted\"", "\"token\""), MODEL);
    assert_eq!(in_tokens, [format!("{place}: a weight would tell which value of the table a token stands for")]);
    let derived = MODEL.replace("of = \"family_name\"", "of = \"soundex(family_name)\"");
    let message = format!("{place}: a table is of a field as it is, not of `soundex(family_name)`");
    assert_eq!(refused(good, JOB, &derived), [message]);
    let absent = refused(good, JOB, &MODEL.replace("names.csv", "surnames.csv"));
    assert_eq!(absent, [format!("{place}: there is no file `surnames.csv`")]);
    let of_sex = MODEL.replace("exact(family_name)", "exact(sex)").replace("of = \"family_name\"", "of = \"sex\"");
    assert_eq!(refused(good, JOB, &of_sex), [format!("{place}: a table is not of `sex`")]);
}
