//! Tests of hospital data sets as a whole: columns against the catalogue, keys, ties between
//! data sets, dates in order, volumes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use counterfoil_catalogue::{Catalogue, DataSet as Entry, Field, FieldType};

use super::{Block, FieldChoice, Records, tables};
use crate::calendar::{HES_NULL_DATE, date_of};
use crate::errors::ErrorRates;
use crate::events::pregnancy::pregnancies;
use crate::population::World;

const PEOPLE: u64 = 6_000;
const HOSPITAL: [&str; 6] = ["hes-apc", "hes-op", "hes-ae", "hes-cc", "ecds", "did"];

/// Every record of one population, by data set, with the default errors.
static SAMPLE: LazyLock<BTreeMap<&str, Records>> = LazyLock::new(|| {
    let (world, rates) = (World::new(17, PEOPLE), ErrorRates::default());
    let lives = world.lives(0..PEOPLE);
    let block = Block { world: &world, rates: &rates, choice: &FieldChoice::All, lives: &lives };
    HOSPITAL.iter().map(|name| (*name, tables(name)[0].records(&block))).collect()
});

fn batch(name: &str) -> &'static RecordBatch {
    &SAMPLE[name].batch
}

fn entry(name: &str) -> &'static Entry {
    Catalogue::built_in().data_set(name).expect("a catalogue entry")
}

fn header(batch: &RecordBatch) -> Vec<String> {
    batch.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(column).expect("a column").as_string::<i32>();
    column.iter().map(|value| value.map(str::to_owned)).collect()
}

fn days(batch: &RecordBatch, column: &str) -> Vec<Option<i32>> {
    batch.column_by_name(column).expect("a column").as_primitive::<Date32Type>().iter().collect()
}

/// Columns of the catalogue that the generator leaves out: an address (nothing is linked on
/// it), what a linkage adds, and codes of look-up tables that are not published.
const LEFT_OUT: [&str; 11] = [
    "Address",
    "HES_DID_MATCHRANK",
    "IC_PROV_SHACODE",
    "IC_SUB_MODALITY_ID",
    "IC_SUB_REGION_ID",
    "IC_SYSTEM_ID",
    "IC_SUB_SYS_ID",
    "IC_SUB_SYSCOMP_ID",
    "IC_MORHPOLOGY_ID",
    "IC_FETAL_ID",
    "IC_SUB_CANCER_DESC",
];

#[test]
fn columns_are_those_of_the_catalogue_and_none_is_missing() {
    for name in HOSPITAL {
        let written: BTreeSet<String> = header(batch(name)).into_iter().collect();
        let listed: BTreeSet<String> = entry(name).columns().into_iter().map(|(column, _)| column).collect();
        let unknown: Vec<_> = written.difference(&listed).collect();
        let missing: Vec<_> = listed.difference(&written).filter(|name| !LEFT_OUT.contains(&name.as_str())).collect();
        assert!(unknown.is_empty() && missing.is_empty(), "{name}: unknown {unknown:?}, missing {missing:?}");
        assert_eq!(written.len(), header(batch(name)).len(), "{name}: a column twice");
    }
}

#[test]
fn values_are_of_the_type_and_codes_of_the_catalogue() {
    for name in HOSPITAL {
        let batch = batch(name);
        for (column, array) in header(batch).iter().zip(batch.columns()) {
            let field = entry(name).field(column).expect("a field");
            let fits = match field.kind {
                FieldType::Text | FieldType::Month | FieldType::Time => *array.data_type() == DataType::Utf8,
                FieldType::Date => *array.data_type() == DataType::Date32,
                FieldType::Integer => *array.data_type() == DataType::Int32,
                FieldType::Number => *array.data_type() == DataType::Float64,
            };
            assert!(fits, "{name}: `{column}` is {}", array.data_type());
            match array.data_type() {
                DataType::Utf8 => check_texts(name, (column, field), array.as_ref()),
                DataType::Int32 => check_integers(name, (column, field), array.as_ref()),
                _ => {}
            }
        }
    }
}

/// Texts are among the codes, where there are any, and as short and of such letters as the
/// format says. The codes of operations only say what else there is beside a classification.
fn check_texts(name: &str, (column, field): (&str, &Field), array: &dyn Array) {
    let distinct: BTreeSet<&str> = array.as_string::<i32>().iter().flatten().collect();
    for value in distinct {
        let known = field.codes.contains_key(value) || field.missing.contains_key(value);
        let open = field.codes.is_empty() || column.starts_with("OPERTN_");
        assert!(known || open, "{name}: `{column}` has a code that is not listed");
        let (digits, letters) = field
            .format
            .as_deref()
            .map_or(("", ""), |format| format.split_at(format.bytes().take_while(u8::is_ascii_digit).count()));
        if let Ok(width) = digits.parse::<usize>() {
            assert!(value.len() <= width, "{name}: `{column}` is longer than {width}");
            let right = letters != "n" || value.bytes().all(|byte| byte.is_ascii_digit());
            assert!(right, "{name}: `{column}` has other than digits");
        }
        if field.kind == FieldType::Time {
            let minute: i32 = value.parse().expect("digits");
            assert!(known || (minute < 2_400 && minute % 100 < 60), "{name}: `{column}` is no time");
        }
    }
}

