//! Attendances as columns of the catalogue entry `ecds`.

use super::Row;
use crate::data_sets::areas::{self, Area, Practice};
use crate::data_sets::clinical::presentation::{COMORBIDITIES, Injury};
use crate::data_sets::columns::Columns;
use crate::data_sets::department::{Disposal, MOST_COMORBIDITIES};
use crate::data_sets::field_choice::Part;
use crate::data_sets::hes::{self, Scheme};
use crate::data_sets::text::hhmm;
use crate::events::attendances::Department;
use crate::nhs_number::is_valid;
use crate::places::{provider_code, usual_form};
use crate::population::World;

/// Urgency from 1, at once, to 5.
const ACUITY: [&str; 5] =
    ["1064891000000107", "1064911000000105", "1064901000000108", "1077241000000103", "1077251000000100"];
const EMERGENCY_AMBULANCE: &str = "1048031000000100";
const OWN_TRANSPORT: &str = "1048071000000103";
const PUBLIC_TRANSPORT: &str = "1048061000000105";
const SOURCE_AMBULANCE: &str = "889801000000100";
const SOURCE_PRACTICE: &str = "276491000";
const SOURCE_SELF: &str = "1065391000000104";
const TO_HOME: &str = "306689006";
const TO_WARD: &str = "306706006";
const TO_SHORT_STAY: &str = "1066331000000109";
const TREATMENT_COMPLETED: &str = "182992009";
const NO_FOLLOW_UP: &str = "3780001";
const CONFIRMED: &str = "410605003";
const SUSPECTED: &str = "415684004";
const ACCIDENTAL: &str = "242056005";
const INTENTIONAL: &str = "361269008";
const SELF_INFLICTED: &str = "276853009";
const FALL: &str = "161898004";
const HOME: &str = "264362003";
const ALCOHOL: &str = "25702006";
const HAS_HOME: &str = "160734000";
const HOMELESS: &str = "32911000";
const ENGLISH: &str = "297504001";

/// Adds the columns.
pub(super) fn fill(world: &World, columns: &mut Columns<'_, Row>) {
    columns.part(Part::Key);
    columns.text("ECDSKEY", |row, bytes| {
        bytes.extend_from_slice(row.key.as_bytes());
        true
    });
    identifiers(world, columns);
    person(world, columns);
    organisations(columns);
    course(columns);
    arrival(columns);
    diagnoses(columns);
    investigations(columns);
    injury(columns);
}

fn identifiers(world: &World, columns: &mut Columns<'_, Row>) {
    columns.part(Part::Linkage);
    columns.fixed("TOKEN_PERSON_ID", |row| row.identity.pseudonym.text(world, Scheme::Token));
    columns.maybe("NHS_NUMBER", |row| row.identity.nhs_number);
    columns.maybe("LOCAL_PATIENT_IDENTIFIER", |row| row.identity.local_patient_id);
    columns.fixed("LPI_ORGANISATION_CODE", |row| provider_code(row.identity.provider));
    columns.maybe_date("PERSON_BIRTH_DATE", |row| Some(row.identity.birth).filter(|birth| hes::is_date(*birth)));
    columns.text("POSTCODE", |row, bytes| {
        row.identity.postcode.map(|code| bytes.extend_from_slice(usual_form(code).as_bytes())).is_some()
    });
    name(columns, "PERSON_FAMILY_NAME", |row| row.names.family.as_deref());
    name(columns, "PERSON_GIVEN_NAME", |row| row.names.given.as_deref());
    columns.maybe_code("WITHHELD_IDENTITY_REASON", |row| {
        row.identity.withheld.then_some(if row.visit.bits >> 24 & 1 == 0 { "01" } else { "03" })
    });
    columns.code("STATED_GENDER", |row| match row.identity.sex {
        1 => "1",
        2 => "2",
        9 => "9",
        _ => "X",
    });
    columns.date("ARRIVAL_DATE", |row| row.attendance.day);
}

fn name(columns: &mut Columns<'_, Row>, column: &str, of: impl Fn(&Row) -> Option<&str>) {
    columns.text(column, |row, bytes| of(row).map(|name| bytes.extend_from_slice(name.as_bytes())).is_some());
}

fn person(world: &World, columns: &mut Columns<'_, Row>) {
    columns.part(Part::Content);
    columns.fixed("PERSON_ID_DEID", |row| row.identity.pseudonym.text(world, Scheme::SafeSetting));
    columns.code("NHS_NUMBER_STATUS_INDICATOR_CODE", |row| match row.identity.nhs_number {
        Some(number) if is_valid(&number) => "01",
        Some(_) => "04",
        None => "03",
    });
    columns.maybe_int("AGE_AT_CDS_ACTIVITY_DATE", |row| {
        hes::age(row.identity.birth, row.attendance.day).map(|age| if age > 7_000 { 0 } else { age })
    });
    columns.code("ETHNIC_CATEGORY", |row| row.identity.ethnicity);
    columns.code("OVERSEAS_VISITOR_CHARGING_CATEGORY", |row| if row.visit.bits >> 16 & 63 == 0 { "F" } else { "A" });
    columns.code("PREFERRED_SPOKEN_LANGUAGE", |_| ENGLISH);
    columns.no_text("INTERPRETER_LANGUAGE");
    columns.code("ACCOMMODATION_STATUS", |row| match row.identity.postcode {
        Some(code) if code.starts_with(b"ZZ99 3VZ") => HOMELESS,
        _ => HAS_HOME,
    });
}

