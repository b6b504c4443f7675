//! Records of people, turned into columns a few thousand rows at a time.

use arrow_schema::SchemaRef;
use counterfoil_core::Fault;
use counterfoil_store::RowGroup;

use super::columns::Columns;
use super::field_choice::FieldChoice;
use super::traces::{Roles, Traces, TracesBuilder};
use super::{Block, DataSet, Records};
use crate::errors::{ErrorRates, ErrorSet};
use crate::population::{Life, World};

/// Rows that become columns together: few enough to stay in a processor's cache while every
/// column reads them.
const ROWS: usize = 2_048;

/// Records for which there is room from the start, for each person: room that is not used is
/// never touched, and growing would copy what is there.
const RECORDS_A_PERSON: usize = 16;

/// A data set whose rows follow from single lives.
pub(crate) trait Collection: Sync {
    /// Writes the records of a block of people.
    type Writer<'a>: Writer;

    /// Name in the catalogue, with the table's after a slash if it is not the main one.
    const NAME: &'static str;

    /// Folder of its files.
    const FOLDER: &'static str;

    /// Columns whose values hardly repeat within some ten thousand rows.
    const DISTINCT: &'static [&'static str];

    /// What the catalogue calls the two persons of a row that is about two.
    const ROLES: Option<Roles> = None;

    /// A writer for people of the world.
    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Self::Writer<'a>;
}

/// Writes the records of people.
pub(crate) trait Writer {
    /// A record as it was made: whose, when, with which identifiers.
    type Record;

    /// A record with everything that columns need.
    type Row;

    /// Appends the records of a person.
    fn record(&self, life: &Life, into: &mut Vec<Self::Record>);

    /// The day by which records are sorted; those of one day stay in the order of people.
    fn day(record: &Self::Record) -> i32;

    /// Works out what the columns need.
    fn row(&self, record: &Self::Record) -> Self::Row;

    /// Adds the columns.
    fn fill(&self, columns: &mut Columns<'_, Self::Row>);

    /// The record key; several columns are joined by `|`, as links join them.
    fn key(row: &Self::Row, bytes: &mut Vec<u8>);

    /// Whose the record is, and what is wrong with it.
    fn truth(row: &Self::Row) -> (u64, ErrorSet);

    /// The same of the other person, where the row is about two.
    fn other(_row: &Self::Row) -> Option<(u64, ErrorSet)> {
        None
    }
}

impl<C: Collection> DataSet for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn folder(&self) -> &'static str {
        C::FOLDER
    }

    fn distinct(&self) -> &'static [&'static str] {
        C::DISTINCT
    }

    fn roles(&self) -> Option<Roles> {
        C::ROLES
    }

    fn schema(&self, choice: &FieldChoice) -> SchemaRef {
        let (world, rates) = (World::new(0, 1), ErrorRates::none());
        let writer = C::writer(&world, &rates);
        Columns::schema(choice, |columns| writer.fill(columns))
    }

    fn unfilled(&self) -> Vec<String> {
        let (world, rates) = (World::new(0, 1), ErrorRates::none());
        let writer = C::writer(&world, &rates);
        Columns::unfilled(|columns| writer.fill(columns))
    }

    fn records(&self, block: &Block<'_>) -> Records {
        let writer = C::writer(block.world, block.rates);
        let records = Sorted::of(&writer, block.lives);
        let rows: Vec<_> = records.iter(0..records.len()).map(|record| writer.row(record)).collect();
        let batch = Columns::batch(&rows, block.choice, |columns| writer.fill(columns));
        let mut traces = TracesBuilder::of(rows.len());
        trace::<C::Writer<'_>>(&rows, &mut traces);
        Records { batch, traces: traces.finish() }
    }

    fn encode(&self, block: &Block<'_>, row_group: &mut RowGroup) -> Result<Traces, Fault> {
        let writer = C::writer(block.world, block.rates);
        let records = Sorted::of(&writer, block.lives);
        let mut traces = TracesBuilder::of(records.len());
        let mut rows = Vec::with_capacity(ROWS);
        for first in (0..records.len()).step_by(ROWS) {
            rows.clear();
            let chunk = first..(first + ROWS).min(records.len());
            rows.extend(records.iter(chunk).map(|record| writer.row(record)));
            Columns::encode(&rows, block.choice, row_group, |columns| writer.fill(columns))?;
            trace::<C::Writer<'_>>(&rows, &mut traces);
        }
        Ok(traces.finish())
    }
}

fn trace<W: Writer>(rows: &[W::Row], traces: &mut TracesBuilder) {
    for row in rows {
        traces.push(W::truth(row), |bytes| W::key(row, bytes));
        if let Some(other) = W::other(row) {
            traces.push_other(other);
        }
    }
}

/// Records in the order in which they are written. They stay where they were made; what is
/// sorted are their numbers.
struct Sorted<R> {
    records: Vec<R>,
    order: Vec<u32>,
}

impl<R> Sorted<R> {
    /// The records of some people by day, so that those of one person do not stand together.
    fn of<W: Writer<Record = R>>(writer: &W, lives: &[Life]) -> Sorted<R> {
        let mut records = Vec::with_capacity(lives.len() * RECORDS_A_PERSON);
        lives.iter().for_each(|life| writer.record(life, &mut records));
        let order = by_day(records.iter().map(W::day));
        Sorted { records, order }
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn iter(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &R> {
        self.order[range].iter().map(|number| &self.records[*number as usize])
    }
}

/// The numbers of some items by day; those of one day stay in order. Days of a window are
/// few, so they are counted rather than compared.
fn by_day(days: impl Iterator<Item = i32> + Clone) -> Vec<u32> {
    let (Some(first), Some(last)) = (days.clone().min(), days.clone().max()) else { return Vec::new() };
    let mut next = vec![0u32; (last - first) as usize + 2];
    for day in days.clone() {
        next[(day - first) as usize + 1] += 1;
    }
    for day in 1..next.len() {
        next[day] += next[day - 1];
    }
    let mut order = vec![0; next[next.len() - 1] as usize];
    for (number, day) in days.enumerate() {
        let place = &mut next[(day - first) as usize];
        order[*place as usize] = number as u32;
        *place += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::by_day;

    #[test]
    fn items_go_by_day_and_keep_their_order_within_one() {
        assert_eq!(by_day([7, -2, 7, 0, -2].into_iter()), [1, 4, 3, 0, 2]);
        assert!(by_day([].into_iter()).is_empty());
    }
}
