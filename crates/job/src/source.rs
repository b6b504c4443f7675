//! The data sets of a job, opened and with every role bound to columns.

mod settings;

use std::collections::BTreeMap;
use std::path::Path;

use arrow_schema::{DataType, SchemaRef};
use counterfoil_catalogue::{DataSet, ROLES, RoleColumns, RoleSpec, Several, SexMeaning};
use counterfoil_core::{Fault, FieldKind, LinkageField, Tier};
use counterfoil_store::{Format, Table};
use counterfoil_token::coding::{Columns, FieldPlan, Rules, Told, Withheld, accepts, accepts_date_part, accepts_key};
use counterfoil_token::standardise::{
    self, BIRTH_DATE_FLOOR, DateForm, DateRules, HES_DATE_SENTINELS, NumberCodes, PostcodeFold, PostcodeForms,
    PostcodeRules, SexCodes,
};

use crate::definition::{self, Entries};
use crate::spec::{DataSetSpec, OneOrMore};
use crate::tiers;

use settings::{date_form, format_options};
pub use settings::{end_day, postcode_fold};

/// No date of activity or death is before this: 1900-01-01.
const EVENT_DATE_FLOOR: i32 = -25_567;

/// Whether a kind of field is read from a type of column: by ranks, or by a model.
pub(crate) type Types = fn(FieldKind, &DataType) -> bool;

/// A data set whose files are open and whose columns are known.
pub struct Source {
    /// Name within the job.
    pub name: String,
    /// Its catalogue entry, if it has one.
    pub definition: Option<DataSet>,
    /// The files.
    pub table: Table,
    /// Columns of the record key; none if the data set has no record key.
    pub record_key: Vec<String>,
    /// Column of the person key; without one each row is a person of its own.
    pub person_key: Option<String>,
    /// Tiers that the job declares, by column; of none that the catalogue entry knows.
    pub tiers: BTreeMap<String, Tier>,
    /// Last day of the data, in days since 1970-01-01.
    pub end: i32,
    form: DateForm,
    spec: DataSetSpec,
    columns: Vec<String>,
}

impl Source {
    /// Opens a data set of a job. `place` is where it stands in the job file, `base` the
    /// folder of the job file.
    ///
    /// # Errors
    ///
    /// Every fault of its definition, its files, and of the keys and roles that the job names.
    pub(crate) fn open(
        place: &str,
        base: &Path,
        spec: &DataSetSpec,
        end: i32,
        entries: &Entries,
    ) -> Result<Source, Vec<Fault>> {
        let mut faults = Vec::new();
        let definition = definition::of(place, spec, entries).map_err(|fault| faults.push(fault)).ok().flatten();
        let options = format_options(place, spec, &mut faults);
        let own_end = spec.end.as_deref().map(|text| end_day(&format!("{place}.end"), text));
        let end = own_end.transpose().map_err(|fault| faults.push(fault)).ok().flatten().unwrap_or(end);
        let form = date_form(place, spec).map_err(|fault| faults.push(fault)).unwrap_or(DateForm::Auto);
        let table = Table::open(&spec.name, base, &spec.files, &options).map_err(|more| faults.extend(more)).ok();
        let Some(table) = table else { return Err(faults) };
        let columns: Vec<String> = table.schema().fields().iter().map(|f| f.name().clone()).collect();
        let mut source = Source {
            name: spec.name.clone(),
            definition,
            table,
            record_key: Vec::new(),
            person_key: None,
            tiers: BTreeMap::new(),
            end,
            form,
            spec: spec.clone(),
            columns,
        };
        source.bind_keys(place, &mut faults);
        faults.extend(spec.roles.keys().filter_map(|role| source.role(role).err()));
        faults.extend(source.several_of_no_field());
        match tiers::bind(place, spec, &source) {
            Ok(tiers) => source.tiers = tiers,
            Err(more) => faults.extend(more),
        }
        if faults.is_empty() { Ok(source) } else { Err(faults) }
    }

