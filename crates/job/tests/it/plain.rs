//! The ranked linkage once more, as plainly as it can be said: clear values, every pair
//! looked at, written from the published rules and from the words of the options, not from
//! the engine.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::folder::{Link, StepLink};

/// Year, month, day.
pub(crate) type Date = (i32, i32, i32);

/// A record of either side; values are valid or missing.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) key: String,
    /// Person; without one the record is a person of its own.
    pub(crate) person: Option<u32>,
    pub(crate) number: Option<usize>,
    pub(crate) born: Option<Date>,
    pub(crate) sex: Option<u8>,
    pub(crate) postcode: Option<usize>,
    /// Date of activity or of death, as a day number.
    pub(crate) day: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partial {
    TwoOfThree,
    TwoOfThreeOrSwapped,
    MpsCrossCheck,
    MonthAndYear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    RankByRank,
    BestThenBest,
    BestPerRight,
    KeepAll,
}

/// Which ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ranks {
    /// The eight of the published table.
    Published,
    /// Made-up ones, of which a record pair often meets several, and which forbid different
    /// fields to contradict.
    Own,
}

/// Every choice that the options offer.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one option of a job, and options combine freely")]
pub(crate) struct Options {
    pub(crate) ranks: Ranks,
    pub(crate) partial: Partial,
    pub(crate) choice: Choice,
    pub(crate) refuse_ties: bool,
    pub(crate) any_record_contradicts: bool,
    /// Days of grace; `None` is no guard.
    pub(crate) guard: Option<i32>,
    pub(crate) guard_by_identity: bool,
    pub(crate) guard_after_choice: bool,
    /// Postcodes below this are communal.
    pub(crate) communal: usize,
    /// Whether rank 1 is parted by the person's last activity.
    pub(crate) parts_rank_1: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            ranks: Ranks::Published,
            partial: Partial::TwoOfThreeOrSwapped,
            choice: Choice::RankByRank,
            refuse_ties: false,
            any_record_contradicts: false,
            guard: Some(3),
            guard_by_identity: false,
            guard_after_choice: false,
            communal: 2,
            parts_rank_1: false,
        }
    }
}

fn equal<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && a == b
}

fn differ<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && b.is_some() && a != b
}

fn partly(a: Option<Date>, b: Option<Date>, definition: Partial) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    let turned = |number: i32| number % 10 * 10 + number / 10;
    let (year, month, day) = (a.0 == b.0, a.1 == b.1, a.2 == b.2);
    let swapped = a.1 == b.2 && a.2 == b.1;
    let two = |year: bool, month: bool, day: bool| [year, month, day].iter().filter(|part| **part).count() >= 2;
    match definition {
        Partial::TwoOfThree => two(year, month, day),
        Partial::TwoOfThreeOrSwapped => two(year, month, day) || year && swapped,
        Partial::MonthAndYear => month && year,
        Partial::MpsCrossCheck => {
            let year = year || a.0 / 100 == b.0 / 100 && a.0 % 100 == turned(b.0 % 100);
            let day = day || a.2 == turned(b.2);
            two(year, month, day) || swapped
        }
    }
}

/// Whether two records contradict each other in what a rank forbids to.
type Contradicts = fn(&Record, &Record) -> bool;

fn none(_: &Record, _: &Record) -> bool {
    false
}

fn number(hes: &Record, death: &Record) -> bool {
    differ(hes.number, death.number)
}

fn sex(hes: &Record, death: &Record) -> bool {
    differ(hes.sex, death.sex)
}

