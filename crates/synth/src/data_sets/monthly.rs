//! Data sets that providers submit month by month: a person index and referrals.
//!
//! A provider's submission of a month holds a row for each person with a referral open in it,
//! and a row for each of these referrals: what lasts several months repeats. A referral's row
//! has the person key of the person's row in the same submission.

use super::columns::Columns;
use super::registrar::{Identity, MOST_RECORDS, Numbers, Registrar, Scheme};
use super::text::{decimal, push_decimal};
use super::writer::Writer;
use crate::errors::{ErrorRates, ErrorSet};
use crate::events::months::{first_day, last_day, month_of};
use crate::events::referral::{MOST_REFERRALS, Referral};
use crate::places::provider_code;
use crate::population::{Life, World};

/// A data set of the kind.
pub(super) struct Monthly {
    pub(super) scheme: Scheme,
    /// The first month with a submission.
    pub(super) from: i32,
    pub(super) referrals: fn(&World, &Life) -> Vec<Referral>,
}

/// A person in a provider's submission of a month.
#[derive(Clone, Debug)]
pub(crate) struct PersonMonth {
    pub(super) month: i32,
    pub(super) provider: u16,
    pub(super) identity: Identity,
    pub(super) record_number: [u8; 15],
    /// Whether it is the person's main row of the month.
    pub(super) main: bool,
    pub(super) ethnicity: &'static str,
    /// The death, once it has happened.
    pub(super) death: Option<i32>,
}

/// A referral in a provider's submission of a month.
#[derive(Clone, Debug)]
pub(crate) struct ReferralMonth {
    pub(super) month: i32,
    pub(super) person: u64,
    pub(super) person_id: [u8; 32],
    pub(super) record_number: [u8; 15],
    pub(super) referral: Referral,
    /// The provider's own id of it.
    pub(super) id: [u8; 15],
    /// The end, once it has happened.
    pub(super) discharged: Option<i32>,
    pub(super) errors: ErrorSet,
}

impl ReferralMonth {
    /// The referral's id, made unique by the provider's code.
    pub(super) fn service_request(&self) -> [u8; 20] {
        let mut id = [0; 20];
        id[..5].copy_from_slice(&provider_code(self.referral.provider));
        id[5..].copy_from_slice(&self.id);
        id
    }
}

/// The submission of a provider in a month.
pub(super) fn submission(month: i32, provider: u16) -> [u8; 8] {
    decimal(month as u64 * 1_000 + u64::from(provider))
}

/// Writes what providers submit.
pub(super) struct Submissions<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    set: &'static Monthly,
    numbers: Numbers,
}

impl<'a> Submissions<'a> {
    pub(super) fn new(world: &'a World, rates: &'a ErrorRates, set: &'static Monthly) -> Submissions<'a> {
        Submissions { world, rates, set, numbers: set.scheme.numbers(world) }
    }

    /// Appends a person's rows of the person index, by month and provider.
    pub(super) fn record_person(&self, life: &Life, rows: &mut Vec<PersonMonth>) {
        self.submit(life, |person, _| rows.push(person));
    }

    /// Appends the rows of a person's referrals, by month, provider and reception.
    pub(super) fn record_referrals(&self, life: &Life, rows: &mut Vec<ReferralMonth>) {
        self.submit(life, |person, referrals| {
            rows.extend(referrals.iter().map(|referral| referral_month(&person, **referral, self.numbers)));
        });
    }

    /// Calls back for the person in each submission, with the referrals of the submission.
    fn submit(&self, life: &Life, mut each: impl FnMut(PersonMonth, &[&Referral])) {
        let mut referrals = (self.set.referrals)(self.world, life);
        referrals.retain(|referral| month_of(referral.discharged) >= self.set.from);
        if !referrals.is_empty() {
            let submitter = Submitter { world: self.world, life, referrals: &referrals, numbers: self.numbers };
            submitter.submit(self.set, self.rates, &mut each);
        }
    }
}

/// Writes the person index of a data set.
pub(crate) struct Persons<'a> {
    pub(super) submissions: Submissions<'a>,
    /// Adds the columns.
    pub(super) fill: fn(&World, &mut Columns<'_, PersonMonth>),
}

impl Writer for Persons<'_> {
    type Record = PersonMonth;
    type Row = PersonMonth;

