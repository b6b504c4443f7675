//! Small, dense, random data: the engine's links against those of the plain program.

use std::collections::BTreeMap;

use counterfoil_job::manifest::Linked;
use counterfoil_job::ranked::Matching;

use crate::folder::Folder;
use crate::plain::{Choice, Expected, Options, Partial, Ranks, link};
use crate::world::{Size, World};

const JOB: &str = r#"
version = 1
name = "random"
[keys]
demo = true
[[data_set]]
name = "hes"
files = ["hes.csv"]
record_key = "key"
person_key = "person"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
activity_date = "day"
[[data_set]]
name = "deaths"
files = ["deaths.csv"]
record_key = "key"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
death_date = "day"
[linkage]
left = "hes"
right = "deaths"
recipe = "hes-deaths"
[linkage.lists.communal]
file = "communal.csv"
[linkage.options]
"#;

/// [`Ranks::Own`], in place of the recipe.
const OWN_RANKS: &str = r#"
[[linkage.rank]]
rank = 1
agree = ["nhs_number", "birth_date"]
[[linkage.rank]]
rank = 2
agree = ["birth_date", "sex", "postcode"]
not_contradict = ["nhs_number"]
exclude = ["postcode:communal"]
[[linkage.rank]]
rank = 3
agree = ["birth_date", "postcode"]
not_contradict = ["sex"]
[[linkage.rank]]
rank = 5
agree = ["sex", "postcode"]
partial = ["birth_date"]
not_contradict = ["nhs_number"]
[[linkage.rank]]
rank = 6
agree = ["birth_date", "sex"]
[[linkage.rank]]
rank = 7
agree = ["nhs_number"]
"#;

/// The job with ranks and right-hand persons as asked for: deaths linked to persons, or the
/// same records as imaging attached to persons.
fn job(size: &Size, options: &Options) -> String {
    let mut job = JOB.to_owned();
    if options.choice == Choice::BestPerRight {
        job = job
            .replace("recipe = \"hes-deaths\"", "recipe = \"hes-did\"")
            .replace("death_date = \"day\"", "activity_date = \"day\"");
    }
    if options.ranks == Ranks::Own {
        job = job.replace("recipe = \"hes-deaths\"\n", OWN_RANKS);
    }
    if size.dead > 0 {
        let key = "files = [\"deaths.csv\"]\nrecord_key = \"key\"\n";
        job = job.replace(key, &format!("{key}person_key = \"person\"\n"));
    }
    job + &written(options)
}

/// The options in the words of a job file. Those that are the recipe's default are left out,
/// to test that too.
fn written(options: &Options) -> String {
    let mut text = String::new();
    text.push_str(match options.partial {
        Partial::TwoOfThree => "partial_date = \"two-of-three\"\n",
        Partial::TwoOfThreeOrSwapped => "",
        Partial::MpsCrossCheck => "partial_date = \"mps-cross-check\"\n",
        Partial::MonthAndYear => "partial_date = \"month-and-year\"\n",
    });
    text.push_str(match options.choice {
        // What the recipes have.
        Choice::RankByRank | Choice::BestPerRight => "",
        Choice::BestThenBest => "resolution = \"best-then-best\"\n",
        Choice::KeepAll => "resolution = \"keep-all\"\n",
    });
    if options.refuse_ties {
        text.push_str("ties = \"refuse\"\n");
    }
    if options.any_record_contradicts {
        text.push_str("contradiction = \"any-record-of-person\"\n");
    }
    text.push_str(match (options.choice, options.parts_rank_1) {
        (Choice::BestPerRight, false) => "step_1 = \"undivided\"\n",
        (Choice::BestPerRight, true) | (_, false) => "",
        (_, true) => "step_1 = \"latest-record\"\n",
    });
    let scope = if options.guard_by_identity { "matching-record" } else { "person" };
    let when = if options.guard_after_choice { "after-choice" } else { "before-choice" };
    match options.guard {
        None => text.push_str("activity_guard = \"none\"\n"),
        Some(3)
            if options.ranks == Ranks::Published
                && options.choice != Choice::BestPerRight
                && !options.guard_by_identity
                && !options.guard_after_choice => {}
        Some(days) => {
            let guard = format!("activity_guard = {{ days = {days}, scope = \"{scope}\", when = \"{when}\" }}\n");
            text.push_str(&guard);
        }
    }
    text
}

fn check(seed: u64, size: &Size, options: &Options) -> Expected {
    let world = World::new(seed, size);
    let folder = Folder::new();
    world.write(&folder, options.communal);
    let run = folder.run(&job(size, options), "out");
    let due = link(&world.hes, &world.deaths, options);
    let counted = &run.manifest.linkage;
    let found = Expected {
        links: run.step_links(),
        candidate_pairs: counted.candidate_pairs,
        barred: [counted.barred_by_contradiction, counted.barred_by_guard],
        unmatched: counted.matching.as_ref().map_or(due.unmatched, unmatched),
        partners: counted.partners.as_ref().map_or(due.partners, |partners| partners.left),
        persons: persons(counted),
    };
    assert_eq!(found, due, "seed {seed}, {options:?}");
    due
}

fn unmatched(matching: &Matching) -> [u64; 5] {
    let of = &matching.unmatched;
    assert_eq!(matching.records, matching.matched + of.all(), "counts add up");
    [of.no_valid_identifier, of.too_few_valid_identifiers, of.no_partner, of.barred, of.not_chosen]
}

fn persons(counted: &Linked) -> BTreeMap<String, u64> {
    let steps = counted.steps.iter().filter(|step| step.left_units > 0);
    steps.map(|step| (step.step.clone(), step.left_units)).collect()
}

