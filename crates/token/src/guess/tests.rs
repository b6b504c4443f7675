//! Files as a stranger brings them, with the roles that a reader of them would give.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int32Array, ListArray, StringArray, types::Int32Type};
use proptest::prelude::*;

use super::GuessedKind as K;
use super::GuessedRole as R;
use super::*;

/// A column of text, its values parted by commas, repeated until there are so many rows.
fn column(values: &str, rows: usize) -> Vec<ArrayRef> {
    let values: Vec<Option<&str>> =
        values.split(',').map(|value| Some(value.trim()).filter(|v| !v.is_empty())).collect();
    vec![Arc::new((0..rows).map(|i| values[i % values.len()]).collect::<StringArray>())]
}

/// A column of `text` with each row's number in place of `#`, and twice that of `%`.
fn numbered(text: &str, rows: usize) -> Vec<ArrayRef> {
    let value = |i: usize| text.replace('#', &i.to_string()).replace('%', &(i / 2).to_string());
    vec![Arc::new(StringArray::from_iter_values((0..rows).map(value)))]
}

/// Looks at a file of named columns and holds each role and kind to what is expected.
fn check(file: &[(&str, Vec<ArrayRef>, R, K)]) -> Vec<Guess> {
    let columns: Vec<(&str, Vec<ArrayRef>)> = file.iter().map(|(name, values, ..)| (*name, values.clone())).collect();
    let guesses = look(&columns);
    for (guess, (name, _, role, kind)) in guesses.iter().zip(file) {
        assert_eq!((guess.role, guess.kind), (Some(*role), *kind), "{name}: {}", guess.because);
    }
    guesses
}

const GIVEN: &str = "Sarah,Tunde,William,Maria,Xiu,Jack,Emily,Goran";
const FAMILY: &str = "Smith,Okoro,Wilson,Featherby,Jones,Garcia,Plumtree";
const DATES: &str =
    "1931-02-11,1944-12-01,1951-05-30,1960-07-19,1972-03-03,1980-01-31,1999-09-09,2004-10-21,2011-06-06";
const POSTCODES: &str = "SW1A 1AA,M1 1AE,B33 8TH,CR2 6XH,DN55 1PT";
const STREETS: &str = "7 Mill Lane,12 Station Road,3 Church Street,Hilltop,91 Park Avenue";

fn linkable_names(guesses: &[Guess]) -> Vec<&str> {
    let uses = linkable(&guesses.iter().collect::<Vec<_>>(), &[], &[]).uses;
    guesses.iter().zip(&uses).filter(|(_, used)| used.compared).map(|(guess, _)| guess.column.as_str()).collect()
}

#[test]
fn a_british_file_with_speaking_names() {
    let guesses = check(&[
        ("patient_id", numbered("P#", 63), R::RecordKey, K::Identifier),
        ("NHSNumber", column("9434765919,4010232137,9876543210", 63), R::NhsNumber, K::NhsNumber),
        ("Forename", column(GIVEN, 63), R::GivenName, K::Name),
        ("LAST_NAME", column(FAMILY, 63), R::FamilyName, K::Name),
        ("dob", column(DATES, 63), R::BirthDate, K::Date),
        ("Gender", column("1,2,1,9", 63), R::Sex, K::Sex),
        ("PostCode", column(POSTCODES, 63), R::Postcode, K::Postcode),
        ("addr1", column(STREETS, 63), R::AddressLine, K::Words),
        ("mobile_no", column("07700 900123,07700900456", 63), R::Phone, K::Text),
        ("e-mail", column("a@b.uk,c.d@e.org", 63), R::Email, K::Email),
        ("mother_forename", column(GIVEN, 63), R::Other, K::Name),
        ("cluster", numbered("%", 63), R::Truth, K::Identifier),
        ("source", column("gp,hospital", 63), R::RecordNote, K::Category),
    ]);
    assert!(guesses[11].because.contains("never linked on"), "{}", guesses[11].because);
    let reversed = linkable(&guesses.iter().collect::<Vec<_>>(), &[], &[]).reversed;
    assert_eq!(reversed, [(2, 3)]);
    let compared = ["NHSNumber", "Forename", "LAST_NAME", "dob", "Gender", "PostCode", "addr1", "mobile_no", "e-mail"];
    // A mother's name is no role, and yet tells people apart.
    assert_eq!(linkable_names(&guesses), [&compared[..], &["mother_forename"]].concat());
}

#[test]
fn the_same_file_with_names_that_say_nothing() {
    check(&[
        ("col_0", numbered("P#", 63), R::RecordKey, K::Identifier),
        ("col_1", column("9434765919,4010232137,9876543210", 63), R::NhsNumber, K::NhsNumber),
        ("col_2", column(GIVEN, 63), R::GivenName, K::Name),
        ("col_3", column(FAMILY, 63), R::FamilyName, K::Name),
        ("col_4", column(DATES, 63), R::BirthDate, K::Date),
        ("col_5", column("M,F,F", 63), R::Sex, K::Sex),
        ("col_6", column(POSTCODES, 63), R::Postcode, K::Postcode),
        ("col_7", column(STREETS, 63), R::AddressLine, K::Words),
        ("col_8", column("07700 900123,07700900456", 63), R::Phone, K::Identifier),
        ("col_9", column("a@b.uk,c.d@e.org", 63), R::Email, K::Email),
        // Digits for a sex are read only where a name says that they are; so with many others.
        ("col_10", column("1,2", 63), R::Other, K::Category),
    ]);
}

