//! The extract of deaths: registered and hospital deaths of each person merged, in the
//! published columns.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::{Code, Fault, NO_DATE, Observer, RecordRef, Stage};
use counterfoil_release::causes::{Causes, Mentions};
use counterfoil_release::deaths::RegisteredDeath;
use counterfoil_release::extract::{DeathRow, PersonFacts, deaths_batch};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_store::Staging;
use counterfoil_token::coding::{Columns, key_at, read_days};
use counterfoil_token::standardise::BIRTH_DATE_FLOOR;
use hashbrown::HashMap;

use super::hospital::DiedInHospital;
use super::{People, Pseudonyms};
use crate::check::Job;
use crate::output::record_purpose;
use crate::ranked::{Ranked, known};
use crate::source::Source;

/// Writes the extract; the number of deaths by `DEATH_RECORD_USED`.
pub(super) fn write(
    job: &Job,
    source: usize,
    ranked: &Ranked,
    people: &People,
    pseudonyms: &Pseudonyms<'_>,
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<BTreeMap<String, u64>, Fault> {
    let mut registered = registered(job, source, ranked, observer)?;
    let makers: Vec<_> = (0..job.sources.len()).map(|source| pseudonyms.of(source).maker(PERSON_PURPOSE)).collect();
    // A row without a person key is a person of its own, and its record key alone might come
    // twice, in two years.
    let pseudonym = |person: &str, of: RecordRef, key: &str| {
        let source = usize::from(of.source);
        if person.is_empty() {
            let purpose = record_purpose(&job.sources[source]);
            pseudonyms.of(source).maker(&purpose).pseudonym(&format!("{key}|{}", of.row))
        } else {
            makers[source].pseudonym(person)
        }
    };
    let mut rows = Vec::new();
    for link in ranked.links.iter().filter(|link| usize::from(link.right.source) == source) {
        let hospital = people.in_hospital.get(&link.left_unit);
        let (mut death, birth) =
            registered.remove(&link.right.row).unwrap_or_else(|| (RegisteredDeath::new(NO_DATE, link.rank), NO_DATE));
        death.match_rank = link.rank;
        let token = pseudonym(&link.left_person, link.left, &link.left_key);
        let birth = known(birth).or(hospital.and_then(|died| known(died.birth)));
        let facts = facts(job, ranked.last_activity.of(link.left_unit), birth);
        rows.extend(DeathRow::new(token, Some(death), hospital.map(|died| died.death.clone()), facts));
    }
    let only_in_hospital = |(unit, _): &(&Code, &DiedInHospital)| !people.linked.contains_key(*unit);
    for (unit, died) in people.in_hospital.iter().filter(only_in_hospital) {
        let token = pseudonym(&died.person, died.record, &died.key);
        let facts = facts(job, people.last_activity.of(*unit), known(died.birth));
        rows.extend(DeathRow::new(token, None, Some(died.death.clone()), facts));
    }
    let mut by_record_used = BTreeMap::new();
    for row in &rows {
        *by_record_used.entry(row.record_used.name().to_owned()).or_default() += 1;
    }
    let batch = deaths_batch(rows)?;
    let file = format!("extract/{}/part-000.parquet", job.sources[source].name);
    let mut writer = staging.writer(&file, batch.schema())?;
    writer.write(&batch)?;
    writer.finish()?;
    Ok(by_record_used)
}

fn facts(job: &Job, last_activity: i32, birth: Option<i32>) -> PersonFacts {
    PersonFacts { last_activity, birth, offset_days: job.linkage.options.subsequent_activity_days }
}

/// Registered deaths of the links, with dates of birth, by row.
fn registered(
    job: &Job,
    source: usize,
    ranked: &Ranked,
    observer: &dyn Observer,
) -> Result<HashMap<u64, (RegisteredDeath, i32)>, Fault> {
    let from = &job.sources[source];
    let of_source = ranked.links.iter().filter(|link| usize::from(link.right.source) == source);
    let wanted: HashMap<u64, u8> = of_source.map(|link| (link.right.row, link.rank)).collect();
    let roles = Roles::of(from)?;
    observer.begin(Stage::Extract, Some(from.table.estimated_rows()));
    let deaths = Mutex::new(HashMap::new());
    let each = |(): &mut (), first_row: u64, batch: &RecordBatch| {
        let found = roles.read(from, first_row, batch, &wanted);
        deaths.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        observer.advance(Stage::Extract, batch.num_rows() as u64);
        Ok(())
    };
    from.table.scan(&roles.columns(), |_| (), each, |_, ()| Ok(()))?;
    observer.end(Stage::Extract);
    Ok(deaths.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Columns of the register that the extract needs.
struct Roles {
    death: Option<Columns>,
    registration: Option<Columns>,
    birth: Option<Columns>,
    sex: Option<String>,
    underlying: Option<String>,
    mentions: Vec<String>,
    neonatal: Option<String>,
    place: Option<String>,
    establishment: Option<String>,
}

impl Roles {
    fn of(source: &Source) -> Result<Roles, Fault> {
        let many = |role: &str| -> Result<Vec<String>, Fault> {
            let columns = source.role(role)?;
            Ok(columns.map(|columns| columns.names().into_iter().map(str::to_owned).collect()).unwrap_or_default())
        };
        let one = |role: &str| many(role).map(|columns| columns.into_iter().next());
        Ok(Roles {
            death: source.date_role("death_date")?,
            registration: source.date_role("registration_date")?,
            birth: source.date_role("birth_date")?,
            sex: one("sex")?,
            underlying: one("underlying_cause")?,
            mentions: many("cause_mention")?,
            neonatal: one("neonatal_flag")?,
            place: one("place_of_death")?,
            establishment: one("nhs_establishment")?,
        })
    }

    fn columns(&self) -> Vec<&str> {
        let dates = [&self.death, &self.registration, &self.birth].into_iter().flatten().flat_map(Columns::names);
        let texts = [&self.sex, &self.underlying, &self.neonatal, &self.place, &self.establishment];
        let texts = texts.into_iter().flatten().chain(&self.mentions).map(String::as_str);
        let mut columns: Vec<&str> = dates.chain(texts).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn read(
        &self,
        source: &Source,
        first_row: u64,
        batch: &RecordBatch,
        wanted: &HashMap<u64, u8>,
    ) -> Vec<(u64, (RegisteredDeath, i32))> {
        let event = source.event_rules();
        let days = |columns: &Option<Columns>, rules| match columns {
            Some(columns) => read_days(columns, rules, batch),
            None => vec![NO_DATE; batch.num_rows()],
        };
        let deaths = days(&self.death, &event);
        let registrations = days(&self.registration, &event);
        let births = days(&self.birth, &source.date_rules(BIRTH_DATE_FLOOR));
        let mut found = Vec::new();
        for row in 0..batch.num_rows() {
            let number = first_row + row as u64;
            let Some(rank) = wanted.get(&number) else { continue };
            let mut death = RegisteredDeath::new(deaths[row], *rank);
            death.date_of_registration = registrations[row];
            death.causes = self.causes(batch, row);
            death.communal_establishment = text(batch, self.place.as_ref(), row);
            death.nhs_indicator = text(batch, self.establishment.as_ref(), row).and_then(|code| code.parse().ok());
            death.sex = text(batch, self.sex.as_ref(), row).and_then(|code| code.parse().ok());
            found.push((number, (death, births[row])));
        }
        found
    }

    fn causes(&self, batch: &RecordBatch, row: usize) -> Causes {
        let mentions: Vec<Option<Box<str>>> =
            self.mentions.iter().map(|column| text(batch, Some(column), row)).collect();
        Causes {
            neonatal: text(batch, self.neonatal.as_ref(), row).as_deref() == Some("1"),
            underlying: text(batch, self.underlying.as_ref(), row),
            mentions: Mentions::new(mentions.iter().map(Option::as_deref)),
        }
    }
}

fn text(batch: &RecordBatch, column: Option<&String>, row: usize) -> Option<Box<str>> {
    let text = key_at(batch.column_by_name(column?)?, row);
    (!text.is_empty()).then_some(text)
}
