//! Sex by a data set's own code list.
//!
//! Data sets code it differently and mix codes with words (data sets B6), so the list is
//! data. What is not male or female is *missing*, never a third value that contradicts
//! (data sets F, point 4).

use counterfoil_core::{Fault, NullReason, Outcome, RejectRule};

use super::{MAX_BYTES, masked_debug, trim};

/// Sex as linkage rules compare it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Code 1.
    Male,
    /// Code 2.
    Female,
}

masked_debug!(Sex);

impl Sex {
    /// 1 for male and 2 for female, as in HES.
    #[inline]
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Sex::Male => 1,
            Sex::Female => 2,
        }
    }
}

/// What a code of a code list means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SexMeaning {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Not known, not stated, indeterminate or withheld: nothing to compare.
    NotKnown,
}

impl SexMeaning {
    /// Every meaning, in the order of the documentation.
    pub const ALL: [SexMeaning; 3] = [SexMeaning::Male, SexMeaning::Female, SexMeaning::NotKnown];

    /// The name used in catalogue entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SexMeaning::Male => "male",
            SexMeaning::Female => "female",
            SexMeaning::NotKnown => "not_known",
        }
    }

    /// The meaning of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<SexMeaning> {
        SexMeaning::ALL.into_iter().find(|meaning| meaning.name() == name)
    }

    #[inline]
    fn outcome(self) -> Outcome<Sex> {
        match self {
            SexMeaning::Male => Outcome::Valid(Sex::Male),
            SexMeaning::Female => Outcome::Valid(Sex::Female),
            SexMeaning::NotKnown => Outcome::Null(NullReason::NotKnown),
        }
    }
}

/// A data set's code list. Codes are compared without regard to case.
#[derive(Clone, Debug)]
pub struct SexCodes {
    /// Meaning of each code of one byte, by upper-case byte: nearly every row has one of
    /// these, and a look-up is cheaper than a search.
    single: Box<[Option<SexMeaning>; 256]>,
    /// Longer codes in upper case.
    longer: Vec<(Vec<u8>, SexMeaning)>,
}

impl SexCodes {
    /// A code list from pairs of code and meaning.
    ///
    /// # Errors
    ///
    /// A code that is blank, longer than [`MAX_BYTES`], or listed with two meanings is a fault
    /// of the definition.
    pub fn new(codes: &[(&str, SexMeaning)]) -> Result<SexCodes, Fault> {
        let mut list = SexCodes { single: Box::new([None; 256]), longer: Vec::new() };
        for (code, meaning) in codes {
            list.add(code, *meaning)?;
        }
        Ok(list)
    }

    /// HES: 1 male, 2 female; 0 not known, 9 not specified and the historic 3 are missing
    /// (data sets B6; SDE-DD).
    #[must_use]
    pub fn hes() -> SexCodes {
        SexCodes::of_own_table(&HES)
    }

    /// For a file without a code list of its own: every code and word that the data sets of
    /// the catalogue use (data sets B6), the usual words for "missing", and `1.0` and `2.0`,
    /// which tools write when an integer column has gaps. Besides these words of other languages,
    /// and their letters where no language means the other sex by them: `K`, `V` and `W` are
    /// women, while `H` is a man beside `F` and `M` a woman beside `H`, so that `H` is not read.
    ///
    /// Codes 3 and 4 (MHSDS from version 5) are read as missing. So is `I`, indeterminate.
    #[must_use]
    pub fn general() -> SexCodes {
        SexCodes::of_own_table(&GENERAL)
    }

    /// A list of this module, none of which has a code twice (held by a test), so that there
    /// is no fault to report.
    fn of_own_table(rows: &[OwnRow]) -> SexCodes {
        let mut list = SexCodes { single: Box::new([None; 256]), longer: Vec::new() };
        for (meaning, codes) in rows {
            for code in *codes {
                list.put(code.as_bytes(), *meaning);
            }
        }
        list
    }

    fn add(&mut self, code: &str, meaning: SexMeaning) -> Result<(), Fault> {
        let text = code.trim().as_bytes();
        let fault = |message: String| Err(Fault::spec("sex", message));
        if text.is_empty() || text.len() > MAX_BYTES {
            return fault(format!("a sex code must have 1 to {MAX_BYTES} bytes"));
        }
        match self.meaning(text) {
            Some(other) if other != meaning => {
                fault(format!("sex code `{code}` is listed both as `{}` and as `{}`", other.name(), meaning.name()))
            }
            Some(_) => Ok(()),
            None => {
                self.put(text, meaning);
                Ok(())
            }
        }
    }

