//! How a model is estimated.

use crate::Limits;

/// Settings of an estimation. The defaults suit registers of persons.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Most EM steps of one start.
    pub max_iterations: usize,
    /// Converged when no parameter changes by more in one EM step.
    pub tolerance: f64,
    /// Pseudo-counts that the prior gives each comparison's m, shared out as
    /// [`prior_top`](Options::prior_top) says.
    pub prior_m: f64,
    /// Pseudo-counts for each comparison's u where chance is not given.
    pub prior_u: f64,
    /// Share of the closest level in the prior of m. Each looser one has half of what is left.
    pub prior_top: f64,
    /// Pseudo-counts with which a joint table of two comparisons is drawn to independence.
    pub prior_joint: f64,
    /// Least and greatest m and u of a level.
    pub bounds: (f64, f64),
    /// Least u of a level as a share of its chance. The trust that agreement on one field alone
    /// can earn is bounded by it: what chance counts as agreeing are matches for the most part
    /// on an identifier, and their exact share is not known.
    pub least_u_share: f64,
    /// The starting points. All are run; the best log-likelihood counts.
    pub starts: Vec<Start>,
    /// Reckon with relatives: non-matches that share some of their values for a reason. For each
    /// comparison the share of relatives that have its value in common: 0 for what belongs to
    /// one person (an NHS number), nearly 1 for an address. They are taken as said: estimated
    /// too, the class drifts to whatever the pairs need, such as matches that have moved. For
    /// the same reason nothing is reckoned with unless relatives hardly share (at most 0.1) at
    /// least one of the comparisons. Without, EM is apt to count people
    /// of one household as matches. None leaves them out.
    pub related: Option<Vec<f64>>,
    /// By comparison whether its value stays with a person, as a name does and an address does not.
    /// Hardly any match has nothing in common there. Empty if that is not known of any.
    pub lasting: Vec<bool>,
    /// By comparison whether its value is of a home, which a person leaves with all of it. Empty if that is
    /// not known of any.
    pub of_home: Vec<bool>,
    /// What is said of m before anything is counted. It takes the place of what is assumed of a
    /// comparison otherwise, but for the prior of [`prior_m`](Options::prior_m) pairs.
    pub limits_m: Limits,
    /// The same of u.
    pub limits_u: Limits,
    /// Whether comparisons may depend on each other.
    pub dependence: Dependence,
}

/// One starting point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// m of each comparison's closest level.
    pub top: f64,
    /// Share of matches among the pairs of every rule.
    pub share: f64,
}

/// What is made of dependence between comparisons, within matches or within non-matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependence {
    /// Not looked at.
    Off,
    /// Looked at and reported.
    Check,
    /// The pairs of comparisons that need it get a joint distribution.
    Model,
}

impl Default for Options {
    fn default() -> Options {
        let starts = [(0.95, 0.05), (0.95, 0.5), (0.9, 0.2), (0.8, 0.02), (0.8, 0.5)];
        Options {
            max_iterations: 1000,
            tolerance: 1e-6,
            prior_m: 2.0,
            prior_u: 2.0,
            prior_top: 0.8,
            prior_joint: 20.0,
            bounds: (1e-9, 1.0 - 1e-9),
            least_u_share: 1e-3,
            starts: starts.map(|(top, share)| Start { top, share }).to_vec(),
            related: None,
            lasting: Vec::new(),
            of_home: Vec::new(),
            limits_m: Limits::default(),
            limits_u: Limits::default(),
            dependence: Dependence::Model,
        }
    }
}

impl Options {
    /// Greatest share of relatives that share what belongs to one person.
    pub(crate) const PERSONAL: f64 = 0.1;

    /// The shares of relatives, where they are reckoned with.
    pub(crate) fn relatives(&self) -> Option<&[f64]> {
        let personal = |shared: &&Vec<f64>| shared.iter().any(|share| *share <= Options::PERSONAL);
        self.related.as_ref().filter(personal).map(Vec::as_slice)
    }

    pub(crate) fn check(&self, levels: &[u8]) -> bool {
        let comparisons = levels.len();
        let share = |x: f64| x > 0.0 && x < 1.0;
        let counts = [self.prior_m, self.prior_u, self.prior_joint].iter().all(|n| n.is_finite() && *n >= 0.0);
        let starts = self.starts.iter().all(|start| share(start.top) && share(start.share));
        let bounds = self.bounds.0 > 0.0 && self.bounds.0 < self.bounds.1 && self.bounds.1 <= 1.0;
        let rest = self.tolerance > 0.0 && self.max_iterations > 0 && (0.0..=1.0).contains(&self.least_u_share);
        let shared = |shared: &Vec<f64>| shared.len() == comparisons && shared.iter().all(|s| (0.0..=1.0).contains(s));
        let related = self.related.as_ref().is_none_or(shared);
        let is_of_all = |known: &Vec<bool>| known.is_empty() || known.len() == comparisons;
        let lasting = is_of_all(&self.lasting) && is_of_all(&self.of_home);
        let limits = self.limits_m.check(levels) && self.limits_u.check(levels);
        limits
            && related
            && lasting
            && counts
            && starts
            && !self.starts.is_empty()
            && bounds
            && rest
            && share(self.prior_top)
    }

    /// A distribution over levels (by digit; 0 is unused) in which the closest has a share and
    /// each looser one half of what is left.
    pub(crate) fn descending(levels: u8, top: f64) -> [f64; 16] {
        let mut shares = [0.0; 16];
        let mut left = 1.0;
        for digit in (1..=usize::from(levels)).rev() {
            let share = if digit == 1 {
                left
            } else if digit == usize::from(levels) {
                top
            } else {
                left / 2.0
            };
            shares[digit] = share;
            left -= share;
        }
        shares
    }
}
