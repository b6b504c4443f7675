//! What brings people to hospital, with what is then done and coded.

/// An ICD-10 or OPCS-4 code as HES writes it: four characters without a point.
pub(crate) type Code = [u8; 4];

/// A condition that a stay can be for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    /// Primary diagnosis, ICD-10.
    pub(crate) diagnosis: Code,
    /// Diagnoses that go with it, likeliest first.
    pub(crate) with: &'static [&'static Code],
    /// External cause, ICD-10.
    pub(crate) cause: Option<Code>,
    /// What is done, OPCS-4, the dominant procedure first.
    pub(crate) operations: &'static [&'static Code],
    /// Treatment function.
    pub(crate) specialty: &'static [u8; 3],
    /// Healthcare resource group.
    pub(crate) group: &'static [u8; 5],
    /// Whether care outside hospital should have spared the stay.
    pub(crate) avoidable: bool,
    /// Share of such stays that is due to alcohol.
    pub(crate) alcohol: f64,
}

impl Condition {
    pub(crate) const fn new(diagnosis: &[u8; 4], specialty: &'static [u8; 3], group: &'static [u8; 5]) -> Condition {
        Condition {
            diagnosis: *diagnosis,
            with: &[],
            cause: None,
            operations: &[],
            specialty,
            group,
            avoidable: false,
            alcohol: 0.0,
        }
    }

    pub(crate) const fn with(mut self, with: &'static [&'static Code]) -> Condition {
        self.with = with;
        self
    }

    pub(crate) const fn caused_by(mut self, cause: &[u8; 4]) -> Condition {
        self.cause = Some(*cause);
        self
    }

    pub(crate) const fn operations(mut self, operations: &'static [&'static Code]) -> Condition {
        self.operations = operations;
        self
    }

    pub(crate) const fn avoidable(mut self) -> Condition {
        self.avoidable = true;
        self
    }

    pub(crate) const fn alcohol(mut self, share: f64) -> Condition {
        self.alcohol = share;
        self
    }
}
