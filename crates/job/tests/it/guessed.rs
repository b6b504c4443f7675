//! Jobs that are guessed for files nobody has described.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
use counterfoil_catalogue::{RoleSpec, RoleTable};
use counterfoil_core::Silent;
use counterfoil_job::check::Job;
use counterfoil_job::guess::{Guessed, Wish, guess};
use counterfoil_job::run::{Resources, run};
use counterfoil_synth::{SynthSpec, generate};

use crate::folder::Folder;
use crate::traps::write;

/// So many people: each has a family name, a date of birth and a postcode that no other has.
const PEOPLE: usize = 40;

fn family(person: usize) -> String {
    let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
    [letter(person * 7), 'e', letter(person * 11 + 3), 'o', letter(person * 5 + 1), letter(person / 26), 's']
        .iter()
        .collect()
}

/// Year, month and day.
fn born(person: usize) -> (usize, usize, usize) {
    (1940 + person, 1 + person % 12, 1 + person * 7 % 28)
}

fn date(person: usize) -> String {
    let (year, month, day) = born(person);
    format!("{year}-{month:02}-{day:02}")
}

/// Every fifth record lacks its postcode, by which a column of numbers becomes one of floats.
fn postcode(person: usize) -> Option<usize> {
    (!person.is_multiple_of(5)).then_some(10_200 + 13 * person)
}

fn guessed(folder: &Folder, files: [&str; 2]) -> Guessed {
    let paths = files.map(|file| folder.path().join(file).to_string_lossy().into_owned());
    guess(&paths.each_ref().map(String::as_str), Wish::default()).expect("files that can be linked")
}

/// The number of links of a guessed job between two files of the same people in the same order.
fn links(folder: &Folder, files: [&str; 2]) -> usize {
    let out = folder.path().join(format!("out-{}", files.join("-")));
    let job = Job::of_spec(guessed(folder, files).spec, &out).expect("a guessed job has no faults");
    let finished = run(&job, &out, Resources::default(), &Silent).expect("the job runs");
    usize::try_from(finished.manifest.linkage.links).expect("few links")
}

fn column(value: impl Fn(usize) -> Option<String>) -> ArrayRef {
    Arc::new((0..PEOPLE).map(value).collect::<StringArray>())
}

fn as_text(folder: &Folder, file: &str) {
    let columns = vec![
        ("surname", column(|person| Some(family(person)))),
        ("dob", column(|person| Some(date(person)))),
        ("zip", column(|person| postcode(person).map(|code| code.to_string()))),
    ];
    write(folder, file, columns);
}

#[test]
fn digits_in_columns_of_numbers_are_the_same_digits() {
    let folder = Folder::new();
    as_text(&folder, "text.parquet");
    let dates = (0..PEOPLE).map(born).map(|(year, month, day)| (year * 10_000 + month * 100 + day) as i64);
    let codes = (0..PEOPLE).map(|person| postcode(person).map(|code| code as f64));
    let ids = (0..PEOPLE).map(|person| person as f64);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Float64Array::from_iter_values(ids))),
        ("surname", column(|person| Some(family(person)))),
        ("dob", Arc::new(Int64Array::from_iter_values(dates))),
        ("zip", Arc::new(codes.collect::<Float64Array>())),
    ];
    write(&folder, "numbers.parquet", columns);
    // Numbers with a point are told for what they are, and are no record keys.
    let guessed = guessed(&folder, ["text.parquet", "numbers.parquet"]);
    let id = guessed.columns.iter().find(|column| column.column == "id").expect("a column");
    let why = "it is the id of a row, and no record key, which is text or a whole number";
    assert_eq!((id.role.as_str(), id.because.as_str()), ("record_key", why));
    assert!(guessed.spec.data_sets[1].record_key.is_none());
    assert_eq!(links(&folder, ["text.parquet", "numbers.parquet"]), PEOPLE);
}

#[test]
fn the_form_of_dates_is_that_of_the_dates_compared() {
    let folder = Folder::new();
    as_text(&folder, "text.parquet");
    let admitted = |person: usize| Some(format!("{:02}/{:02}/2019", 1 + person % 12, 13 + person % 15));
    let columns = vec![
        ("admitted", column(admitted)),
        ("surname", column(|person| Some(family(person)))),
        ("dob", column(|person| Some(date(person)))),
    ];
    write(&folder, "admissions.parquet", columns);
    let guessed = guessed(&folder, ["text.parquet", "admissions.parquet"]);
    assert_eq!(guessed.spec.data_sets[1].date_form.as_deref(), Some("auto"));
}

