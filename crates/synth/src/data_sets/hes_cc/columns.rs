//! Periods as columns of the catalogue entry `hes-cc`.

use super::Row;
use crate::calendar::HES_NULL_DATE;
use crate::data_sets::columns::Columns;
use crate::data_sets::field_choice::Part;
use crate::data_sets::hes::Scheme;
use crate::data_sets::text::{decimal, hhmm};
use crate::events::critical_care::Unit;
use crate::population::World;

/// Most activity codes of a row, of the twenty there is room for.
const ACTIVITIES: usize = 3;

/// Adds the columns.
pub(super) fn fill(world: &World, columns: &mut Columns<'_, Row>) {
    keys(columns);
    columns.part(Part::Linkage);
    columns.fixed("PERSON_ID_DEID", |row| row.record.episode.identity.pseudonym.text(world, Scheme::SafeSetting));
    columns.date("CCSTARTDATE", |row| row.record.period.start);
    columns.date("EPIEND", |row| row.record.episode.end());
    columns.date("DISDATE", |row| row.record.episode.discharged());
    columns.part(Part::Content);
    // The pseudonymised copies are empty in delivered files.
    for name in ["NEWNHSNOPS", "LOPATIDPS", "DOBPS"] {
        columns.no_text(name);
    }
    columns.fixed("PROVSPNOPS", |row| row.spell);
    dates(world, columns);
    unit(columns);
    support(columns);
    activities(columns);
}

impl Row {
    /// `CCPERNUM`: five digits of the period and three of the day in it.
    pub(super) fn number(&self) -> [u8; 8] {
        let period = self.content.bits % 390 * 256 + self.record.period.ordinal;
        decimal(period * 1_000 + self.record.number as u64)
    }

    /// Whether the unit was left within the data.
    fn left(&self, last: i32) -> bool {
        self.record.period.end <= last
    }
}

fn keys(columns: &mut Columns<'_, Row>) {
    columns.part(Part::Key);
    columns.text("SUSRECID", |row, bytes| {
        bytes.extend_from_slice(row.key.as_bytes());
        true
    });
    columns.text("HES_RECORD_ID", |row, bytes| {
        bytes.extend_from_slice(row.key.as_bytes());
        bytes.extend_from_slice(&decimal::<3>(row.record.period.ordinal));
        true
    });
    columns.fixed("CCPERNUM", Row::number);
}

fn dates(world: &World, columns: &mut Columns<'_, Row>) {
    let last = world.window.last();
    columns.maybe_code("BESTMATCH", |row| row.record.best.then_some("1"));
    columns.date("EPISTART", |row| row.record.episode.start);
    columns.date("ADMIDATE", |row| row.record.episode.admitted);
    columns.fixed("CCSTARTTIME", |row| hhmm(row.content.minutes.0));
    let end = |row: &Row| if row.left(last) { row.record.period.end } else { HES_NULL_DATE };
    let end_time = |row: &Row| if row.left(last) { hhmm(row.content.minutes.1) } else { *b"4000" };
    columns.date("CCDISDATE", end);
    columns.fixed("CCDISTIME", end_time);
    columns.date("CCDISRDYDATE", end);
    columns.fixed("CCDISRDYTIME", end_time);
    columns.maybe_date("CCACTIVDATE", |row| row.record.day);
}

fn unit(columns: &mut Columns<'_, Row>) {
    columns.code("CCPERTYPE", |row| match row.record.period.unit {
        Unit::Adult => "01",
        Unit::Paediatric => "02",
        Unit::Neonatal => "03",
    });
    columns.code("CCUNITFUN", |row| match (row.record.period.unit, row.content.bits & 3) {
        (Unit::Adult, 0) => "03",
        (Unit::Adult, 1) => "02",
        (Unit::Adult, _) => "01",
        (Unit::Paediatric, 0) => "16",
        (Unit::Paediatric, _) => "04",
        (Unit::Neonatal, 0) => "14",
        (Unit::Neonatal, _) => "13",
    });
    columns.maybe_code("UNITBEDCONFIG", |row| {
        adult(row).then_some(if row.content.bits >> 2 & 1 == 0 { "05" } else { "02" })
    });
    columns
        .maybe_code("CCADMITYPE", |row| adult(row).then_some(if row.content.bits >> 3 & 1 == 0 { "01" } else { "02" }));
    columns.maybe_code("CCADMISORC", |row| adult(row).then_some("01"));
    columns.maybe_code("CCSORCLOC", |row| {
        adult(row).then_some(["01", "02", "03", "05"][(row.content.bits >> 4 & 3) as usize])
    });
    columns.maybe_code("CCDISSTAT", |row| adult(row).then_some(if row.record.period.died { "08" } else { "01" }));
    columns.maybe_code("CCDISDEST", |row| adult(row).then_some(if row.record.period.died { "06" } else { "02" }));
    columns.maybe_code("CCDISLOC", |row| adult(row).then_some(if row.record.period.died { "10" } else { "01" }));
    columns.int("CCAPCREL", |_| 1);
    columns.int("CCEPIREL", |row| if row.record.best { 1 } else { 2 });
    columns.int("CCPEREPREL", |row| if row.record.best { 1 } else { 2 });
    columns.maybe("GESTDEL", |row| neonatal(row).then(|| decimal::<2>(24 + row.content.bits % 17)));
    columns.maybe_code("WEIGHTTYPE", |row| neonatal(row).then_some("1"));
}

/// Takes one count of days from a row.
type Count = fn(&Row) -> i32;

/// Days of support, of whole periods only.
fn support(columns: &mut Columns<'_, Row>) {
    let counts: [(&str, Count); 12] = [
        ("ARESSUPDAYS", |row| row.content.breathing),
        ("BRESSUPDAYS", |row| row.content.days - row.content.breathing),
        ("ACARDSUPDAYS", |row| row.content.circulation),
        ("BCARDSUPDAYS", |row| row.content.days - row.content.circulation),
        ("RENSUPDAYS", |row| row.content.kidneys),
        ("NEUROSUPDAYS", |row| row.content.others),
        ("GISUPDAYS", |row| row.content.others),
        ("LIVERSUPDAYS", |_| 0),
        ("DERMSUPDAYS", |_| 0),
        ("ORGSUPMAX", |row| 1 + i32::from(row.content.circulation > 0) + i32::from(row.content.kidneys > 0)),
        ("CCLEV2DAYS", |row| row.content.days - row.content.level_three),
        ("CCLEV3DAYS", |row| row.content.level_three),
    ];
    for (name, count) in counts {
        columns.maybe_int(name, |row| adult(row).then(|| count(row)));
    }
}

/// Activities of the days of children; high-cost drugs are rare.
fn activities(columns: &mut Columns<'_, Row>) {
    for at in 0..20 {
        let name = format!("CCACTCODE{}", at + 1);
        if at < ACTIVITIES {
            columns.maybe(&name, |row| {
                let given = row.record.day.is_some() && row.content.bits >> (8 + at) & 1 == 0;
                given.then(|| decimal::<2>(1 + (row.content.bits >> (16 + 4 * at)) % 15 + 20 * at as u64))
            });
        } else {
            columns.no_text(&name);
        }
    }
    columns
        .maybe_code("HCDCODE1", |row| (row.record.day.is_some() && row.content.bits >> 40 & 63 == 0).then_some("01"));
    for number in 2..=20 {
        columns.no_text(&format!("HCDCODE{number}"));
    }
}

fn adult(row: &Row) -> bool {
    row.record.period.unit == Unit::Adult
}

fn neonatal(row: &Row) -> bool {
    row.record.period.unit == Unit::Neonatal
}
