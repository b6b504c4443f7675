//! Which columns of one file correspond to which of another.

use super::header::{are_numbered_alike, is_year_of_death, is_year_of_record, same_name};
use super::traits::Trait;
use super::{Guess, GuessedKind, GuessedRole};

/// Share of the values of the column with fewer that two columns without a name or role in
/// common must have in common.
const LEAST_OVERLAP: f64 = 0.3;
/// The same for ids that no name says anything of: shared ids are an identifier, row numbers
/// and keys of one's own are not shared.
const LEAST_SHARED_IDS: f64 = 0.2;

/// From this share of years on a column holds years.
const ALL_YEARS: f64 = 0.95;

/// Of several columns of one role, one that shares so much more of the values is the partner.
const CLEARLY: f64 = 0.1;

/// By what two columns were found to correspond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchedBy {
    /// They have the same name and kinds that can be compared.
    Name,
    /// They have the same role.
    Role,
    /// They share many values.
    Values,
}

/// Corresponding columns, by their positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// Of the left file: one column; year, month and day of a date in three; given, middle and
    /// family name of a full name in several; or the parts of an address.
    pub left: Vec<usize>,
    /// The same of the right file.
    pub right: Vec<usize>,
    /// Their role. [`GuessedRole::BirthDate`] also if one side has the year only: it is then
    /// a date of which no more is known.
    pub role: GuessedRole,
    /// The kind in which both can be compared.
    pub kind: GuessedKind,
    /// By what they were found.
    pub by: MatchedBy,
    /// Why, in words that name columns and counts only.
    pub because: String,
}

/// The columns of two files, one to one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// Corresponding columns, in the order of the left file.
    pub pairs: Vec<Matched>,
    /// Columns of the left file without a partner.
    pub unused_left: Vec<usize>,
    /// Columns of the right file without a partner.
    pub unused_right: Vec<usize>,
}

/// Finds which columns correspond: those of the same name first, then of the same role, then
/// those that share many values. Each column has one partner at most; ids of rows, columns
/// that tell the truth and columns without values have none. Where both files are one, every
/// column corresponds to itself.
#[must_use]
pub fn match_columns(left: &[Guess], right: &[Guess]) -> Matching {
    let mut found = Finder {
        left,
        right,
        used_left: vec![false; left.len()],
        used_right: vec![false; right.len()],
        pairs: Vec::new(),
    };
    found.dates_in_parts();
    found.years_by_age();
    found.addresses_in_parts();
    found.addresses_in_lines();
    found.shared_ids();
    found.pass(MatchedBy::Name, |a, b| same_name(&a.column, &b.column) && are_comparable(a, b));
    found.pass(MatchedBy::Role, |a, b| a.role == b.role && !a.is(GuessedRole::Other) && are_comparable(a, b));
    found.years();
    found.ages_by_birth();
    found.names_in_parts();
    found.lone_names();
    found.by_values();
    found.pairs.sort_by_key(|pair| pair.left[0]);
    let unused = |used: &[bool]| (0..used.len()).filter(|i| !used[*i]).collect();
    Matching { unused_left: unused(&found.used_left), unused_right: unused(&found.used_right), pairs: found.pairs }
}

struct Finder<'a> {
    left: &'a [Guess],
    right: &'a [Guess],
    used_left: Vec<bool>,
    used_right: Vec<bool>,
    pairs: Vec<Matched>,
}

