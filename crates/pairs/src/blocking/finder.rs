//! Which rules find a pair, told from its equalities.

use counterfoil_core::scored::{LinkType, ListColumn};

use super::blocks::{Grouped, Shape, SideLists};
use super::pairings::{Pairings, TooManyColumns};
use super::plan::Plan;
use super::rule::Key;

/// How each rule of a plan is told to find a pair.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    rules: Vec<Test>,
}

/// The equalities that a pair of a rule has.
#[derive(Clone, Copy, Debug)]
struct Test {
    forward: u64,
    /// With left and right row in each other's place, where that is allowed.
    backward: Option<u64>,
}

impl Finder {
    pub(crate) fn new(plan: &Plan<'_>, pairings: &mut Pairings) -> Result<Finder, TooManyColumns> {
        let rules = plan.rules.iter().map(|rule| Test::new(rule, plan.sources.link, pairings));
        Ok(Finder { rules: rules.collect::<Result<_, _>>()? })
    }

    /// Whether a rule finds a pair, given its equalities.
    #[inline]
    pub(crate) fn finds(&self, plan: &Plan<'_>, rule: usize, equal: u64, left: u32, right: u32) -> bool {
        let (test, grouped) = (&self.rules[rule], &plan.rules[rule]);
        let forward = equal & test.forward == test.forward;
        match &grouped.shape {
            Shape::All => forward && !grouped.is_capped(left),
            Shape::Lists(blocks) => forward && first_common(blocks, blocks, left, right).is_some(),
            Shape::Near { width, places } => {
                let (a, b) = (places[left as usize], places[right as usize]);
                forward && a != 0 && b != 0 && a.abs_diff(b) < *width
            }
            Shape::Sides { lists, .. } => {
                forward && is_in_block(grouped, lists.as_ref(), left, right)
                    || self.finds_backward(plan, rule, equal, left, right)
            }
        }
    }

    fn finds_backward(&self, plan: &Plan<'_>, rule: usize, equal: u64, left: u32, right: u32) -> bool {
        let grouped = &plan.rules[rule];
        let Shape::Sides { lists, .. } = &grouped.shape else { return false };
        let has_it = self.rules[rule].backward.is_some_and(|backward| equal & backward == backward);
        has_it && right < plan.sources.end(left) && is_in_block(grouped, lists.as_ref(), right, left)
    }

    /// Whether a pair that a rule shows in a block, at a place of its first row, was shown by
    /// this rule before.
    #[inline]
    pub(crate) fn is_repeated(&self, plan: &Plan<'_>, shown: &Shown, equal: u64, left: u32, right: u32) -> bool {
        let grouped = &plan.rules[shown.rule];
        match &grouped.shape {
            Shape::All | Shape::Near { .. } => false,
            Shape::Lists(blocks) => first_common(blocks, blocks, left, right) != Some(shown.block),
            Shape::Sides { middles, lists } => {
                let forward = self.rules[shown.rule].forward;
                let is_backward = shown.place >= middles[shown.block as usize];
                if is_backward && equal & forward == forward && is_in_block(grouped, lists.as_ref(), left, right) {
                    return true;
                }
                let (left, right) = if is_backward { (right, left) } else { (left, right) };
                lists
                    .as_ref()
                    .is_some_and(|lists| first_common(&lists.left, &lists.right, left, right) != Some(shown.block))
            }
        }
    }
}

/// Where a rule shows a pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) rule: usize,
    pub(crate) block: u32,
    /// Place of the pair's left row.
    pub(crate) place: u32,
    /// Whether the rule may show a pair more than once.
    pub(crate) may_repeat: bool,
}

impl Test {
    fn new(rule: &Grouped, link: LinkType, pairings: &mut Pairings) -> Result<Test, TooManyColumns> {
        let goes_backward = rule.rule.swaps() && link != LinkType::LinkOnly;
        let (mut forward, mut backward) = (0, 0);
        for key in &rule.rule.keys {
            let (left, right) = match *key {
                Key::Column(column) => (column, column),
                Key::Swap { left, right } => (left, right),
                Key::List(_) | Key::SwapLists { .. } => continue,
            };
            forward |= 1 << pairings.bit(left, right)?;
            if goes_backward {
                backward |= 1 << pairings.bit(right, left)?;
            }
        }
        Ok(Test { forward, backward: goes_backward.then_some(backward) })
    }
}

/// Whether a pair that has the equalities of a rule with sides is in a block that the rule shows,
/// `left` being on its left side.
fn is_in_block(rule: &Grouped, lists: Option<&SideLists>, left: u32, right: u32) -> bool {
    match lists {
        None => !rule.is_capped(left),
        Some(lists) => first_common(&lists.left, &lists.right, left, right).is_some(),
    }
}

/// The first block that two rows have in common, of those that either is in.
fn first_common(of_left: &ListColumn, of_right: &ListColumn, left: u32, right: u32) -> Option<u32> {
    let (mut left, mut right) = (of_left.of(left), of_right.of(right));
    while let (Some(a), Some(b)) = (left.first(), right.first()) {
        match a.cmp(b) {
            std::cmp::Ordering::Equal => return Some(*a),
            std::cmp::Ordering::Less => left = &left[1..],
            std::cmp::Ordering::Greater => right = &right[1..],
        }
    }
    None
}
