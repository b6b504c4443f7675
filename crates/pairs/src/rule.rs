//! One rank, compiled to bit masks.

use counterfoil_core::{Code, Flags, PartialDate, Rank, RankTable, ValueSimilarity};

/// A rank whose conditions are masks over field positions and exclusion flags.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) rank: u8,
    agree: u64,
    partial: Vec<usize>,
    not_contradict: u64,
    exclude: Flags,
}

/// All ranks of a table.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    partial_date: PartialDate,
}

/// What two records have in common, field by field.
struct Agreement {
    agree: u64,
    contradict: u64,
}

impl Rules {
    pub(crate) fn new(table: &RankTable) -> Rules {
        let rules = table.ranks.iter().map(Rule::new).collect();
        Rules { rules, partial_date: table.partial_date }
    }

    /// The best rank that a pair meets, with the number of fields that agree exactly.
    #[inline]
    pub(crate) fn best(
        &self,
        a: &[Code],
        b: impl Fn(usize) -> Code,
        flags: Flags,
        similarity: &dyn ValueSimilarity,
    ) -> Option<(u8, u8)> {
        let pair = Agreement::of(a, &b);
        let rule = self.rules.iter().find(|rule| self.is_met(rule, &pair, a, &b, flags, similarity))?;
        Some((rule.rank, pair.agree.count_ones() as u8))
    }

    /// The ranks after `rank`, which the pair meets too: as far as the first that forbids no
    /// contradiction, and none if `rank` itself forbids none. So a pair that something beyond
    /// these two records contradicts has all the ranks that it could fall to, and no more.
    pub(crate) fn further(
        &self,
        rank: u8,
        a: &[Code],
        b: impl Fn(usize) -> Code,
        flags: Flags,
        similarity: &dyn ValueSimilarity,
    ) -> Vec<u8> {
        let pair = Agreement::of(a, &b);
        let from = self.rules.iter().position(|rule| rule.rank == rank).unwrap_or(self.rules.len());
        let met = self.rules[from..].iter().filter(|rule| self.is_met(rule, &pair, a, &b, flags, similarity));
        let mut is_barrable = true;
        let reachable = met.take_while(|rule| std::mem::replace(&mut is_barrable, rule.not_contradict != 0));
        reachable.map(|rule| rule.rank).skip(1).collect()
    }

    #[inline]
    fn is_met(
        &self,
        rule: &Rule,
        pair: &Agreement,
        a: &[Code],
        b: &impl Fn(usize) -> Code,
        flags: Flags,
        similarity: &dyn ValueSimilarity,
    ) -> bool {
        rule.agree & !pair.agree == 0
            && rule.not_contradict & pair.contradict == 0
            && rule.exclude & flags == 0
            && rule.partial.iter().all(|field| {
                pair.agree >> field & 1 == 1 || similarity.dates_agree_partly(a[*field], b(*field), self.partial_date)
            })
    }
}

impl Rule {
    fn new(rank: &Rank) -> Rule {
        let mask = |fields: &[usize]| fields.iter().fold(0, |mask, field| mask | 1 << field);
        Rule {
            rank: rank.rank,
            agree: mask(&rank.agree),
            partial: rank.partial.clone(),
            not_contradict: mask(&rank.not_contradict),
            exclude: mask(&rank.exclude) as Flags,
        }
    }
}

impl Agreement {
    #[inline]
    fn of(a: &[Code], b: impl Fn(usize) -> Code) -> Agreement {
        let mut pair = Agreement { agree: 0, contradict: 0 };
        for (field, code) in a.iter().enumerate() {
            let other = b(field);
            pair.agree |= u64::from(code.agrees(other)) << field;
            pair.contradict |= u64::from(code.contradicts(other)) << field;
        }
        pair
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// "Partly" here: codes that differ by at most one.
    struct Near;
    impl ValueSimilarity for Near {
        fn dates_agree_partly(&self, a: Code, b: Code, _: PartialDate) -> bool {
            !a.is_null() && !b.is_null() && a.0.abs_diff(b.0) <= 1
        }
    }

    /// Ranks of which a pair often meets several, most of which forbid some contradiction.
    fn nested_ranks() -> RankTable {
        let rank = |rank, agree: &[usize], partial: &[usize], not_contradict: &[usize], exclude: &[usize]| Rank {
            rank,
            agree: agree.to_vec(),
            partial: partial.to_vec(),
            not_contradict: not_contradict.to_vec(),
            exclude: exclude.to_vec(),
        };
        RankTable {
            ranks: vec![
                rank(1, &[0, 1], &[], &[2], &[0]),
                rank(2, &[0], &[1], &[2], &[]),
                rank(3, &[1], &[], &[0], &[]),
                rank(5, &[0], &[], &[1, 2], &[1]),
                rank(6, &[1], &[], &[], &[]),
                rank(9, &[2], &[], &[0], &[]),
                rank(10, &[2], &[], &[], &[]),
            ],
            exclusions: Vec::new(),
            partial_date: PartialDate::TwoOfThree,
        }
    }

    proptest! {
        /// The plain twin: every rank asked for by itself, in turn, until one forbids nothing.
        #[test]
        fn a_pair_falls_to_the_ranks_that_it_meets_besides(
            a in prop::array::uniform3(0u64..4),
            b in prop::array::uniform3(0u64..4),
            flags in 0u8..4,
        ) {
            let (a, table) = (a.map(Code), nested_ranks());
            let b = |field: usize| Code(b[field]);
            let rules = Rules::new(&table);
            let mut due = Vec::new();
            for rank in &table.ranks {
                let alone = Rules::new(&RankTable { ranks: vec![rank.clone()], ..table.clone() });
                if alone.best(&a, b, flags, &Near).is_some() {
                    due.push(rank.rank);
                    if rank.not_contradict.is_empty() {
                        break;
                    }
                }
            }
            let best = rules.best(&a, b, flags, &Near).map(|(rank, _)| rank);
            prop_assert_eq!(best, due.first().copied());
            if let Some(rank) = best {
                prop_assert_eq!(rules.further(rank, &a, b, flags, &Near), due[1..].to_vec());
            }
        }
    }
}
