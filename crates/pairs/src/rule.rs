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
        let is_met = |rule: &&Rule| {
            rule.agree & !pair.agree == 0
                && rule.not_contradict & pair.contradict == 0
                && rule.exclude & flags == 0
                && rule.partial.iter().all(|field| {
                    pair.agree >> field & 1 == 1
                        || similarity.dates_agree_partly(a[*field], b(*field), self.partial_date)
                })
        };
        let rule = self.rules.iter().find(is_met)?;
        Some((rule.rank, pair.agree.count_ones() as u8))
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
