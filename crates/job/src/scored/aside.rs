//! Which comparisons the pairs of a blocking rule say nothing sound about.

use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, Term};
use super::words;

/// Whether a rule touches the field of a comparison in a way that its levels do not describe,
/// as one on the first letters of a name that is compared whole. Where the first letters are
/// a level, they are none that describes the rule if some closer level can do without them.
///
/// What a comparison is about are the fields of its closest level, and others of which it
/// compares both values, as those of a town among the levels of a postcode: that names may
/// stand in each other's place does not make a rule on the one a rule on the other.
pub(super) fn is_aside(block: &BlockSpec, compared: &ComparisonSpec) -> bool {
    let closest = compared.levels.first().map(|level| words::terms_of(&level.when)).unwrap_or_default();
    let fields: Vec<&String> = closest.iter().map(|term| &term.field).collect();
    let others: Vec<&String> = compared.levels.iter().filter_map(|level| words::only_field(&level.when)).collect();
    let is_apart = |key: &Term| !closest.is_empty() && closest.iter().all(|term| words::are_apart(key, term));
    let level_of = |term: &Term| {
        let exact = ConditionSpec::Exact(term.clone(), term.clone());
        compared.levels.iter().position(|level| level.when == exact)
    };
    let describes = |term: &Term| {
        let closer = level_of(term).map(|at| &compared.levels[..at]);
        closer.is_some_and(|closer| closer.iter().all(|level| words::needs(&level.when, term)))
    };
    let by_key = block.on.iter().any(|key| {
        let touches = |fields: &[&String]| fields.contains(&&key.left.field) || fields.contains(&&key.right.field);
        if touches(&fields) {
            return !is_apart(&key.left) && (key.left != key.right || !describes(&key.left));
        }
        // A town follows from the closer levels of a postcode as a rule, if not always.
        touches(&others) && (key.left != key.right || level_of(&key.left).is_none())
    });
    by_key || block.near.as_ref().is_some_and(|near| fields.contains(&&near.by.field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scored::spec::{KeySpec, LevelSpec};

    fn compared(conditions: &[&str]) -> ComparisonSpec {
        let level = |text: &&str| LevelSpec::of(text.parse().expect("a condition"));
        let levels = conditions.iter().chain(&["else"]).map(level).collect();
        ComparisonSpec { levels, ..ComparisonSpec::default() }
    }

    fn on(term: Term) -> BlockSpec {
        BlockSpec { on: vec![KeySpec { left: term.clone(), right: term }], near: None, cap: None }
    }

    #[test]
    fn a_rule_that_no_level_describes_sets_a_comparison_aside() {
        let letters = |field: &str| on(Term::derived("prefix", Some(4), field));
        let postcode = compared(&["exact(postcode)", "exact(area(postcode))", "exact(city)"]);
        assert!(is_aside(&letters("postcode"), &postcode) && is_aside(&letters("city"), &postcode));
        assert!(!is_aside(&on(Term::field("postcode")), &postcode) && !is_aside(&on(Term::field("city")), &postcode));
        assert!(!is_aside(&on(Term::derived("area", None, "postcode")), &postcode));
        assert!(!is_aside(&letters("family_name"), &postcode));
    }

    #[test]
    fn names_in_each_others_place_are_about_one_of_them() {
        let given = compared(&["exact(given_name)", "exact(given_name, family_name)"]);
        let soundex = |field: &str| on(Term::derived("soundex", None, field));
        assert!(is_aside(&soundex("given_name"), &given) && !is_aside(&soundex("family_name"), &given));
    }

    #[test]
    fn an_initial_describes_a_rule_if_all_that_is_closer_has_it() {
        let initial = on(Term::derived("initial", None, "full_name"));
        let closer = "jaro_winkler(first_word(full_name)) >= 0.9";
        let with = format!("{closer} and exact(initial(full_name))");
        let of = |middle: &str| compared(&["exact(first_word(full_name))", middle, "exact(initial(full_name))"]);
        assert!(is_aside(&initial, &of(closer)) && !is_aside(&initial, &of(&with)));
    }
}
