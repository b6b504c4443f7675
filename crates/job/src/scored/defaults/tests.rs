//! Defaults for made-up files, held against what a reader of them would choose.

use std::collections::BTreeMap;

use counterfoil_core::FieldKind;
use counterfoil_core::FieldKind::{Category, Date, Identifier, Name, NhsNumber, Postcode, Sex, Text, Words};
use counterfoil_core::scored::ListColumn;

use super::choose::Chosen;
use super::compared::Comparisons;
use super::ready_made::READY_MADE;
use super::*;
use crate::scored::spec::{ComparisonSpec, ConditionSpec};

/// No number is of two times.
static NO_GAPS: Gaps = Gaps::new();

/// A file whose columns are made of row numbers.
struct File {
    fields: Vec<LinkageField>,
    columns: BTreeMap<Term, Vec<u32>>,
    lists: BTreeMap<Term, Vec<Vec<u32>>>,
    rows: u32,
}

impl File {
    fn new(rows: u32) -> File {
        File { fields: Vec::new(), columns: BTreeMap::new(), lists: BTreeMap::new(), rows }
    }

    /// Adds a field; rows beyond four fifths are the same people again.
    fn field(mut self, name: &str, kind: FieldKind, value: impl Fn(u64) -> u32) -> File {
        let people = u64::from(self.rows) * 4 / 5;
        self.columns
            .insert(Term::field(name), (0..u64::from(self.rows)).map(|row| value(mixed(row % people))).collect());
        self.fields.push(LinkageField { name: name.to_owned(), kind, several: false });
        self
    }

    /// Adds a field with several values a record.
    fn several(mut self, name: &str, kind: FieldKind, values: impl Fn(u64) -> Vec<u32>) -> File {
        let people = u64::from(self.rows) * 4 / 5;
        let lists: Vec<Vec<u32>> = (0..u64::from(self.rows)).map(|row| values(mixed(row % people))).collect();
        // As if no two records had the same list.
        let numbers = (1..).zip(&lists).map(|(number, list)| if list.is_empty() { 0 } else { number });
        self.columns.insert(Term::field(name), numbers.collect());
        self.lists.insert(Term::derived("any", None, name), lists);
        self.fields.push(LinkageField { name: name.to_owned(), kind, several: true });
        self
    }

    /// Adds a derivation of a field.
    fn derived(mut self, name: &str, number: Option<u32>, field: &str, value: impl Fn(u32) -> u32) -> File {
        let column = self.columns[&Term::field(field)].iter().map(|code| if *code == 0 { 0 } else { value(*code) });
        let column = column.collect();
        self.columns.insert(Term::derived(name, number, field), column);
        self
    }

    fn setting(&self) -> Setting<'_> {
        Setting { fields: &self.fields, tokens_only: false, gaps: &NO_GAPS }
    }

    fn with_data<T>(&self, link_type: LinkType, starts: &[u32], ask: impl FnOnce(Data<'_>) -> T) -> T {
        let column = |term: &Term, rows: &[u32]| -> Option<Vec<u32>> {
            self.columns.get(term).map(|column| rows.iter().map(|row| column[*row as usize]).collect())
        };
        let lists = |term: &Term, rows: &[u32]| {
            let lists = self.lists.get(term)?;
            let mut found = ListColumn { starts: vec![0], values: Vec::new() };
            for row in rows {
                found.values.extend_from_slice(&lists[*row as usize]);
                found.starts.push(found.values.len() as u32);
            }
            Some(found)
        };
        ask(Data { starts, repeats: None, link_type, column: &column, lists: &lists })
    }

    fn blocks(&self) -> Chosen {
        self.with_data(LinkType::DedupeOnly, &[0, self.rows], |data| blocks(&self.setting(), data, Budget::default()))
    }
}

