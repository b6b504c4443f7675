//! Token mode: numbers without values.

use std::collections::BTreeSet;
use std::sync::Arc;

use counterfoil_core::scored::{Measured, Similarity};
use counterfoil_token::key::{Ids, RootKey};
use counterfoil_token::standardise::PostcodeRules;
use counterfoil_token::tokeniser::Tokeniser;
use counterfoil_token::values::{Asked, Derivation, Dictionary, Lists, Measures, Numbers, ValueRules};
use proptest::prelude::*;

use super::{dates, dictionary};

fn tokeniser(project: &str) -> Tokeniser {
    Tokeniser::new(&RootKey::demo().project(&Ids { project, release: "r" }).token_key())
}

/// Derivations of whole values.
fn of_values(derivations: &[Derivation]) -> Asked {
    Asked { of_values: derivations.to_vec(), of_words: Vec::new() }
}

/// What a token number should be: the place of its token, made one at a time, among all.
fn places(tag: &str, values: &[&str]) -> Vec<u32> {
    let tokeniser = tokeniser("p");
    let tokens: Vec<_> = values.iter().map(|value| tokeniser.token(tag, value.as_bytes())).collect();
    let place = |token| tokens.iter().filter(|other| *other <= token).count() as u32;
    tokens.iter().map(place).collect()
}

#[test]
fn values_are_numbered_by_their_tokens() {
    let values = ["SMITH", "JONES", "TAYLOR", "BROWN", "KHAN"];
    let tokens = dictionary(&ValueRules::Name, &values).into_tokens(&tokeniser("p"), &Asked::default());
    let mut column = vec![0, 1, 2, 3, 4, 5, 1];
    tokens.renumber(&mut column);
    let places = places("name", &values);
    assert_eq!(column, [&[0], &places[..], &places[..1]].concat());
    assert_eq!(tokens.len(), 5);
}

#[test]
fn a_postcode_has_the_token_of_a_ranked_linkage() {
    let rules = ValueRules::Postcode(PostcodeRules::default());
    let tokens =
        dictionary(&rules, &["LS1 4AP", "LS11 4AP", "75001", "B1 1BD"]).into_tokens(&tokeniser("p"), &Asked::default());
    let expected = places("postcode", &["LS1  4AP", "LS11 4AP", "75001", "B1   1BD"]);
    assert_eq!((1..=4).map(|number| tokens.number(number)).collect::<Vec<_>>(), expected);
}

#[test]
fn exchanged_dates_are_still_numbers_of_the_dates() {
    let values = dictionary(&dates(), &["1985-03-04", "1985-04-03", "1985-03-14"]);
    let tokens = values.into_tokens(&tokeniser("p"), &of_values(&[Derivation::MonthDaySwapped, Derivation::Year]));
    let swapped = tokens.derived(Derivation::MonthDaySwapped).expect("asked for");
    assert_eq!(swapped.of(tokens.number(1)), [tokens.number(2)]);
    assert_eq!(swapped.of(tokens.number(2)), [tokens.number(1)]);
    assert!(swapped.of(tokens.number(3)).is_empty());
    let years = tokens.derived(Derivation::Year).expect("asked for");
    assert_eq!(years.spread(&[0, 1, 2, 3]), [0, 1, 1, 1]);
    assert!(tokens.derived(Derivation::Month).is_none());
}

#[test]
fn one_edit_shows_as_a_common_token() {
    let names = dictionary(&ValueRules::Name, &["SMITH", "SMYTH", "JONES"]);
    let tokens = names.into_tokens(&tokeniser("p"), &of_values(&[Derivation::Deletions]));
    let deletions = Arc::new(tokens.derived(Derivation::Deletions).expect("asked for").clone());
    let mut measures = Measures::default();
    measures.add_in_common(Measured { left: 0, right: 0, asks_equal: false }, &deletions, vec![1.0]);
    let mut out = [9; 2];
    measures.grades(0, &[tokens.number(1); 2], &[tokens.number(2), tokens.number(3)], &mut out);
    assert_eq!(out, [1, 0]);
}

#[test]
fn lists_are_numbered_by_their_elements_whatever_order_they_came_in() {
    let dictionary = || dictionary(&ValueRules::Name, &["SMITH", "JONES", "KHAN"]);
    let tokens = dictionary().into_tokens(&tokeniser("p"), &Asked::default());
    let numbered = |order: [usize; 3]| {
        let written = [vec![3, 1], vec![2], vec![1, 3, 2]];
        let mut lists = Lists::default();
        let mut old = [0; 3];
        order.iter().for_each(|at| old[*at] = lists.number(&mut written[*at].clone()));
        let (renumbered, elements) = lists.into_tokens(&tokens);
        assert_eq!((renumbered[0], elements.of(0)), (0, &[][..]), "no list stays none");
        for (list, old) in written.iter().zip(old) {
            let mut expected: Vec<u32> = list.iter().map(|element| tokens.number(*element)).collect();
            expected.sort_unstable();
            assert_eq!(elements.of(renumbered[old as usize]), expected);
        }
        old.map(|old| renumbered[old as usize])
    };
    let first = numbered([0, 1, 2]);
    assert_eq!([[1, 0, 2], [2, 1, 0]].map(numbered), [first; 2]);
    assert_eq!(BTreeSet::from(first), BTreeSet::from([1, 2, 3]));
}

