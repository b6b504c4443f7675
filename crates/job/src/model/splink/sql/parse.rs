//! From words to expressions, by recursive descent.

use super::words::{Word, words};
use super::{Naming, Side, Sql};

/// Deepest nesting that is followed: conditions nest a few levels, and a file that was made to
/// exhaust the stack shall not.
const DEEPEST: usize = 60;
/// Most words: the longest condition of the family has some two hundred.
const LONGEST: usize = 2000;

/// The expression that a text is.
pub(in crate::model::splink) fn parse(text: &str, naming: Naming) -> Result<Sql, String> {
    let mut left = words(text)?;
    if left.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    left.reverse();
    let mut parser = Parser { left, naming, depth: 0 };
    let sql = parser.or()?;
    match parser.left.pop() {
        None => Ok(sql),
        Some(word) => Err(format!("{} is not understood there", word.said())),
    }
}

struct Parser {
    /// What is still to be read, last word first.
    left: Vec<Word>,
    naming: Naming,
    depth: usize,
}

type Read = Result<Sql, String>;

/// `a < b` and `b > a` are one thing.
const COMPARED: [(&str, &str); 8] =
    [("=", "="), ("==", "="), ("<>", "<>"), ("!=", "<>"), ("<=", "<="), (">=", ">="), ("<", "<"), (">", ">")];

impl Parser {
    fn or(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let sql = self.chain("or", Parser::and);
        self.depth -= 1;
        sql
    }

    fn and(&mut self) -> Read {
        self.chain("and", Parser::not)
    }