#[test]
fn of_ids_with_something_before_them_the_end_is_compared() {
    // A fifth of the people stand twice, as if with the century before the number and without it.
    let file = |is_longer: bool| {
        let mut file =
            File::new(5_000).field("national_identifier", Identifier, |person| (person % 1_000_003) as u32 + 1);
        let term = Term::field("national_identifier");
        let own = file.columns[&term].clone();
        if is_longer {
            let longer = |(row, code): (usize, &u32)| if row >= 4_000 { code + 2_000_000 } else { *code };
            file.columns.insert(term, own.iter().enumerate().map(longer).collect());
        }
        // Of eleven characters and more nothing is in common.
        for characters in 8..=16 {
            let term = Term::derived("suffix", Some(characters), "national_identifier");
            let whole = file.columns[&Term::field("national_identifier")].clone();
            file.columns.insert(term, if characters > 10 { whole } else { own.clone() });
        }
        file
    };
    let of = |is_longer: bool| levels(&compared(&file(is_longer), false).chosen[0]);
    assert_eq!(of(false)[0], "exact(national_identifier)");
    let end = "suffix(national_identifier, 10)";
    assert_eq!(of(true), [&*format!("exact({end})"), &format!("damerau_levenshtein({end}) <= 1"), "else"]);
}

#[test]
fn of_patronymics_no_level_is_of_ends_that_are_like_each_others() {
    // Of forty beginnings first words have the first twenty; last words have the same, or others.
    let levels_of_last = |beginnings: u32| {
        let mut file = File::new(1_000).field("full_name", Words, one_of(700, 1));
        for (word, first) in [("first_word", 0), ("last_word", beginnings)] {
            let term = Term::of_word("prefix", Some(3), word, "full_name");
            let codes = file.columns[&Term::field("full_name")].iter();
            let salt = if word == "first_word" { 1 } else { 31 };
            let column = codes.map(|name| first + name * salt % 20 + 1).collect();
            file.columns.insert(term, column);
        }
        levels(&compared(&file, false).chosen[1]).join("; ")
    };
    let exchanged = "jaro_winkler(first_word(full_name), last_word(full_name)) >= 0.88";
    assert!(!levels_of_last(0).contains(exchanged));
    assert!(levels_of_last(20).contains(exchanged));
    // Six beginnings in twenty in common are fewer than half.
    assert!(levels_of_last(14).contains(exchanged));
}

/// Digits in no order, the same for the same number.
fn mixed(number: u64) -> u64 {
    let mut x = number.wrapping_add(7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 31)
}

/// One of the numbers from 1 to `of`, independent of other places.
fn one_of(of: u64, place: u64) -> impl Fn(u64) -> u32 {
    move |person| (mixed(person ^ mixed(place)) % of) as u32 + 1
}

#[test]
fn a_whole_name_is_compared_word_by_word() {
    let chosen = |file: &File, tokens_only| {
        let setting = Setting { fields: &file.fields, tokens_only, gaps: &NO_GAPS };
        file.with_data(LinkType::DedupeOnly, &[0, file.rows], |data| comparisons(&setting, data))
    };
    let alone = File::new(1_000).field("full_name", Words, one_of(700, 1));
    for tokens_only in [false, true] {
        let made = chosen(&alone, tokens_only);
        let names: Vec<_> = made.chosen.iter().filter_map(|comparison| comparison.name.as_deref()).collect();
        assert_eq!(names, ["first_word_of_full_name", "last_word_of_full_name"]);
    }
}

#[test]
fn where_a_file_has_initials_in_whole_names_these_are_compared() {
    let whole = |first_words: u32| {
        File::new(1_000)
            .field("full_name", Words, one_of(700, 1))
            .derived("initial", None, "full_name", |name| name % 20 + 1)
            .derived("first_word", None, "full_name", move |name| name % first_words + 1)
    };
    for tokens_only in [false, true] {
        let of_first_word = |words| levels(&compared(&whole(words), tokens_only).chosen[0]);
        assert_eq!(of_first_word(20), ["exact(initial(full_name))", "else"]);
        assert_eq!(of_first_word(200)[0], "exact(first_word(full_name))");
    }
}

