//! Small, dense, random data: the engine's links against those of the plain program.

use crate::folder::Folder;
use crate::plain::{Choice, Expected, Options, Partial, link};
use crate::world::{Size, World};

pub(crate) const JOB: &str = r#"
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

/// The options in the words of a job file. The default ones are left out, to test them too.
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
        Some(3) if !options.guard_by_identity && !options.guard_after_choice => {}
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
    let run = folder.run(&format!("{JOB}{}", written(options)), "out");
    let due = link(&world.hes, &world.deaths, options);
    let candidate_pairs = run.manifest.linkage.candidate_pairs;
    let found = Expected { links: run.links(), candidate_pairs };
    assert_eq!(found, due, "seed {seed}, {options:?}");
    due
}

/// More HES rows than deaths, and the other way round, so that either side is indexed.
const SIZES: [Size; 2] = [
    Size { rows: 300, persons: 60, deaths: 60, numbers: 40 },
    Size { rows: 70, persons: 40, deaths: 160, numbers: 25 },
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
