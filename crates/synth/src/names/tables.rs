//! Tables of names and the frequencies of their entries.

use std::sync::LazyLock;

use toml::{Table as Toml, Value};

use crate::draw::Draw;

/// The lists, as a data manager would edit them.
const FILE: &str = include_str!("../../data/names.toml");

macro_rules! tables {
    ($($table:ident = $key:literal;)*) => {
        /// A table of names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Table { $($table,)* }

        impl Table {
            /// All tables, in order of number, with their names in the file.
            const ALL: &'static [(Table, &'static str)] = &[$((Table::$table, $key),)*];
        }
    };
}

tables! {
    Men0 = "men_0";
    Men1 = "men_1";
    Men2 = "men_2";
    Men3 = "men_3";
    Men4 = "men_4";
    Men5 = "men_5";
    Women0 = "women_0";
    Women1 = "women_1";
    Women2 = "women_2";
    Women3 = "women_3";
    Women4 = "women_4";
    Women5 = "women_5";
    MiddleMen = "middle_men";
    MiddleWomen = "middle_women";
    EuropeanMen = "european_men";
    EuropeanWomen = "european_women";
    MuslimMen = "muslim_men";
    MuslimWomen = "muslim_women";
    IndianMen = "indian_men";
    IndianWomen = "indian_women";
    AfricanMen = "african_men";
    AfricanWomen = "african_women";
    ChineseMen = "chinese_men";
    ChineseWomen = "chinese_women";
    BritishFamilies = "british_families";
    IrishFamilies = "irish_families";
    EuropeanFamilies = "european_families";
    MuslimFamilies = "muslim_families";
    IndianFamilies = "indian_families";
    AfricanFamilies = "african_families";
    ChineseFamilies = "chinese_families";
    NotYetNamed = "not_yet_named";
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
        let lists = self.table.lists();
        let Some(rare) = usize::from(self.number).checked_sub(lists.names.len()) else {
            return lists.names[usize::from(self.number)].clone();
        };
        format!("{}{}", lists.first[rare / lists.last.len()], lists.last[rare % lists.last.len()])
    }
}

/// What the file says of a table.
#[derive(Default)]
struct Lists {
    /// Common names, the commonest first.
    names: Vec<String>,
    /// First and last parts of rare names.
    first: Vec<String>,
    last: Vec<String>,
    /// Sums of the frequencies of the common names up to and including each.
    sums: Vec<u64>,
}

/// Added to a name's rank before its frequency is taken to be 1 over it (Zipf, flattened at
/// the top as Mandelbrot proposed): the commonest of 64 given names has 5 % of people.
const FLATTENED: u64 = 10;

/// By table.
static LISTS: LazyLock<Vec<Lists>> = LazyLock::new(|| {
    let file: Toml = FILE.parse().expect("the names that are compiled in are TOML");
    let list = |key: &str, part: &str| -> Vec<String> {
        let list = file[key].get(part).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let lists = |key: &str| {
        let names = list(key, "names");
        let frequencies = (0..names.len() as u64).map(|rank| (1 << 32) / (rank + FLATTENED));
        let sums = frequencies.scan(0, |sum, frequency| {
            *sum += frequency;
            Some(*sum)
        });
        Lists { sums: sums.collect(), names, first: list(key, "first"), last: list(key, "last") }
    };
    Table::ALL.iter().map(|(_, key)| lists(key)).collect()
});

impl Table {
    fn lists(self) -> &'static Lists {
        &LISTS[self as usize]
    }

    /// Draws a name; a share `rare` of names is not in the list.
    pub(super) fn draw(self, rare: f64, draw: &mut Draw) -> Name {
        let lists = self.lists();
        if rare > 0.0 && draw.chance(rare) {
            let number = draw.skewed_below((lists.first.len() * lists.last.len()) as u64);
            return Name { table: self, number: (lists.names.len() as u64 + number) as u16 };
        }
        let at = draw.below(lists.sums[lists.sums.len() - 1]);
        Name { table: self, number: lists.sums.partition_point(|sum| *sum <= at) as u16 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_of_a_table_are_distinct_and_written_as_usual() {
        let file: Toml = FILE.parse().expect("TOML");
        assert_eq!(file.len(), Table::ALL.len(), "every list is a table's");
        for (table, key) in Table::ALL {
            let lists = table.lists();
            assert!(lists.first.is_empty() == lists.last.is_empty(), "{key}");
            let count = lists.names.len() + lists.first.len() * lists.last.len();
            let names: Vec<String> = (0..count).map(|n| Name { table: *table, number: n as u16 }.text()).collect();
            for name in &names {
                assert!(name.chars().all(|c| c.is_ascii_alphabetic() || " -'".contains(c)), "{key}");
                assert!(name.ends_with(|c: char| c.is_ascii_lowercase()), "{key}");
            }
            let listed = &names[..lists.names.len()];
            assert!(!listed.is_empty(), "{key}");
            assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "{key}");
        }
    }
}
