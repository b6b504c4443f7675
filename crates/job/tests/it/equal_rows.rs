//! Rows that say what another of their data set says: looked at once, and linked as if each had been.

use std::collections::BTreeSet;

use counterfoil_core::Silent;
use counterfoil_job::explain::{Outcome, RecordName, explain};

use crate::folder::{Folder, Run};

/// Numbers of no meaning, always the same.
struct Draws(u64);

impl Draws {
    fn next(&mut self, of: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % of
    }
}

const GIVEN: [&str; 12] = ["Ann", "Bert", "Cora", "Dan", "Eva", "Finn", "Gwen", "Hugh", "Iris", "Jack", "Kate", "Liam"];
const FAMILY: [&str; 15] = [
    "Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple", "Oak",
    "Pine", "Rowan",
];

/// Visits of people: five a person or so, of which one in eight has a slip in a name or date. The last
/// column is a number of the visit.
fn visits(draws: &mut Draws, people: u64, prefix: &str) -> String {
    let mut rows = Vec::new();
    for _ in 0..people {
        let (given, family) = (GIVEN[draws.next(12) as usize], FAMILY[draws.next(15) as usize]);
        let (year, month, day) = (1940 + draws.next(60), 1 + draws.next(12), 1 + draws.next(28));
        for _ in 0..=draws.next(9) {
            let slip = draws.next(32);
            let given = if slip == 0 { &given[1..] } else { given };
            let family = if slip == 1 { &family[1..] } else { family };
            let given = if slip == 3 { family } else { given };
            let day = if slip == 2 { 1 + (day + 6) % 28 } else { day };
            rows.push(format!("{given},{family},{year}-{month:02}-{day:02}"));
        }
    }
    // Visits come in no order of persons.
    for last in (1..rows.len()).rev() {
        rows.swap(last, draws.next(last as u64 + 1) as usize);
    }
    let lines: Vec<String> =
        (0..).zip(rows).map(|(row, said)| format!("{prefix}{row},{said},{prefix}9{row}")).collect();
    format!("id,given,family,born,visit\n{}\n", lines.join("\n"))
}

const MODEL: &str = r#"
[linkage.estimate]
block = [ { on = ["family_name", "given_name"] }, { on = ["birth_date"] } ]
comparison = [
  { name = "given", level = [ { when = "exact(given_name)", term_frequency = { of = "given_name" } },
    { when = "levenshtein(given_name) <= 1" }, { when = "else" } ] },
  { name = "family", level = [ { when = "exact(family_name)", term_frequency = { of = "family_name" } },
    { when = "levenshtein(family_name) <= 1" }, { when = "else" } ] },
  { name = "born", level = [ { when = "exact(birth_date)" }, { when = "years(birth_date) <= 1" }, { when = "else" } ] },
]
"#;

/// A job over data sets of these names; `is_apart` where each row has a number of its own, so that no
/// two say the same, and no pair is vetoed for it.
fn job(data_sets: &[&str], is_apart: bool) -> String {
    let number = if is_apart { "visit = { column = \"visit\", type = \"identifier\" }\n" } else { "" };
    let model =
        if is_apart { MODEL.replacen("block =", "veto = [\"exact(visit)\"]\nblock =", 1) } else { MODEL.to_owned() };
    let data_set = |name: &&str| {
        format!(
            "[[data_set]]\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\nrecord_key = \"id\"\n[data_set.roles]\n\
             given_name = \"given\"\nfamily_name = \"family\"\nbirth_date = \"born\"\n{number}"
        )
    };
    let sides = if let [left, right] = data_sets {
        format!("left = \"{left}\"\nright = \"{right}\"\n")
    } else {
        format!("left = \"{}\"\n", data_sets[0])
    };
    format!(
        "version = 1\nname = \"visits\"\n[keys]\ndemo = true\n{}[linkage]\nmode = \"trusted\"\n{sides}{model}\
         [[output]]\nkind = \"links\"\n[[output]]\nkind = \"persons\"\n",
        data_sets.iter().map(data_set).collect::<String>(),
    )
}

fn folder(people: u64) -> Folder {
    let (folder, mut draws) = (Folder::new(), Draws(7));
    folder.write("hospital.csv", &visits(&mut draws, people, "h"));
    folder.write("clinic.csv", &visits(&mut draws, people, "c"));
    folder
}

