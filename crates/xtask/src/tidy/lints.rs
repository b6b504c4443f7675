//! Every crate takes the workspace's lints: one that does not is unguarded without notice.

use super::tree::Tree;
use toml::Table;

pub(crate) const NAME: &str = "lints";

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    tree.manifests()
        .filter(|(_, manifest)| !takes_workspace_lints(&manifest.text))
        .map(|(_, manifest)| format!("`{}` lacks `[lints]` `workspace = true`", manifest.path))
        .collect()
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let lints = |manifest: Table| manifest.get("lints")?.get("workspace")?.as_bool();
    manifest.parse().ok().and_then(lints).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn every_crate_takes_the_lints() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_crate_without_the_lints_is_found() {
        assert_finds(
            problems,
            &[
                ("crates/pairs/Cargo.toml", "[lints]\nworkspace = true\n"),
                ("crates/store/Cargo.toml", "[package]\nname = \"x\"\n"),
                ("crates/token/Cargo.toml", "[lints]\nworkspace = false\n"),
            ],
            &[
                "`crates/store/Cargo.toml` lacks `[lints]` `workspace = true`",
                "`crates/token/Cargo.toml` lacks `[lints]` `workspace = true`",
            ],
        );
    }
}