/// The ranks of one record and one death: every line of the table that holds, best first, with
/// what it forbids.
fn ranks(hes: &Record, death: &Record, options: &Options) -> Vec<(u8, Contradicts)> {
    let same_number = equal(hes.number, death.number);
    let born = equal(hes.born, death.born);
    let partial = partly(hes.born, death.born, options.partial);
    let same_sex = equal(hes.sex, death.sex);
    let postcode = equal(hes.postcode, death.postcode);
    let new_year = hes.born.is_some_and(|date| (date.1, date.2) == (1, 1));
    let communal = hes.postcode.is_some_and(|postcode| postcode < options.communal);
    let table: Vec<(u8, bool, Contradicts)> = match options.ranks {
        Ranks::Published => vec![
            (1, same_number && born && same_sex && postcode, none),
            (2, same_number && born && same_sex, none),
            (3, same_number && partial && same_sex && postcode, none),
            (4, same_number && partial && same_sex, none),
            (5, same_number && postcode, none),
            (6, born && same_sex && postcode && !new_year && !communal, number),
            (7, born && same_sex && postcode && !new_year, number),
            (8, same_number, none),
        ],
        Ranks::Own => vec![
            (1, same_number && born, none),
            (2, born && same_sex && postcode && !communal, number),
            (3, born && postcode, sex),
            (5, same_sex && postcode && partial, number),
            (6, born && same_sex, none),
            (7, same_number, none),
        ],
    };
    let holds = |(_, holds, contradicts): &(u8, bool, Contradicts)| *holds && !contradicts(hes, death);
    table.into_iter().filter(holds).map(|(rank, _, contradicts)| (rank, contradicts)).collect()
}

/// A person and a death, with the two records that show their match best.
#[derive(Clone)]
struct Pair {
    person: usize,
    death: usize,
    /// The rank as a number, and whether it is the second part of rank 1.
    step: (u8, bool),
    agreeing: usize,
    /// The record's activity, if not after death.
    seen: Option<i32>,
    left: String,
    right: String,
    barred: bool,
}

impl Pair {
    /// Smaller rank, more agreeing fields, later activity not after death, smaller record
    /// keys as text.
    fn order(&self) -> impl Ord + use<> {
        (self.step, Reverse(self.agreeing), Reverse(self.seen), self.left.clone(), self.right.clone())
    }
}

/// What the linkage comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) links: Vec<StepLink>,
    pub(crate) candidate_pairs: u64,
    /// Candidate pairs that contradiction leaves nothing of, and of the others those that the
    /// guard leaves nothing of.
    pub(crate) barred: [u64; 2],
    /// Dead persons without a link: without a value, with too few, without a partner, barred,
    /// not chosen.
    pub(crate) unmatched: [u64; 5],
    /// Persons with one, two, and more links.
    pub(crate) partners: [u64; 3],
    /// Persons by the best step of their links.
    pub(crate) persons: BTreeMap<String, u64>,
}

pub(crate) fn link(hes: &[Record], deaths: &[Record], options: &Options) -> Expected {
    let (persons, dead) = (persons(hes), persons(deaths));
    let (mut pairs, mut barred): (Vec<Pair>, _) = (Vec::new(), [0, 0]);
    let mut met = BTreeSet::new();
    for (person, records) in persons.iter().enumerate() {
        for (death, registered) in dead.iter().enumerate() {
            let all = record_pairs((person, records), (death, registered), options);
            let mut open = all.iter().flatten().collect::<Vec<_>>();
            if !all.is_empty() {
                met.insert((person, death));
            }
            barred[0] += u64::from(!all.is_empty() && open.is_empty());
            if !options.guard_after_choice {
                let before = open.len();
                open.retain(|pair| !pair.barred);
                barred[1] += u64::from(before > 0 && open.is_empty());
            }
            pairs.extend(open.into_iter().min_by_key(|pair| pair.order()).cloned());
        }
    }
    pairs.sort_by_key(Pair::order);
    let in_choice: BTreeSet<usize> = pairs.iter().map(|pair| pair.death).collect();
    let mut chosen = match options.choice {
        Choice::KeepAll => pairs,
        Choice::BestPerRight => best_of_each(&pairs, |pair| pair.death, options.refuse_ties),
        Choice::RankByRank => rank_by_rank(&pairs, options.refuse_ties),
        Choice::BestThenBest => {
            let best = best_of_each(&pairs, |pair| pair.death, options.refuse_ties);
            best_of_each(&best, |pair| pair.person, options.refuse_ties)
        }
    };
    let barred_after: BTreeSet<usize> = chosen.iter().filter(|pair| pair.barred).map(|pair| pair.death).collect();
    if options.guard_after_choice {
        let before = chosen.len();
        chosen.retain(|pair| !pair.barred);
        barred[1] = (before - chosen.len()) as u64;
    }
    let mut unmatched = [0; 5];
    for (death, registered) in
        dead.iter().enumerate().filter(|(death, _)| !chosen.iter().any(|pair| pair.death == *death))
    {
        let why = if !registered.iter().any(|register| has_value(register)) {
            0
        } else if !registered.iter().any(|register| has_enough(register)) {
            1
        } else if !met.iter().any(|(_, of)| *of == death) {
            2
        } else if !in_choice.contains(&death) || barred_after.contains(&death) {
            3
        } else {
            4
        };
        unmatched[why] += 1;
    }
    let mut steps: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for pair in &chosen {
        steps.entry(pair.person).or_default().push(step_name(pair, options));
    }
    let (mut partners, mut by_step) = ([0; 3], BTreeMap::new());
    for of_person in steps.values() {
        partners[of_person.len().min(3) - 1] += 1;
        *by_step.entry(of_person.iter().min().expect("a person has a link").clone()).or_default() += 1;
    }
    let mut links: Vec<StepLink> =
        chosen.iter().map(|pair| (pair.left.clone(), pair.right.clone(), step_name(pair, options))).collect();
    links.sort();
    Expected { links, candidate_pairs: met.len() as u64, barred, unmatched, partners, persons: by_step }
}

