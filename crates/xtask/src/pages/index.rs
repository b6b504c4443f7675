//! The index of the pages.

use counterfoil_catalogue::{Catalogue, DataSet, describe};

use super::markdown::{Markdown, link, links, plain};

const INTRODUCTION: &str = "\
What Counterfoil knows of the data sets and services of the products list: for each data set what a row is, its keys, \
how its persons are linked, and every field with type, tier, codes and the values that mean \"missing\". \
`counterfoil catalogue` lists the same in the terminal, narrowed down by family, role or service.";

const MARKS: &str = "\
A fact marked *unverified*, or a field with a dagger (†), is confirmed by no published source: it is a default that a job \
can change, and no test rests on it. The tiers (`ID` direct identifier, `PS` pseudonym or record key, `QI` identifying in \
combination, `SE` sensitive, `AN` for analysis) are this project's own judgement. Sources are named in short, as in the \
entries.";

const OWN: &str = "\
An entry of your own is a TOML file of the same shape, which `counterfoil schema data-set` prints. Put it in a folder, name \
the folder in the job (`catalogue = \"my-entries\"`), and look at it with `counterfoil catalogue show NAME --with my-entries`. \
An entry of a name that is there goes before it; `extends = \"hes-apc\"` takes all from another entry but what is given.";

/// The index.
pub(super) fn page(catalogue: &Catalogue) -> String {
    let mut page = Markdown::titled("Catalogue");
    page.paragraph(INTRODUCTION);
    page.paragraph(MARKS);
    page.paragraph(OWN);
    let (linkable, others): (Vec<&DataSet>, Vec<&DataSet>) = catalogue.data_sets().iter().partition(|d| d.link.person);
    page.heading("Data sets whose persons can be linked");
    let head = ["Name", "Title", "One row is", "Record key", "Person key", "Covers", "Linked by"];
    page.table(head, linkable.into_iter().map(|data_set| linkable_row(catalogue, data_set)));
    page.heading("Data sets for extracts only");
    page.paragraph("A job that links one of these by person is refused, with this reason.");
    let head = ["Name", "Title", "One row is", "Covers", "Why", "Can be joined by"];
    page.table(head, others.into_iter().map(|data_set| other_row(catalogue, data_set)));
    page.heading("Services");
    let services = catalogue.services().iter().map(|service| {
        let available = service.available.name().to_owned();
        [link(catalogue, &service.name), plain(&service.title), links(catalogue, &service.over), available]
    });
    page.table(["Name", "Title", "Made from", "Available"], services);
    page.heading("Recipes");
    let recipes = catalogue.recipes().iter().map(|recipe| [format!("`{}`", recipe.name), plain(&recipe.title)]);
    page.table(["Name", "Title"], recipes);
    page.finish()
}

fn linkable_row(catalogue: &Catalogue, data_set: &DataSet) -> [String; 7] {
    [
        link(catalogue, &data_set.name),
        plain(&data_set.title),
        plain(&data_set.grain),
        fact(data_set, "record key"),
        fact(data_set, "person key"),
        fact(data_set, "covers"),
        plain(&describe::linked_by(data_set)),
    ]
}

fn other_row(catalogue: &Catalogue, data_set: &DataSet) -> [String; 6] {
    let joined = data_set.link.areas.iter().chain(&data_set.link.organisations).cloned().collect::<Vec<_>>();
    [
        link(catalogue, &data_set.name),
        plain(&data_set.title),
        plain(&data_set.grain),
        fact(data_set, "covers"),
        fact(data_set, "not linked"),
        plain(&joined.join(", ")),
    ]
}

fn fact(data_set: &DataSet, name: &str) -> String {
    let found = describe::facts(data_set).into_iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| plain(&text)).unwrap_or_default()
}