/// Numbers that have codes among them are below 120, as ages and counts are, or listed.
fn check_integers(name: &str, (column, field): (&str, &Field), array: &dyn Array) {
    let closed = ["RANK_ORDER", "ATENTYPE"].contains(&column);
    for value in array.as_primitive::<Int32Type>().iter().flatten() {
        let known = field.codes.contains_key(&value.to_string());
        let free = field.codes.is_empty() || (!closed && (0..998).contains(&value));
        assert!(known || free, "{name}: `{column}` has a number that is not listed");
        let is_age = field.codes.contains_key("7001");
        assert!(!is_age || known || value < 120, "{name}: `{column}` is no age");
    }
}

#[test]
fn linkage_fields_hold_every_role_and_key() {
    for name in HOSPITAL {
        let schema = tables(name)[0].schema(&FieldChoice::Linkage);
        let chosen: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let whole = header(batch(name));
        assert!(entry(name).record_key(&chosen).is_ok(), "{name}: record key");
        assert_eq!(entry(name).person_key(&chosen), entry(name).person_key(&whole), "{name}: person key");
        for role in entry(name).roles.keys().filter(|role| role.as_str() != "birth_month_year") {
            let of = |columns: &[String]| entry(name).role(role, columns).expect("a role");
            assert_eq!(of(&chosen), of(&whole), "{name}: {role}");
        }
        for join in &entry(name).link.on {
            assert!(chosen.contains(&join.column), "{name}: `{}`", join.column);
        }
        assert!(chosen.len() * 3 < whole.len(), "{name}: {} of {}", chosen.len(), whole.len());
    }
}

#[test]
fn record_keys_are_unique_and_those_of_the_truth() {
    for name in HOSPITAL {
        let keys = entry(name).record_key(&header(batch(name))).expect("a record key");
        let columns: Vec<_> = keys.iter().map(|column| texts(batch(name), column)).collect();
        let traced = &SAMPLE[name].traces.keys;
        let mut seen = BTreeSet::new();
        for row in 0..batch(name).num_rows() {
            let parts: Vec<&str> = columns.iter().map(|column| column[row].as_deref().expect("a key")).collect();
            assert_eq!(traced.value(row), parts.join("/"), "{name}");
            assert!(seen.insert(parts.join("/")), "{name}: a key twice");
        }
        assert_eq!(traced.len(), batch(name).num_rows());
    }
}

/// Row by record key.
fn rows_by(name: &str, key: &str) -> BTreeMap<String, usize> {
    texts(batch(name), key).into_iter().flatten().enumerate().map(|(row, key)| (key, row)).collect()
}

#[test]
fn attendances_and_the_episodes_they_led_to_name_each_other() {
    let (apc, ae) = (batch("hes-apc"), batch("hes-ae"));
    let (episodes, attendances) = (rows_by("hes-apc", "EPIKEY"), rows_by("hes-ae", "AEKEY"));
    let (to_ae, to_apc) = (texts(apc, "AEKEY"), texts(ae, "EPIKEY"));
    let (admitted, arrived) = (days(apc, "ADMIDATE"), days(ae, "ARRIVALDATE"));
    let persons = |name: &str, row: usize| SAMPLE[name].traces.persons[row];
    let mut tied = 0;
    for (row, key) in to_ae.iter().enumerate().filter_map(|(row, key)| Some((row, key.as_ref()?))) {
        let attendance = attendances[key];
        assert_eq!(persons("hes-apc", row), persons("hes-ae", attendance));
        assert_eq!(admitted[row], arrived[attendance]);
        let episode = episodes[to_apc[attendance].as_ref().expect("a key back")];
        assert_eq!(admitted[episode], admitted[row], "the same stay");
        tied += 1;
    }
    let there: Vec<&String> = to_apc.iter().flatten().collect();
    assert!(there.iter().all(|key| episodes.contains_key(*key)));
    assert!(tied > 500, "{tied}");
}

