//! A pair of persons that is barred in one way may meet another rank, or another record.

use crate::folder::{Folder, Link, Run};

fn run(left: &str, right: &str, right_key: &str, ranks: &str, options: &str) -> Run {
    let folder = Folder::new();
    folder.write("left.csv", &format!("visit,patient,number,born,sex,home,seen\n{left}\n"));
    folder.write("right.csv", &format!("entry,dead,number,born,sex,home,died\n{right}\n"));
    let job = format!(
        r#"
version = 1
name = "falls"
[keys]
demo = true
[[data_set]]
name = "hospital"
files = ["left.csv"]
record_key = "visit"
person_key = "patient"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
activity_date = "seen"
[[data_set]]
name = "register"
files = ["right.csv"]
record_key = "entry"
{right_key}
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
death_date = "died"
[linkage]
left = "hospital"
right = "register"
[linkage.options]
{options}
{ranks}
"#
    );
    folder.run(&job, "out")
}

fn owned(links: &[(&str, &str, u8)]) -> Vec<Link> {
    links.iter().map(|(left, right, rank)| ((*left).to_owned(), (*right).to_owned(), *rank)).collect()
}

/// Three ranks that one record pair can meet at once.
const RANKS: &str = r#"
[[linkage.rank]]
rank = 1
agree = ["birth_date", "sex", "postcode"]
not_contradict = ["nhs_number"]
[[linkage.rank]]
rank = 2
agree = ["birth_date", "postcode"]
not_contradict = ["sex"]
[[linkage.rank]]
rank = 3
agree = ["postcode"]
"#;

const ANY_RECORD: &str = "contradiction = \"any-record-of-person\"";

/// `v1` and `d1` agree in birth date, sex and postcode, and so meet all three ranks. Another
/// visit of the same person says otherwise: its number bars rank 1, its sex rank 2.
#[test]
fn a_contradicted_pair_falls_to_the_next_rank_of_the_same_records() {
    let check = |other: &str, due: &[(&str, &str, u8)], barred: u64| {
        let left = format!("v1,p1,,1950-03-14,1,LS1 4AP,\nv2,p1,{other}");
        let run = run(&left, "d1,,4836044502,1950-03-14,1,LS1 4AP,", "", RANKS, ANY_RECORD);
        assert_eq!(run.links(), owned(due), "{other}");
        assert_eq!(run.manifest.linkage.barred_by_contradiction, barred, "{other}");
    };
    // Number, birth date, sex, postcode and activity of the other visit.
    check("4836044502,,1,,", &[("v1", "d1", 1)], 0);
    check("4342852497,,1,,", &[("v1", "d1", 2)], 0);
    check("4342852497,,2,,", &[("v1", "d1", 3)], 0);
    // Rank 2 is barred, and rank 1, which is better, is not.
    check(",,2,,", &[("v1", "d1", 1)], 0);
}

#[test]
fn a_pair_that_no_rank_is_left_of_is_barred_once() {
    let ranks = RANKS.split("[[linkage.rank]]\nrank = 3").next().expect("the first two ranks");
    let left = "v1,p1,,1950-03-14,1,LS1 4AP,\nv2,p1,4342852497,,2,,";
    let run = run(left, "d1,,4836044502,1950-03-14,1,LS1 4AP,", "", ranks, ANY_RECORD);
    assert_eq!(run.links(), []);
    let counts = &run.manifest.linkage;
    assert_eq!((counts.candidate_pairs, counts.barred_by_contradiction, counts.barred_by_guard), (1, 1, 0));
}

const BY_NUMBER: &str = r#"
[[linkage.rank]]
rank = 1
agree = ["nhs_number", "birth_date"]
[[linkage.rank]]
rank = 2
agree = ["nhs_number"]
"#;

/// One dead person is registered twice. The better record has the earlier date, after which
/// the person was seen; the other has a date that the guard lets pass.
#[test]
fn a_person_on_the_right_keeps_every_record_for_the_guard() {
    let right = "d1,r1,4836044502,1950-03-14,,,2019-02-01\nd2,r1,4836044502,,,,2019-03-01";
    let left = "v1,p1,4836044502,1950-03-14,,,2019-02-20";
    let bystanders = |of: &str| [0, 1, 2, 3, 4].map(|i| format!("\n{of}{i},{of}{i},,,,,2019-01-01")).concat();
    let key = "person_key = \"dead\"";
    // Either side may be the one that is indexed.
    for (left, right) in
        [(left.to_owned(), right.to_owned() + &bystanders("x")), (left.to_owned() + &bystanders("x"), right.to_owned())]
    {
        let guarded = |guard: &str| run(&left, &right, key, BY_NUMBER, &format!("activity_guard = {guard}"));
        assert_eq!(guarded("\"none\"").links(), owned(&[("v1", "d1", 1)]));
        for scope in ["person", "matching-record"] {
            let run = guarded(&format!("{{ days = 3, scope = \"{scope}\" }}"));
            assert_eq!(run.links(), owned(&[("v1", "d2", 2)]), "{scope}");
            let counts = &run.manifest.linkage;
            assert_eq!((counts.candidate_pairs, counts.barred_by_guard), (1, 0), "the pair of persons is not barred");
        }
        // After the choice, the chosen record is barred and nothing takes its place.
        let run = guarded("{ days = 3, when = \"after-choice\" }");
        assert_eq!(run.links(), []);
        assert_eq!(run.manifest.linkage.barred_by_guard, 1);
    }
}

/// The same of a contradiction: one record of the dead person has another number than the
/// person's other visit, the other has none.
#[test]
fn a_person_on_the_right_keeps_every_record_for_contradictions() {
    let ranks = RANKS.split("[[linkage.rank]]\nrank = 2").next().expect("the first rank");
    let left = "v1,p1,,1950-03-14,1,LS1 4AP,2019-01-05\nv2,p1,4342852497,,,,2019-01-05";
    let right = "d1,r1,4836044502,1950-03-14,1,LS1 4AP,\nd2,r1,,1950-03-14,1,LS1 4AP,";
    let key = "person_key = \"dead\"";
    assert_eq!(run(left, right, key, ranks, ANY_RECORD).links(), owned(&[("v1", "d2", 1)]));
    let own = run(left, right, "", ranks, ANY_RECORD);
    assert_eq!(own.links(), owned(&[("v1", "d2", 1)]), "and so if the two are persons of their own");
    assert_eq!(own.manifest.linkage.barred_by_contradiction, 1, "of which one is barred");
}
