//! What clusters look like: large, loose or hanging by a thread.

use counterfoil_core::scored::{ScoredPair, Weight};

/// The shape of one cluster of at least two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterMetrics {
    /// Its person: the smallest row.
    pub person: u32,
    /// Rows.
    pub rows: u32,
    /// Links between its rows.
    pub links: u64,
    /// Weight of the weakest of them.
    pub weakest: Weight,
    /// Links over the number there could be, from 0 to 1.
    pub density: f64,
    /// Links without which it would fall apart.
    pub bridges: u64,
    /// Most links of a row.
    pub max_degree: u32,
    /// Degree centralisation (Freeman, 1978): from 0, where all rows have as many links, to 1, a
    /// star around one row. None for two rows.
    pub centralisation: Option<f64>,
}

/// Measures clusters of at least two rows, in the order of their persons, in time that grows with rows
/// and pairs. `persons` names for each row its person; pairs of two persons are no links here, and each
/// pair is there once.
#[must_use]
pub fn cluster_metrics(persons: &[u32], pairs: &[ScoredPair]) -> Vec<ClusterMetrics> {
    let joined = Joined::new(persons);
    let links: Vec<ScoredPair> = pairs.iter().filter_map(|pair| joined.link(persons, pair)).collect();
    joined.measured(&links)
}

/// The rows whose person has another, numbered anew: of a million rows most may stand alone.
struct Joined {
    /// Rows in their order.
    rows: Vec<u32>,
    /// The number of each row among these; of others it means nothing.
    number: Vec<u32>,
    /// Of each of these rows its person's first row, by number.
    persons: Vec<u32>,
}

impl Joined {
    fn new(persons: &[u32]) -> Joined {
        let mut records = vec![0_u32; persons.len()];
        persons.iter().for_each(|person| records[*person as usize] += 1);
        let is_joined = |row: &u32| records[persons[*row as usize] as usize] > 1;
        let rows: Vec<u32> = (0..persons.len() as u32).filter(is_joined).collect();
        let mut number = records;
        (0..).zip(&rows).for_each(|(at, row)| number[*row as usize] = at);
        let persons = rows.iter().map(|row| number[persons[*row as usize] as usize]).collect();
        Joined { rows, number, persons }
    }

    /// A pair of rows of one person, by their numbers.
    fn link(&self, persons: &[u32], pair: &ScoredPair) -> Option<ScoredPair> {
        let is_within = persons[pair.left as usize] == persons[pair.right as usize];
        let number = |row: u32| self.number[row as usize];
        is_within.then(|| ScoredPair { left: number(pair.left), right: number(pair.right), ..*pair })
    }

    fn measured(&self, links: &[ScoredPair]) -> Vec<ClusterMetrics> {
        let graph = Graph::new(self.rows.len(), links);
        let mut counted: Vec<Counted> = vec![Counted::default(); self.rows.len()];
        for (row, person) in self.persons.iter().enumerate() {
            counted[*person as usize].add(graph.degree(row));
        }
        for link in links {
            let weakest = &mut counted[self.persons[link.left as usize] as usize].weakest;
            *weakest = weakest.map_or(Some(link.weight), |weight| Some(weight.min(link.weight)));
        }
        for row in graph.lower_ends_of_bridges() {
            counted[self.persons[row] as usize].bridges += 1;
        }
        let firsts = self.rows.iter().zip(&counted).filter(|(_, counted)| counted.rows > 0);
        firsts.map(|(person, counted)| counted.metrics(*person)).collect()
    }
}

/// What is counted of a cluster.
#[derive(Clone, Copy, Default)]
struct Counted {
    rows: u32,
    degrees: u64,
    max_degree: u32,
    bridges: u64,
    weakest: Option<Weight>,
}

impl Counted {
    fn add(&mut self, degree: u32) {
        self.rows += 1;
        self.degrees += u64::from(degree);
        self.max_degree = self.max_degree.max(degree);
    }

    fn metrics(&self, person: u32) -> ClusterMetrics {
        let rows = f64::from(self.rows);
        let links = self.degrees / 2;
        let missing = u64::from(self.rows) * u64::from(self.max_degree) - self.degrees;
        ClusterMetrics {
            person,
            rows: self.rows,
            links,
            weakest: self.weakest.unwrap_or_default(),
            density: links as f64 / (rows * (rows - 1.0) / 2.0),
            bridges: self.bridges,
            max_degree: self.max_degree,
            centralisation: (self.rows > 2).then(|| missing as f64 / ((rows - 1.0) * (rows - 2.0))),
        }
    }
}

/// The links within clusters, by row.
struct Graph {
    /// First entry of each row in `ends`, and as a last one their number.
    starts: Vec<usize>,
    /// The row at the other end and the position of the pair.
    ends: Vec<(u32, u32)>,
}

