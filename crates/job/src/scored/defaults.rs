//! What is chosen where the job says nothing.

use counterfoil_core::Fault;

use super::spec::ComparisonSpec;

/// A comparison with its levels written out.
///
/// # Errors
///
/// It has none.
pub(crate) fn expanded(place: &str, spec: &ComparisonSpec) -> Result<ComparisonSpec, Fault> {
    if spec.levels.is_empty() {
        return Err(Fault::spec(place, "a comparison needs levels")
            .hint("write `level = [{ when = \"exact(FIELD)\" }, { when = \"else\" }]`"));
    }
    Ok(spec.clone())
}