    /// The release that its pseudonyms are of, if the job gives it one of its own.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.spec.release.as_deref()
    }

    /// Schema of the files.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        self.table.schema()
    }

    /// Columns of the record key and the person key.
    #[must_use]
    pub fn key_columns(&self) -> Vec<&str> {
        self.record_key.iter().chain(&self.person_key).map(String::as_str).collect()
    }

    /// Whether its rows are of persons who can be linked, as far as the catalogue knows.
    #[must_use]
    pub fn has_persons(&self) -> bool {
        self.definition.as_ref().is_none_or(|definition| definition.link.person)
    }

    fn bind_keys(&mut self, place: &str, faults: &mut Vec<Fault>) {
        let own =
            self.spec.record_key.as_ref().map(|keys| {
                keys.as_slice().iter().map(|key| self.present(&format!("{place}.record_key"), key)).collect()
            });
        let record_key: Result<Vec<String>, Fault> = match (own, &self.definition) {
            (Some(own), _) => own,
            (None, Some(definition)) => definition.record_key(&self.columns),
            (None, None) => Ok(Vec::new()),
        };
        let person_key = match &self.spec.person_key {
            Some(key) => self.present(&format!("{place}.person_key"), key).map(Some),
            None => Ok(self.definition.as_ref().and_then(|d| d.person_key(&self.columns))),
        };
        self.record_key = record_key.map_err(|fault| faults.push(fault)).unwrap_or_default();
        self.person_key = person_key.map_err(|fault| faults.push(fault)).unwrap_or_default();
        faults.extend(self.inexact_keys(place));
    }

    /// Faults of key columns whose type does not hold every key exactly.
    fn inexact_keys(&self, place: &str) -> Vec<Fault> {
        let record = self.record_key.iter().map(|column| ("record_key", column));
        let keys = record.chain(self.person_key.iter().map(|column| ("person_key", column)));
        let unfit = keys.filter(|(_, column)| !accepts_key(self.column_type(column)));
        unfit
            .map(|(key, column)| {
                let message =
                    format!("column `{column}` is of type {}, which cannot hold a key", self.column_type(column));
                Fault::spec(format!("{place}.{key}"), message)
                    .hint("write keys as text or as whole numbers: a float makes one of several long ones")
            })
            .collect()
    }

    /// A column as the files spell it, or a fault at `place`.
    pub(crate) fn present(&self, place: &str, column: &str) -> Result<String, Fault> {
        RoleSpec::Column(column.to_owned())
            .resolve(&self.columns)
            .map(|found| found.names().concat())
            .map_err(|_| self.no_column(place, column))
    }

    fn no_column(&self, place: &str, column: &str) -> Fault {
        if !self.has_named_columns() {
            let message = format!("`{}` has no column `{column}`; its first line does not look like names", self.name);
            return Fault::spec(place, message).hint("the first line of a CSV file must be its header");
        }
        let listed = self.columns.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
        let fault = Fault::spec(place, format!("`{}` has no column `{column}`; its columns are {listed}", self.name));
        match counterfoil_catalogue::nearest(column, self.columns.iter().map(String::as_str)) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint("name one of these in the job"),
        }
    }

    /// Whether the columns' names may be shown. In a CSV file without a header they are the
    /// first row's values, so they are shown only if the job or the catalogue knows one of them.
    fn has_named_columns(&self) -> bool {
        let is_csv = self.table.files().iter().any(|file| Format::of(&file.path) == Some(Format::Csv))
            || self.spec.format.as_deref() == Some(Format::Csv.name());
        let keys = self.spec.record_key.iter().flat_map(OneOrMore::as_slice).chain(&self.spec.person_key);
        let known = self.spec.roles.values().any(|role| role.resolve(&self.columns).is_ok())
            || keys.into_iter().any(|key| self.columns.contains(key))
            || self.definition.as_ref().is_some_and(|d| self.columns.iter().any(|column| d.field(column).is_some()));
        !is_csv || known
    }

    /// The columns of a role: the job's own, else the catalogue's; `None` if the data set
    /// has no such role or the files none of its columns.
    ///
    /// # Errors
    ///
    /// The job names a column that is not there.
    pub fn role(&self, role: &str) -> Result<Option<RoleColumns>, Fault> {
        let place = format!("data_set.{}.roles.{role}", self.name);
        if let Some(own) = self.spec.roles.get(role) {
            return own.resolve(&self.columns).map(Some).map_err(|message| match own {
                RoleSpec::Column(column) => self.no_column(&place, column),
                RoleSpec::Table(_) | RoleSpec::FirstOf(_) => {
                    Fault::spec(&place, message).hint("`counterfoil schema job` shows the forms a role can have")
                }
            });
        }
        Ok(self.definition.as_ref().and_then(|definition| definition.role(role, &self.columns).ok()))
    }

    /// How a role's column holds several values a record; `None` if it holds one, or the data set
    /// has no such role.
    #[must_use]
    pub fn several(&self, role: &str) -> Option<&Several> {
        let of_definition = || self.definition.as_ref().and_then(|definition| definition.roles.get(role));
        self.spec.roles.get(role).or_else(of_definition)?.several()
    }

    /// Faults of standard roles that no record is compared on, and that say `several`.
    fn several_of_no_field(&self) -> Vec<Fault> {
        let is_standard = |name: &str| ROLES.iter().any(|(role, _)| *role == name);
        let unfit =
            self.spec.roles.iter().filter(|(name, role)| {
                role.several().is_some() && is_standard(name) && FieldKind::of_role(name).is_none()
            });
        let fault = |name: &String| {
            Fault::spec(format!("data_set.{}.roles.{name}", self.name), "a record has one value of this role")
                .hint("leave out `several`")
        };
        unfit.map(|(name, _)| fault(name)).collect()
    }

    /// What is wrong with a field of several values: a column of another shape, or a kind of
    /// which a record has one value.
    ///
    /// # Errors
    ///
    /// The fault.
    pub fn check_several(&self, field: &LinkageField) -> Result<(), Fault> {
        let Some(several) = self.several(&field.name) else { return Ok(()) };
        let fault = |message: String, hint: &str| {
            Err(Fault::spec(format!("data_set.{}.roles.{}", self.name, field.name), message).hint(hint))
        };
        let one = [FieldKind::Number, FieldKind::Sex, FieldKind::Location, FieldKind::LocalPatientId];
        if one.contains(&field.kind) {
            let message = format!("of the kind {} a record has one value", field.kind.name());
            return fault(message, "leave out `several`");
        }
        let columns = self.role(&field.name)?;
        let column = columns.as_ref().and_then(|columns| columns.names().first().copied()).unwrap_or_default();
        match (several, self.column_type(column)) {
            (Several::Separator(_), kind) if is_text(kind) => Ok(()),
            (Several::Separator(_), kind) => {
                let message = format!("column `{column}` is of type {kind}, which has no character between values");
                fault(message, "`several = true` is for a column of lists")
            }
            (Several::List(_), DataType::List(of) | DataType::LargeList(of)) if accepts(field.kind, of.data_type()) => {
                Ok(())
            }
            (Several::List(_), kind) => {
                let message = format!("column `{column}` is of type {kind}, and no list of {}s", field.kind.name());
                fault(message, "`several = \"|\"` is for text with this character between values")
            }
        }
    }

    /// Roles of values that tell persons apart, with their kinds: the standard ones, and those of
    /// the user's own.
    #[must_use]
    pub fn comparable_roles(&self) -> Vec<(String, FieldKind)> {
        let of_definition = self.definition.iter().flat_map(|definition| definition.roles.keys());
        let mut names: Vec<&String> = self.spec.roles.keys().chain(of_definition).collect();
        names.sort_unstable();
        names.dedup();
        let is_own = |name: &str| self.spec.roles.contains_key(name) && ROLES.iter().all(|(role, _)| *role != name);
        let known = names.into_iter().filter(|name| FieldKind::of_role(name).is_some() || is_own(name));
        let here = known.filter(|name| matches!(self.role(name), Ok(Some(_))));
        here.filter_map(|name| Some((name.clone(), self.role_kind(name).ok()??))).collect()
    }

    /// Faults of roles of the job's own whose values could be compared if their type were known: it
    /// is misspelt, or missing, as where the name of a standard role is misspelt.
    pub(crate) fn untyped_roles(&self) -> Vec<Fault> {
        let is_standard = |name: &str| ROLES.iter().any(|(role, _)| *role == name);
        let names = self.spec.roles.keys();
        let compared = names.filter(|name| FieldKind::of_role(name).is_some() || !is_standard(name));
        compared.filter_map(|name| self.role_kind(name).err()).collect()
    }

    /// What kind of value a role holds here, as declared or implied; `None` if the data set
    /// does not have the role.
    ///
    /// # Errors
    ///
    /// The role is a name of the user's own without a known type.
    pub fn role_kind(&self, role: &str) -> Result<Option<FieldKind>, Fault> {
        let place = format!("data_set.{}.roles.{role}", self.name);
        match (self.spec.roles.get(role), &self.definition) {
            (Some(own), _) => own.kind(role).map(Some).map_err(|message| {
                Fault::spec(place, message).hint("for example `{ column = \"COLUMN\", type = \"text\" }`")
            }),
            (None, Some(definition)) => Ok(definition.role_kind(role).ok()),
            (None, None) => Ok(None),
        }
    }

    /// How a linkage field is read from this data set, from columns of those types.
    ///
    /// # Errors
    ///
    /// The job names a column that is not there, or whose type cannot hold such a value.
    pub(crate) fn field_plan(&self, field: &LinkageField, fold: PostcodeFold, from: Types) -> Result<FieldPlan, Fault> {
        let columns = match self.role(&field.name)? {
            None => Columns::Absent,
            Some(columns) => columns_of(columns),
        };
        if self.several(&field.name).is_none() {
            self.check_types(field, &columns, from)?;
        }
        Ok(FieldPlan {
            field: field.clone(),
            rules: self.rules(field, &columns, fold)?,
            missing: self.missing(field.kind, &columns),
            columns,
        })
    }

    fn check_types(&self, field: &LinkageField, columns: &Columns, from: Types) -> Result<(), Fault> {
        use FieldKind::{Location, Name, Text, Words};
        if matches!(columns, Columns::Joined(_)) && !matches!(field.kind, Words | Text | Name | Location) {
            let message = format!("`columns` makes one text of several, which cannot hold a {}", field.kind.name());
            return Err(Fault::spec(format!("data_set.{}.roles.{}", self.name, field.name), message)
                .hint("use it for `words`, `text`, `name`, and latitude and longitude of a `location`"));
        }
        for name in columns.names() {
            let kind = self.column_type(name);
            let fits = match columns {
                Columns::DateParts { .. } | Columns::YearByAge { .. } => accepts_date_part(kind),
                Columns::AgeByBirth { .. } => accepts(FieldKind::Date, kind),
                // Latitude and longitude.
                Columns::Joined(_) if field.kind == Location => accepts(FieldKind::Number, kind),
                _ => from(field.kind, kind),
            };
            if !fits {
                let message = format!("column `{name}` is of type {kind}, which cannot hold a {}", field.kind.name());
                return Err(Fault::spec(format!("data_set.{}.roles.{}", self.name, field.name), message)
                    .hint("name another column, or write this one as text"));
            }
        }
        Ok(())
    }

    /// Type of a column that is known to be there.
    fn column_type(&self, name: &str) -> &DataType {
        self.schema().field_with_name(name).map_or(&DataType::Null, |field| field.data_type())
    }

    /// Why a column of the files does not hold its values exactly, if it does not: a float for
    /// codes or keys that may be long.
    #[must_use]
    pub fn inexact(&self, column: &str) -> Option<String> {
        let kind = self.column_type(column);
        let field = self.definition.as_ref()?.field(column)?;
        let lossy = matches!(kind, DataType::Float16 | DataType::Float32 | DataType::Float64);
        (lossy && !field.is_exact_as_float())
            .then(|| format!("column `{column}` is of type {kind}, which makes one of several long codes"))
    }

    fn rules(&self, field: &LinkageField, columns: &Columns, fold: PostcodeFold) -> Result<Rules, Fault> {
        Ok(match field.kind {
            FieldKind::NhsNumber => Rules::NhsNumber,
            FieldKind::Date => Rules::Date(self.date_rules(BIRTH_DATE_FLOOR)),
            FieldKind::Sex => Rules::Sex(self.sex_codes(columns)?),
            FieldKind::Postcode => Rules::Postcode(PostcodeRules { forms: self.postcode_forms(), fold }),
            FieldKind::Name => Rules::Name,
            FieldKind::LocalPatientId => Rules::LocalPatientId,
            FieldKind::Text => Rules::Text,
            FieldKind::Category => Rules::Category,
            FieldKind::Number => Rules::Number(self.number_codes(columns)?),
            FieldKind::Identifier => Rules::Identifier,
            FieldKind::Words => words(field),
            FieldKind::Email => Rules::Email,
            FieldKind::Location => Rules::Location,
        })
    }

    /// HES holds postcodes in its own eight-character layout and nothing else; elsewhere any
    /// current form is taken.
    fn postcode_forms(&self) -> PostcodeForms {
        let is_hes = self.definition.as_ref().is_some_and(|d| d.family.as_deref() == Some("HES"));
        if is_hes { PostcodeForms::Hes8Only } else { PostcodeForms::Any }
    }

    /// Limits of a date: not before `floor`, not after the end of the data; the dates that
    /// HES uses for "missing" are missing everywhere, as all are before any floor.
    #[must_use]
    pub fn date_rules(&self, floor: i32) -> DateRules {
        DateRules { floor, end: self.end, sentinels: HES_DATE_SENTINELS.to_vec(), form: self.form }
    }

    /// Limits of the date of an event: from 1900 on, and without an end, since an event
    /// after the end of the data is late, not impossible.
    #[must_use]
    pub fn event_rules(&self) -> DateRules {
        DateRules { end: i32::MAX, ..self.date_rules(EVENT_DATE_FLOOR) }
    }

    fn sex_codes(&self, columns: &Columns) -> Result<SexCodes, Fault> {
        let field = (self.definition.as_ref()).zip(columns.names().first().copied()).and_then(|(d, c)| d.field(c));
        match field.map(|field| &field.sex_codes) {
            Some(codes) if !codes.is_empty() => {
                let meaning = |meaning: &SexMeaning| match meaning {
                    SexMeaning::Male => standardise::SexMeaning::Male,
                    SexMeaning::Female => standardise::SexMeaning::Female,
                    SexMeaning::NotKnown => standardise::SexMeaning::NotKnown,
                };
                let codes: Vec<_> = codes.iter().map(|(code, m)| (code.as_str(), meaning(m))).collect();
                SexCodes::new(&codes)
            }
            _ => Ok(SexCodes::general()),
        }
    }

    /// The numbers that codes of a field of numbers stand for.
    fn number_codes(&self, columns: &Columns) -> Result<NumberCodes, Fault> {
        let field = (self.definition.as_ref()).zip(columns.names().first().copied()).and_then(|(d, c)| d.field(c));
        let codes = field.into_iter().flat_map(|field| &field.code_numbers);
        let codes: Vec<(&str, String)> = codes.map(|(code, number)| (code.as_str(), number.to_string())).collect();
        NumberCodes::new(&codes.iter().map(|(code, number)| (*code, number.as_str())).collect::<Vec<_>>())
    }

    /// Texts that mean "missing" in this field. Dates have their sentinels in the rules.
    fn missing(&self, kind: FieldKind, columns: &Columns) -> Vec<String> {
        let field = (self.definition.as_ref()).zip(columns.names().first().copied()).and_then(|(d, c)| d.field(c));
        match (kind, field) {
            (FieldKind::Date, _) | (_, None) => Vec::new(),
            (_, Some(field)) => field.missing.keys().cloned().collect(),
        }
    }

    /// Where the data set says why it withholds the identity of a row's person, if it does.
    ///
    /// # Errors
    ///
    /// The job names a column that is not there.
    pub fn withheld(&self) -> Result<Option<Withheld>, Fault> {
        let Some(RoleColumns::One(column)) = self.role("identity_withheld")? else { return Ok(None) };
        let field = self.definition.as_ref().and_then(|definition| definition.field(&column));
        let missing = field.map(|field| field.missing.keys().cloned().collect()).unwrap_or_default();
        Ok(Some(Withheld { column, missing }))
    }

    /// Where the date of activity or of death stands, if the linkage looks at one and the
    /// data set has it.
    ///
    /// # Errors
    ///
    /// The job names a column that is not there or holds no dates.
    pub fn event_date(&self, role: Option<&str>) -> Result<Option<Columns>, Fault> {
        role.map_or(Ok(None), |role| self.date_role(role))
    }

    /// The columns of a role that holds a date.
    ///
    /// # Errors
    ///
    /// The job names a column that is not there or holds no dates.
    pub fn date_role(&self, role: &str) -> Result<Option<Columns>, Fault> {
        let Some(columns) = self.role(role)? else {
            return Ok(None);
        };
        let columns = columns_of(columns);
        let field = LinkageField { name: role.to_owned(), kind: FieldKind::Date, several: false };
        self.check_types(&field, &columns, accepts)?;
        Ok(Some(columns))
    }
}

fn columns_of(columns: RoleColumns) -> Columns {
    match columns {
        RoleColumns::One(column) => Columns::One(column),
        RoleColumns::DateParts { year, month, day } => Columns::DateParts { year, month, day },
        RoleColumns::YearByAge { age, told } => Columns::YearByAge {
            age,
            told: match told {
                counterfoil_catalogue::Told::In(year) => Told::In(year),
                counterfoil_catalogue::Told::At(year) => Told::At(year),
            },
        },
        RoleColumns::AgeByBirth { born, at } => Columns::AgeByBirth { born, at },
        RoleColumns::WithProvider { column, provider } => Columns::WithProvider { id: column, provider },
        RoleColumns::Joined(columns) => Columns::Joined(columns),
        // Runs of columns are for causes of death, never for a linkage field.
        RoleColumns::Many(columns) => columns.into_iter().next().map_or(Columns::Absent, Columns::One),
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// How the words of a field are read: a whole name in the order that a comma tells.
pub(crate) fn words(field: &LinkageField) -> Rules {
    if field.name == "full_name" { Rules::FullName } else { Rules::Words }
}
