//! Comparisons of a whole name, by its words.

use super::ready_made::{
    ALL_BUT_ONE, FUZZY_FREQUENCY, MOST, alike, comparison, derived, frequent_part, level, of_terms,
};
use crate::scored::spec::{ComparisonSpec, ConditionSpec, LevelSpec, Term};

/// A whole name as two comparisons, of its first and its last word: the two err apart from each
/// other, and where names are all there is, how often matches have each level of the one shows
/// only beside the other. Where a name has one word, [`one_word_of_name`] speaks in their place. Of
/// patronymics, `made_of_each_other`, no level is of words that are about exchanged.
pub(super) fn name_in_words(field: &str, tokens: bool, made_of_each_other: bool) -> [ComparisonSpec; 2] {
    let [first, last] = ["first_word", "last_word"];
    let initial = derived("initial", None, field);
    // What is closer than the initial has it, so that a rule on initials has levels of its own.
    let with_initial =
        |alike: LevelSpec| LevelSpec { when: ConditionSpec::All(vec![alike.when, initial.clone()]), ..alike };
    // As where one file has the family name first.
    let in_any_order = level(derived("sorted_words", None, field));
    let [first_word, last_word] = [first, last].map(|end| Term::derived(end, None, field));
    let exchanged = level(ConditionSpec::All(exchanged(&first_word, &last_word, tokens)));
    let in_others_place = if made_of_each_other { vec![in_any_order] } else { vec![in_any_order, exchanged] };
    let [closer_first, looser_first] = alike_words(field, first, tokens);
    let [closer_last, looser_last] = alike_words(field, last, tokens);
    let of_first = [
        vec![frequent_part(first, field, 1.0)],
        closer_first.into_iter().map(with_initial).collect(),
        vec![level(initial.clone())],
        looser_first,
        in_others_place.clone(),
    ];
    let of_last = [vec![frequent_part(last, field, 1.0)], in_others_place, closer_last, looser_last];
    [(first, of_first.concat()), (last, of_last.concat())].map(|(word, levels)| {
        let of_word = comparison(format!("{word}_of_{field}"), levels);
        ComparisonSpec { null: Some(has_one_word(field)), ..of_word }
    })
}

/// A whole name of one word is held against both ends of the other: it may be either.
pub(super) fn one_word_of_name(field: &str, tokens: bool) -> ComparisonSpec {
    let [first, last] = ["first_word", "last_word"].map(|end| Term::derived(end, None, field));
    // Of one word first and last are the same, so that the fourth pair of ends says nothing new.
    let ends = [(&last, &last), (&first, &last), (&last, &first)];
    let equal = ends.map(|(left, right)| ConditionSpec::Exact(left.clone(), right.clone()));
    let alike = ends.map(|(left, right)| alike(left, right, tokens));
    let levels = [equal, alike].map(|ends| level(ConditionSpec::Any(ends.to_vec())));
    let both_have_several = ConditionSpec::Not(Box::new(has_one_word(field)));
    let null = ConditionSpec::Any(vec![ConditionSpec::Null(Term::field(field)), both_have_several]);
    ComparisonSpec { null: Some(null), ..comparison(format!("one_word_of_{field}"), levels.to_vec()) }
}

/// Whether either of two names is missing or has one word.
fn has_one_word(field: &str) -> ConditionSpec {
    ConditionSpec::Null(Term::derived("after_first_word", None, field))
}

/// Levels of words that are alike, closer and looser ones.
fn alike_words(field: &str, word: &str, tokens: bool) -> [Vec<LevelSpec>; 2] {
    let frequent = |when| LevelSpec { when, ..frequent_part(word, field, FUZZY_FREQUENCY) };
    if !tokens {
        let alike = |threshold| of_terms("jaro_winkler", Term::derived(word, None, field), threshold);
        let one_edit = of_terms("damerau_levenshtein", Term::derived(word, None, field), 1.0);
        let loosest = if word == "first_word" { 0.8 } else { 0.7 };
        return [[one_edit, alike(0.88)].map(frequent).to_vec(), vec![level(alike(loosest))]];
    }
    let part = |name, number| Term::of_word(name, number, word, field);
    let exact = |term: Term| level(ConditionSpec::Exact(term.clone(), term));
    let letters = |least| of_terms("jaccard", part("letters", None), least);
    let whole = Term::derived(word, None, field);
    let edit = || alike(&whole, &whole, tokens);
    let closer = vec![frequent(edit()), exact(part("double_metaphone", None)), level(letters(ALL_BUT_ONE))];
    let looser = if word == "first_word" {
        vec![level(ConditionSpec::Any(vec![edit(), letters(ALL_BUT_ONE)]))]
    } else {
        vec![exact(part("prefix", Some(3))), level(letters(MOST))]
    };
    [closer, looser]
}

/// That two words are each like the other of the other record, as where they stand in each other's
/// place.
fn exchanged(one: &Term, other: &Term, tokens: bool) -> Vec<ConditionSpec> {
    vec![alike(one, other, tokens), alike(other, one, tokens)]
}
