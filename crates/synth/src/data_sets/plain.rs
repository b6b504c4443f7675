//! A table whose rows are few a person and are written in the order of people.

use arrow_schema::SchemaRef;

use super::columns::Columns;
use super::field_choice::FieldChoice;
use super::traces::TracesBuilder;
use super::{Block, DataSet, Records};
use crate::errors::{ErrorRates, ErrorSet};
use crate::population::{Life, World};

/// Such a table, as data.
pub(crate) struct Plain<Row: 'static> {
    pub(super) name: &'static str,
    pub(super) folder: &'static str,
    pub(super) distinct: &'static [&'static str],
    /// Whether it is written as one CSV file instead of several Parquet files.
    pub(super) csv: bool,
    /// Appends the rows of a person.
    pub(super) rows: fn(&World, &ErrorRates, &Life, &mut Vec<Row>),
    /// Adds the columns.
    pub(super) fill: fn(&mut Columns<'_, Row>),
    /// Appends a row's record key.
    pub(super) key: fn(&Row, &mut Vec<u8>),
    /// Whose the row is, and what is wrong with it.
    pub(super) truth: fn(&Row) -> (u64, ErrorSet),
}

impl<Row> DataSet for Plain<Row> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn folder(&self) -> &'static str {
        self.folder
    }

    fn distinct(&self) -> &'static [&'static str] {
        self.distinct
    }

    fn is_csv(&self) -> bool {
        self.csv
    }

    fn schema(&self, choice: &FieldChoice) -> SchemaRef {
        Columns::schema(choice, self.fill)
    }

    fn unfilled(&self) -> Vec<String> {
        Columns::unfilled(self.fill)
    }

    fn records(&self, block: &Block<'_>) -> Records {
        let mut rows = Vec::with_capacity(block.lives.len());
        for life in block.lives {
            (self.rows)(block.world, block.rates, life, &mut rows);
        }
        let mut traces = TracesBuilder::of(rows.len());
        for row in &rows {
            traces.push((self.truth)(row), |bytes| (self.key)(row, bytes));
        }
        Records { batch: Columns::batch(&rows, block.choice, self.fill), traces: traces.finish() }
    }
}
