//! `errors.toml`: rates by data set, multipliers by group of errors.
//!
//! A rate is looked for in the data set's own table, then in `[common]`, first in the file
//! that was given, then in the one compiled in; the latter is left aside if the file says
//! `start_from = "nothing"`.

use std::fmt::Write;

use counterfoil_catalogue::nearest;
use counterfoil_core::Fault;
use toml::{Table, Value};

use super::kind::{ErrorKind, Group};
use super::multipliers::{GroupMultipliers, Multipliers, OLDEST};
use super::rates::{self, ErrorRates, Rate};
use crate::population::ETHNIC_CATEGORIES;

/// The defaults, each with its source.
const BUILT_IN: &str = include_str!("../../data/errors.toml");

/// The only version of the format.
const VERSION: i64 = 1;

/// The table of rates that hold for every data set that does not say otherwise.
const COMMON: &str = "common";

/// What multipliers are by.
const PEOPLE: &str = "multipliers go by `ethnicity`, `deprivation` or `age`, such as `ethnicity = { C = 2.0 }`";

/// The highest multiplier.
const MOST: f64 = 100.0;

/// The defaults.
pub(super) fn built_in() -> ErrorRates {
    let nothing = Table::new();
    let built_in: Table = BUILT_IN.parse().expect("the rates that are compiled in are TOML");
    let mut reader = Reader { faults: Vec::new() };
    let rates = reader.rates([&built_in, &nothing], "errors.toml");
    assert!(reader.faults.is_empty(), "the rates that are compiled in have no fault");
    rates
}

/// The defaults, changed by a text.
pub(super) fn read(place: &str, text: &str) -> Result<ErrorRates, Vec<Fault>> {
    let given: Table = toml::from_str(text).map_err(|error| vec![not_toml(place, text, &error)])?;
    let mut reader = Reader { faults: Vec::new() };
    let start = if reader.head(&given, place) { BUILT_IN } else { "" };
    let start: Table = start.parse().expect("the rates that are compiled in are TOML");
    let rates = reader.rates([&start, &given], place);
    if reader.faults.is_empty() { Ok(rates) } else { Err(reader.faults) }
}

fn not_toml(place: &str, text: &str, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    Fault::spec(format!("{place}, line {line}"), format!("not TOML: {}", error.message().trim()))
}