/// More HES rows than deaths, and the other way round, so that either side is indexed.
const SIZES: [Size; 2] = [
    Size { rows: 300, persons: 60, deaths: 60, numbers: 40, dead: 0 },
    Size { rows: 70, persons: 40, deaths: 160, numbers: 25, dead: 0 },
];
/// The same with several deaths a person.
const REPEATED: [Size; 2] = [
    Size { rows: 300, persons: 60, deaths: 60, numbers: 40, dead: 25 },
    Size { rows: 70, persons: 40, deaths: 160, numbers: 25, dead: 50 },
];

#[test]
fn links_are_those_of_the_plain_program() {
    let mut ranks = [0; 9];
    for seed in 0..SEEDS {
        let due = check(seed, &SIZES[seed as usize % 2], &Options::default());
        due.links.iter().for_each(|(_, _, rank)| ranks[rank.parse::<usize>().expect("a rank")] += 1);
    }
    assert!(ranks[1..].iter().all(|links| *links > 0), "every rank should come up: {ranks:?}");
}

const SEEDS: u64 = 30;

/// Every option by itself, and some together.
fn alternatives() -> Vec<Options> {
    let default = Options::default();
    vec![
        Options { partial: Partial::TwoOfThree, ..default },
        Options { partial: Partial::MpsCrossCheck, ..default },
        Options { partial: Partial::MonthAndYear, ..default },
        Options { choice: Choice::BestThenBest, ..default },
        Options { choice: Choice::KeepAll, ..default },
        Options { refuse_ties: true, ..default },
        Options { refuse_ties: true, choice: Choice::BestThenBest, ..default },
        Options { any_record_contradicts: true, ..default },
        Options { guard: None, ..default },
        Options { guard: Some(0), ..default },
        Options { guard: Some(10), ..default },
        Options { guard_by_identity: true, ..default },
        Options { guard_after_choice: true, ..default },
        Options { guard_by_identity: true, guard_after_choice: true, ..default },
        Options { guard_by_identity: true, any_record_contradicts: true, ..default },
        Options { guard_after_choice: true, choice: Choice::BestThenBest, refuse_ties: true, ..default },
        Options { guard: None, any_record_contradicts: true, choice: Choice::KeepAll, ..default },
        Options { communal: 0, ..default },
        Options { parts_rank_1: true, ..default },
        Options { parts_rank_1: true, choice: Choice::BestThenBest, ..default },
        Options { parts_rank_1: true, guard_by_identity: true, ..default },
        Options { parts_rank_1: true, any_record_contradicts: true, choice: Choice::KeepAll, ..default },
    ]
}

/// Imaging records attached to persons, with the recipe's own choices and others.
fn imaging() -> Vec<Options> {
    let default = Options { choice: Choice::BestPerRight, guard: None, parts_rank_1: true, ..Options::default() };
    vec![
        default,
        Options { parts_rank_1: false, ..default },
        Options { refuse_ties: true, ..default },
        Options { any_record_contradicts: true, ..default },
        Options { guard: Some(3), ..default },
        Options { guard: Some(3), guard_after_choice: true, ..default },
        Options { guard: Some(3), guard_by_identity: true, refuse_ties: true, ..default },
        Options { partial: Partial::MpsCrossCheck, communal: 0, ..default },
    ]
}

#[test]
fn records_are_attached_as_by_the_plain_program() {
    let mut steps: BTreeMap<String, usize> = BTreeMap::new();
    let mut unmatched = [0; 5];
    for seed in 0..2 {
        for (i, options) in imaging().iter().enumerate() {
            for (turn, size) in SIZES.iter().enumerate() {
                let due = check(2000 + 100 * seed + 2 * i as u64 + turn as u64, size, options);
                due.links.into_iter().for_each(|(_, _, step)| *steps.entry(step).or_default() += 1);
                unmatched.iter_mut().zip(due.unmatched).for_each(|(all, more)| *all += more);
            }
        }
    }
    let all = ["1", "1A", "1B", "2", "3", "4", "5", "6", "7", "8"];
    assert!(steps.keys().eq(all.iter()), "every step should come up: {steps:?}");
    // A record without any value is in the case table; here every record has some.
    assert!(unmatched[1..].iter().all(|records| *records > 0), "every reason should come up: {unmatched:?}");
}

#[test]
fn links_are_those_of_the_plain_program_under_every_option() {
    for (i, options) in alternatives().iter().enumerate() {
        for (turn, size) in SIZES.iter().enumerate() {
            check(1000 + 2 * i as u64 + turn as u64, size, options);
        }
    }
}

/// What bars one pair of records of two persons need not bar another: with ranks of one's own
/// a pair falls to a later rank, and with several records on the right to another record.
#[test]
fn a_barred_pair_falls_to_what_else_it_meets() {
    let default = Options::default();
    let any_record = Options { any_record_contradicts: true, ..default };
    let own = Options { ranks: Ranks::Own, ..any_record };
    let options = [
        Options { ranks: Ranks::Own, ..default },
        Options { guard: None, ..own },
        Options { guard: None, choice: Choice::KeepAll, ..own },
        own,
        Options { guard_by_identity: true, ..own },
        Options { guard_by_identity: true, guard_after_choice: true, ..own },
        Options { refuse_ties: true, choice: Choice::BestThenBest, ..own },
        default,
        any_record,
        Options { guard_by_identity: true, ..default },
        Options { guard_by_identity: true, ..any_record },
        Options { guard_after_choice: true, ..any_record },
    ];
    for (i, options) in options.iter().enumerate() {
        for (turn, size) in SIZES.iter().chain(&REPEATED).enumerate() {
            check(2000 + 4 * i as u64 + turn as u64, size, options);
        }
    }
}
