//! Rows leave in pseudonym order.
//!
//! The order of the input says when and where a record was made, so it must not survive.
//! Rows of one pseudonym are ordered by their remaining columns: then the outcome depends
//! on the set of rows alone, not on files, batches or threads, and rows that still tie are
//! equal in every column.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrowNativeTypeOp, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringArray, UInt32Array,
    downcast_primitive_array,
};
use arrow_schema::{DataType, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::{take, take_record_batch};
use counterfoil_core::Fault;

/// Where faults of this module are said to be.
const PLACE: &str = "release.order";

/// Puts rows in pseudonym order, ties broken by the remaining columns from left to right;
/// nulls last. Without a pseudonym column the rows are ordered by all columns from left to
/// right. `schema` is that of every batch, and of the answer when there is none.
///
/// # Errors
///
/// A fault if there is no text column of that name, if a column's type has no order, or if
/// the rows do not fit one batch (some 2 GiB of text in one column: split them first with
/// [`split_by_pseudonym`]).
pub fn sort_by_pseudonym(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    pseudonym: Option<&str>,
) -> Result<RecordBatch, Fault> {
    let leading = pseudonym.map(|column| position(schema, column)).transpose()?;
    let all = concat_batches(schema, batches)
        .map_err(|_| Fault::bug(PLACE, "the rows of an extract do not fit one batch"))?;
    let others = (0..schema.fields().len()).filter(|column| Some(*column) != leading);
    let order = RowOrder::new(&all, leading.into_iter().chain(others))?;
    let pseudonyms = leading.map(|column| text_column(&all, column)).transpose()?;
    let indices = sorted_indices(&order, pseudonyms)?;
    take_record_batch(&all, &indices).map_err(|_| Fault::bug(PLACE, "rows could not be reordered"))
}

/// Splits a batch into `2^bits` batches by the leading bits of the pseudonym, in pseudonym
/// order; rows keep their order within each. Null pseudonyms go to the last.
///
/// An extract larger than memory is split so, batch by batch, into as many spilled parts;
/// each part is then sorted on its own, and the parts one after another are in order.
///
/// # Errors
///
/// A fault if there is no text column of that name, or if it holds anything but pseudonyms.
///
/// # Panics
///
/// If `bits` is more than 8.
pub fn split_by_pseudonym(batch: &RecordBatch, pseudonym: &str, bits: u32) -> Result<Vec<RecordBatch>, Fault> {
    assert!(bits <= 8, "a split is by at most 8 bits");
    let values = text_column(batch, position(batch.schema_ref(), pseudonym)?)?;
    crate::pseudonym::check_pseudonyms(PLACE, pseudonym, values)?;
    let mut parts: Vec<Vec<u32>> = vec![Vec::new(); 1 << bits];
    let last = parts.len() - 1;
    for (row, value) in values.iter().enumerate() {
        let part = value.and_then(|text| u8::from_str_radix(&text[..2], 16).ok());
        parts[part.map_or(last, |byte| usize::from(byte) >> (8 - bits))].push(row as u32);
    }
    let rows_of = |rows: Vec<u32>| take_record_batch(batch, &UInt32Array::from(rows));
    (parts.into_iter().map(rows_of).collect::<Result<_, _>>()).map_err(|_| Fault::bug(PLACE, "rows could not be split"))
}

/// Compares rows of one batch by some of its columns, in turn; nulls last.
pub(crate) struct RowOrder {
    columns: Vec<Compare>,
    rows: usize,
}

type Compare = Box<dyn Fn(usize, usize) -> Ordering>;

impl RowOrder {
    pub(crate) fn new(batch: &RecordBatch, columns: impl IntoIterator<Item = usize>) -> Result<RowOrder, Fault> {
        let columns = columns.into_iter().map(|column| {
            compare(batch.column(column).as_ref()).ok_or_else(|| {
                let schema = batch.schema_ref();
                let field = schema.field(column);
                let message = format!("column `{}` has no order: its type is nested", field.name());
                Fault::bug(PLACE, message)
            })
        });
        Ok(RowOrder { columns: columns.collect::<Result<_, _>>()?, rows: batch.num_rows() })
    }

    pub(crate) fn compare(&self, a: usize, b: usize) -> Ordering {
        self.columns.iter().map(|column| column(a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// Row numbers in order. `leading`, if there, is the order's first column; its first eight
/// bytes decide nearly every comparison without touching the columns.
fn sorted_indices(order: &RowOrder, leading: Option<&StringArray>) -> Result<UInt32Array, Fault> {
    let rows = u32::try_from(order.rows).map_err(|_| Fault::bug(PLACE, "more rows than one batch may have"))?;
    let key = |row| leading.map_or(0, |values| leading_bytes(values, row as usize));
    let mut keyed: Vec<(u64, u32)> = (0..rows).map(|row| (key(row), row)).collect();
    keyed.sort_unstable_by(|(key_a, a), (key_b, b)| {
        key_a.cmp(key_b).then_with(|| order.compare(*a as usize, *b as usize))
    });
    Ok(keyed.into_iter().map(|(_, row)| row).collect::<Vec<_>>().into())
}

/// The first eight bytes as a number of the same order; null above all text, since no UTF-8
/// starts with a byte of ones.
fn leading_bytes(values: &StringArray, row: usize) -> u64 {
    if values.is_null(row) {
        return u64::MAX;
    }
    let text = values.value(row).as_bytes();
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(bytes)
}

/// The comparison of one column; `None` for a nested type.
fn compare(array: &dyn Array) -> Option<Compare> {
    macro_rules! by_value {
        ($typed:expr) => {{
            let typed = $typed.clone();
            nulls_last(array, move |a, b| typed.value(a).cmp(&typed.value(b)))
        }};
    }
    Some(downcast_primitive_array!(
        array => primitive(array),
        DataType::Null => Box::new(|_, _| Ordering::Equal),
        DataType::Boolean => by_value!(array.as_boolean()),
        DataType::Utf8 => by_value!(array.as_string::<i32>()),
        DataType::LargeUtf8 => by_value!(array.as_string::<i64>()),
        DataType::Utf8View => by_value!(array.as_string_view()),
        DataType::Binary => by_value!(array.as_binary::<i32>()),
        DataType::LargeBinary => by_value!(array.as_binary::<i64>()),
        DataType::BinaryView => by_value!(array.as_binary_view()),
        DataType::FixedSizeBinary(_) => by_value!(array.as_fixed_size_binary()),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let plain = take(dictionary.values().as_ref(), dictionary.keys(), None).ok()?;
            return compare(plain.as_ref());
        },
        _ => return None
    ))
}

/// Floats are compared by their total order, so that NaN has a place too.
fn primitive<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>) -> Compare {
    let typed = array.clone();
    nulls_last(array, move |a, b| typed.value(a).compare(typed.value(b)))
}

fn nulls_last(array: &dyn Array, compare: impl Fn(usize, usize) -> Ordering + 'static) -> Compare {
    match array.nulls().cloned() {
        None => Box::new(compare),
        Some(nulls) => Box::new(move |a, b| match (nulls.is_null(a), nulls.is_null(b)) {
            (false, false) => compare(a, b),
            (a_null, b_null) => a_null.cmp(&b_null),
        }),
    }
}

fn position(schema: &SchemaRef, column: &str) -> Result<usize, Fault> {
    schema.index_of(column).map_err(|_| Fault::bug(PLACE, format!("there is no pseudonym column `{column}`")))
}

fn text_column(batch: &RecordBatch, column: usize) -> Result<&StringArray, Fault> {
    batch.column(column).as_string_opt::<i32>().ok_or_else(|| {
        let schema = batch.schema_ref();
        let name = schema.field(column).name();
        Fault::bug(PLACE, format!("pseudonym column `{name}` is not plain text"))
    })
}
