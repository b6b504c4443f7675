//! A job for files that nobody has described: what their columns hold is guessed from names and
//! contents, and all else is left to be chosen.

mod joined;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::{ArrayRef, RecordBatch};
use counterfoil_catalogue::{RoleSpec, RoleTable, Several};
use counterfoil_core::{Fault, FieldKind};
use counterfoil_store::{FormatOptions, Table};
use counterfoil_token::coding::accepts_key;
use counterfoil_token::guess::{
    Guess, GuessedKind, GuessedRole, Linkable, Matched, age_with_year, by_itself, has_header, in_one_file, linkable,
    look, match_columns,
};
use counterfoil_token::standardise::DateForm;
use serde::Serialize;

use refused::{refuse_headless, refuse_itself, refuse_too_few, refuse_unparted};

use crate::spec::{DataSetSpec, JobSpec, KeysSpec, LinkageSpec, Mode, OneOrMore, OutputSpec};

/// The field of a year of birth that one file tells by ages, and roughly.
const BY_AGE: &str = "birth_year_by_age";

/// The field of an age that dates of birth tell in one file.
const BY_BIRTH: &str = "age_by_birth";

/// Rows that are looked at.
const ROWS: u64 = 100_000;

/// Columns of a file that a fault lists.
const LISTED: usize = 12;

/// How a linkage without a job file is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'w> {
    /// The root key file. Without one the built-in public key is used, which protects nothing.
    pub key: Option<&'w str>,
    /// Whether only tokens may be compared.
    pub tokens_only: bool,
}

/// A job, and how it was guessed.
#[derive(Clone, Debug)]
pub struct Guessed {
    /// The job.
    pub spec: JobSpec,
    /// What each column was taken for, file by file.
    pub columns: Vec<GuessedColumn>,
}

/// What a column was taken for.
#[derive(Clone, Debug, Serialize)]
pub struct GuessedColumn {
    /// The data set.
    pub data_set: String,
    /// The column.
    pub column: String,
    /// The role it seems to have.
    pub role: String,
    /// The linkage field that it became, if it is compared.
    pub field: Option<String>,
    /// Why so.
    pub because: String,
}

