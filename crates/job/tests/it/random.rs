//! Small, dense, random data: the engine's links against those of the plain program.

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

/// The job with ranks and right-hand persons as asked for.
fn job(size: &Size, options: &Options) -> String {
    let mut job = JOB.to_owned();
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
        Choice::RankByRank => "",
        Choice::BestThenBest => "resolution = \"best-then-best\"\n",
        Choice::KeepAll => "resolution = \"keep-all\"\n",
    });
    if options.refuse_ties {
        text.push_str("ties = \"refuse\"\n");
    }
    if options.any_record_contradicts {
        text.push_str("contradiction = \"any-record-of-person\"\n");
    }
    let scope = if options.guard_by_identity { "matching-record" } else { "person" };
    let when = if options.guard_after_choice { "after-choice" } else { "before-choice" };
    match options.guard {
        None => text.push_str("activity_guard = \"none\"\n"),
        Some(3) if options.ranks == Ranks::Published && !options.guard_by_identity && !options.guard_after_choice => {}
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
    let counts = &run.manifest.linkage;
    let barred = [counts.barred_by_contradiction, counts.barred_by_guard];
    let found = Expected { links: run.links(), candidate_pairs: counts.candidate_pairs, barred };
    assert_eq!(found, due, "seed {seed}, {options:?}");
    due
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
        due.links.iter().for_each(|(_, _, rank)| ranks[usize::from(*rank)] += 1);
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
    ]
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
