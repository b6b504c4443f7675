//! Rust source with everything blanked out that is not code of the product.
//!
//! A check that looks for `println!` must not trip over a comment, a message or a test.
//! Blanking keeps line breaks, so a line of the result is the same line of the file. This
//! is no parser: it knows comments, literals and braces, which is all the checks need.

/// Blanks comments and the insides of string and character literals.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = blank_length(rest, code.chars().next_back());
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            blank(&rest[..length], &mut code);
            rest = &rest[length..];
        }
    }
    code
}

/// Blanks every item under `#[cfg(test)]`; expects what [`code_only`] returns.
pub(crate) fn without_tests(code: &str) -> String {
    const TEST: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(TEST) {
        kept.push_str(&rest[..start]);
        let end = start + item_length(&rest[start..]);
        blank(&rest[start..end], &mut kept);
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

/// Bytes of the comment or literal that `rest` starts with; 0 if it starts with neither.
fn blank_length(rest: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment(rest)
    } else if rest.starts_with('"') {
        quoted(rest)
    } else if !in_word && (rest.starts_with("r\"") || rest.starts_with("r#")) {
        raw_string(rest, 1)
    } else if !in_word && (rest.starts_with("br\"") || rest.starts_with("br#")) {
        raw_string(rest, 2)
    } else if rest.starts_with('\'') {
        character(rest)
    } else {
        0
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `prefix` is the length of `r` or `br`. A raw identifier (`r#type`) is no string.
fn raw_string(rest: &str, prefix: usize) -> usize {
    let hashes = rest[prefix..].bytes().take_while(|byte| *byte == b'#').count();
    let Some(body) = rest[prefix + hashes..].strip_prefix('"') else {
        return 0;
    };
    let end = format!("\"{}", "#".repeat(hashes));
    body.find(&end).map_or(rest.len(), |at| prefix + hashes + 1 + at + end.len())
}

/// A character literal; a lifetime is none.
fn character(rest: &str) -> usize {
    let mut inside = rest.chars().skip(1);
    match inside.next() {
        Some('\\') => rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 3),
        Some(c) if inside.next() == Some('\'') => 1 + c.len_utf8() + 1,
        _ => 0,
    }
}

/// Bytes of the item at the start, attributes included: to its closing brace, or to the
/// semicolon of an item without a body.
fn item_length(item: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in item.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth <= 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

fn blank(text: &str, into: &mut String) {
    into.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::{code_only, without_tests};

    fn check(source: &str, expected: &str) {
        let code = without_tests(&code_only(source));
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), expected);
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn comments_go() {
        check("a // x\nb /* x /* y\n */ z */ c\n/// x\nd", "a b c d");
    }

    #[test]
    fn strings_go() {
        check(r#"a("x // \" y", b"z")"#, "a( , b )");
        check("a(r#\"x \" y\"#, br\"z\", r#type)", "a( , , r#type)");
    }

    #[test]
    fn characters_go_and_lifetimes_stay() {
        check(r"a('x', '\'', '\u{41}', 'é') b<'c>(&'d e)", "a( , , , ) b<'c>(&'d e)");
    }

    #[test]
    fn tests_go() {
        check("a\n#[cfg(test)]\n#[x]\nmod tests { b { c } }\nd", "a d");
        check("a\n#[cfg(test)]\nuse b;\nd", "a d");
        check("#[cfg(test)]\nmod tests {\n b(\"}\");\n}\n", "");
    }
}
