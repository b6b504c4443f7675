//! Causes of death, as the certificate has them.

/// The underlying cause and the mentions of one certificate.
///
/// No `Debug`: it holds cell values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Causes {
    /// Whether the certificate is a neonatal one, which names no single underlying cause
    /// (`NEO_NATE_FLAG`).
    pub neonatal: bool,
    /// Original underlying cause; `None` where the certificate has no single one.
    pub underlying: Option<Box<str>>,
    /// Mentions by position.
    pub mentions: Mentions,
}

/// Causes mentioned on the certificate, by position; a position may be blank.
///
/// One allocation a death instead of one a mention, because a job holds every linked death
/// in memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mentions(Option<Box<str>>);

/// Stands between two mentions; a control character, which no cause code has.
const BETWEEN: char = '\u{1f}';

impl Mentions {
    /// Takes mentions in the order of the certificate; `None` and blank text keep their
    /// position empty. A code with a control character in it is no code and counts as
    /// blank.
    #[must_use]
    pub fn new<'a>(codes: impl IntoIterator<Item = Option<&'a str>>) -> Mentions {
        let mut joined = String::new();
        let mut used = 0;
        for (position, code) in codes.into_iter().enumerate() {
            if position > 0 {
                joined.push(BETWEEN);
            }
            let code = code.map_or("", str::trim);
            if !code.is_empty() && !code.contains(char::is_control) {
                joined.push_str(code);
                used = joined.len();
            }
        }
        joined.truncate(used);
        Mentions((used > 0).then(|| joined.into_boxed_str()))
    }

    /// The mention at a 0-based position, if there is one.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&str> {
        self.0.as_deref()?.split(BETWEEN).nth(position).filter(|code| !code.is_empty())
    }

    /// Number of positions up to the last mention.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.0.as_deref().map_or(0, |joined| joined.split(BETWEEN).count())
    }
}
