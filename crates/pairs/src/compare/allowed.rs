//! What a blocking rule forces: the digits that its pairs can have.

use counterfoil_core::scored::Pattern;

use super::patterns::Comparing;
use super::truth::Known;

impl Comparing<'_> {
    /// For each comparison the digits that a pair of a rule can have, as bits.
    ///
    /// Where a rule needs equal values of a column, a level that asks for these holds, so that
    /// the pair is at that level or one above it, and the value is not null. `implies` names
    /// columns (a, b) where equal values in a mean equal, non-null values in b, such as
    /// postcode and district. Everything else is allowed.
    #[must_use]
    pub fn allowed(&self, rule: usize, implies: &[(usize, usize)]) -> Vec<u16> {
        let rule = &self.plan.rules[rule].rule;
        let present = rule.window.as_ref().map(|window| window.order);
        self.digits(&self.known(rule.equalities(self.plan.sources.link), present, implies))
    }

    /// The same of pairs with equal values in a column, whichever rule finds them.
    #[must_use]
    pub fn allowed_alike(&self, column: usize, implies: &[(usize, usize)]) -> Vec<u16> {
        self.digits(&self.known(vec![(column, column)], None, implies))
    }

    fn digits(&self, known: &Known) -> Vec<u16> {
        self.comparisons.iter().map(|question| question.digits(known).0).collect()
    }

    /// Whether a pair of a rule can have a pattern, given what is allowed.
    #[must_use]
    pub fn is_allowed(allowed: &[u16], pattern: Pattern) -> bool {
        allowed.iter().enumerate().all(|(comparison, digits)| digits >> pattern.digit(comparison) & 1 == 1)
    }

    fn known(&self, equal: Vec<(usize, usize)>, present: Option<usize>, implies: &[(usize, usize)]) -> Known {
        let mut equal = equal;
        let mut next = 0;
        while next < equal.len() {
            let (left, right) = equal[next];
            let implied = implies.iter().filter(|(from, _)| left == right && *from == left).map(|(_, to)| (*to, *to));
            let new: Vec<(usize, usize)> = implied.filter(|columns| !equal.contains(columns)).collect();
            equal.extend(new);
            next += 1;
        }
        let columns = &self.questions.pairings.columns;
        let bit = |columns_of: (usize, usize)| {
            columns.iter().position(|columns| *columns == columns_of).map_or(0, |bit| 1 << bit)
        };
        let present = present.map_or(0, |column| bit((column, column)));
        let equal = equal.into_iter().map(bit).fold(0, |all: u64, bit| all | bit);
        Known { equal, present: present | equal, ..Known::default() }
    }
}