fn organisations(columns: &mut Columns<'_, Row>) {
    columns.fixed("PROVIDER_CODE", |row| provider_code(row.identity.provider));
    columns.fixed("SITE", |row| areas::site(row.identity.provider, row.identity.person));
    columns.maybe("PRACTICE_CODE_PATIENT_REGISTRATION", |row| row.practice.map(Practice::code));
    columns.maybe("RESIDENCE_CCG", |row| row.area.map(Area::commissioner));
    columns.maybe("CONVEYING_AMBULANCE_TRUST", |row| {
        row.area.filter(|_| row.visit.by_ambulance).map(Area::ambulance_trust)
    });
}

/// Dates and times; a step past midnight is on the next day.
fn course(columns: &mut Columns<'_, Row>) {
    columns.fixed("ARRIVAL_TIME", |row| hhmm(row.attendance.minute));
    for (at, name) in ["ASSESSMENT", "SEEN", "CONCLUSION", "DEPARTURE"].into_iter().enumerate() {
        step(columns, name, move |row| {
            let left = at == 1 && row.visit.disposal == Disposal::LeftBeforeTreatment;
            (!left).then_some(row.visit.minutes[at])
        });
    }
    // The decision falls while the person is being treated.
    step(columns, "DECIDED_TO_ADMIT", |row| {
        (row.visit.disposal == Disposal::Admitted).then(|| i32::midpoint(row.visit.minutes[1], row.visit.minutes[2]))
    });
    columns.maybe_date("INJURY_DATE", |row| is_injury(row).then_some(row.attendance.day));
    columns.maybe("INJURY_TIME", |row| is_injury(row).then(|| hhmm((row.attendance.minute - 60).max(0))));
}

/// Date and time of what comes some minutes after the arrival, if at all.
fn step(columns: &mut Columns<'_, Row>, name: &str, minutes: impl Fn(&Row) -> Option<i32>) {
    let at = |row: &Row| minutes(row).map(|minutes| row.attendance.minute + minutes);
    columns.maybe_date(&format!("{name}_DATE"), |row| at(row).map(|minute| row.attendance.day + minute / 1_440));
    columns.maybe(&format!("{name}_TIME"), |row| at(row).map(|minute| hhmm(minute % 1_440)));
}

fn arrival(columns: &mut Columns<'_, Row>) {
    columns.code("ATTENDANCE_CATEGORY", |row| if row.visit.follow_up { "2" } else { "1" });
    columns.code("DEPARTMENT_TYPE", |row| match row.attendance.department {
        Department::Major => "01",
        Department::Single => "02",
        Department::Minor => "03",
        Department::WalkIn => "04",
    });
    columns.code("ATTENDANCE_SOURCE", |row| match (row.visit.by_ambulance, row.visit.bits & 15) {
        (true, _) => SOURCE_AMBULANCE,
        (false, 0..=2) => SOURCE_PRACTICE,
        _ => SOURCE_SELF,
    });
    columns.code("ARRIVAL_MODE", |row| match (row.visit.by_ambulance, row.visit.bits >> 4 & 7) {
        (true, _) => EMERGENCY_AMBULANCE,
        (false, 0) => PUBLIC_TRANSPORT,
        _ => OWN_TRANSPORT,
    });
    columns.code("ACUITY", |row| ACUITY[row.visit.urgency - 1]);
    columns.code("CHIEF_COMPLAINT", |row| row.visit.presentation.complaint);
    columns.maybe_code("DISCHARGE_STATUS", |row| treated(row).then_some(TREATMENT_COMPLETED));
    columns.code("DISCHARGE_DESTINATION", |row| match (row.visit.disposal, row.visit.bits >> 12 & 7) {
        (Disposal::Admitted, 0) => TO_SHORT_STAY,
        (Disposal::Admitted, _) => TO_WARD,
        _ => TO_HOME,
    });
    columns
        .maybe_code("DISCHARGE_FOLLOW_UP", |row| (row.visit.disposal == Disposal::Discharged).then_some(NO_FOLLOW_UP));
    columns.code("TREATMENT_FUNCTION_CODE", |_| "180");
    columns.code("PERIOD_STATUS", |_| "1");
}

