//! Progress, told to whoever watches.

/// A step of a run that takes noticeable time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading and coding the smaller side into memory.
    Index,
    /// Streaming the larger side past the index.
    Probe,
    /// Second look at the larger side: last activity, deaths in hospital, other numbers.
    Activity,
    /// Learning a probabilistic model.
    Estimate,
    /// Comparing and scoring pairs.
    Compare,
    /// Choosing links.
    Resolve,
    /// Writing extracts.
    Extract,
    /// Hashing inputs and outputs.
    Hash,
    /// Generating synthetic data.
    Generate,
}

impl Stage {
    /// What the progress bar says.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Index => "index",
            Stage::Probe => "link",
            Stage::Activity => "activity",
            Stage::Estimate => "estimate",
            Stage::Compare => "compare",
            Stage::Resolve => "resolve",
            Stage::Extract => "extract",
            Stage::Hash => "hash",
            Stage::Generate => "generate",
        }
    }
}

/// Is told of progress, from any thread. Every method may be called often, so it must be
/// cheap.
pub trait Observer: Sync {
    /// A stage begins; `total` is its number of rows (of pairs for [`Stage::Compare`], of bytes
    /// for [`Stage::Hash`]) where
    /// that is known.
    fn begin(&self, stage: Stage, total: Option<u64>);
    /// `amount` more of it is done.
    fn advance(&self, stage: Stage, amount: u64);
    /// The stage is over.
    fn end(&self, stage: Stage);
}

/// An observer that does nothing.
pub struct Silent;

impl Observer for Silent {
    fn begin(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: Stage, _: u64) {}
    fn end(&self, _: Stage) {}
}
