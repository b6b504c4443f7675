//! Rows to columns, without a text of its own for any cell.
//!
//! A data set names its columns one after another and says how each is read off a row. The
//! same code therefore gives the schema (asked of no rows) and the columns of any number of
//! rows, and a column that was not chosen costs nothing. Arrays go where they are wanted as
//! soon as they are made: to the encoder of a row group, or into a batch.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Date32Type, Float64Type, Int32Type, UInt64Type};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::Fault;
use counterfoil_store::RowGroup;

use super::field_choice::{FieldChoice, Part};

/// Where arrays go.
enum Target<'a> {
    /// Nowhere: only the schema is asked for.
    Schema,
    /// Into a batch.
    Batch(Vec<ArrayRef>),
    /// To an encoder; the number is that of the next column.
    RowGroup(&'a mut RowGroup, usize, Result<(), Fault>),
}

/// Takes the columns of some rows, in order.
pub(crate) struct Columns<'a, Row> {
    rows: &'a [Row],
    choice: &'a FieldChoice,
    part: Part,
    target: Target<'a>,
    /// Fields of the columns taken, unless an encoder knows them.
    fields: Vec<Field>,
    /// Columns without any value, by name; and such columns by type, made once.
    unfilled: Vec<String>,
    nulls: Vec<ArrayRef>,
}

