//! Patient Reported Outcome Measures: one row a hip or knee replacement with its
//! questionnaires, tied to a stay in HES.
//!
//! Rows: one for each operation whose first questionnaire came back, a good 0.02 for a person
//! of the population in ten years; see `events::proms`. The row says nothing of the episode
//! that a linkage has to find, and has no person key. Its columns of identifiers have the
//! catalogue's names, which are not published.

mod columns;

use super::columns::Columns;
use super::registrar::birth_day;
use super::text::decimal;
use super::writer::{Collection, Writer};
use crate::draw::{Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, Observed, ObservedNames};
use crate::events::proms::{Answers, answers};
use crate::population::{Life, World};

/// Most operations of one person; keeps record keys apart.
const MOST_OPERATIONS: u64 = 64;

/// Record keys are spread over twelve digits.
const KEYS: u64 = 1_000_000_000_000;

/// One operation as delivered.
#[derive(Clone)]
pub(crate) struct Operated {
    pub(super) person: u64,
    pub(super) serial: [u8; 12],
    pub(super) seen: Observed,
    names: ObservedNames,
    pub(super) answers: Answers,
    provider: u16,
    admitted: i32,
    year: [u8; 4],
    /// Bits that decide what else is said.
    detail: u64,
}

impl Operated {
    /// The recorded birth, where it is a date.
    fn birth(&self) -> Option<i32> {
        birth_day(self.seen.birth)
    }
}

/// Writes operations.
pub(crate) struct Operations<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Spread,
}

impl<'a> Operations<'a> {
    pub(super) fn new(world: &'a World, rates: &'a ErrorRates) -> Operations<'a> {
        Operations { world, rates, keys: Spread::new(KEYS, &mut world.draws(Purpose::Population, 45)) }
    }

    /// Appends a person's rows, by operation.
    fn append(&self, life: &Life, rows: &mut Vec<Operated>) {
        let all = answers(self.world, life);
        if all.is_empty() {
            return;
        }
        let person = life.person.index;
        let mut clerk = Clerk::new(self.world, self.rates, "proms", life);
        let mut content = self.world.draws(Purpose::PromsContent, person);
        let serial = |ordinal: u64| decimal(self.keys.place(person * MOST_OPERATIONS + ordinal));
        for (ordinal, answers) in (0..MOST_OPERATIONS / 2).zip(&all) {
            let stay = life.stays[answers.operation.stay];
            let mut seen = clerk.observe(answers.first.completed);
            let names = clerk.names(answers.first.completed, &mut seen.errors);
            let row = Operated {
                person,
                serial: serial(ordinal),
                seen,
                names,
                answers: *answers,
                provider: stay.provider,
                admitted: stay.admitted,
                year: self.world.window.fyear(stay.admitted),
                detail: content.bits(),
            };
            let mut errors = row.seen.errors;
            if clerk.happens(ErrorKind::RecordDuplicated, answers.first.completed, &mut errors) {
                let seen = Observed { errors, ..row.seen };
                rows.push(Operated { serial: serial(MOST_OPERATIONS / 2 + ordinal), seen, ..row.clone() });
            }
            rows.push(row);
        }
    }
}

/// The data set `proms`.
pub(crate) struct Proms;

impl Collection for Proms {
    type Writer<'a> = Operations<'a>;

    const NAME: &'static str = "proms";
    const FOLDER: &'static str = "proms";
    const DISTINCT: &'static [&'static str] = &["PROMS_SERIAL_NO", "nhs_number"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Operations<'a> {
        Operations::new(world, rates)
    }
}

impl Writer for Operations<'_> {
    type Record = Operated;
    type Row = Operated;

    fn record(&self, life: &Life, into: &mut Vec<Operated>) {
        self.append(life, into);
    }

    fn day(row: &Operated) -> i32 {
        row.answers.first.completed
    }

    fn row(&self, row: &Operated) -> Operated {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, Operated>) {
        columns::fill(columns);
    }

    fn key(row: &Operated, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.serial);
    }

    fn truth(row: &Operated) -> (u64, ErrorSet) {
        (row.person, row.seen.errors)
    }
}
