//! The reference of models (`docs/models.md`) lists what the program knows, and no more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_job::check::Job;
use counterfoil_job::scored::condition::{DERIVATIONS, Direction, MEASURES};

use crate::folder::Folder;

/// A field of every kind, named `of_` and its kind, and how a job declares it.
const FIELDS: &[(&str, &str)] = &[
    ("nhs_number", "nhs_number = \"a\""),
    ("date", "of_date = { column = \"a\", type = \"date\" }"),
    ("sex", "sex = \"a\""),
    ("postcode", "postcode = \"a\""),
    ("name", "of_name = { column = \"a\", type = \"name\" }"),
    ("local_patient_id", "local_patient_id = { column = \"a\", provider = \"b\" }"),
    ("text", "of_text = { column = \"a\", type = \"text\" }"),
    ("category", "of_category = { column = \"a\", type = \"category\" }"),
    ("number", "of_number = { column = \"a\", type = \"number\" }"),
    ("identifier", "of_identifier = { column = \"a\", type = \"identifier\" }"),
    ("words", "of_words = { column = \"a\", type = \"words\" }"),
    ("email", "of_email = { column = \"a\", type = \"email\" }"),
    ("location", "of_location = { column = \"a\", type = \"location\" }"),
];

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models.md");
    fs::read_to_string(page).expect("the reference is there")
}

/// The rows of the table behind a line that begins so, cell by cell; marks of code are left out.
fn table(page: &str, before: &str) -> Vec<Vec<String>> {
    let behind = page.lines().skip_while(|line| !line.starts_with(before));
    let lines = behind.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().replace('`', "")).collect();
    lines.skip(2).map(cells).collect()
}

/// The field of a kind.
fn field(kind: &str) -> &str {
    let (_, declared) = FIELDS.iter().find(|(known, _)| *known == kind).expect("a kind of field");
    declared.split(' ').next().expect("the field's name")
}

/// The kinds that a cell of the reference means.
fn kinds(cell: &str) -> BTreeSet<&str> {
    let all = || FIELDS.iter().map(|(kind, _)| *kind);
    let named = |text: &str| all().filter(|kind| text.split(", ").any(|word| word == *kind)).collect::<BTreeSet<_>>();
    match cell.strip_prefix("all but ") {
        Some(others) => all().filter(|kind| !named(others).contains(kind)).collect(),
        None if cell == "text" => kinds("all but number, sex, location, local_patient_id"),
        None => named(cell),
    }
}

/// What `check` says of a job with this model.
fn faults(estimate: &str) -> Vec<Fault> {
    let folder = Folder::new();
    folder.write("people.csv", "a,b\n1,2\n2,3\n");
    let roles = FIELDS.iter().map(|(_, declared)| *declared).collect::<Vec<_>>().join("\n");
    folder.write(
        "job.toml",
        &format!(
            "version = 1\nname = \"words\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\nfiles = [\"people.csv\"]\n\
             [data_set.roles]\n{roles}\n[linkage]\nleft = \"people\"\nmode = \"trusted\"\n[linkage.estimate]\n{estimate}"
        ),
    );
    Job::load(&folder.path().join("job.toml")).err().unwrap_or_default()
}

#[test]
fn the_reference_lists_every_derivation_and_what_it_is_made_of() {
    let rows = table(&page(), "<!-- derivations");
    let wanted = DERIVATIONS
        .iter()
        .map(|(name, counts, _)| if *counts { format!("{name}(field, n)") } else { (*name).to_owned() });
    assert_eq!(rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    let mut asked = Vec::new();
    for (name, counts, _) in DERIVATIONS {
        let number = if *counts { ", 3" } else { "" };
        asked.extend(FIELDS.iter().map(|(kind, _)| (*name, *kind, format!("{name}({}{number})", field(kind)))));
    }
    let blocks: Vec<String> = asked.iter().map(|(.., term)| format!("{{ on = [\"{term}\"] }}")).collect();
    let refused: Vec<String> =
        faults(&format!("block = [{}]\n", blocks.join(", "))).into_iter().map(|fault| fault.message).collect();
    for (name, kind, term) in &asked {
        let row = rows.iter().find(|row| row[0].split('(').next() == Some(*name)).expect("a row");
        let is_refused = refused.iter().any(|message| message.starts_with(&format!("`{term}`:")));
        assert_eq!(kinds(&row[1]).contains(kind), !is_refused, "`{term}`: the reference says {}", row[1]);
    }
}

#[test]
fn the_reference_lists_every_measure_with_its_sign_and_kinds() {
    let rows = table(&page(), "<!-- measures");
    let said: Vec<(&str, &str, &str)> = rows.iter().map(|row| (&*row[0], &*row[1], &*row[4])).collect();
    let sign = |direction: &Direction| if *direction == Direction::AtLeast { ">=" } else { "<=" };
    let clear = |name: &str| match name {
        "shared" => "not needed",
        "jaccard" | "cosine" => "of fields",
        _ => "needed",
    };
    let wanted: Vec<_> = MEASURES.iter().map(|(name, direction, _)| (*name, sign(direction), clear(name))).collect();
    assert_eq!(said, wanted);
    let of_one_kind = || rows.iter().filter(|row| !row[2].contains("several values"));
    let condition = |row: &Vec<String>, kind: &str| format!("{}({}) {} 1", row[0], field(kind), row[1]);
    let conditions: Vec<String> =
        of_one_kind().flat_map(|row| FIELDS.iter().map(|(kind, _)| format!("\"{}\"", condition(row, kind)))).collect();
    let refused: Vec<String> =
        faults(&format!("definite = [{}]\n", conditions.join(", "))).into_iter().map(|fault| fault.message).collect();
    for row in of_one_kind() {
        for (kind, _) in FIELDS {
            let asked = condition(row, kind);
            let is_refused = refused.iter().any(|message| message.starts_with(&format!("`{asked}`:")));
            assert_eq!(kinds(&row[2]).contains(kind), !is_refused, "`{asked}`: the reference says {}", row[2]);
        }
    }
}

#[test]
fn the_reference_lists_every_ready_made_comparison() {
    let told = faults("comparison = [ { is = \"nothing\", of = [\"sex\"] } ]\n");
    assert!(told[0].message.starts_with("there is no ready-made comparison `nothing`; there are `name`"), "{told:?}");
    let known: Vec<&str> = told[0].message.split('`').skip(3).step_by(2).collect();
    let rows = table(&page(), "### Ready-made comparisons");
    let said: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(said, known.into_iter().collect());
    assert_eq!(said.len(), rows.len(), "each is there once");
}