#[test]
fn critical_care_lies_within_its_episodes_and_says_what_they_say() {
    let (cc, apc) = (batch("hes-cc"), batch("hes-apc"));
    let episodes = rows_by("hes-apc", "EPIKEY");
    let of_episode: Vec<usize> = texts(cc, "SUSRECID").into_iter().map(|key| episodes[&key.expect("a key")]).collect();
    for column in ["ADMIDATE", "DISDATE", "EPISTART", "EPIEND"] {
        let (here, there) = (days(cc, column), days(apc, column));
        assert!(of_episode.iter().enumerate().all(|(row, episode)| here[row] == there[*episode]), "{column}");
    }
    for column in ["PROVSPNOPS", "PERSON_ID_DEID"] {
        let (here, there) = (texts(cc, column), texts(apc, column));
        assert!(of_episode.iter().enumerate().all(|(row, episode)| here[row] == there[*episode]), "{column}");
    }
    let (start, end, day) = (days(cc, "CCSTARTDATE"), days(cc, "CCDISDATE"), days(cc, "CCACTIVDATE"));
    let (admitted, ids) = (days(cc, "ADMIDATE"), texts(cc, "HES_RECORD_ID"));
    let best: Vec<bool> = texts(cc, "BESTMATCH").iter().map(Option::is_some).collect();
    for row in 0..cc.num_rows() {
        assert!(admitted[row] <= start[row]);
        assert!(end[row] == Some(HES_NULL_DATE) || start[row] <= end[row]);
        assert!(day[row].is_none_or(|day| Some(day) >= start[row]));
        let epikey = texts(cc, "SUSRECID")[row].clone().expect("a key");
        assert!(ids[row].as_ref().expect("an id").starts_with(&epikey));
        if row == 50 {
            break;
        }
    }
    // Every period has a best episode: those of adults, which have one row an episode.
    let kinds = texts(cc, "CCPERTYPE");
    let adults = (0..cc.num_rows()).filter(|row| kinds[*row].as_deref() == Some("01"));
    let (all, kept) = adults.fold((0, 0), |(all, kept), row| (all + 1, kept + usize::from(best[row])));
    assert!(kept > 0 && kept <= all && kept * 2 > all, "{kept} of {all}");
}

