//! The assignment of greatest total gain in one component.
//!
//! Shortest augmenting paths with dual values (Jonker and Volgenant, 1987), on a sparse graph
//! whose rows may stay without a partner. The dual values `u` of left and `v` of right rows
//! are never negative and always satisfy `u + v ≥ gain` on each edge; an assignment is best
//! when they are equal on its edges and 0 on rows without a partner.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::uniqueness;

/// A possible link: its rows, numbered from 0 on each side, and what it gains over no link,
/// more than 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) gain: i64,
}

/// An assignment.
pub(super) struct Assignment {
    /// Positions of its edges, ascending.
    pub(super) edges: Vec<usize>,
    /// Whether no other gains as much.
    pub(super) is_unique: bool,
}

/// The assignment of greatest total gain; of several, the one that has the first edge that any
/// of them has, then the next, and so on.
pub(super) fn best_assignment(edges: &[Edge]) -> Assignment {
    let mut solver = Solver::new(edges);
    for left in 0..solver.u.len() {
        solver.admit(left);
    }
    let is_unique = uniqueness::is_unique(&solver);
    if !is_unique {
        uniqueness::prefer_first(&mut solver);
    }
    let mut edges: Vec<usize> = solver.link.iter().flatten().copied().collect();
    edges.sort_unstable();
    Assignment { edges, is_unique }
}

/// A best assignment of the left rows admitted so far, with its dual values.
pub(super) struct Solver<'a> {
    pub(super) edges: &'a [Edge],
    /// Edges of each left row.
    pub(super) of_left: Vec<Vec<usize>>,
    /// Dual value of each left row.
    pub(super) u: Vec<i64>,
    /// Dual value of each right row.
    pub(super) v: Vec<i64>,
    /// Each left row's edge in the assignment.
    pub(super) link: Vec<Option<usize>>,
    /// The left row that each right row is assigned to.
    pub(super) holder: Vec<Option<usize>>,
    /// Distance of each left row from the one being admitted.
    distance: Vec<i64>,
    /// The edge over which a left row was reached: it ends at the right row it would give up.
    via: Vec<usize>,
}

/// Where a path ends.
#[derive(Clone, Copy)]
enum End {
    /// A right row without partner, over this edge.
    Free(usize),
    /// A left row that gives up its partner and gets none.
    Unlinked(usize),
}

impl<'a> Solver<'a> {
    fn new(edges: &'a [Edge]) -> Solver<'a> {
        let lefts = edges.iter().map(|edge| edge.left + 1).max().unwrap_or_default();
        let rights = edges.iter().map(|edge| edge.right + 1).max().unwrap_or_default();
        let mut of_left = vec![Vec::new(); lefts];
        for (at, edge) in edges.iter().enumerate() {
            of_left[edge.left].push(at);
        }
        Solver {
            edges,
            of_left,
            u: vec![0; lefts],
            v: vec![0; rights],
            link: vec![None; lefts],
            holder: vec![None; rights],
            distance: vec![i64::MAX; lefts],
            via: vec![0; lefts],
        }
    }

    /// Whether an edge may be part of a best assignment.
    pub(super) fn is_tight(&self, edge: usize) -> bool {
        self.slack(edge) == 0
    }

    fn slack(&self, edge: usize) -> i64 {
        let Edge { left, right, gain } = self.edges[edge];
        self.u[left] + self.v[right] - gain
    }

    /// Takes a further left row into account.
    fn admit(&mut self, root: usize) {
        let gains = self.of_left[root].iter().map(|edge| self.edges[*edge].gain - self.v[self.edges[*edge].right]);
        self.u[root] = gains.max().unwrap_or_default().max(0);
        let (length, end, reached) = self.shortest_path(root);
        self.adjust(length, &reached);
        self.shift(root, end);
        for left in reached {
            self.distance[left] = i64::MAX;
        }
    }

    /// The shortest alternating path by slack (Dijkstra), with its length and all rows that
    /// were reached.
    fn shortest_path(&mut self, root: usize) -> (i64, End, Vec<usize>) {
        let mut reached = vec![root];
        let mut heap = BinaryHeap::from([Reverse((0, root))]);
        let mut best = (self.u[root], End::Unlinked(root));
        self.distance[root] = 0;
        while let Some(Reverse((distance, left))) = heap.pop() {
            if distance >= best.0 {
                break;
            }
            if distance > self.distance[left] {
                continue;
            }
            if distance + self.u[left] < best.0 {
                best = (distance + self.u[left], End::Unlinked(left));
            }
            for at in 0..self.of_left[left].len() {
                let edge = self.of_left[left][at];
                let further = distance + self.slack(edge);
                match self.holder[self.edges[edge].right] {
                    None if further < best.0 => best = (further, End::Free(edge)),
                    Some(next) if further < self.distance[next] => {
                        if self.distance[next] == i64::MAX {
                            reached.push(next);
                        }
                        self.distance[next] = further;
                        self.via[next] = edge;
                        heap.push(Reverse((further, next)));
                    }
                    _ => {}
                }
            }
        }
        (best.0, best.1, reached)
    }

    /// Moves dual values so that all edges of a path of this length become tight.
    fn adjust(&mut self, length: i64, reached: &[usize]) {
        for &left in reached {
            let by = length - self.distance[left];
            if by > 0 {
                self.u[left] -= by;
                if let Some(edge) = self.link[left] {
                    self.v[self.edges[edge].right] += by;
                }
            }
        }
    }

    /// Along the path from its end to the row admitted, gives each row the next one's partner.
    fn shift(&mut self, root: usize, end: End) {
        let (mut left, mut edge) = match end {
            End::Free(edge) => (self.edges[edge].left, Some(edge)),
            End::Unlinked(left) => (left, None),
        };
        loop {
            self.link[left] = edge;
            if let Some(edge) = edge {
                self.holder[self.edges[edge].right] = Some(left);
            }
            if left == root {
                return;
            }
            edge = Some(self.via[left]);
            left = self.edges[self.via[left]].left;
        }
    }
}
