//! The kinds of error, by the names that rates and truth call them.

/// What an error is about. Errors of a group are made likelier or rarer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Group {
    NhsNumber,
    BirthDate,
    Sex,
    Postcode,
    FamilyName,
    GivenName,
    /// Both names together.
    Names,
    /// The local patient id.
    LocalPatientId,
    /// The record as a whole.
    Record,
    /// What one data set alone gets wrong.
    Particular,
}

impl Group {
    /// All groups, in order of number.
    pub(crate) const ALL: [Group; 10] = [
        Group::NhsNumber,
        Group::BirthDate,
        Group::Sex,
        Group::Postcode,
        Group::FamilyName,
        Group::GivenName,
        Group::Names,
        Group::LocalPatientId,
        Group::Record,
        Group::Particular,
    ];

    /// Whether a record has at most one error of the group, which one draw decides.
    pub(crate) fn is_exclusive(self) -> bool {
        !matches!(self, Group::Record | Group::Particular)
    }

    /// The name under which `errors.toml` lists its multipliers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Group::NhsNumber => "nhs_number",
            Group::BirthDate => "birth_date",
            Group::Sex => "sex",
            Group::Postcode => "postcode",
            Group::FamilyName => "family_name",
            Group::GivenName => "given_name",
            Group::Names => "names",
            Group::LocalPatientId => "local_patient_id",
            Group::Record => "record",
            Group::Particular => "particular",
        }
    }
}

