//! Names in several columns beside whole ones.

use crate::folder::Folder;

const JOB: &str = r#"
version = 1
name = "joined"
[keys]
demo = true
[[data_set]]
name = "parts"
files = ["parts.csv"]
record_key = "id"
[data_set.roles]
full_name = { columns = ["forename", "surname"], type = "words" }
[[data_set]]
name = "whole"
files = ["whole.csv"]
record_key = "id"
[data_set.roles]
full_name = { column = "name", type = "words" }
[linkage]
left = "parts"
right = "whole"
options = { resolution = "keep-all" }
[[linkage.rank]]
rank = 1
agree = ["full_name"]
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    let rows = |lines: &[&str]| -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    folder.csv("parts.csv", &["id", "forename", "surname"], &rows(&["a,Ann,van Lee", "b,,Fox", "c,Bo,Roe", "d,,"]));
    folder.csv("whole.csv", &["id", "name"], &rows(&["r,Fox", "s,ANN VAN LEE", "t,Roe Bo", "u,"]));
    folder
}

#[test]
fn a_name_in_several_columns_agrees_with_a_whole_one() {
    let run = folder().run(JOB, "out");
    let links = run.table("links.parquet", &["left_key", "right_key"]);
    // By ranks words count in their order; a missing part leaves no gap; nothing agrees with nothing.
    assert_eq!(links, [["a", "s"], ["b", "r"]]);
}

#[test]
fn no_kind_but_text_is_made_of_several_columns() {
    let job = JOB.replace(
        r#"full_name = { columns = ["forename", "surname"], type = "words" }"#,
        r#"sex = { columns = ["forename", "surname"] }
full_name = { column = "surname", type = "words" }
one = { columns = ["forename"], type = "text" }"#,
    );
    let faults = folder().try_run(&job, "out", 1).map(|_| ()).expect_err("two faults");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|fault| fault.contains("`columns` names at least two")), "{told:?}");
    let job = job.replace(r#"one = { columns = ["forename"], type = "text" }"#, "");
    let job = job.replace(r#"agree = ["full_name"]"#, r#"agree = ["full_name", "sex"]"#);
    let job = job.replace(
        r#"full_name = { column = "name", type = "words" }"#,
        r#"full_name = { column = "name", type = "words" }
sex = "name""#,
    );
    let faults = folder().try_run(&job, "out", 1).map(|_| ()).expect_err("a fault");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|fault| fault.contains("which cannot hold a sex")), "{told:?}");
}