    fn chain(&mut self, word: &str, read: fn(&mut Parser) -> Read) -> Read {
        let mut parts = vec![read(self)?];
        while self.takes(word) {
            parts.push(read(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Sql::of(word, parts) })
    }

    fn not(&mut self) -> Read {
        let mut nots = 0;
        while self.takes("not") {
            nots += 1;
        }
        let mut sql = self.comparison()?;
        for _ in 0..nots {
            sql = Sql::of("not", vec![sql]);
        }
        Ok(sql)
    }

    fn comparison(&mut self) -> Read {
        let left = self.sum()?;
        if self.takes("is") {
            let is_not = self.takes("not");
            self.needs("null")?;
            let null = Sql::of("is null", vec![left]);
            return Ok(if is_not { Sql::of("not", vec![null]) } else { null });
        }
        let Some((_, operator)) = COMPARED.into_iter().find(|(sign, _)| self.takes_sign(sign)) else { return Ok(left) };
        let right = self.sum()?;
        Ok(Sql::of(operator, vec![left, right]))
    }

    fn sum(&mut self) -> Read {
        self.operations(&["+", "-", "||"], Parser::product)
    }

    fn product(&mut self) -> Read {
        self.operations(&["*", "/", "%"], Parser::unary)
    }

    fn operations(&mut self, signs: &[&'static str], read: fn(&mut Parser) -> Read) -> Read {
        let mut left = read(self)?;
        while let Some(sign) = signs.iter().find(|sign| self.takes_sign(sign)) {
            left = Sql::of(sign, vec![left, read(self)?]);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read {
        let mut minus = 0;
        while self.takes_sign("-") {
            minus += 1;
        }
        let mut sql = self.postfix()?;
        for _ in 0..minus {
            sql = if let Sql::Number(number) = sql { Sql::Number(-number) } else { Sql::of("minus", vec![sql]) };
        }
        Ok(sql)
    }

    fn postfix(&mut self) -> Read {
        let mut sql = self.primary()?;
        loop {
            if self.takes_sign("[") {
                let index = self.or()?;
                self.needs_sign("]")?;
                sql = Sql::of("[]", vec![sql, index]);
            } else if self.takes_sign("::") {
                let kind = self.kind()?;
                sql = Sql::of("cast", vec![sql, kind]);
            } else {
                return Ok(sql);
            }
        }
    }

    fn primary(&mut self) -> Read {
        match self.left.pop() {
            Some(Word::Number(number)) => Ok(Sql::Number(number)),
            Some(Word::Text(text)) => Ok(Sql::Text(text)),
            Some(Word::Hole(name)) => Ok(Sql::Hole(name)),
            Some(Word::Quoted(name)) => self.column(name),
            Some(Word::Bare(name)) => self.named(name),
            Some(Word::Sign("(")) => {
                let inner = self.or()?;
                self.needs_sign(")")?;
                Ok(inner)
            }
            Some(Word::Sign("[")) => Ok(Sql::of("list", self.list("]")?)),
            Some(word) => Err(format!("{} is not understood there", word.said())),
            None => Err("it ends too early".to_owned()),
        }
    }

    /// A keyword, a function, a parameter or a column.
    fn named(&mut self, name: String) -> Read {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "case" => return self.case(),
            "cast" | "try_cast" if self.takes_sign("(") => return self.cast(),
            "extract" if self.takes_sign("(") => return self.extract(),
            "true" | "false" | "null" => return Ok(Sql::of(&lower, Vec::new())),
            _ => {}
        }
        if self.takes_sign("(") {
            return Ok(Sql::Of(lower, self.list(")")?));
        }
        if self.takes_sign("->") {
            return Ok(Sql::of("->", vec![Sql::Name(name), self.or()?]));
        }
        self.column(name)
    }

    /// A column, by the name that its first word begins.
    fn column(&mut self, name: String) -> Read {
        match self.naming {
            Naming::Prefix => {
                let side = if name.eq_ignore_ascii_case("l") { Side::Left } else { Side::Right };
                if !name.eq_ignore_ascii_case("l") && !name.eq_ignore_ascii_case("r") || !self.takes_sign(".") {
                    return Ok(Sql::Name(name));
                }
                match self.left.pop() {
                    Some(Word::Bare(column) | Word::Quoted(column)) => Ok(Sql::Column(side, column)),
                    _ => Err("a column is needed after the dot".to_owned()),
                }
            }
            Naming::Suffix => {
                let of = |suffix| name.strip_suffix(suffix).filter(|column| !column.is_empty()).map(str::to_owned);
                let left = of("_l").map(|column| Sql::Column(Side::Left, column));
                let right = || of("_r").map(|column| Sql::Column(Side::Right, column));
                Ok(left.or_else(right).unwrap_or(Sql::Name(name)))
            }
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Sql>, String> {
        let mut parts = Vec::new();
        if self.takes_sign(end) {
            return Ok(parts);
        }
        loop {
            parts.push(self.or()?);
            if !self.takes_sign(",") {
                self.needs_sign(end)?;
                return Ok(parts);
            }
        }
    }

    fn case(&mut self) -> Read {
        let mut parts = Vec::new();
        while self.takes("when") {
            parts.push(self.or()?);
            self.needs("then")?;
            parts.push(self.or()?);
        }
        if self.takes("else") {
            parts.push(self.or()?);
        }
        self.needs("end")?;
        Ok(Sql::of("case", parts))
    }

    fn cast(&mut self) -> Read {
        let inner = self.or()?;
        self.needs("as")?;
        let kind = self.kind()?;
        self.needs_sign(")")?;
        Ok(Sql::of("cast", vec![inner, kind]))
    }

    /// `YEAR FROM x)`, which is `year(x)`.
    fn extract(&mut self) -> Read {
        let part = self.bare()?;
        self.needs("from")?;
        let inner = self.or()?;
        self.needs_sign(")")?;
        Ok(Sql::Of(part, vec![inner]))
    }

    fn kind(&mut self) -> Read {
        Ok(Sql::Name(self.bare()?))
    }

    /// A bare word, in lower case.
    fn bare(&mut self) -> Result<String, String> {
        match self.left.pop() {
            Some(Word::Bare(word)) => Ok(word.to_ascii_lowercase()),
            Some(word) => Err(format!("{} is not understood there", word.said())),
            None => Err("it ends too early".to_owned()),
        }
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let takes = matches!(self.left.last(), Some(Word::Bare(word)) if word.eq_ignore_ascii_case(keyword));
        if takes {
            self.left.pop();
        }
        takes
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let takes = matches!(self.left.last(), Some(Word::Sign(next)) if *next == sign);
        if takes {
            self.left.pop();
        }
        takes
    }

    fn needs(&mut self, keyword: &str) -> Result<(), String> {
        if self.takes(keyword) { Ok(()) } else { Err(format!("`{}` is missing", keyword.to_ascii_uppercase())) }
    }

    fn needs_sign(&mut self, sign: &str) -> Result<(), String> {
        if self.takes_sign(sign) { Ok(()) } else { Err(format!("`{sign}` is missing")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(side: Side, name: &str) -> Sql {
        Sql::Column(side, name.to_owned())
    }

    #[test]
    fn and_binds_closer_than_or_and_signs_closer_still() {
        let parsed = parse("NOT a_l = \"b_r\" or `c_l` is not NULL AND 1 + 2 * -x < 3", Naming::Suffix).unwrap();
        let equal = Sql::of("=", vec![column(Side::Left, "a"), column(Side::Right, "b")]);
        let present = Sql::of("not", vec![Sql::of("is null", vec![column(Side::Left, "c")])]);
        let product = Sql::of("*", vec![Sql::Number(2.0), Sql::of("minus", vec![Sql::Name("x".to_owned())])]);
        let less = Sql::of("<", vec![Sql::of("+", vec![Sql::Number(1.0), product]), Sql::Number(3.0)]);
        assert_eq!(parsed, Sql::of("or", vec![Sql::of("not", vec![equal]), Sql::of("and", vec![present, less])]));
    }

    #[test]
    fn columns_of_blocking_rules_name_their_record_first() {
        let parsed = parse("l.\"first name\" = R.x_l", Naming::Prefix).unwrap();
        assert_eq!(parsed, Sql::of("=", vec![column(Side::Left, "first name"), column(Side::Right, "x_l")]));
    }

    #[test]
    fn quotes_within_quotes_are_kept() {
        assert_eq!(parse("'it''s'", Naming::Suffix), Ok(Sql::Text("it's".to_owned())));
        assert_eq!(parse("'\\'T\\''", Naming::Suffix), Ok(Sql::Text("'T'".to_owned())));
    }

    #[test]
    fn faults_say_where_it_ends() {
        for (text, fault) in [
            ("a_l = ", "it ends too early"),
            ("(a_l", "`)` is missing"),
            ("a_l = b_r c_l", "`c_l` is not understood there"),
            ("'a", "`'` has no end"),
            ("a_l ? b_r", "`?` is not understood"),
            ("a_l IS b", "`NULL` is missing"),
        ] {
            assert_eq!(parse(text, Naming::Suffix), Err(fault.to_owned()), "{text}");
        }
        let deep = format!("{}1{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(parse(&deep, Naming::Suffix), Err("it is nested too deeply".to_owned()));
        assert_eq!(parse(&"- ".repeat(100_000), Naming::Suffix), Err("it is too long".to_owned()));
    }
}
