//! A project of people with doubles: a table that is linked to itself by a model.

use crate::project::Project;

/// Columns of the table; `true_person` says who each record is of.
const HEADER: &str = "id,first,last,born,home,gender,true_person\n";

/// The job; `{mode}` and `{more}` are filled in.
const JOB: &str = r#"version = 1
name = "people"
[keys]
demo = true
[[data_set]]
name = "people"
files = ["people.csv"]
record_key = "id"
[data_set.roles]
given_name = "first"
family_name = "last"
birth_date = "born"
postcode = "home"
sex = "gender"
[linkage]
left = "people"
mode = "MODE"
[linkage.estimate]
dependence = "check"
block = [
  { on = ["family_name", "birth_date"] },
  { on = ["given_name", "birth_date"] },
  { on = ["postcode"] },
]
[[linkage.estimate.comparison]]
name = "given_name"
level = [
  { when = "exact(given_name)", label = "the same", term_frequency = { of = "given_name" } },
  { when = "CLOSE_GIVEN", label = "alike" },
  { when = "else" } ]
[[linkage.estimate.comparison]]
name = "family_name"
level = [
  { when = "exact(family_name)", label = "the same", term_frequency = { of = "family_name" } },
  { when = "CLOSE_FAMILY", label = "alike" },
  { when = "else" } ]
[[linkage.estimate.comparison]]
name = "birth_date"
level = [ { when = "exact(birth_date)" }, { when = "exact(year(birth_date))" }, { when = "else" } ]
[[linkage.estimate.comparison]]
name = "postcode"
level = [ { when = "exact(postcode)" }, { when = "exact(district(postcode))" }, { when = "else" } ]
[[linkage.estimate.comparison]]
name = "sex"
level = [ { when = "exact(sex)" }, { when = "else" } ]
[[output]]
kind = "links"
[[output]]
kind = "persons"
"#;

/// A job of this mode.
pub(crate) fn job(mode: &str) -> String {
    let [given, family] = ["given_name", "family_name"].map(|field| match mode {
        "trusted" => format!("jaro_winkler({field}) >= 0.88"),
        _ => format!("shared(deletions({field})) >= 1"),
    });
    JOB.replace("MODE", mode).replace("CLOSE_GIVEN", &given).replace("CLOSE_FAMILY", &family)
}

/// The project, in trusted mode.
pub(crate) fn project() -> Project {
    let project = Project::new();
    project.write("people.csv", table(&records()));
    project.write("job.toml", job("trusted"));
    project
}

/// A record, and who it is of.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) cells: [String; 6],
    pub(crate) person: usize,
}

/// Records as a table.
pub(crate) fn table(records: &[Record]) -> String {
    let line = |record: &Record| format!("{},p{}\n", record.cells.join(","), record.person);
    std::iter::once(HEADER.to_owned()).chain(records.iter().map(line)).collect()
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }
}

const PERSONS: usize = 350;
const STARTS: [&str; 12] = ["Ald", "Bren", "Cor", "Dun", "Eth", "Fin", "Gal", "Hol", "Isk", "Jor", "Kel", "Lor"];
const MIDDLES: [&str; 8] = ["a", "e", "i", "o", "ar", "en", "il", "um"];
const ENDS: [&str; 9] = ["brook", "wick", "dale", "thorp", "mere", "stead", "combe", "ley", "worth"];
const GIVEN: [&str; 10] = ["ra", "nie", "ric", "mund", "ly", "vin", "tha", "bel", "das", "wen"];
const AREAS: [&str; 6] = ["LS", "HD", "SO", "CR", "PE", "YO"];

/// Every second person has a second record with an error or two, some a third.
pub(crate) fn records() -> Vec<Record> {
    let mut random = Random(11);
    let mut records: Vec<Record> = Vec::new();
    for person in 0..PERSONS {
        let first = identity(&mut random, person);
        let doubles = [0, 1, 0, 1, 2][person % 5];
        for _ in 0..doubles {
            let double = spoilt(&mut random, &first);
            records.push(double);
        }
        records.push(first);
    }
    for (row, record) in records.iter_mut().enumerate() {
        record.cells[0] = format!("record-{row:05}");
    }
    records
}

fn identity(random: &mut Random, person: usize) -> Record {
    // Small numbers are commoner than large ones.
    let given = [STARTS[random.below(12).min(random.below(12))], MIDDLES[random.below(8)], GIVEN[random.below(10)]];
    let family = [STARTS[random.below(12)], MIDDLES[random.below(8)], ENDS[random.below(9).min(random.below(9))]];
    let born = format!("{}-{:02}-{:02}", 1930 + random.below(70), 1 + random.below(12), 1 + random.below(28));
    let home = format!(
        "{}{} {}{}{}",
        AREAS[random.below(6)],
        1 + random.below(9),
        1 + random.below(9),
        ["A", "B", "D", "E"][random.below(4)],
        ["F", "G", "H", "J"][random.below(4)]
    );
    let gender = (1 + random.below(2)).to_string();
    Record { cells: [String::new(), given.concat(), family.concat(), born, home, gender], person }
}

/// The same person with an error in a name, a missing date, or another address.
fn spoilt(random: &mut Random, of: &Record) -> Record {
    let mut record = of.clone();
    for _ in 0..=random.below(2) {
        match random.below(6) {
            0 => drop(record.cells[1].remove(2)),
            1 => drop(record.cells[2].remove(3)),
            2 => record.cells[3].clear(),
            3 => record.cells[4].clone_from(&identity(random, 0).cells[4]),
            4 => record.cells[1].push('h'),
            _ => {}
        }
    }
    record
}