#[test]
fn mother_baby_and_maternity_record_agree_on_a_birth() {
    let apc = batch("hes-apc");
    let number = |column: &str, row: usize| {
        let column = apc.column_by_name(column).expect("a column").as_primitive::<Int32Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let (kinds, methods) = (texts(apc, "EPITYPE"), texts(apc, "DELMETH_1"));
    let admitted = days(apc, "ADMIDATE");
    let world = World::new(17, PEOPLE);
    let lives = world.lives(0..PEOPLE);
    let rows = |kind: &str| {
        let persons = &SAMPLE["hes-apc"].traces.persons;
        let of_kind = (0..apc.num_rows()).filter(|row| kinds[*row].as_deref() == Some(kind));
        of_kind.map(|row| ((persons[row], admitted[row]), row)).collect::<BTreeMap<_, _>>()
    };
    let (deliveries, births) = (rows("2"), rows("3"));
    let mut checked = 0;
    for ((baby, born), row) in births {
        let life = &lives[baby as usize];
        let mother = life.kin.mother.and_then(|mother| deliveries.get(&(mother, born)));
        let Some(delivery) = mother.filter(|_| life.kin.twin.is_none()) else { continue };
        for column in ["GESTAT_1", "BIRWEIT_1"] {
            assert_eq!(number(column, row), number(column, *delivery), "{column}");
        }
        assert_eq!(methods[row], methods[*delivery]);
        let mother = &lives[life.kin.mother.expect("a mother") as usize];
        let pregnancies = pregnancies(&world, mother);
        let pregnancy = pregnancies.iter().find(|pregnancy| pregnancy.babies == [baby]).expect("a pregnancy");
        assert_eq!(number("GESTAT_1", row), Some((pregnancy.ended - pregnancy.last_period) / 7));
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn certificates_of_deaths_in_hospital_name_what_the_stay_was_for() {
    let (world, rates) = (World::new(17, PEOPLE), ErrorRates::none());
    let lives = world.lives(0..PEOPLE);
    let block = Block { world: &world, rates: &rates, choice: &FieldChoice::All, lives: &lives };
    let (deaths, apc) = (tables("deaths")[0].records(&block), tables("hes-apc")[0].records(&block));
    let died = texts(&apc.batch, "DISMETH");
    let diagnoses = texts(&apc.batch, "DIAG_4_01");
    let last: BTreeMap<u64, usize> = (0..apc.batch.num_rows())
        .filter(|row| died[*row].as_deref() == Some("4"))
        .map(|row| (apc.traces.persons[row], row))
        .collect();
    let mentions = ["S_COD_CODE_1", "S_COD_CODE_2", "S_COD_CODE_3"].map(|column| texts(&deaths.batch, column));
    let underlying = texts(&deaths.batch, "S_UNDERLYING_COD_ICD10");
    let mut checked = 0;
    for (row, person) in deaths.traces.persons.iter().enumerate().filter(|(row, _)| underlying[*row].is_some()) {
        assert_eq!(underlying[row], mentions[0][row]);
        let Some(episode) = last.get(person) else { continue };
        let diagnosis = diagnoses[*episode].as_deref().expect("a diagnosis").trim_end_matches('X').to_owned();
        assert!(mentions.iter().any(|mention| mention[row].as_ref() == Some(&diagnosis)));
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn dates_are_in_order() {
    let in_order = |name: &str, columns: &[&str]| {
        let columns: Vec<Vec<Option<i32>>> = columns.iter().map(|column| days(batch(name), column)).collect();
        for row in 0..batch(name).num_rows() {
            let dates: Vec<i32> =
                columns.iter().filter_map(|column| column[row].filter(|day| *day > HES_NULL_DATE)).collect();
            assert!(dates.is_sorted(), "{name}");
        }
    };
    in_order("hes-apc", &["ELECDATE", "ADMIDATE", "EPISTART", "EPIEND"]);
    in_order("hes-apc", &["EPISTART", "OPDATE_01", "EPIEND"]);
    in_order("hes-apc", &["ADMIDATE", "DISREADYDATE", "DISDATE"]);
    in_order("hes-op", &["REQDATE", "APPTDATE", "SUBDATE"]);
    in_order("ecds", &["ARRIVAL_DATE", "ASSESSMENT_DATE", "SEEN_DATE", "CONCLUSION_DATE", "DEPARTURE_DATE"]);
    in_order("ecds", &["SEEN_DATE", "DECIDED_TO_ADMIT_DATE", "CONCLUSION_DATE"]);
    in_order(
        "did",
        &["DiagnosticTestReqDate", "DiagnosticTestReqRecDate", "DiagnosticTestDate", "ServiceReportIssueDate"],
    );
    let window = World::new(17, 1).window;
    for (name, column, first) in [
        ("hes-op", "APPTDATE", window.start()),
        ("did", "DiagnosticTestDate", window.start()),
        ("ecds", "ARRIVAL_DATE", crate::calendar::day_of(2017, 10, 1).expect("a date")),
    ] {
        assert!(days(batch(name), column).iter().flatten().all(|day| (first..=window.last()).contains(day)), "{name}");
    }
    let last_of_ae = days(batch("hes-ae"), "ARRIVALDATE").into_iter().flatten().max().expect("a day");
    assert!(last_of_ae < super::hes::AFTER_AE);
}

#[test]
fn most_rows_are_appointments_and_some_people_have_very_many() {
    let rows = |name: &str| batch(name).num_rows() as f64 / PEOPLE as f64;
    let all = ["hes-apc", "hes-op", "hes-ae", "hes-cc"].map(rows);
    // The aim is about 15 HES rows a person in the shares in which they are published for a
    // year: 23 M episodes, 135 M appointments, 20 M attendances (six of the ten years), 1.2 M
    // critical care rows. Heavy users make the variance of rows a person about 600, so that
    // the mean's standard deviation is √(600 / 6,000) = 0.32; five of them.
    let sum: f64 = all.iter().sum();
    assert!((sum - 15.0).abs() < 1.6, "{all:?}");
    for (of, published) in all.iter().zip([230.0, 1_350.0, 120.0, 12.0]) {
        let share = published / 1_712.0;
        assert!((of / sum / share - 1.0).abs() < 0.35, "{all:?}");
    }
    let mut by_person = vec![0u32; PEOPLE as usize];
    SAMPLE["hes-op"].traces.persons.iter().for_each(|person| by_person[*person as usize] += 1);
    by_person.sort_unstable();
    let top: u32 = by_person[PEOPLE as usize * 9 / 10..].iter().sum();
    let share = f64::from(top) / batch("hes-op").num_rows() as f64;
    assert!((0.35..0.65).contains(&share), "the tenth with the most has {share}");
}

#[test]
fn appointments_keep_to_working_days_and_emergencies_to_winter() {
    let weekend = |day: &i32| date_of(*day).weekday().to_monday_zero_offset() >= 5;
    let appointments: Vec<i32> = days(batch("hes-op"), "APPTDATE").into_iter().flatten().collect();
    let share = appointments.iter().filter(|day| weekend(day)).count() as f64 / appointments.len() as f64;
    // First appointments fall on a weekend in 1.7 of 100, the others never.
    assert!(share < 0.017, "{share}");
    let arrivals: Vec<i32> = days(batch("hes-ae"), "ARRIVALDATE").into_iter().flatten().collect();
    let of = |months: [i8; 2]| arrivals.iter().filter(|day| months.contains(&date_of(**day).month())).count() as f64;
    let ratio = of([12, 1]) / of([7, 8]);
    // 256 of December and January against 216 and 206 of July and August: 1.21. About 1,100
    // each: the ratio's standard deviation is 5 %; nearly four of them.
    assert!((1.0..1.45).contains(&ratio), "{ratio}");
}