fn step_name(pair: &Pair, options: &Options) -> String {
    match pair.step {
        (1, false) if options.parts_rank_1 => "1A".to_owned(),
        (1, true) => "1B".to_owned(),
        (rank, _) => rank.to_string(),
    }
}

fn has_value(record: &Record) -> bool {
    record.number.is_some() || record.born.is_some() || record.sex.is_some() || record.postcode.is_some()
}

/// Whether the published table has a line that this record has all values for: rank 8 needs
/// the number alone, rank 7 the other three.
fn has_enough(record: &Record) -> bool {
    let new_year = record.born.is_some_and(|date| (date.1, date.2) == (1, 1));
    record.number.is_some() || record.born.is_some() && record.sex.is_some() && record.postcode.is_some() && !new_year
}

/// Records by person; a record without a person key is a person of its own.
fn persons(hes: &[Record]) -> Vec<Vec<&Record>> {
    let mut persons: BTreeMap<(Option<u32>, Option<&str>), Vec<&Record>> = BTreeMap::new();
    for record in hes {
        let own = record.person.is_none().then_some(record.key.as_str());
        persons.entry((record.person, own)).or_default().push(record);
    }
    persons.into_values().collect()
}

/// Every pair of records of a person and a dead person that meets a rank; with nothing in it
/// where contradiction bars every rank that it meets.
fn record_pairs(
    (person, records): (usize, &[&Record]),
    (death, registered): (usize, &[&Record]),
    options: &Options,
) -> Vec<Option<Pair>> {
    let mut pairs = Vec::new();
    for record in records {
        for register in registered {
            let met = ranks(record, register, options);
            let is_open = |(_, contradicts): &&(u8, Contradicts)| {
                !(options.any_record_contradicts && records.iter().any(|other| contradicts(other, register)))
            };
            let open = met.iter().find(is_open);
            if !met.is_empty() {
                pairs.push(open.map(|(rank, _)| pair(person, death, (record, register, *rank), records, options)));
            }
        }
    }
    pairs
}

fn pair(
    person: usize,
    death: usize,
    (record, register, rank): (&Record, &Record, u8),
    of_person: &[&Record],
    options: &Options,
) -> Pair {
    let agreeing = [
        equal(record.number, register.number),
        equal(record.born, register.born),
        equal(record.sex, register.sex),
        equal(record.postcode, register.postcode),
    ];
    let identity = |record: &Record| (record.number, record.born, record.sex, record.postcode);
    let counts = |other: &&&Record| !options.guard_by_identity || identity(other) == identity(record);
    let last = of_person.iter().filter(counts).filter_map(|record| record.day).max();
    let is_late = |grace: i32| match (last, register.day) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(last), Some(died)) => last > died + grace,
    };
    let latest =
        |of: &dyn Fn(&Record) -> bool| of_person.iter().filter(|record| of(record)).filter_map(|r| r.day).max();
    let is_earlier = latest(&|other| identity(other) == identity(record)) != latest(&|_| true);
    Pair {
        person,
        death,
        step: (rank, options.parts_rank_1 && rank == 1 && is_earlier),
        agreeing: agreeing.iter().filter(|agrees| **agrees).count(),
        seen: record.day.filter(|seen| register.day.is_some_and(|died| *seen <= died)),
        left: record.key.clone(),
        right: register.key.clone(),
        barred: options.guard.is_some_and(is_late),
    }
}