fn diagnoses(columns: &mut Columns<'_, Row>) {
    columns.maybe_code("DIAGNOSIS_CODE_1", |row| treated(row).then_some(row.visit.presentation.snomed));
    columns.maybe_code("DIAGNOSIS_QUALIFIER_1", |row| {
        treated(row).then_some(if row.visit.bits >> 20 & 3 == 0 { SUSPECTED } else { CONFIRMED })
    });
    let comorbidity = |row: &Row, at: usize| {
        row.visit.comorbidities.iter().flatten().nth(at).map(|number| COMORBIDITIES[usize::from(*number)])
    };
    // What somebody has besides is coded as a further diagnosis too.
    for number in 2..=12 {
        let (code, qualifier) = (format!("DIAGNOSIS_CODE_{number}"), format!("DIAGNOSIS_QUALIFIER_{number}"));
        if number - 2 < MOST_COMORBIDITIES {
            let further = |row: &Row| comorbidity(row, number - 2).filter(|_| treated(row));
            columns.maybe_code(&code, further);
            columns.maybe_code(&qualifier, |row| further(row).map(|_| CONFIRMED));
        } else {
            columns.no_text(&code);
            columns.no_text(&qualifier);
        }
    }
    for at in 0..10 {
        let name = format!("COMORBIDITIES_{}", at + 1);
        if at < MOST_COMORBIDITIES {
            columns.maybe_code(&name, |row| comorbidity(row, at));
        } else {
            columns.no_text(&name);
        }
    }
}

fn investigations(columns: &mut Columns<'_, Row>) {
    let of = |row: &Row| row.visit.presentation;
    columns.maybe_code("INVESTIGATION_CODE_1", |row| treated(row).then_some(of(row).investigation.1));
    columns.maybe_date("INVESTIGATION_DATE_1", |row| treated(row).then_some(row.attendance.day));
    columns.maybe_code("TREATMENT_CODE_1", |row| treated(row).then_some(of(row).treatment.2));
    columns.maybe_date("TREATMENT_DATE_1", |row| treated(row).then_some(row.attendance.day));
    let examined = |row: &Row| of(row).second_investigation(row.visit.bits).filter(|_| treated(row));
    let helped = |row: &Row| of(row).second_treatment(row.visit.bits).filter(|_| treated(row));
    columns.maybe_code("INVESTIGATION_CODE_2", |row| examined(row).map(|(_, code)| code));
    columns.maybe_date("INVESTIGATION_DATE_2", |row| examined(row).map(|_| row.attendance.day));
    columns.maybe_code("TREATMENT_CODE_2", |row| helped(row).map(|(_, _, code)| code));
    columns.maybe_date("TREATMENT_DATE_2", |row| helped(row).map(|_| row.attendance.day));
    for number in 3..=12 {
        columns.no_text(&format!("INVESTIGATION_CODE_{number}"));
        columns.no_date(&format!("INVESTIGATION_DATE_{number}"));
        columns.no_text(&format!("TREATMENT_CODE_{number}"));
        columns.no_date(&format!("TREATMENT_DATE_{number}"));
    }
}

fn injury(columns: &mut Columns<'_, Row>) {
    columns.maybe_code("INJURY_INTENT", |row| match row.visit.presentation.injury {
        Injury::None => None,
        Injury::Accident | Injury::Road => Some(ACCIDENTAL),
        Injury::Assault => Some(INTENTIONAL),
        Injury::SelfHarm => Some(SELF_INFLICTED),
    });
    columns.maybe_code("INJURY_MECHANISM", |row| (row.visit.presentation.injury == Injury::Accident).then_some(FALL));
    columns.maybe_code("PLACE_OF_INJURY", |row| is_injury(row).then_some(HOME));
    columns.maybe_code("DRUG_ALCOHOL_CODE_1", |row| (row.visit.presentation.snomed == ALCOHOL).then_some(ALCOHOL));
    for number in 2..=4 {
        columns.no_text(&format!("DRUG_ALCOHOL_CODE_{number}"));
    }
}

fn is_injury(row: &Row) -> bool {
    row.visit.presentation.injury != Injury::None
}

fn treated(row: &Row) -> bool {
    row.visit.disposal != Disposal::LeftBeforeTreatment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_sets::clinical::presentation::tests::is_snomed;

    #[test]
    fn snomed_codes_have_their_check_digits() {
        let codes = [
            EMERGENCY_AMBULANCE,
            OWN_TRANSPORT,
            PUBLIC_TRANSPORT,
            SOURCE_AMBULANCE,
            SOURCE_PRACTICE,
            SOURCE_SELF,
            TO_HOME,
            TO_WARD,
            TO_SHORT_STAY,
            TREATMENT_COMPLETED,
            NO_FOLLOW_UP,
            CONFIRMED,
            SUSPECTED,
            ACCIDENTAL,
            INTENTIONAL,
            SELF_INFLICTED,
            FALL,
            HOME,
            ALCOHOL,
            HAS_HOME,
            HOMELESS,
            ENGLISH,
        ];
        for code in codes.into_iter().chain(ACUITY) {
            assert!(is_snomed(code), "{code}");
        }
    }
}