    fn record(&self, life: &Life, into: &mut Vec<PersonMonth>) {
        self.submissions.record_person(life, into);
    }

    fn day(row: &PersonMonth) -> i32 {
        last_day(row.month)
    }

    fn row(&self, row: &PersonMonth) -> PersonMonth {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, PersonMonth>) {
        (self.fill)(self.submissions.world, columns);
    }

    fn key(row: &PersonMonth, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.identity.person_id);
        bytes.push(b'|');
        bytes.extend_from_slice(&provider_code(row.provider));
        bytes.push(b'|');
        push_decimal(row.month as u64, bytes);
    }

    fn truth(row: &PersonMonth) -> (u64, ErrorSet) {
        (row.identity.person, row.identity.errors)
    }
}

/// Writes the referrals of a data set.
pub(crate) struct Referrals<'a> {
    pub(super) submissions: Submissions<'a>,
    /// Adds the columns.
    pub(super) fill: fn(&mut Columns<'_, ReferralMonth>),
}

impl Writer for Referrals<'_> {
    type Record = ReferralMonth;
    type Row = ReferralMonth;

    fn record(&self, life: &Life, into: &mut Vec<ReferralMonth>) {
        self.submissions.record_referrals(life, into);
    }

    fn day(row: &ReferralMonth) -> i32 {
        last_day(row.month)
    }

    fn row(&self, row: &ReferralMonth) -> ReferralMonth {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, ReferralMonth>) {
        (self.fill)(columns);
    }

    fn key(row: &ReferralMonth, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.service_request());
        bytes.push(b'|');
        push_decimal(row.month as u64, bytes);
    }

    fn truth(row: &ReferralMonth) -> (u64, ErrorSet) {
        (row.person, row.errors)
    }
}

/// Submits one person.
struct Submitter<'a> {
    world: &'a World,
    life: &'a Life,
    /// By day received; none ends before the first submission.
    referrals: &'a [Referral],
    numbers: Numbers,
}

impl Submitter<'_> {
    fn submit(&self, set: &Monthly, rates: &ErrorRates, each: &mut impl FnMut(PersonMonth, &[&Referral])) {
        let mut registrar = Registrar::new(self.world, rates, set.scheme, self.life);
        let ethnicity = registrar.ethnicity();
        let end = self.referrals.iter().map(|referral| referral.discharged).max().unwrap_or(i32::MIN);
        let first = month_of(self.referrals[0].received).max(set.from);
        let last = month_of(end.min(self.world.window.last()));
        let mut open: Vec<&Referral> = Vec::new();
        for month in first..=last {
            open.clear();
            open.extend(self.referrals.iter().filter(|referral| is_open(referral, month)));
            let main = open.last().map(|referral| referral.provider);
            // Stable: within a provider the order of reception stays.
            open.sort_by_key(|referral| referral.provider);
            for of_provider in open.chunk_by(|a, b| a.provider == b.provider) {
                if registrar.written() + MOST_REFERRALS == MOST_RECORDS {
                    return;
                }
                let provider = of_provider[0].provider;
                let ordinal = registrar.written();
                let late = month * 2 > first + last;
                let death = self.life.death.as_ref().map(|death| death.day).filter(|day| *day <= last_day(month));
                let identity = registrar.identify((death.unwrap_or(last_day(month)), provider), late);
                let person = PersonMonth {
                    month,
                    provider,
                    record_number: self.numbers.of(identity.person, MOST_REFERRALS + ordinal),
                    identity,
                    main: main == Some(provider),
                    ethnicity,
                    death,
                };
                each(person, of_provider);
            }
        }
    }
}

fn is_open(referral: &Referral, month: i32) -> bool {
    referral.received <= last_day(month) && first_day(month) <= referral.discharged
}

fn referral_month(person: &PersonMonth, referral: Referral, numbers: Numbers) -> ReferralMonth {
    ReferralMonth {
        month: person.month,
        person: person.identity.person,
        person_id: person.identity.person_id,
        record_number: person.record_number,
        referral,
        id: numbers.of(person.identity.person, referral.ordinal),
        discharged: Some(referral.discharged).filter(|day| *day <= last_day(person.month)),
        errors: person.identity.errors.of_person_key(),
    }
}