#[test]
fn years_of_two_digits_are_of_the_century_that_other_dates_say() {
    let folder = Folder::new();
    as_text(&folder, "text.parquet");
    let short = |person: usize| {
        let (year, month, day) = born(person);
        Some(format!("{:02}{month:02}{day:02}", year % 100))
    };
    let columns = vec![
        ("surname", column(|person| Some(family(person)))),
        ("dob", column(short)),
        ("zip", column(|person| postcode(person).map(|code| code.to_string()))),
    ];
    write(&folder, "short.parquet", columns);
    let latest = (0..PEOPLE).map(|person| born(person).0).max().expect("people");
    let guessed = guessed(&folder, ["text.parquet", "short.parquet"]);
    let [text, short] = &guessed.spec.data_sets[..] else { panic!("two data sets") };
    assert_eq!((text.end.as_deref(), short.date_form.as_deref()), (None, Some("short-ymd")));
    assert_eq!(short.end, Some(format!("{latest}-12-31")));
    assert_eq!(links(&folder, ["text.parquet", "short.parquet"]), PEOPLE);
}

#[test]
fn one_record_is_looked_up_in_a_register() {
    let folder = Folder::new();
    as_text(&folder, "text.parquet");
    // The second person.
    folder.write("one.csv", &format!("surname,dob,zip\n{},{},{}\n", family(1), date(1), postcode(1).expect("a code")));
    for files in [["one.csv", "text.parquet"], ["text.parquet", "one.csv"]] {
        assert_eq!(guessed(&folder, files).columns.iter().filter(|column| column.field.is_some()).count(), 6);
    }
    assert_eq!(links(&folder, ["one.csv", "text.parquet"]), 1);
}

#[test]
fn a_column_is_what_the_file_says_that_knows_it() {
    let folder = Folder::new();
    let sex = |person: usize| Some(["f", "m"][person % 2].to_owned());
    let town = |person: usize| Some(format!("{}{}", family(person % 25), "ham"));
    for (file, name) in [("known.parquet", "town"), ("unknown.parquet", "where_seen")] {
        let columns = vec![
            ("surname", column(|person| Some(family(person)))),
            ("dob", column(|person| Some(date(person)))),
            ("zip", column(|person| postcode(person).map(|code| code.to_string()))),
            ("sex", column(sex)),
            (name, column(town)),
        ];
        write(&folder, file, columns);
    }
    for files in [["known.parquet", "unknown.parquet"], ["unknown.parquet", "known.parquet"]] {
        let columns = guessed(&folder, files).columns;
        let seen = columns.iter().find(|column| column.column == "where_seen").expect("a column of the file");
        assert_eq!(seen.field.as_deref(), Some("city"), "{}", seen.because);
    }
}

/// Extracts with all their columns: of the hundred that hold codes, statuses and areas none is
/// taken for a person's.
#[test]
fn of_whole_extracts_only_what_is_of_the_person_is_compared() {
    let folder = Folder::new();
    let mut spec = SynthSpec::new(2_000, 5);
    spec.data_sets = ["hes-apc", "hes-ae", "ecds", "mhsds", "deaths"].map(str::to_owned).to_vec();
    generate(&spec, &folder.path().join("data"), &Silent).expect("the population can be made");
    let fields = |files: &[&str]| {
        let path = |file: &&str| folder.path().join("data").join(file).join("part-000.parquet");
        let paths: Vec<String> = files.iter().map(|file| path(file).to_string_lossy().into_owned()).collect();
        let guessed = guess(&paths.iter().map(String::as_str).collect::<Vec<_>>(), Wish::default());
        let columns = guessed.expect("files that can be linked").columns;
        let mut fields: Vec<String> = columns.into_iter().filter_map(|column| column.field).collect();
        fields.sort();
        fields.dedup();
        fields
    };
    let of_all = ["birth_date", "nhs_number", "postcode", "sex"];
    for files in [&["hes_apc"][..], &["hes_ae"], &["mhsds_mpi"], &["hes_apc", "deaths"], &["hes_ae", "deaths"]] {
        assert_eq!(fields(files), of_all, "{files:?}");
    }
    let with_names = ["birth_date", "family_name", "given_name", "nhs_number", "postcode", "sex"];
    assert_eq!(fields(&["ecds"]), with_names);
}

/// The field that each column became, file by file.
fn fields(folder: &Folder, files: [&str; 2]) -> Vec<(String, Option<String>)> {
    guessed(folder, files).columns.into_iter().map(|column| (column.column, column.field)).collect()
}

