//! Emergency Care Data Set, from October 2017: one row an attendance, coded in SNOMED CT.

mod columns;

use super::areas::{Area, Practice};
use super::columns::Columns;
use super::department::Visit;
use super::hes::{self, HesClerk, Identity, Keys, MOST_RECORDS, RecordKey, Set};
use super::writer::{Collection, Writer};
use crate::draw::Purpose;
use crate::errors::{ErrorRates, ErrorSet, ObservedNames};
use crate::events::attendances::{self, Attendance};
use crate::population::{Life, World};

/// First day and the share of attendances that are in the data from it on, of 256: fewer
/// until departments had changed over, all from April 2020. The shares are ours.
const KEPT: [(i32, u64); 3] = [(17_440, 140), (17_987, 205), (hes::AFTER_AE, 256)];

/// The data set `ecds`.
pub(crate) struct Ecds;

impl Collection for Ecds {
    type Writer<'a> = EmergencyCare<'a>;

    const NAME: &'static str = "ecds";
    const FOLDER: &'static str = "ecds";
    const DISTINCT: &'static [&'static str] = &["ECDSKEY"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> EmergencyCare<'a> {
        EmergencyCare { world, rates, keys: Keys::new(world, Set::Ecds) }
    }
}

/// Writes emergency care records.
pub(crate) struct EmergencyCare<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Keys,
}

/// An attendance as recorded.
pub(crate) struct Record {
    identity: Identity,
    birth: i32,
    attendance: Attendance,
    names: ObservedNames,
}

/// An attendance with what columns need.
pub(crate) struct Row {
    key: RecordKey,
    identity: Identity,
    attendance: Attendance,
    visit: Visit,
    area: Option<Area>,
    practice: Option<Practice>,
    names: ObservedNames,
}

impl Writer for EmergencyCare<'_> {
    type Record = Record;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Record>) {
        let mut attendances = Vec::new();
        attendances::draw(self.world, life, &mut attendances);
        if attendances.is_empty() {
            return;
        }
        let mut clerk = HesClerk::new(self.world, self.rates, Set::Ecds, life);
        let count = attendances.len();
        for attendance in attendances {
            let ordinal = usize::from(attendance.ordinal);
            if self.is_kept(life.person.index, &attendance) {
                let when = (attendance.day, attendance.provider);
                let mut identity = clerk.identify(ordinal as u64, when, ordinal * 2 >= count);
                let names = clerk.clerk.names(attendance.day, &mut identity.errors);
                let copy = clerk.copy_of(&identity, attendance.day);
                let record = |identity, names| Record { identity, birth: life.person.birth, attendance, names };
                into.extend(copy.map(|identity| record(identity, names.clone())));
                into.push(record(identity, names));
            }
        }
    }

    fn day(record: &Record) -> i32 {
        record.attendance.day
    }

    fn row(&self, record: &Record) -> Row {
        let (identity, attendance) = (record.identity, record.attendance);
        Row {
            key: self.keys.of((identity.person, identity.ordinal), attendance.day),
            identity,
            attendance,
            visit: Visit::draw(self.world, (identity.person, record.birth), &attendance),
            area: hes::area(self.world, &identity),
            practice: hes::practice(self.world, &identity),
            names: record.names.clone(),
        }
    }

    fn fill(&self, columns: &mut Columns<'_, Row>) {
        columns::fill(self.world, columns);
    }

    fn key(row: &Row, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(row.key.as_bytes());
    }

    fn truth(row: &Row) -> (u64, ErrorSet) {
        (row.identity.person, row.identity.errors)
    }
}

impl EmergencyCare<'_> {
    fn is_kept(&self, person: u64, attendance: &Attendance) -> bool {
        let Some((_, kept)) = KEPT.iter().rev().find(|(from, _)| *from <= attendance.day) else { return false };
        let number = person * MOST_RECORDS + u64::from(attendance.ordinal);
        self.world.draws(Purpose::EcdsKept, number).bits() & 255 < *kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_of;

    #[test]
    fn the_data_begin_in_october_2017() {
        assert_eq!(day_of(2017, 10, 1), Some(KEPT[0].0));
        assert_eq!(day_of(2019, 4, 1), Some(KEPT[1].0));
    }
}
