//! Which rules find certain pairs, such as links.

use counterfoil_core::scored::LinkType;

use super::drive::Questions;
use super::pairings::{Pairings, TooManyColumns};
use super::plan::Plan;
use super::tile::Tile;

impl Plan<'_> {
    /// For each of some pairs (left row < right row) the rules that find it, as bits; 0 for a
    /// pair that no rule finds or that the link type does not pair. Of rows that repeat another,
    /// those that find the pair of the first ones.
    ///
    /// # Errors
    ///
    /// When the rules name too many different columns.
    pub fn found_by(&self, pairs: &[(u32, u32)]) -> Result<Vec<u64>, TooManyColumns> {
        let questions = Questions::new(self, Pairings::default())?;
        let (mut left, mut right) = (Tile::default(), Tile::default());
        let mut found = Vec::with_capacity(pairs.len());
        for pairs in pairs.chunks(4096) {
            let pairs: Vec<(u32, u32)> = pairs.iter().map(|pair| self.firsts(*pair)).collect();
            let rows = |side: fn(&(u32, u32)) -> u32| pairs.iter().map(side).collect::<Vec<u32>>();
            left.fill_packed(self.packed(), &questions.pairings, &rows(|pair| pair.0));
            right.fill_packed(self.packed(), &questions.pairings, &rows(|pair| pair.1));
            found.extend(pairs.iter().enumerate().map(|(at, pair)| {
                let equal = left.equal_one(&questions.pairings, at, &right, at);
                self.rules_of(&questions, equal, *pair)
            }));
        }
        Ok(found)
    }

    fn rules_of(&self, questions: &Questions, equal: u64, (left, right): (u32, u32)) -> u64 {
        let is_same = right < self.sources.end(left);
        let is_paired = match self.sources.link {
            LinkType::LinkOnly => !is_same,
            LinkType::DedupeOnly => is_same,
            LinkType::LinkAndDedupe => true,
        };
        let finds = |rule: &usize| is_paired && self.is_found(questions, *rule, equal, (left, right));
        (0..self.rules.len()).filter(finds).fold(0, |rules, rule| rules | 1 << rule)
    }

    /// Whether a rule finds a pair of first rows, which are the same for two equal ones.
    pub(crate) fn is_found(&self, questions: &Questions, rule: usize, equal: u64, (left, right): (u32, u32)) -> bool {
        if left == right {
            return self.rules[rule].rule.pairs_equal(self.columns, left);
        }
        questions.finder.finds(self, rule, equal, left, right)
    }
}