#[test]
fn contents_win_over_names_that_contradict_them() {
    let guesses = check(&[
        ("postcode", column(DATES, 63), R::BirthDate, K::Date),
        ("surname", column("a@b.uk,c.d@e.org", 63), R::Email, K::Email),
        ("id", column("9434765919,4010232137,9876543210", 63), R::NhsNumber, K::NhsNumber),
        ("email", column(POSTCODES, 63), R::Postcode, K::Postcode),
        // An id that fails the check digit is no NHS number, whatever its name.
        ("nhs_id", column("4022782970,4022893836,4024564745", 63), R::NationalIdentifier, K::Identifier),
        ("nhs_no", column("AB 12 X9,CD 34 Y8,EF 56 Z7", 63), R::NationalIdentifier, K::Identifier),
        // Neither what its name says nor anything else.
        ("first_name", column("12,7,45,3,8,19", 63), R::Other, K::Category),
    ]);
    assert_eq!(guesses[6].because, "its contents are not what its name says");
    assert!(guesses[6].confidence < 0.5);
}

#[test]
fn what_is_said_of_an_id_is_no_id() {
    check(&[
        ("NHSNO", column("9434765919,4010232137,9876543210", 150), R::NhsNumber, K::NhsNumber),
        // Three codes of fifty rows each.
        ("NHSNOIND", column("01,02,03", 150), R::Other, K::Category),
        ("SSN", column("A1,B2,C3", 150), R::Other, K::Category),
        ("NHS_NUMBER_STATUS", column("01,02,03", 150), R::Other, K::Category),
    ]);
}

#[test]
fn a_number_is_that_of_a_house_or_of_a_row() {
    check(&[
        ("Number", column("7,12,3,91,4", 120), R::StreetNumber, K::Identifier),
        ("city", column("Leeds,York,Hull", 120), R::City, K::Text),
    ]);
    check(&[("Number", numbered("#", 120), R::RecordKey, K::Identifier)]);
}

#[test]
fn made_up_people_have_numbers_after_their_names() {
    check(&[
        ("FIRST", column("José871,Ann12,Mary-Kate3,Emil906", 60), R::GivenName, K::Name),
        ("LAST", column("Smith1,Okoro92,O'Hara4", 60), R::FamilyName, K::Name),
        ("MAIDEN", column("Jones7,Garcia88", 60), R::Other, K::Name),
        // Hashes are no names.
        ("surname", column("a3f9c1,9b1e07,77d0aa", 60), R::Other, K::Category),
        ("EXPENSES", numbered("1#.25", 60), R::Other, K::Number),
    ]);
}

#[test]
fn historical_people() {
    let years = "1812,1831,1840,1779,1799,1823,1861,1854";
    let guesses = check(&[
        ("person_id", numbered("Q%", 64), R::Truth, K::Identifier),
        ("full_name", column("ann lee,john lee,mary fox,ann fox,john fox,mary lee", 60), R::FullName, K::Words),
        ("first_name", column("ann,john,mary", 60), R::GivenName, K::Name),
        ("surname", column("lee,lee,fox,fox", 60), R::FamilyName, K::Name),
        ("yob", column(years, 64), R::BirthYear, K::Date),
        ("birth_place", column("devon,kent,st ives", 64), R::BirthPlace, K::Text),
        ("occupation", column("peer,farm labourer,weaver", 64), R::Occupation, K::Text),
        ("born", column("abt 1812,1831-04-02,c. 1840", 64), R::BirthDate, K::Text),
    ]);
    assert!(!linkable_names(&guesses).contains(&"full_name"));
    // A date of birth that is years only is a year of birth.
    check(&[("dob", column(years, 64), R::BirthYear, K::Date)]);
}

#[test]
fn other_countries() {
    check(&[
        ("Vorname", column("Jürgen,Anke,Uwe", 63), R::GivenName, K::Name),
        ("Nachname", column("Müller,Groß,Weiß", 63), R::FamilyName, K::Name),
        ("Geburtsdatum", column("7.3.1951,30.12.1988", 63), R::BirthDate, K::Date),
        ("PLZ", column("01067,10115,80331", 63), R::Postcode, K::Postcode),
        ("Wohnort", column("Dresden,Ulm", 63), R::City, K::Text),
        ("Geschlecht", column("m,w", 63), R::Sex, K::Sex),
    ]);
    let american = check(&[
        ("LName", column(FAMILY, 63), R::FamilyName, K::Name),
        ("birthdate", column("12/31/1950,04/17/1971,01/02/1988", 63), R::BirthDate, K::Date),
        ("zip", column("27601,27513-4411", 63), R::Postcode, K::Postcode),
        ("state", column("NC,VA", 63), R::County, K::Category),
        ("SSN", column("219-09-9999,078-05-1120", 63), R::NationalIdentifier, K::Text),
    ]);
    assert_eq!(american[1].date_form, Some(DateForm::Mdy));
    check(&[
        ("x1", column("1234 AB,4321 ZX,9999 CD", 63), R::Postcode, K::Postcode),
        ("x2", column("K1A 0B1,V5K 0A1", 63), R::Other, K::Postcode),
    ]);
}

