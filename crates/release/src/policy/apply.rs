//! Carries out a plan on one batch.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt32Array, downcast_integer_array};
use arrow_schema::{DataType, Schema};
use arrow_select::take::take;
use counterfoil_core::Fault;

use super::{Action, Plan};
use crate::pseudonym::{Pseudonymiser, check_pseudonyms};

/// Where faults of this module are said to be.
const PLACE: &str = "release.extract";

/// Projects and transforms one batch of the plan's source; rows keep their order. They may
/// not leave before [`sort_by_pseudonym`](crate::order::sort_by_pseudonym).
///
/// # Errors
///
/// A bug if the batch is not of the plan's source, if a text column of one batch is beyond
/// 2 GiB, or if the pseudonymiser answers with anything but a pseudonym for each value.
pub fn apply(batch: &RecordBatch, plan: &Plan, pseudonymiser: &dyn Pseudonymiser) -> Result<RecordBatch, Fault> {
    let shape = |schema: &Schema| -> Vec<(String, DataType)> {
        let fields = schema.fields().iter();
        fields.map(|field| (field.name().clone(), field.data_type().clone())).collect()
    };
    if shape(batch.schema_ref()) != shape(&plan.source) {
        return Err(Fault::bug(PLACE, "a batch is not of the source that the plan was made for"));
    }
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(plan.schema.fields().len());
    for ((name, action), values) in plan.columns().zip(batch.columns()) {
        match action {
            Action::Drop(_) => {}
            Action::Keep { withheld } => columns.push(withhold(name, plain(name, values)?, withheld)?),
            Action::Pseudonymise { purpose } => {
                let keys = key_text(name, values)?;
                columns.push(Arc::new(pseudonyms(name, purpose, &keys, pseudonymiser)?));
            }
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(plan.schema.clone(), columns, &options)
        .map_err(|_| Fault::bug(PLACE, "columns do not fit the plan's schema"))
}

/// A column's values in the type that the plan's schema says.
fn plain(column: &str, values: &ArrayRef) -> Result<ArrayRef, Fault> {
    Ok(match values.data_type() {
        DataType::LargeUtf8 => Arc::new(text(column, values.as_string::<i64>().iter())?),
        DataType::Utf8View => Arc::new(text(column, values.as_string_view().iter())?),
        DataType::Dictionary(_, _) => plain(column, &undictionary(column, values)?)?,
        _ => values.clone(),
    })
}

/// The same values with some codes as null. Taking anew, other than masking, leaves nothing
/// of them in the column's memory.
fn withhold(column: &str, values: ArrayRef, codes: &[String]) -> Result<ArrayRef, Fault> {
    if codes.is_empty() {
        return Ok(values);
    }
    let found = key_text(column, &values)?;
    let is_withheld = |code: Option<&str>| code.is_some_and(|code| codes.iter().any(|c| c == code));
    let rows = found.iter().zip(0_u32..).map(|(code, row)| (!is_withheld(code)).then_some(row));
    take(values.as_ref(), &rows.collect::<UInt32Array>(), None)
        .map_err(|_| Fault::bug(PLACE, format!("codes of column `{column}` could not be withheld")))
}

/// A key column as the text that is pseudonymised: without surrounding blanks, numbers in
/// decimal, blank as null. A blank key is nobody's; it must not make one person of all rows
/// without a key.
fn key_text(column: &str, values: &ArrayRef) -> Result<StringArray, Fault> {
    fn key(value: Option<&str>) -> Option<&str> {
        value.map(str::trim).filter(|text| !text.is_empty())
    }
    let array = values.as_ref();
    downcast_integer_array!(
        array => Ok(array.iter().map(|value| value.map(|v| v.to_string())).collect()),
        DataType::Utf8 => text(column, array.as_string::<i32>().iter().map(key)),
        DataType::LargeUtf8 => text(column, array.as_string::<i64>().iter().map(key)),
        DataType::Utf8View => text(column, array.as_string_view().iter().map(key)),
        DataType::Decimal128(_, 0) => {
            let numbers = array.as_primitive::<Decimal128Type>().iter();
            Ok(numbers.map(|value| value.map(|v| v.to_string())).collect())
        },
        DataType::Null => Ok(StringArray::new_null(array.len())),
        DataType::Dictionary(_, _) => {
            key_text(column, &undictionary(column, values)?)
        },
        _ => Err(Fault::bug(PLACE, format!("column `{column}` is not of a key's type")))
    )
}

fn undictionary(column: &str, values: &ArrayRef) -> Result<ArrayRef, Fault> {
    let dictionary = values.as_any_dictionary();
    take(dictionary.values().as_ref(), dictionary.keys(), None)
        .map_err(|_| Fault::bug(PLACE, format!("dictionary column `{column}` could not be read")))
}

/// Plain text of some values, which together must stay within the reach of its offsets.
fn text<'a>(column: &str, values: impl Iterator<Item = Option<&'a str>> + Clone) -> Result<StringArray, Fault> {
    let bytes: usize = values.clone().flatten().map(str::len).sum();
    if i32::try_from(bytes).is_err() {
        let message = format!("column `{column}` has more than 2 GiB of text in one batch");
        return Err(Fault::bug(PLACE, message));
    }
    Ok(values.collect())
}

/// Asks for pseudonyms, and makes sure that pseudonyms is what came back.
fn pseudonyms(
    column: &str,
    purpose: &str,
    keys: &StringArray,
    pseudonymiser: &dyn Pseudonymiser,
) -> Result<StringArray, Fault> {
    let answer = pseudonymiser.pseudonyms(purpose, keys);
    let same_nulls = answer.len() == keys.len() && (0..keys.len()).all(|row| answer.is_null(row) == keys.is_null(row));
    if !same_nulls {
        let message = format!("column `{column}`: not one pseudonym for each value");
        return Err(Fault::bug(PLACE, message));
    }
    check_pseudonyms(PLACE, column, &answer)?;
    Ok(answer)
}
