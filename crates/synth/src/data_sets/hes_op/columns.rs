//! Appointments as columns of the catalogue entry `hes-op`.

use super::{Attendance, Row};
use crate::data_sets::areas::{Area, Practice};
use crate::data_sets::columns::Columns;
use crate::data_sets::field_choice::Part;
use crate::data_sets::hes;
use crate::data_sets::text::{decimal, hexadecimal};
use crate::population::World;

/// Adds the columns.
pub(super) fn fill(world: &World, columns: &mut Columns<'_, Row>) {
    columns.part(Part::Key);
    columns.text("ATTENDKEY", |row, bytes| {
        bytes.extend_from_slice(row.key.as_bytes());
        true
    });
    hes::identifiers(world, columns, |row| &row.identity);
    columns.date("APPTDATE", |row| row.appointment.day);
    columns.code("ATTENDED", |row| match row.content.attendance {
        Attendance::CancelledByPatient => "2",
        Attendance::DidNotAttend => "3",
        Attendance::CancelledByProvider => "4",
        Attendance::Seen => "5",
        Attendance::LateButSeen => "6",
        Attendance::LateNotSeen => "7",
    });
    hes::person(world, columns, |row| &row.identity, |row| row.appointment.day);
    record(columns);
    hes::residence(columns, |row| (&row.identity, row.area));
    columns.maybe_code("RURURB_IND", |row| row.area.map(Area::settlement));
    referral(columns);
    attendance(columns);
    clinical(columns);
}

/// Ids, dates and ages.
fn record(columns: &mut Columns<'_, Row>) {
    columns.fixed("ATTENDID", |row| decimal::<12>(row.content.attendance_id % 1_000_000_000_000));
    columns.text("SUSRECID", |row, bytes| {
        bytes.extend_from_slice(row.key.as_bytes());
        true
    });
    columns.fixed("ORGPPPID", |row| hexadecimal(row.content.pathway));
    columns.maybe_int("APPTAGE", |row| hes::age(row.identity.birth, row.appointment.day));
    columns.number("APPTAGE_CALC", |row| hes::age_in_decimals(row.identity.birth, row.appointment.day));
    columns.maybe_int("BABYAGE", |row| {
        let days = row.appointment.day - row.identity.birth;
        (hes::is_date(row.identity.birth) && (0..=90).contains(&days)).then_some(days)
    });
    columns.date("REQDATE", |row| row.appointment.referred);
    columns.maybe_date("DNADATE", |row| {
        (row.content.attendance == Attendance::DidNotAttend).then_some(row.appointment.day)
    });
    columns.date("SUBDATE", |row| row.appointment.day + row.content.submitted);
    columns.maybe_date("RTTPERSTART", |row| first(row).then_some(row.appointment.referred));
    columns.maybe_date("RTTPEREND", |row| (first(row) && row.content.outcome == "1").then_some(row.appointment.day));
}

/// Who referred, and how urgently.
fn referral(columns: &mut Columns<'_, Row>) {
    columns.maybe("GPPRAC", |row| row.practice.map(Practice::code));
    columns.maybe("REFERORG", |row| row.practice.map(Practice::code));
    columns.maybe("PREFERER", |row| row.practice.map(Practice::practitioner));
    columns.maybe("PURCODE", |row| row.area.map(Area::commissioner));
    columns.code("REFSOURC", |row| row.content.source);
    columns.code("PRIORITY", |row| row.content.priority);
    columns.code("SERVTYPE", |row| if first(row) { "1" } else { "2" });
    let waited = |row: &Row| first(row).then_some(row.appointment.day - row.appointment.referred);
    columns.maybe_int("WAITING", waited);
    columns.maybe_int("WAITDAYS", waited);
    columns.int("WAIT_IND", |row| i32::from(first(row)));
}

fn attendance(columns: &mut Columns<'_, Row>) {
    columns.int("ATENTYPE", |row| {
        // Three numbers each for seen, did not attend, cancelled by patient and by provider:
        // first, further, and not known which; twenty more where nobody met face to face.
        let what = match row.content.attendance {
            Attendance::Seen | Attendance::LateButSeen => 1,
            Attendance::DidNotAttend | Attendance::LateNotSeen => 4,
            Attendance::CancelledByPatient => 7,
            Attendance::CancelledByProvider => 10,
        };
        what + i32::from(!first(row)) + if row.content.remote { 20 } else { 0 }
    });
    columns.code("FIRSTATT", |row| match (first(row), row.content.remote) {
        (true, false) => "1",
        (false, false) => "2",
        (true, true) => "3",
        (false, true) => "4",
    });
    columns.code("OUTCOME", |row| if seen(row) { row.content.outcome } else { "9" });
    columns.code("STAFFTYP", |row| if seen(row) { row.content.staff } else { "99" });
    columns.code("ADMINCAT", |row| if row.content.pathway & 127 == 0 { "02" } else { "01" });
    columns.code("LOCCLASS", |_| "01");
    columns.code("LOCTYPE", |_| "B01");
}

fn clinical(columns: &mut Columns<'_, Row>) {
    columns.code("MAINSPEF", |row| row.appointment.specialty.main);
    columns.code("TRETSPEF", |row| row.appointment.specialty.treatment);
    let group = |row: &Row| {
        let (first_seen, later) = row.appointment.specialty.groups;
        seen(row).then_some(if first(row) { first_seen } else { later })
    };
    columns.maybe_code("SUSHRG", group);
    columns.maybe_code("HRGNHS", group);
    columns.maybe_code("DIAG_4_01", |row| row.content.diagnosed.then_some("R69X"));
    columns.maybe_code("DIAG_3_01", |row| row.content.diagnosed.then_some("R69"));
    for number in 2..=12 {
        columns.no_text(&format!("DIAG_4_{number:02}"));
        columns.no_text(&format!("DIAG_3_{number:02}"));
    }
    let done = |row: &Row| row.appointment.specialty.procedure.filter(|_| row.content.procedure);
    columns.text("OPERTN_4_01", |row, bytes| {
        bytes.extend_from_slice(done(row).map_or(b"-", |code| &code[..]));
        true
    });
    columns.text("OPERTN_3_01", |row, bytes| {
        bytes.extend_from_slice(done(row).map_or(b"-", |code| &code[..3]));
        true
    });
    for number in 2..=24 {
        columns.no_text(&format!("OPERTN_4_{number:02}"));
        columns.no_text(&format!("OPERTN_3_{number:02}"));
    }
}

fn first(row: &Row) -> bool {
    row.appointment.position == 0
}

fn seen(row: &Row) -> bool {
    matches!(row.content.attendance, Attendance::Seen | Attendance::LateButSeen)
}
