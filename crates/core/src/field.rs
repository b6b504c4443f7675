//! Linkage fields: what is compared, and what kind of value it holds.

/// What kind of value a linkage field holds; decides how it is standardised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldKind {
    /// A ten-digit NHS number with a check digit.
    NhsNumber,
    /// A calendar date used to identify a person, such as the date of birth.
    Date,
    /// Sex or gender in a data set's own code list.
    Sex,
    /// A British postcode.
    Postcode,
    /// A person's name or part of one.
    Name,
    /// A provider's own patient id; means something only with its provider.
    LocalPatientId,
    /// Free text, compared without regard to case, accents, punctuation or spacing.
    Text,
    /// One of a small set of values; compared as upper-cased text.
    Category,
    /// A number; `7`, `07` and `7.0` are one value.
    Number,
    /// An opaque identifier, compared as it stands but for surrounding blanks.
    Identifier,
    /// Text whose words are kept apart, such as a whole name or an address.
    Words,
    /// An e-mail address; compared in small letters.
    Email,
    /// A place on the map, `latitude,longitude` in degrees.
    Location,
}

impl FieldKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [FieldKind; 13] = [
        FieldKind::NhsNumber,
        FieldKind::Date,
        FieldKind::Sex,
        FieldKind::Postcode,
        FieldKind::Name,
        FieldKind::LocalPatientId,
        FieldKind::Text,
        FieldKind::Category,
        FieldKind::Number,
        FieldKind::Identifier,
        FieldKind::Words,
        FieldKind::Email,
        FieldKind::Location,
    ];

    /// The name used in job files and catalogue entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FieldKind::NhsNumber => "nhs_number",
            FieldKind::Date => "date",
            FieldKind::Sex => "sex",
            FieldKind::Postcode => "postcode",
            FieldKind::Name => "name",
            FieldKind::LocalPatientId => "local_patient_id",
            FieldKind::Text => "text",
            FieldKind::Category => "category",
            FieldKind::Number => "number",
            FieldKind::Identifier => "identifier",
            FieldKind::Words => "words",
            FieldKind::Email => "email",
            FieldKind::Location => "location",
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<FieldKind> {
        FieldKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind that a standard role implies: `birth_date` holds a date, `family_name` a
    /// name. `None` for a name of one's own, which needs a declared type.
    #[must_use]
    pub fn of_role(role: &str) -> Option<FieldKind> {
        Some(match role {
            "nhs_number" => FieldKind::NhsNumber,
            "birth_date" => FieldKind::Date,
            "sex" => FieldKind::Sex,
            "postcode" => FieldKind::Postcode,
            "family_name" | "given_name" | "other_given_name" => FieldKind::Name,
            "local_patient_id" => FieldKind::LocalPatientId,
            _ => return None,
        })
    }
}

/// A field that records are compared on: a standard role or a name of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkageField {
    /// Name of the role, such as `birth_date`.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a record may have several values, as of past names; only a linkage by a model
    /// compares such a field.
    pub several: bool,
}