impl Graph {
    fn new(rows: usize, links: &[ScoredPair]) -> Graph {
        let links = || links.iter().zip(0_u32..);
        let mut starts = vec![0; rows + 1];
        for (pair, _) in links() {
            starts[pair.left as usize + 1] += 1;
            starts[pair.right as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut ends = vec![(0, 0); starts[rows]];
        for (pair, number) in links() {
            for (row, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
                ends[next[row as usize]] = (other, number);
                next[row as usize] += 1;
            }
        }
        Graph { starts, ends }
    }

    fn degree(&self, row: usize) -> u32 {
        (self.starts[row + 1] - self.starts[row]) as u32
    }

    /// For each bridge the row that a depth-first search meets second: no way leads back from
    /// there over another link (Tarjan, 1974).
    fn lower_ends_of_bridges(&self) -> Vec<usize> {
        let mut search = Search::new(self);
        for row in 0..self.starts.len() - 1 {
            if search.met[row] == 0 && self.degree(row) > 0 {
                search.from(row);
            }
        }
        search.found
    }
}

/// A depth-first search for bridges.
struct Search<'a> {
    graph: &'a Graph,
    /// When each row was met, from 1; 0 if not yet.
    met: Vec<u32>,
    /// The earliest row that can be reached from a row without its way in.
    low: Vec<u32>,
    clock: u32,
    /// Rows on the way: row, link of the way in, next end to look at.
    way: Vec<(usize, u32, usize)>,
    found: Vec<usize>,
}

impl Search<'_> {
    fn new(graph: &Graph) -> Search<'_> {
        let rows = graph.starts.len() - 1;
        Search { graph, met: vec![0; rows], low: vec![0; rows], clock: 0, way: Vec::new(), found: Vec::new() }
    }

    fn from(&mut self, root: usize) {
        self.enter(root, u32::MAX);
        while let Some((row, link, at)) = self.way.last_mut() {
            let (row, link) = (*row, *link);
            if *at == self.graph.starts[row + 1] {
                self.way.pop();
                self.leave(row);
                continue;
            }
            let (other, over) = self.graph.ends[*at];
            *at += 1;
            let other = other as usize;
            if over == link {
                continue;
            }
            if self.met[other] == 0 {
                self.enter(other, over);
            } else {
                self.low[row] = self.low[row].min(self.met[other]);
            }
        }
    }

    fn enter(&mut self, row: usize, link: u32) {
        self.clock += 1;
        self.met[row] = self.clock;
        self.low[row] = self.clock;
        self.way.push((row, link, self.graph.starts[row]));
    }

    fn leave(&mut self, row: usize) {
        let Some((above, _, _)) = self.way.last() else { return };
        self.low[*above] = self.low[*above].min(self.low[row]);
        if self.low[row] > self.met[*above] {
            self.found.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::components;
    use crate::scored::testing::pair;

    #[test]
    fn shapes_worked_out_by_hand() {
        // A triangle 0,1,2 with 3 hanging on it, a star of four around 4, a pair, one alone.
        let pairs = [
            (0, 1, 9),
            (0, 2, 3),
            (1, 2, 9),
            (2, 3, 5), //
            (4, 5, 4),
            (4, 6, 2),
            (4, 7, 2), //
            (8, 9, 7),
        ];
        let pairs = pairs.map(|(left, right, weight)| pair(left, right, weight));
        let clusters = cluster_metrics(&components(11, &pairs), &pairs);
        assert_eq!(clusters.len(), 3);
        let metrics = |(person, rows), (links, weakest), density, bridges, max_degree, centralisation| ClusterMetrics {
            person,
            rows,
            links,
            weakest: Weight(weakest * Weight::BIT),
            density,
            bridges,
            max_degree,
            centralisation,
        };
        // Degrees 2, 2, 3, 1: what they lack to 3 is 4, of at most 3 · 2.
        assert_eq!(clusters[0], metrics((0, 4), (4, 3), 4.0 / 6.0, 1, 3, Some(4.0 / 6.0)));
        assert_eq!(clusters[1], metrics((4, 4), (3, 2), 0.5, 3, 3, Some(1.0)));
        assert_eq!(clusters[2], metrics((8, 2), (1, 7), 1.0, 1, 1, None));
    }

    #[test]
    fn links_between_persons_do_not_count() {
        let pairs = [pair(0, 1, 5), pair(1, 2, 4), pair(2, 3, 5)];
        let clusters = cluster_metrics(&[0, 0, 2, 2], &pairs);
        assert_eq!(clusters.iter().map(|c| (c.person, c.links, c.bridges)).collect::<Vec<_>>(), [(0, 1, 1), (2, 1, 1)]);
    }

    proptest! {
        #[test]
        fn a_bridge_is_a_link_without_which_there_is_a_component_more(
            raw in prop::collection::btree_set((0u32..10, 1u32..10), 0..16),
        ) {
            let pairs: Vec<_> =
                raw.into_iter().filter(|(l, s)| l + s < 10).map(|(l, s)| pair(l, l + s, 1)).collect();
            let number = |pairs: &[ScoredPair]| {
                components(10, pairs).iter().zip(0..).filter(|(person, row)| *person == row).count()
            };
            let without = |at: usize| [&pairs[..at], &pairs[at + 1..]].concat();
            let bridges = (0..pairs.len()).filter(|at| number(&without(*at)) > number(&pairs)).count() as u64;
            let clusters = cluster_metrics(&components(10, &pairs), &pairs);
            prop_assert_eq!(clusters.iter().map(|cluster| cluster.bridges).sum::<u64>(), bridges);
        }
    }
}
