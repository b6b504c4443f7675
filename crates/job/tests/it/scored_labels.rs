//! Learning from labelled pairs and from true persons: what is learnt, worked out by hand, and
//! what is refused.

use counterfoil_core::Silent;
use counterfoil_job::explain::{RecordName, explain};
use counterfoil_job::scored::ScoredReport;

use crate::folder::Folder;

/// Two pairs of one person share the name, two the date of birth.
pub(crate) const ROWS: &str = "\
id,name,born,sex,who
a,Ash,1950-01-01,1,p1
b,Ash,1950-01-01,1,p1
c,Birch,1960-02-02,1,p2
d,Byrch,1960-02-02,1,p2
e,Cedar,1970-03-03,1,p3
f,Cedar,1971-04-04,1,p3
g,Dunn,1980-05-05,1,p4
h,Elm,1981-06-06,1,p5
i,Fir,1982-07-07,1,p6
j,Gorse,1983-08-08,1,p7
";

const LABELS: &str = "left_row,right_row,match\n0,1,true\n3,2,true\n4,5,1\n0,9,false\n6,7,0\n";

pub(crate) fn job(estimate: &str) -> String {
    format!(
        r#"
version = 1
name = "labelled"
[keys]
demo = true
[[data_set]]
name = "one"
files = ["one.csv"]
record_key = "id"
[data_set.roles]
family_name = "name"
birth_date = "born"
sex = "sex"
[linkage]
left = "one"
[linkage.estimate]
{estimate}
block = [ {{ on = ["sex"] }} ]
[[linkage.estimate.comparison]]
level = [ {{ when = "exact(family_name)" }}, {{ when = "else" }} ]
[[linkage.estimate.comparison]]
level = [ {{ when = "exact(birth_date)" }}, {{ when = "else" }} ]
"#
    )
}

/// The same between that file and another.
fn job_of_two(estimate: &str) -> String {
    let second = "[[data_set]]\nname = \"two\"\nfiles = [\"two.csv\"]\nrecord_key = \"id\"\n[data_set.roles]\n\
                  family_name = \"name\"\nbirth_date = \"born\"\nsex = \"sex\"\n[linkage]\nright = \"two\"";
    job(estimate).replace("[linkage]", second)
}

fn folder(labels: &str) -> Folder {
    let folder = Folder::new();
    folder.write("one.csv", ROWS);
    folder.write("labels.csv", labels);
    folder
}

fn learnt(estimate: &str) -> ScoredReport {
    folder(LABELS).run(&job(estimate), "out").manifest.scored.expect("a model")
}

/// Two of three matches share the name: with a prior of 2 pairs, 0.8 of which share it, m is
/// (2 + 1.6) / (3 + 2). Of the date the same. Its standard error is that of a share of three pairs.
fn m_is_that_of_three_pairs(report: &ScoredReport) {
    for comparison in &report.comparisons {
        let m: Vec<f64> = comparison.levels.iter().map(|level| level.m).collect();
        assert!((m[0] - 0.72).abs() < 1e-12 && (m[1] - 0.28).abs() < 1e-12, "{}: {m:?}", comparison.name);
        assert!(comparison.levels.iter().all(|level| !level.unobserved && !level.out_of_order));
        let error = (0.72_f64 * 0.28 / 3.0).sqrt();
        assert!(comparison.levels.iter().all(|level| (level.m_error.expect("it was learnt") - error).abs() < 1e-12));
    }
}

#[test]
fn labelled_pairs_give_m() {
    let report = learnt("labels = \"labels.csv\"");
    m_is_that_of_three_pairs(&report);
    let outcome = report.estimation.expect("an estimation").outcome;
    assert!(outcome.starts_with("m learnt from 5 labelled pairs, of which 3 match; λ estimated: "), "{outcome}");
}

#[test]
fn labels_are_an_input_that_a_pair_is_explained_without() {
    let folder = folder(LABELS);
    let run = folder.run(&job("labels = \"labels.csv\""), "out");
    let inputs: Vec<&str> = run.manifest.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(inputs, ["one.csv", "labels.csv"]);
    std::fs::remove_file(folder.path().join("labels.csv")).expect("our own file");
    let row = |row: u64| RecordName::Row(row.to_string());
    let explained = explain(&run.folder, [&row(1), &row(0)], None, &Silent).expect("a pair of the run");
    assert_eq!((explained.left.row, explained.right.row, explained.blocks.len()), (0, 1, 1));
}

