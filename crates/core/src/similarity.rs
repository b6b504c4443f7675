//! The one question that travels back across the privacy boundary.

use crate::{Code, PartialDate};

/// How similar are the values behind two codes? Asked by `pairs`, answered by `token`,
/// which alone knows what a code stands for.
pub trait ValueSimilarity: Sync {
    /// Whether two dates agree at least partly under `definition`. Null agrees with nothing.
    fn dates_agree_partly(&self, a: Code, b: Code, definition: PartialDate) -> bool;
}
