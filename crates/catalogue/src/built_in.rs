//! The files that are compiled in, in the order in which they are listed.

/// A file's name and text.
pub(crate) type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$((concat!($name, ".toml"), include_str!(concat!("../data/", $folder, "/", $name, ".toml")))),+]
    };
}

/// Data sets, in the order of the products list.
pub(crate) const DATA_SETS: &[File] =
    files!("data-sets": "hes-apc", "hes-op", "hes-ae", "hes-cc", "ecds", "deaths", "deaths-scc", "pds");

/// Recipes.
pub(crate) const RECIPES: &[File] = files!("recipes": "hes-deaths");

/// Services, in the order of the products list.
pub(crate) const SERVICES: &[File] = &[];

#[cfg(test)]
mod tests;