#[test]
fn dates_as_programs_export_them() {
    let files = [
        ("dob", "24/06/71,01/02/38,30/11/99", DateForm::ShortDmy),
        ("Date of birth", "06/24/71,01/02/38,11/30/99", DateForm::ShortMdy),
        ("BIRTH_DT", "24-JUN-71,01-FEB-38,30-NOV-99", DateForm::ShortDmy),
        ("dob", "26108,13912,36494,9800", DateForm::Excel),
        ("dob", "26108.0,13912.0,36494.0,01/03/1898", DateForm::Excel),
        ("dob", "19710624,19380201", DateForm::Auto),
        ("dob", "1971-06-24,1938,1999-11-30", DateForm::Auto),
        ("dob", "24.06.1971,1938,1999", DateForm::Auto),
    ];
    for (name, dates, form) in files {
        let guesses = check(&[(name, column(dates, 60), R::BirthDate, K::Date)]);
        assert_eq!(guesses[0].date_form, Some(form), "{name}");
    }
    check(&[
        ("birth day", column("7,21,30,1", 60), R::BirthDay, K::Number),
        ("birth month", column("7,12,3,1", 60), R::BirthMonth, K::Number),
        ("birth year", column("1971,1938,1999", 60), R::BirthYear, K::Date),
    ]);
    // Without a name numbers are no dates, and years stay years.
    check(&[("x", column("26108,13912,36494,9800", 60), R::Other, K::Category)]);
    check(&[("dob", column("1971,1938,1999", 60), R::BirthYear, K::Date)]);
}

#[test]
fn dates_in_parts_with_and_without_names() {
    let named = check(&[
        ("fname_c1", column(GIVEN, 63), R::GivenName, K::Name),
        ("fname_c2", column("Peter,,,,Ann,", 63), R::MiddleName, K::Name),
        ("by", column("1951,1960,1972", 63), R::BirthYear, K::Date),
        ("bm", column("1,12,3,13", 64), R::BirthMonth, K::Number),
        ("bd", column("31,2,3", 63), R::BirthDay, K::Number),
    ]);
    let dated = check(&[("dob", column(DATES, 63), R::BirthDate, K::Date)]);
    let matching = match_columns(&named, &dated);
    assert_eq!((&matching.pairs[0].left, &matching.pairs[0].right), (&vec![2, 3, 4], &vec![0]));
    assert_eq!((matching.pairs.len(), matching.unused_left), (1, vec![0, 1]));

    let up_to =
        |most: i32| -> Vec<ArrayRef> { vec![Arc::new(Int32Array::from_iter_values((0..930).map(|i| i % most + 1)))] };
    check(&[
        ("v1", vec![Arc::new(Int32Array::from_iter_values((0..930).map(|i| 1920 + i % 80)))], R::BirthYear, K::Date),
        ("v2", up_to(12), R::BirthMonth, K::Number),
        ("v3", up_to(31), R::BirthDay, K::Number),
    ]);
}

#[test]
fn typed_columns_empty_columns_and_lists() {
    let days =
        |span: i32| -> Vec<ArrayRef> { vec![Arc::new(Date32Array::from_iter_values((0..63).map(|i| i * span)))] };
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), Some(2)]); 63]);
    let columns = [
        // 62 days of 500: eight tenths of them are some seventy years apart. The other spans weeks.
        ("EPISTART", days(1)),
        ("when", days(500)),
        ("none", column("", 63)),
        ("past", vec![Arc::new(lists) as ArrayRef]),
        ("nothing", Vec::new()),
    ];
    let guesses = look(&columns);
    let found: Vec<_> = guesses.iter().map(|guess| (guess.role, guess.kind)).collect();
    let none = (None, K::None);
    assert_eq!(found, [(Some(R::Other), K::Date), (Some(R::BirthDate), K::Date), none, none, none]);
    assert_eq!((guesses[1].date_form, guesses[2].missing), (None, 63));
    assert_eq!(linkable_names(&guesses), ["when"]);
}

#[test]
fn a_year_of_birth_tells_people_apart_where_no_date_does() {
    let year = ("birth_year", column("1931,1951,1962,1978", 64));
    let name = ("name", column(FAMILY, 64));
    assert_eq!(linkable_names(&look(&[name.clone(), year.clone()])), ["name", "birth_year"]);
    assert_eq!(linkable_names(&look(&[name, year, ("dob", column(DATES, 64))])), ["name", "dob"]);
}

#[test]
fn an_age_tells_people_apart_where_no_birth_does() {
    let ages = column("31,45,7,62,18,70,29,54", 64);
    let name = ("surname", column(FAMILY, 64));
    let guesses = check(&[
        ("surname", column(FAMILY, 64), R::FamilyName, K::Name),
        ("Alder", ages.clone(), R::Age, K::Number),
        // A unit before the years makes it no age in years.
        ("idade", column("4031,4045,3007,4062", 64), R::Other, K::Category),
    ]);
    assert_eq!(linkable_names(&guesses), ["surname", "Alder", "idade"]);
    assert_eq!(
        linkable_names(&look(&[name, ("age", ages), ("yob", column("1931,1951,1962,1978", 64))])),
        ["surname", "yob"]
    );
}