macro_rules! kinds {
    ($($group:ident { $($(#[doc = $doc:literal])* $kind:ident = $name:literal,)* })*) => {
        /// One kind of error; its name is both its rate in `errors.toml` and its mark in the
        /// column `errors` of the truth.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum ErrorKind { $($($(#[doc = $doc])* $kind,)*)* }

        impl ErrorKind {
            /// All kinds, in order of number.
            pub(crate) const ALL: &'static [ErrorKind] = &[$($(ErrorKind::$kind,)*)*];

            /// Its name.
            pub(crate) fn name(self) -> &'static str {
                match self { $($(ErrorKind::$kind => $name,)*)* }
            }

            /// What it is about.
            pub(crate) fn group(self) -> Group {
                match self { $($(ErrorKind::$kind => Group::$group,)*)* }
            }
        }
    };
}

kinds! {
    NhsNumber {
        /// No number, although the person has one.
        NhsNumberMissing = "nhs_number_missing",
        /// The valid number of a stranger.
        NhsNumberOfAnother = "nhs_number_of_another",
        /// The number of the mother, the twin or the partner.
        NhsNumberOfHousehold = "nhs_number_of_household",
        /// One digit is wrong, so the check digit fails.
        NhsNumberMistyped = "nhs_number_mistyped",
        /// Ten equal digits, which pass the check.
        NhsNumberPlaceholder = "nhs_number_placeholder",
        /// A number that has since been superseded.
        NhsNumberSuperseded = "nhs_number_superseded",
    }
    BirthDate {
        /// One part (year, month or day) is another.
        BirthDateMistyped = "birth_date_mistyped",
        /// Two neighbouring digits of the year or the day have changed places.
        BirthDateTransposed = "birth_date_transposed",
        /// One to three days off, possibly into another month.
        BirthDateShifted = "birth_date_shifted",
        /// Day and month have changed places.
        BirthDateSwapped = "birth_date_swapped",
        /// 1 January of the right year.
        BirthDateFirstOfJanuary = "birth_date_first_of_january",
        /// 1 January 1900.
        BirthDateDefault = "birth_date_default",
        /// A date that agrees in no part.
        BirthDateOfAnother = "birth_date_of_another",
        /// None.
        BirthDateMissing = "birth_date_missing",
        /// A day that the month does not have.
        BirthDateImpossible = "birth_date_impossible",
    }
    Sex {
        /// The other sex.
        SexWrong = "sex_wrong",
        /// 0 (not known) or 9 (not specified).
        SexMissing = "sex_missing",
    }
    Postcode {
        /// The home before this one; does not happen to someone who has not moved.
        PostcodeOld = "postcode_old",
        /// Another postcode of the same sector.
        PostcodeMistyped = "postcode_mistyped",
        /// The letter O for each zero; does not happen to a postcode without one.
        PostcodeLetterO = "postcode_letter_o",
        /// A stranger's.
        PostcodeOfAnother = "postcode_of_another",
        /// None.
        PostcodeMissing = "postcode_missing",
        /// `ZZ99 3WZ`, address not known.
        PostcodeUnknown = "postcode_unknown",
        /// `ZZ99 3VZ`, no fixed abode.
        PostcodeNoFixedAbode = "postcode_no_fixed_abode",
        /// `ZZ99 3CZ`, England and nothing more.
        PostcodeCountryOnly = "postcode_country_only",
    }
    FamilyName {
        /// A letter added, left out, replaced or swapped with its neighbour.
        FamilyNameMistyped = "family_name_mistyped",
        /// Spelt as it sounds.
        FamilyNamePhonetic = "family_name_phonetic",
        /// A letter misread by a scanner.
        FamilyNameMisread = "family_name_misread",
        /// The name before the last change; does not happen to someone who had no other.
        FamilyNameOld = "family_name_old",
        /// A name that has nothing to do with the person.
        FamilyNameOfAnother = "family_name_of_another",
        /// None.
        FamilyNameMissing = "family_name_missing",
    }
    GivenName {
        /// A letter added, left out, replaced or swapped with its neighbour.
        GivenNameMistyped = "given_name_mistyped",
        /// Spelt as it sounds.
        GivenNamePhonetic = "given_name_phonetic",
        /// A letter misread by a scanner.
        GivenNameMisread = "given_name_misread",
        /// A short form; does not happen to a name that has none.
        GivenNameNickname = "given_name_nickname",
        /// Only the first letter.
        GivenNameInitial = "given_name_initial",
        /// The middle name; does not happen to someone who has none.
        GivenNameMiddle = "given_name_middle",
        /// A name that has nothing to do with the person.
        GivenNameOfAnother = "given_name_of_another",
        /// None.
        GivenNameMissing = "given_name_missing",
    }
    Names {
        /// Given and family name have changed places.
        NamesSwapped = "names_swapped",
    }
    LocalPatientId {
        /// A second local id at the same provider.
        LocalPatientIdSecond = "local_patient_id_second",
    }
    Record {
        /// The record is a copy of another under a key of its own.
        RecordDuplicated = "record_duplicated",
        /// Little is known but the NHS number: the date of birth, or in deaths parts of it, and
        /// the postcode are absent.
        LittleKnown = "little_known",
        /// Identity withheld by law or by wish: the identifiers were removed.
        IdentityWithheld = "identity_withheld",
    }
    Particular {
        /// `deaths`: the death never reaches the file.
        NeverRegistered = "never_registered",
        /// `deaths`: the registration is cancelled and entered again.
        EnteredAgain = "entered_again",
        /// Where there is a Person_ID: the records carry another person's in their later half.
        TokenOfAnother = "token_of_another",
        /// Where there is a Person_ID: a record without an NHS number has one used only once.
        TokenOneTime = "token_one_time",
        /// `hes-apc`: a discharge by death is a day or two off.
        DeathDateNear = "death_date_near",
        /// `hes-apc`: a discharge by death is 4 to 30 days off.
        DeathDateFar = "death_date_far",
        /// `hes-apc`: somebody else's stay is filed under a person who has died.
        ActivityAfterDeath = "activity_after_death",
    }
}

impl ErrorKind {
    /// The kind of that name.
    pub(crate) fn find(name: &str) -> Option<ErrorKind> {
        ErrorKind::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// The errors of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorSet(u64);

const _: () = assert!(ErrorKind::ALL.len() <= 64, "an error set has a bit for each kind");

impl ErrorSet {
    pub(crate) fn insert(&mut self, kind: ErrorKind) {
        self.0 |= 1 << kind as u8;
    }

    pub(crate) fn contains(self, kind: ErrorKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether there is an error of the group.
    pub(crate) fn any_of(self, group: Group) -> bool {
        ErrorKind::ALL.iter().any(|kind| kind.group() == group && self.contains(*kind))
    }

    /// These errors but for those of the group.
    pub(crate) fn without(self, group: Group) -> ErrorSet {
        let kinds = ErrorKind::ALL.iter().filter(|kind| kind.group() == group);
        ErrorSet(kinds.fold(self.0, |set, kind| set & !(1 << *kind as u8)))
    }

    /// These errors but for those of anything else than the person key.
    pub(crate) fn of_person_key(self) -> ErrorSet {
        let kinds = [ErrorKind::TokenOfAnother, ErrorKind::TokenOneTime];
        ErrorSet(self.0 & kinds.iter().fold(0, |set, kind| set | 1 << *kind as u8))
    }

    /// These errors and those.
    pub(crate) fn with(self, other: ErrorSet) -> ErrorSet {
        ErrorSet(self.0 | other.0)
    }

    /// The names, joined by commas; `None` if there is no error.
    pub(crate) fn names(self) -> Option<String> {
        if self.0 == 0 {
            return None;
        }
        let kinds = ErrorKind::ALL.iter().filter(|kind| self.contains(**kind));
        Some(kinds.map(|kind| kind.name()).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_kinds() {
        for (number, kind) in ErrorKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, number);
            assert_eq!(ErrorKind::find(kind.name()), Some(*kind));
        }
        for (number, group) in Group::ALL.iter().enumerate() {
            assert_eq!(*group as usize, number);
        }
        assert_eq!(ErrorKind::find("nhs_number"), None);
    }

    #[test]
    fn a_set_lists_its_errors_in_order() {
        let mut set = ErrorSet::default();
        assert_eq!(set.names(), None);
        set.insert(ErrorKind::SexWrong);
        set.insert(ErrorKind::NhsNumberMissing);
        assert_eq!(set.names().as_deref(), Some("nhs_number_missing,sex_wrong"));
        assert!(set.contains(ErrorKind::SexWrong) && !set.contains(ErrorKind::SexMissing));
        assert!(set.any_of(Group::Sex) && !set.any_of(Group::Postcode));
        assert_eq!(set.without(Group::Sex).names().as_deref(), Some("nhs_number_missing"));
    }
}
