//! Talking therapies (IAPT): one row a referral and refresh.
//!
//! Rows: the monthly refresh gives the row of the month in which a referral ended, or of the
//! last month if it has not; of one in three that lasted longer also the row of its first
//! month, with what had happened by its end. With 1.8 million referrals a year that makes the
//! 2.2 to 2.4 million rows of the reference [BHF-cov]: 0.3 rows for a person of the
//! population.

use super::areas::Area;
use super::columns::Columns;
use super::field_choice::Part;
use super::mhsds::age;
use super::registrar::{Identity, Numbers, Registrar, Scheme, push_district, push_postcode, stated_gender};
use super::text::push_decimal;
use super::writer::{Collection, Writer};
use crate::errors::{ErrorKind, ErrorRates, ErrorSet};
use crate::events::months::{last_day, month_of};
use crate::events::talking_therapy::{MOST_REFERRALS, Score, Therapy, Treatment, therapies};
use crate::places::provider_code;
use crate::population::{Life, World};

/// Share of referrals longer than a month of which the first month's row was delivered too.
const FIRST_MONTH: f64 = 0.34;

/// One referral in one refresh.
#[derive(Clone, Debug)]
pub(crate) struct PathwayMonth {
    pub(super) month: i32,
    pub(super) identity: Identity,
    pub(super) pathway: [u8; 15],
    /// As it looked at the end of the month.
    pub(super) therapy: Therapy,
    ethnicity: &'static str,
    complaint: &'static str,
}

impl PathwayMonth {
    /// The same again, under a key of its own.
    fn duplicate(&self, numbers: Numbers) -> PathwayMonth {
        let mut row = self.clone();
        row.pathway = numbers.of(row.identity.person, MOST_REFERRALS + row.therapy.ordinal);
        row.identity.errors.insert(ErrorKind::RecordDuplicated);
        row
    }

    /// The end, once it has happened.
    pub(super) fn discharged(&self) -> Option<i32> {
        Some(self.therapy.discharged).filter(|day| *day <= last_day(self.month))
    }

    /// The treatment of a referral that has ended.
    fn completed(&self) -> Option<Treatment> {
        self.therapy.treatment.filter(|_| self.discharged().is_some())
    }
}

/// Writes referrals.
pub(crate) struct Pathways<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    numbers: Numbers,
}

impl<'a> Pathways<'a> {
    pub(super) fn new(world: &'a World, rates: &'a ErrorRates) -> Pathways<'a> {
        Pathways { world, rates, numbers: Scheme::TalkingTherapy.numbers(world) }
    }

    /// Appends a person's rows, by referral and month.
    fn append(&self, life: &Life, rows: &mut Vec<PathwayMonth>) {
        let therapies = therapies(self.world, life);
        if therapies.is_empty() {
            return;
        }
        let mut registrar = Registrar::new(self.world, self.rates, Scheme::TalkingTherapy, life);
        let ethnicity = registrar.ethnicity();
        for (position, therapy) in therapies.iter().enumerate() {
            // A false link of the person key takes the later half.
            let late = position * 2 >= therapies.len() && position > 0;
            let complaint = registrar.content.weighted(&COMPLAINTS);
            for month in refreshes(self.world, therapy, &mut registrar) {
                let identity = registrar.identify((therapy.received, therapy.provider), late);
                let pathway = self.numbers.of(life.person.index, therapy.ordinal);
                let therapy = seen(therapy, last_day(month));
                let row = PathwayMonth { month, identity, pathway, therapy, ethnicity, complaint };
                rows.extend(registrar.duplicates(therapy.received).then(|| row.duplicate(self.numbers)));
                rows.push(row);
            }
        }
    }
}

/// The data set `iapt`.
pub(crate) struct Iapt;

impl Collection for Iapt {
    type Writer<'a> = Pathways<'a>;

    const NAME: &'static str = "iapt";
    const FOLDER: &'static str = "iapt";
    const DISTINCT: &'static [&'static str] = &["PathwayID", "Pseudo_Unique_ServiceRequestID"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Pathways<'a> {
        Pathways::new(world, rates)
    }
}

