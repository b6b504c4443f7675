//! Who is related to whom.

/// A person's relations within the population, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kin {
    pub(crate) mother: Option<u64>,
    /// Born on the same day of the same mother.
    pub(crate) twin: Option<u64>,
    pub(crate) union: Option<Union>,
    /// Children of a mother, in order of birth.
    pub(crate) children: Vec<Child>,
    /// Whose family name the person was born with.
    pub(crate) family: FamilyRoot,
}

/// Living together under one roof; one union a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Union {
    pub(crate) partner: u64,
    /// The wedding; `i32::MIN` where it was before the window.
    pub(crate) from: i32,
    /// The day of the separation; `i32::MAX` where there is none within the window.
    pub(crate) until: i32,
    /// Whether the partner's home is the one that both live in.
    pub(crate) joins: bool,
    pub(crate) name: MarriedName,
    /// Whose family name the partner was born with.
    pub(crate) partner_family: FamilyRoot,
}

/// What a wedding does to a person's family name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarriedName {
    /// It stays.
    Kept,
    /// The partner's.
    Taken,
    /// The person's own and the partner's.
    Double,
}

/// A child, its day of birth, and its sex: 1 male, 2 female.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) index: u64,
    pub(crate) birth: i32,
    pub(crate) sex: i8,
}

/// The person from whom a family name comes down, and their ethnic category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FamilyRoot {
    pub(crate) person: u64,
    pub(crate) ethnicity: &'static str,
}

impl Kin {
    /// The relation for whom the person is most easily mistaken.
    pub(crate) fn closest(&self) -> Option<u64> {
        self.twin.or(self.mother).or(self.union.map(|union| union.partner))
    }
}
