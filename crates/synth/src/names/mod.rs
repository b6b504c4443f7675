//! Names: which are common where and when, and what becomes of them in use.
//!
//! A name is a place in a table, so that people can have names without any text being made;
//! the text is made for the data sets that carry names. Tables are lists of common names, the
//! commonest first, with frequencies that fall like those of real names (Zipf); beyond them
//! lies a long tail of rare names made of parts.

mod family_lists;
mod given_lists;
mod nicknames;
mod spelling;
mod tables;

pub(crate) use nicknames::nickname;
pub(crate) use spelling::{misread, mistype, spell_as_it_sounds};
pub(crate) use tables::Name;

use crate::calendar::date_of;
use crate::draw::Draw;
use tables::Table;

/// First years of the eras of birth by which British given names differ, after the first.
const ERAS: [i16; 5] = [1935, 1955, 1970, 1985, 2000];

/// Where a family's names come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Culture {
    British,
    Irish,
    European,
    Muslim,
    Indian,
    African,
    Chinese,
}

impl Culture {
    /// The culture of a family with this ethnic category (16+1 letters). A rough sorting for
    /// the sake of variety, not a claim about anybody.
    pub(crate) fn of(ethnicity: &str, draw: &mut Draw) -> Culture {
        use Culture::{African, British, Chinese, European, Indian, Irish, Muslim};
        draw.weighted(match ethnicity {
            "B" => &[(70, Irish), (30, British)],
            "C" => &[(92, European), (8, British)],
            "D" => &[(90, British), (10, African)],
            "E" | "P" => &[(60, British), (40, African)],
            "F" => &[(50, British), (25, Indian), (25, Muslim)],
            "G" => &[(60, British), (30, European), (10, Muslim)],
            "H" => &[(88, Indian), (12, Muslim)],
            "J" | "K" => &[(100, Muslim)],
            "L" => &[(45, Indian), (25, Muslim), (30, Chinese)],
            "M" => &[(96, British), (4, African)],
            "N" => &[(82, African), (18, Muslim)],
            "R" => &[(100, Chinese)],
            "S" => &[(55, Muslim), (35, European), (10, British)],
            _ => &[(96, British), (4, Irish)],
        })
    }
}

/// A family name, which may be double.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FamilyName {
    pub(crate) first: Name,
    pub(crate) second: Option<Name>,
}

impl FamilyName {
    /// Draws a family name of the culture; few are double from birth on.
    pub(crate) fn draw(culture: Culture, draw: &mut Draw) -> FamilyName {
        let (table, rare) = family_table(culture);
        let first = table.draw(rare, draw);
        let double = culture == Culture::British && draw.chance(0.006);
        FamilyName { first, second: double.then(|| table.draw(rare, draw)) }
    }

    /// This name and another's, joined.
    pub(crate) fn joined(self, other: FamilyName) -> FamilyName {
        FamilyName { first: self.first, second: Some(other.first) }
    }

    /// The name in the usual spelling, such as `O'Brien` or `Smith-Jones`.
    pub(crate) fn text(self) -> String {
        match self.second {
            Some(second) => format!("{}-{}", self.first.text(), second.text()),
            None => self.first.text(),
        }
    }
}

/// Draws a given name for someone of the sex (1 male, 2 female) born on the day.
pub(crate) fn given_name(culture: Culture, sex: i8, birth: i32, draw: &mut Draw) -> Name {
    // Families of all cultures also give names that are common around them.
    let around = !matches!(culture, Culture::Muslim | Culture::Indian) && draw.chance(0.25);
    let (men, women) = match culture {
        _ if around => by_era(birth),
        Culture::British | Culture::Irish => by_era(birth),
        Culture::European => (Table::EuropeanMen, Table::EuropeanWomen),
        Culture::Muslim => (Table::MuslimMen, Table::MuslimWomen),
        Culture::Indian => (Table::IndianMen, Table::IndianWomen),
        Culture::African => (Table::AfricanMen, Table::AfricanWomen),
        Culture::Chinese => (Table::ChineseMen, Table::ChineseWomen),
    };
    if sex == 1 { men } else { women }.draw(0.0, draw)
}

