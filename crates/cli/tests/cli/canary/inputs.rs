//! A job of which every input value occurs nowhere else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use counterfoil_token::standardise::day_number;
use parquet::arrow::ArrowWriter;

use super::search::Needle;
use super::secrets;
use crate::project::Project;

/// One person, with every value that is planted. NHS numbers are of the block that is never
/// issued.
pub(super) struct Person {
    pub(super) nhs_number: &'static str,
    pub(super) birth: &'static str,
    pub(super) postcode: &'static str,
    pub(super) surname: &'static str,
    pub(super) forename: &'static str,
    pub(super) patient: &'static str,
    pub(super) token: &'static str,
    pub(super) episode: &'static str,
    pub(super) registration: &'static str,
    lsoa: &'static str,
    provider: &'static str,
    start: &'static str,
    death: &'static str,
    registered: &'static str,
}

/// The first four are in both files; the fifth is in hospital only, and the sixth registered only.
#[rustfmt::skip]
pub(super) const PEOPLE: [Person; 6] = [
    Person { nhs_number: "9991470239", birth: "1931-04-17", postcode: "LS29 8QT", surname: "Quillfeather", forename: "Ottoline", patient: "LPQX714Z", token: "PKVVUHALCYONE01", episode: "501947720611", registration: "830055172901", lsoa: "E01977101", provider: "RQX71", start: "2013-02-19", death: "2014-08-23", registered: "2014-08-29" },
    Person { nhs_number: "9992581344", birth: "1946-11-03", postcode: "YO61 3RW", surname: "Brackenthwaite", forename: "Peregrine", patient: "LPQX825Y", token: "PKVVUHALCYONE02", episode: "501947720622", registration: "830055172912", lsoa: "E01977212", provider: "RQX82", start: "2013-05-21", death: "2014-10-27", registered: "2014-11-13" },
    Person { nhs_number: "9993692468", birth: "1958-07-29", postcode: "TQ13 9XT", surname: "Hawksworthy", forename: "Leocadia", patient: "LPQX936W", token: "PKVVUHALCYONE03", episode: "501947720633", registration: "830055172923", lsoa: "E01977323", provider: "RQX93", start: "2013-06-17", death: "2014-12-19", registered: "2014-12-31" },
    Person { nhs_number: "9994703560", birth: "1962-02-13", postcode: "PE28 4GH", surname: "Mandeverill", forename: "Fortinbras", patient: "LPQX147V", token: "PKVVUHALCYONE04", episode: "501947720644", registration: "830055172934", lsoa: "E01977434", provider: "RQX14", start: "2013-09-27", death: "2015-01-29", registered: "2015-02-17" },
    Person { nhs_number: "9995814676", birth: "1970-09-23", postcode: "CM20 2JN", surname: "Zephyrine", forename: "Casimira", patient: "LPQX258U", token: "PKVVUHALCYONE05", episode: "501947720655", registration: "830055172945", lsoa: "E01977545", provider: "RQX25", start: "2013-10-31", death: "2015-03-19", registered: "2015-03-27" },
    Person { nhs_number: "9996925781", birth: "1980-12-27", postcode: "DN21 5EB", surname: "Oxenthorpe", forename: "Wilhelmine", patient: "LPQX369T", token: "PKVVUHALCYONE06", episode: "501947720666", registration: "830055172956", lsoa: "E01977656", provider: "RQX36", start: "2013-11-23", death: "2015-04-29", registered: "2015-05-13" },
];

/// Persons with a row in the hospital file, and with one in the register.
const IN_HOSPITAL: std::ops::Range<usize> = 0..5;
const REGISTERED: [usize; 5] = [0, 1, 2, 3, 5];
/// Values that are refused, free text of a column that no catalogue knows, and a postcode
/// of the list.
const BAD_NHS_NUMBER: &str = "9997036890";
const BAD_POSTCODE: &str = "WRAXENHOLME";
const NOTE: &str = "seen by Dr Ravensbourne-Attwater";
const COMMUNAL: &str = "HR21 7UQ";

pub(super) const JOB: &str = r#"version = 1
name = "canary"
agreement = "agreement.toml"

[keys]
root = "project.key"
project = "aviary"
release = "spring"

