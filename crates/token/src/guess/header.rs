//! What a column's name says about it.
//!
//! A name is cut into words (`snake_case`, `camelCase`, blanks, digits), accents are dropped, and
//! the longest run of words that is a known phrase decides: `patient_first_name` is a given
//! name, `birth_place` no date. A name of one word, such as `NEWNHSNO`, is also searched for
//! longer phrases within it. Phrases are in English, German, French, Spanish, Italian, Dutch,
//! Portuguese, Polish, Czech, Romanian, Hungarian, Russian, Greek, Turkish, Persian, Arabic, Hebrew, Thai,
//! Indonesian, Vietnamese, Chinese, Japanese, Korean and those of the north; the list is our own.

use unicode_normalization::UnicodeNormalization;

use super::GuessedRole;
use super::phrases::{PHRASES, Phrases, WHOLE, look_up};

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// The column has this role.
    Role(GuessedRole),
    /// `name`: given name, family name or both.
    Name,
    /// The id of a row or of a person: which of the two, its repetitions say.
    Id,
    /// Somebody of whom the records may be, such as `passenger`: a whole name, or a code, or anything.
    Person,
    /// A name of somebody else, such as the mother's, or a former one.
    OtherName,
    /// A known meaning that is no role, such as a title or an age.
    Known,
}

/// The names of a file's columns for [`hint`]. Where no other name of a person is there, a child, as in a
/// register of births, or a provider, as in one of doctors, is the person that the records are of and not
/// somebody else: the word for it is left out.
pub(super) fn of_the_person(names: &[&str]) -> Vec<String> {
    let of = |list: &'static [&'static str]| move |word: &String| list.contains(&word.as_str());
    let is_a_name = |name: &str| match hint(name) {
        Some(Hint::Role(role)) => is_name(role),
        hint => matches!(hint, Some(Hint::Name | Hint::OtherName)),
    };
    let named: Vec<Vec<String>> = names.iter().filter(|name| is_a_name(name)).map(|name| words(name)).collect();
    let are_all_of = |list| !named.is_empty() && named.iter().all(|words| words.iter().any(of(list)));
    // Names of parents beside those of a child are of somebody else still.
    let child_alone = named.iter().any(|words| words.iter().any(of(CHILD)))
        && named.iter().all(|words| words.iter().any(of(CHILD)) || words.iter().any(of(SOMEBODY_ELSE)));
    let list = if child_alone {
        CHILD
    } else {
        match PROFESSIONALS.iter().find(|list| are_all_of(list)) {
            Some(list) => list,
            None => return names.iter().map(|name| (*name).to_owned()).collect(),
        }
    };
    let without = |name: &&str| {
        let (left_out, rest): (Vec<String>, Vec<String>) = words(name).into_iter().partition(of(list));
        if rest.is_empty() || left_out.is_empty() { (*name).to_owned() } else { rest.join("_") }
    };
    names.iter().map(without).collect()
}

