//! The folder of entries, file by file: what lies there is compiled in and in order.

use std::path::{Path, PathBuf};

use counterfoil_core::Fault;

use super::{DATA_SETS, File, RECIPES, SERVICES};
use crate::catalogue::{Catalogue, Texts};
use crate::check::{Written, across_service};
use crate::recipe::Recipe;
use crate::service::Service;

/// The TOML files of a folder under `data`, by name, with what they hold.
fn folder(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths.iter().map(|path| (file_name(path), std::fs::read_to_string(path).expect("a text file"))).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned()
}

fn told(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}

#[test]
fn every_file_is_compiled_in() {
    let mut problems = Vec::new();
    for (name, files) in [("data-sets", DATA_SETS), ("recipes", RECIPES), ("services", SERVICES)] {
        let compiled: Vec<File> = files.to_vec();
        for (file, text) in folder(name) {
            match compiled.iter().find(|(name, _)| *name == file) {
                None => problems.push(format!("data/{name}/{file} is not in the list")),
                Some((_, compiled)) if *compiled != text => problems.push(format!("data/{name}/{file} is not current")),
                Some(_) => {}
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_entry_is_in_order_and_named_as_its_file() {
    let data_sets = folder("data-sets");
    let texts: Vec<Texts<'_>> = data_sets.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let (read, mut faults) = Catalogue::empty().read(&texts);
    let mut named: Vec<(String, String)> =
        data_sets.iter().filter_map(|(file, text)| Some((file.clone(), name_in(text)?))).collect();
    assert!(read.data_sets().len() == data_sets.len() || !faults.is_empty());
    for (file, text) in folder("recipes") {
        named.extend(name_in(&text).map(|name| (file.clone(), name)));
        faults.extend(Recipe::from_toml(&file, &text).err().unwrap_or_default());
    }
    for (file, text) in folder("services") {
        named.extend(name_in(&text).map(|name| (file.clone(), name)));
        faults.extend(Service::from_toml(&file, &text).err().unwrap_or_default());
    }
    let misnamed = named.iter().filter(|(file, name)| *file != format!("{name}.toml"));
    faults.extend(misnamed.map(|(file, name)| Fault::spec(file.clone(), format!("holds an entry named `{name}`"))));
    assert!(faults.is_empty(), "\n{}", told(&faults));
}

fn name_in(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    table.get("name")?.as_str().map(str::to_owned)
}

#[test]
#[ignore = "until all data sets are merged"]
fn every_entry_names_entries_that_are_there() {
    let (data_sets, services) = (folder("data-sets"), folder("services"));
    let texts: Vec<Texts<'_>> = data_sets.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let (read, _) = Catalogue::built_in().read(&texts);
    let mut faults = read.across(&texts);
    for (place, text) in &services {
        if let Ok(service) = Service::from_toml(place, text) {
            faults.extend(across_service(Written { place, text }, &service, &read));
        }
    }
    assert!(faults.is_empty(), "\n{}", told(&faults));
}
