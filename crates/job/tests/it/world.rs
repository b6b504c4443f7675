//! Small, dense, random data: few distinct values, so that ranks, ties and the guard all
//! meet. Values are valid or missing, and standardising leaves them as they are.

use crate::folder::Folder;
use crate::plain::{Date, Record};

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }
}

/// Dates of birth near each other in every way that partial agreement knows, 1 January
/// among them.
const BORN: [Date; 12] = [
    (1945, 3, 12),
    (1945, 12, 3),
    (1945, 3, 21),
    (1945, 3, 14),
    (1954, 3, 29),
    (1954, 3, 12),
    (1945, 4, 12),
    (1946, 3, 12),
    (1945, 1, 1),
    (1954, 1, 1),
    (1962, 7, 29),
    (1946, 12, 3),
];
/// Columns of HES and of the register as written.
pub(crate) const HES: [&str; 7] = ["key", "number", "born", "sex", "home", "day", "person"];
const POSTCODES: [&str; 6] = ["LS1 4AP", "HD7 5UZ", "SO1 4AP", "M1 1AE", "EC1A 1BB", "CR2 6XH"];
/// 2019-01-01.
const FIRST_DAY: i32 = 17_897;
const DAYS: usize = 25;

/// How many there are of what.
pub(crate) struct Size {
    pub(crate) rows: usize,
    pub(crate) persons: usize,
    pub(crate) deaths: usize,
    pub(crate) numbers: usize,
    /// Persons that the deaths are of, so that one may be registered several times; 0 makes
    /// each a person of its own.
    pub(crate) dead: usize,
}

pub(crate) struct World {
    numbers: Vec<String>,
    pub(crate) hes: Vec<Record>,
    pub(crate) deaths: Vec<Record>,
}

impl World {
    pub(crate) fn new(seed: u64, size: &Size) -> World {
        let mut random = Random(seed);
        let numbers = (0..size.numbers).map(|i| nhs_number(size.numbers * seed as usize + i)).collect();
        let identities: Vec<Record> = (0..size.persons).map(|i| identity(&mut random, i as u32, size)).collect();
        let hes = (0..size.rows).map(|i| {
            let of = random.of(&(0..size.persons).collect::<Vec<_>>());
            let record = shaken(&mut random, &identities[of], size);
            let person = Some(of as u32).filter(|_| !random.one_in(15));
            Record { key: i.to_string(), person, ..record }
        });
        let hes = hes.collect();
        let deaths = (0..size.deaths).map(|i| {
            let of = random.below(size.persons);
            let person = (size.dead > 0).then(|| random.below(size.dead) as u32);
            Record { key: format!("d{i}"), person, ..shaken(&mut random, &identities[of], size) }
        });
        let deaths = deaths.collect();
        World { numbers, hes, deaths }
    }

    /// Writes HES, the register and the communal list as CSV. A dead person's key is never one
    /// of HES.
    pub(crate) fn write(&self, folder: &Folder, communal: usize) {
        folder.csv("hes.csv", &HES, &self.hospital());
        let person = |record: &Record| record.person.map(|person| format!("r{person}")).unwrap_or_default();
        let dead = self.deaths.iter().map(|record| [self.cells(record), vec![person(record)]].concat());
        folder.csv("deaths.csv", &HES, &dead.collect::<Vec<_>>());
        let communal: Vec<_> = POSTCODES[..communal].iter().map(|text| vec![(*text).to_owned()]).collect();
        folder.csv("communal.csv", &["postcode"], &communal);
    }

    /// HES rows in the columns [`HES`].
    pub(crate) fn hospital(&self) -> Vec<Vec<String>> {
        let person = |record: &Record| record.person.map(|person| format!("p{person}")).unwrap_or_default();
        self.hes.iter().map(|record| [self.cells(record), vec![person(record)]].concat()).collect()
    }

    /// Deaths in the columns [`HES`], without a person.
    pub(crate) fn register(&self) -> Vec<Vec<String>> {
        self.deaths.iter().map(|record| self.cells(record)).collect()
    }

    fn cells(&self, record: &Record) -> Vec<String> {
        vec![
            record.key.clone(),
            record.number.map(|number| self.numbers[number].clone()).unwrap_or_default(),
            record.born.map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")).unwrap_or_default(),
            record.sex.map(|sex| sex.to_string()).unwrap_or_default(),
            record.postcode.map(|postcode| POSTCODES[postcode].to_owned()).unwrap_or_default(),
            record.day.map(date).unwrap_or_default(),
        ]
    }
}

/// A valid NHS number of its own for each `number`.
pub(crate) fn nhs_number(number: usize) -> String {
    let mut candidates = (0..).map(|i| 400_000_000 + number * 20 + i).map(|nine| nine.to_string());
    let checked = |nine: String| {
        let sum: usize =
            nine.bytes().zip((2..=10).rev()).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
        match 11 - sum % 11 {
            10 => None,
            11 => Some(format!("{nine}0")),
            check => Some(format!("{nine}{check}")),
        }
    };
    candidates.find_map(checked).expect("ten in eleven numbers have a check digit")
}

pub(crate) fn date(day: i32) -> String {
    let date = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day);
    date.to_string()
}

fn identity(random: &mut Random, person: u32, size: &Size) -> Record {
    Record {
        key: String::new(),
        person: Some(person),
        number: Some(random.below(size.numbers)),
        born: Some(random.of(&BORN)),
        sex: Some(1 + random.below(2) as u8),
        postcode: Some(random.below(POSTCODES.len())),
        day: None,
    }
}

/// The identity as one record of many has it: something missing, something else changed.
fn shaken(random: &mut Random, of: &Record, size: &Size) -> Record {
    let mut record = of.clone();
    record.day = Some(FIRST_DAY + random.below(DAYS) as i32).filter(|_| !random.one_in(12));
    match random.below(8) {
        0 | 1 => record.number = None,
        2 => record.number = Some(random.below(size.numbers)),
        _ => {}
    }
    match random.below(6) {
        0 => record.born = None,
        1 | 2 => record.born = Some(random.of(&BORN)),
        _ => {}
    }
    match random.below(10) {
        0 => record.sex = None,
        1 => record.sex = record.sex.map(|sex| 3 - sex),
        _ => {}
    }
    match random.below(6) {
        0 => record.postcode = None,
        1 => record.postcode = Some(random.below(POSTCODES.len())),
        _ => {}
    }
    record
}