/// What the name of a column says, if anything.
pub(super) fn hint(name: &str) -> Option<Hint> {
    let words = words(name);
    let whole: String = words.concat();
    if let Some(hint) = look_up(WHOLE, &whole).or_else(|| look_up(PARENTS_NAME, &whole)) {
        return Some(hint);
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(TRUE) {
        return Some(Hint::Role(GuessedRole::Truth));
    }
    let somebody_else = has(SOMEBODY_ELSE);
    let found = longest_run(&words).or_else(|| longest_within(&whole)).or_else(|| some_id(&words));
    match found {
        Some(Hint::Role(role)) if somebody_else && is_name(role) => Some(Hint::OtherName),
        Some(Hint::Name) | None if somebody_else && has(NAME) => Some(Hint::OtherName),
        None if !words.is_empty() && words.iter().all(|word| RELATIVE.contains(&word.as_str())) => {
            Some(Hint::OtherName)
        }
        None if !somebody_else && names_somebody(&words) => Some(Hint::Name),
        Some(Hint::Role(_)) if somebody_else => Some(Hint::Known),
        Some(Hint::Role(_) | Hint::Id) if is_remark(&words) => Some(Hint::Known),
        // A number by which an address is known is no address.
        Some(Hint::Role(role)) if is_place(role) && has(&["id"]) => Some(Hint::Known),
        Some(Hint::Role(role)) if is_place(role) && has(OTHER_PLACE) => Some(Hint::Known),
        Some(Hint::Role(role)) if is_place(role) && has(OF_BIRTH) => Some(Hint::Role(GuessedRole::BirthPlace)),
        Some(Hint::Role(GuessedRole::BirthDate)) if has(PLACE) => Some(Hint::Role(GuessedRole::BirthPlace)),
        None if has(YEAR) && has(EVENT) => Some(Hint::Known),
        Some(Hint::Role(GuessedRole::AddressLine)) => Some(part_of_address(&words)),
        found => found,
    }
}

/// Whether a name says that it is the name of whoever the records are of: `Beneficiary Name`, `name of insured`.
fn names_somebody(words: &[String]) -> bool {
    let is_name = |word: &String| NAME.contains(&word.as_str());
    let is_person = |word: &String| look_up(WHOLE, word) == Some(Hint::Person);
    let is_between = |word: &String| ["of", "the"].contains(&word.as_str());
    words.iter().any(is_name)
        && words.iter().any(is_person)
        && words.iter().all(|word| is_name(word) || is_person(word) || is_between(word))
}

/// Whether a name says the year in which a row was written, as `census_year` and `year` do.
pub(super) fn is_year_of_record(name: &str) -> bool {
    let words = words(name);
    let is_year = |word: &String| YEAR.contains(&word.as_str());
    let is_told = |word: &String| TOLD.contains(&word.as_str());
    words.iter().any(is_year) && words.iter().all(|word| is_year(word) || is_told(word))
}

/// Whether a name says the year of somebody's death, as `Year buried` does.
pub(super) fn is_year_of_death(name: &str) -> bool {
    let words = words(name);
    let is_year = |word: &String| YEAR.contains(&word.as_str());
    let is_of_death = |word: &String| DEATH.contains(&word.as_str());
    words.len() > 1 && words.iter().any(is_year) && words.iter().all(|word| is_year(word) || is_of_death(word))
}

/// Whether a name says how far north a place is.
pub(super) fn is_latitude(name: &str) -> bool {
    has_one_of(name, &["latitude", "lat", "breitengrad", "latitud", "latitudine"])
}

/// Whether a name says how far east a place is.
pub(super) fn is_longitude(name: &str) -> bool {
    has_one_of(name, &["longitude", "long", "lon", "lng", "langengrad", "longitud", "longitudine"])
}

fn has_one_of(name: &str, list: &[&str]) -> bool {
    words(name).iter().any(|word| list.contains(&word.as_str()))
}

/// Whether a column, or the field that it became, holds a name of a parent.
#[must_use]
pub fn is_of_parent(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| PARENT.contains(&word.as_str())) || look_up(PARENTS_NAME, &words.concat()).is_some()
}

/// Whether a name says that something happened that is no birth, or was done, as `ArrivalDate` does.
pub(super) fn is_of_event(name: &str) -> bool {
    words(name).iter().any(|word| EVENT.contains(&word.as_str()))
}

/// Whether a name says how good or of what kind something is, as `NHS_NUMBER_STATUS_CODE` does, and
/// not what it is: `verified_postcode` is a postcode, `postcode_verified` is none.
fn is_remark(words: &[String]) -> bool {
    words.iter().skip(1).any(|word| REMARK.contains(&word.as_str()))
}

fn is_place(role: GuessedRole) -> bool {
    use GuessedRole::{AddressLine, BirthPlace, City, County, Postcode};
    matches!(role, AddressLine | BirthPlace | City | County | Postcode)
}

/// `mailing_address_city` is a city: of an address, its name says which part.
fn part_of_address(words: &[String]) -> Hint {
    use GuessedRole::{AddressLine, City, County, Postcode, StreetNumber};
    let runs = (1..=4_usize).flat_map(|length| words.windows(length)).map(<[String]>::concat);
    let parts = runs.filter_map(|run| look_up(PHRASES, &run));
    let is_part = |hint: &Hint| matches!(hint, Hint::Role(City | County | Postcode | StreetNumber) | Hint::Known);
    parts.filter(is_part).reduce(|_, later| later).unwrap_or(Hint::Role(AddressLine))
}

/// `citizen_id` and `id_patient` are ids, whatever of.
fn some_id(words: &[String]) -> Option<Hint> {
    let is_id = |word: Option<&String>| word.is_some_and(|word| word == "id");
    (is_id(words.last()) || words.len() <= 2 && is_id(words.first())).then_some(Hint::Id)
}