/// At each step, persons and deaths that are free point at their best free partner; those
/// who point at each other are linked; again until nothing changes.
fn rank_by_rank(pairs: &[Pair], refuse_ties: bool) -> Vec<Pair> {
    let mut links: Vec<Pair> = Vec::new();
    let (mut persons, mut deaths) = (BTreeSet::new(), BTreeSet::new());
    for step in (1..=8).flat_map(|rank| [(rank, false), (rank, true)]) {
        let at_rank: Vec<&Pair> = pairs.iter().filter(|pair| pair.step == step).collect();
        let is_free = |pair: &Pair, persons: &BTreeSet<usize>, deaths: &BTreeSet<usize>| {
            !persons.contains(&pair.person) && !deaths.contains(&pair.death)
        };
        if refuse_ties {
            let free: Vec<_> = at_rank.iter().filter(|pair| is_free(pair, &persons, &deaths)).collect();
            for pair in &free {
                if free.iter().filter(|other| other.person == pair.person).count() > 1 {
                    persons.insert(pair.person);
                }
                if free.iter().filter(|other| other.death == pair.death).count() > 1 {
                    deaths.insert(pair.death);
                }
            }
        }
        loop {
            let free: Vec<&Pair> = at_rank.iter().copied().filter(|pair| is_free(pair, &persons, &deaths)).collect();
            let is_best = |pair: &Pair, of: &dyn Fn(&Pair) -> usize| {
                free.iter().filter(|other| of(other) == of(pair)).all(|other| pair.order() <= other.order())
            };
            let mutual = free
                .iter()
                .find(|pair| is_best(pair, &|pair: &Pair| pair.person) && is_best(pair, &|pair: &Pair| pair.death));
            let Some(pair) = mutual else { break };
            persons.insert(pair.person);
            deaths.insert(pair.death);
            links.push(Pair::clone(pair));
        }
    }
    links
}

/// The best pair of each person or death; none where that is a tie and ties are refused.
fn best_of_each(pairs: &[Pair], of: impl Fn(&Pair) -> usize, refuse_ties: bool) -> Vec<Pair> {
    let units: BTreeSet<usize> = pairs.iter().map(&of).collect();
    let best = |unit: usize| {
        let own: Vec<&Pair> = pairs.iter().filter(|pair| of(pair) == unit).collect();
        let best = own.iter().min_by_key(|pair| pair.order())?;
        let tied = own.iter().filter(|pair| pair.step == best.step).count() > 1;
        (!(refuse_ties && tied)).then(|| (**best).clone())
    };
    units.into_iter().filter_map(best).collect()
}

/// Pairs of persons of two indexes: each with the record pair that shows it best. Left and
/// right records have no dates.
pub(crate) fn bridge(left: &[Record], right: &[Record], options: &Options) -> Vec<Link> {
    let (left, right) = (indexed(left), indexed(right));
    let mut pairs = Vec::new();
    for of_left in left.values() {
        for of_right in right.values() {
            let both = of_left.iter().flat_map(|left| of_right.iter().map(move |right| (*left, *right)));
            let found = both.filter_map(|(left, right)| {
                let agreeing = [
                    equal(left.number, right.number),
                    equal(left.born, right.born),
                    equal(left.sex, right.sex),
                    equal(left.postcode, right.postcode),
                ];
                let agreeing = agreeing.iter().filter(|agrees| **agrees).count();
                let (rank, _) = *ranks(left, right, options).first()?;
                Some((rank, Reverse(agreeing), left.key.clone(), right.key.clone()))
            });
            pairs.extend(found.min().map(|(rank, _, left, right)| (left, right, rank)));
        }
    }
    pairs.sort();
    pairs
}

/// Records by person: by key, else by what identifies them, if that is enough for some rank.
fn indexed(records: &[Record]) -> BTreeMap<String, Vec<&Record>> {
    let mut persons: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let has_others = record.born.is_some() && record.sex.is_some() && record.postcode.is_some();
        let name = match record.person {
            Some(person) => format!("person {person}"),
            None if record.number.is_some() || has_others => {
                format!("{:?} {:?} {:?} {:?}", record.number, record.born, record.sex, record.postcode)
            }
            None => format!("record {}", record.key),
        };
        persons.entry(name).or_default().push(record);
    }
    persons
}
