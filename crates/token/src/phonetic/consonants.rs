//! The consonants of [`double_metaphone`](super::double_metaphone()), each with the rules for
//! what stands around it. Every function says a consonant and returns how many letters it
//! took. The words in the comments are the examples of Philips' program.

use super::double_metaphone::Word;

/// Says the consonant at a place.
pub(super) fn say(word: &mut Word, at: usize) -> usize {
    match word.letter(at) {
        b'B' => plain(word, at, "P", &["B"]),
        b'C' => c(word, at),
        b'D' => d(word, at),
        b'F' => plain(word, at, "F", &["F"]),
        b'G' => g(word, at),
        b'H' => h(word, at),
        b'J' => j(word, at),
        b'K' => plain(word, at, "K", &["K"]),
        b'L' => l(word, at),
        b'M' => m(word, at),
        b'N' => plain(word, at, "N", &["N"]),
        b'P' => p(word, at),
        b'Q' => plain(word, at, "K", &["Q"]),
        b'R' => r(word, at),
        b'S' => s(word, at),
        b'T' => t(word, at),
        b'V' => plain(word, at, "F", &["V"]),
        b'W' => w(word, at),
        b'X' => x(word, at),
        b'Z' => z(word, at),
        _ => 1,
    }
}

/// A consonant that always sounds the same and swallows some that follow.
fn plain(word: &mut Word, at: usize, sound: &str, swallowed: &[&str]) -> usize {
    word.say(sound);
    1 + usize::from(word.has(at + 1, swallowed))
}

fn c(word: &mut Word, at: usize) -> usize {
    if is_germanic_ach(word, at) {
        word.say("K");
        return 2;
    }
    if at == 0 && word.has(at, &["CAESAR"]) {
        word.say("S");
        return 2;
    }
    // chianti
    if word.has(at, &["CHIA"]) {
        word.say("K");
        return 2;
    }
    if word.has(at, &["CH"]) {
        return ch(word, at);
    }
    // czerny
    if word.has(at, &["CZ"]) && !word.before(at, 2, &["WICZ"]) {
        word.say_either("S", "X");
        return 2;
    }
    // focaccia
    if word.has(at + 1, &["CIA"]) {
        word.say("X");
        return 3;
    }
    // Not McClellan.
    if word.has(at, &["CC"]) && !(at == 1 && word.letter(0) == b'M') {
        return cc(word, at);
    }
    if word.has(at, &["CK", "CG", "CQ"]) {
        word.say("K");
        return 2;
    }
    if word.has(at, &["CI", "CE", "CY"]) {
        // Italian or English.
        word.say_either("S", if word.has(at, &["CIO", "CIE", "CIA"]) { "X" } else { "S" });
        return 2;
    }
    word.say("K");
    1 + usize::from(word.has(at + 1, &["C", "K", "Q"]) && !word.has(at + 1, &["CE", "CI"]))
}

/// bacher, macher
fn is_germanic_ach(word: &Word, at: usize) -> bool {
    at > 1
        && !word.is_vowel(at - 2)
        && word.before(at, 1, &["ACH"])
        && word.letter(at + 2) != b'I'
        && (word.letter(at + 2) != b'E' || word.before(at, 2, &["BACHER", "MACHER"]))
}

fn ch(word: &mut Word, at: usize) -> usize {
    // michael
    if at > 0 && word.has(at, &["CHAE"]) {
        word.say_either("K", "X");
        return 2;
    }
    // Greek roots: chemistry, chorus
    let is_greek = word.has(1, &["HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"]) && !word.begins(&["CHORE"]);
    if at == 0 && is_greek || is_hard_ch(word, at) {
        word.say("K");
    } else if at == 0 {
        word.say("X");
    } else if word.begins(&["MC"]) {
        // McHugh
        word.say("K");
    } else {
        word.say_either("X", "K");
    }
    2
}

fn is_hard_ch(word: &Word, at: usize) -> bool {
    word.is_germanic()
        // architect but not arch, orchestra, orchid
        || word.before(at, 2, &["ORCHES", "ARCHIT", "ORCHID"])
        || word.has(at + 2, &["T", "S"])
        // wachtler, wechsler, but not tichner
        || (at == 0 || word.before(at, 1, &["A", "O", "U", "E"]))
            && word.has(at + 2, &["L", "R", "N", "M", "B", "H", "F", "V", "W", " "])
}

fn cc(word: &mut Word, at: usize) -> usize {
    // bellocchio but not bacchus
    if word.has(at + 2, &["I", "E", "H"]) && !word.has(at + 2, &["HU"]) {
        // accident, accede, succeed; else bacci, bertucci
        let is_english = at == 1 && word.letter(0) == b'A' || word.before(at, 1, &["UCCEE", "UCCES"]);
        word.say(if is_english { "KS" } else { "X" });
        3
    } else {
        word.say("K");
        2
    }
}

