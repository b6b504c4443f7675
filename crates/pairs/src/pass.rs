//! Passes: the few match keys that find every pair any rank could want.
//!
//! A rank can only be met by records that agree on all its `agree` fields. So a rank whose
//! fields include those of another is found under the other's, smaller match key, and the
//! eight ranks of the deaths linkage need two passes: one by NHS number (ranks 1–5 and 8),
//! one by date of birth, sex and postcode (ranks 6–7).

use counterfoil_core::{Rank, RankTable};

/// The match keys of a rank table, as sorted field positions: the smallest `agree` sets,
/// none of which includes another. The shorter keys come first, then in order of the first
/// rank that needs each.
#[must_use]
pub fn passes(table: &RankTable) -> Vec<Vec<usize>> {
    let mut keys: Vec<Vec<usize>> = Vec::new();
    for rank in &table.ranks {
        let key = sorted(rank);
        let is_minimal = !table.ranks.iter().any(|other| {
            let other = sorted(other);
            other.len() < key.len() && other.iter().all(|field| key.contains(field))
        });
        if is_minimal && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.sort_by_key(Vec::len);
    keys
}

/// A field that must be null on one side of every pair that only the pass of `fields` shows.
///
/// That is so for a field that alone is an `earlier` pass, if every rank of this pass that
/// does not ask for its agreement forbids its contradiction: a pair in which the field
/// agrees was shown by the earlier pass, and one in which it contradicts meets no rank.
pub(crate) fn open_field(table: &RankTable, earlier: &[Vec<usize>], fields: &[usize]) -> Option<usize> {
    let single = earlier.iter().filter(|key| key.len() == 1).map(|key| key[0]);
    let of_pass = |rank: &&Rank| fields.iter().all(|field| rank.agree.contains(field));
    let leaves_open = |field: usize| {
        let mut ranks = table.ranks.iter().filter(of_pass).filter(|rank| !rank.agree.contains(&field));
        ranks.all(|rank| rank.not_contradict.contains(&field))
    };
    single.into_iter().find(|field| !fields.contains(field) && leaves_open(*field))
}

fn sorted(rank: &Rank) -> Vec<usize> {
    let mut fields = rank.agree.clone();
    fields.sort_unstable();
    fields.dedup();
    fields
}

#[cfg(test)]
mod tests {
    use counterfoil_core::PartialDate;

    use super::*;

    fn check(agree: &[&[usize]], expected: &[&[usize]]) {
        let ranks = agree.iter().zip(1..).map(|(agree, rank)| Rank { rank, agree: agree.to_vec(), ..Rank::default() });
        let table = RankTable { ranks: ranks.collect(), exclusions: vec![], partial_date: PartialDate::TwoOfThree };
        assert_eq!(passes(&table), expected);
    }

    #[test]
    fn the_deaths_ranks_need_two_passes() {
        // Fields: 0 NHS number, 1 date of birth, 2 sex, 3 postcode.
        check(
            &[&[0, 1, 2, 3], &[0, 1, 2], &[0, 2, 3], &[0, 2], &[0, 3], &[1, 2, 3], &[1, 2, 3], &[0]],
            &[&[0], &[1, 2, 3]],
        );
    }

    #[test]
    fn ranks_that_share_no_key_have_a_pass_each() {
        check(&[&[0, 1], &[1, 2], &[2, 0]], &[&[0, 1], &[1, 2], &[0, 2]]);
    }
}
