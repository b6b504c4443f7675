//! A walk through the catalogue: every data set, table and person that can be linked is
//! standardised and tokenised from the catalogue's roles alone, and every one that cannot is
//! refused.
//!
//! Five rows stand for what a file may hold: two of one person, one of another, one without
//! any value and one of values that do not count. So each linkage field has three valid
//! values, and the two rows of one person are linked.

use std::collections::BTreeMap;

use counterfoil_catalogue::{Catalogue, DataSet, Field, FieldType, RoleColumns, RoleSpec, SexMeaning};
use counterfoil_core::FieldKind;

use crate::folder::{Folder, Run};

/// What a row is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Ann,
    Bob,
    Nobody,
    /// A wrong check digit, no sex, a date that means "missing" and so on.
    Odd,
}

const ROWS: [Row; 5] = [Row::Ann, Row::Bob, Row::Nobody, Row::Odd, Row::Ann];

/// A data set as some layout of it is delivered: its identifying roles, each with the columns
/// it stands in.
struct Layout<'a> {
    data_set: &'a DataSet,
    /// `person = "…"` of the job.
    person: Option<&'a str>,
    roles: Vec<(&'a str, RoleColumns)>,
}

#[test]
fn every_data_set_is_standardised_and_tokenised_from_its_roles_alone() {
    let mut failures = Vec::new();
    let mut walked = 0;
    let mut passed_over = BTreeMap::new();
    for (data_set, person) in persons() {
        let own = person.map_or_else(|| data_set.clone(), |person| data_set.about(person).expect("a person"));
        let layouts = layouts(&own, person);
        if layouts.is_empty() && !own.name.contains('/') {
            passed_over.insert(own.name.as_str().to_owned(), own.link.via.clone());
        }
        let has_other_way = own.link.via.is_some() || !own.person_key.is_empty();
        assert!(!layouts.is_empty() || has_other_way, "{}: nothing to link by", own.name);
        walked += layouts.len();
        failures.extend(layouts.iter().filter_map(Layout::failure));
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    // Of the 41 data sets 6 have no person; these of the rest hold no identifier, only a key:
    // of the episode, of the vaccination, or a token of the NHS number.
    let via = |parent: &str| Some(parent.to_owned());
    let by_key = [
        ("covid-ethnicity", None),
        ("hes-cc", via("hes-apc")),
        ("ll-cc", via("ll-apc")),
        ("vaccine-reactions", via("covid-vaccination")),
    ];
    assert_eq!(passed_over, by_key.map(|(name, via)| (name.to_owned(), via)).into());
    assert!(walked > 30, "{walked} layouts");
}

#[test]
fn what_has_no_person_link_is_refused() {
    let mut refused = Vec::new();
    for data_set in tables().filter(|data_set| !data_set.link.person) {
        let folder = Folder::new();
        folder.csv("rows.csv", &["row", "some_number"], &[vec!["1".to_owned(), "4836044502".to_owned()]]);
        let roles = "roles = { nhs_number = \"some_number\" }";
        let faults = folder.try_run(&job(data_set, None, roles, "rows.csv", &["nhs_number"]), "out", 1);
        let faults = faults.map(drop).expect_err("it names no person");
        let reason = data_set.link.reason.as_ref().expect("a reason");
        assert!(
            faults.iter().any(|fault| fault.place == "linkage.left" && fault.message.contains(reason)),
            "{}: {faults:#?}",
            data_set.name
        );
        refused.push(data_set.name.as_str());
    }
    // Section A1 of the reference.
    for name in ["ascs", "sace", "apms", "mhcyp", "gpwf", "shmi"] {
        assert!(refused.contains(&name), "{name} is not among {refused:?}");
    }
}

/// Every data set and every further table.
fn tables() -> impl Iterator<Item = &'static DataSet> {
    let data_sets = Catalogue::built_in().data_sets().iter();
    data_sets.flat_map(|data_set| std::iter::once(data_set).chain(&data_set.tables))
}

/// Every one that can be linked, with each of its persons.
fn persons() -> impl Iterator<Item = (&'static DataSet, Option<&'static str>)> {
    tables().filter(|data_set| data_set.link.person).flat_map(|data_set| {
        let named = data_set.persons().into_iter().map(Some).collect::<Vec<_>>();
        let all = if named.is_empty() { vec![None] } else { named };
        all.into_iter().map(move |person| (data_set, person))
    })
}

/// One layout for each alternative that some role has; a role of fewer alternatives keeps its
/// last one. None if nothing identifies a person.
fn layouts<'a>(data_set: &'a DataSet, person: Option<&'a str>) -> Vec<Layout<'a>> {
    let alternatives = |spec: &RoleSpec| spec.alternatives().expect("a checked entry");
    let identifying: Vec<(&str, Vec<RoleColumns>)> = (data_set.roles.iter())
        .filter(|(role, _)| FieldKind::of_role(role).is_some())
        .map(|(role, spec)| (role.as_str(), alternatives(spec)))
        .collect();
    let most = identifying.iter().map(|(_, all)| all.len()).max().unwrap_or(0);
    let of = |n: usize| identifying.iter().map(|(role, all)| (*role, all[n.min(all.len() - 1)].clone())).collect();
    (0..most).map(|n| Layout { data_set, person, roles: of(n) }).collect()
}