#[test]
fn what_somebody_is_in_a_household_is_not_compared_whatever_it_is_called() {
    let guesses = check(&[
        ("surname", column(FAMILY, 64), R::FamilyName, K::Name),
        ("stilling", column("Husbond,hans Kone,deres Datter,Tjenestekarl", 64), R::RecordNote, K::Category),
        ("relation", column("Head,Wife,Son,Mother in Law,Boarder", 64), R::RecordNote, K::Category),
        // Two in eight are no trade of their own.
        ("trade", column("Farmer,Wife,Weaver,Son,Baker,Mason,Tailor,Clerk", 64), R::Occupation, K::Text),
    ]);
    assert_eq!(linkable_names(&guesses), ["surname", "trade"]);
}

#[test]
fn an_age_and_the_year_that_it_was_told_in_stand_for_a_year_of_birth() {
    let ages = || column("31,45,7,62,18,70,29,54", 64);
    let name = || ("surname", column(FAMILY, 64));
    let census = look(&[name(), ("age", ages()), ("census_year", column("1881", 64))]);
    let register = look(&[name(), ("yob", column("1850,1836,1874,1819", 64))]);
    assert_eq!(age_with_year(&census), Some([1, 2]));
    let matched = |left: &[Guess], right: &[Guess]| {
        let pairs = match_columns(left, right).pairs;
        pairs.into_iter().find(|pair| pair.role == R::BirthYear).map(|pair| (pair.left, pair.right, pair.kind))
    };
    assert_eq!(matched(&census, &register), Some((vec![1, 2], vec![1], K::Date)));
    assert_eq!(matched(&register, &census), Some((vec![1], vec![1, 2], K::Date)));
    // A year of something else says nothing of when an age was told.
    let wed = look(&[name(), ("age", ages()), ("marriage_year", column("1881", 64))]);
    assert_eq!((age_with_year(&wed), matched(&wed, &register)), (None, None));
    // Where all are dead their ages are those at death; some of a register of the living are.
    let of_death = |years| look(&[name(), ("age", ages()), ("Year buried", column(years, 64))]);
    assert_eq!(age_with_year(&of_death("1881,1882")), Some([1, 2]));
    assert_eq!(age_with_year(&of_death("1881,,,")), None);
    // Where both have ages these are compared.
    assert_eq!(matched(&census, &census), None);
}

#[test]
fn an_age_and_a_date_of_birth_are_ages() {
    let name = || ("surname", column(FAMILY, 64));
    let calls = look(&[name(), ("Patient Age", column("31,45,7,62,18,70,29,54", 64))]);
    let register = look(&[name(), ("dob", column(DATES, 64))]);
    let matched = |left: &[Guess], right: &[Guess]| {
        let pairs = match_columns(left, right).pairs;
        pairs.into_iter().find(|pair| pair.role == R::Age).map(|pair| (pair.left, pair.right, pair.kind))
    };
    assert_eq!(matched(&calls, &register), Some((vec![1], vec![1], K::Number)));
    assert_eq!(matched(&register, &calls), Some((vec![1], vec![1], K::Number)));
    // Where the other has both, it is the ages that are compared.
    let both = look(&[name(), ("dob", column(DATES, 64)), ("age", column("31,45,7,62", 64))]);
    assert_eq!(matched(&calls, &both), Some((vec![1], vec![2], K::Number)));
    assert_eq!(matched(&register, &both), None);
}

#[test]
fn lines_of_an_address_that_are_called_otherwise_in_the_other_file_make_one() {
    let file = |names: [&str; 2]| {
        look(&[
            ("surname", column(FAMILY, 63)),
            (names[0], column("7 Mill Lane,12 High Street,3 Station Road", 63)),
            (names[1], column("Woodhouse,Headingley,Horsforth", 63)),
        ])
    };
    let joined = |left: &[Guess], right: &[Guess]| {
        let pairs = match_columns(left, right).pairs;
        pairs.into_iter().find(|pair| pair.role == R::AddressLine).map(|pair| (pair.left, pair.right))
    };
    let (ours, theirs) = (file(["Addr1", "Addr2"]), file(["address_line_1", "address_line_2"]));
    assert_eq!(joined(&ours, &theirs), Some((vec![1, 2], vec![1, 2])));
    assert_eq!(joined(&ours, &file(["ADDR_1", "ADDR_2"])), Some((vec![1], vec![1])), "the same lines");
    // A home and a place of work are two addresses.
    let two = file(["home_address", "work_address"]);
    assert_eq!(joined(&ours, &two), Some((vec![1], vec![1])));
}

#[test]
fn a_month_with_its_year_is_a_date_of_birth() {
    check(&[
        ("Month and year of birth", column("Mar 1972,Apr 1950,Dec 1999", 63), R::BirthDate, K::Date),
        ("surname", column(FAMILY, 63), R::FamilyName, K::Name),
    ]);
    check(&[
        ("month_of_birth", column("3/1972,4/1950,12/1999", 63), R::BirthDate, K::Date),
        ("surname", column(FAMILY, 63), R::FamilyName, K::Name),
    ]);
}

#[test]
fn whoever_records_are_of_is_named_where_there_are_several_words() {
    // Names that no list has.
    let names = "Ermes Acerbi,Blanka Dudek,Alberico Tagliaferro,Rosalba Pisani";
    check(&[
        ("Passenger", column(names, 63), R::FullName, K::Words),
        ("Ship", column("Roma Nova,Stella Maris,Patricia", 300), R::Other, K::Category),
    ]);
    check(&[("Member", column("Gold,Silver", 300), R::Other, K::Category)]);
    check(&[("Patient", numbered("AB#", 63), R::RecordKey, K::Identifier)]);
}

