//! The files that are compiled in, in the order in which they are listed.

/// A file's name and text.
pub(crate) type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$((concat!($name, ".toml"), include_str!(concat!("../data/", $folder, "/", $name, ".toml")))),+]
    };
}

/// Data sets, in the order of the products list.
#[rustfmt::skip]
pub(crate) const DATA_SETS: &[File] = files!("data-sets":
    "hes-apc", "hes-op", "hes-ae", "hes-cc", "ecds", "deaths", "deaths-scc", "did", "mhmds", "mhldds", "mhsds",
    "proms", "pds", "demographics", "csds", "iapt", "msds", "nda", "bcir", "gdppr", "covid-ethnicity", "chess",
    "sgss", "pillar2", "pillar3", "covid-vaccination", "vaccine-reactions", "epma", "ssnap", "nhsbsa", "canreg",
    "sus-pbr", "ll-apc", "ll-op", "ll-cc", "shmi", "gpwf", "ascs", "sace", "apms", "mhcyp",
);

/// Recipes.
pub(crate) const RECIPES: &[File] = files!("recipes": "hes-deaths", "hes-did", "hes-mh-bridge");

/// Services, in the order of the products list.
#[rustfmt::skip]
pub(crate) const SERVICES: &[File] = files!("services":
    "hes-deaths", "hes-did", "hes-mh", "hes-proms", "la-hes", "tabulation", "standard-extract", "bespoke-extract",
    "bespoke-linkage", "tracking", "dae",
);

#[cfg(test)]
mod tests;
