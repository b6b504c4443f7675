//! Lists of values that ranks exclude, such as communal-establishment postcodes.

use std::path::Path;
use std::sync::Mutex;

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use counterfoil_core::{Code, Fault, FieldKind, LinkageField};
use counterfoil_store::{Format, FormatOptions, Table};
use counterfoil_token::coding::{Coder, Columns, FieldPlan, Rules, SourcePlan, Tally, accepts};
use counterfoil_token::dates::DateCodes;
use counterfoil_token::standardise::{PostcodeFold, PostcodeForms, PostcodeRules};
use counterfoil_token::tokeniser::Tokeniser;
use hashbrown::HashSet;

use crate::source::words;
use crate::spec::ListSpec;

/// A list whose file is open, before it is known what its values are.
pub struct OpenList {
    name: String,
    table: Table,
    column: String,
}

impl OpenList {
    /// Opens a list and finds its column.
    ///
    /// # Errors
    ///
    /// The file cannot be read, lacks the column, or has several and none is named.
    pub fn open(name: &str, spec: &ListSpec, base: &Path) -> Result<OpenList, Vec<Fault>> {
        let table = Table::open(name, base, std::slice::from_ref(&spec.file), &FormatOptions::default());
        let table = table.map_err(|faults| faults.into_iter().map(|fault| placed(name, fault)).collect::<Vec<_>>())?;
        let column = column(name, spec, &table).map_err(|fault| vec![fault])?;
        Ok(OpenList { name: name.to_owned(), table, column })
    }

    /// The list as one of a field's values, which are standardised like the field itself.
    ///
    /// # Errors
    ///
    /// The field is of a kind that lists are not made for, or that the column cannot hold.
    pub fn bind(self, field: &LinkageField, fold: PostcodeFold) -> Result<ValueList, Fault> {
        let place = place(&self.name);
        let rules = match field.kind {
            FieldKind::Postcode => Rules::Postcode(PostcodeRules { forms: PostcodeForms::Any, fold }),
            FieldKind::Name => Rules::Name,
            FieldKind::Text => Rules::Text,
            FieldKind::Category => Rules::Category,
            FieldKind::Identifier => Rules::Identifier,
            FieldKind::Words => words(field),
            FieldKind::Email => Rules::Email,
            FieldKind::Location => Rules::Location,
            FieldKind::NhsNumber => Rules::NhsNumber,
            FieldKind::Date | FieldKind::Sex | FieldKind::LocalPatientId | FieldKind::Number => {
                return Err(Fault::spec(place, format!("a list cannot be of a {}", field.kind.name()))
                    .hint("lists are of postcodes, names, texts, categories, identifiers or NHS numbers"));
            }
        };
        let kind = self.table.schema().field_with_name(&self.column).map_or(&DataType::Null, |field| field.data_type());
        if !accepts(field.kind, kind) {
            let message =
                format!("column `{}` is of type {kind}, which cannot hold a {}", self.column, field.kind.name());
            return Err(Fault::spec(place, message).hint("write the values as text"));
        }
        let columns = Columns::One(self.column.clone());
        let plan = FieldPlan { field: field.clone(), columns, rules, missing: Vec::new() };
        Ok(ValueList { name: self.name, table: self.table, plan, column: self.column })
    }
}

/// A list that can be read.
pub struct ValueList {
    /// Name of the list.
    pub name: String,
    /// The file.
    pub table: Table,
    plan: FieldPlan,
    column: String,
}

impl ValueList {
    /// The kind of its values.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        self.plan.field.kind
    }

    /// The codes of the listed values. A value that is not valid stands for none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn codes(&self, tokeniser: &Tokeniser, dates: &DateCodes) -> Result<HashSet<Code>, Fault> {
        let fields = vec![self.plan.clone()];
        let plan = SourcePlan {
            source: 0,
            fields,
            withheld: None,
            person_key: None,
            identity: Vec::new(),
            date: None,
            flags: Vec::new(),
        };
        let coder = Coder::new(tokeniser, dates, plan);
        let listed = Mutex::new(HashSet::new());
        let each = |(): &mut (), first_row: u64, batch: &RecordBatch| {
            let batch = coder.code(first_row, batch, &mut Tally::new(1));
            let valid = batch.fields[0].iter().filter(|code| !code.is_null());
            listed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(valid);
            Ok(())
        };
        self.table.scan(&[self.column.as_str()], |_| (), each, |_, ()| Ok(()))?;
        Ok(listed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

fn place(name: &str) -> String {
    format!("linkage.lists.{name}")
}

/// A fault of opening files, which speaks of data sets, at the place of the list.
fn placed(name: &str, fault: Fault) -> Fault {
    let of_files = fault.place == format!("data_set.{name}.files");
    Fault { place: if of_files { format!("{}.file", place(name)) } else { fault.place }, ..fault }
}

fn column(name: &str, spec: &ListSpec, table: &Table) -> Result<String, Fault> {
    let fields = table.schema().fields();
    // Without a header, the names of a CSV file are values.
    let is_csv = table.files().iter().any(|file| Format::of(&file.path) == Some(Format::Csv));
    let names = || {
        if is_csv {
            format!("{} columns, which the file's first line must name", fields.len())
        } else {
            fields.iter().map(|f| format!("`{}`", f.name())).collect::<Vec<_>>().join(", ")
        }
    };
    let message = match &spec.column {
        Some(column) if fields.iter().any(|field| field.name() == column) => return Ok(column.clone()),
        Some(column) => format!("there is no column `{column}`; the list has {}", names()),
        None if fields.len() == 1 => return Ok(fields[0].name().clone()),
        None => format!("no column is named, and the list has {}", names()),
    };
    Err(Fault::spec(place(name), message).hint("name the column that holds the values: `column = \"COLUMN\"`"))
}