#[test]
fn a_sex_that_the_given_name_tells_is_not_compared() {
    let chosen = |sex: &dyn Fn(u64) -> u32| {
        let file = File::new(4_000)
            .field("given_name", Name, one_of(200, 1))
            .field("birth_date", Date, one_of(20_000, 2))
            .field("sex", Sex, sex);
        file.with_data(LinkType::DedupeOnly, &[0, file.rows], |data| comparisons(&file.setting(), data))
    };
    let of_name = |person: u64| one_of(200, 1)(person) % 2 + 1;
    let told = chosen(&of_name);
    assert!(told.chosen.iter().all(|comparison| comparison.name.as_deref() != Some("sex")));
    assert_eq!(told.notes, ["`sex` is not compared: it follows from the given name"]);
    // Two of one name are of one sex nine times in ten if one person in nineteen is of the other
    // sex: 18²/19² + 1/19² is 0.900. Of one in ten it is 0.82.
    for (odd, is_told) in [(40, true), (10, false)] {
        let sex = |person: u64| if one_of(odd, 3)(person) == 1 { 3 - of_name(person) } else { of_name(person) };
        assert_eq!(chosen(&sex).notes.len(), usize::from(is_told), "one in {odd}");
    }
}

/// People with names, date of birth, postcode and sex.
fn people(rows: u32) -> File {
    File::new(rows)
        .field("given_name", Name, one_of(300, 1))
        .derived("initial", None, "given_name", |code| code % 20 + 1)
        .field("family_name", Name, one_of(2_000, 2))
        .derived("soundex", None, "family_name", |code| code % 500 + 1)
        .field("birth_date", Date, one_of(30_000, 3))
        .derived("year", None, "birth_date", |code| code % 85 + 1)
        .field("postcode", Postcode, one_of(3_000, 4))
        .derived("district", None, "postcode", |code| code % 150 + 1)
        .field("sex", Sex, one_of(2, 5))
}