impl Finder<'_> {
    fn add(
        &mut self,
        left: Vec<usize>,
        right: Vec<usize>,
        by: MatchedBy,
        (role, kind): (GuessedRole, GuessedKind),
        because: String,
    ) {
        left.iter().for_each(|i| self.used_left[*i] = true);
        right.iter().for_each(|i| self.used_right[*i] = true);
        self.pairs.push(Matched { left, right, role, kind, by, because });
    }

    /// Pairs columns that meet a condition, in the order of the left file.
    fn pass(&mut self, by: MatchedBy, meets: impl Fn(&Guess, &Guess) -> bool) {
        for a in 0..self.left.len() {
            let free = |b: &usize| !self.used_right[*b] && meets(&self.left[a], &self.right[*b]);
            let partner = if self.used_left[a] || !is_open(&self.left[a]) {
                None
            } else {
                let partners = (0..self.right.len()).filter(|b| is_open(&self.right[*b])).filter(free);
                partners.reduce(|best, next| if self.is_nearer(a, next, best) { next } else { best })
            };
            if let Some(b) = partner {
                let what = (role(&self.left[a], &self.right[b]), kind(&self.left[a], &self.right[b]));
                let because = match by {
                    MatchedBy::Name => "the same name".to_owned(),
                    _ => format!("the same role, `{}`", what.0.name()),
                };
                self.add(vec![a], vec![b], by, what, because);
            }
        }
    }

    /// Whether a column of the right shares clearly more values with one of the left than another.
    fn is_nearer(&self, left: usize, this: usize, other: usize) -> bool {
        let overlap = |right: usize| self.left[left].seen.overlap(&self.right[right].seen);
        overlap(this) > overlap(other) + CLEARLY
    }

    /// A date in three columns is one field, if the other side has the whole date too.
    fn dates_in_parts(&mut self) {
        let (left, right) = (birth_date(self.left), birth_date(self.right));
        if let (Some(left), Some(right)) = (left, right)
            && (left.len() > 1 || right.len() > 1)
        {
            let because = "year, month and day make a date".to_owned();
            self.add(left, right, MatchedBy::Role, (GuessedRole::BirthDate, GuessedKind::Date), because);
        }
    }

    /// A year of birth on one side, and on the other an age with the year that it was told in.
    fn years_by_age(&mut self) {
        let year = |guesses: &[Guess]| {
            let of = |role| guesses.iter().position(|guess| guess.is(role) && guess.kind == GuessedKind::Date);
            let has_age = guesses.iter().any(|guess| guess.is(GuessedRole::Age));
            of(GuessedRole::BirthDate).or(of(GuessedRole::BirthYear)).filter(|_| !has_age).map(|at| vec![at])
        };
        let age = |guesses: &[Guess]| year(guesses).is_none().then(|| age_with_year(guesses).map(Vec::from)).flatten();
        let found = year(self.left).zip(age(self.right)).or_else(|| age(self.left).zip(year(self.right)));
        let Some((left, right)) = found else { return };
        let because = "an age and the year that it was told in make a year of birth".to_owned();
        self.add(left, right, MatchedBy::Role, (GuessedRole::BirthYear, GuessedKind::Date), because);
    }

    /// A whole address on one side and its parts on the other.
    fn addresses_in_parts(&mut self) {
        let whole_and_parts = |whole, parts| {
            let (at, columns) = whole_address(whole).zip(address_parts(parts))?;
            says_all(&whole[at], parts, &columns).then_some((vec![at], columns))
        };
        let found = whole_and_parts(self.left, self.right)
            .or_else(|| whole_and_parts(self.right, self.left).map(|(whole, parts)| (parts, whole)));
        let Some((left, right)) = found else { return };
        let because = "one has whole addresses, the other their parts".to_owned();
        self.add(left, right, MatchedBy::Role, (GuessedRole::AddressLine, GuessedKind::Words), because);
    }

    /// Addresses in several lines on either side, which are called otherwise there: what stands in the second
    /// line of one may stand in the third of the other.
    fn addresses_in_lines(&mut self) {
        let (left, right) = (address_lines(self.left, &self.used_left), address_lines(self.right, &self.used_right));
        let names = |guesses: &[Guess], lines: &[usize]| -> Vec<String> {
            lines.iter().map(|line| guesses[*line].column.clone()).collect()
        };
        let (ours, theirs) = (names(self.left, &left), names(self.right, &right));
        let is_numbered = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            names.len() >= 2 && are_numbered_alike(&names)
        };
        let has_partner = |name: &String| theirs.iter().any(|other| same_name(name, other));
        if is_numbered(&ours) && is_numbered(&theirs) && !ours.iter().all(has_partner) {
            let because = "the lines of an address make one".to_owned();
            self.add(left, right, MatchedBy::Role, (GuessedRole::AddressLine, GuessedKind::Words), because);
        }
    }

    /// Unnamed codes that never occur twice are taken for keys; shared by both files, and no
    /// running numbers, they are an identifier.
    fn shared_ids(&mut self) {
        if std::ptr::eq(self.left, self.right) {
            return;
        }
        let is_unsure =
            |guess: &Guess| guess.is(GuessedRole::RecordKey) && guess.confidence < 0.8 && !guess.seen.is_running();
        for a in 0..self.left.len() {
            let shares = |b: &usize| self.left[a].seen.overlap(&self.right[*b].seen) >= LEAST_SHARED_IDS;
            let partner = (0..self.right.len())
                .filter(|b| is_unsure(&self.left[a]) && is_unsure(&self.right[*b]) && !self.used_right[*b])
                .find(shares);
            if let Some(b) = partner {
                let because = "codes that occur once in each file, and often in both".to_owned();
                let what = (GuessedRole::NationalIdentifier, GuessedKind::Identifier);
                self.add(vec![a], vec![b], MatchedBy::Values, what, because);
            }
        }
    }

    /// A year of birth on one side and a whole date on the other.
    fn years(&mut self) {
        let has =
            |guesses: &[Guess], used: &[bool], role| (0..guesses.len()).find(|i| !used[*i] && guesses[*i].is(role));
        let sides =
            [(GuessedRole::BirthYear, GuessedRole::BirthDate), (GuessedRole::BirthDate, GuessedRole::BirthYear)];
        for (of_left, of_right) in sides {
            let pair = has(self.left, &self.used_left, of_left).zip(has(self.right, &self.used_right, of_right));
            if let Some((a, b)) = pair {
                let because = "one has the year of birth, the other the whole date".to_owned();
                self.add(vec![a], vec![b], MatchedBy::Role, (GuessedRole::BirthDate, GuessedKind::Date), because);
            }
        }
    }

    /// An age on one side and on the other a date or year of birth, which tells the age in some year. How
    /// far that is from when the ages were told, the rows will say.
    fn ages_by_birth(&mut self) {
        use GuessedRole::{Age, BirthDate, BirthYear};
        let of = |guesses: &[Guess], used: &[bool], roles: &[GuessedRole], kind| {
            let is_of = |guess: &Guess| roles.iter().any(|role| guess.is(*role)) && guess.kind == kind;
            (0..guesses.len()).find(|at| !used[*at] && is_of(&guesses[*at]))
        };
        let age = |guesses: &[Guess], used: &[bool]| of(guesses, used, &[Age], GuessedKind::Number);
        let born = |guesses: &[Guess], used: &[bool]| of(guesses, used, &[BirthDate, BirthYear], GuessedKind::Date);
        let (left, right) = ((self.left, &self.used_left), (self.right, &self.used_right));
        let found = age(left.0, left.1).zip(born(right.0, right.1));
        let found = found.or_else(|| born(left.0, left.1).zip(age(right.0, right.1)));
        let Some((a, b)) = found else { return };
        let because = "one has ages, and dates of birth tell those of the other".to_owned();
        self.add(vec![a], vec![b], MatchedBy::Role, (Age, GuessedKind::Number), because);
    }

    /// A whole name on one side and given and family name on the other.
    fn names_in_parts(&mut self) {
        let whole = |guesses: &[Guess], used: &[bool]| {
            (0..guesses.len()).find(|i| !used[*i] && guesses[*i].is(GuessedRole::FullName))
        };
        let sides = [(self.left, &self.used_left), (self.right, &self.used_right)];
        let (left, right) = match sides.map(|(guesses, used)| whole(guesses, used)) {
            [Some(whole), None] => (Some(vec![whole]), name_parts(self.right, &self.used_right)),
            [None, Some(whole)] => (name_parts(self.left, &self.used_left), Some(vec![whole])),
            _ => return,
        };
        let (Some(left), Some(right)) = (left, right) else { return };
        let because = "one has whole names, the other their parts".to_owned();
        self.add(left, right, MatchedBy::Role, (GuessedRole::FullName, GuessedKind::Words), because);
    }

    /// A whole name on one side and a single name, which may be whole too, on the other: in Korea and
    /// China whole names are one word.
    fn lone_names(&mut self) {
        use GuessedRole::{FamilyName, FullName, GivenName};
        let only = |guesses: &[Guess], used: &[bool], roles: &[GuessedRole]| {
            let mut names = (0..guesses.len()).filter(|i| !used[*i] && roles.iter().any(|role| guesses[*i].is(*role)));
            names.next().filter(|_| names.next().is_none())
        };
        for [of_left, of_right] in
            [[&[FullName][..], &[FamilyName, GivenName]], [&[FamilyName, GivenName], &[FullName]]]
        {
            let left = only(self.left, &self.used_left, of_left);
            if let Some((a, b)) = left.zip(only(self.right, &self.used_right, of_right)) {
                let because = "one has whole names, the other single ones".to_owned();
                self.add(vec![a], vec![b], MatchedBy::Role, (FullName, GuessedKind::Words), because);
            }
        }
    }

    /// The pairs that share most values first.
    fn by_values(&mut self) {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for a in (0..self.left.len()).filter(|a| !self.used_left[*a] && is_open(&self.left[*a])) {
            for b in (0..self.right.len()).filter(|b| !self.used_right[*b] && is_open(&self.right[*b])) {
                let overlap = self.left[a].seen.overlap(&self.right[b].seen);
                if overlap >= LEAST_OVERLAP && can_share(&self.left[a], &self.right[b]) {
                    pairs.push((overlap, a, b));
                }
            }
        }
        pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        for (overlap, a, b) in pairs {
            if !self.used_left[a] && !self.used_right[b] {
                let because = format!("{:.0} % of the values of one occur in the other", overlap * 100.0);
                let what = (role(&self.left[a], &self.right[b]), kind(&self.left[a], &self.right[b]));
                self.add(vec![a], vec![b], MatchedBy::Values, what, because);
            }
        }
    }
}