#[test]
fn unknown_columns_are_left_out_where_enough_are_known() {
    let guesses = look(&[
        ("phone", numbered("+447700900#", 63)),
        ("postcode", column(POSTCODES, 63)),
        ("sex", column("1,2", 63)),
        ("group", column("a,b,c,d,e,f,g", 63)),
        ("dob", column(DATES, 63)),
        ("dod", column("2001-02-03,2001-02-04", 63)),
        ("ssn", numbered("AB1234%", 63)),
    ]);
    let compared = |besides: &[usize]| {
        let besides: Vec<Vec<&Guess>> = besides.iter().map(|at| vec![&guesses[*at]]).collect();
        let uses = linkable(&guesses[..4].iter().collect::<Vec<_>>(), &[], &besides).uses;
        uses.iter().map(|used| used.compared).collect::<Vec<_>>()
    };
    assert_eq!(compared(&[]), [true; 4]);
    // With a date in three columns four fields are known. Of 63 rows there are 2 · log2(63) = 12.0 bits
    // of pairs; the four tell 6.0, 2.4, 1.0 and 3.3.
    assert_eq!(compared(&[4]), [true, true, true, false]);
    // A date that half of them share tells 1.0: that is not enough.
    assert_eq!(compared(&[5]), [true; 4]);
    // An id is, also on several rows.
    assert_eq!(compared(&[6]), [true, true, true, false]);
}

#[test]
fn columns_that_repeat_others_are_left_out() {
    let guesses = look(&[
        ("address_1", column("7 Mill Lane,12 Oak Road,3 Church Street,91 Park Avenue,5 Elm Grove", 60)),
        ("town", column("Leeds,York,Hull,Bath,Ely", 60)),
        (
            "full_address",
            column("7 Mill Lane Leeds,12 Oak Road York,3 Church Street Hull,91 Park Avenue Bath,5 Elm Grove Ely", 60),
        ),
        ("city", column("Leeds,York,Hull,Bath,Ely", 60)),
        ("status", column("open", 60)),
    ]);
    assert_eq!(linkable_names(&guesses), ["address_1", "town"]);
}

#[test]
fn columns_of_two_files_find_each_other() {
    let left = look(&[
        ("rec_id", numbered("L#", 64)),
        ("firstname", column(GIVEN, 64)),
        ("surname", column(FAMILY, 64)),
        ("dob", column(DATES, 64)),
        ("ref", numbered("K%-7", 64)),
        ("zip", column("27601,27513", 64)),
        ("tel", column("0113 496 0000", 64)),
    ]);
    let right = look(&[
        ("Rec_Id", numbered("R#", 64)),
        ("last_name", column(FAMILY, 64)),
        ("FirstName", column("Xaver,Ygor,Zdenek", 64)),
        ("birth_year", column("1931,1951", 64)),
        ("member code", numbered("k%-7", 64)),
        ("PostCode", column(POSTCODES, 64)),
    ]);
    let matching = match_columns(&left, &right);
    let found: Vec<_> = matching.pairs.iter().map(|pair| (pair.left[0], pair.right[0], pair.role, pair.by)).collect();
    assert_eq!(
        found,
        [
            (1, 2, R::GivenName, MatchedBy::Name),
            (2, 1, R::FamilyName, MatchedBy::Role),
            (3, 3, R::BirthDate, MatchedBy::Role),
            (4, 4, R::Other, MatchedBy::Values),
            (5, 5, R::Postcode, MatchedBy::Role),
        ]
    );
    assert_eq!((matching.unused_left, matching.unused_right), (vec![0, 6], vec![0]));
}

#[test]
fn of_several_columns_of_one_role_the_one_that_shares_values_is_the_partner() {
    let streets = |from: usize| -> Vec<ArrayRef> {
        let streets = (0..200).map(|i| format!("{} Lane", from + i));
        vec![Arc::new(StringArray::from_iter_values(streets))]
    };
    let left = look(&[("street", streets(0))]);
    let right = look(&[("work_street", streets(5000)), ("home_street", streets(20))]);
    let matching = match_columns(&left, &right);
    assert_eq!(matching.pairs[0].right, [1]);
    // No column of the employer is the person's, whatever it shares.
    let right = look(&[("employer_street", streets(0)), ("mailing_street", streets(5000))]);
    assert_eq!(match_columns(&left, &right).pairs[0].right, [1]);
}

#[test]
fn parts_of_a_name_are_put_together_as_whole_ones_are_read() {
    let parts = || {
        look(&[
            ("surname", column(FAMILY, 63)),
            ("forename", column(GIVEN, 63)),
            ("middle_name", column("Ann,Lee", 63)),
            ("dob", column(DATES, 63)),
        ])
    };
    let order = |whole: &str| {
        let whole = look(&[("dob", column(DATES, 63)), ("name", vec![Arc::new(StringArray::from(vec![whole; 63]))])]);
        let matching = match_columns(&whole, &parts());
        let name = matching.pairs.iter().find(|pair| pair.role == R::FullName).expect("a pair of names");
        assert_eq!((&name.left[..], name.kind), (&[1][..], K::Words));
        name.right.clone()
    };
    assert_eq!(order("Sarah Ann Smith"), [1, 2, 0]);
    assert_eq!(order("Smith, Sarah"), [1, 2, 0]);
}

