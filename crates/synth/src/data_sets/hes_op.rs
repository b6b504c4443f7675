//! HES Outpatients: one row an appointment, attended or not.

mod columns;

use super::areas::{Area, Practice};
use super::columns::Columns;
use super::hes::{self, HesClerk, Identity, Keys, MOST_RECORDS, RecordKey, Set};
use super::writer::{Collection, Writer};
use crate::draw::{Draw, Purpose};
use crate::errors::ErrorRates;
use crate::errors::ErrorSet;
use crate::events::appointments::{self, Appointment};
use crate::population::{Life, World};

/// First day on which many appointments are by telephone or video: 1 April 2020.
const REMOTE_FROM: i32 = 18_353;

/// The data set `hes-op`.
pub(crate) struct HesOp;

impl Collection for HesOp {
    type Writer<'a> = Op<'a>;

    const NAME: &'static str = "hes-op";
    const FOLDER: &'static str = "hes_op";
    const DISTINCT: &'static [&'static str] = &["ATTENDKEY", "ATTENDID", "SUSRECID", "ORGPPPID"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Op<'a> {
        Op { world, rates, keys: Keys::new(world, Set::Op) }
    }
}

/// Writes outpatient records.
pub(crate) struct Op<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Keys,
}

/// An appointment as recorded.
pub(crate) struct Record {
    identity: Identity,
    appointment: Appointment,
}

/// An appointment with what columns need.
pub(crate) struct Row {
    key: RecordKey,
    identity: Identity,
    appointment: Appointment,
    area: Option<Area>,
    practice: Option<Practice>,
    content: Content,
}

impl Writer for Op<'_> {
    type Record = Record;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Record>) {
        let mut appointments = Vec::new();
        appointments::draw(self.world, life, &mut appointments);
        if appointments.is_empty() {
            return;
        }
        let mut clerk = HesClerk::new(self.world, self.rates, Set::Op, life);
        let count = appointments.len();
        for appointment in appointments {
            let ordinal = usize::from(appointment.ordinal);
            let when = (appointment.day, appointment.provider);
            let identity = clerk.identify(ordinal as u64, when, ordinal * 2 >= count);
            into.push(Record { identity, appointment });
            into.extend(clerk.copy_of(&identity, appointment.day).map(|identity| Record { identity, appointment }));
        }
    }

    fn day(record: &Record) -> i32 {
        record.appointment.day
    }

    fn row(&self, record: &Record) -> Row {
        let Record { identity, appointment } = *record;
        Row {
            key: self.keys.of((identity.person, identity.ordinal), appointment.day),
            identity,
            appointment,
            area: hes::area(self.world, &identity),
            practice: hes::practice(self.world, &identity),
            content: Content::draw(self.world, &identity, &appointment),
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

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attendance {
    Seen,
    LateButSeen,
    CancelledByPatient,
    DidNotAttend,
    CancelledByProvider,
    LateNotSeen,
}

/// What an appointment was about.
struct Content {
    attendance: Attendance,
    remote: bool,
    outcome: &'static str,
    priority: &'static str,
    source: &'static str,
    staff: &'static str,
    /// Whether something was done.
    procedure: bool,
    /// Whether anything was coded as a diagnosis, which is rare.
    diagnosed: bool,
    /// Days until the record was submitted.
    submitted: i32,
    /// Bits for ids: of the referral's pathway, and of the attendance.
    pathway: u64,
    attendance_id: u64,
}

impl Content {
    fn draw(world: &World, identity: &Identity, appointment: &Appointment) -> Content {
        let referral = identity.person * MOST_RECORDS + u64::from(appointment.referral);
        let mut shared = world.draws(Purpose::ReferralContent, referral);
        let mut draw = world.draws(Purpose::AppointmentContent, identity.person * MOST_RECORDS + identity.ordinal);
        let attendance = attendance(appointment, &mut draw);
        let seen = matches!(attendance, Attendance::Seen | Attendance::LateButSeen);
        let remote_of_256 = if appointment.day < REMOTE_FROM { 8 } else { 72 };
        Content {
            attendance,
            remote: draw.bits() & 255 < remote_of_256,
            outcome: if draw.bits() & 3 == 0 { "1" } else { "2" },
            priority: shared.weighted(&[(82, "1"), (11, "2"), (7, "3")]),
            source: shared.weighted(&[(58, "03"), (12, "05"), (8, "04"), (8, "01"), (6, "97"), (4, "06"), (4, "02")]),
            staff: draw.weighted(&[(30, "01"), (38, "03"), (22, "04"), (10, "09")]),
            procedure: seen && draw.bits() & 7 == 0,
            diagnosed: seen && draw.bits() & 31 == 0,
            submitted: draw.between(5, 45),
            pathway: shared.bits(),
            attendance_id: draw.bits(),
        }
    }
}

/// People referred for the first time stay away less often than those who come again.
fn attendance(appointment: &Appointment, draw: &mut Draw) -> Attendance {
    let away = if appointment.position == 0 { 6 } else { 7 };
    draw.weighted(&[
        (75, Attendance::Seen),
        (2, Attendance::LateButSeen),
        (7, Attendance::CancelledByPatient),
        (away, Attendance::DidNotAttend),
        (8, Attendance::CancelledByProvider),
        (1, Attendance::LateNotSeen),
    ])
}
