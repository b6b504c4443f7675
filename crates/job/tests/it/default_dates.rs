//! Dates of birth that stand for "not known" in a file that no catalogue entry describes.

use crate::folder::{Folder, Run};
use crate::scored::MODEL;

const JOB: &str = r#"
version = 1
name = "dates"
[keys]
demo = true
[[data_set]]
name = "clinic"
files = ["clinic.csv"]
[data_set.roles]
family_name = "name"
birth_date = "born"
[linkage]
left = "clinic"
model = "model.toml"
decide = { link = { weight = 1.0 } }
[[output]]
kind = "links"
"#;

/// Twelve rows with one date, of so many names, and twenty of other people with a date each.
fn run(names: usize, date: &str) -> Run {
    let unknown = (0..12).map(|row| format!("N{}A,{date}\n", "ABCDEFGHIJKL".as_bytes()[row % names] as char));
    let others = (0..20).map(|row| {
        format!("O{}B,19{:02}-03-{:02}\n", "ABCDEFGHIJKLMNOPQRST".as_bytes()[row] as char, 40 + row, row + 1)
    });
    let folder = Folder::new();
    // Of all pairs; the same date of birth adds 4 bits to a prior of 0, and another name takes 2.17.
    folder.write("model.toml", &MODEL.replace("on = [\"sex\"]", "on = []"));
    folder.write("clinic.csv", &format!("name,born\n{}", unknown.chain(others).collect::<String>()));
    folder.run(JOB, "out")
}

fn check(run: &Run, links: u64, taken: Option<u64>) {
    let fields = &run.manifest.standardising[0].fields;
    let field = fields.iter().find(|field| field.name == "birth_date").expect("it is compared");
    assert_eq!(run.manifest.linkage.links, links);
    assert_eq!((field.valid, field.null.get("placeholder").copied()), (32 - taken.unwrap_or(0), taken));
    let told = run.manifest.notes.iter().filter(|note| note.contains("stands for \"not known\"")).count();
    assert_eq!(told, usize::from(taken.is_some()));
}

#[test]
fn a_date_of_many_people_and_of_nobody_born_near_it_is_missing() {
    for date in ["1900-01-01", "1800-01-01"] {
        check(&run(12, date), 0, Some(12));
    }
}

#[test]
fn a_date_of_few_people_is_theirs() {
    // All pairs of the twelve rows: 12 · 11 / 2. Nine names may be those of one person.
    check(&run(1, "1900-01-01"), 66, None);
    check(&run(9, "1900-01-01"), 66, None);
}
