//! The merge of registered and hospital deaths, and the derived columns, by case table.

use counterfoil_core::NO_DATE;
use counterfoil_release::causes::Mentions;
use counterfoil_release::deaths::{
    DeathRecordUsed, DeathSource, HospitalDeath, RegisteredDeath, age_at_death, merge, subsequent_activity,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::day;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table<T> {
    case: Vec<T>,
}

fn cases<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let table: Table<T> = toml::from_str(text).expect("case table is well formed");
    assert!(!table.case.is_empty());
    table.case
}

/// `None` and `""` are no date.
fn day_or_none(date: Option<&str>) -> i32 {
    date.filter(|date| !date.is_empty()).map_or(NO_DATE, day)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MergeCase {
    name: String,
    ons: Option<String>,
    hes: Option<String>,
    rank: Option<u8>,
    used: String,
    date: String,
    fields: String,
}

#[test]
fn death_record_used_follows_the_published_table() {
    for case in cases::<MergeCase>(include_str!("../../../../fixtures/cases/death-record-used.toml")) {
        let rank = case.rank.unwrap_or(1);
        let ons = case.ons.map(|date| RegisteredDeath::new(day_or_none(Some(&date)), rank));
        let hes = case.hes.map(|date| HospitalDeath::new(day_or_none(Some(&date))));
        let merged = merge(ons.as_ref(), hes.as_ref()).expect("every case has a death");
        let due = (
            case.used.as_str(),
            day_or_none(Some(&case.date)),
            if case.fields == "ONS" { DeathSource::Ons } else { DeathSource::Hes },
            ons.is_some(),
            if ons.is_some() { rank } else { 0 },
        );
        let found =
            (merged.record_used.name(), merged.date_of_death, merged.fields_from, merged.registered, merged.match_rank);
        assert_eq!(found, due, "{}", case.name);
    }
}

#[test]
fn without_a_death_there_is_nothing_to_merge() {
    assert!(merge(None, None).is_none());
}

#[test]
fn every_text_of_death_record_used_is_the_published_one() {
    let texts = DeathRecordUsed::ALL.map(|used| used.to_string());
    assert_eq!(texts, ["HES1", "HES2", "ONS1", "ONS2", "MIX1"]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeCase {
    name: String,
    birth: Option<String>,
    death: String,
    age: Option<i16>,
}

#[test]
fn age_at_death_counts_completed_years() {
    for case in cases::<AgeCase>(include_str!("../../../../fixtures/cases/age-at-death.toml")) {
        let age = age_at_death(case.birth.as_deref().map(day), day(&case.death));
        assert_eq!(age, case.age, "{}", case.name);
    }
}

#[test]
fn age_at_death_needs_both_dates() {
    assert_eq!(age_at_death(Some(NO_DATE), 0), None);
    assert_eq!(age_at_death(Some(0), NO_DATE), None);
    assert_eq!(age_at_death(None, NO_DATE), None);
    assert_eq!(age_at_death(Some(0), i32::MAX), None, "beyond the calendar");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityCase {
    name: String,
    death: Option<String>,
    activity: Option<String>,
    offset: Option<u16>,
    flag: bool,
}

#[test]
fn subsequent_activity_is_strictly_after_death_and_offset() {
    let table = include_str!("../../../../fixtures/cases/subsequent-activity.toml");
    for case in cases::<ActivityCase>(table) {
        let flag = subsequent_activity(
            day_or_none(case.activity.as_deref()),
            day_or_none(case.death.as_deref()),
            case.offset.unwrap_or(0),
        );
        assert_eq!(flag, case.flag, "{}", case.name);
    }
}

#[test]
fn mentions_keep_their_positions() {
    let mentions = Mentions::new([Some("I21"), None, Some(" J18 "), Some(""), None]);
    assert_eq!(mentions.get(0), Some("I21"));
    assert_eq!(mentions.get(1), None);
    assert_eq!(mentions.get(2), Some("J18"));
    assert_eq!(mentions.get(3), None);
    assert_eq!(mentions.positions(), 3);
}

#[test]
fn mentions_may_be_none_or_start_blank() {
    assert_eq!(Mentions::new([None, None]).positions(), 0);
    assert_eq!(Mentions::new([None, Some("I21")]).get(1), Some("I21"));
    assert_eq!(Mentions::new([Some("I\u{1f}21"), Some("J18")]).get(0), None);
    assert_eq!(Mentions::new([Some("I\u{1f}21"), Some("J18")]).get(1), Some("J18"));
}