/// Draws a middle name; one in five people has none.
pub(crate) fn middle_name(culture: Culture, sex: i8, birth: i32, draw: &mut Draw) -> Option<Name> {
    if draw.chance(0.2) {
        return None;
    }
    if matches!(culture, Culture::British | Culture::Irish) && draw.chance(0.5) {
        return Some(if sex == 1 { Table::MiddleMen } else { Table::MiddleWomen }.draw(0.0, draw));
    }
    Some(given_name(culture, sex, birth, draw))
}

/// A made-up name of a place, such as a street may have.
pub(crate) fn place_name(draw: &mut Draw) -> String {
    Table::BritishFamilies.draw(1.0, draw).text()
}

fn by_era(birth: i32) -> (Table, Table) {
    let year = date_of(birth).year();
    match ERAS.iter().filter(|from| **from <= year).count() {
        0 => (Table::Men0, Table::Women0),
        1 => (Table::Men1, Table::Women1),
        2 => (Table::Men2, Table::Women2),
        3 => (Table::Men3, Table::Women3),
        4 => (Table::Men4, Table::Women4),
        _ => (Table::Men5, Table::Women5),
    }
}

/// The table of family names of a culture, and the share of names that are not in its list.
fn family_table(culture: Culture) -> (Table, f64) {
    match culture {
        Culture::British => (Table::BritishFamilies, 0.40),
        Culture::Irish => (Table::IrishFamilies, 0.0),
        Culture::European => (Table::EuropeanFamilies, 0.55),
        Culture::Muslim => (Table::MuslimFamilies, 0.15),
        Culture::Indian => (Table::IndianFamilies, 0.20),
        Culture::African => (Table::AfricanFamilies, 0.40),
        Culture::Chinese => (Table::ChineseFamilies, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::calendar::day_of;
    use crate::draw::Purpose;

    fn counts(mut name: impl FnMut(&mut Draw) -> String) -> BTreeMap<String, u32> {
        let mut draw = Draw::new(8, Purpose::Population, 0);
        let mut counts = BTreeMap::new();
        (0..20_000).for_each(|_| *counts.entry(name(&mut draw)).or_default() += 1);
        counts
    }

    #[test]
    fn few_family_names_are_common_and_many_are_rare() {
        let counts = counts(|draw| FamilyName::draw(Culture::British, draw).text());
        let mut by_count: Vec<u32> = counts.values().copied().collect();
        by_count.sort_unstable_by(|a, b| b.cmp(a));
        // The commonest name, Smith, has about 1.2 % of people in Britain (a common estimate);
        // of 20,000 the standard deviation is 0.08 points. The aim is the order of magnitude.
        assert_eq!(counts["Smith"], by_count[0]);
        assert!((160..400).contains(&by_count[0]), "{}", by_count[0]);
        assert!(by_count[..10].iter().sum::<u32>() < 3_000);
        assert!(by_count.len() > 2_000, "{}", by_count.len());
    }

    #[test]
    fn given_names_change_with_the_times() {
        let given = |year| {
            let birth = day_of(year, 6, 1).expect("a date");
            counts(|draw| given_name(Culture::British, 2, birth, draw).text())
        };
        let (old, new) = (given(1925), given(2010));
        assert!(old["Doris"] > 200 && !new.contains_key("Doris"));
        assert!(new["Olivia"] > 200 && !old.contains_key("Olivia"));
    }

    #[test]
    fn a_double_name_has_a_hyphen() {
        let mut draw = Draw::new(8, Purpose::Population, 1);
        let [a, b] = [(), ()].map(|()| FamilyName::draw(Culture::Irish, &mut draw));
        assert_eq!(a.joined(b).text(), format!("{}-{}", a.text(), b.text()));
    }
}