[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.parquet"]

[[data_set]]
name = "deaths"
is = "deaths"
files = ["deaths.csv"]

[linkage]
left = "apc"
right = "deaths"
recipe = "hes-deaths"
[linkage.lists.communal]
file = "communal.csv"

[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "apc"
[[output]]
kind = "extract"
data_set = "deaths"
"#;

/// The register as imaging records.
pub(super) const IMAGING_JOB: &str = r#"version = 1
name = "canary"

[keys]
root = "project.key"
project = "aviary"
release = "spring"

[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.parquet"]

[[data_set]]
name = "imaging"
files = ["deaths.csv"]
record_key = "ledrid"
[data_set.roles]
nhs_number = "DEC_CONF_NHS_NUMBER_CLEAN"
birth_date = { year = "dobyr", month = "dobmt", day = "dobdy" }
sex = "DEC_SEX"
postcode = "pcdr"
activity_date = "REG_DATE_OF_DEATH"

[linkage]
left = "apc"
right = "imaging"
recipe = "hes-did"

[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "apc"
[[output]]
kind = "extract"
data_set = "imaging"
unmatched = true
"#;

/// The register as an index of persons, who are told by their identifiers.
pub(super) const BRIDGE_JOB: &str = r#"version = 1
name = "canary"

[keys]
root = "project.key"
project = "aviary"
release = "spring"

[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.parquet"]

[[data_set]]
name = "mental"
files = ["deaths.csv"]
release = "autumn"
record_key = "ledrid"
[data_set.roles]
nhs_number = "DEC_CONF_NHS_NUMBER_CLEAN"
birth_date = { year = "dobyr", month = "dobmt", day = "dobdy" }
sex = "DEC_SEX"
postcode = "pcdr"

[linkage]
left = "apc"
right = "mental"
recipe = "hes-mh-bridge"

[[output]]
kind = "bridge"
[[output]]
kind = "persons"
[[output]]
kind = "extract"
data_set = "mental"
"#;

/// A linkage by a model, in token mode: between hospital records and the register.
pub(super) const SCORED_JOB: &str = r#"version = 1
name = "canary"

[keys]
root = "project.key"
project = "aviary"
release = "spring"

[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.parquet"]

[[data_set]]
name = "mental"
files = ["deaths.csv"]
release = "autumn"
record_key = "ledrid"
[data_set.roles]
nhs_number = "DEC_CONF_NHS_NUMBER_CLEAN"
birth_date = { year = "dobyr", month = "dobmt", day = "dobdy" }
sex = "DEC_SEX"
postcode = "pcdr"

[linkage]
left = "apc"
right = "mental"
decide = { link = { weight = 0.0 } }
[linkage.estimate]
block = [ { on = ["birth_date"] }, { on = ["deletions(postcode)"] } ]

[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "apc"
[[output]]
kind = "extract"
data_set = "mental"
"#;

/// The register linked to itself on clear values, names among them; no key names its records.
pub(super) const TRUSTED_JOB: &str = r#"version = 1
name = "canary"

[keys]
root = "project.key"
project = "aviary"
release = "spring"

[[data_set]]
name = "mental"
files = ["deaths.csv"]
[data_set.roles]
nhs_number = "DEC_CONF_NHS_NUMBER_CLEAN"
birth_date = { year = "dobyr", month = "dobmt", day = "dobdy" }
sex = "DEC_SEX"
postcode = "pcdr"
family_name = "snamd"
given_name = "fnamd1"

[linkage]
left = "mental"
mode = "trusted"
decide = { link = { weight = -4.0 } }
[linkage.estimate]
block = [ { on = ["sex"] } ]
definite = [ "exact(nhs_number)" ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(family_name)", term_frequency = { of = "family_name" } },
          { when = "jaro_winkler(family_name) >= 0.5" }, { when = "else" } ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(given_name)" }, { when = "exact(soundex(given_name))" }, { when = "else" } ]
[[linkage.estimate.comparison]]
level = [ { when = "years(birth_date) <= 15" }, { when = "else" } ]

[[output]]
kind = "links"
[[output]]
kind = "persons"
"#;

/// The job with its inputs.
pub(super) fn project() -> Project {
    let project = Project::new();
    project.write("job.toml", JOB);
    project.write("agreement.toml", "version = 1\nreference = \"DSA-1\"\nrecipient = \"us\"\n");
    project.write("apc.parquet", apc_parquet());
    project.write("deaths.csv", deaths_csv());
    project.write("communal.csv", format!("POSTCODE\n{COMMUNAL}\n"));
    project.write("truth.csv", truth_csv());
    project.write(
        "project.key",
        format!("counterfoil root key, version 1\npurpose = the canary\nkey = {}\n", secrets::root_hex()),
    );
    fs::set_permissions(project.path("project.key"), fs::Permissions::from_mode(0o600)).expect("our own file");
    project
}

/// Every planted value, by the column that it stands in.
pub(super) fn needles() -> Vec<Needle> {
    let mut needles = vec![
        Needle::text("NEWNHSNO", BAD_NHS_NUMBER),
        Needle::text("HOMEADD", BAD_POSTCODE),
        Needle::text("CLINIC_NOTE", NOTE),
        Needle::text("CLINIC_NOTE", "Ravensbourne"),
        Needle::text("POSTCODE", COMMUNAL),
        // What the name of a person begins with who has no person key.
        Needle::text("identity", "identity|"),
    ];
    for person in &PEOPLE {
        needles.extend([
            Needle::text("NEWNHSNO", person.nhs_number),
            Needle::date("DOB", person.birth),
            Needle::text("HOMEADD", person.postcode),
            Needle::text("snamd", person.surname),
            Needle::text("fnamd1", person.forename),
            Needle::text("LOPATID", person.patient),
            Needle::text("TOKEN_PERSON_ID", person.token),
            Needle::text("EPIKEY", person.episode),
            Needle::text("ledrid", person.registration),
            Needle::text("LSOA11", person.lsoa),
            Needle::text("PROCODET", person.provider),
            Needle::date("EPISTART", person.start),
            Needle::date("REG_DATE_OF_DEATH", person.death),
            Needle::date("REG_DATE", person.registered),
        ]);
    }
    needles
}

/// Days since 1970-01-01 of a date written `yyyy-mm-dd`.
pub(super) fn day(date: &str) -> i32 {
    let part = |from: usize, to: usize| date[from..to].parse::<u8>().expect("a number");
    let year = i32::from(part(0, 2)) * 100 + i32::from(part(2, 4));
    day_number(year, part(5, 7), part(8, 10)).expect("a date of the calendar")
}

/// Hospital records: two for the first person, and two rows with values that are refused.
pub(super) fn apc_parquet() -> Vec<u8> {
    let mut rows: Vec<_> =
        PEOPLE[IN_HOSPITAL].iter().map(|person| (person, person.nhs_number, person.postcode)).collect();
    rows.push((&PEOPLE[3], BAD_NHS_NUMBER, PEOPLE[3].postcode));
    rows.push((&PEOPLE[4], PEOPLE[4].nhs_number, BAD_POSTCODE));
    let text = |value: &dyn Fn(&Person) -> &'static str| -> ArrayRef {
        Arc::new(rows.iter().map(|(person, ..)| Some(value(person))).collect::<StringArray>())
    };
    let date = |value: &dyn Fn(&Person) -> &'static str| -> ArrayRef {
        Arc::new(rows.iter().map(|(person, ..)| Some(day(value(person)))).collect::<Date32Array>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("EPIKEY", text(&|person| person.episode)),
        ("NEWNHSNO", Arc::new(rows.iter().map(|row| Some(row.1)).collect::<StringArray>())),
        ("DOB", date(&|person| person.birth)),
        ("HOMEADD", Arc::new(rows.iter().map(|row| Some(row.2)).collect::<StringArray>())),
        ("SEX", text(&|_| "2")),
        ("LOPATID", text(&|person| person.patient)),
        ("PROCODET", text(&|person| person.provider)),
        ("TOKEN_PERSON_ID", text(&|person| person.token)),
        ("LSOA11", text(&|person| person.lsoa)),
        ("EPISTART", date(&|person| person.start)),
        ("EPIEND", date(&|person| person.start)),
        ("DISDATE", date(&|person| person.start)),
        ("DISMETH", text(&|_| "1")),
        ("CLINIC_NOTE", text(&|_| NOTE)),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a schema that Parquet has");
    writer.write(&batch).expect("a batch of the schema");
    writer.into_inner().expect("a writer in memory")
}

/// Registered deaths: the second without an NHS number, the third with another postcode,
/// the last row with a date of birth that is none.
pub(super) fn deaths_csv() -> String {
    let mut csv = "ledrid,DEC_CONF_NHS_NUMBER_CLEAN,snamd,fnamd1,dobyr,dobmt,dobdy,pcdr,DEC_SEX,\
                   REG_DATE_OF_DEATH,REG_DATE,S_UNDERLYING_COD_ICD10\n"
        .to_owned();
    for at in REGISTERED {
        let person = &PEOPLE[at];
        let nhs_number = if at == 1 { "" } else { person.nhs_number };
        let postcode = if at == 2 { COMMUNAL } else { person.postcode };
        csv += &row(person, nhs_number, &person.birth.replace('-', ","), postcode);
    }
    csv += &row(&PEOPLE[4], BAD_NHS_NUMBER, "1970,13,41", BAD_POSTCODE);
    csv
}

fn row(person: &Person, nhs_number: &str, birth: &str, postcode: &str) -> String {
    let Person { registration, surname, forename, .. } = person;
    let [death, registered] = [person.death, person.registered].map(|date| date.replace('-', ""));
    format!("{registration},{nhs_number},{surname},{forename},{birth},{postcode},2,{death},{registered},I219\n")
}

/// Dates of birth in the register as they stand there, each with one that is none.
pub(super) fn birth_dates_as_written() -> Vec<(String, String)> {
    PEOPLE.iter().map(|person| (person.birth.replace('-', ","), person.birth[..4].to_owned() + ",13,41")).collect()
}

/// The true person of each record, under the person's name.
pub(super) fn truth_csv() -> String {
    let hospital = PEOPLE[IN_HOSPITAL].iter().map(|person| ("apc", person.episode, person.surname));
    let register = REGISTERED.map(|at| ("deaths", PEOPLE[at].registration, PEOPLE[at].surname));
    let mut lines = vec!["source,key,person\n".to_owned()];
    lines.extend(hospital.chain(register).map(|(source, key, person)| format!("{source},{key},{person}\n")));
    lines.concat()
}