fn d(word: &mut Word, at: usize) -> usize {
    if word.has(at, &["DGI", "DGE", "DGY"]) {
        // edge
        word.say("J");
        3
    } else if word.has(at, &["DG"]) {
        // edgar
        word.say("TK");
        2
    } else {
        plain(word, at, "T", &["T", "D"])
    }
}

fn g(word: &mut Word, at: usize) -> usize {
    if word.letter(at + 1) == b'H' {
        return gh(word, at);
    }
    if word.letter(at + 1) == b'N' {
        return gn(word, at);
    }
    // tagliaro
    if word.has(at + 1, &["LI"]) && !word.is_slavo_germanic() {
        word.say_either("KL", "L");
        return 2;
    }
    if at == 0 && word.has(1, &["Y", "ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"]) {
        word.say_either("K", "J");
        return 2;
    }
    let is_ger = word.has(at + 1, &["ER", "Y"])
        && !word.begins(&["DANGER", "RANGER", "MANGER"])
        && !word.before(at, 1, &["E", "I", "RGY", "OGY"]);
    if is_ger {
        word.say_either("K", "J");
        return 2;
    }
    // biaggi
    if word.has(at + 1, &["E", "I", "Y"]) || word.before(at, 1, &["AGGI", "OGGI"]) {
        if word.is_germanic() || word.has(at + 1, &["ET"]) {
            word.say("K");
        } else if word.has(at + 1, &["IER "]) {
            word.say("J");
        } else {
            word.say_either("J", "K");
        }
        return 2;
    }
    plain(word, at, "K", &["G"])
}

fn gh(word: &mut Word, at: usize) -> usize {
    if at > 0 && !word.is_vowel(at - 1) {
        word.say("K");
    } else if at == 0 {
        // ghislane, ghiradelli
        word.say(if word.letter(2) == b'I' { "J" } else { "K" });
    } else if is_silent_gh(word, at) {
        // hugh, bough, broughton
    } else if at > 2 && word.letter(at - 1) == b'U' && word.before(at, 3, &["C", "G", "L", "R", "T"]) {
        // laugh, mclaughlin, cough, gough, rough, tough
        word.say("F");
    } else if word.letter(at - 1) != b'I' {
        word.say("K");
    }
    2
}

/// Parker's rule.
fn is_silent_gh(word: &Word, at: usize) -> bool {
    word.before(at, 2, &["B", "H", "D"]) || word.before(at, 3, &["B", "H", "D"]) || word.before(at, 4, &["B", "H"])
}

fn gn(word: &mut Word, at: usize) -> usize {
    if at == 1 && word.is_vowel(0) && !word.is_slavo_germanic() {
        word.say_either("KN", "N");
    } else if !word.has(at + 2, &["EY"]) && !word.is_slavo_germanic() {
        word.say_either("N", "KN");
    } else {
        // cagney
        word.say("KN");
    }
    2
}

/// Said at the beginning before a vowel, and between two vowels.
fn h(word: &mut Word, at: usize) -> usize {
    if (at == 0 || word.is_vowel(at - 1)) && word.is_vowel(at + 1) {
        word.say("H");
        2
    } else {
        1
    }
}

fn j(word: &mut Word, at: usize) -> usize {
    // Spanish: jose
    if word.has(at, &["JOSE"]) {
        if at == 0 && word.letter(4) == b' ' {
            word.say("H");
        } else {
            word.say_either("J", "H");
        }
        return 1;
    }
    if at == 0 {
        // Yankelovich and Jankelowicz
        word.say_either("J", "A");
    } else if word.is_vowel(at - 1) && !word.is_slavo_germanic() && word.has(at + 1, &["A", "O"]) {
        // bajador
        word.say_either("J", "H");
    } else if word.is_last(at) {
        word.say_either("J", "");
    } else if !word.has(at + 1, &["L", "T", "K", "S", "N", "M", "B", "Z"]) && !word.before(at, 1, &["S", "K", "L"]) {
        word.say("J");
    }
    1 + usize::from(word.letter(at + 1) == b'J')
}

fn l(word: &mut Word, at: usize) -> usize {
    if word.letter(at + 1) != b'L' {
        word.say("L");
        return 1;
    }
    // Spanish: cabrillo, gallegos
    let end = word.length();
    let is_ending = at + 3 == end && word.before(at, 1, &["ILLO", "ILLA", "ALLE"]);
    let ends_so = word.before(end, 2, &["AS", "OS"]) || word.before(end, 1, &["A", "O"]);
    if is_ending || ends_so && word.before(at, 1, &["ALLE"]) {
        word.say_either("L", "");
    } else {
        word.say("L");
    }
    2
}

fn m(word: &mut Word, at: usize) -> usize {
    word.say("M");
    // dumb, thumb
    let is_umb = word.before(at, 1, &["UMB"]) && (word.is_last(at + 1) || word.has(at + 2, &["ER"]));
    1 + usize::from(is_umb || word.letter(at + 1) == b'M')
}

