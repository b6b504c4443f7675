//! How near a column comes to a person, which decides whether it may leave.

/// The tier of a column. No source publishes a tier per field: the letters are this
/// project's own judgement, written down in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Direct identifier: never leaves the linkage zone.
    Id,
    /// Pseudonym or record key: safe only inside one agreement.
    Ps,
    /// Quasi-identifier: re-identifies in combination (dates, small areas, age, provider).
    Qi,
    /// Sensitive or legally restricted content.
    Se,
    /// Analytic content.
    An,
}

impl Tier {
    /// Every tier, in the order of the documentation.
    pub const ALL: [Tier; 5] = [Tier::Id, Tier::Ps, Tier::Qi, Tier::Se, Tier::An];

    /// The name used in catalogue entries and job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tier::Id => "ID",
            Tier::Ps => "PS",
            Tier::Qi => "QI",
            Tier::Se => "SE",
            Tier::An => "AN",
        }
    }

    /// The tier of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.name() == name)
    }
}