/// Collects the faults on the way.
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    /// What stands at the top of a file that was given, and whether it changes the defaults
    /// (or else starts from nothing).
    fn head(&mut self, given: &Table, place: &str) -> bool {
        let mut defaults = true;
        for (name, value) in given {
            let at = format!("{place}, {name}");
            match (name.as_str(), value) {
                ("version", Value::Integer(VERSION)) => {}
                ("version", _) => self.fault(at, format!("must be {VERSION}")),
                ("start_from", Value::String(start)) if start == "defaults" => {}
                ("start_from", Value::String(start)) if start == "nothing" => defaults = false,
                ("start_from", _) => self.fault(at, "must be `defaults` or `nothing`"),
                (COMMON | "multipliers", Value::Table(_)) => {}
                (data_set, Value::Table(_)) if rates::position(data_set).is_some() => {}
                (_, Value::Table(_)) => self.faults.push(rates::unknown_data_set(&at, name)),
                _ => self.fault(at, "must be a table, such as `[common]`"),
            }
        }
        defaults
    }

    /// The rates and multipliers of the files, the last one going first.
    fn rates(&mut self, files: [&Table; 2], place: &str) -> ErrorRates {
        let common = files.map(|file| self.table(file, COMMON, place));
        let too_many = rates::groups_above_1(&layered([&common[0], &common[1]]));
        self.faults.extend(too_many.iter().map(|group| rates::sum_fault(&format!("{place}, {COMMON}"), *group)));
        let mut sets = Vec::new();
        for data_set in rates::data_sets() {
            let own = files.map(|file| self.table(file, data_set, place));
            let rates = layered([&common[0], &own[0], &common[1], &own[1]]);
            // What is wrong in all data sets is said once.
            let groups = rates::groups_above_1(&rates).into_iter().filter(|group| !too_many.contains(group));
            self.faults.extend(groups.map(|group| rates::sum_fault(&format!("{place}, {data_set}"), group)));
            sets.push(rates);
        }
        let mut groups = vec![GroupMultipliers::default(); Group::ALL.len()];
        for file in files {
            self.multipliers(file, place, &mut groups);
        }
        ErrorRates::new(sets, Multipliers::new(groups))
    }

    /// The rates of one table that are right.
    fn table(&mut self, file: &Table, name: &str, place: &str) -> Vec<(ErrorKind, Rate)> {
        let mut rates = Vec::new();
        for (key, value) in file.get(name).and_then(Value::as_table).into_iter().flatten() {
            let at = format!("{place}, {name}.{key}");
            match (ErrorKind::find(key), rate(value)) {
                (None, _) => self.faults.push(rates::unknown_kind(&at, key)),
                (_, None) => self.fault(at, "must be a number, or `{ rate = 0.03, always = 0.8 }`"),
                (Some(kind), Some(rate)) => match rates::range_fault(&at, rate) {
                    Some(fault) => self.faults.push(fault),
                    None => rates.push((kind, rate)),
                },
            }
        }
        rates
    }

    fn multipliers(&mut self, file: &Table, place: &str, groups: &mut [GroupMultipliers]) {
        for (name, value) in file.get("multipliers").and_then(Value::as_table).into_iter().flatten() {
            let at = format!("{place}, multipliers.{name}");
            let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) else {
                self.faults.push(unknown_group(at, name));
                continue;
            };
            let Some(by_people) = value.as_table() else {
                self.fault(at, PEOPLE);
                continue;
            };
            for (by, table) in by_people {
                let at = format!("{at}.{by}");
                match table.as_table() {
                    None => self.fault(at, PEOPLE),
                    Some(table) => table.iter().for_each(|(key, value)| {
                        self.multiplier(&mut groups[group as usize], (by, key, value), format!("{at}.{key}"));
                    }),
                }
            }
        }
    }

    fn multiplier(&mut self, group: &mut GroupMultipliers, (by, key, value): (&str, &str, &Value), at: String) {
        let Some(factor) = number(value).filter(|factor| (0.0..=MOST).contains(factor)) else {
            return self.fault(at, format!("a multiplier lies between 0 and {MOST}"));
        };
        let places: Option<(&mut [f64], (usize, usize))> = match by {
            "ethnicity" => letter(key).map(|place| (&mut group.ethnicity[..], (place, place))),
            "deprivation" => {
                let decile = key.parse().ok().filter(|decile| (1..=10).contains(decile));
                decile.map(|decile: usize| (&mut group.deprivation[..], (decile - 1, decile - 1)))
            }
            "age" => ages(key).map(|ages| (&mut group.age[..], ages)),
            _ => None,
        };
        match places {
            Some((factors, (from, to))) => factors[from..=to].fill(factor),
            None => self.faults.push(unknown_people(at, by)),
        }
    }

    fn fault(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault::spec(place, message));
    }
}

/// The rates of every kind that tables come to, the last one going first.
fn layered<'l>(layers: impl IntoIterator<Item = &'l Vec<(ErrorKind, Rate)>>) -> Vec<Rate> {
    let mut rates = vec![Rate::default(); ErrorKind::ALL.len()];
    for (kind, rate) in layers.into_iter().flatten() {
        rates[*kind as usize] = *rate;
    }
    rates
}

fn unknown_group(place: String, name: &str) -> Fault {
    let known: Vec<String> = Group::ALL.iter().map(|group| format!("`{}`", group.name())).collect();
    let message = format!("no group of errors of that name; there are {}", known.join(", "));
    let fault = Fault::spec(place, message);
    match nearest(name, Group::ALL.iter().map(|group| group.name())) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("multipliers are of groups of errors, not of single ones"),
    }
}

fn unknown_people(place: String, by: &str) -> Fault {
    let categories = || ETHNIC_CATEGORIES.map(|(_, letter)| format!("`{letter}`")).join(", ");
    let (message, hint) = match by {
        "ethnicity" => {
            (format!("no such ethnic category; there are {}", categories()), "write the letter of the category")
        }
        "deprivation" => {
            ("no such decile of deprivation".to_owned(), "write a decile from 1, the most deprived, to 10")
        }
        "age" => (format!("no such ages; they go from 0 to {OLDEST}"), "write years such as `0`, `1-17` or `85+`"),
        _ => ("no such property of people".to_owned(), PEOPLE),
    };
    Fault::spec(place, message).hint(hint)
}