/// Whether a name only numbers its column, as `col_3`, `var1` and `Unnamed: 0` do.
pub(super) fn only_numbers(name: &str) -> bool {
    let numbering =
        ["col", "column", "var", "variable", "field", "attribute", "attr", "feature", "unnamed", "f", "c", "v", "x"];
    words(name).iter().all(|word| numbering.contains(&word.as_str()))
}

/// Whether columns are called the same but for their numbers, as the lines of an address are.
pub(super) fn are_numbered_alike(names: &[&str]) -> bool {
    let first = names.first().map(|name| words(name));
    names.iter().all(|name| Some(words(name)) == first)
}

/// Whether two columns are called the same, without regard to case, marks and years: `First_Name` is
/// `firstname`, and `ethnic_group_2015` is `ethnic_group_2016`.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (folded(a), folded(b));
    !a.is_empty() && a == b
}

/// The letters and digits of a name in lower case, without a year at its end.
fn folded(name: &str) -> String {
    let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let letters = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_year = folded.len() - letters.len() == 4 && matches!(&folded[letters.len()..][..2], "18" | "19" | "20");
    if is_year && !letters.is_empty() { letters.to_owned() } else { folded }
}

/// Whether a role is a name or part of one.
pub(super) fn is_name(role: GuessedRole) -> bool {
    use GuessedRole::{FamilyName, FullName, GivenName, MiddleName};
    matches!(role, GivenName | FamilyName | MiddleName | FullName)
}

