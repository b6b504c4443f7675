//! `cargo xtask catalogue`: a page for each data set and service under `docs/catalogue`, and
//! an index of them, written from the entries that are compiled in.
//!
//! Nobody writes them by hand: the check `pages` of tidy compares them, byte for byte, with
//! what would be written.

mod data_set;
mod index;
mod markdown;
mod service;

use std::io;
use std::path::Path;

use counterfoil_catalogue::Catalogue;

/// The folder of the pages, from the root.
pub(crate) const FOLDER: &str = "docs/catalogue";

/// The first line of every page.
const ORIGIN: &str = "<!-- Written by `cargo xtask catalogue` from the entries in crates/catalogue/data. -->";

/// Every page: path from the root, and text.
pub(crate) fn pages() -> Vec<(String, String)> {
    let catalogue = Catalogue::built_in();
    let data_sets = catalogue.data_sets().iter().map(|entry| (&entry.name, data_set::page(catalogue, entry)));
    let services = catalogue.services().iter().map(|entry| (&entry.name, service::page(catalogue, entry)));
    let mut pages: Vec<(String, String)> =
        data_sets.chain(services).map(|(name, text)| (format!("{FOLDER}/{name}.md"), text)).collect();
    pages.push((format!("{FOLDER}/README.md"), index::page(catalogue)));
    pages
}

/// Writes every page and removes those of entries that are gone.
#[expect(clippy::print_stdout, reason = "what was written is the result of the command")]
pub(crate) fn write(root: &Path) -> bool {
    let pages = pages();
    match put(root, &pages) {
        Ok(()) => println!("{} pages under {FOLDER}", pages.len()),
        Err(error) => {
            println!("the pages cannot be written: {error}");
            return false;
        }
    }
    true
}

fn put(root: &Path, pages: &[(String, String)]) -> io::Result<()> {
    std::fs::create_dir_all(root.join(FOLDER))?;
    for entry in std::fs::read_dir(root.join(FOLDER))? {
        let entry = entry?;
        let path = format!("{FOLDER}/{}", entry.file_name().to_string_lossy());
        if !pages.iter().any(|(page, _)| *page == path) {
            std::fs::remove_file(entry.path())?;
        }
    }
    pages.iter().try_for_each(|(path, text)| std::fs::write(root.join(path), text))
}