fn keys(chosen: &Chosen) -> Vec<Vec<String>> {
    chosen.rules.iter().map(|rule| rule.spec.on.iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn rules_are_within_the_budget_and_find_most_matches() {
    let file = people(60_000);
    let chosen = file.blocks();
    let pairs: f64 = chosen.rules.iter().map(|rule| rule.pairs).sum();
    assert!(pairs <= 20.0 * 60_000.0, "{pairs}");
    assert!(chosen.expected > 0.97, "{:?}", chosen.rules);
    assert!(chosen.rules.len() <= 12 && chosen.rules.len() >= 3);
    // Sex alone finds half of all pairs; no rule can be that.
    assert!(!keys(&chosen).contains(&vec!["sex".to_owned()]));
    // No rule rests on the same field throughout, or an error in it would lose the match.
    for field in ["family_name", "birth_date", "postcode", "given_name"] {
        let without = |keys: &Vec<String>| keys.iter().all(|key| !key.contains(field));
        assert!(keys(&chosen).iter().any(without), "{field}");
    }
}

#[test]
fn prices_are_the_pairs_that_rules_find() {
    let file = people(20_000);
    let chosen = file.blocks();
    for rule in &chosen.rules {
        if rule.spec.on.iter().any(|key| key.left != key.right) {
            continue;
        }
        let mut blocks: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for row in 0..file.rows as usize {
            let key: Vec<u32> = rule.spec.on.iter().map(|key| file.columns[&key.left][row]).collect();
            if !key.contains(&0) {
                *blocks.entry(key).or_default() += 1.0;
            }
        }
        // All rows are in the sample, so that the count is exact.
        let pairs: f64 = blocks.values().map(|rows| rows * (rows - 1.0) / 2.0).sum();
        assert!((pairs - rule.pairs).abs() < 0.5, "{}", rule.because);
    }
}

#[test]
fn a_large_file_is_priced_from_a_sample() {
    // 200,000 rows of which a tenth is looked at. Pairs of one surname and year: about
    // n² / (2 · 2000 · 85) = 118,000 and those of 40,000 people twice; the sample has a
    // hundredth of them, some 1,600, so a standard error of 2.5 in a hundred; four of them.
    let file = people(200_000);
    let term = [Term::field("family_name"), Term::derived("year", None, "birth_date")];
    let spec: Vec<_> = term.iter().map(choose::same).collect();
    let whole = {
        let mut blocks: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (a, b) in file.columns[&term[0]].iter().zip(&file.columns[&term[1]]) {
            *blocks.entry((*a, *b)).or_default() += 1.0;
        }
        blocks.values().map(|rows| rows * (rows - 1.0) / 2.0).sum::<f64>()
    };
    let found = file.with_data(LinkType::DedupeOnly, &[0, 200_000], |data| {
        sample::Sample::new(data).pairs(&spec, f64::INFINITY).unwrap()
    });
    assert!((found.pairs / whole - 1.0).abs() < 0.1, "{} {whole}", found.pairs);
}

#[test]
fn an_id_alone_is_a_rule_and_comes_first() {
    let file = people(60_000).field("nhs_number", NhsNumber, one_of(4_000_000_000, 9));
    assert_eq!(keys(&file.blocks())[0], ["nhs_number"]);
}

#[test]
fn names_in_each_others_place_are_looked_for() {
    // Where there is a date of birth, rules on it find these too.
    let file = File::new(60_000)
        .field("given_name", Name, one_of(300, 1))
        .field("family_name", Name, |person| 300 + one_of(2_000, 2)(person))
        .field("city", Text, one_of(200, 3));
    let chosen = file.blocks();
    assert!(
        keys(&chosen).contains(&vec!["given_name = family_name".to_owned(), "family_name = given_name".to_owned()])
    );
}

#[test]
fn small_files_are_compared_whole_after_rules_to_learn_from() {
    let chosen = people(1_000).blocks();
    let last = chosen.rules.last().unwrap();
    assert!(last.spec.on.is_empty() && last.spec.near.is_none() && chosen.rules.len() > 1);
    assert_eq!(last.because, "all pairs, because there are few");
    assert!((last.pairs - 499_500.0).abs() < 0.5 && chosen.expected > 0.999);
}

#[test]
fn a_file_of_names_only_has_neighbours_in_their_order() {
    let file = File::new(60_000)
        .field("full_name", Name, one_of(40_000, 1))
        .derived("sorted_words", None, "full_name", |code| code)
        .derived("last_word", None, "full_name", |code| code % 3_000 + 1)
        .derived("initial", None, "full_name", |code| code % 17 + 1);
    let chosen = file.blocks();
    let near: Vec<_> = chosen.rules.iter().filter_map(|rule| rule.spec.near.as_ref()).collect();
    assert_eq!(near.iter().map(|near| near.by.to_string()).collect::<Vec<_>>(), ["full_name"]);
    assert!(keys(&chosen).contains(&vec!["last_word(full_name)".to_owned()]));
    // Tokens have no order.
    let setting = Setting { tokens_only: true, ..file.setting() };
    let chosen = file.with_data(LinkType::DedupeOnly, &[0, 60_000], |data| blocks(&setting, data, Budget::default()));
    assert!(chosen.rules.iter().all(|rule| rule.spec.near.is_none()));
}

#[test]
fn a_block_of_a_placeholder_is_capped() {
    // One date of birth in five is the same one: 12,000 rows, 72 million pairs.
    let file = File::new(60_000)
        .field("family_name", Name, one_of(5_000, 2))
        .field("birth_date", Date, |person| if person % 5 == 0 { 1 } else { one_of(30_000, 3)(person) });
    let chosen = file.blocks();
    let by_date =
        chosen.rules.iter().find(|rule| rule.spec.on.len() == 1 && rule.spec.on[0].to_string() == "birth_date");
    let by_date = by_date.unwrap();
    // A tenth of the budget of 20 pairs a row.
    assert_eq!(by_date.spec.cap, Some(120_000));
    assert!(by_date.because.ends_with("blocks that would cost too much are left out"));
}

#[test]
fn two_files_are_paired_across_only() {
    let file = people(2_000);
    let term = Term::field("family_name");
    let found = file.with_data(LinkType::LinkOnly, &[0, 500, 2_000], |data| {
        sample::Sample::new(data).pairs(&[choose::same(&term)], f64::INFINITY).unwrap()
    });
    let column = &file.columns[&term];
    let pairs = column[..500].iter().map(|a| column[500..].iter().filter(|b| a == *b).count()).sum::<usize>();
    assert!((found.pairs - pairs as f64).abs() < 0.5);
}

#[test]
fn fields_of_several_values_are_blocked_on_too() {
    // Two records in five have past names, of 2,000 that there are; all that has one value is common.
    let past = |person: u64| match person % 5 {
        0 => vec![one_of(2_000, 6)(person)],
        1 => vec![one_of(2_000, 6)(person), one_of(2_000, 7)(person) + 2_000],
        _ => vec![],
    };
    let file = File::new(60_000)
        .field("given_name", Name, one_of(40, 1))
        .field("sex", Sex, one_of(2, 5))
        .field("county", Category, one_of(30, 3))
        .several("former_names", Name, past);
    let chosen = file.blocks();
    let by_past = |rule: &&choose::ChosenRule| rule.because.contains("`any(former_names)`");
    assert!(chosen.rules.iter().any(|rule| by_past(&rule)), "{:?}", chosen.rules);
    // Not the lists as wholes, of which no two are equal here.
    assert!(!keys(&chosen).iter().flatten().any(|key| key == "former_names"), "{:?}", chosen.rules);
}

#[test]
fn a_rule_on_several_values_is_priced_by_the_blocks_of_each() {
    let lists: [&[u32]; 5] = [&[1, 2], &[2, 3], &[], &[1, 2], &[3]];
    let mut file = File::new(5).several("names", Name, |_| vec![]).field("sex", Sex, |_| 1);
    let any = Term::derived("any", None, "names");
    file.lists.insert(any.clone(), lists.map(<[u32]>::to_vec).to_vec());
    file.columns.insert(Term::field("sex"), vec![1, 1, 1, 2, 1]);
    let pairs = |link_type, starts: &[u32], terms: &[&Term]| {
        let keys: Vec<_> = terms.iter().map(|term| choose::same(term)).collect();
        file.with_data(link_type, starts, |data| sample::Sample::new(data).pairs(&keys, f64::INFINITY).unwrap().pairs)
    };
    let check = |found: f64, pairs: f64| assert!((found - pairs).abs() < 1e-9, "{found}, not {pairs}");
    // 1: rows 0 and 3; 2: rows 0, 1 and 3; 3: rows 1 and 4.
    check(pairs(LinkType::DedupeOnly, &[0, 5], &[&any]), 1.0 + 3.0 + 1.0);
    // Row 3 is of another sex than all.
    check(pairs(LinkType::DedupeOnly, &[0, 5], &[&any, &Term::field("sex")]), 1.0 + 1.0);
    // Rows 0 to 2 with 3 and 4: 1 and 2 of row 3, 2 of row 1 with row 3, 3 of row 1 with row 4.
    check(pairs(LinkType::LinkOnly, &[0, 3, 5], &[&any]), 2.0 + 1.0 + 1.0);
    let present = file.with_data(LinkType::DedupeOnly, &[0, 5], |data| sample::Sample::new(data).present(&any));
    check(present, 0.8 * 0.8);
}

fn levels(comparison: &ComparisonSpec) -> Vec<String> {
    comparison.levels.iter().map(|level| level.when.to_string()).collect()
}

fn compared(file: &File, tokens_only: bool) -> Comparisons {
    let setting = Setting { tokens_only, ..file.setting() };
    file.with_data(LinkType::DedupeOnly, &[0, file.rows], |data| comparisons(&setting, data))
}

#[test]
fn fields_are_compared_by_their_roles() {
    let chosen = compared(&people(5_000), false).chosen;
    let names: Vec<_> = chosen.iter().map(|comparison| comparison.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["given_name", "family_name", "birth_date", "postcode", "sex"]);
    assert_eq!(
        levels(&chosen[0]),
        [
            "exact(given_name)",
            "exact(nickname(given_name))",
            "damerau_levenshtein(given_name) <= 1",
            "jaro_winkler(given_name) >= 0.88",
            "exact(given_name, family_name)",
            "exact(double_metaphone(given_name))",
            "jaro_winkler(given_name) >= 0.7",
            "else",
        ]
    );
    assert_eq!(
        levels(&chosen[2]),
        [
            "exact(birth_date)",
            "damerau_levenshtein(birth_date) <= 1 or exact(month_day_swapped(birth_date), birth_date)",
            "damerau_levenshtein(birth_date) <= 2",
            "days(birth_date) <= 31",
            "else",
        ]
    );
    // Of dates that lack their day in part, or their month too, what is known of them is a level.
    let partly = |has_month: bool| {
        let month = move |day: u32| if !day.is_multiple_of(4) || has_month { day / 30 + 1 } else { 0 };
        people(5_000)
            .derived("year_month", None, "birth_date", month)
            .derived("month", None, "birth_date", month)
            .derived("day", None, "birth_date", |day: u32| if day.is_multiple_of(4) { 0 } else { day % 30 + 1 })
    };
    for tokens_only in [false, true] {
        let second = |has_month| levels(&compared(&partly(has_month), tokens_only).chosen[2])[1].clone();
        assert_eq!(second(true), "exact(year_month(birth_date)) and null(day(birth_date))");
        assert_eq!(second(false), "exact(year(birth_date)) and null(month(birth_date))");
    }
    // Of dates that are years alone altogether, years are all there is to compare.
    let years = people(5_000).derived("year_month", None, "birth_date", |_| 0);
    assert_eq!(
        levels(&compared(&years, false).chosen[2]),
        ["exact(birth_date)", "years(birth_date) <= 1", "damerau_levenshtein(birth_date) <= 1", "else"]
    );
    assert_eq!(
        levels(&chosen[3]),
        ["exact(postcode)", "exact(sector(postcode))", "exact(district(postcode))", "exact(area(postcode))", "else"]
    );
    assert_eq!(levels(&chosen[4]), ["exact(sex)", "else"]);
}

#[test]
fn a_whole_name_is_compared_by_its_words() {
    let names = |one_word: u32| {
        let file = File::new(5_000).field("full_name", Words, one_of(3_000, 1)).field("city", Text, one_of(200, 3));
        file.derived("after_first_word", None, "full_name", move |name| if name % 100 < one_word { 0 } else { name })
    };
    let named = |file: &File| {
        let chosen = compared(file, false).chosen;
        chosen.into_iter().map(|comparison| comparison.name.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(named(&names(0)), ["first_word_of_full_name", "last_word_of_full_name", "city"]);
    let with_some = ["first_word_of_full_name", "last_word_of_full_name", "one_word_of_full_name", "city"];
    assert_eq!(named(&names(2)), with_some);
    assert_eq!(named(&names(100)), ["full_name", "city"]);
    let chosen = compared(&names(2), true).chosen;
    let nulls: Vec<String> =
        chosen[..3].iter().filter_map(|name| name.null.as_ref()).map(ToString::to_string).collect();
    let one_word = "null(after_first_word(full_name))";
    assert_eq!(nulls, [one_word, one_word, &format!("null(full_name) or not {one_word}")]);
    let likeness = "shared(deletions(first_word(full_name))) >= 1 and exact(initial(full_name))";
    assert!(levels(&chosen[0]).contains(&likeness.to_owned()));
}

#[test]
fn telephones_are_compared_by_their_last_digits_too() {
    for kind in [Text, Identifier] {
        let file = people(5_000).field("phone", kind, one_of(4_000, 6));
        let of_phone = |chosen: Comparisons| {
            levels(chosen.chosen.iter().find(|comparison| comparison.name.as_deref() == Some("phone")).unwrap())
        };
        let last_digits = "exact(suffix(phone, 7))";
        assert_eq!(
            of_phone(compared(&file, false)),
            ["exact(phone)", last_digits, "damerau_levenshtein(phone) <= 1", "else"]
        );
        assert_eq!(of_phone(compared(&file, true))[1], last_digits);
    }
}

#[test]
fn where_a_file_has_initials_these_are_compared() {
    let middle = |letters: u32| {
        people(5_000)
            .field("middle_name", Name, one_of(400, 8))
            .derived("initial", None, "middle_name", move |name| name % 20 + 1)
            .derived("prefix", Some(2), "middle_name", move |name| name % letters + 1)
    };
    // Names of twenty initials, which differ in the next letter or have none.
    let of_names = compared(&middle(200), false);
    assert!(levels(&of_names.chosen[5]).contains(&"exact(middle_name)".to_owned()));
    for tokens_only in [false, true] {
        let of_initials = compared(&middle(20), tokens_only);
        assert_eq!(levels(&of_initials.chosen[5]), ["exact(initial(middle_name))", "else"]);
        assert_eq!(of_initials.notes, ["of `middle_name` initials are compared, as one file has no more"]);
    }
}

#[test]
fn a_name_that_most_rows_have_is_no_initial() {
    // Twenty-four of twenty-five have one name, which goes on as nearly all of its initial do.
    let usual = |person: u64| if mixed(person ^ 7).is_multiple_of(25) { one_of(400, 8)(person) } else { 1 };
    let file = people(5_000)
        .field("middle_name", Name, usual)
        .derived("initial", None, "middle_name", |name| name % 20 + 1)
        .derived("prefix", Some(2), "middle_name", |name| name % 200 + 1);
    let chosen = compared(&file, false);
    assert!(levels(&chosen.chosen[5]).contains(&"exact(middle_name)".to_owned()) && chosen.notes.is_empty());
}

#[test]
fn tokens_are_compared_by_tokens() {
    let file = people(5_000).field("email", Identifier, one_of(4_000, 6)).field("city", Text, one_of(90, 7));
    for comparison in compared(&file, true).chosen {
        let clear = |condition: &String| {
            condition.contains("jaro")
                || condition.contains("date_parts")
                || condition.contains("years")
                || condition.contains("days")
        };
        assert!(!levels(&comparison).iter().any(clear), "{:?}", levels(&comparison));
    }
}

#[test]
fn a_place_that_follows_from_the_postcode_is_compared_with_it() {
    let place = |person: u64| one_of(3_000, 4)(person) % 40 + 1;
    let chosen = compared(&people(5_000).field("city", Text, place), false);
    let postcode = chosen.chosen.iter().find(|comparison| comparison.name.as_deref() == Some("postcode")).unwrap();
    assert_eq!(levels(postcode)[3..], ["exact(area(postcode))", "exact(city)", "jaro_winkler(city) >= 0.9", "else"]);
    assert_eq!(postcode.null.as_ref().map(ToString::to_string).as_deref(), Some("null(postcode) and null(city)"));
    assert_eq!(chosen.notes, ["`city` follows from `postcode`, so the two are one comparison"]);
    // So is a code of an area, whatever it is called.
    let code = compared(&people(5_000).field("lsoa11", Category, place), false);
    assert_eq!(code.notes, ["`lsoa11` follows from `postcode`, so the two are one comparison"]);
    // One that does not follow is compared by itself, although the same people have both again.
    let apart = compared(&people(5_000).field("city", Text, one_of(40, 8)), false);
    assert_eq!((apart.chosen.len(), apart.notes.len()), (6, 0));
}

#[test]
fn constants_are_not_compared_and_no_more_than_sixteen_fields() {
    let mut file = people(1_000).field("country", Category, |_| 1);
    for i in 0..14 {
        file = file.field(&format!("code_{i}"), Category, one_of(3 + i, 20 + i));
    }
    let chosen = compared(&file, false);
    assert_eq!(chosen.chosen.len(), 16);
    assert_eq!(chosen.notes[0], "`country` is not compared: it has not two different values");
    // Those with the fewest values go: sex, with two, and those with three and four.
    for name in ["sex", "code_0", "code_1"] {
        assert!(chosen.notes.iter().any(|note| note.starts_with(&format!("`{name}`"))), "{:?}", chosen.notes);
    }
}

#[test]
fn ready_made_comparisons_are_written_out_and_read_back() {
    let fields =
        ["given_name", "family_name"].map(|name| LinkageField { name: name.to_owned(), kind: Name, several: false });
    for (name, takes, _) in READY_MADE {
        for tokens_only in [false, true] {
            let of: Vec<String> = fields.iter().take(*takes).map(|field| field.name.clone()).collect();
            let spec = ComparisonSpec { ready_made: Some((*name).to_owned()), fields: of, ..ComparisonSpec::default() };
            let made = expanded("here", &spec, &Setting { fields: &fields, tokens_only, gaps: &NO_GAPS }).unwrap();
            assert!(made.ready_made.is_none() && made.levels.len() >= 2);
            for level in &made.levels {
                assert_eq!(level.when.to_string().parse::<ConditionSpec>().as_ref(), Ok(&level.when));
            }
            assert_eq!(made.levels.last().map(|level| &level.when), Some(&ConditionSpec::Else));
        }
    }
}

#[test]
fn faults_of_ready_made_comparisons_say_what_there_is() {
    let spec = |name: &str, fields: &[&str]| ComparisonSpec {
        ready_made: Some(name.to_owned()),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        ..ComparisonSpec::default()
    };
    let setting = Setting { fields: &[], tokens_only: false, gaps: &NO_GAPS };
    let told = |spec: &ComparisonSpec| expanded("comparison[1]", spec, &setting).unwrap_err().to_string();
    let unknown = told(&spec("surname", &["a"]));
    assert!(unknown.contains("no ready-made comparison `surname`") && unknown.contains("`given_and_family_name`"));
    assert!(told(&spec("given_and_family_name", &["a"])).contains("is of two fields, and `of` names 1"));
    assert!(told(&spec("nhs_number", &["a"])).contains("no ready-made comparison `nhs_number`"));
    let mut both = spec("name", &["a"]);
    both.levels = vec![ready_made::level(ConditionSpec::Else)];
    assert!(told(&both).contains("has levels of its own"));
}

/// Every kind of field, under every name that the defaults know, of one value and of several.
#[test]
fn what_is_chosen_is_never_refused() {
    let names = ["x", "given_name", "family_name", "full_name", "middle_name", "national_identifier", "city", "email"];
    for (kind, name) in FieldKind::ALL.into_iter().flat_map(|kind| names.map(|name| (kind, name))) {
        let has_several = !matches!(kind, FieldKind::Number | Sex | FieldKind::Location | FieldKind::LocalPatientId);
        for (tokens_only, several) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut file = File::new(40)
                .field("family_name", Name, one_of(20, 2))
                .field("postcode", Postcode, one_of(20, 4))
                .field("born", Date, one_of(20, 5));
            file.fields.retain(|field| field.name != name);
            file = file.field(name, kind, one_of(20, 6));
            file.fields.last_mut().expect("it was added").several = several && has_several;
            let kinds = crate::scored::suits::Kinds { fields: &file.fields, tokens_only };
            let chosen = compared(&file, tokens_only).chosen;
            assert!(!chosen.is_empty());
            for level in chosen.iter().flat_map(|comparison| &comparison.levels) {
                let told = crate::scored::suits::faults(&level.when, &kinds);
                assert!(told.is_empty(), "{name} of {kind:?}, tokens {tokens_only}, several {several}: {told:?}");
            }
            if name != "x" {
                continue;
            }
            let setting = Setting { fields: &file.fields, tokens_only, gaps: &NO_GAPS };
            let blocks =
                file.with_data(LinkType::DedupeOnly, &[0, 40], |data| blocks(&setting, data, Budget::default()));
            for rule in &blocks.rules {
                assert_eq!(crate::scored::suits::faults_of_block(&rule.spec, &kinds), []);
            }
        }
    }
}
