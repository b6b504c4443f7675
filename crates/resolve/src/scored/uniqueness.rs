//! Is a best assignment the only one, and if not, which of them is taken?
//!
//! All best assignments consist of tight edges. Two of them differ by cycles in which each
//! left row takes the *place* (the partner) of the next, where "no partner" and partners that
//! nobody has are places too: they all stand for one node, [`Places::open`]. A left row may
//! take an open place if its edge there is tight or, for no partner at all, if its dual value
//! is 0; a place may become open if its right row's dual value is 0.

use super::optimal::Solver;

/// Whether no other assignment gains as much: no such cycle exists.
pub(super) fn is_unique(solver: &Solver) -> bool {
    let places = Places { solver, fixed: &vec![false; solver.u.len()] };
    let nodes = places.open() + 1;
    let next: Vec<Vec<usize>> =
        (0..nodes).map(|node| places.steps(node).into_iter().map(|step| step.to).collect()).collect();
    let mut incoming = vec![0_usize; nodes];
    for to in next.iter().flatten() {
        incoming[*to] += 1;
    }
    // Peel off nodes that no cycle leads to, until none is left.
    let mut peeled: Vec<usize> = (0..nodes).filter(|node| incoming[*node] == 0).collect();
    let mut at = 0;
    while at < peeled.len() {
        for to in &next[peeled[at]] {
            incoming[*to] -= 1;
            if incoming[*to] == 0 {
                peeled.push(*to);
            }
        }
        at += 1;
    }
    peeled.len() == nodes
}

/// Goes through the edges in their order and brings each into the assignment that can be
/// there beside those already decided on.
pub(super) fn prefer_first(solver: &mut Solver) {
    let mut fixed = vec![false; solver.u.len()];
    for edge in 0..solver.edges.len() {
        let left = solver.edges[edge].left;
        if fixed[left] || !solver.is_tight(edge) {
            continue;
        }
        if solver.link[left] != Some(edge) {
            let places = Places { solver, fixed: &fixed };
            let Some(moves) = places.cycle_through(edge) else { continue };
            carry_out(solver, &moves);
        }
        fixed[left] = true;
    }
}

/// Gives each left row its new edge.
fn carry_out(solver: &mut Solver, moves: &[Move]) {
    for (left, _) in moves {
        if let Some(old) = solver.link[*left] {
            solver.holder[solver.edges[old].right] = None;
        }
    }
    for (left, edge) in moves {
        solver.link[*left] = *edge;
        if let Some(edge) = edge {
            solver.holder[solver.edges[*edge].right] = Some(*left);
        }
    }
}

/// A left row, and the edge it is to have; none if it is to have no partner.
type Move = (usize, Option<usize>);

/// Who may take whose place; rows that are fixed neither give nor take.
struct Places<'s, 'a> {
    solver: &'s Solver<'a>,
    fixed: &'s [bool],
}

/// One row taking a place.
#[derive(Clone, Copy)]
struct Step {
    /// Whose place.
    to: usize,
    /// The edge there; none if it is to have no partner.
    edge: Option<usize>,
}

impl Places<'_, '_> {
    /// The node of all places that nobody has.
    fn open(&self) -> usize {
        self.solver.u.len()
    }

    fn steps(&self, from: usize) -> Vec<Step> {
        let steps = if from == self.open() { self.openings() } else { self.takings(from) };
        steps.into_iter().filter(|step| step.to == self.open() || !self.fixed[step.to]).collect()
    }

    /// The rows whose place may become open.
    fn openings(&self) -> Vec<Step> {
        let may_open = |left: &usize| match self.solver.link[*left] {
            Some(edge) => self.solver.v[self.solver.edges[edge].right] == 0,
            None => true,
        };
        (0..self.open()).filter(may_open).map(|to| Step { to, edge: None }).collect()
    }

    /// The places that a left row may take.
    fn takings(&self, left: usize) -> Vec<Step> {
        let solver = self.solver;
        let others = solver.of_left[left].iter().filter(|edge| solver.link[left] != Some(**edge));
        let tight = others.filter(|edge| solver.is_tight(**edge));
        let mut steps: Vec<Step> = tight
            .map(|edge| Step { to: solver.holder[solver.edges[*edge].right].unwrap_or(self.open()), edge: Some(*edge) })
            .collect();
        if solver.link[left].is_some() && solver.u[left] == 0 {
            steps.push(Step { to: self.open(), edge: None });
        }
        steps
    }

    /// The moves of a cycle that brings an edge into the assignment, if there is one.
    fn cycle_through(&self, edge: usize) -> Option<Vec<Move>> {
        let goal = self.solver.edges[edge].left;
        let start = self.solver.holder[self.solver.edges[edge].right].unwrap_or(self.open());
        if start != self.open() && self.fixed[start] {
            return None;
        }
        let came = self.paths_from(start, goal)?;
        let mut moves = vec![(goal, Some(edge))];
        let mut node = goal;
        while node != start {
            let (from, step) = came[node]?;
            if from != self.open() {
                moves.push((from, step));
            }
            node = from;
        }
        Some(moves)
    }

    /// From where each node is reached, going from `start` until `goal` is met.
    fn paths_from(&self, start: usize, goal: usize) -> Option<Vec<Option<Move>>> {
        let mut came = vec![None; self.open() + 1];
        let mut queue = vec![start];
        let mut at = 0;
        while at < queue.len() {
            let from = queue[at];
            at += 1;
            for step in self.steps(from) {
                if step.to != start && came[step.to].is_none() {
                    came[step.to] = Some((from, step.edge));
                    if step.to == goal {
                        return Some(came);
                    }
                    queue.push(step.to);
                }
            }
        }
        None
    }
}