/// Guesses a job that links two files, or deduplicates one. `names` are the files as the job
/// shall name them.
///
/// # Errors
///
/// A file cannot be read, or nothing in it, or nothing in both, tells people apart.
pub fn guess(files: &[&str], wish: Wish<'_>) -> Result<Guessed, Vec<Fault>> {
    refuse_itself(files)?;
    let names = names(files);
    let mut looked = Vec::new();
    let mut faults = Vec::new();
    for (file, name) in files.iter().zip(&names) {
        match Looked::at(file, name) {
            Ok(file) => looked.push(file),
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    refuse_too_few(&looked)?;
    refuse_headless(&looked)?;
    refuse_unparted(&looked)?;
    let fields = match &looked[..] {
        [one] => of_one(&one.guesses),
        [left, right] => of_two(&left.guesses, &right.guesses),
        _ => return Err(vec![Fault::bug("link", "one file or two can be linked")]),
    };
    if fields.compared.is_empty() {
        return Err(vec![nothing_to_compare(&looked)]);
    }
    Ok(job(&looked, &fields, wish))
}

/// What the columns seem to be, for someone who knows better.
fn nothing_to_compare(looked: &[Looked]) -> Fault {
    let column = |guess: &Guess| format!("`{}` {}", guess.column, role_name(guess));
    let of_file = |file: &Looked| {
        let more = if file.guesses.len() > LISTED { ", …" } else { "" };
        let columns = file.guesses.iter().take(LISTED).map(column).collect::<Vec<_>>().join(", ");
        format!("in `{}` {columns}{more}", file.file)
    };
    let message = match looked {
        [_, _] => "no column was found that tells people apart and that both files have",
        _ => "no column was found that tells people apart",
    };
    let files = looked.iter().map(|file| file.file.as_str()).collect::<Vec<_>>().join(" and ");
    let seem = looked.iter().map(of_file).collect::<Vec<_>>().join("; ");
    Fault::environment(files, message).hint(format!(
        "the columns seem to be {seem}. What they are can be said in a job file: `counterfoil schema job` prints its shape"
    ))
}

/// Names of data sets after their files.
fn names(files: &[&str]) -> Vec<String> {
    let name = |file: &&str| {
        let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let plain = plain.trim_matches('-').to_owned();
        if plain.is_empty() { "data".to_owned() } else { plain }
    };
    let names: Vec<String> = files.iter().map(name).collect();
    match &names[..] {
        [left, right] if left == right => vec![format!("{left}-left"), format!("{right}-right")],
        _ => names,
    }
}

/// What text that is no UTF-8 mostly is in: West European Windows, which every byte can be read in.
const OLD_ENCODING: &str = "windows-1252";

/// A file and what its columns seem to hold.
struct Looked {
    file: String,
    name: String,
    /// What the file is written in, unless UTF-8 or what it says itself.
    encoding: Option<&'static str>,
    /// Rows that were looked at.
    rows: usize,
    guesses: Vec<Guess>,
    /// What the columns would be called by their contents, where a record stands in the place of their names.
    names_to_write: Option<Vec<String>>,
    /// By column, whether its type can be that of a record key.
    can_be_key: Vec<bool>,
}

impl Looked {
    fn at(file: &str, name: &str) -> Result<Looked, Vec<Fault>> {
        // If it can be read in no other way either, the first reason is the one to tell.
        Looked::read(file, name, None)
            .or_else(|faults| Looked::read(file, name, Some(OLD_ENCODING)).map_err(|_| faults))
    }

    fn read(file: &str, name: &str, encoding: Option<&'static str>) -> Result<Looked, Vec<Fault>> {
        let options = FormatOptions { encoding: encoding.map(str::to_owned), ..FormatOptions::default() };
        let table = Table::open(name, Path::new(""), &[file.to_owned()], &options)?;
        let columns: Vec<&str> = table.schema().fields().iter().map(|field| field.name().as_str()).collect();
        let batches = table.head(&columns, ROWS).map_err(|fault| vec![fault])?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let arrays = |at: usize| batches.iter().map(|batch: &RecordBatch| ArrayRef::clone(batch.column(at))).collect();
        let can_be_key = table.schema().fields().iter().map(|field| accepts_key(field.data_type())).collect();
        let columns: Vec<(&str, Vec<ArrayRef>)> =
            columns.into_iter().enumerate().map(|(at, name)| (name, arrays(at))).collect();
        let guesses = look(&columns);
        let names_to_write = (!has_header(&guesses)).then(|| names_by_contents(&columns));
        Ok(Looked { file: file.to_owned(), name: name.to_owned(), encoding, rows, guesses, names_to_write, can_be_key })
    }
}

/// Names for columns that have none, by what they seem to hold: those of fields, or `column` and a number.
fn names_by_contents(columns: &[(&str, Vec<ArrayRef>)]) -> Vec<String> {
    let unnamed: Vec<(&str, Vec<ArrayRef>)> = columns.iter().map(|(_, arrays)| ("", arrays.clone())).collect();
    let mut named = Names::default();
    let numbered = |at: usize, guess: &Guess| match guess.role {
        None | Some(GuessedRole::Other) => format!("column_{}", at + 1),
        Some(role) => role.name().to_owned(),
    };
    look(&unnamed).iter().enumerate().map(|(at, guess)| named.once(numbered(at, guess))).collect()
}

/// A linkage field: its name, kind, and columns in each file.
struct Field {
    name: String,
    kind: GuessedKind,
    /// By file: one column, or the parts of a date or of a name.
    columns: Vec<Vec<usize>>,
}

/// The fields, and of each file's columns why they are compared or not.
struct Fields {
    compared: Vec<Field>,
    because: Vec<Vec<String>>,
}

fn of_one(guesses: &[Guess]) -> Fields {
    let guesses: &[Guess] = &guesses.iter().map(in_one_file).collect::<Vec<_>>();
    let Linkable { uses, .. } = linkable(&guesses.iter().collect::<Vec<_>>(), &[], &[]);
    let mut named = Names::default();
    let columns = guesses.iter().enumerate().filter(|(i, _)| uses[*i].compared);
    let mut compared: Vec<Field> = columns
        .map(|(i, guess)| Field { name: named.of(guess, guess.role), kind: guess.kind, columns: vec![vec![i]] })
        .collect();
    joined::date_parts(guesses, &mut compared);
    joined::street_numbers(&[guesses], &mut compared);
    let mut because: Vec<String> = uses.into_iter().map(|used| used.because).collect();
    age_by_year(guesses, &mut compared, &mut because);
    let mut because = vec![because];
    joined::postcodes_behind(&[guesses], &mut compared, &mut because);
    joined::places(&[guesses], &mut compared, &mut because);
    Fields { compared, because }
}

/// Rows of several years do not have the same ages in them: the year of birth is compared.
fn age_by_year(guesses: &[Guess], compared: &mut Vec<Field>, because: &mut [String]) {
    let Some([age, year]) = age_with_year(guesses).filter(|[_, year]| guesses[*year].distinct > 1) else { return };
    let Some(at) = compared.iter().position(|field| field.columns[0] == [age]) else { return };
    compared[at] = Field { name: BY_AGE.to_owned(), kind: GuessedKind::Date, columns: vec![vec![age, year]] };
    compared.retain(|field| field.columns[0] != [year]);
    let why = "an age and the year that it was told in make a year of birth";
    [age, year].into_iter().for_each(|column| why.clone_into(&mut because[column]));
}

fn of_two(left: &[Guess], right: &[Guess]) -> Fields {
    let matching = match_columns(left, right);
    let single = |pair: &&Matched| pair.left.len() == 1 && pair.right.len() == 1;
    let pairs: Vec<&Matched> = matching.pairs.iter().filter(single).collect();
    // A column means what its partner does, if only that has a name that says it. One value in a
    // file, as where somebody is looked up in a register, is told apart from others of the other.
    let meant = |pair: &&Matched| {
        let mut guess = left[pair.left[0]].clone();
        guess.role = Some(pair.role);
        if pair.role == GuessedRole::Age {
            guess.kind = pair.kind;
        }
        guess.distinct = guess.distinct.max(right[pair.right[0]].distinct);
        guess
    };
    let meant: Vec<Guess> = pairs.iter().map(meant).collect();
    // What several columns make up tells no more than the side says that has it in fewer.
    let made_up = |pair: &Matched| {
        let (guesses, columns) =
            if pair.left.len() <= pair.right.len() { (left, &pair.left) } else { (right, &pair.right) };
        columns.iter().map(|at| &guesses[*at]).collect()
    };
    let besides: Vec<Vec<&Guess>> = matching.pairs.iter().filter(|pair| !single(pair)).map(made_up).collect();
    let partners: Vec<&Guess> = pairs.iter().map(|pair| &right[pair.right[0]]).collect();
    let uses = linkable(&meant.iter().collect::<Vec<_>>(), &partners, &besides).uses;
    let alone = |guess: &Guess| by_itself(guess).unwrap_or_else(|| "the other file has nothing like it".to_owned());
    let mut because = [left, right].map(|guesses| guesses.iter().map(alone).collect::<Vec<String>>());
    let mut named = Names::default();
    let mut compared = Vec::new();
    for (pair, used) in pairs.iter().zip(&uses) {
        let why = if used.compared { &pair.because } else { &used.because };
        because[0][pair.left[0]].clone_from(why);
        because[1][pair.right[0]].clone_from(why);
        if used.compared {
            let by_birth = is_by_birth(pair.role, [&left[pair.left[0]], &right[pair.right[0]]]);
            let name = if by_birth { BY_BIRTH.to_owned() } else { named.of(&left[pair.left[0]], Some(pair.role)) };
            compared.push(Field { name, kind: pair.kind, columns: vec![pair.left.clone(), pair.right.clone()] });
        }
    }
    for pair in matching.pairs.iter().filter(|pair| !single(pair)) {
        for (side, columns) in [(0, &pair.left), (1, &pair.right)] {
            columns.iter().for_each(|column| because[side][*column].clone_from(&pair.because));
        }
        let columns = vec![pair.left.clone(), pair.right.clone()];
        let name = if pair.role == GuessedRole::BirthYear { BY_AGE } else { pair.role.name() };
        compared.push(Field { name: name.to_owned(), kind: pair.kind, columns });
    }
    joined::street_numbers(&[left, right], &mut compared);
    joined::postcodes_behind(&[left, right], &mut compared, &mut because);
    joined::places(&[left, right], &mut compared, &mut because);
    Fields { compared, because: because.to_vec() }
}

/// Whether what is compared as an age is one in some of the columns only.
fn is_by_birth(role: GuessedRole, columns: [&Guess; 2]) -> bool {
    role == GuessedRole::Age && columns.iter().any(|guess| guess.role != Some(GuessedRole::Age))
}

/// Names of fields, each once.
#[derive(Default)]
struct Names {
    given: Vec<String>,
}

impl Names {
    fn of(&mut self, guess: &Guess, role: Option<GuessedRole>) -> String {
        let by_column = || {
            let name = guess.column.to_ascii_lowercase();
            let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
            let name = words.collect::<Vec<_>>().join("_");
            // Nothing is left to tell one name in another script from the next.
            let name = if name.is_empty() { "column".to_owned() } else { name };
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("column_{name}") }
        };
        let name = match role {
            Some(GuessedRole::Other) | None => by_column(),
            Some(role) => role.name().to_owned(),
        };
        self.once(name)
    }

    /// That name, with a number behind it if it was given before.
    fn once(&mut self, name: String) -> String {
        let fitting = (1..).map(|n| if n == 1 { name.clone() } else { format!("{name}_{n}") });
        let name = fitting.into_iter().find(|name| !self.given.contains(name)).unwrap_or(name);
        self.given.push(name.clone());
        name
    }
}

fn job(looked: &[Looked], fields: &Fields, wish: Wish<'_>) -> Guessed {
    let latest = looked.iter().flat_map(|file| &file.guesses).filter_map(Guess::latest_year).max();
    let of_file = |(side, file)| data_set(side, file, fields, latest);
    let data_sets = looked.iter().enumerate().map(of_file).collect();
    let side = |at: usize| OneOrMore::One(looked[at].name.clone());
    let name = looked.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("-and-");
    let linkage = LinkageSpec {
        left: side(0),
        right: (looked.len() > 1).then(|| side(1)),
        recipe: None,
        model: None,
        estimate: Some(crate::scored::spec::EstimateSpec::default()),
        decide: None,
        link_type: None,
        mode: if wish.tokens_only { Mode::Token } else { Mode::Trusted },
        ranks: Vec::new(),
        options: counterfoil_catalogue::LinkageOptions::default(),
        lists: BTreeMap::new(),
    };
    let keys = KeysSpec { root: wish.key.map(str::to_owned), demo: wish.key.is_none(), project: None, release: None };
    let spec = JobSpec {
        version: 1,
        name,
        agreement: None,
        catalogue: None,
        end: None,
        keys,
        data_sets,
        linkage,
        outputs: outputs(looked.len()),
    };
    Guessed { spec, columns: looked.iter().enumerate().flat_map(|(side, file)| said(side, file, fields)).collect() }
}

/// Of one file also the shape of its persons: of two files hardly any has three records.
fn outputs(files: usize) -> Vec<OutputSpec> {
    let clusters = (files == 1).then_some(OutputSpec::Clusters);
    [OutputSpec::Links, OutputSpec::Persons].into_iter().chain(clusters).collect()
}

/// `latest` is the latest year of all dates that say their century.
fn data_set(side: usize, looked: &Looked, fields: &Fields, latest: Option<u16>) -> DataSetSpec {
    let form = date_form(side, looked, fields);
    let column = |at: usize| looked.guesses[at].column.clone();
    let role = |field: &Field| {
        let columns = &field.columns[side];
        let spec = by_birth(field, &looked.guesses[columns[0]]).unwrap_or_else(|| role_spec(field, columns, column));
        let of = &looked.guesses[columns[0]];
        let several = if of.several { Some(Several::List(true)) } else { of.separator.map(Several::Separator) };
        (field.name.clone(), if several.is_some() { of_lists(field, spec, several) } else { spec })
    };
    let is_key = |(guess, fits): &(&Guess, &bool)| **fits && guess.role == Some(GuessedRole::RecordKey);
    let mut keys = looked.guesses.iter().zip(&looked.can_be_key).filter(is_key).map(|(guess, _)| guess);
    // Tables that were numbered on their way to a file have a first column without a name.
    let key = keys.clone().find(|guess| !guess.column.is_empty()).or_else(|| keys.next());
    DataSetSpec {
        name: looked.name.clone(),
        is: None,
        person: None,
        files: vec![looked.file.clone()],
        format: None,
        delimiter: None,
        quote: None,
        encoding: looked.encoding.map(str::to_owned),
        record_key: key.map(|guess| OneOrMore::One(guess.column.clone())),
        person_key: None,
        release: None,
        end: end(form, latest),
        date_form: form.map(|form| form.name().to_owned()),
        roles: fields.compared.iter().map(role).collect(),
        tiers: BTreeMap::new(),
    }
}

/// Where years have two digits, the end of the data says of which century they are: the latest year of
/// all dates that say theirs.
fn end(form: Option<DateForm>, latest: Option<u16>) -> Option<String> {
    latest.filter(|_| form.is_some_and(DateForm::is_short)).map(|year| format!("{year}-12-31"))
}

/// How the dates are written that are compared. A data set has one form for all of them: where they
/// differ, that of the date of birth.
fn date_form(side: usize, looked: &Looked, fields: &Fields) -> Option<DateForm> {
    let mut dates: Vec<&Field> = fields.compared.iter().filter(|field| field.kind == GuessedKind::Date).collect();
    dates.sort_by_key(|field| field.name != GuessedRole::BirthDate.name());
    dates.iter().flat_map(|field| &field.columns[side]).find_map(|column| looked.guesses[*column].date_form)
}

/// The age that a date of birth tells, in the latest year of birth: how much later the other file's ages
/// were told is for the run to find.
fn by_birth(field: &Field, guess: &Guess) -> Option<RoleSpec> {
    let is_born = matches!(guess.role, Some(GuessedRole::BirthDate | GuessedRole::BirthYear));
    (field.name == BY_BIRTH && is_born).then(|| {
        RoleSpec::Table(RoleTable {
            born: Some(guess.column.clone()),
            at: Some(guess.latest_birth()),
            kind: Some(FieldKind::Number.name().to_owned()),
            ..RoleTable::default()
        })
    })
}

fn role_spec(field: &Field, columns: &[usize], column: impl Fn(usize) -> String) -> RoleSpec {
    let kind = kind(field);
    let needs_type = FieldKind::of_role(&field.name) != Some(kind);
    let declared = needs_type.then(|| kind.name().to_owned());
    match columns {
        [year, month, day] if field.kind == GuessedKind::Date => RoleSpec::Table(RoleTable {
            year: Some(column(*year)),
            month: Some(column(*month)),
            day: Some(column(*day)),
            kind: declared,
            ..RoleTable::default()
        }),
        [age, year] if field.kind == GuessedKind::Date => RoleSpec::Table(RoleTable {
            age: Some(column(*age)),
            year: Some(column(*year)),
            kind: declared,
            ..RoleTable::default()
        }),
        [_, _, ..] => RoleSpec::Table(RoleTable {
            columns: Some(columns.iter().map(|at| column(*at)).collect()),
            kind: declared,
            ..RoleTable::default()
        }),
        _ if needs_type => {
            RoleSpec::Table(RoleTable { column: Some(column(columns[0])), kind: declared, ..RoleTable::default() })
        }
        _ => RoleSpec::Column(column(columns[0])),
    }
}

/// The role of a column that holds lists.
fn of_lists(field: &Field, role: RoleSpec, several: Option<Several>) -> RoleSpec {
    match role {
        RoleSpec::Table(table) => RoleSpec::Table(RoleTable { several, ..table }),
        RoleSpec::Column(column) => {
            let kind = Some(kind(field).name().to_owned());
            RoleSpec::Table(RoleTable { column: Some(column), kind, several, ..RoleTable::default() })
        }
        first @ RoleSpec::FirstOf(_) => first,
    }
}

fn kind(field: &Field) -> FieldKind {
    match field.kind {
        GuessedKind::Name | GuessedKind::Text if field.name.starts_with("full_name") => FieldKind::Words,
        GuessedKind::Name => FieldKind::Name,
        GuessedKind::Text | GuessedKind::None => FieldKind::Text,
        GuessedKind::Words => FieldKind::Words,
        GuessedKind::Category => FieldKind::Category,
        GuessedKind::Date => FieldKind::Date,
        GuessedKind::Number => FieldKind::Number,
        GuessedKind::Identifier => FieldKind::Identifier,
        GuessedKind::NhsNumber => FieldKind::NhsNumber,
        GuessedKind::Postcode => FieldKind::Postcode,
        GuessedKind::Sex => FieldKind::Sex,
        GuessedKind::Email => FieldKind::Email,
        GuessedKind::Location => FieldKind::Location,
    }
}

fn said<'s>(side: usize, looked: &'s Looked, fields: &'s Fields) -> impl Iterator<Item = GuessedColumn> + 's {
    looked.guesses.iter().enumerate().map(move |(at, guess)| {
        let field = fields.compared.iter().find(|field| field.columns[side].contains(&at));
        let is_no_key = field.is_none() && guess.role == Some(GuessedRole::RecordKey) && !looked.can_be_key[at];
        GuessedColumn {
            data_set: looked.name.clone(),
            column: guess.column.clone(),
            role: role_name(guess).to_owned(),
            field: field.map(|field| field.name.clone()),
            because: if is_no_key { NO_KEY.to_owned() } else { fields.because[side][at].clone() },
        }
    })
}

/// Of an id of another type than record keys have, such as one that empty cells made numbers with a point.
const NO_KEY: &str = "it is the id of a row, and no record key, which is text or a whole number";

fn role_name(guess: &Guess) -> &'static str {
    guess.role.map_or("nothing", GuessedRole::name)
}
