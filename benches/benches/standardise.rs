//! The standardising rules that run once a row over the largest tables.

use std::hint::black_box;

use counterfoil_benches::sample::{Draw, birth_days, nhs_numbers, postcodes};
use counterfoil_token::standardise::{DateRules, PostcodeRules, civil, date, date_from_day, nhs_number, postcode};
use divan::Bencher;
use divan::counter::ItemsCount;

/// As many values as a decoded batch has rows.
const ROWS: usize = 16_384;

/// 2030-03-31, in days since 1970-01-01.
const END: i32 = 22_004;

fn main() {
    divan::main();
}

/// Applies a rule to every value and counts the valid ones.
fn each<T, V>(bencher: Bencher, values: &[T], rule: impl Fn(&T) -> Option<V>) {
    bencher
        .counter(ItemsCount::new(values.len()))
        .bench_local(|| values.iter().filter(|value| rule(black_box(value)).is_some()).count());
}

#[divan::bench]
fn nhs_numbers_as_text(bencher: Bencher) {
    let values = nhs_numbers(ROWS, &mut Draw::new(1));
    each(bencher, &values, |value| nhs_number(value.as_bytes()).valid());
}

#[divan::bench]
fn postcodes_as_text(bencher: Bencher) {
    let (values, rules) = (postcodes(ROWS, &mut Draw::new(1)), PostcodeRules::default());
    each(bencher, &values, |value| postcode(value.as_bytes(), &rules).valid());
}

#[divan::bench]
fn dates_as_text(bencher: Bencher) {
    let text = |day: &i32| {
        let (year, month, day) = civil(*day);
        format!("{year}-{month:02}-{day:02}")
    };
    let values: Vec<String> = birth_days(ROWS, &mut Draw::new(1)).iter().map(text).collect();
    let rules = DateRules::birth(END);
    each(bencher, &values, |value| date(value.as_bytes(), &rules).valid());
}

#[divan::bench]
fn dates_as_days(bencher: Bencher) {
    let (values, rules) = (birth_days(ROWS, &mut Draw::new(1)), DateRules::birth(END));
    each(bencher, &values, |value| date_from_day(*value, &rules).valid());
}