#[test]
fn true_persons_give_m_and_lambda() {
    let report = learnt("truth_column = \"who\"");
    m_is_that_of_three_pairs(&report);
    // Three of the 45 pairs of ten rows.
    assert!((report.lambda - 3.0 / 45.0).abs() < 1e-12 && (report.expected_matches - 3.0).abs() < 1e-9);
    let estimation = report.estimation.expect("an estimation");
    assert_eq!(estimation.outcome, "m and λ learnt from 3 pairs of records of one true person");
    // Two pairs share the name. Three matches would give 0.72 · 3 of them: all that chance shows
    // are matches, so that u is at its bound, a thousandth of chance.
    let u = report.comparisons[0].levels[0].u;
    assert!((u - 2.0 / 45.0 / 1000.0).abs() < 1e-12, "{u}");
}

/// The truth may be known of all rows of one side and of few of the other.
#[test]
fn lambda_is_the_share_of_matches_among_pairs_of_two_known_persons() {
    let folder = folder(LABELS);
    // Of the right side three persons are known, of whom the left one has two rows, two and one.
    let known = |line: &str| line.starts_with("id") || ["a,", "c,", "g,"].iter().any(|row| line.starts_with(row));
    let without = |line: &str| line.rsplit_once(',').map_or(String::new(), |(start, _)| format!("{start},"));
    let two: Vec<String> = ROWS.lines().map(|line| if known(line) { line.to_owned() } else { without(line) }).collect();
    folder.write("two.csv", &two.join("\n"));
    let report = folder.run(&job_of_two("truth_column = \"who\""), "out").manifest.scored.expect("a model");
    assert!((report.lambda - 5.0 / 30.0).abs() < 1e-12, "{}", report.lambda);
    assert!((report.expected_matches - 100.0 / 6.0).abs() < 1e-9, "{}", report.expected_matches);
}

/// The only fault of a job.
fn fault(folder: &Folder, job: &str) -> String {
    let faults = folder.try_run(job, "out", 2).err().expect("the job should be refused");
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(!folder.path().join("out").exists() && faults[0].hint.is_some());
    let fault = faults[0].to_string();
    for value in ["Ash", "Birch", "1950", "p1"] {
        assert!(!fault.contains(value), "a value is shown: {fault}");
    }
    fault
}

#[test]
fn labels_that_cannot_be_used_are_refused() {
    let says = |labels: &str, what: &str| {
        let told = fault(&folder(labels), &job("labels = \"labels.csv\""));
        assert!(told.contains(what), "{told}");
    };
    says("left_row,right_row,match\n0,1,true\n0,10,true\n", "row 1, column `right_row`: the data set has no such row");
    says("left_row,right_row,match\nzero,1,true\n", "row 0, column `left_row`: the data set has no such row");
    says("left_row,right_row,match\n0,1,perhaps\n", "row 0, column `match`: says neither");
    says("left_row,right_row,match\n0,1,true\n1,0,false\n", "row 1, column `match`: another row says the opposite");
    says("left_row,right_row,match\n4,4,true\n", "the row is paired with itself");
    says("left_row,right_row,match\n", "`labels.csv` has 0 labelled pairs, and none that matches");
    says("left_row,right_row,match\n0,9,false\n", "has 1 labelled pair, and none that matches");
    says("left,right,match\n0,1,true\n", "`labels.csv` has no column `left_row`");
    let told = fault(&folder(LABELS), &job("labels = \"nowhere.csv\""));
    assert!(told.contains("there is no file `nowhere.csv`"), "{told}");
    let told = fault(&folder(LABELS), &job("labels = \"labels.csv\"\ntruth_column = \"who\""));
    assert!(told.contains("`labels` or a `truth_column`, not both"), "{told}");
}

#[test]
fn a_truth_column_that_cannot_be_used_is_refused() {
    let says = |column: &str, what: &str| {
        let told = fault(&folder(LABELS), &job(&format!("truth_column = \"{column}\"")));
        assert!(told.contains(what), "{told}");
    };
    says("nobody", "`one` has no column `nobody`");
    says("name", "`name` of `one` is the linkage field `family_name`");
    says("id", "no two records that are compared are of one true person");
}

#[test]
fn labels_of_several_data_sets_name_them() {
    let folder = folder("left_source,left_row,right_source,right_row,match\none,0,two,0,true\none,2,two,3,true\n");
    folder.write("two.csv", ROWS);
    let job = job_of_two("labels = \"labels.csv\"");
    let report = folder.run(&job, "out").manifest.scored.expect("a model");
    // One of two matches shares the name, both share the date.
    let m = |comparison: usize| report.comparisons[comparison].levels[0].m;
    assert!((m(0) - 2.6 / 4.0).abs() < 1e-12 && (m(1) - 3.6 / 4.0).abs() < 1e-12);
    folder.write("labels.csv", "left_source,left_row,right_source,right_row,match\none,0,three,0,true\n");
    let fault = folder.try_run(&job, "again", 2).err().expect("an unknown data set").remove(0);
    let told = fault.to_string();
    assert!(told.contains("row 0, column `right_source`: no data set of the linkage is named so"), "{told}");
    assert!(fault.hint.is_some_and(|hint| hint.ends_with("`one`, `two`")));
}
