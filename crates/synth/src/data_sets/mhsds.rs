//! Mental Health Services Data Set: the person index (MHS001MPI) and referrals
//! (`MHS101Referral`) of each monthly submission, January 2016 on.
//!
//! Rows: a person has one in the index for each provider and month with an open referral, and
//! each open referral has one. The reference counts 16.3 million index rows of 13.2 million
//! people, 1.2 for a person, and 4.2 to 5.6 million referrals a year [BHF-cov]; these are
//! counted once, after the repeats are gone. Referrals here last five months on average, so
//! that there are about three index rows and three and a half referral rows for a person of the
//! population, and five times that for one who was ever referred.

use super::areas::Area;
use super::columns::Columns;
use super::field_choice::Part;
use super::monthly::{Monthly, PersonMonth, Persons, ReferralMonth, Referrals, Submissions, submission};
use super::registrar::{Scheme, push_postcode, stated_gender};
use super::writer::Collection;
use crate::calendar::age_in_years;
use crate::errors::ErrorRates;
use crate::events::mental_health;
use crate::events::months::{first_day, last_day};
use crate::places::provider_code;
use crate::population::World;

/// The months of submissions.
pub(super) static MHSDS: Monthly =
    Monthly { scheme: Scheme::MentalHealth, from: JANUARY_2016, referrals: mental_health::referrals };

const JANUARY_2016: i32 = 1_390;

/// From this month on gender identity is collected, October 2021: version 5. The month is not
/// in the reference.
const GENDER_IDENTITY_FROM: i32 = 1_459;

/// The person index of `mhsds`.
pub(crate) struct MhsdsPersons;

impl Collection for MhsdsPersons {
    type Writer<'a> = Persons<'a>;

    const NAME: &'static str = "mhsds";
    const FOLDER: &'static str = "mhsds_mpi";
    const DISTINCT: &'static [&'static str] = &["RecordNumber"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Persons<'a> {
        Persons { submissions: Submissions::new(world, rates, &MHSDS), fill: person_index }
    }
}

/// The referrals of `mhsds`.
pub(crate) struct MhsdsReferrals;

impl Collection for MhsdsReferrals {
    type Writer<'a> = Referrals<'a>;

    const NAME: &'static str = "mhsds/referral";
    const FOLDER: &'static str = "mhsds_referral";
    const DISTINCT: &'static [&'static str] = &["RecordNumber"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Referrals<'a> {
        Referrals { submissions: Submissions::new(world, rates, &MHSDS), fill: referral }
    }
}

/// The columns of the person index.
pub(super) fn person_index(world: &World, columns: &mut Columns<'_, PersonMonth>) {
    columns.part(Part::Linkage);
    columns.maybe("NHSNumber", |row| row.identity.nhs_number);
    columns.fixed("LocalPatientId", |row| row.identity.local_patient_id);
    columns.maybe_date("PersonBirthDate", |row| row.identity.birth());
    columns.text("Postcode", |row, bytes| push_postcode(row.identity.postcode, bytes));
    columns.part(Part::Key);
    columns.fixed("Person_ID", |row| row.identity.person_id);
    columns.fixed("OrgIDProv", |row| provider_code(row.provider));
    columns.int("UniqMonthID", |row| row.month);
    columns.fixed("RecordNumber", |row| row.record_number);
    columns.part(Part::Content);
    columns.fixed("UniqSubmissionID", |row| submission(row.month, row.provider));
    columns.code("NHSNumberStatus", |row| row.identity.number_status);
    columns.part(Part::Linkage);
    columns.code("Gender", |row| stated_gender(row.identity.sex));
    columns.part(Part::Content);
    columns.maybe_code("GenderIDCode", gender_identity);
    columns.code("EthnicCategory", |row| row.ethnicity);
    columns.maybe_int("AgeRepPeriodStart", |row| age(row.identity.birth(), first_day(row.month)));
    columns.maybe_int("AgeRepPeriodEnd", |row| age(row.identity.birth(), last_day(row.month)));
    columns.maybe("LSOA2011", |row| row.identity.place.map(|place| Area::of(world, place).lsoa()));
    columns.maybe_code("IMDQuart", |row| row.identity.place.map(|place| quartile(world.places.deprivation(place))));
    columns.maybe("LADistrictAuth", |row| row.identity.place.map(|place| Area::of(world, place).district()));
    columns.part(Part::Linkage);
    columns.maybe_date("PersDeathDate", |row| row.death);
    columns.code("PatMRecInRP", |row| if row.main { "true" } else { "false" });
}

/// The columns of referrals.
pub(super) fn referral(columns: &mut Columns<'_, ReferralMonth>) {
    columns.part(Part::Key);
    columns.fixed("Person_ID", |row| row.person_id);
    columns.fixed("OrgIDProv", |row| provider_code(row.referral.provider));
    columns.int("UniqMonthID", |row| row.month);
    columns.fixed("RecordNumber", |row| row.record_number);
    columns.part(Part::Content);
    columns.fixed("UniqSubmissionID", |row| submission(row.month, row.referral.provider));
    columns.part(Part::Key);
    columns.fixed("UniqServReqID", ReferralMonth::service_request);
    columns.part(Part::Content);
    columns.fixed("ServiceRequestId", |row| row.id);
    columns.part(Part::Linkage);
    columns.date("ReferralRequestReceivedDate", |row| row.referral.received);
    columns.maybe_date("ServDischDate", |row| row.discharged);
    columns.part(Part::Content);
    columns.code("SourceOfReferralMH", |row| pick(row.referral.detail, &SOURCES));
    columns.code("PrimReasonReferralMH", |row| pick(row.referral.detail >> 8, &REASONS));
    columns.code("ClinRespPriorityType", |row| pick(row.referral.detail >> 16, &PRIORITIES));
}

/// Where referrals come from and why, and how urgent they are, each twice as often as the
/// next or so. The codes are of the national dictionary; how often, ours.
const SOURCES: [&str; 16] =
    ["A1", "A1", "A1", "A1", "A1", "A1", "A1", "B1", "B1", "H1", "H1", "H2", "A3", "D1", "C1", "E1"];
const REASONS: [&str; 16] =
    ["18", "18", "18", "05", "05", "05", "04", "04", "10", "10", "12", "16", "01", "02", "14", "19"];
const PRIORITIES: [&str; 16] = ["3", "3", "3", "3", "3", "3", "3", "3", "3", "3", "2", "2", "2", "1", "1", "4"];

fn pick(bits: u64, codes: &[&'static str; 16]) -> &'static str {
    codes[(bits & 15) as usize]
}

/// Gender identity goes by stated gender: 1, 2, Z not stated, X not known.
fn gender_identity(row: &PersonMonth) -> Option<&'static str> {
    let code = match row.identity.sex {
        1 => "1",
        2 => "2",
        9 => "Z",
        _ => "X",
    };
    (row.month >= GENDER_IDENTITY_FROM).then_some(code)
}

/// Age in whole years, where the recorded birth is not later.
pub(super) fn age(birth: Option<i32>, day: i32) -> Option<i32> {
    birth.filter(|birth| *birth <= day).map(|birth| age_in_years(birth, day))
}

/// Deprivation quartile of a decile, 1 the most deprived: the third and the eighth decile,
/// which two quartiles share, count to the more deprived.
fn quartile(decile: i8) -> &'static str {
    ["1", "1", "1", "2", "2", "3", "3", "3", "4", "4"][decile as usize - 1]
}
