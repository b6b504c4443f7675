//! The ranked linkage once more, as plainly as it can be said: clear values, every pair
//! looked at, written from the published rules and from the words of the options, not from
//! the engine.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::folder::Link;

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
    rank: u8,
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
        (self.rank, Reverse(self.agreeing), Reverse(self.seen), self.left.clone(), self.right.clone())
    }
}

/// What the linkage comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) links: Vec<Link>,
    pub(crate) candidate_pairs: u64,
    /// Candidate pairs that contradiction leaves nothing of, and of the others those that the
    /// guard leaves nothing of.
    pub(crate) barred: [u64; 2],
}

pub(crate) fn link(hes: &[Record], deaths: &[Record], options: &Options) -> Expected {
    let (persons, dead) = (persons(hes), persons(deaths));
    let (mut pairs, mut met, mut barred) = (Vec::new(), 0, [0, 0]);
    for (person, records) in persons.iter().enumerate() {
        for (death, registered) in dead.iter().enumerate() {
            let all = record_pairs((person, records), (death, registered), options);
            let mut open = all.iter().flatten().collect::<Vec<_>>();
            met += u64::from(!all.is_empty());
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
    let mut chosen = match options.choice {
        Choice::KeepAll => pairs,
        Choice::RankByRank => rank_by_rank(&pairs, options.refuse_ties),
        Choice::BestThenBest => {
            let best = best_of_each(&pairs, |pair| pair.death, options.refuse_ties);
            best_of_each(&best, |pair| pair.person, options.refuse_ties)
        }
    };
    if options.guard_after_choice {
        let before = chosen.len();
        chosen.retain(|pair| !pair.barred);
        barred[1] = (before - chosen.len()) as u64;
    }
    let mut links: Vec<Link> = chosen.into_iter().map(|pair| (pair.left, pair.right, pair.rank)).collect();
    links.sort();
    Expected { links, candidate_pairs: met, barred }
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
    Pair {
        person,
        death,
        rank,
        agreeing: agreeing.iter().filter(|agrees| **agrees).count(),
        seen: record.day.filter(|seen| register.day.is_some_and(|died| *seen <= died)),
        left: record.key.clone(),
        right: register.key.clone(),
        barred: options.guard.is_some_and(is_late),
    }
}

/// At each rank, persons and deaths that are free point at their best free partner; those
/// who point at each other are linked; again until nothing changes.
fn rank_by_rank(pairs: &[Pair], refuse_ties: bool) -> Vec<Pair> {
    let mut links: Vec<Pair> = Vec::new();
    let (mut persons, mut deaths) = (BTreeSet::new(), BTreeSet::new());
    for rank in 1..=8 {
        let at_rank: Vec<&Pair> = pairs.iter().filter(|pair| pair.rank == rank).collect();
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
        let tied = own.iter().filter(|pair| pair.rank == best.rank).count() > 1;
        (!(refuse_ties && tied)).then(|| (**best).clone())
    };
    units.into_iter().filter_map(best).collect()
}
