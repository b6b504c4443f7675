//! Ranks, guard, ties and options by case table, end to end.

use crate::case::{check, check_imaging};

#[test]
fn ranks_are_those_of_the_published_table() {
    check(include_str!("../../../../fixtures/cases/ranks.toml"));
}

#[test]
fn the_guard_bars_persons_with_activity_after_death() {
    check(include_str!("../../../../fixtures/cases/ranks-guard.toml"));
}

#[test]
fn ties_and_rivals_are_settled_as_documented() {
    check(include_str!("../../../../fixtures/cases/ranks-ties.toml"));
}

#[test]
fn every_option_does_what_it_says() {
    check(include_str!("../../../../fixtures/cases/options.toml"));
}

#[test]
fn imaging_records_are_attached_by_the_nine_steps() {
    check_imaging(include_str!("../../../../fixtures/cases/hes-did.toml"));
}
