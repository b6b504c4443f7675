//! What a column's contents say about it.

use super::seen::Seen;
use super::traits::{DATES, Trait};
use super::{GuessedKind, GuessedRole};
use crate::standardise::DateForm;

/// A role that the contents speak for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) role: GuessedRole,
    pub(super) kind: GuessedKind,
    /// How sure the contents alone are; from [`STRONG`] on they win over the name.
    pub(super) confidence: f64,
    /// What the values are, for the sentence "NN % of the values are …".
    pub(super) what: &'static str,
    /// Their share.
    pub(super) share: f64,
}

/// Contents as sure as this win over a name that says otherwise.
pub(super) const STRONG: f64 = 0.8;

/// What the contents alone speak for; `None` if they are names of nothing in particular.
pub(super) fn finding(seen: &Seen) -> Option<Finding> {
    strong(seen).or_else(|| codes(seen)).or_else(|| words(seen))
}

/// Values whose form alone says what they are.
fn strong(seen: &Seen) -> Option<Finding> {
    use {GuessedKind as K, GuessedRole as R};
    let dates = dates(seen);
    let sexes = if seen.any(Trait::Male) && seen.any(Trait::Female) { seen.share(Trait::SexCode) } else { 0.0 };
    let household = if seen.distinct() * 10 <= seen.present() { seen.share(Trait::Household) } else { 0.0 };
    let nhs = if seen.distinct() >= 3 { seen.share(Trait::NhsNumber) } else { 0.0 };
    [
        (R::NhsNumber, K::NhsNumber, 0.95, "valid NHS numbers", nhs, 0.7),
        (R::Email, K::Email, 0.95, "e-mail addresses", seen.share(Trait::Email), 0.6),
        (R::Other, K::Date, STRONG, "dates", dates, 0.7),
        (R::Postcode, K::Postcode, 0.95, "British postcodes", seen.share(Trait::Postcode), 0.6),
        (R::Sex, K::Sex, 0.9, "words or letters for a sex", sexes, 0.9),
        (R::Postcode, K::Postcode, STRONG, "written as postcodes", seen.share(Trait::ForeignPostcode), 0.6),
        // A few words on many rows; of people who are called Head and Child there are not so many.
        (R::RecordNote, K::Category, STRONG, "what somebody is in a household", household, 0.6),
    ]
    .into_iter()
    .find(|(.., share, least)| share >= least)
    .map(|(role, kind, confidence, what, share, _)| Finding { role, kind, confidence, what, share })
}

/// Digits and codes, of which less can be said.
fn codes(seen: &Seen) -> Option<Finding> {
    use {GuessedKind as K, GuessedRole as R};
    let digits = seen.share(Trait::Digits);
    let (shortest, longest) = seen.lengths();
    let of_length = |length: usize| if (shortest, longest) == (length, length) { digits } else { 0.0 };
    let has_many = seen.distinct() >= 20;
    // A number with a fraction is an amount.
    let whole = seen.share(Trait::Code) - (seen.share(Trait::Number) - digits) - seen.share(Trait::DecimalComma);
    let key = if seen.is_unique() && seen.present() >= 10 { whole } else { 0.0 };
    let years = if has_many && seen.distinct() <= 200 { seen.share(Trait::Year) } else { 0.0 };
    let long = if shortest >= 6 && shortest + 1 >= longest && has_many { whole } else { 0.0 };
    let is_mostly_different = seen.distinct() * 3 >= seen.present();
    let zip = if has_many && !is_mostly_different { of_length(5).max(of_length(4)) } else { 0.0 };
    [
        (R::RecordKey, K::Identifier, 0.6, "codes of which none occurs twice", key, 0.9),
        (R::BirthYear, K::Date, 0.5, "years", years, 0.95),
        (R::Phone, K::Identifier, 0.7, "written as telephone numbers", seen.share(Trait::Phone), 0.6),
        (R::Postcode, K::Postcode, 0.4, "digits, as many as postcodes of other countries have", zip, 0.95),
        (
            R::NationalIdentifier,
            K::Identifier,
            0.5,
            "long codes of one length",
            if is_mostly_different { long } else { 0.0 },
            0.9,
        ),
    ]
    .into_iter()
    .find(|(.., share, least)| share >= least)
    .map(|(role, kind, confidence, what, share, _)| Finding { role, kind, confidence, what, share })
}