/// The columns of an age and of the year that it was told in. That of death is one where nobody is alive, as
/// in a register of burials: it has ages at death.
#[must_use]
pub fn age_with_year(guesses: &[Guess]) -> Option<[usize; 2]> {
    let is_told_in = |guess: &Guess| {
        is_year_of_record(&guess.column) || is_year_of_death(&guess.column) && guess.missing * 50 <= guess.rows
    };
    let is_year = |guess: &Guess| is_told_in(guess) && guess.seen.share(Trait::Year) >= ALL_YEARS;
    let age = guesses.iter().position(|guess| guess.is(GuessedRole::Age))?;
    Some([age, guesses.iter().position(is_year)?])
}

/// Whether a column may have a partner.
fn is_open(guess: &Guess) -> bool {
    use GuessedRole::{RecordKey, RecordNote, Truth};
    guess.role.is_some_and(|role| !matches!(role, RecordKey | Truth | RecordNote))
}

/// The column of the date of birth, or those of its three parts.
fn birth_date(guesses: &[Guess]) -> Option<Vec<usize>> {
    use GuessedRole::{BirthDate, BirthDay, BirthMonth, BirthYear};
    let of = |role| guesses.iter().position(|guess| guess.is(role));
    match of(BirthDate) {
        Some(date) => (guesses[date].kind == GuessedKind::Date).then(|| vec![date]),
        None => Some(vec![of(BirthYear)?, of(BirthMonth)?, of(BirthDay)?]),
    }
}

