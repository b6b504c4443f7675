//! Tables of names and the frequencies of their entries.

use std::sync::LazyLock;

use super::{family_lists as family, given_lists as given};
use crate::draw::Draw;

macro_rules! tables {
    ($($table:ident = $list:expr $(, $parts:expr)?;)*) => {
        /// A table of names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Table { $($table,)* }

        impl Table {
            /// All tables, in order of number.
            const ALL: &'static [Table] = &[$(Table::$table,)*];

            /// Its common names, the commonest first.
            fn list(self) -> &'static [&'static str] {
                match self { $(Table::$table => $list,)* }
            }

            /// First and last parts of its rare names.
            fn parts(self) -> (&'static [&'static str], &'static [&'static str]) {
                match self {
                    $($(Table::$table => $parts,)?)*
                    _ => (&[], &[]),
                }
            }
        }
    };
}

tables! {
    Men0 = given::MEN[0];
    Men1 = given::MEN[1];
    Men2 = given::MEN[2];
    Men3 = given::MEN[3];
    Men4 = given::MEN[4];
    Men5 = given::MEN[5];
    Women0 = given::WOMEN[0];
    Women1 = given::WOMEN[1];
    Women2 = given::WOMEN[2];
    Women3 = given::WOMEN[3];
    Women4 = given::WOMEN[4];
    Women5 = given::WOMEN[5];
    MiddleMen = given::MIDDLE_MEN;
    MiddleWomen = given::MIDDLE_WOMEN;
    EuropeanMen = given::EUROPEAN_MEN;
    EuropeanWomen = given::EUROPEAN_WOMEN;
    MuslimMen = given::MUSLIM_MEN;
    MuslimWomen = given::MUSLIM_WOMEN;
    IndianMen = given::INDIAN_MEN;
    IndianWomen = given::INDIAN_WOMEN;
    AfricanMen = given::AFRICAN_MEN;
    AfricanWomen = given::AFRICAN_WOMEN;
    ChineseMen = given::CHINESE_MEN;
    ChineseWomen = given::CHINESE_WOMEN;
    BritishFamilies = family::BRITISH, family::BRITISH_PARTS;
    IrishFamilies = family::IRISH;
    EuropeanFamilies = family::EUROPEAN, family::EUROPEAN_PARTS;
    MuslimFamilies = family::MUSLIM, family::MUSLIM_PARTS;
    IndianFamilies = family::INDIAN, family::INDIAN_PARTS;
    AfricanFamilies = family::AFRICAN, family::AFRICAN_PARTS;
    ChineseFamilies = family::CHINESE;
    NotYetNamed = &["Baby"];
}

/// A name: a place in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    table: Table,
    /// A position in the list, or beyond it the number of a rare name.
    number: u16,
}

impl Name {
    /// What stands for the given name of a child that has none yet.
    pub(crate) const BABY: Name = Name { table: Table::NotYetNamed, number: 0 };

    /// The name in the usual spelling.
    pub(crate) fn text(self) -> String {
        let list = self.table.list();
        let Some(rare) = usize::from(self.number).checked_sub(list.len()) else {
            return list[usize::from(self.number)].to_owned();
        };
        let (first, last) = self.table.parts();
        format!("{}{}", first[rare / last.len()], last[rare % last.len()])
    }
}

/// Added to a name's rank before its frequency is taken to be 1 over it (Zipf, flattened at
/// the top as Mandelbrot proposed): the commonest of 60 given names has 4 % of people.
const FLATTENED: u64 = 10;

/// By table: sums of the frequencies of the common names up to and including each.
static FREQUENCIES: LazyLock<Vec<Vec<u64>>> = LazyLock::new(|| {
    let sums = |table: &Table| {
        let frequencies = (0..table.list().len() as u64).map(|rank| (1 << 32) / (rank + FLATTENED));
        frequencies
            .scan(0, |sum, frequency| {
                *sum += frequency;
                Some(*sum)
            })
            .collect()
    };
    Table::ALL.iter().map(sums).collect()
});

impl Table {
    /// Draws a name; a share `rare` of names is not in the list.
    pub(super) fn draw(self, rare: f64, draw: &mut Draw) -> Name {
        let sums = &FREQUENCIES[self as usize];
        if rare > 0.0 && draw.chance(rare) {
            let (first, last) = self.parts();
            let number = sums.len() as u64 + draw.skewed_below((first.len() * last.len()) as u64);
            return Name { table: self, number: number as u16 };
        }
        let at = draw.below(sums[sums.len() - 1]);
        Name { table: self, number: sums.partition_point(|sum| *sum <= at) as u16 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_of_a_table_are_distinct_and_written_as_usual() {
        for table in Table::ALL {
            let (first, last) = table.parts();
            let count = table.list().len() + first.len() * last.len();
            let names: Vec<String> = (0..count).map(|n| Name { table: *table, number: n as u16 }.text()).collect();
            for name in &names {
                assert!(name.chars().all(|c| c.is_ascii_alphabetic() || " -'".contains(c)));
                assert!(name.ends_with(|c: char| c.is_ascii_lowercase()));
            }
            let listed = &names[..table.list().len()];
            assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "{table:?}");
        }
    }
}