/// Words: what they are is seen from the common ones among them. A few in a hundred will do,
/// if other lists have clearly fewer.
fn words(seen: &Seen) -> Option<Finding> {
    use {GuessedKind as K, GuessedRole as R};
    if seen.share(Trait::Street) >= 0.4 && seen.mean_words() >= 1.5 {
        let share = seen.share(Trait::Street);
        return Some(Finding {
            role: R::AddressLine,
            kind: K::Words,
            confidence: 0.7,
            what: "ended as streets are",
            share,
        });
    }
    if seen.share(Trait::WithPostcode) >= 0.5 {
        let (share, what) = (seen.share(Trait::WithPostcode), "words with a British postcode behind them");
        return Some(Finding { role: R::AddressLine, kind: K::Words, confidence: 0.7, what, share });
    }
    if seen.share(Trait::FullName) >= 0.15 && seen.share(Trait::SeveralWords) >= 0.5 {
        let share = seen.share(Trait::FullName);
        return Some(Finding {
            role: R::FullName,
            kind: K::Words,
            confidence: 0.6,
            what: "several words with a common given name",
            share,
        });
    }
    if seen.share(Trait::Words) < 0.7 {
        return None;
    }
    let mut lists = [
        (R::GivenName, K::Name, "common given names", seen.share(Trait::GivenName)),
        (R::FamilyName, K::Name, "common family names", seen.share(Trait::FamilyName)),
        (R::City, K::Text, "names of cities or regions", seen.share(Trait::City)),
        (R::Occupation, K::Text, "common occupations", seen.share(Trait::Occupation)),
    ];
    lists.sort_by(|a, b| b.3.total_cmp(&a.3));
    let [(role, kind, what, share), second, ..] = lists;
    // Of a few values on many rows one may well be a name that people have, too: ships and wards are
    // called Patricia and Victoria.
    let is_one_of_few = kind == K::Name && are_few(seen);
    (share >= 0.05 && share >= 2.0 * second.3 && !is_one_of_few).then_some(Finding {
        role,
        kind,
        confidence: 0.6,
        what,
        share,
    })
}

/// The share of values that are dates in the form that fits best. Numbers are none: which of them
/// are days only a name can say.
pub(super) fn dates(seen: &Seen) -> f64 {
    if seen.is_date && seen.present() > 0 {
        return 1.0;
    }
    written(seen).map(|(_, share)| share).fold(0.0, f64::max)
}

/// The share of values that Excel's form reads, if its numbers are days and not years, as they are
/// among dates of which only the year is known.
pub(super) fn excel_days(seen: &Seen) -> f64 {
    let numbers = seen.share(Trait::ExcelDay) - seen.share(Trait::Date);
    if seen.share(Trait::Year) >= 0.5 * numbers { 0.0 } else { seen.share(Trait::ExcelDay) }
}

/// The form that reads most dates; of those that read as many the likeliest.
pub(super) fn date_form(seen: &Seen) -> DateForm {
    let likeliest = (DateForm::Auto, seen.share(Trait::Date));
    let best = written(seen).fold(likeliest, |best, next| if next.1 > best.1 { next } else { best });
    if excel_days(seen) > best.1 { DateForm::Excel } else { best.0 }
}

/// The forms in which dates are written, with the shares of values that they read.
fn written(seen: &Seen) -> impl Iterator<Item = (DateForm, f64)> {
    let forms = DATES.into_iter().filter(|(which, _)| *which != Trait::ExcelDay);
    forms.map(|(which, form)| (form, seen.share(which)))
}

/// Whether each of few values is that of fifty rows and more: nobody has so many, and people have more
/// names.
pub(super) fn are_few(seen: &Seen) -> bool {
    seen.distinct() <= 20 && seen.distinct() * 50 <= seen.present()
}

/// The kind of value, whatever it means.
pub(super) fn kind(seen: &Seen) -> GuessedKind {
    if seen.present() == 0 || !seen.is_readable {
        return GuessedKind::None;
    }
    if let Some(finding) = strong(seen) {
        return finding.kind;
    }
    let is_few = seen.distinct() <= 50 && seen.distinct() * 4 <= seen.present()
        || seen.top_share(20) >= 0.8 && seen.present() >= 100;
    if is_few {
        GuessedKind::Category
    } else if seen.share(Trait::Number) >= 0.9 && seen.lengths().1 <= 12 {
        GuessedKind::Number
    } else if seen.share(Trait::Code) >= 0.7 {
        GuessedKind::Identifier
    } else {
        GuessedKind::Text
    }
}