#[test]
fn codes_are_the_same_with_marks_and_without() {
    let ids = |values: &str| look(&[("ssn", column(values, 60))]);
    let (marked, plain) = (ids("219-09-9999,078-05-1120"), ids("219099999,078051120"));
    let kind = |left: &[Guess], right: &[Guess]| match_columns(left, right).pairs[0].kind;
    assert_eq!((kind(&marked, &plain), kind(&plain, &marked)), (K::Text, K::Text));
    assert_eq!(kind(&plain, &plain), K::Identifier);
    check(&[
        ("phone", column("(020) 7946-0000,02079460001", 60), R::Phone, K::Text),
        ("nino", column("QQ 12 34 56 A,QQ 65 43 21 B", 60), R::NationalIdentifier, K::Text),
    ]);
}

#[test]
fn whole_addresses_find_their_parts() {
    let look = |columns: &[(&str, &str)]| {
        look(&columns.iter().map(|(name, values)| (*name, column(values, 60))).collect::<Vec<_>>())
    };
    let whole = look(&[("surname", FAMILY), ("address", "7 Mill Lane Bath BA1 1AA,12 Park Road Wells BA5 2PD")]);
    let parts = look(&[
        ("surname", FAMILY),
        ("house_no", "7,12"),
        ("street", "Mill Lane,Park Road"),
        ("town", "Bath,Wells"),
        ("postcode", "BA1 1AA,BA5 2PD"),
    ]);
    let address = |left: &[Guess], right: &[Guess]| {
        let pairs = match_columns(left, right).pairs.into_iter();
        let mut of_addresses = pairs.filter(|pair| pair.role == R::AddressLine).map(|pair| (pair.left, pair.right));
        of_addresses.next()
    };
    assert_eq!(address(&whole, &parts), Some((vec![1], vec![1, 2, 3, 4])));
    assert_eq!(address(&parts, &whole), Some((vec![1, 2, 3, 4], vec![1])));
    // A street is no whole address, and one beside a town is none either.
    let street = look(&[("surname", FAMILY), ("address", "7 Mill Lane,12 Park Road")]);
    assert_eq!(address(&street, &parts), Some((vec![1], vec![2])));
    assert_eq!(address(&parts, &parts), Some((vec![2], vec![2])));
}

#[test]
fn one_name_column_of_several_words_is_a_whole_name() {
    let whole = "ana maria souza,pedro lima,rita de cassia alves,davi rocha";
    let registers = [
        check(&[
            ("nm_pacient", column(whole, 64), R::FullName, K::Words),
            ("nm_mae_pac", column("lia souza,eva lima,sara alves", 64), R::Other, K::Name),
            ("dt_nasc", column("11021931,01121944,30051951,19071960,31011999", 64), R::BirthDate, K::Date),
        ]),
        check(&[
            ("NOM", column(whole, 64), R::FullName, K::Words),
            ("DDN", column("11/02/1931,01/12/1944", 64), R::BirthDate, K::Date),
        ]),
        check(&[("nombre", column(whole, 64), R::FullName, K::Words)]),
    ];
    assert_eq!(registers[0][2].date_form, Some(DateForm::Dmy));
    // With the other names beside them they are what their name says.
    check(&[
        ("nombre", column("ana maria,pedro,rita elena,luis alberto,jose luis", 60), R::GivenName, K::Name),
        ("apellidos", column("souza lima,alves roca", 64), R::FamilyName, K::Name),
    ]);
}

#[test]
fn initials_are_given_names_where_there_are_no_others() {
    let initials = ("initials", column("J.,A.B.,C.D.,M.", 60));
    let roles = |columns: &[(&str, Vec<ArrayRef>)]| look(columns).iter().map(|guess| guess.role).collect::<Vec<_>>();
    let family = ("surname", column(FAMILY, 60));
    assert_eq!(roles(&[initials.clone(), family.clone()]), [Some(R::GivenName), Some(R::FamilyName)]);
    let beside_names = roles(&[initials, family, ("forename", column(GIVEN, 60))]);
    assert_eq!(beside_names, [Some(R::MiddleName), Some(R::FamilyName), Some(R::GivenName)]);
}

#[test]
fn an_id_of_whatever_that_repeats_is_never_linked_on() {
    let guesses = check(&[
        ("household_id", numbered("H%", 64), R::Truth, K::Identifier),
        ("case_id", numbered("C#", 64), R::RecordKey, K::Identifier),
        ("label_true", numbered("%", 64), R::Truth, K::Identifier),
        ("firstname", column(GIVEN, 64), R::GivenName, K::Name),
    ]);
    assert_eq!(linkable_names(&guesses), ["firstname"]);
}

#[test]
fn a_shared_unnamed_id_is_an_identifier_and_row_numbers_are_not() {
    let file = |from: usize| {
        let ids = StringArray::from_iter_values((from..from + 100).map(|i| format!("{:06}", i * 7919 % 999_983)));
        look(&[("a", vec![Arc::new(ids) as ArrayRef]), ("b", numbered("#", 100))])
    };
    // Sixty of a hundred ids are in both files; all row numbers are, and mean nothing.
    let matching = match_columns(&file(0), &file(40));
    let found: Vec<_> = matching.pairs.iter().map(|pair| (pair.left[0], pair.right[0], pair.role)).collect();
    assert_eq!(found, [(0, 0, R::NationalIdentifier)]);
}