impl<'a, Row> Columns<'a, Row> {
    /// The schema of what `fill` adds.
    pub(crate) fn schema(choice: &'a FieldChoice, fill: impl FnOnce(&mut Columns<'a, Row>)) -> SchemaRef {
        let mut columns = Columns::new(&[], choice, Target::Schema);
        fill(&mut columns);
        Arc::new(Schema::new(columns.fields))
    }

    /// The columns of what `fill` adds that never hold a value.
    pub(crate) fn unfilled(fill: impl FnOnce(&mut Columns<'a, Row>)) -> Vec<String> {
        let mut columns = Columns::new(&[], &FieldChoice::All, Target::Schema);
        fill(&mut columns);
        columns.unfilled
    }

    /// The rows as a batch of what `fill` adds.
    pub(crate) fn batch(
        rows: &'a [Row],
        choice: &'a FieldChoice,
        fill: impl FnOnce(&mut Columns<'a, Row>),
    ) -> RecordBatch {
        let mut columns = Columns::new(rows, choice, Target::Batch(Vec::new()));
        fill(&mut columns);
        let Target::Batch(arrays) = columns.target else { unreachable!("the target does not change") };
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(columns.fields)), arrays, &options)
            .expect("every column has one value a row")
    }

    /// Appends the rows to a row group whose schema is that of `fill`.
    pub(crate) fn encode(
        rows: &'a [Row],
        choice: &'a FieldChoice,
        row_group: &'a mut RowGroup,
        fill: impl FnOnce(&mut Columns<'a, Row>),
    ) -> Result<(), Fault> {
        let mut columns = Columns::new(rows, choice, Target::RowGroup(row_group, 0, Ok(())));
        fill(&mut columns);
        let Target::RowGroup(_, _, done) = columns.target else { unreachable!("the target does not change") };
        done
    }

    fn new(rows: &'a [Row], choice: &'a FieldChoice, target: Target<'a>) -> Columns<'a, Row> {
        Columns {
            rows,
            choice,
            part: Part::Content,
            target,
            fields: Vec::new(),
            unfilled: Vec::new(),
            nulls: Vec::new(),
        }
    }

    /// What the columns that follow are for.
    pub(crate) fn part(&mut self, part: Part) {
        self.part = part;
    }

    /// A text column; `write` appends a row's value, or returns false for none.
    pub(crate) fn text(&mut self, name: &str, write: impl Fn(&Row, &mut Vec<u8>) -> bool) {
        self.add(name, DataType::Utf8, |rows| {
            let mut offsets = Vec::with_capacity(rows.len() + 1);
            let mut bytes = Vec::with_capacity(rows.len() * 4);
            let mut validity = Validity::of(rows.len());
            offsets.push(0);
            offsets.extend(rows.iter().map(|row| {
                validity.push(write(row, &mut bytes));
                bytes.len() as i32
            }));
            text_array(offsets, bytes, validity.finish())
        });
    }

    /// A text column of values of one length; null where there is none.
    pub(crate) fn maybe<const N: usize>(&mut self, name: &str, value: impl Fn(&Row) -> Option<[u8; N]>) {
        self.text(name, |row, bytes| value(row).map(|value| bytes.extend_from_slice(&value)).is_some());
    }

    /// A text column of values of one length, without nulls.
    pub(crate) fn fixed<const N: usize>(&mut self, name: &str, value: impl Fn(&Row) -> [u8; N]) {
        self.add(name, DataType::Utf8, |rows| {
            let mut bytes = Vec::with_capacity(rows.len() * N);
            rows.iter().for_each(|row| bytes.extend_from_slice(&value(row)));
            let offsets = (0..=rows.len()).map(|row| (row * N) as i32).collect();
            text_array(offsets, bytes, None)
        });
    }

    /// A text column of codes, without nulls.
    pub(crate) fn code(&mut self, name: &str, value: impl Fn(&Row) -> &'static str) {
        self.add(name, DataType::Utf8, |rows| {
            let (mut offsets, mut bytes) = (Vec::with_capacity(rows.len() + 1), Vec::with_capacity(rows.len() * 4));
            offsets.push(0);
            offsets.extend(rows.iter().map(|row| {
                bytes.extend_from_slice(value(row).as_bytes());
                bytes.len() as i32
            }));
            text_array(offsets, bytes, None)
        });
    }

    /// A text column of codes; null where there is none.
    pub(crate) fn maybe_code(&mut self, name: &str, value: impl Fn(&Row) -> Option<&'static str>) {
        self.text(name, |row, bytes| value(row).map(|value| bytes.extend_from_slice(value.as_bytes())).is_some());
    }

    /// A column of dates, by day number.
    pub(crate) fn date(&mut self, name: &str, value: impl Fn(&Row) -> i32) {
        self.primitive::<Date32Type>(name, |row| Some(value(row)));
    }

    /// A column of dates; null where there is none.
    pub(crate) fn maybe_date(&mut self, name: &str, value: impl Fn(&Row) -> Option<i32>) {
        self.primitive::<Date32Type>(name, value);
    }

    /// A column of whole numbers.
    pub(crate) fn int(&mut self, name: &str, value: impl Fn(&Row) -> i32) {
        self.primitive::<Int32Type>(name, |row| Some(value(row)));
    }

    /// A column of whole numbers; null where there is none.
    pub(crate) fn maybe_int(&mut self, name: &str, value: impl Fn(&Row) -> Option<i32>) {
        self.primitive::<Int32Type>(name, value);
    }

    /// A column of whole numbers of up to 64 bits, never negative; null where there is none.
    pub(crate) fn big(&mut self, name: &str, value: impl Fn(&Row) -> Option<u64>) {
        self.primitive::<UInt64Type>(name, value);
    }

    /// A column of numbers with decimals; null where there is none.
    pub(crate) fn number(&mut self, name: &str, value: impl Fn(&Row) -> Option<f64>) {
        self.primitive::<Float64Type>(name, value);
    }

    /// A text column that no row has a value in.
    pub(crate) fn no_text(&mut self, name: &str) {
        self.none(name, DataType::Utf8);
    }

    /// A date column that no row has a value in.
    pub(crate) fn no_date(&mut self, name: &str) {
        self.none(name, DataType::Date32);
    }

    /// A column of whole numbers that no row has a value in.
    pub(crate) fn no_int(&mut self, name: &str) {
        self.none(name, DataType::Int32);
    }

    fn primitive<T: ArrowPrimitiveType>(&mut self, name: &str, value: impl Fn(&Row) -> Option<T::Native>) {
        self.add(name, T::DATA_TYPE, |rows| {
            let mut validity = Validity::of(rows.len());
            let values: Vec<T::Native> = rows
                .iter()
                .map(|row| {
                    let value = value(row);
                    validity.push(value.is_some());
                    value.unwrap_or_default()
                })
                .collect();
            Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), validity.finish()))
        });
    }

    fn none(&mut self, name: &str, data_type: DataType) {
        let length = self.rows.len();
        if matches!(self.target, Target::Schema) {
            self.unfilled.push(name.to_owned());
        }
        if !matches!(self.target, Target::Schema) && !self.nulls.iter().any(|array| *array.data_type() == data_type) {
            self.nulls.push(new_null_array(&data_type, length));
        }
        let array = self.nulls.iter().find(|array| *array.data_type() == data_type).cloned();
        self.add(name, data_type, |_| array.expect("made above"));
    }

    fn add(&mut self, name: &str, data_type: DataType, array: impl FnOnce(&[Row]) -> ArrayRef) {
        if !self.choice.takes(self.part, name) {
            return;
        }
        match &mut self.target {
            Target::Schema => self.fields.push(Field::new(name, data_type, true)),
            Target::Batch(arrays) => {
                self.fields.push(Field::new(name, data_type, true));
                arrays.push(array(self.rows));
            }
            Target::RowGroup(row_group, next, done) => {
                if done.is_ok() {
                    *done = row_group.write(*next, &array(self.rows));
                }
                *next += 1;
            }
        }
    }
}