/// Of each column its field, as `column: field`.
fn said(fields: Vec<(String, Option<String>)>) -> Vec<String> {
    fields.into_iter().map(|(column, field)| format!("{column}: {}", field.as_deref().unwrap_or("-"))).collect()
}

/// Whoever moves has another number and another street at once.
#[test]
fn ages_are_compared_with_those_that_dates_of_birth_tell() {
    let folder = Folder::new();
    as_text(&folder, "births.parquet");
    let columns = vec![
        ("surname", column(|person| Some(family(person)))),
        ("age", column(|person| Some((2000 - born(person).0).to_string()))),
        ("zip", column(|person| postcode(person).map(|code| code.to_string()))),
    ];
    write(&folder, "ages.parquet", columns);
    let files = ["births.parquet", "ages.parquet"];
    // The last was born in 1979.
    let by_birth = RoleTable {
        born: Some("dob".to_owned()),
        at: Some(1979),
        kind: Some("number".to_owned()),
        ..RoleTable::default()
    };
    assert_eq!(guessed(&folder, files).spec.data_sets[0].roles["age_by_birth"], RoleSpec::Table(by_birth));
    assert_eq!(links(&folder, files), PEOPLE);
}

#[test]
fn the_number_of_a_house_and_its_street_are_one_address() {
    let folder = Folder::new();
    let streets = ["Mill Lane", "High Street", "Park Road", "Church Lane"];
    for (file, number, street) in
        [("a.parquet", "house_num", "street_name"), ("b.parquet", "premises", "address_line_1")]
    {
        let columns = vec![
            ("surname", column(|person| Some(family(person)))),
            ("dob", column(|person| Some(date(person)))),
            (number, column(|person| Some((3 + person * 7 % 90).to_string()))),
            (street, column(|person| Some(streets[person % 4].to_owned()))),
        ];
        write(&folder, file, columns);
    }
    let of_both = ["surname: family_name", "dob: birth_date"];
    let wanted = [
        &of_both[..],
        &["house_num: address_line", "street_name: address_line"],
        &of_both,
        &["premises: address_line", "address_line_1: address_line"],
    ]
    .concat();
    assert_eq!(said(fields(&folder, ["a.parquet", "b.parquet"])), wanted);
    assert_eq!(links(&folder, ["a.parquet", "b.parquet"]), PEOPLE);
}

#[test]
fn a_postcode_is_found_behind_an_address() {
    let folder = Folder::new();
    let letter = |number: usize| char::from(b'A' + (number % 8) as u8);
    let postcode =
        |person: usize| format!("LS{} {}{}{}", 1 + person % 9, person % 10, letter(person), letter(person / 8));
    let names =
        || vec![("surname", column(|person| Some(family(person)))), ("dob", column(|person| Some(date(person))))];
    let whole = column(|person| Some(format!("{} Mill Lane, Leeds, {}", 1 + person, postcode(person))));
    write(&folder, "a.parquet", [names(), vec![("property", whole)]].concat());
    let parts = vec![
        ("addr1", column(|person| Some(format!("{} Mill Lane", 1 + person)))),
        ("postcode", column(|person| Some(postcode(person)))),
    ];
    write(&folder, "b.parquet", [names(), parts].concat());
    let wanted = ["surname: family_name", "dob: birth_date", "property: address_line"];
    assert_eq!(said(fields(&folder, ["a.parquet", "b.parquet"]))[..3], wanted);
    assert_eq!(links(&folder, ["a.parquet", "b.parquet"]), PEOPLE);
    let job = guessed(&folder, ["a.parquet", "b.parquet"]).spec;
    assert!(job.data_sets.iter().all(|data_set| data_set.roles.contains_key("postcode")));
}

#[test]
fn lists_are_fields_of_several_values() {
    let folder = Folder::new();
    let phone = |number: usize| format!("07700 {:06}", 900_000 + number);
    let lists = |second: bool| -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for person in 0..PEOPLE {
            lists.values().append_value(phone(person));
            if second {
                lists.values().append_value(phone(500 + person));
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    for (file, phones) in
        [("a.parquet", lists(true)), ("b.parquet", column(|person| Some(phone(person)))), ("c.parquet", lists(false))]
    {
        write(&folder, file, vec![("surname", column(|person| Some(family(person)))), ("phones", phones)]);
    }
    for files in [["a.parquet", "b.parquet"], ["c.parquet", "a.parquet"]] {
        let wanted = ["surname: family_name", "phones: phone"].repeat(2);
        assert_eq!(said(fields(&folder, files)), wanted, "{files:?}");
        assert_eq!(links(&folder, files), PEOPLE, "{files:?}");
    }
}