/// The columns of given, middle (if there is one) and family name, in the order in which whole names
/// are read.
fn name_parts(guesses: &[Guess], used: &[bool]) -> Option<Vec<usize>> {
    use GuessedRole::{FamilyName, GivenName, MiddleName};
    let of = |role| (0..guesses.len()).find(|i| !used[*i] && guesses[*i].is(role));
    let (given, family) = of(GivenName).zip(of(FamilyName))?;
    Some([Some(given), of(MiddleName), Some(family)].into_iter().flatten().collect())
}

/// The columns of an address that are not said to be a town or anything else; the first may be all numbers
/// of houses.
fn address_lines(guesses: &[Guess], used: &[bool]) -> Vec<usize> {
    let is_line = |guess: &&Guess| guess.is(GuessedRole::AddressLine);
    let Some(line) = guesses.iter().find(is_line) else { return Vec::new() };
    let is_called_so =
        |guess: &Guess| guess.is(GuessedRole::StreetNumber) && are_numbered_alike(&[&guess.column, &line.column]);
    (0..guesses.len()).filter(|at| !used[*at] && (is_line(&&guesses[*at]) || is_called_so(&guesses[*at]))).collect()
}

/// The only column of an address, on a side that says nothing more of where people live.
fn whole_address(guesses: &[Guess]) -> Option<usize> {
    let parts = address_columns(guesses);
    let [whole] = parts[..] else { return None };
    guesses[whole].is(GuessedRole::AddressLine).then_some(whole)
}

