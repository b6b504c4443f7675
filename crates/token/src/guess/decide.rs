//! One column: what its name says, held against its contents.

use super::contents::{self, Finding, STRONG};
use super::header::{Hint, is_name};
use super::seen::Seen;
use super::traits::Trait;
use super::{GuessedKind, GuessedRole};

/// From this share of codes with marks on they are no typing errors.
const MARKED: f64 = 0.05;

/// From this share of numbers on, the lines of an address are numbers of houses, which have no more
/// digits than [`LONGEST_NUMBER`].
const NUMBERS: f64 = 0.7;
const LONGEST_NUMBER: usize = 5;

/// An age in years is no more than this.
const OLDEST: u64 = 125;

/// What was decided about a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) role: Option<GuessedRole>,
    pub(super) kind: GuessedKind,
    pub(super) confidence: f64,
    pub(super) because: String,
}

impl Decision {
    fn new(role: GuessedRole, kind: GuessedKind, confidence: f64, because: String) -> Decision {
        Decision { role: Some(role), kind, confidence, because }
    }
}

/// Decides on a column by itself. Of lists only those are read that are fields of several values: other
/// roles are put together with further columns, or a person has one value of them.
pub(super) fn decide(hint: Option<Hint>, seen: &Seen) -> Decision {
    use {GuessedKind as K, GuessedRole as R};
    let decision = decided(hint, seen);
    let is_of_several = matches!(decision.role, Some(R::Phone | R::Email | R::NationalIdentifier | R::Other))
        && matches!(decision.kind, K::Identifier | K::Text | K::Email | K::Name | K::Category);
    if !seen.are_lists || is_of_several || decision.role.is_none() {
        return decision;
    }
    let because = "it holds lists of what is one value a record".to_owned();
    Decision { role: None, kind: K::None, confidence: 1.0, because }
}

/// The mark between the values of a column of texts that each list several, if it is of a field that may
/// have several. What else is listed is text.
pub(super) fn separator(decision: &Decision, seen: &Seen) -> Option<char> {
    use {GuessedKind as K, GuessedRole as R};
    let may_be_several = matches!(decision.role, Some(R::Phone | R::Email | R::NationalIdentifier))
        && matches!(decision.kind, K::Identifier | K::Text | K::Email);
    seen.separator().filter(|_| may_be_several)
}

fn decided(hint: Option<Hint>, seen: &Seen) -> Decision {
    if !seen.is_readable || seen.present() == 0 {
        let because =
            if seen.is_readable { "it has no values" } else { "its type is not one that a single value is read from" };
        return Decision { role: None, kind: GuessedKind::None, confidence: 1.0, because: because.to_owned() };
    }
    let finding = contents::finding(seen);
    match hint {
        Some(Hint::Role(role)) => named(role, finding, seen),
        Some(Hint::Id) => id(finding, seen),
        Some(Hint::Name) => name(finding, seen),
        Some(Hint::Person) => person(finding, seen),
        // A number or code in place of a name is no name.
        Some(Hint::OtherName) if !are_names(seen) => {
            let because = "its name says somebody else, and it holds no names";
            Decision::new(GuessedRole::Other, contents::kind(seen), 0.7, because.to_owned())
        }
        Some(Hint::OtherName) => {
            let because = "its name says that it is a former name or that of somebody else";
            Decision::new(GuessedRole::Other, GuessedKind::Name, 0.7, because.to_owned())
        }
        Some(Hint::Known) => {
            let because = "its name says what it is, which is no role of its own";
            Decision::new(GuessedRole::Other, contents::kind(seen), 0.7, because.to_owned())
        }
        None => unnamed(finding, seen),
    }
}

