//! Episodes as columns of the catalogue entry `hes-apc`.

use arrow_array::{Date32Array, Int8Array, Int32Array, StringArray};

use super::{Episode, clinical};
use crate::calendar::{HES_INVALID_DATE, age_in_years};
use crate::data_sets::{Columns, Records, ascii};
use crate::places;
use crate::population::World;

/// Rows in the order given.
pub(super) fn records(world: &World, episodes: &[Episode]) -> Records {
    let mut columns = Columns::default();
    let keys: StringArray = text(episodes, |e| Some(&e.key));
    columns.add("EPIKEY", keys.clone());
    identifiers(&mut columns, episodes);
    stay(&mut columns, episodes);
    content(&mut columns, world, episodes);
    Records {
        batch: columns.finish(),
        keys,
        persons: episodes.iter().map(|e| e.person).collect(),
        errors: episodes.iter().map(|e| e.errors).collect(),
    }
}

fn identifiers(columns: &mut Columns, episodes: &[Episode]) {
    let provider: Vec<[u8; 5]> = episodes.iter().map(|e| places::provider_code(e.provider)).collect();
    columns.add("NEWNHSNO", text(episodes, |e| e.nhs_number.as_ref()));
    columns.add("LOPATID", text(episodes, |e| Some(&e.local_patient_id)));
    columns.add("PROCODET", text(&provider, Some));
    columns.add("PROCODE3", provider.iter().map(|code| Some(ascii(&code[..3]))).collect::<StringArray>());
    columns.add("DOB", date(episodes, |e| e.birth));
    columns.add("HOMEADD", text(episodes, |e| e.postcode.as_ref()));
    columns.add("SEX", episodes.iter().map(|e| Some(e.sex)).collect::<Int8Array>());
    columns.add("TOKEN_PERSON_ID", text(episodes, |e| Some(&e.token)));
}

fn stay(columns: &mut Columns, episodes: &[Episode]) {
    columns.add("PROVSPNOPS", text(episodes, |e| Some(&e.spell)));
    columns.add("EPISTART", date(episodes, |e| e.start));
    columns.add("EPIEND", date(episodes, Episode::end));
    columns.add("ADMIDATE", date(episodes, |e| e.admitted));
    columns.add("DISDATE", date(episodes, Episode::discharged));
    columns.add("EPIORDER", episodes.iter().map(|e| Some(e.order)).collect::<Int32Array>());
    columns.add("EPISTAT", code(episodes, |e| if e.finished { "3" } else { "1" }));
    columns.add("CLASSPAT", code(episodes, |e| clinical::patient_class(e.kind)));
    columns.add("ADMIMETH", code(episodes, |e| e.admission_method));
    columns.add("DISMETH", code(episodes, |e| e.discharge.0));
    columns.add("DISDEST", code(episodes, |e| e.discharge.1));
}

fn content(columns: &mut Columns, world: &World, episodes: &[Episode]) {
    let lsoa: Vec<Option<[u8; 9]>> = episodes.iter().map(|e| e.place.map(|place| world.places.lsoa(place))).collect();
    let decile = |e: &Episode| e.place.map(|place| world.places.deprivation(place));
    let years: Vec<[u8; 4]> = episodes.iter().map(|e| world.window.fyear(e.true_end)).collect();
    columns.add("DIAG_4_01", code(episodes, |e| e.diagnosis));
    columns.add("STARTAGE", episodes.iter().map(|e| start_age(e.birth, e.start)).collect::<Int32Array>());
    columns.add("ETHNOS", code(episodes, |e| e.ethnicity));
    columns.add("LSOA11", text(&lsoa, Option::as_ref));
    columns.add("IMD04_DECILE", episodes.iter().map(decile).collect::<Int8Array>());
    columns.add("FYEAR", text(&years, Some));
}

/// `STARTAGE`: whole years, 120 for 120 and more; under one year a code by days (7001 under
/// 1, 7002 1–6, 7003 7–28, 7004 29–90, 7005 91–181, 7006 182–272, 7007 273 and more); null
/// without a valid date of birth that is not after the start.
fn start_age(birth: i32, start: i32) -> Option<i32> {
    if birth <= HES_INVALID_DATE || birth > start {
        return None;
    }
    let years = age_in_years(birth, start);
    if years > 0 {
        return Some(years.min(120));
    }
    Some(match start - birth {
        0 => 7001,
        1..=6 => 7002,
        7..=28 => 7003,
        29..=90 => 7004,
        91..=181 => 7005,
        182..=272 => 7006,
        _ => 7007,
    })
}

fn text<'a, T, const N: usize>(rows: &'a [T], value: impl Fn(&'a T) -> Option<&'a [u8; N]>) -> StringArray {
    rows.iter().map(|row| value(row).map(|bytes| ascii(bytes))).collect()
}

fn code(episodes: &[Episode], value: impl Fn(&Episode) -> &'static str) -> StringArray {
    episodes.iter().map(|episode| Some(value(episode))).collect()
}

fn date(episodes: &[Episode], value: impl Fn(&Episode) -> i32) -> Date32Array {
    episodes.iter().map(|episode| Some(value(episode))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{HES_NULL_DATE, day_of};

    #[test]
    fn ages_under_one_year_are_codes() {
        let born = day_of(2019, 1, 1).expect("a date");
        for (days, code) in [
            (0, 7001),
            (1, 7002),
            (6, 7002),
            (7, 7003),
            (28, 7003),
            (29, 7004),
            (90, 7004),
            (91, 7005),
            (181, 7005),
            (182, 7006),
            (272, 7006),
            (273, 7007),
            (364, 7007),
            (365, 1),
        ] {
            assert_eq!(start_age(born, born + days), Some(code), "{days} days");
        }
    }

    #[test]
    fn ages_are_capped_and_need_a_date_of_birth() {
        let start = day_of(2020, 5, 1).expect("a date");
        assert_eq!(start_age(day_of(1899, 5, 1).expect("a date"), start), Some(120));
        assert_eq!(start_age(HES_NULL_DATE, start), None);
        assert_eq!(start_age(HES_INVALID_DATE, start), None);
        assert_eq!(start_age(start + 1, start), None);
    }
}