fn rate(value: &Value) -> Option<Rate> {
    if let Some(rate) = number(value) {
        return Some(rate.into());
    }
    let table = value.as_table().filter(|table| table.keys().all(|key| key == "rate" || key == "always"))?;
    let always = table.get("always").map_or(Some(0.0), number)?;
    Some(Rate { rate: number(table.get("rate")?)?, always })
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

/// The position in the alphabet of an ethnic category that people have.
fn letter(key: &str) -> Option<usize> {
    let known = ETHNIC_CATEGORIES.iter().find(|(_, letter)| *letter == key);
    known.map(|(_, letter)| usize::from(letter.as_bytes()[0] - b'A'))
}

/// First and last age of `17`, `1-17` or `85+`.
fn ages(key: &str) -> Option<(usize, usize)> {
    let (from, to) = match key.strip_suffix('+') {
        Some(from) => (from.parse().ok()?, OLDEST),
        None => match key.split_once('-') {
            Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
            None => (key.parse().ok()?, key.parse().ok()?),
        },
    };
    (from <= to && to <= OLDEST).then_some((from, to))
}

/// Every rate above 0 of every data set, and every multiplier that is not 1.
pub(super) fn write(rates: &ErrorRates) -> String {
    let mut text = String::from(
        "# Error rates of a synthetic population, as used. What is not listed is 0, or 1 for a multiplier.\n\
         version = 1\nstart_from = \"nothing\"\n",
    );
    for data_set in rates::data_sets() {
        line(&mut text, format_args!("\n[{data_set}]"));
        let of_set = rates.of(data_set);
        for kind in ErrorKind::ALL.iter().filter(|kind| of_set.rate(**kind).rate > 0.0) {
            let Rate { rate, always } = of_set.rate(*kind);
            if always > 0.0 {
                line(&mut text, format_args!("{} = {{ rate = {rate:?}, always = {always:?} }}", kind.name()));
            } else {
                line(&mut text, format_args!("{} = {rate:?}", kind.name()));
            }
        }
    }
    for group in Group::ALL {
        write_multipliers(&mut text, group, rates.multipliers().group(group));
    }
    text
}

fn write_multipliers(text: &mut String, group: Group, multipliers: &GroupMultipliers) {
    let by_letter = (b'A'..=b'Z').map(|letter| char::from(letter).to_string()).zip(multipliers.ethnicity);
    let by_decile = (1..=10).map(|decile: u8| decile.to_string()).zip(multipliers.deprivation);
    section(text, &format!("{}.ethnicity", group.name()), by_letter);
    section(text, &format!("{}.deprivation", group.name()), by_decile);
    let mut bands: Vec<(String, f64)> = Vec::new();
    let mut from = 0;
    for band in multipliers.age.chunk_by(|a, b| a.to_bits() == b.to_bits()) {
        let to = from + band.len() - 1;
        bands.push((if to == OLDEST { format!("{from}+") } else { format!("{from}-{to}") }, band[0]));
        from = to + 1;
    }
    section(text, &format!("{}.age", group.name()), bands.into_iter());
}

fn section(text: &mut String, name: &str, entries: impl Iterator<Item = (String, f64)>) {
    let differing: Vec<(String, f64)> = entries.filter(|(_, factor)| (factor - 1.0).abs() > 0.0).collect();
    if differing.is_empty() {
        return;
    }
    line(text, format_args!("\n[multipliers.{name}]"));
    for (key, factor) in differing {
        line(text, format_args!("\"{key}\" = {factor:?}"));
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    writeln!(text, "{content}").expect("a string takes every line");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<String> {
        let faults = read("rates.toml", text).err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.place).collect()
    }

    fn sorted(mut places: Vec<String>) -> Vec<String> {
        places.sort_unstable();
        places
    }

    /// `T` is a letter, but no category of the sixteen; `Z` (not stated) is of a record, and of
    /// no person.
    #[test]
    fn an_ethnic_category_that_nobody_has_is_refused_with_those_that_there_are() {
        for letter in ["T", "Z", "AB", "a"] {
            let faults = read("r", &format!("[multipliers.sex]\nethnicity = {{ {letter} = 2 }}\n"));
            let fault = faults.expect_err("nobody is of it").swap_remove(0);
            assert!(
                fault
                    .message
                    .ends_with("`A`, `B`, `C`, `D`, `E`, `F`, `G`, `H`, `J`, `K`, `L`, `M`, `N`, `P`, `R`, `S`")
            );
            assert!(fault.hint.is_some());
        }
    }

    #[test]
    fn what_is_wrong_in_every_data_set_is_said_once() {
        assert_eq!(places("[common]\nsex_wrong = 2\n"), ["rates.toml, common.sex_wrong"]);
        assert_eq!(places("[common]\nsex_wrong = 0.6\nsex_missing = 0.6\n"), ["rates.toml, common.sex"]);
        // A data set that makes it worse, and one that has a fault of its own.
        let own = "[common]\nsex_wrong = 0.6\n[did]\nsex_missing = 0.6\n[pds]\nsex_missing = 3\n";
        assert_eq!(sorted(places(own)), ["rates.toml, did.sex", "rates.toml, pds.sex_missing"]);
    }

    #[test]
    fn names_that_there_are_not_get_a_hint() {
        let check = |text: &str, due: &str| {
            let faults = read("r", text).expect_err("the name is unknown");
            assert_eq!(faults[0].hint.as_deref(), Some(due), "{text}");
        };
        check("[hes_apc]\n", "did you mean `hes-apc`?");
        check("[radiology]\n", "rates of every data set go under `[common]`");
        check("[did]\nsex_worng = 0.1\n", "did you mean `sex_wrong`?");
        check("[did]\nodd = 0.1\n", "`errors.toml` beside synthetic data lists every rate in use");
        check("[multipliers.nhs-number]\n", "did you mean `nhs_number`?");
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = "[common]\nsex_wrong = 0.5\n[did]\nsex_missing = { rate = 0.25, always = 0.5 }\n\
                    [multipliers.sex]\nethnicity = { C = 2 }\nage = { 0 = 3, 1-17 = 0.5, \"85+\" = 1.5 }\n";
        let rates = read("rates.toml", text).expect("valid rates");
        assert_eq!(read("again", &rates.to_toml()), Ok(rates));
        assert_eq!(read("again", &built_in().to_toml()), Ok(built_in()));
        assert_eq!(read("again", &ErrorRates::none().to_toml()), Ok(ErrorRates::none()));
    }

    #[test]
    fn a_file_goes_before_the_defaults_and_a_data_set_before_common() {
        let rates = read("r", "[common]\nsex_wrong = 0.5\n[did]\nsex_wrong = 0.25\n").expect("valid rates");
        let of = |data_set: &str| rates.of(data_set).rate(ErrorKind::SexWrong);
        assert_eq!((of("did"), of("hes-apc"), of("cohort")), (0.25.into(), 0.5.into(), 0.5.into()));
        let missing = |rates: &ErrorRates| rates.of("did").rate(ErrorKind::SexMissing);
        assert_eq!(missing(&rates), missing(&built_in()));
    }

    #[test]
    fn multipliers_hold_for_the_people_they_name() {
        let text = "[multipliers.sex]\nethnicity = { C = 2 }\ndeprivation = { 10 = 0.5 }\n\
                    age = { 0 = 3, 1-17 = 0.25, \"85+\" = 1.5 }\n";
        let rates = read("r", text).expect("valid rates");
        let sex = rates.multipliers().group(Group::Sex);
        assert_eq!(format!("{:?}", (sex.ethnicity[0], sex.ethnicity[2], sex.deprivation[9])), "(1.0, 2.0, 0.5)");
        let ages = [0, 1, 17, 18, 84, 85, OLDEST].map(|age| sex.age[age]);
        assert_eq!(format!("{ages:?}"), "[3.0, 0.25, 0.25, 1.0, 1.0, 1.5, 1.5]");
    }

    #[test]
    fn every_fault_is_found_at_once() {
        assert_eq!(places("[common"), ["rates.toml, line 1"]);
        let text = "version = 2\nstart_from = 1\nhes = 1\n[hes-xyz]\n[did]\nsex_wrong = 'no'\nsex_odd = 0.1\n\
                    [multipliers.sex]\nethnicity = { c = 2 }\nage = { 9-3 = 1 }\ndeprivation = { 1 = -1 }\n\
                    [multipliers.hair]\n";
        let expected = [
            "version",
            "start_from",
            "hes",
            "hes-xyz",
            "did.sex_odd",
            "did.sex_wrong",
            "multipliers.hair",
            "multipliers.sex.age.9-3",
            "multipliers.sex.deprivation.1",
            "multipliers.sex.ethnicity.c",
        ];
        let mut found = places(text);
        found.sort_unstable();
        let mut expected: Vec<String> = expected.iter().map(|place| format!("rates.toml, {place}")).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
        let people = "[multipliers]\nsex = 2\n[multipliers.names]\nethnicity = 2\nage = { 1 = 2 }\nhair = { C = 2 }\n";
        let of_people = ["multipliers.names.ethnicity", "multipliers.names.hair.C", "multipliers.sex"];
        assert_eq!(sorted(places(people)), of_people.map(|place| format!("rates.toml, {place}")));
        assert_eq!(places("[did]\nsex_wrong = 1.5\n"), ["rates.toml, did.sex_wrong"]);
        assert_eq!(places("[did]\nsex_wrong = 0.6\nsex_missing = 0.6\n"), ["rates.toml, did.sex"]);
    }
}