impl Writer for Pathways<'_> {
    type Record = PathwayMonth;
    type Row = PathwayMonth;

    fn record(&self, life: &Life, into: &mut Vec<PathwayMonth>) {
        self.append(life, into);
    }

    fn day(row: &PathwayMonth) -> i32 {
        last_day(row.month)
    }

    fn row(&self, row: &PathwayMonth) -> PathwayMonth {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, PathwayMonth>) {
        referral(self.world, columns);
    }

    fn key(row: &PathwayMonth, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.pathway);
        bytes.push(b'|');
        push_decimal(row.month as u64, bytes);
    }

    fn truth(row: &PathwayMonth) -> (u64, ErrorSet) {
        (row.identity.person, row.identity.errors)
    }
}

/// The months whose refresh has a row of the referral.
fn refreshes(world: &World, therapy: &Therapy, registrar: &mut Registrar<'_>) -> impl Iterator<Item = i32> + use<> {
    let first = month_of(therapy.received);
    let last = month_of(therapy.discharged.min(world.window.last()));
    let early = registrar.content.chance(FIRST_MONTH) && first < last;
    early.then_some(first).into_iter().chain([last])
}

/// The referral as it looked on a day: what comes later is not there.
fn seen(therapy: &Therapy, day: i32) -> Therapy {
    Therapy {
        assessed: therapy.assessed.filter(|assessed| *assessed <= day),
        first_session: therapy.first_session.filter(|session| *session <= day),
        treatment: therapy.treatment.filter(|treatment| treatment.last_session <= day),
        ..*therapy
    }
}

/// The columns.
pub(super) fn referral(world: &World, columns: &mut Columns<'_, PathwayMonth>) {
    identifiers(columns);
    dates(columns);
    scores(columns);
    columns.code("PresentingComplaintHigherCategory", |row| row.complaint);
    columns.code("EthnicCategory", |row| row.ethnicity);
    columns.maybe_int("Age_ReferralRequest_ReceivedDate", |row| age(row.identity.birth(), row.therapy.received));
    columns.maybe("LSOA", |row| row.identity.place.map(|place| Area::of(world, place).lsoa()));
    columns.text("Postcode_District", |row, bytes| push_district(row.identity.postcode, bytes));
    columns.maybe_code("IndicesOfDeprivationDecile", |row| {
        row.identity.place.map(|place| DECILES[world.places.deprivation(place) as usize - 1])
    });
}

fn identifiers(columns: &mut Columns<'_, PathwayMonth>) {
    columns.part(Part::Linkage);
    columns.maybe("NHSNumber", |row| row.identity.nhs_number);
    columns.fixed("LocalPatientId", |row| row.identity.local_patient_id);
    columns.maybe_date("PersonBirthDate", |row| row.identity.birth());
    columns.text("Postcode", |row, bytes| push_postcode(row.identity.postcode, bytes));
    columns.code("Gender", |row| stated_gender(row.identity.sex));
    columns.part(Part::Key);
    columns.fixed("Person_ID", |row| row.identity.person_id);
    columns.fixed("PathwayID", |row| row.pathway);
    columns.fixed("Pseudo_Unique_ServiceRequestID", |row| row.pathway);
    columns.int("Unique_MonthID", |row| row.month);
    columns.fixed("OrgID_Provider", |row| provider_code(row.therapy.provider));
}

fn dates(columns: &mut Columns<'_, PathwayMonth>) {
    columns.part(Part::Linkage);
    columns.date("ReferralRequestReceivedDate", |row| row.therapy.received);
    columns.maybe_date("ServDischDate", PathwayMonth::discharged);
    columns.part(Part::Content);
    columns.maybe_date("Assessment_FirstDate", |row| row.therapy.assessed);
    columns.maybe_date("TherapySession_FirstDate", |row| row.therapy.first_session);
    columns.maybe_date("TherapySession_SecondDate", |row| row.therapy.treatment.map(|t| t.second_session));
    columns.maybe_date("TherapySession_LastDate", |row| row.therapy.treatment.map(|t| t.last_session));
    columns.maybe_code("EndCode", |row| row.discharged().map(|_| row.therapy.end));
}