#[test]
fn a_date_that_says_what_happened_is_no_date_of_birth() {
    let of = |name| look(&[("name", column(FAMILY, 63)), (name, column(DATES, 63))])[1].role;
    assert_eq!([of("ArrivalDate"), of("date")], [Some(R::Other), Some(R::BirthDate)]);
}

#[test]
fn few_words_on_many_rows_are_no_names() {
    let of = |rows| look(&[("Lot", column("Patricia,Bremen,Pennsylvania", rows))])[0].role;
    assert_eq!([of(300), of(30)], [Some(R::Other), Some(R::GivenName)]);
}

#[test]
fn an_id_that_no_two_rows_share_is_one_of_rows_where_one_file_is_all() {
    let guesses = look(&[("voter_id", numbered("AB#", 200)), ("ssn", numbered("AB%", 200))]);
    assert_eq!(guesses.iter().map(|guess| guess.role).collect::<Vec<_>>(), [Some(R::NationalIdentifier); 2]);
    let alone: Vec<Guess> = guesses.iter().map(in_one_file).collect();
    assert_eq!([alone[0].role, alone[1].role], [Some(R::RecordKey), Some(R::NationalIdentifier)]);
}

#[test]
fn a_file_corresponds_to_itself() {
    let guesses = look(&[("id", numbered("#", 63)), ("name", column(FAMILY, 63)), ("dob", column(DATES, 63))]);
    let matching = match_columns(&guesses, &guesses);
    assert!(matching.pairs.iter().all(|pair| pair.left == pair.right));
    assert_eq!((matching.pairs.len(), matching.unused_left), (2, vec![0]));
}

proptest! {
    /// Values of at least five signs cannot stand in a text of counts by chance.
    #[test]
    fn no_value_is_in_a_guess(
        words in prop::collection::vec("[qxzjk]{5,9}( [qxzjk]{5,9})?|[a-z]{3}@[qxz]{5}[.]org|[1-9][0-9]{7,11}", 1..40),
        name in prop::sample::select(vec!["surname", "dob", "id", "cluster", "col_1", "postcode", "name", "source"]),
    ) {
        let values: ArrayRef = Arc::new(StringArray::from_iter_values(&words));
        let guesses = look(&[(name, vec![values.clone()]), ("other", vec![values])]);
        let matching = match_columns(&guesses, &guesses);
        let text = format!("{guesses:?} {matching:?} {:?}", linkable(&guesses.iter().collect::<Vec<_>>(), &[], &[]));
        prop_assert!(words.iter().all(|word| !text.contains(word.as_str())), "{name}");
    }
}

#[test]
fn a_type_that_is_not_read_is_told_apart_from_no_values() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    let file = [("smoker", vec![flags]), ("remark", column(",", 3))];
    let guesses = look(&file);
    assert!(guesses.iter().all(|guess| guess.role.is_none()));
    let why: Vec<Option<String>> = guesses.iter().map(by_itself).collect();
    assert_eq!(why[0].as_deref(), Some("values of its type are not compared"));
    assert_eq!(why[1].as_deref(), Some("there are no values to compare"));
}

#[test]
fn a_register_of_providers_is_of_these() {
    check(&[
        ("NPI", numbered("1#", 63), R::RecordKey, K::Identifier),
        ("Provider Last Name (Legal Name)", column(FAMILY, 63), R::FamilyName, K::Name),
        ("Provider First Name", column(GIVEN, 63), R::GivenName, K::Name),
        ("Provider Gender Code", column("M,F", 63), R::Sex, K::Sex),
        ("Provider Business Practice Location Address City Name", column("Leeds,York,Selby", 63), R::City, K::Text),
    ]);
    // Beside names of patients they are of somebody else.
    check(&[
        ("Last Name", column(FAMILY, 63), R::FamilyName, K::Name),
        ("First Name", column(GIVEN, 63), R::GivenName, K::Name),
        ("Provider Last Name", column(FAMILY, 63), R::Other, K::Name),
    ]);
    // So are parents, whoever else is named.
    check(&[
        ("mother_forename", column(GIVEN, 63), R::Other, K::Name),
        ("mother_surname", column(FAMILY, 63), R::Other, K::Name),
    ]);
}

#[test]
fn whole_names_with_titles_and_addresses_with_postcodes_are_known_by_their_contents() {
    let names = "SMITH Sarah (Mrs),OKORO Tunde (Mr),WILSON William J (Mr),GARCIA Maria (Ms)";
    let addresses = "7 Mill Lane York YO1 7UP;Hilltop House Leeds LS1 4AP;12 Station Road Hull HU1 1AA";
    check(&[
        ("Elector", column(names, 63), R::FullName, K::Words),
        ("Property", column(&addresses.replace(';', ","), 63), R::AddressLine, K::Words),
        // What something is called tells nobody's person.
        ("label", column(names, 63), R::Other, K::Words),
    ]);
}

/// A word of letters for a number.
fn word(number: usize) -> String {
    let letters = b"bdfgklmnprstvz";
    let syllable = |n: usize| format!("{}{}", char::from(letters[n % 14]), char::from(b"aeiou"[n / 14 % 5]));
    format!("{}{}{}", syllable(number), syllable(number / 7 + 3), syllable(number / 31 + 11))
}

fn texts(values: impl Iterator<Item = String>) -> Vec<ArrayRef> {
    vec![Arc::new(StringArray::from_iter_values(values))]
}