/// The columns of an address in parts, a street and a town or postcode at least, in the order of
/// the file, which is mostly that in which addresses are written.
fn address_parts(guesses: &[Guess]) -> Option<Vec<usize>> {
    use GuessedRole::{AddressLine, City, Postcode};
    let parts = address_columns(guesses);
    let has = |role| parts.iter().any(|part| guesses[*part].is(role));
    (has(AddressLine) && (has(City) || has(Postcode))).then_some(parts)
}

fn address_columns(guesses: &[Guess]) -> Vec<usize> {
    use GuessedRole::{AddressLine, City, County, Postcode, StreetNumber};
    let is_part =
        |guess: &Guess| [AddressLine, City, County, Postcode, StreetNumber].iter().any(|role| guess.is(*role));
    (0..guesses.len()).filter(|at| is_part(&guesses[*at])).collect()
}

/// Whether an address has about as many words as all the parts, and not only as those of a street.
fn says_all(whole: &Guess, guesses: &[Guess], parts: &[usize]) -> bool {
    let is_of_street = |guess: &&Guess| guess.is(GuessedRole::AddressLine) || guess.is(GuessedRole::StreetNumber);
    let words = |guess: &Guess| guess.seen.mean_words();
    let parts = || parts.iter().map(|part| &guesses[*part]);
    let (of_street, of_all): (f64, f64) = (parts().filter(is_of_street).map(words).sum(), parts().map(words).sum());
    2.0 * words(whole) >= of_street + of_all
}

/// Whether two columns of the same name or role can be compared: contents of different kinds
/// cannot, but text can be compared with everything that is written as text.
fn are_comparable(a: &Guess, b: &Guess) -> bool {
    use GuessedKind::{Category, Date, Email, Identifier, Name, NhsNumber, Number, Postcode, Sex, Text, Words};
    let (a, b) = (a.kind.min(b.kind), a.kind.max(b.kind));
    let reads_as_one = matches!(
        (a, b),
        (Name | Text | Words | Category, Category | Text | Words)
            | (Text | Category | Number, Number | Identifier | Postcode)
            | (Identifier, NhsNumber | Postcode)
            | (Category, Sex)
            | (Text, Email | Date)
            | (Words, Identifier | Postcode)
    );
    a == b || reads_as_one
}

/// Whether a column may be found by its values: one of a role that the other does not have
/// has to be of its kind.
fn can_share(a: &Guess, b: &Guess) -> bool {
    use GuessedRole::{AddressLine, City, County};
    let has_none = |guess: &Guess| guess.is(GuessedRole::Other);
    // A few categories, small numbers and dates of some years are in common by chance.
    let are_many = a.distinct.min(b.distinct) >= 20 && !matches!(a.kind, GuessedKind::Number | GuessedKind::Date);
    let is_place = |guess: &Guess| [AddressLine, City, County].iter().any(|role| guess.is(*role));
    // A village is a whole address to one and a town to another.
    let are_alike = has_none(a) || has_none(b) || a.role == b.role || is_place(a) && is_place(b);
    are_many && are_alike && are_comparable(a, b)
}

fn role(a: &Guess, b: &Guess) -> GuessedRole {
    let (first, second) = if a.is(GuessedRole::Other) { (b, a) } else { (a, b) };
    first.role.or(second.role).unwrap_or(GuessedRole::Other)
}

/// The looser of two kinds: what both can be standardised as.
fn kind(a: &Guess, b: &Guess) -> GuessedKind {
    use GuessedKind::{Category, Identifier, Text};
    match (a.kind, b.kind) {
        (a, b) if a == b => a,
        (Text | GuessedKind::Words, _) | (_, Text | GuessedKind::Words) => Text,
        (Category, GuessedKind::Name) | (GuessedKind::Name, Category) => GuessedKind::Name,
        (Identifier, _) | (_, Identifier) => Identifier,
        _ => Category,
    }
}
