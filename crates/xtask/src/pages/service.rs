//! The page of a service.

use counterfoil_catalogue::{Catalogue, Service, describe};

use super::markdown::{Markdown, links, plain};

/// The page of one service.
pub(super) fn page(catalogue: &Catalogue, service: &Service) -> String {
    let mut page = Markdown::titled(&plain(&service.title));
    page.paragraph(&format!(
        "A service. In the terminal: `counterfoil catalogue show {}`. [All entries](README.md).",
        service.name
    ));
    let row = |(name, text): describe::Fact| {
        let text = match name {
            "made from" => links(catalogue, &service.over),
            _ => plain(&text),
        };
        [name.to_owned(), text]
    };
    page.table(["", ""], describe::service(service).into_iter().map(row));
    if !service.notes.is_empty() {
        page.heading("Notes");
        page.points(service.notes.iter().map(|note| plain(note)));
    }
    page.finish()
}
