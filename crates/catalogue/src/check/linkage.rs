//! Checks of what linkage uses: roles, persons, the policy of linkage, the sign of a death.

use std::collections::BTreeMap;

use counterfoil_core::FieldKind;

use super::{Check, field_of, is_plain_name};
use crate::data_set::DataSet;
use crate::field::{Field, FieldType, Tier};
use crate::nearest::{listed, nearest};
use crate::parts::Dead;
use crate::role::{ROLES, RoleColumns, RoleSpec};

impl Check<'_> {
    pub(super) fn link(&mut self, data_set: &DataSet) {
        let link = &data_set.link;
        match (link.person, &link.reason) {
            (true, Some(_)) => self.fault("link", "gives a `reason`, which is for data sets without a person link"),
            (false, None) => self.fault("link", "needs a `reason` why persons cannot be linked"),
            (true, None) if link.by.is_empty() && link.via.is_none() && data_set.person_key.is_empty() => {
                self.fault("link", "needs `by` (roles), `via` (a data set) or a person key");
            }
            (false, Some(_)) if !link.by.is_empty() || link.via.is_some() || !link.to.is_empty() => {
                self.fault("link", "says that persons cannot be linked and how they are");
            }
            _ => {}
        }
        for role in &link.by {
            if !data_set.roles.contains_key(role) {
                let roles = listed(data_set.roles.keys().map(String::as_str));
                self.fault("link.by", format!("`{role}` is not a role of the entry; its roles are {roles}"));
            }
        }
        for on in &link.on {
            self.known("link.on", &on.column);
        }
        for (key, columns) in [("link.areas", &link.areas), ("link.organisations", &link.organisations)] {
            for column in columns {
                self.known(key, column);
            }
        }
    }

    pub(super) fn persons(&mut self, data_set: &DataSet) {
        if data_set.person_is.is_some() == data_set.person.is_empty() {
            self.fault("person_is", "goes with `[person.NAME]`: each person of a row has a name, or none has");
        }
        for (name, person) in &data_set.person {
            let key = format!("person.{name}");
            if !is_plain_name(name) {
                self.fault(&key, format!("`{name}` is not a name of small letters, digits and hyphens"));
            }
            if data_set.person_is.as_ref() == Some(name) {
                self.fault(&key, "is the name of the person of the entry's own roles");
            }
            if person.person_key.is_empty() && person.roles.is_empty() {
                self.fault(&key, "has neither a person key nor roles");
            }
            self.person_key(data_set, &format!("{key}.person_key"), &person.person_key);
            self.roles(data_set, &format!("{key}.roles"), &person.roles);
        }
    }

    pub(super) fn roles(&mut self, data_set: &DataSet, key: &str, roles: &BTreeMap<String, RoleSpec>) {
        for (role, spec) in roles {
            self.role(data_set, &format!("{key}.{role}"), role, spec);
        }
    }

    fn role(&mut self, data_set: &DataSet, key: &str, role: &str, spec: &RoleSpec) {
        let standard = ROLES.iter().any(|(name, _)| *name == role);
        if (spec.declared_type().is_some() || !standard)
            && let Err(message) = spec.kind(role)
        {
            let near = nearest(role, ROLES.iter().map(|(name, _)| *name)).filter(|_| !standard);
            let mut fault = self.written.fault(&self.at.key(key), message);
            fault.hint = near.map(|near| format!("did you mean `{near}`?"));
            self.faults.push(fault);
        }
        match spec.alternatives() {
            Err(message) => self.fault(key, message),
            Ok(alternatives) => {
                for columns in &alternatives {
                    self.role_columns(data_set, key, role, columns);
                }
            }
        }
    }

    fn role_columns(&mut self, data_set: &DataSet, key: &str, role: &str, columns: &RoleColumns) {
        let in_parts = matches!(columns, RoleColumns::DateParts { .. });
        for column in columns.names() {
            self.known(key, column);
            let (Some(field), Some(kind)) = (field_of(data_set, column), FieldKind::of_role(role)) else { continue };
            if let Some(message) = unfit(kind, field, in_parts) {
                self.fault(key, format!("field `{column}` {message}"));
            }
        }
    }

    pub(super) fn dead(&mut self, data_set: &DataSet, dead: &Dead) {
        self.known("dead.column", &dead.column);
        if dead.codes.is_empty() {
            self.fault("dead.codes", "is empty");
        }
        if let Some(field) = field_of(data_set, &dead.column) {
            for code in dead.codes.iter().chain(&dead.optional_codes) {
                if !field.codes.contains_key(code) {
                    self.fault("dead.codes", format!("`{code}` is not a code of `{}`", dead.column));
                }
            }
        }
        for column in &dead.dates {
            self.known("dead.dates", column);
            if field_of(data_set, column).is_some_and(|field| field.kind != FieldType::Date) {
                self.fault("dead.dates", format!("`{column}` is not a date"));
            }
        }
    }
}

/// Why a field cannot be a column of a role that identifies persons, if it cannot.
fn unfit(kind: FieldKind, field: &Field, is_part: bool) -> Option<&'static str> {
    match kind {
        FieldKind::Sex if field.sex_codes.is_empty() => Some("has no `sex_codes`"),
        FieldKind::Sex => None,
        // The provider beside a local patient id is no identifier of a person, and neither is
        // a day, a month or a year by itself.
        FieldKind::LocalPatientId if field.tier == Tier::QuasiIdentifier => None,
        FieldKind::Date if is_part && field.tier == Tier::QuasiIdentifier => None,
        _ if field.tier != Tier::Identifier => Some("identifies a person, so its tier must be ID"),
        _ => None,
    }
}
