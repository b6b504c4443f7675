//! Community Services Data Set: the person index (CYP001MPI) and referrals (`CYP101Referral`) of
//! each monthly submission, October 2017 on.
//!
//! Rows: as in `mhsds`, one a person, provider and month with an open referral, and one an
//! open referral and month. Only the number of contacts is known, about 100 million a year
//! [unverified]; see `events::community` for the referrals made of it. Referrals last three
//! months on average, and those of newborns three years: about six index rows and seven
//! referral rows for a person of the population.

use super::columns::Columns;
use super::field_choice::Part;
use super::monthly::{Monthly, PersonMonth, Persons, ReferralMonth, Referrals, Submissions};
use super::registrar::{Scheme, push_postcode, stated_gender};
use super::writer::Collection;
use crate::errors::ErrorRates;
use crate::events::community;
use crate::places::provider_code;
use crate::population::World;

/// The months of submissions.
pub(super) static CSDS: Monthly =
    Monthly { scheme: Scheme::Community, from: OCTOBER_2017, referrals: community::referrals };

const OCTOBER_2017: i32 = 1_411;

/// The person index of `csds`.
pub(crate) struct CsdsPersons;

impl Collection for CsdsPersons {
    type Writer<'a> = Persons<'a>;

    const NAME: &'static str = "csds";
    const FOLDER: &'static str = "csds_mpi";
    const DISTINCT: &'static [&'static str] = &[];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Persons<'a> {
        Persons { submissions: Submissions::new(world, rates, &CSDS), fill: |_, columns| person_index(columns) }
    }
}

/// The referrals of `csds`.
pub(crate) struct CsdsReferrals;

impl Collection for CsdsReferrals {
    type Writer<'a> = Referrals<'a>;

    const NAME: &'static str = "csds/referral";
    const FOLDER: &'static str = "csds_referral";
    const DISTINCT: &'static [&'static str] = &[];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Referrals<'a> {
        Referrals { submissions: Submissions::new(world, rates, &CSDS), fill: referral }
    }
}

/// The columns of the person index.
pub(super) fn person_index(columns: &mut Columns<'_, PersonMonth>) {
    columns.part(Part::Linkage);
    columns.maybe("NHS_NUMBER", |row| row.identity.nhs_number);
    columns.fixed("LOCAL_PATIENT_IDENTIFIER_EXTENDED", |row| row.identity.local_patient_id);
    columns.maybe_date("PERSON_BIRTH_DATE", |row| row.identity.birth());
    columns.text("POSTCODE", |row, bytes| push_postcode(row.identity.postcode, bytes));
    columns.part(Part::Key);
    columns.fixed("PERSON_ID", |row| row.identity.person_id);
    columns.fixed("OrgIDProv", |row| provider_code(row.provider));
    columns.int("UniqMonthID", |row| row.month);
    columns.part(Part::Content);
    columns.code("NHS_NUMBER_STATUS_INDICATOR_CODE", |row| row.identity.number_status);
    columns.part(Part::Linkage);
    columns.code("PERSON_STATED_GENDER_CODE", |row| stated_gender(row.identity.sex));
    columns.part(Part::Content);
    columns.code("ETHNIC_CATEGORY", |row| row.ethnicity);
    columns.part(Part::Linkage);
    columns.maybe_date("PERSON_DEATH_DATE", |row| row.death);
}

/// The columns of referrals.
pub(super) fn referral(columns: &mut Columns<'_, ReferralMonth>) {
    columns.part(Part::Key);
    columns.fixed("PERSON_ID", |row| row.person_id);
    columns.fixed("OrgIDProv", |row| provider_code(row.referral.provider));
    columns.int("UniqMonthID", |row| row.month);
    columns.fixed("UNIQUE_SERVICE_REQUEST_IDENTIFIER", ReferralMonth::service_request);
    columns.part(Part::Linkage);
    columns.date("REFERRAL_REQUEST_RECEIVED_DATE", |row| row.referral.received);
    columns.maybe_date("SERVICE_DISCHARGE_DATE", |row| row.discharged);
}
