//! Lists of values that ranks exclude, such as communal-establishment postcodes.

use std::path::Path;
use std::sync::Mutex;

use arrow_array::RecordBatch;
use counterfoil_core::{Code, Fault, FieldKind, LinkageField};
use counterfoil_store::{FormatOptions, Table};
use counterfoil_token::coding::{Coder, Columns, FieldPlan, Rules, SourcePlan, Tally, accepts};
use counterfoil_token::dates::DateCodes;
use counterfoil_token::standardise::{PostcodeFold, PostcodeForms, PostcodeRules};
use counterfoil_token::tokeniser::Tokeniser;
use hashbrown::HashSet;

use crate::spec::ListSpec;

/// A list whose file is open.
pub struct ValueList {
    /// Name of the list.
    pub name: String,
    /// The file.
    pub table: Table,
    plan: FieldPlan,
    column: String,
}

impl ValueList {
    /// Opens a list. Its values are standardised as those of the field that it belongs to.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has several columns and none is named, or its field is of a
    /// kind that lists are not made for.
    pub fn read(
        name: &str,
        spec: &ListSpec,
        field: &LinkageField,
        fold: PostcodeFold,
        base: &Path,
    ) -> Result<ValueList, Vec<Fault>> {
        let place = format!("linkage.lists.{name}");
        let rules = match field.kind {
            FieldKind::Postcode => Rules::Postcode(PostcodeRules { forms: PostcodeForms::Any, fold }),
            FieldKind::Name => Rules::Name,
            FieldKind::Text => Rules::Text,
            FieldKind::Category => Rules::Category,
            FieldKind::Identifier => Rules::Identifier,
            FieldKind::NhsNumber => Rules::NhsNumber,
            FieldKind::Date | FieldKind::Sex | FieldKind::LocalPatientId | FieldKind::Number => {
                let message = format!("a list cannot be of a {}", field.kind.name());
                return Err(vec![Fault::spec(place, message)]);
            }
        };
        let table = Table::open(name, base, std::slice::from_ref(&spec.file), &FormatOptions::default())?;
        let column = column(&place, spec, &table, field.kind).map_err(|fault| vec![fault])?;
        let columns = Columns::One(column.clone());
        Ok(ValueList {
            name: name.to_owned(),
            table,
            plan: FieldPlan { field: field.clone(), columns, rules, missing: Vec::new() },
            column,
        })
    }

    /// The codes of the listed values. A value that is not valid stands for none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn codes(&self, tokeniser: &Tokeniser, dates: &DateCodes) -> Result<HashSet<Code>, Fault> {
        let fields = vec![self.plan.clone()];
        let plan =
            SourcePlan { source: 0, fields, person_key: None, identity: Vec::new(), date: None, flags: Vec::new() };
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

fn column(place: &str, spec: &ListSpec, table: &Table, kind: FieldKind) -> Result<String, Fault> {
    let fields = table.schema().fields();
    let listed = || fields.iter().map(|f| format!("`{}`", f.name())).collect::<Vec<_>>().join(", ");
    let found = match &spec.column {
        Some(column) => fields.iter().find(|field| field.name() == column),
        None if fields.len() == 1 => fields.first(),
        None => None,
    };
    match found {
        Some(field) if accepts(kind, field.data_type()) => Ok(field.name().clone()),
        Some(field) => Err(Fault::spec(place, format!("column `{}` is of type {}", field.name(), field.data_type()))),
        None => Err(Fault::spec(place, format!("name the list's column; the file has {}", listed()))
            .hint("`column = \"COLUMN\"`")),
    }
}
