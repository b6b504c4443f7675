//! Who is related to whom.

/// A person's nearest relations within the population, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kin {
    pub(crate) mother: Option<u64>,
    pub(crate) twin: Option<u64>,
    pub(crate) partner: Option<u64>,
    /// Children of a mother with their days of birth, oldest first.
    pub(crate) children: Vec<(u64, i32)>,
}

impl Kin {
    /// The relation for whom the person is most easily mistaken.
    pub(crate) fn closest(&self) -> Option<u64> {
        self.twin.or(self.mother).or(self.partner)
    }
}
