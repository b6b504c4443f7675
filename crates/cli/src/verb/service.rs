//! `counterfoil catalogue show` for a service: what is delivered, and how far this program
//! makes it.

use counterfoil_catalogue::{Service, describe};

use crate::page::Page;

/// A service as people read it.
pub(crate) fn text(service: &Service) -> String {
    let mut page = Page::titled(format!("{}: {}", service.name, service.title));
    page.line("");
    page.facts(describe::service(service));
    if !service.notes.is_empty() {
        page.heading("Notes");
        page.points(&service.notes);
    }
    page.finish()
}