fn p(word: &mut Word, at: usize) -> usize {
    if word.letter(at + 1) == b'H' {
        word.say("F");
        return 2;
    }
    // campbell, raspberry
    plain(word, at, "P", &["P", "B"])
}

fn r(word: &mut Word, at: usize) -> usize {
    // French: rogier, but not hochmeier
    let is_french = word.is_last(at)
        && !word.is_slavo_germanic()
        && word.before(at, 2, &["IE"])
        && !word.before(at, 4, &["ME", "MA"]);
    word.say_either(if is_french { "" } else { "R" }, "R");
    1 + usize::from(word.letter(at + 1) == b'R')
}

fn s(word: &mut Word, at: usize) -> usize {
    // isle, carlisle, carlysle
    if word.before(at, 1, &["ISL", "YSL"]) {
        return 1;
    }
    if at == 0 && word.has(at, &["SUGAR"]) {
        word.say_either("X", "S");
        return 1;
    }
    if word.has(at, &["SH"]) {
        let is_germanic = word.has(at + 1, &["HEIM", "HOEK", "HOLM", "HOLZ"]);
        word.say(if is_germanic { "S" } else { "X" });
        return 2;
    }
    // Italian and Armenian
    if word.has(at, &["SIO", "SIA"]) {
        word.say_either("S", if word.is_slavo_germanic() { "S" } else { "X" });
        return 3;
    }
    // German and made English: smith and schmidt, snider and schneider. Also -sz-.
    if at == 0 && word.has(1, &["M", "N", "L", "W"]) || word.letter(at + 1) == b'Z' {
        word.say_either("S", "X");
        return 1 + usize::from(word.letter(at + 1) == b'Z');
    }
    if word.has(at, &["SC"]) {
        return sc(word, at);
    }
    // French: resnais, artois
    let is_french = word.is_last(at) && word.before(at, 2, &["AI", "OI"]);
    word.say_either(if is_french { "" } else { "S" }, "S");
    1 + usize::from(word.has(at + 1, &["S", "Z"]))
}

fn sc(word: &mut Word, at: usize) -> usize {
    if word.letter(at + 2) != b'H' {
        word.say(if word.has(at + 2, &["I", "E", "Y"]) { "S" } else { "SK" });
        return 3;
    }
    // Schlesinger's rule. Dutch: school, schooner; schermerhorn, schenker
    if word.has(at + 3, &["ER", "EN"]) {
        word.say_either("X", "SK");
    } else if word.has(at + 3, &["OO", "UY", "ED", "EM"]) {
        word.say("SK");
    } else if at == 0 && !word.is_vowel(3) && word.letter(3) != b'W' {
        word.say_either("X", "S");
    } else {
        word.say("X");
    }
    3
}

fn t(word: &mut Word, at: usize) -> usize {
    if word.has(at, &["TION", "TIA", "TCH"]) {
        word.say("X");
        return 3;
    }
    if word.has(at, &["TH", "TTH"]) {
        // thomas, thames
        if word.has(at + 2, &["OM", "AM"]) || word.is_germanic() {
            word.say("T");
        } else {
            word.say_either("0", "T");
        }
        return 2;
    }
    plain(word, at, "T", &["T", "D"])
}

fn w(word: &mut Word, at: usize) -> usize {
    if word.has(at, &["WR"]) {
        word.say("R");
        return 2;
    }
    if at == 0 && word.is_vowel(1) {
        // Wasserman and Vasserman
        word.say_either("A", "F");
    } else if at == 0 && word.letter(1) == b'H' {
        word.say("A");
    }
    // Arnow and Arnoff
    let is_slavic_ending = word.before(at, 1, &["EWSKI", "EWSKY", "OWSKI", "OWSKY"]) || word.is_germanic();
    if word.is_last(at) && word.follows_vowel(at) || is_slavic_ending {
        word.say_either("", "F");
        return 1;
    }
    // Polish: filipowicz
    if word.has(at, &["WICZ", "WITZ"]) {
        word.say_either("TS", "FX");
        return 4;
    }
    1
}

fn x(word: &mut Word, at: usize) -> usize {
    // French: breaux
    let is_silent = word.is_last(at) && (word.before(at, 3, &["IAU", "EAU"]) || word.before(at, 2, &["AU", "OU"]));
    if !is_silent {
        word.say("KS");
    }
    1 + usize::from(word.has(at + 1, &["C", "X"]))
}

fn z(word: &mut Word, at: usize) -> usize {
    // Chinese: zhao
    if word.letter(at + 1) == b'H' {
        word.say("J");
        return 2;
    }
    let is_slavic = word.is_slavo_germanic() && at > 0 && word.letter(at - 1) != b'T';
    word.say_either("S", if word.has(at + 1, &["ZO", "ZI", "ZA"]) || is_slavic { "TS" } else { "S" });
    1 + usize::from(word.letter(at + 1) == b'Z')
}
