//! Tiers that a job declares for columns which no catalogue entry knows.
//!
//! An inline data set has no entry to say what may leave in an extract, so its job says it,
//! column by column. A declaration can only add to what is known: it never loosens an entry,
//! turns a key into anything but a pseudonym, or lets out what identifies a person.

use std::collections::BTreeMap;

use counterfoil_catalogue::RoleColumns;
use counterfoil_core::{Fault, FieldKind, Tier};

use crate::source::Source;
use crate::spec::DataSetSpec;

/// The declared tiers, by column as the files spell it. `place` is where the data set stands
/// in the job file.
///
/// # Errors
///
/// Every declaration that is of no column or of one that it may not be about.
pub(crate) fn bind(place: &str, spec: &DataSetSpec, source: &Source) -> Result<BTreeMap<String, Tier>, Vec<Fault>> {
    let identifying = identifying(spec, source);
    let (mut tiers, mut faults) = (BTreeMap::new(), Vec::new());
    for (column, tier) in &spec.tiers {
        let place = format!("{place}.tiers.{column}");
        let tier = Tier::from(*tier);
        match source.present(&place, column) {
            Err(fault) => faults.push(fault),
            Ok(spelt) => match refusal(&spelt, tier, source, &identifying) {
                Some((message, hint)) => faults.push(Fault::spec(place, message).hint(hint)),
                None => {
                    tiers.insert(spelt, tier);
                }
            },
        }
    }
    if faults.is_empty() { Ok(tiers) } else { Err(faults) }
}

/// Why a column may not be declared so, and what to do instead.
fn refusal(
    column: &str,
    tier: Tier,
    source: &Source,
    identifying: &BTreeMap<String, &str>,
) -> Option<(String, &'static str)> {
    let entry = source.definition.as_ref();
    let is_key = source.person_key.as_deref() == Some(column) || source.record_key.iter().any(|key| key == column);
    if let Some((entry, field)) = entry.and_then(|entry| Some((entry, entry.field(column)?))) {
        let message = format!("`{column}` is of tier {} in the entry `{}`", field.tier.letters(), entry.name);
        Some((message, "leave it out: tiers are for columns that the catalogue does not know"))
    } else if is_key && tier != Tier::Ps {
        Some((format!("`{column}` is a key, which leaves as a pseudonym only"), "write \"PS\", or leave it out"))
    } else if let Some(role) = identifying.get(column).filter(|_| tier != Tier::Id && !is_key) {
        let message = format!("`{column}` holds the role `{role}`, which identifies a person and never leaves");
        Some((message, "write \"ID\", or leave it out"))
    } else {
        None
    }
}

/// Columns of the job's roles that identify a person, with the role.
fn identifying<'s>(spec: &'s DataSetSpec, source: &Source) -> BTreeMap<String, &'s str> {
    let mut columns = BTreeMap::new();
    for (role, own) in &spec.roles {
        // A role without a kind is not linked on: a date of activity, a cause of death.
        let Ok(kind) = own.kind(role) else { continue };
        let Ok(Some(bound)) = source.role(role) else { continue };
        // An age by birth is a number, and its column one of dates of birth.
        let is_by_birth = matches!(bound, RoleColumns::AgeByBirth { .. });
        if matches!(kind, FieldKind::Sex | FieldKind::Category | FieldKind::Number) && !is_by_birth {
            continue;
        }
        let names = match &bound {
            // An age says no more than the year of birth.
            RoleColumns::YearByAge { .. } => Vec::new(),
            // The provider beside a local patient id is no identifier of a person.
            RoleColumns::WithProvider { column, .. } => vec![column.as_str()],
            other => other.names(),
        };
        columns.extend(names.into_iter().map(|name| (name.to_owned(), role.as_str())));
    }
    columns
}