#[test]
fn keys_and_derivations_number_differently() {
    let values: Vec<String> = (0..40).map(|number| format!("N{number}")).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let numbers = |project: &str, derivation: Derivation| {
        let names = dictionary(&ValueRules::Identifier, &values);
        let tokens = names.into_tokens(&tokeniser(project), &of_values(&[derivation]));
        let of = tokens
            .derived(derivation)
            .expect("asked for")
            .spread(&(1..=40).map(|n| tokens.number(n)).collect::<Vec<_>>());
        ((1..=40).map(|number| tokens.number(number)).collect::<Vec<u32>>(), of)
    };
    // Eight characters are the whole of each value, but not under the same tag.
    let (whole, prefix) = numbers("p", Derivation::Prefix(8));
    let (_, suffix) = numbers("p", Derivation::Suffix(8));
    let (other_key, _) = numbers("q", Derivation::Prefix(8));
    assert!(whole != prefix && prefix != suffix && whole != other_key);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Words are tokens of one domain, and share what is derived of them.
    #[test]
    fn tokens_of_words_share_what_words_share(values in prop::collection::btree_set("[ABC]{1,3}( [AB]{1,3})?", 1..20)) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let (ends, of_words) = ([Derivation::FirstWord, Derivation::LastWord], Derivation::Letters);
        let clear = dictionary(&ValueRules::Words, &values);
        let letters = clear.words().derive(of_words).numbers;
        let expected = ends.map(|end| clear.derive(end).numbers);
        let tokens = clear.into_tokens(&tokeniser("p"), &Asked { of_values: ends.to_vec(), of_words: vec![of_words] });
        let found = ends.map(|end| tokens.derived(end).expect("asked for").clone());
        let of_tokens = tokens.words().and_then(|words| words.derived(of_words)).expect("asked for");
        let shared = |numbers: &Numbers, a, b| numbers.of(a).iter().filter(|of| numbers.of(b).contains(of)).count();
        for (a, b) in (1..=values.len() as u32).flat_map(|a| (1..=values.len() as u32).map(move |b| (a, b))) {
            let word = |numbers: &[Numbers; 2], end: usize, value| numbers[end].of(value)[0];
            for (left, right) in [(0, 0), (0, 1), (1, 1)] {
                let (one, other) = (word(&expected, left, a), word(&expected, right, b));
                let [token, other_token] = [(left, a), (right, b)].map(|(end, value)| word(&found, end, tokens.number(value)));
                prop_assert_eq!(one == other, token == other_token);
                prop_assert_eq!(shared(&letters, one, other), shared(of_tokens, token, other_token));
            }
        }
    }

    /// Tokens are equal where values are, and share derived values where those do.
    #[test]
    fn tokens_share_what_values_share(values in prop::collection::btree_set("[ABC]{1,5}", 1..30)) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let clear = dictionary(&ValueRules::Category, &values);
        let derivations = [Derivation::Prefix(2), Derivation::Deletions, Derivation::QGrams(2), Derivation::Soundex];
        let expected: Vec<Numbers> = derivations.map(|derivation| clear.derive(derivation).numbers).into();
        let tokens = clear.into_tokens(&tokeniser("p"), &of_values(&derivations));
        for (derivation, expected) in derivations.into_iter().zip(expected) {
            let found = tokens.derived(derivation).expect("asked for");
            for (a, b) in (1..=values.len() as u32).flat_map(|a| (1..=values.len() as u32).map(move |b| (a, b))) {
                let shared = |numbers: &Numbers, a, b| {
                    numbers.of(a).iter().filter(|number| numbers.of(b).contains(number)).count()
                };
                prop_assert_eq!(shared(&expected, a, b), shared(found, tokens.number(a), tokens.number(b)));
            }
        }
    }
}

#[test]
#[should_panic(expected = "tokens have no order")]
fn the_order_of_values_has_no_tokens() {
    let names: Dictionary = dictionary(&ValueRules::Name, &["SMITH"]);
    let _ = names.into_tokens(&tokeniser("p"), &of_values(&[Derivation::Ordered]));
}
