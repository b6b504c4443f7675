//! Every crate says at the top of its root module what it is for.

use super::tree::Tree;

pub(crate) const NAME: &str = "crate-docs";

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, manifest) in tree.manifests() {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let roots: Vec<_> =
            ["src/lib.rs", "src/main.rs"].iter().filter_map(|root| tree.file(&format!("{folder}{root}"))).collect();
        if roots.is_empty() {
            problems.push(format!("`{name}` has neither `src/lib.rs` nor `src/main.rs`"));
        }
        for root in roots.iter().filter(|root| !root.text.starts_with("//! ")) {
            problems.push(format!("`{}` does not start with `//! ` documentation", root.path));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn every_crate_is_documented() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_crate_without_documentation_is_found() {
        assert_finds(
            problems,
            &[
                ("crates/pairs/Cargo.toml", ""),
                ("crates/pairs/src/lib.rs", "mod a;\n//! Late.\n"),
                ("crates/store/Cargo.toml", ""),
                ("benches/Cargo.toml", ""),
                ("benches/src/lib.rs", "//! Measures.\n"),
            ],
            &[
                "`crates/pairs/src/lib.rs` does not start with `//! ` documentation",
                "`store` has neither `src/lib.rs` nor `src/main.rs`",
            ],
        );
    }
}