/// Two rows a person; an employer stays, a ward does not, and the zone is that of the postcode.
#[test]
fn what_stays_with_a_person_is_compared_though_nobody_knows_what_it_means() {
    let rows = || (0..600_usize).map(|row| (row, row % 300));
    let columns = [
        ("forename", texts(rows().map(|(_, who)| word(who % 97)))),
        ("surname", texts(rows().map(|(_, who)| word(who % 89 + 400)))),
        (
            "dob",
            texts(rows().map(|(_, who)| format!("19{:02}-{:02}-{:02}", who % 83 + 10, who % 12 + 1, who % 28 + 1))),
        ),
        ("postcode", texts(rows().map(|(_, who)| format!("LS{} 1AP", who % 40 + 1)))),
        ("firm", texts(rows().map(|(_, who)| word(who % 71 + 900)))),
        ("ward", texts(rows().map(|(row, _)| word(row * row % 61 + 2000)))),
        ("zone", texts(rows().map(|(_, who)| word(who % 40 + 3000)))),
    ];
    let guesses = look(&columns);
    assert_eq!(linkable_names(&guesses), ["forename", "surname", "dob", "postcode", "firm"]);
}

#[test]
fn lists_in_one_text_are_taken_apart_where_many_rows_have_them() {
    let emails = |i: usize| if i.is_multiple_of(3) { format!("a{i}@x.org; b{i}@y.org") } else { format!("a{i}@x.org") };
    let few = |i: usize| if i.is_multiple_of(50) { format!("a{i}@x.org; b{i}@y.org") } else { format!("a{i}@x.org") };
    let guesses = look(&[
        ("emails", texts((0..90).map(emails))),
        ("phones", texts((0..90).map(|i| format!("020 7946 00{i:02} / 07700 9001{i:02}")))),
    ]);
    assert_eq!((guesses[0].role, guesses[0].kind, guesses[0].separator), (Some(R::Email), K::Email, Some(';')));
    assert_eq!((guesses[1].role, guesses[1].separator), (Some(R::Phone), Some('/')));
    // Two values in one cell are no reason to compare all others as lists.
    assert_eq!(look(&[("email", texts((0..100).map(few)))])[0].separator, None);
}

/// Four people a home, with a ticket for all of them and a badge for each.
#[test]
fn what_a_family_shares_is_of_the_home() {
    let rows = || (0..400_usize).map(|row| (row, row / 4));
    let guesses = look(&[
        ("forename", texts(rows().map(|(row, _)| word(row * 7 % 97)))),
        ("surname", texts(rows().map(|(_, home)| word(home + 400)))),
        ("ticket", texts(rows().map(|(_, home)| format!("PC {}", home * 37 + 1000)))),
        ("cabin", texts(rows().map(|(row, _)| format!("C{}", row * row % 83)))),
    ]);
    assert_eq!(guesses[2].role, Some(R::Household));
    assert_ne!(guesses[3].role, Some(R::Household));
}

/// Two rows each of six hundred people, twelve to a family name, with the sound that two such names have and a
/// club. The 24 rows of a name are too many for one home.
#[test]
fn what_follows_from_a_name_is_left_out_and_what_stays_with_a_person_is_not() {
    let look_at = |family: fn(usize) -> usize| {
        let people = || (0..1200_usize).map(|row| row % 600);
        look(&[
            ("forename", texts(people().map(|who| word(who % 97)))),
            ("surname", texts(people().map(|who| word(family(who) + 400)))),
            ("dob", texts(people().map(|who| format!("19{:02}-03-{:02}", who % 83 + 10, who % 28 + 1)))),
            ("sound", texts(people().map(|who| format!("S{}", family(who) / 2 + 100)))),
            ("club", texts(people().map(|who| format!("K{}", who % 211 + 1000)))),
        ])
    };
    let guesses = look_at(|who| who % 50);
    assert_ne!(guesses[3].role, Some(R::Household));
    assert_eq!(linkable_names(&guesses), ["forename", "surname", "dob", "club"]);
    let uses = linkable(&guesses.iter().collect::<Vec<_>>(), &[], &[]).uses;
    assert_eq!(uses[3].because, "it follows from column `surname`, which is compared");
    // Where no two people have a name in common nothing shows what follows from it.
    assert!(linkable_names(&look_at(|who| who)).contains(&"sound"));
}

/// Thirty villages in either file, under a name that says more than it holds in one.
#[test]
fn a_village_is_an_address_to_one_and_a_town_to_another() {
    let villages = || texts((0..90).map(|row| format!("{} {}", word(row % 30), word(row % 30 + 50))));
    let file = |name| look(&[("name", column(FAMILY, 63)), (name, villages())]);
    let (left, right) = (file("village"), file("address"));
    assert_ne!(left[1].role, right[1].role);
    let pairs = match_columns(&left, &right).pairs;
    assert!(pairs.iter().any(|pair| (&pair.left[..], &pair.right[..]) == (&[1][..], &[1][..])));
}

#[test]
fn the_name_of_a_father_is_not_the_persons_in_croatian_either() {
    check(&[
        ("ime oca", column(GIVEN, 63), R::Other, K::Name),
        ("prezime", column(FAMILY, 63), R::FamilyName, K::Name),
        ("ime", column(GIVEN, 63), R::GivenName, K::Name),
        ("mjesto", column("Split,Zadar,Pula,Osijek", 63), R::City, K::Text),
    ]);
}