fn scores(columns: &mut Columns<'_, PathwayMonth>) {
    let treatment = |row: &PathwayMonth| row.therapy.treatment;
    columns.maybe_int("PHQ9_FirstScore", |row| treatment(row).map(|t| t.phq9.first));
    columns.maybe_int("PHQ9_LastScore", |row| treatment(row).map(|t| t.phq9.last));
    columns.maybe_int("GAD_FirstScore", |row| treatment(row).map(|t| t.gad7.first));
    columns.maybe_int("GAD_LastScore", |row| treatment(row).map(|t| t.gad7.last));
    columns.maybe_code("Caseness_Flag", |row| treatment(row).map(|t| flag(is_case(t.phq9.first, t.gad7.first))));
    columns.code("CompletedTreatment_Flag", |row| flag(row.completed().is_some()));
    let outcome = |row: &PathwayMonth, of: fn(&Treatment) -> bool| row.completed().map(|t| flag(of(&t)));
    columns.maybe_code("Recovery_Flag", |row| outcome(row, recovered));
    columns.maybe_code("ReliableImprovement_Flag", |row| outcome(row, |t| changed(t, -1)));
    columns.maybe_code("ReliableDeterioration_Flag", |row| outcome(row, |t| changed(t, 1)));
    columns.maybe_code("NoChange_Flag", |row| outcome(row, |t| !changed(t, -1) && !changed(t, 1)));
}

fn flag(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

/// A clinical case: PHQ-9 of 10 or more, or GAD-7 of 8 or more (NHS Talking Therapies manual).
fn is_case(phq9: i32, gad7: i32) -> bool {
    phq9 >= 10 || gad7 >= 8
}

/// Recovery: a case at first and none at last (same manual).
fn recovered(treatment: &Treatment) -> bool {
    let Treatment { phq9, gad7, .. } = treatment;
    is_case(phq9.first, gad7.first) && !is_case(phq9.last, gad7.last)
}

/// Reliable change in one direction, −1 better or 1 worse: one score moves by at least 6
/// (PHQ-9) or 4 (GAD-7) and the other does not move as far the other way (same manual).
fn changed(treatment: &Treatment, direction: i32) -> bool {
    let moved = |score: Score| (score.last - score.first) * direction;
    let (phq9, gad7) = (moved(treatment.phq9), moved(treatment.gad7));
    (phq9 >= 6 && gad7 > -4) || (gad7 >= 4 && phq9 > -6)
}

/// Presenting complaints, by weight of our own.
const COMPLAINTS: [(u32, &str); 4] = [
    (35, "Depression"),
    (50, "Anxiety and stress related disorders"),
    (5, "Other mental health problems"),
    (10, "Unspecified"),
];

const DECILES: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

#[cfg(test)]
mod tests {
    use super::*;

    fn treatment(phq9: (i32, i32), gad7: (i32, i32)) -> Treatment {
        let score = |(first, last)| Score { first, last };
        Treatment { second_session: 1, last_session: 2, phq9: score(phq9), gad7: score(gad7) }
    }

    #[test]
    fn outcomes_follow_the_published_thresholds() {
        // First and last scores; recovered, better, worse: by the manual's rule, by hand.
        for (phq9, gad7, expected) in [
            ((15, 9), (12, 7), [true, true, false]),
            ((15, 10), (12, 7), [false, true, false]),
            ((9, 2), (7, 2), [false, true, false]),
            ((15, 10), (12, 9), [false, false, false]),
            ((15, 9), (12, 16), [false, false, false]),
            ((10, 16), (8, 9), [false, false, true]),
            ((10, 9), (8, 7), [true, false, false]),
        ] {
            let treatment = treatment(phq9, gad7);
            let found = [recovered(&treatment), changed(&treatment, -1), changed(&treatment, 1)];
            assert_eq!(found, expected, "{phq9:?} {gad7:?}");
        }
    }
}