/// Which values of a column are there, collected a machine word at a time: most columns of a
/// hospital record are mostly empty, so this is most of what making them takes.
struct Validity {
    words: Vec<u64>,
    word: u64,
    length: usize,
    nulls: usize,
}

impl Validity {
    fn of(values: usize) -> Validity {
        Validity { words: Vec::with_capacity(values / 64 + 1), word: 0, length: 0, nulls: 0 }
    }

    fn push(&mut self, there: bool) {
        self.word |= u64::from(there) << (self.length % 64);
        self.nulls += usize::from(!there);
        self.length += 1;
        if self.length.is_multiple_of(64) {
            self.words.push(self.word.to_le());
            self.word = 0;
        }
    }

    /// None where all are there.
    fn finish(mut self) -> Option<NullBuffer> {
        if self.nulls == 0 {
            return None;
        }
        self.words.push(self.word.to_le());
        Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.length)))
    }
}

fn text_array(offsets: Vec<i32>, bytes: Vec<u8>, nulls: Option<NullBuffer>) -> ArrayRef {
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Arc::new(StringArray::try_new(offsets, Buffer::from_vec(bytes), nulls).expect("generated texts are UTF-8"))
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;

    use super::*;

    fn fill(columns: &mut Columns<'_, Option<i32>>) {
        columns.part(Part::Key);
        columns.text("K", |row, bytes| row.map(|n| bytes.extend_from_slice(n.to_string().as_bytes())).is_some());
        columns.part(Part::Linkage);
        columns.maybe("L", |row| row.map(|n| [b'0' + n as u8]));
        columns.part(Part::Content);
        columns.fixed("F", |row| [b'0' + row.unwrap_or(0) as u8; 2]);
        columns.maybe_date("D", |row| *row);
        columns.no_int("N");
    }

    fn names(choice: &FieldChoice) -> Vec<String> {
        Columns::schema(choice, fill).fields().iter().map(|field| field.name().clone()).collect()
    }

    #[test]
    fn a_choice_takes_its_columns() {
        assert_eq!(names(&FieldChoice::All), ["K", "L", "F", "D", "N"]);
        assert_eq!(names(&FieldChoice::Linkage), ["K", "L"]);
        assert_eq!(names(&FieldChoice::Named(["D".to_owned(), "X".to_owned()].into())), ["K", "D"]);
    }

    #[test]
    fn columns_that_never_hold_a_value_are_known() {
        assert_eq!(Columns::unfilled(fill), ["N"]);
    }

    #[test]
    fn validity_is_kept_over_words() {
        let there = |number: usize| !number.is_multiple_of(3);
        for length in [0, 1, 63, 64, 65, 200] {
            let mut validity = Validity::of(length);
            (0..length).for_each(|number| validity.push(there(number)));
            let nulls = validity.finish();
            assert_eq!(nulls.as_ref().map_or(0, NullBuffer::null_count), length.div_ceil(3));
            assert!(nulls.is_none_or(|nulls| nulls.iter().eq((0..length).map(there))));
        }
        let mut full = Validity::of(100);
        (0..100).for_each(|_| full.push(true));
        assert!(full.finish().is_none());
    }

    #[test]
    fn batches_have_the_schema_and_the_values() {
        let rows = [Some(7), None, Some(3)];
        let batch = Columns::batch(&rows, &FieldChoice::All, fill);
        assert_eq!(batch.schema(), Columns::schema(&FieldChoice::All, fill));
        let text = |name: &str| {
            let column = batch.column_by_name(name).expect("a column").as_string::<i32>().clone();
            column.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>()
        };
        let cell = |value: &str| Some(value.to_owned());
        assert_eq!(text("K"), [cell("7"), None, cell("3")]);
        assert_eq!(text("L"), [cell("7"), None, cell("3")]);
        assert_eq!(text("F"), [cell("77"), cell("00"), cell("33")]);
        let dates = batch.column_by_name("D").expect("a column").as_primitive::<Date32Type>();
        assert_eq!(dates.iter().collect::<Vec<_>>(), rows);
        assert_eq!(batch.column_by_name("N").expect("a column").null_count(), 3);
    }
}
