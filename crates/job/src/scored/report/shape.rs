//! What persons of several records look like, in figures.

use counterfoil_resolve::scored::ClusterMetrics;
use serde::{Deserialize, Serialize};

/// What persons of three records or more look like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClustersReport {
    /// How many there are.
    pub persons: u64,
    /// Their links over the number there could be, 0 to 1; 1 where there are none.
    pub density: f64,
    /// Those that would fall apart without one of their links.
    pub with_bridges: u64,
    /// Those of which every two records are linked.
    pub complete: u64,
}

impl ClustersReport {
    /// Of two records nothing is to be told: they are linked.
    pub(in crate::scored) fn of(clusters: &[ClusterMetrics]) -> ClustersReport {
        let many = || clusters.iter().filter(|cluster| cluster.rows > 2);
        let most = |cluster: &ClusterMetrics| u64::from(cluster.rows) * u64::from(cluster.rows - 1) / 2;
        let links: u64 = many().map(|cluster| cluster.links).sum();
        let could: u64 = many().map(most).sum();
        ClustersReport {
            persons: many().count() as u64,
            density: if could > 0 { links as f64 / could as f64 } else { 1.0 },
            with_bridges: many().filter(|cluster| cluster.bridges > 0).count() as u64,
            complete: many().filter(|cluster| cluster.links == most(cluster)).count() as u64,
        }
    }
}
