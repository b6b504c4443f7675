//! Words that stand where a name should be.
//!
//! No list is published in what was available: this one is our default. It holds words that
//! are no one's name, or so rarely that linking strangers by them does more harm. `NA` and
//! `NULL` are left out because they are surnames; `N/A` with its stroke is in.

/// Placeholders in comparison form (upper case, letters and digits only).
const WORDS: [&str; 52] = [
    // Nothing is known.
    "UNKNOWN",
    "UNK",
    "NOTKNOWN",
    "NK",
    "NAMEUNKNOWN",
    "NAMENOTKNOWN",
    "UNKNOWNNAME",
    "UNKNOWNMALE",
    "UNKNOWNFEMALE",
    "UNKNOWNPATIENT",
    "NOTGIVEN",
    "NOTSTATED",
    "NOTSPECIFIED",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTRECORDED",
    "NONAME",
    "NONAMEGIVEN",
    "NOFORENAME",
    "NOSURNAME",
    "UNNAMED",
    "MISSING",
    "ANONYMOUS",
    "WITHHELD",
    "REFUSED",
    // A newborn without a name yet.
    "BABY",
    "BABYBOY",
    "BABYGIRL",
    "BABYMALE",
    "BABYFEMALE",
    "BOYBABY",
    "GIRLBABY",
    "MALEBABY",
    "FEMALEBABY",
    "MALEINFANT",
    "FEMALEINFANT",
    "INFANT",
    "INFANTMALE",
    "INFANTFEMALE",
    "NEWBORN",
    "STILLBORN",
    // The sex in the wrong column.
    "MALE",
    "FEMALE",
    // Records that are not of a person.
    "TEST",
    "TESTPATIENT",
    "PATIENTTEST",
    "DUMMY",
    "DUPLICATE",
    "DUPLICATERECORD",
    "DONOTUSE",
    "DELETED",
    "ERROR",
];

/// Beginnings that make a placeholder of whatever follows (`BABY OF JANE`).
const BEGINNINGS: [&str; 4] = ["BABYOF", "BABYBOYOF", "BABYGIRLOF", "INFANTOF"];

/// Words for one of several newborns, placeholders alone or with one of [`COUNTS`].
const MULTIPLES: [&str; 5] = ["TWIN", "TRIPLET", "QUAD", "QUADRUPLET", "BABY"];

/// What numbers them.
const COUNTS: [&str; 17] =
    ["", "1", "2", "3", "4", "5", "6", "A", "B", "C", "D", "I", "II", "ONE", "TWO", "THREE", "FOUR"];

/// Whether a name is a placeholder: `raw` as written without surrounding blanks, `folded` in
/// comparison form.
pub(super) fn is_placeholder(raw: &str, folded: &[u8]) -> bool {
    raw.eq_ignore_ascii_case("n/a")
        || WORDS.iter().any(|word| word.as_bytes() == folded)
        || BEGINNINGS.iter().any(|beginning| folded.starts_with(beginning.as_bytes()))
        || is_numbered_newborn(folded)
        || is_crossed_out(folded)
}

fn is_numbered_newborn(folded: &[u8]) -> bool {
    let counts = MULTIPLES.iter().filter_map(|word| folded.strip_prefix(word.as_bytes()));
    counts.into_iter().any(|count| COUNTS.iter().any(|known| known.as_bytes() == count))
}

/// `XX` and longer.
fn is_crossed_out(folded: &[u8]) -> bool {
    folded.len() > 1 && folded.iter().all(|byte| *byte == b'X')
}
