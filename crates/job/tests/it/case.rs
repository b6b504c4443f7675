//! Case tables of ranked linkage: small records in, links out.
//!
//! A record is one line of words, `-` for a missing value and `_` for a blank:
//!
//! ```text
//! left    key person NHS-number born sex postcode activity
//! right   key NHS-number born sex postcode death-or-imaging
//! links   left-key right-key step
//! persons step persons
//! ```
//!
//! A single capital letter as NHS number stands for one of [`NUMBERS`]. Each case is run as
//! two layouts: HES in the columns of the catalogue against records described in the job,
//! and the other way round (for deaths); once with more rows on the left and once with more
//! on the right, so that either side is the one indexed.

use counterfoil_job::manifest::Linked;
use serde::Deserialize;

use crate::folder::{Folder, Run};

/// Valid NHS numbers: weights 10 to 2 on the first nine digits, check digit 11 − (sum mod
/// 11). Worked out beside the code, not with it.
const NUMBERS: [(&str, &str); 6] = [
    ("A", "4836044502"),
    ("B", "4342852497"),
    ("C", "4995609644"),
    ("D", "4481218215"),
    // Of the bystanders, who match nobody.
    ("W", "4926702061"),
    ("V", "4993075057"),
];

/// Rows on the larger side that match nobody.
const CROWD: usize = 40;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The rule that makes it so.
    because: String,
    #[serde(default)]
    communal: Vec<String>,
    /// End of the data.
    end: Option<String>,
    #[serde(default)]
    options: toml::Table,
    left: Vec<String>,
    right: Vec<String>,
    links: Vec<String>,
    /// Pairs that the guard bars, where a case is about that.
    barred_by_guard: Option<u64>,
    barred_by_contradiction: Option<u64>,
    left_ties: Option<u64>,
    right_ties: Option<u64>,
    /// Persons by the best step of their links.
    persons: Option<Vec<String>>,
    /// Right records left over, without the bystanders, where a case is about that.
    unmatched: Option<Unmatched>,
}

/// What can be told of unmatched records; what is left out is none.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Unmatched {
    no_valid_identifier: u64,
    too_few_valid_identifiers: u64,
    no_partner: u64,
    barred: u64,
    not_chosen: u64,
}

/// What stands on the right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    Deaths,
    Imaging,
}

/// Runs every case of a table of deaths; all failures are shown at once.
pub(crate) fn check(table: &str) {
    check_of(Right::Deaths, table);
}

/// The same of imaging records.
pub(crate) fn check_imaging(table: &str) {
    check_of(Right::Imaging, table);
}

fn check_of(right: Right, table: &str) {
    let cases: Cases = toml::from_str(table).expect("the case table is well formed");
    assert!(!cases.case.is_empty());
    let failures: Vec<String> = cases.case.iter().flat_map(|case| failures_of(right, case)).collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.case.len(), failures.join("\n"));
}

fn failures_of(right: Right, case: &Case) -> Vec<String> {
    let hes = Layout { right, left_in_catalogue: true, left_crowd: CROWD, right_crowd: 1 };
    let register = Layout { right, left_in_catalogue: false, left_crowd: 1, right_crowd: CROWD };
    [("right side indexed", hes), ("HES indexed", register)]
        .into_iter()
        .filter_map(|(how, layout)| layout.failure(case).map(|f| format!("`{}`, {how}: {f}", case.name)))
        .collect()
}

struct Layout {
    right: Right,
    /// HES as `hes-apc` and the register inline; else HES inline and the register as
    /// `deaths`.
    left_in_catalogue: bool,
    left_crowd: usize,
    right_crowd: usize,
}

const APC: [&str; 7] = ["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"];
const PATIENTS: [&str; 7] = ["visit", "patient", "number", "born", "gender", "home", "seen"];
const DEATHS: [&str; 8] =
    ["ledrid", "DEC_CONF_NHS_NUMBER_CLEAN", "dobyr", "dobmt", "dobdy", "DEC_SEX", "pcdr", "REG_DATE_OF_DEATH"];
const REGISTER: [&str; 6] = ["entry", "number", "born", "gender", "home", "died"];

const APC_SET: &str = r#"
[[data_set]]
name = "hospital"
is = "hes-apc"
files = ["hospital.csv"]
"#;

const PATIENTS_SET: &str = r#"
[[data_set]]
name = "hospital"
files = ["hospital.csv"]
record_key = "visit"
person_key = "patient"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
activity_date = "seen"
"#;

const DEATHS_SET: &str = r#"
[[data_set]]
name = "register"
is = "deaths"
files = ["register.csv"]
"#;

const REGISTER_SET: &str = r#"
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "entry"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
death_date = "died"
"#;

const IMAGING_SET: &str = r#"
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "entry"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
activity_date = "died"
"#;

impl Layout {
    fn failure(&self, case: &Case) -> Option<String> {
        let run = self.run(case);
        let mut links: Vec<_> = case.links.iter().map(|link| words::<3>(link)).collect();
        links.sort();
        let found: Vec<_> = run.step_links().into_iter().map(|(left, right, step)| [left, right, step]).collect();
        if found != links {
            return Some(format!("{found:?} instead of {links:?}, because {}", case.because));
        }
        let counts = &run.manifest.linkage;
        let counted = [
            ("barred by guard", case.barred_by_guard, counts.barred_by_guard),
            ("barred by contradiction", case.barred_by_contradiction, counts.barred_by_contradiction),
            ("left ties", case.left_ties, counts.left_ties),
            ("right ties", case.right_ties, counts.right_ties),
        ];
        let wrong = |(what, due, found): (&str, Option<u64>, u64)| {
            let due = due.filter(|due| *due != found)?;
            Some(format!("{found} {what} instead of {due}, because {}", case.because))
        };
        counted.into_iter().find_map(wrong).or_else(|| self.report_failure(case, counts))
    }