/// The name says a role.
fn named(role: GuessedRole, finding: Option<Finding>, seen: &Seen) -> Decision {
    use GuessedRole::{NationalIdentifier, NhsNumber, RecordNote, Truth};
    // A label of words is what something is called.
    if role == Truth && are_names(seen) {
        return unnamed(finding, seen);
    }
    if role == Truth {
        let because = "its name says that it tells which rows are of one person: never linked on";
        return Decision::new(role, GuessedKind::Identifier, 0.9, because.to_owned());
    }
    if role == RecordNote {
        let because = "its name says that it is about the record and not about the person";
        return Decision::new(role, contents::kind(seen), 0.8, because.to_owned());
    }
    let strong = finding.filter(|finding| finding.confidence >= STRONG);
    if let Some(strong) = strong.filter(|strong| !agrees(role, strong)) {
        return overruled(&strong);
    }
    if role == NhsNumber && strong.is_none() && !contents::are_few(seen) {
        return of_name(NationalIdentifier, GuessedKind::Identifier, 0.8, "an id, and it has no valid NHS numbers");
    }
    if role == NationalIdentifier && strong.is_some_and(|strong| strong.role == NhsNumber) {
        return of_name(NhsNumber, GuessedKind::NhsNumber, 0.95, "an id, and its values are valid NHS numbers");
    }
    if role == GuessedRole::RecordKey && !seen.is_unique() {
        return repeated_id();
    }
    let role = match role {
        // `Number` may be that of a house; a hundred houses do not have a number each.
        GuessedRole::StreetNumber if seen.is_unique() && seen.present() >= 100 => GuessedRole::RecordKey,
        // The first line of an address, where it is all numbers.
        GuessedRole::AddressLine if seen.share(Trait::Digits) >= NUMBERS && seen.lengths().1 <= LONGEST_NUMBER => {
            GuessedRole::StreetNumber
        }
        // `month of birth` that says the year too.
        GuessedRole::BirthYear | GuessedRole::BirthMonth if seen.share(Trait::MonthOfYear) >= 0.5 => {
            GuessedRole::BirthDate
        }
        GuessedRole::BirthDate if seen.share(Trait::Year) >= 0.7 => GuessedRole::BirthYear,
        // `birth day` beside its month and year.
        GuessedRole::BirthDate if seen.share(Trait::DayOfMonth) >= 0.7 => GuessedRole::BirthDay,
        role => role,
    };
    match (plausible(role, seen), finding) {
        (Some(kind), _) => of_name(role, kind, 0.95, &format!("{}, and its contents agree", words(role))),
        // Ages with a unit in front of them are as long as postcodes.
        (None, Some(finding)) if role != GuessedRole::Age => overruled(&finding),
        (None, _) => {
            let because = "its contents are not what its name says";
            Decision::new(GuessedRole::Other, contents::kind(seen), 0.4, because.to_owned())
        }
    }
}

/// Whether strong contents are what a role may hold.
fn agrees(role: GuessedRole, strong: &Finding) -> bool {
    use GuessedRole as R;
    match strong.role {
        R::NhsNumber => matches!(role, R::NhsNumber | R::NationalIdentifier),
        // Strong contents of no role are dates.
        R::Other => matches!(role, R::BirthDate | R::DeathDate),
        // Both are written of letters and digits, and a middle initial may be M or F.
        R::Postcode => matches!(role, R::Postcode | R::RecordKey | R::NationalIdentifier | R::AddressLine),
        R::Sex => matches!(role, R::Sex | R::MiddleName),
        found => found == role,
    }
}

/// The kind of value that a column of that role holds, if its contents can be of that role.
fn plausible(role: GuessedRole, seen: &Seen) -> Option<GuessedKind> {
    use {GuessedKind as K, GuessedRole as R};
    let most = seen.range.map_or(0, |(_, most)| most);
    let digits = seen.share(Trait::Digits);
    match role {
        R::FullName => are_names(seen).then_some(K::Words),
        role if is_name(role) => are_names(seen).then_some(K::Name),
        R::BirthDate | R::DeathDate
            if contents::dates(seen) + seen.share(Trait::Year) + seen.share(Trait::MonthOfYear) >= 0.5 =>
        {
            Some(K::Date)
        }
        R::BirthDate | R::DeathDate if contents::excel_days(seen) >= 0.7 => Some(K::Date),
        R::BirthDate | R::DeathDate => (seen.share(Trait::HasYear) >= 0.5).then_some(K::Text),
        R::BirthYear if seen.share(Trait::Year) >= 0.5 => Some(K::Date),
        R::BirthYear => (digits >= 0.5 && most <= 99).then_some(K::Number),
        R::Age => (digits >= 0.5 && most <= OLDEST).then_some(K::Number),
        R::BirthMonth => (seen.share(Trait::Month) >= 0.7).then_some(K::Number),
        R::BirthDay => (seen.share(Trait::DayOfMonth) >= 0.7).then_some(K::Number),
        R::Postcode => (seen.lengths().1 <= 12).then_some(K::Postcode),
        R::Email => (seen.share(Trait::Email) >= 0.3).then_some(K::Email),
        R::Phone => (digits >= 0.5 || seen.share(Trait::Phone) >= 0.3).then(|| code_kind(seen)),
        R::Sex => (seen.distinct() <= 20).then(|| sex_kind(seen)),
        R::StreetNumber => (seen.share(Trait::Code) + seen.share(Trait::HasYear) >= 0.5).then_some(K::Identifier),
        // A few codes for many rows say something of an id, such as whether it was checked.
        R::NhsNumber | R::NationalIdentifier if contents::are_few(seen) => None,
        R::NhsNumber => Some(K::NhsNumber),
        R::NationalIdentifier if seen.share(Trait::MarkedCode) >= MARKED => Some(code_kind(seen)),
        R::NationalIdentifier | R::RecordKey => (seen.mean_words() < 2.5).then_some(K::Identifier),
        R::County => Some(if contents::kind(seen) == K::Category { K::Category } else { K::Text }),
        // A number in place of a place is a code of it.
        R::City | R::BirthPlace | R::Occupation | R::AddressLine if digits >= 0.7 => Some(contents::kind(seen)),
        R::AddressLine => Some(K::Words),
        R::City | R::BirthPlace | R::Occupation => Some(K::Text),
        // The rest is decided before this is asked.
        _ => None,
    }
}