fn equal_rows(run: &Run) -> u64 {
    run.manifest.scored.as_ref().expect("a model").equal_rows
}

#[test]
fn equal_rows_are_linked_as_if_each_were_looked_at() {
    let folder = folder(150);
    for data_sets in [&["hospital"][..], &["hospital", "clinic"]] {
        let name = data_sets.concat();
        let apart = folder.run_at(&job(data_sets, true), &format!("{name}_apart"), 2);
        assert_eq!(equal_rows(&apart), 0);
        for threads in [1, 8] {
            let together = folder.run_at(&job(data_sets, false), &format!("{name}_{threads}"), threads);
            let rows = together.manifest.scored.as_ref().map_or(0, |scored| scored.rows);
            assert!(2 * equal_rows(&together) > rows, "{} of {rows}", equal_rows(&together));
            let compared = |run: &Run| run.manifest.scored.as_ref().map_or(0, |scored| scored.pairs_compared);
            assert!(4 * compared(&together) < compared(&apart), "{}", compared(&together));
            let bytes = |run: &Run, file: &str| std::fs::read(run.folder.join(file)).expect("it was written");
            for file in ["links.parquet", "persons.parquet"] {
                assert!(bytes(&together, file) == bytes(&apart, file), "{name}, {threads} threads: {file}");
            }
            let model = |run: &Run| {
                let text = String::from_utf8(bytes(run, "model.toml")).expect("text");
                text.lines().filter(|line| !line.starts_with("veto")).collect::<Vec<_>>().join("\n")
            };
            assert_eq!(model(&together), model(&apart));
        }
    }
}

#[test]
fn equal_rows_are_explained_as_they_were_linked() {
    let folder = folder(40);
    // Which of two rows is the left one matters here, and two that are looked at for others need not
    // stand as these do.
    let apart = "{ when = \"exact(given_name)\"";
    let crossed = format!(
        "{apart} }}, {{ when = \"exact(given_name, family_name)\" }}, {{ when = \"exact(nickname(given_name))\""
    );
    let text = job(&["hospital"], false).replacen(apart, &crossed, 1);
    let run = folder.run_at(&text, "out", 2);
    assert!(equal_rows(&run) > 0);
    let links = run.table("links.parquet", &["left_key", "right_key", "match_weight", "block", "pattern"]);
    assert!(links.len() > 200);
    let text = std::fs::read_to_string(folder.path().join("hospital.csv")).expect("it was written");
    // Of each row the key and what it says.
    let of_line = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [cells[0].to_owned(), cells[1..4].join(",")]
    };
    let lines: Vec<[String; 2]> = text.lines().skip(1).map(of_line).collect();
    let said = |key: &String| lines.iter().find(|line| line[0] == *key).expect("a record of this key")[1].clone();
    // Of equal rows and of others, a few.
    let (equal, other): (Vec<_>, Vec<_>) = links.iter().partition(|link| said(&link[0]) == said(&link[1]));
    assert!(equal.len() > 50 && other.len() > 50, "{} and {}", equal.len(), other.len());
    // The right row of these is looked at by an earlier one than the left.
    let first = |key: &String| lines.iter().position(|line| line[1] == said(key)[..]);
    let has_one_name = |key: &String| said(key).split(',').take(2).collect::<BTreeSet<_>>().len() == 1;
    let is_crossed =
        |link: &&&Vec<String>| has_one_name(&link[0]) != has_one_name(&link[1]) && first(&link[1]) < first(&link[0]);
    let crossed: Vec<_> = other.iter().filter(is_crossed).take(12).collect();
    assert!(crossed.len() > 2, "{}", crossed.len());
    for link in
        crossed.into_iter().chain(equal.iter().step_by(equal.len() / 8)).chain(other.iter().step_by(other.len() / 16))
    {
        let pair = [&link[0], &link[1]].map(|key| RecordName::Key(key.clone()));
        let found = explain(&run.folder, [&pair[0], &pair[1]], None, &Silent).expect("a pair of the run");
        assert_eq!(found.outcome, Outcome::Link);
        assert_eq!((found.weight.to_string(), &found.pattern), (link[2].clone(), &link[4]));
        assert_eq!(found.block.map(|block| block.to_string()), Some(link[3].clone()));
    }
}