    fn put(&mut self, code: &[u8], meaning: SexMeaning) {
        match code {
            [byte] => self.single[usize::from(byte.to_ascii_uppercase())] = Some(meaning),
            _ => self.longer.push((code.to_ascii_uppercase(), meaning)),
        }
    }

    #[inline]
    fn meaning(&self, code: &[u8]) -> Option<SexMeaning> {
        match code {
            [byte] => self.single[usize::from(byte.to_ascii_uppercase())],
            _ => self.longer.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, meaning)| *meaning),
        }
    }
}

/// Codes by what they mean.
type OwnRow = (SexMeaning, &'static [&'static str]);

const HES: [OwnRow; 3] =
    [(SexMeaning::Male, &["1"]), (SexMeaning::Female, &["2"]), (SexMeaning::NotKnown, &["0", "3", "9"])];

const GENERAL: [OwnRow; 8] = [
    (SexMeaning::Male, &["1", "1.0", "M", "MALE"]),
    (SexMeaning::Female, &["2", "2.0", "F", "FEMALE"]),
    (
        SexMeaning::Male,
        &[
            "MAN", "MANN", "MAND", "HOMME", "HOMBRE", "MASCULIN", "MASCULINO", "MASCHIO", "MÄNNLICH", "männlich",
            "KARL", "MIES", "MEZCZYZNA", "MĘŻCZYZNA", "mężczyzna", "MUZ", "MUŽ", "muž", "FERFI", "FÉRFI", "férfi",
            "ERKEK", "NAM", "МУЖСКОЙ", "мужской", "М", "м", "Ч", "LAKI-LAKI", "LELAKI", "PRIA", "ΑΡΡΕΝ", "Άρρεν", "Α",
            "ชาย", "مرد", "ذكر", "זכר", "ז", "男", "男性", "남", "남자", "남성",
        ],
    ),
    (
        SexMeaning::Female,
        &[
            "K", "V", "W", "WOMAN", "FRAU", "WEIBLICH", "VROUW", "KVINNA", "KVINDE", "KVINNE", "FEMME", "MUJER",
            "FEMENINO", "FEMININO", "FÉMININ", "féminin", "FEMININ", "FEMMINA", "MULHER", "KONA", "NAINEN", "KOBIETA",
            "ZENA", "ŽENA", "žena", "NŐ", "nő", "Nő", "KADIN", "Kadın", "kadın", "Nữ", "NỮ", "nữ", "ЖЕНСКИЙ",
            "женский", "Ж", "ж", "PEREMPUAN", "WANITA", "ΘΗΛΥ", "Θήλυ", "Θ", "หญิง", "زن", "أنثى", "נקבה", "נ", "女",
            "女性", "여", "여자", "여성",
        ],
    ),
    (SexMeaning::NotKnown, &["0", "3", "4", "9", "0.0", "3.0", "4.0", "9.0"]),
    (SexMeaning::NotKnown, &["I", "N", "O", "U", "X", "Z", "NK", "N/K"]),
    (SexMeaning::NotKnown, &["UNKNOWN", "NOT KNOWN", "UNSPECIFIED", "NOT SPECIFIED"]),
    (SexMeaning::NotKnown, &["NOT STATED", "INDETERMINATE", "OTHER"]),
];

/// Sex from text by a code list. Blank text is null.
#[inline]
#[must_use]
pub fn sex(text: &[u8], codes: &SexCodes) -> Outcome<Sex> {
    let code = trim(text);
    if code.is_empty() {
        return Outcome::Null(NullReason::Empty);
    }
    codes.meaning(code).map_or(Outcome::Rejected(RejectRule::SexCode), SexMeaning::outcome)
}

/// Sex from an integer column by a code list: the code whose text is that number.
#[inline]
#[must_use]
pub fn sex_from_int(value: i64, codes: &SexCodes) -> Outcome<Sex> {
    if let Ok(digit @ 0..=9) = u8::try_from(value) {
        return sex(&[b'0' + digit], codes);
    }
    sex_of_long_int(value, codes)
}

/// Rare: no published code list has a number of two digits.
#[cold]
fn sex_of_long_int(value: i64, codes: &SexCodes) -> Outcome<Sex> {
    sex(value.to_string().as_bytes(), codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_tables_have_no_code_twice() {
        for table in [&HES[..], &GENERAL[..]] {
            let mut codes: Vec<_> = table.iter().flat_map(|(_, codes)| *codes).collect();
            codes.sort();
            assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
