//! Data drawn from known m and λ give them back to a job with a single rule, and matches that no rule
//! finds are told from pairs that agree in what no rule asks about.

use crate::folder::Folder;

const JOB: &str = r#"
version = 1
name = "recovered"
[keys]
demo = true
[[data_set]]
name = "people"
files = ["people.csv"]
[data_set.roles]
a = { column = "a", type = "category" }
b = { column = "b", type = "category" }
c = { column = "c", type = "category" }
d = { column = "d", type = "category" }
[linkage]
left = "people"
mode = "trusted"
[linkage.estimate]
relatives = false
block = [ { on = [] } ]
comparison = [ { is = "exact", of = ["a"] }, { is = "exact", of = ["b"] }, { is = "exact", of = ["c"] },
  { is = "exact", of = ["d"] } ]
[[output]]
kind = "links"
"#;

/// Values of each field, and in how many of a hundred matches they agree.
const FIELDS: [(u64, u64); 4] = [(300, 94), (80, 90), (40, 96), (500, 84)];
const PEOPLE: usize = 1200;
const TWICE: usize = 300;

/// Numbers that look random (`SplitMix64`; Steele and others, 2014).
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }
}

/// The first people again, with other values in some fields; and how many agree in each.
fn people(seed: u64) -> (Vec<[u64; 4]>, [usize; 4]) {
    let mut draws = Draws(seed);
    let mut rows: Vec<[u64; 4]> = (0..PEOPLE).map(|_| FIELDS.map(|(values, _)| draws.below(values))).collect();
    let mut agree = [0; 4];
    for person in 0..TWICE {
        let mut again = rows[person];
        for (field, (values, of_hundred)) in FIELDS.into_iter().enumerate() {
            if draws.below(100) < of_hundred {
                agree[field] += 1;
            } else {
                again[field] = (again[field] + 1 + draws.below(values - 1)) % values;
            }
        }
        rows.push(again);
    }
    (rows, agree)
}

/// With three hundred matches the share that agrees is estimated to a standard error of one or two
/// in a hundred, if all of the million pairs are looked at; of a tenth of them, to five.
#[test]
fn all_pairs_alone_give_back_what_they_were_drawn_from() {
    for seed in [1, 2, 3] {
        let (rows, agree) = people(seed);
        let folder = Folder::new();
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|value| format!("v{value}")).collect()).collect();
        folder.csv("people.csv", &["a", "b", "c", "d"], &rows);
        let run = folder.run(JOB, "out");
        let scored = run.manifest.scored.as_ref().expect("a model");
        for (comparison, agree) in scored.comparisons.iter().zip(agree) {
            let (m, truth) = (comparison.levels[0].m, agree as f64 / TWICE as f64);
            assert!((m - truth).abs() < 0.05, "seed {seed}, {}: {m} for {truth}", comparison.name);
        }
        let pairs = (rows.len() * (rows.len() - 1) / 2) as f64;
        let matches = scored.lambda * pairs / TWICE as f64;
        assert!((0.9..1.1).contains(&matches), "seed {seed}: {matches} of the matches");
    }
}

/// Two hundred people stand there twice, with `a` and `b` exchanged: of one file a rule that swaps
/// them finds each pair both ways round, and counts it twice.
#[test]
fn a_pair_that_is_swapped_both_ways_is_one_match() {
    let mut draws = Draws(4);
    let mut people: Vec<[u64; 4]> = (0..1000).map(|_| [200, 200, 40, 500].map(|values| draws.below(values))).collect();
    people.extend_from_within(..200);
    people[1000..].iter_mut().for_each(|person| person.swap(0, 1));
    let folder = Folder::new();
    let rows: Vec<Vec<String>> =
        people.iter().map(|row| row.iter().map(|value| format!("v{value}")).collect()).collect();
    folder.csv("people.csv", &["a", "b", "c", "d"], &rows);
    let job = JOB.replace("on = []", "on = [\"a = b\", \"b = a\"]");
    let (start, end) = (job.find("comparison").expect("comparisons"), job.find("[[output]]").expect("an output"));
    let compared = "comparison = [ { is = \"exact\", of = [\"c\"] }, { is = \"exact\", of = [\"d\"] } ]\n";
    let run = folder.run(&format!("{}{compared}{}", &job[..start], &job[end..]), "out");
    let scored = run.manifest.scored.as_ref().expect("a model");
    assert!((180.0..220.0).contains(&scored.expected_matches), "{} matches", scored.expected_matches);
}

