//! Names as the clerks of one data set write them down.

use super::clerk::Clerk;
use super::kind::{ErrorKind, ErrorSet, Group};
use crate::draw::Draw;
use crate::names::{self, Culture, FamilyName, Name};
use crate::population::NameSpell;

/// A person's names as one record has them, in the usual spelling.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ObservedNames {
    pub(crate) family: Option<String>,
    pub(crate) given: Option<String>,
    pub(crate) middle: Option<String>,
}

impl Clerk<'_> {
    /// The names as a record of the day has them; errors are added to those of the record.
    /// A record whose identity is withheld has none.
    pub(crate) fn names(&mut self, day: i32, errors: &mut ErrorSet) -> ObservedNames {
        if errors.contains(ErrorKind::IdentityWithheld) {
            return ObservedNames { family: None, given: None, middle: None };
        }
        let at = self.spells().iter().rposition(|spell| spell.from <= day).unwrap_or(0);
        let now = self.spells()[at];
        let family = self.family(at, day, errors);
        let given = self.given(now, day, errors);
        let middle = now.middle.map(Name::text);
        let swapped = self.name_error(Group::Names, day).is_some() && family.is_some() && given.is_some();
        if swapped {
            errors.insert(ErrorKind::NamesSwapped);
            return ObservedNames { family: given, given: family, middle };
        }
        ObservedNames { family, given, middle }
    }

    fn family(&mut self, at: usize, day: i32, errors: &mut ErrorSet) -> Option<String> {
        let right = self.spells()[at].family.text();
        let Some((kind, mut draw)) = self.name_error(Group::FamilyName, day) else { return Some(right) };
        let wrong = match kind {
            ErrorKind::FamilyNameMissing => {
                errors.insert(kind);
                return None;
            }
            ErrorKind::FamilyNameMistyped => names::mistype(&right, &mut draw),
            ErrorKind::FamilyNamePhonetic => names::spell_as_it_sounds(&right, &mut draw),
            ErrorKind::FamilyNameMisread => names::misread(&right, &mut draw),
            ErrorKind::FamilyNameOld => at.checked_sub(1).map(|before| self.spells()[before].family.text()),
            ErrorKind::FamilyNameOfAnother => Some(FamilyName::draw(Culture::British, &mut draw).text()),
            _ => None,
        };
        Some(insert_if_other(wrong, right, kind, errors))
    }

    fn given(&mut self, now: NameSpell, day: i32, errors: &mut ErrorSet) -> Option<String> {
        let right = now.given.text();
        let Some((kind, mut draw)) = self.name_error(Group::GivenName, day) else { return Some(right) };
        let wrong = match kind {
            ErrorKind::GivenNameMissing => {
                errors.insert(kind);
                return None;
            }
            ErrorKind::GivenNameMistyped => names::mistype(&right, &mut draw),
            ErrorKind::GivenNamePhonetic => names::spell_as_it_sounds(&right, &mut draw),
            ErrorKind::GivenNameMisread => names::misread(&right, &mut draw),
            ErrorKind::GivenNameNickname => names::nickname(&right, &mut draw).map(str::to_owned),
            ErrorKind::GivenNameInitial => Some(right[..1].to_owned()),
            ErrorKind::GivenNameMiddle => now.middle.map(Name::text),
            ErrorKind::GivenNameOfAnother => Some(self.other_given_name(&mut draw)),
            _ => None,
        };
        Some(insert_if_other(wrong, right, kind, errors))
    }

    fn other_given_name(&self, draw: &mut Draw) -> String {
        let person = &self.life.person;
        names::given_name(Culture::British, person.sex, person.birth, draw).text()
    }
}

/// The wrong name and its error where the error made another name of it, else the right one.
fn insert_if_other(wrong: Option<String>, right: String, kind: ErrorKind, errors: &mut ErrorSet) -> String {
    match wrong.filter(|wrong| *wrong != right) {
        Some(wrong) => {
            errors.insert(kind);
            wrong
        }
        None => right,
    }
}