/// The words of a name in lower case, without digits: `NHSNumber_2` is `nhs`, `number`.
fn words(name: &str) -> Vec<String> {
    let plain: Vec<char> = without_accents(name).chars().collect();
    let mut words = vec![String::new()];
    for (i, c) in plain.iter().enumerate() {
        let after = |step: usize| plain.get(i + step).is_some_and(|next| next.is_lowercase());
        let before = |test: fn(&char) -> bool| i > 0 && test(&plain[i - 1]);
        let starts = c.is_uppercase() && (before(|c| c.is_lowercase()) || before(|c| c.is_uppercase()) && after(1));
        if !c.is_alphabetic() || starts {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name with accents off its letters, and Latin letters that are no letter with an accent spelt out.
/// Marks of other scripts are parts of their letters and stay: `ガ` is no `カ`.
fn without_accents(name: &str) -> String {
    let spelt_out = |c: char| match c {
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'þ' => "th",
        'Þ' => "TH",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ı' => "i",
        _ => "",
    };
    let is_accent = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
    let mut plain = String::new();
    for c in name.nfd().filter(|c| !is_accent(c)) {
        match spelt_out(c) {
            "" => plain.push(c),
            letters => plain.push_str(letters),
        }
    }
    plain.nfc().collect()
}

/// The longest run of up to four words that is a phrase; the first of equally long ones.
fn longest_run(words: &[String]) -> Option<Hint> {
    let runs = (1..=4_usize).flat_map(|length| words.windows(length)).map(<[String]>::concat);
    let found = runs.filter_map(|run| look_up(PHRASES, &run).map(|hint| (run.len(), hint)));
    found.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, hint)| hint)
}

/// The longest phrase of at least five letters within the name.
fn longest_within(whole: &str) -> Option<Hint> {
    // An age, in any language, is a short word within many: `idade` in `cidade`.
    let of_many_letters = PHRASES.iter().filter(|(hint, _)| *hint != Hint::Role(GuessedRole::Age));
    let phrases = of_many_letters.flat_map(|(hint, list)| list.split_whitespace().map(move |phrase| (phrase, *hint)));
    let within = phrases.filter(|(phrase, _)| phrase.len() >= 5 && whole.contains(phrase));
    within.reduce(|best, next| if next.0.len() > best.0.len() { next } else { best }).map(|(_, hint)| hint)
}

/// Words by which a name or date is somebody else's, or a former one.
const SOMEBODY_ELSE: &[&str] = &[
    "mother", "father", "mothers", "fathers", "mum", "dad", "parent", "spouse", "husband", "wife", "partner", "maiden",
    "former", "previous", "prev", "past", "alias", "kin", "emergency", "carer", "child", "gp", "doctor", "provider",
    "employer", "company", "school", "hospital", "clinic", "guardian", "sibling", "mae", "pai", "madre", "padre",
    "mere", "pere", "mutter", "vater", "moeder", "vader", "conjoint", "conyuge", "conjuge", "matka", "ojciec", "matki",
    "ojca", "otec", "otca", "oca", "oce", "majka", "majke", "matere", "anyja", "apja", "mor", "far", "modir", "fadir",
    "anne", "baba", "мать", "отец", "μητερα", "πατερα",
];

/// Those of them by which alone somebody is named: `Father`, `PARENT/GUARDIAN`, `Emergency contact`.
const RELATIVE: &[&str] = &[
    "mother", "father", "parent", "parents", "mum", "dad", "spouse", "husband", "wife", "partner", "kin", "next", "of",
    "emergency", "contact", "carer", "guardian", "sibling", "or", "alias", "aliases", "relative",
];

/// Those of them for a parent.
const PARENT: &[&str] = &[
    "mother", "father", "mothers", "fathers", "mum", "dad", "parent", "mae", "pai", "madre", "padre", "mere", "pere",
    "mutter", "vater", "moeder", "vader", "matka", "ojciec", "matki", "ojca", "otec", "otca", "oca", "oce", "majka",
    "majke", "matere", "anyja", "apja", "mor", "far", "modir", "fadir", "anne", "baba", "мать", "отец", "μητερα",
    "πατερα",
];

/// The same in one word.
const PARENTS_NAME: &Phrases = &[(
    Hint::OtherName,
    "nomemae nmmae nomepai nommere nompere nombremadre nombrepadre mothername fathername mothersname nomedamae nomedopai \
     anyjaneve anyaneve anneadi anaadi babaadi namaibu namaayah namaibukandung نامپدر שםהאב اسمالأب ονομαπατερα πατρωνυμο",
)];

/// Words for a child, of whom a record may be.
const CHILD: &[&str] = &["child", "childs"];

/// Words for those who look after others or employ them, of whom a register may be, by what they are.
const PROFESSIONALS: &[&[&str]] =
    &[&["provider"], &["gp", "doctor"], &["employer", "company"], &["carer"], &["guardian"]];

/// Words for a name, by which that of somebody else is known.
const NAME: &[&str] = &[
    "name", "nm", "nome", "nom", "nombre", "naam", "namn", "navn", "nazwisko", "imie", "neve", "nev", "nafn", "ad",
    "adi",
];

/// Words, after another, by which a column is a remark on what the other says.
const REMARK: &[&str] = &[
    "status", "indicator", "ind", "flag", "flg", "check", "checked", "quality", "validity", "verified", "verification",
    "reason", "type", "consent", "confidence", "changed",
];

/// Words by which a place is that of an event, or one of the areas into which a country is cut for
/// administration: where somebody lives, it says no more than the postcode.
const OTHER_PLACE: &[&str] = &[
    "injury", "accident", "incident", "treatment", "admission", "discharge", "attendance", "death", "burial", "ccg",
    "icb", "sicbl", "lsoa", "msoa", "soa", "stp", "pct", "sha",
];

/// Words by which a place, whatever of, is that of birth.
const OF_BIRTH: &[&str] = &[
    "birth", "born", "naissance", "naiss", "nacimiento", "nac", "nascimento", "nasc", "nascita", "geburt", "geburts",
    "geboorte", "fodsel", "fodelse", "urodzenia", "narozeni",
];

/// Words for a place of which a year or date of birth has none.
const PLACE: &[&str] =
    &["place", "lieu", "commune", "pays", "lugar", "local", "luogo", "comune", "ort", "plaats", "sted"];

/// Words for a year.
const YEAR: &[&str] = &["year", "yr", "annee", "ano", "anno", "jahr", "jaar", "rok", "ar"];

/// Words for when people are asked.
const TOLD: &[&str] = &["census", "survey", "wave", "interview", "enumeration", "observation", "data", "of"];

/// Words for when nobody can be asked any more.
const DEATH: &[&str] = &["death", "died", "burial", "buried", "of"];

/// Words for what happens to a person, or is done with them, in another year than that of birth.
const EVENT: &[&str] = &[
    "death", "died", "burial", "buried", "marriage", "married", "wedding", "divorce", "immigration", "arrival",
    "enrolment", "enrollment", "admission", "discharge", "diagnosis", "event", "census", "school", "financial", "tax",
    "departure", "embarkation", "sailing", "enlistment", "offence", "sentence", "conviction", "registration",
    "registered", "appointment", "visit", "contact", "seen", "specimen", "sample", "collected", "received",
    "vaccination", "test", "report", "issue", "expiry", "order", "payment", "purchase", "hire", "joined", "trial",
    "tried", "sentenced", "transported", "call", "claim", "referral", "booking", "invoice", "delivery", "consent",
    "screening", "screened", "dispensed", "prescribed", "completed", "submitted", "signed", "discharged", "admitted",
    "deces", "mariage", "muerte", "obito", "morte", "tod", "sterbe", "overlijden",
];

/// Words by which a column tells the true person.
const TRUE: &[&str] = &["true", "truth", "groundtruth", "gold", "simulant"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_columns_are_no_words() {
        assert!(["col_3", "Var1", "Unnamed: 0", "7", ""].into_iter().all(only_numbers));
        assert!(["EPISTAT", "colour", "field_of_study"].into_iter().all(|name| !only_numbers(name)));
    }

    #[test]
    fn names_are_the_same_without_case_marks_and_years() {
        let same = [("First_Name", "firstname"), ("ethnic_group_2015", "EthnicGroup2016"), ("1901", "1901")];
        assert!(same.into_iter().all(|(a, b)| same_name(a, b)));
        let other = [("address_1", "address_2"), ("1901", "1911"), ("", ""), ("a2015", "b2015"), ("a_3015", "a_2015")];
        assert!(other.into_iter().all(|(a, b)| !same_name(a, b)));
    }

    #[test]
    fn lines_of_an_address_are_numbered() {
        assert!(are_numbered_alike(&["Address", "address_2", "ADDRESS 3"]));
        assert!(!are_numbered_alike(&["home_address", "postal_address"]));
    }

    #[test]
    fn names_of_parents() {
        assert!(["mother_forename", "NOMEMAE", "nm_mae_pac", "MothersMaidenName"].into_iter().all(is_of_parent));
        assert!(["given_name", "mothballed", "maiden_name"].into_iter().all(|name| !is_of_parent(name)));
    }

    #[test]
    fn names_of_events() {
        assert!(["ArrivalDate", "first_seen", "date of death"].into_iter().all(is_of_event));
        assert!(["date", "date_of_birth", "lastname"].into_iter().all(|name| !is_of_event(name)));
    }

    #[test]
    fn years_in_which_ages_are_told() {
        assert!(["census_year", "Year"].into_iter().all(is_year_of_record));
        assert!(["Year buried", "year_of_death", "DeathYear"].into_iter().all(is_year_of_death));
        assert!(["year", "year_of_arrival", "death"].into_iter().all(|name| !is_year_of_death(name)));
    }

    #[test]
    fn records_may_be_of_children() {
        let births = ["child_forename", "child_surname", "child_sex", "birth_year", "father_forename"];
        assert_eq!(of_the_person(&births), ["forename", "surname", "sex", "birth_year", "father_forename"]);
        let parents = ["forename", "surname", "child_forename"];
        assert_eq!(of_the_person(&parents), parents);
        assert_eq!(of_the_person(&["child", "mother_forename"]), ["child", "mother_forename"]);
    }

    #[test]
    fn names_of_columns_are_understood() {
        use GuessedRole as R;
        let cases: &[(&str, Option<Hint>)] = &[
            ("first_name", Some(Hint::Role(R::GivenName))),
            ("firstName", Some(Hint::Role(R::GivenName))),
            ("PatientFirstName", Some(Hint::Role(R::GivenName))),
            ("fname_c1", Some(Hint::Role(R::GivenName))),
            ("lname_c2", Some(Hint::Role(R::FamilyName))),
            ("Last Name", Some(Hint::Role(R::FamilyName))),
            ("CUSTSURNAME", Some(Hint::Role(R::FamilyName))),
            ("first_and_surname", Some(Hint::Role(R::FullName))),
            ("Prénom", Some(Hint::Role(R::GivenName))),
            ("nom", Some(Hint::Role(R::FamilyName))),
            ("date_de_naissance", Some(Hint::Role(R::BirthDate))),
            ("DOB", Some(Hint::Role(R::BirthDate))),
            ("dobyr", Some(Hint::Role(R::BirthYear))),
            ("year_of_birth", Some(Hint::Role(R::BirthYear))),
            ("bm", Some(Hint::Role(R::BirthMonth))),
            ("birth_place", Some(Hint::Role(R::BirthPlace))),
            ("postcode_fake", Some(Hint::Role(R::Postcode))),
            ("zip_code", Some(Hint::Role(R::Postcode))),
            ("NEWNHSNO", Some(Hint::Role(R::NhsNumber))),
            ("DEC_CONF_NHS_NUMBER_CLEAN", Some(Hint::Role(R::NhsNumber))),
            ("soc_sec_id", Some(Hint::Role(R::NationalIdentifier))),
            ("email_address", Some(Hint::Role(R::Email))),
            ("address_1", Some(Hint::Role(R::AddressLine))),
            ("Straße", Some(Hint::Role(R::AddressLine))),
            ("streetNumber", Some(Hint::Role(R::StreetNumber))),
            ("full_phone_number", Some(Hint::Role(R::Phone))),
            ("res_city_desc", Some(Hint::Role(R::City))),
            ("gender_code", Some(Hint::Role(R::Sex))),
            ("DEC_SEX", Some(Hint::Role(R::Sex))),
            ("rec_id", Some(Hint::Role(R::RecordKey))),
            ("cluster", Some(Hint::Role(R::Truth))),
            ("TOKEN_PERSON_ID", Some(Hint::Role(R::Truth))),
            ("person_id", Some(Hint::Id)),
            ("id", Some(Hint::Id)),
            ("name", Some(Hint::Name)),
            ("mother_surname", Some(Hint::OtherName)),
            ("maiden_name", Some(Hint::OtherName)),
            ("MAIDEN", Some(Hint::OtherName)),
            ("gp_postcode", Some(Hint::Known)),
            ("source_file", Some(Hint::Role(R::RecordNote))),
            ("Relation to Head", Some(Hint::Role(R::RecordNote))),
            ("Where born", Some(Hint::Role(R::BirthPlace))),
            ("title", Some(Hint::Known)),
            ("Passenger", Some(Hint::Person)),
            ("PATIENT", Some(Hint::Person)),
            ("Came by ship", Some(Hint::Known)),
            ("Ship year", Some(Hint::Known)),
            ("Father", Some(Hint::OtherName)),
            ("PARENT/GUARDIAN", Some(Hint::OtherName)),
            ("Emergency Contact", Some(Hint::OtherName)),
            ("Contact", Some(Hint::Role(R::Phone))),
            ("default_address_id", Some(Hint::Known)),
            ("department_id", Some(Hint::Known)),
            ("House", Some(Hint::Role(R::StreetNumber))),
            ("Etunimi", Some(Hint::Role(R::GivenName))),
            ("Syntymäaika", Some(Hint::Role(R::BirthDate))),
            ("Kunta", Some(Hint::Role(R::City))),
            ("Provincie", Some(Hint::Role(R::County))),
            ("PIN Code", Some(Hint::Role(R::Postcode))),
            ("imie2", Some(Hint::Role(R::GivenName))),
            ("nazwisko", Some(Hint::Role(R::FamilyName))),
            ("NOME", Some(Hint::Name)),
            ("nm_mae_pac", Some(Hint::OtherName)),
            ("NOMEMAE", Some(Hint::OtherName)),
            ("employer_name", Some(Hint::OtherName)),
            ("employer_zipcode", Some(Hint::Known)),
            ("mailing_address_city", Some(Hint::Role(R::City))),
            ("mailing_address_street_name", Some(Hint::Role(R::AddressLine))),
            ("mailing_address_unit_number", Some(Hint::Known)),
            ("address_postcode", Some(Hint::Role(R::Postcode))),
            ("dt_nasc", Some(Hint::Role(R::BirthDate))),
            ("annee_naissance", Some(Hint::Role(R::BirthYear))),
            ("mois", Some(Hint::Role(R::BirthMonth))),
            ("genre", Some(Hint::Role(R::Sex))),
            ("simulant_id", Some(Hint::Role(R::Truth))),
            ("label_true", Some(Hint::Role(R::Truth))),
            ("citizen_id", Some(Hint::Role(R::NationalIdentifier))),
            ("case_id", Some(Hint::Id)),
            ("id_patient", Some(Hint::Id)),
            ("NHS_NUMBER_STATUS_INDICATOR_CODE", Some(Hint::Known)),
            ("NEWNHSNO_CHECK", Some(Hint::Known)),
            ("NHSNumberStatus", Some(Hint::Known)),
            ("postcode_verified", Some(Hint::Known)),
            ("verified_postcode", Some(Hint::Role(R::Postcode))),
            ("DEPARTMENT_TYPE", Some(Hint::Known)),
            ("phone_type", Some(Hint::Known)),
            ("WITHHELD_IDENTITY_REASON", Some(Hint::Known)),
            ("CCG_RESIDENCE", Some(Hint::Known)),
            ("LSOA_OF_RESIDENCE", Some(Hint::Known)),
            ("PLACE_OF_INJURY", Some(Hint::Known)),
            ("place_of_death", Some(Hint::Known)),
            ("place_of_residence", Some(Hint::Role(R::City))),
            ("valid_from", Some(Hint::Role(R::RecordNote))),
            ("midl_name", Some(Hint::Role(R::MiddleName))),
            ("street_dir", Some(Hint::Known)),
            ("street_type_cd", Some(Hint::Known)),
            ("cust_mid_init", Some(Hint::Role(R::MiddleName))),
            ("hm_phn_nbr", Some(Hint::Role(R::Phone))),
            ("cust_brth_dt", Some(Hint::Role(R::BirthDate))),
            ("commune_naissance", Some(Hint::Role(R::BirthPlace))),
            ("lieunaiss", Some(Hint::Role(R::BirthPlace))),
            ("country of birth", Some(Hint::Role(R::BirthPlace))),
            ("nom_naissance", Some(Hint::Role(R::FamilyName))),
            ("nom_usage", Some(Hint::OtherName)),
            ("birth_name", Some(Hint::OtherName)),
            ("death_year", Some(Hint::Known)),
            ("AGE", Some(Hint::Role(R::Age))),
            ("age_at_arrival", Some(Hint::Role(R::Age))),
            ("NU_IDADE_N", Some(Hint::Role(R::Age))),
            ("age_at_death", Some(Hint::Known)),
            ("father_age", Some(Hint::Known)),
            ("nacionalidade", None),
            ("year_of_marriage", Some(Hint::Known)),
            ("birth_year", Some(Hint::Role(R::BirthYear))),
            ("postitoimipaikka", Some(Hint::Role(R::City))),
            ("initialen", Some(Hint::Role(R::MiddleName))),
            ("Fæðingardagur", Some(Hint::Role(R::BirthDate))),
            ("Nafn", Some(Hint::Name)),
            ("Họ và tên", Some(Hint::Role(R::FullName))),
            ("Số điện thoại", Some(Hint::Role(R::Phone))),
            ("氏名", Some(Hint::Role(R::FullName))),
            ("患者氏名", Some(Hint::Role(R::FullName))),
            ("フリガナ", Some(Hint::Role(R::FullName))),
            ("生年月日", Some(Hint::Role(R::BirthDate))),
            ("생년월일", Some(Hint::Role(R::BirthDate))),
            ("성별", Some(Hint::Role(R::Sex))),
            ("Дата рождения", Some(Hint::Role(R::BirthDate))),
            ("Όνομα", Some(Hint::Role(R::GivenName))),
            ("Anyja neve", Some(Hint::OtherName)),
            ("IMIE_OJCA", Some(Hint::OtherName)),
            ("Nome da mãe", Some(Hint::OtherName)),
            ("Beneficiary Name", Some(Hint::Name)),
            ("Name of Insured", Some(Hint::Name)),
            ("Ship name", Some(Hint::Known)),
            ("short_name", Some(Hint::Role(R::FullName))),
            ("Nationality", Some(Hint::Known)),
            ("third_name", Some(Hint::Role(R::FamilyName))),
            ("Nama Lengkap", Some(Hint::Role(R::FullName))),
            ("nama ibu kandung", Some(Hint::OtherName)),
            ("TEMPAT/TGL LAHIR", Some(Hint::Role(R::BirthDate))),
            ("JENIS KELAMIN", Some(Hint::Role(R::Sex))),
            ("ชื่อ", Some(Hint::Role(R::GivenName))),
            ("ชื่อ-นามสกุล", Some(Hint::Role(R::FullName))),
            ("วันเกิด", Some(Hint::Role(R::BirthDate))),
            ("نام", Some(Hint::Name)),
            ("نام خانوادگی", Some(Hint::Role(R::FamilyName))),
            ("نام پدر", Some(Hint::OtherName)),
            ("تاریخ تولد", Some(Hint::Role(R::BirthDate))),
            ("שם משפחה", Some(Hint::Role(R::FamilyName))),
            ("תאריך לידה", Some(Hint::Role(R::BirthDate))),
            ("col_3", None),
            ("var1", None),
            ("EPISTAT", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(hint(name), *expected, "{name}");
        }
    }
}