/// Six hundred people stand there twice, every third of them with both `a` and `b` wrong, and the
/// others hardly ever with either. Two rules that ask for `a` and for `b` find the others, and what they
/// find has hardly an error, so that it says nothing of those. Pairs that agree in `c` or `d` do.
#[test]
fn matches_that_no_rule_finds_are_told_from_other_fields() {
    const VALUES: [u64; 4] = [2000, 2000, 20_000, 20_000];
    const WRONG: [[u64; 4]; 2] = [[3, 3, 2, 2], [100, 100, 2, 2]];
    let mut draws = Draws(5);
    let mut people: Vec<[u64; 4]> = (0..1200).map(|_| VALUES.map(|values| draws.below(values))).collect();
    let mut found = 0;
    for person in 0..600 {
        let mut again = people[person];
        for (field, wrong) in WRONG[usize::from(person % 3 == 0)].into_iter().enumerate() {
            if draws.below(100) < wrong {
                again[field] = (again[field] + 1 + draws.below(VALUES[field] - 1)) % VALUES[field];
            }
        }
        found += usize::from(again[0] == people[person][0] || again[1] == people[person][1]);
        people.push(again);
    }
    let folder = Folder::new();
    let rows: Vec<Vec<String>> =
        people.iter().map(|row| row.iter().map(|value| format!("v{value}")).collect()).collect();
    folder.csv("people.csv", &["a", "b", "c", "d"], &rows);
    let run = folder.run(&JOB.replace("{ on = [] }", "{ on = [\"a\"] }, { on = [\"b\"] }"), "out");
    let scored = run.manifest.scored.as_ref().expect("a model");
    let (told, truth) = (scored.pairs_completeness.expect("a share"), found as f64 / 600.0);
    // Rather too high: who has only `c` in common, or only `d`, is taken for no match.
    assert!((truth - 0.02..truth + 0.1).contains(&told), "{told} for {truth}");
    assert_eq!(scored.pairs_completeness_by, ["c", "d"]);
    // The rules find four hundred.
    assert!((520.0..620.0).contains(&scored.expected_matches), "{} matches", scored.expected_matches);
    let missed = scored.link.missed_links;
    assert!((missed - (1.0 - told)).abs() < 0.02, "{missed} missed");
    // Two catches whose errors come together take nearly all for found.
    assert!(scored.pairs_completeness_recaptured.is_some_and(|share| share > 0.95));
}

/// What two comparisons say of one field counts twice, and a note says so; of two fields it does not.
#[test]
fn a_field_that_is_compared_twice_is_told() {
    let (rows, _) = people(1);
    let folder = Folder::new();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|value| format!("v{value}")).collect()).collect();
    folder.csv("people.csv", &["a", "b", "c", "d"], &rows);
    let notes = |job: &str, out: &str| {
        let notes = folder.run(job, out).manifest.notes;
        notes.into_iter().filter(|note| note.contains("counts twice")).collect::<Vec<_>>()
    };
    assert_eq!(notes(JOB, "once"), [""; 0]);
    let twice =
        JOB.replace("{ is = \"exact\", of = [\"b\"] }", "{ is = \"category\", of = [\"a\"], name = \"again\" }");
    let note = "`a` and `again` both compare `a`, so that what it says counts twice: make one comparison of them";
    assert_eq!(notes(&twice, "twice"), [note]);
}