    /// What is wrong with persons by step, or with the records left over.
    fn report_failure(&self, case: &Case, counts: &Linked) -> Option<String> {
        let steps = counts.steps.iter().filter(|step| step.left_units > 0);
        let persons: Vec<String> = steps.map(|step| format!("{} {}", step.step, step.left_units)).collect();
        if case.persons.as_ref().is_some_and(|due| *due != persons) {
            return Some(format!("{persons:?} by step instead of {:?}, because {}", case.persons, case.because));
        }
        let due = case.unmatched.as_ref()?;
        let found = counts.matching.as_ref().map(|matching| &matching.unmatched);
        let due = counterfoil_job::ranked::Unmatched {
            no_valid_identifier: due.no_valid_identifier,
            too_few_valid_identifiers: due.too_few_valid_identifiers,
            no_partner: due.no_partner + self.right_crowd as u64,
            barred: due.barred,
            not_chosen: due.not_chosen,
        };
        (found != Some(&due)).then(|| format!("{found:?} instead of {due:?}, because {}", case.because))
    }

    fn run(&self, case: &Case) -> Run {
        let folder = Folder::new();
        let mut left: Vec<_> = case.left.iter().map(|record| words::<7>(record)).collect();
        left.extend((0..self.left_crowd).map(|i| words(&format!("x{i} px{i} W 1911-11-11 2 AB1_9ZZ 2018-01-01"))));
        let mut right: Vec<_> = case.right.iter().map(|record| words::<6>(record)).collect();
        right.extend((0..self.right_crowd).map(|i| words(&format!("y{i} V 1912-12-12 2 AB2_9ZZ 2019-01-01"))));
        let left_set = if self.left_in_catalogue {
            folder.csv("hospital.csv", &APC, &left.into_iter().map(in_hes_layout).collect::<Vec<_>>());
            APC_SET
        } else {
            folder.csv("hospital.csv", &PATIENTS, &left.into_iter().map(Vec::from).collect::<Vec<_>>());
            PATIENTS_SET
        };
        let right_set = match self.right {
            Right::Deaths if !self.left_in_catalogue => {
                folder.csv("register.csv", &DEATHS, &right.into_iter().map(as_registered).collect::<Vec<_>>());
                DEATHS_SET
            }
            of => {
                folder.csv("register.csv", &REGISTER, &right.into_iter().map(Vec::from).collect::<Vec<_>>());
                if of == Right::Deaths { REGISTER_SET } else { IMAGING_SET }
            }
        };
        folder.run(&self.job(&folder, case, &[left_set, right_set].concat()), "out")
    }

    fn job(&self, folder: &Folder, case: &Case, data_sets: &str) -> String {
        let end = case.end.as_ref().map(|end| format!("end = \"{end}\"\n")).unwrap_or_default();
        let recipe = if self.right == Right::Deaths { "hes-deaths" } else { "hes-did" };
        let linkage = format!("[linkage]\nleft = \"hospital\"\nright = \"register\"\nrecipe = \"{recipe}\"\n");
        let mut job = format!("version = 1\nname = \"case\"\n{end}[keys]\ndemo = true\n{data_sets}{linkage}");
        let options = toml::Table::from_iter([("options".to_owned(), toml::Value::Table(case.options.clone()))]);
        let options = toml::Table::from_iter([("linkage".to_owned(), toml::Value::Table(options))]);
        job.push_str(&toml::to_string(&options).expect("options came from TOML").replace("[linkage]\n", ""));
        if !case.communal.is_empty() {
            let postcodes: Vec<_> = case.communal.iter().map(|postcode| vec![postcode.replace('_', " ")]).collect();
            folder.csv("communal.csv", &["postcode"], &postcodes);
            job.push_str("[linkage.lists.communal]\nfile = \"communal.csv\"\n");
        }
        job
    }
}

/// The words of a record, `-` as empty and `_` as a blank, letters as NHS numbers.
pub(crate) fn words<const N: usize>(record: &str) -> [String; N] {
    let word = |word: &str| match NUMBERS.iter().find(|(letter, _)| *letter == word) {
        Some((_, number)) => (*number).to_owned(),
        None if word == "-" => String::new(),
        None => word.replace('_', " "),
    };
    let words: Vec<String> = record.split_whitespace().map(word).collect();
    words.try_into().unwrap_or_else(|_| panic!("`{record}` does not have {N} words"))
}

/// A postcode with one blank, in the 8 characters of HES.
fn in_hes_layout(record: [String; 7]) -> Vec<String> {
    let mut record = Vec::from(record);
    if let Some((outward, inward)) = record[5].split_once(' ') {
        record[5] = format!("{outward:<5}{inward}");
    }
    record
}

/// Birth date in three parts, date of death as `yyyymmdd`.
fn as_registered(record: [String; 6]) -> Vec<String> {
    let [key, number, born, sex, postcode, died] = record;
    let mut parts = born.split('-').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    vec![key, number, part(), part(), part(), sex, postcode, died.replace('-', "")]
}