impl Layout<'_> {
    /// What is not as it should be in runs over this layout, from CSV and from Parquet.
    fn failure(&self) -> Option<String> {
        let folder = Folder::new();
        let header = self.header();
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = ROWS
            .iter()
            .enumerate()
            .map(|(i, row)| names.iter().map(|name| self.cell(name, *row, i)).collect())
            .collect();
        folder.csv("rows.csv", &names, &rows);
        folder.parquet("rows.parquet", &names, &rows, 3);
        let wrong = ["rows.csv", "rows.parquet"].into_iter().find_map(|file| self.wrong(&folder, file));
        wrong.map(|wrong| format!("{} {:?} ({}): {wrong}", self.data_set.name, self.person, names.join(", ")))
    }

    fn wrong(&self, folder: &Folder, file: &str) -> Option<String> {
        let fields: Vec<&str> = self.roles.iter().map(|(role, _)| *role).collect();
        let job = job(self.data_set, self.person, "", file, &fields);
        match folder.try_run(&job, file.trim_start_matches("rows."), 1) {
            Err(faults) => Some(format!("{faults:#?}")),
            Ok(run) => self.miscounted(&run),
        }
    }

    /// Each field has a valid value in three rows of five; Ann's two rows are linked.
    fn miscounted(&self, run: &Run) -> Option<String> {
        let found = &run.manifest.standardising[0];
        for (role, _) in &self.roles {
            let Some(field) = found.fields.iter().find(|field| field.name == *role) else {
                return Some(format!("{role} is no linkage field"));
            };
            let rejected = u64::from(*role == "nhs_number");
            if (field.valid, field.rejects(), field.nulls()) != (3, rejected, 2 - rejected) {
                return Some(format!("{role}: {field:?}"));
            }
        }
        let links = run.table("links.parquet", &["left_row", "right_row"]);
        (links != [["0", "4"]]).then(|| format!("links: {links:?}"))
    }

    /// The columns of the keys and of the roles, each once.
    fn header(&self) -> Vec<String> {
        let keys = self.data_set.record_key.alternatives()[0].iter().chain(self.data_set.person_key.first());
        let roles = self.roles.iter().flat_map(|(_, columns)| columns.names()).map(str::to_owned);
        let mut header: Vec<String> = Vec::new();
        for column in keys.cloned().chain(roles) {
            if !header.contains(&column) {
                header.push(column);
            }
        }
        header
    }

    fn cell(&self, column: &str, row: Row, i: usize) -> String {
        let role = self.roles.iter().find(|(_, columns)| columns.names().contains(&column));
        match role {
            None => format!("k{i}"),
            Some((role, columns)) => {
                let position = columns.names().iter().position(|name| *name == column).unwrap_or(0);
                self.value(role, self.data_set.field(column).expect("a field"), position, row)
            }
        }
    }

    /// NHS numbers are valid by the published check digit but the odd one, which has it wrong.
    fn value(&self, role: &str, field: &Field, position: usize, row: Row) -> String {
        let is_hes = self.data_set.family.as_deref() == Some("HES");
        let of = |ann: &str, bob: &str, odd: &str| match row {
            Row::Ann => ann.to_owned(),
            Row::Bob => bob.to_owned(),
            Row::Nobody => String::new(),
            Row::Odd => odd.to_owned(),
        };
        match FieldKind::of_role(role).expect("an identifying role") {
            FieldKind::NhsNumber => of("4836044502", "4342852497", "4836044503"),
            FieldKind::Sex => {
                let code = |meaning| sex_code(field, meaning);
                of(&code(SexMeaning::Female), &code(SexMeaning::Male), &code(SexMeaning::NotKnown))
            }
            FieldKind::Date if field.kind == FieldType::Date => of("1950-03-14", "1962-07-29", &sentinel(field)),
            FieldKind::Date => of(["1950", "3", "14"][position], ["1962", "7", "29"][position], ""),
            FieldKind::Postcode if is_hes => of("LS1  4AP", "HD7  5UZ", ""),
            FieldKind::Postcode => of("LS1 4AP", "HD7 5UZ", ""),
            FieldKind::LocalPatientId if position == 1 => of("RR8", "RWY", "RR8"),
            _ => of("Ann", "Bob", ""),
        }
    }
}

fn sex_code(field: &Field, meaning: SexMeaning) -> String {
    let code = field.sex_codes.iter().find(|(_, known)| **known == meaning);
    code.map(|(code, _)| code.clone()).unwrap_or_default()
}

/// A date that the data set writes for "missing", if it has one.
fn sentinel(field: &Field) -> String {
    field.missing.keys().next().cloned().unwrap_or_default()
}

/// A job that finds the pairs of rows of one data set that agree in any of these fields.
fn job(data_set: &DataSet, person: Option<&str>, more: &str, file: &str, fields: &[&str]) -> String {
    let person = person.map(|person| format!("person = \"{person}\"\n")).unwrap_or_default();
    let rank = |(i, field): (usize, &&str)| format!("[[linkage.rank]]\nrank = {}\nagree = [\"{field}\"]", i + 1);
    let ranks: Vec<String> = fields.iter().enumerate().map(rank).collect();
    let ranks = ranks.join("\n");
    format!(
        "version = 1\nname = \"walk\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"rows\"\nis = \"{}\"\n\
         files = [\"{file}\"]\n{person}{more}\n[linkage]\nleft = \"rows\"\n{ranks}",
        data_set.name
    )
}