/// Whether values can be names.
fn are_names(seen: &Seen) -> bool {
    seen.share(Trait::Words) + seen.share(Trait::NumberedWords) >= 0.5
}

/// Codes that are written with marks, if only on some rows, are text, of which marks are left out:
/// the other file may have others or none.
fn code_kind(seen: &Seen) -> GuessedKind {
    if seen.share(Trait::MarkedCode) >= MARKED { GuessedKind::Text } else { GuessedKind::Identifier }
}

/// Sex only where the code list reads it and tells two sexes; else a category.
fn sex_kind(seen: &Seen) -> GuessedKind {
    let words = seen.any(Trait::Male) && seen.any(Trait::Female);
    // Digits 1 and 2, with 0 or 9 for unknown; a column of 0 and 1 is another code.
    let digits = seen.share(Trait::Digits) >= 0.9 && seen.range.is_some_and(|(_, most)| matches!(most, 2 | 9));
    if seen.share(Trait::SexCode) >= 0.9 && (words || digits) { GuessedKind::Sex } else { GuessedKind::Category }
}

/// The name says an id, of a row or of a person.
fn id(finding: Option<Finding>, seen: &Seen) -> Decision {
    match finding.filter(|finding| finding.confidence >= STRONG) {
        Some(strong) if strong.role != GuessedRole::Postcode && strong.role != GuessedRole::Sex => overruled(&strong),
        _ if seen.is_unique() => {
            of_name(GuessedRole::RecordKey, GuessedKind::Identifier, 0.9, "an id, and none occurs twice")
        }
        _ => repeated_id(),
    }
}

fn repeated_id() -> Decision {
    let because = "its name says an id, and some occur on several rows: it tells which rows belong together, and is \
                   never linked on";
    Decision::new(GuessedRole::Truth, GuessedKind::Identifier, 0.7, because.to_owned())
}

/// The name says `name` and no more.
fn name(finding: Option<Finding>, seen: &Seen) -> Decision {
    match finding {
        Some(finding) if finding.confidence >= STRONG || is_name(finding.role) => overruled(&finding),
        _ if seen.share(Trait::Words) < 0.5 => unnamed(finding, seen),
        _ if seen.share(Trait::SeveralWords) >= 0.5 => {
            of_name(GuessedRole::FullName, GuessedKind::Words, 0.8, "a name, and most have several words")
        }
        _ => of_name(GuessedRole::FamilyName, GuessedKind::Name, 0.5, "a name, and most have one word"),
    }
}

/// The name says who it is about, and nothing of what it says of them: names, if most have several words
/// and they are no few that all rows share, as kinds of customers are.
fn person(finding: Option<Finding>, seen: &Seen) -> Decision {
    let strong = finding.filter(|finding| finding.confidence >= STRONG);
    let are_whole_names =
        seen.share(Trait::Words) >= 0.5 && seen.share(Trait::SeveralWords) >= 0.5 && !contents::are_few(seen);
    match strong {
        None if are_whole_names => {
            of_name(GuessedRole::FullName, GuessedKind::Words, 0.8, "somebody, and most have several words of letters")
        }
        _ => unnamed(finding, seen),
    }
}

/// The name says nothing.
fn unnamed(finding: Option<Finding>, seen: &Seen) -> Decision {
    if let Some(finding) = finding {
        return overruled(&finding);
    }
    let kind = contents::kind(seen);
    let because = format!("its name says nothing, and its values are of kind `{}`", kind.name());
    Decision::new(GuessedRole::Other, kind, 0.3, because)
}

/// A role in words.
fn words(role: GuessedRole) -> String {
    role.name().replace('_', " ")
}

fn of_name(role: GuessedRole, kind: GuessedKind, confidence: f64, what: &str) -> Decision {
    Decision::new(role, kind, confidence, format!("its name says {what}"))
}

fn overruled(finding: &Finding) -> Decision {
    let because = format!("{:.0} % of its values are {}", finding.share * 100.0, finding.what);
    Decision::new(finding.role, finding.kind, finding.confidence, because)
}
