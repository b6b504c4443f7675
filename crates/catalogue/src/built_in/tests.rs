//! The folder of entries, file by file: what lies there is compiled in and in order.

use std::path::{Path, PathBuf};

use counterfoil_core::Fault;

use super::{DATA_SETS, File, RECIPES, SERVICES};
use crate::catalogue::{Catalogue, Texts};
use crate::service::Available;

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

/// Everything at once: form, content, and that what an entry names is there.
#[test]
fn every_entry_is_in_order() {
    let (data_sets, recipes, services) = (folder("data-sets"), folder("recipes"), folder("services"));
    let (catalogue, faults) = Catalogue::of(&texts(&data_sets), &texts(&recipes), &texts(&services));
    assert!(faults.is_empty(), "\n{}", told(&faults));
    assert_eq!(catalogue.data_sets().len(), data_sets.len());
    assert_eq!(catalogue.recipes().len(), recipes.len());
    assert_eq!(catalogue.services().len(), services.len());
}

fn texts(files: &[(String, String)]) -> Vec<Texts<'_>> {
    files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect()
}

#[test]
fn every_entry_is_named_as_its_file() {
    let files = ["data-sets", "recipes", "services"].map(folder).concat();
    assert!(!files.is_empty());
    for (file, text) in files {
        let entry: toml::Table = text.parse().expect("an entry is TOML");
        assert_eq!(entry["name"].as_str(), file.strip_suffix(".toml"), "{file}");
    }
}

/// A recipe makes some service, which has to say so.
#[test]
fn every_recipe_is_that_of_a_service() {
    let built_in = Catalogue::built_in();
    for recipe in built_in.recipes() {
        let made = built_in.services().iter().find(|service| service.recipe.as_ref() == Some(&recipe.name));
        assert!(made.is_some_and(|service| service.available != Available::NotYet), "{}", recipe.name);
    }
}
