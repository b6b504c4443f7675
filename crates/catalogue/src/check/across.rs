//! Checks of what entries say of each other: the data sets and recipes they name.

use counterfoil_core::Fault;

use super::Written;
use crate::catalogue::Catalogue;
use crate::data_set::DataSet;
use crate::lines::{Spot, placed};
use crate::service::Service;

/// Faults of the data sets that an entry names, each of which must be in the catalogue, as
/// must the columns it names there.
pub(crate) fn data_sets(written: Written<'_>, data_set: &DataSet, catalogue: &Catalogue) -> Vec<Fault> {
    let mut faults = linked(written, &Spot::whole(), data_set, catalogue);
    for table in &data_set.tables {
        faults.extend(linked(written, &Spot::whole().item("table", table.own_name()), table, catalogue));
    }
    // A table repeats what it has from its entry.
    let mut told: Vec<Fault> = Vec::new();
    for fault in faults {
        if !told.iter().any(|other| other.message == fault.message) {
            told.push(fault);
        }
    }
    told
}

fn linked(written: Written<'_>, at: &Spot, data_set: &DataSet, catalogue: &Catalogue) -> Vec<Fault> {
    let link = &data_set.link;
    let mut faults = Vec::new();
    for (key, names) in [("link.to", link.to.iter().collect::<Vec<_>>()), ("link.via", link.via.iter().collect())] {
        let unknown = names.into_iter().filter(|name| catalogue.data_set(name).is_none());
        faults.extend(unknown.map(|name| unknown_data_set(written, &at.key(key), name, catalogue)));
    }
    for on in &link.on {
        let at = at.key("link.on");
        match catalogue.data_set(&on.to) {
            None => faults.push(unknown_data_set(written, &at, &on.to, catalogue)),
            Some(other) if other.field(&on.equals).is_none() => {
                faults.push(written.fault(&at, format!("`{}` has no field `{}`", on.to, on.equals)));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Faults of the data sets and the recipe that a service names.
pub(crate) fn service(written: Written<'_>, service: &Service, catalogue: &Catalogue) -> Vec<Fault> {
    let unknown = service.over.iter().filter(|name| catalogue.data_set(name).is_none());
    let mut faults: Vec<Fault> =
        unknown.map(|name| unknown_data_set(written, &Spot::whole().key("over"), name, catalogue)).collect();
    if let Some(recipe) = &service.recipe {
        let place = placed(written.place, written.text, &Spot::whole().key("recipe"));
        faults.extend(catalogue.require_recipe(&place, recipe).err());
    }
    if catalogue.data_set(&service.name).is_some() {
        let message = format!("`{}` is a data set already", service.name);
        faults.push(written.fault(&Spot::whole().key("name"), message));
    }
    faults
}

fn unknown_data_set(written: Written<'_>, at: &Spot, name: &str, catalogue: &Catalogue) -> Fault {
    catalogue.unknown_data_set(&placed(written.place, written.text, at), name)
}
