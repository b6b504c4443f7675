//! Disjoint sets of rows.

/// Rows in disjoint sets, each named by its smallest row (union by smallest, with path
/// halving: Tarjan and van Leeuwen, 1984).
#[derive(Clone, Debug)]
pub(super) struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    /// Each row alone.
    pub(super) fn new(rows: u32) -> Sets {
        Sets { parent: (0..rows).collect() }
    }

    /// The smallest row of a row's set.
    pub(super) fn find(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let up = self.parent[self.parent[row as usize] as usize];
            self.parent[row as usize] = up;
            row = up;
        }
        row
    }

    /// Joins the sets of two rows; gives the two names they had, the smaller and now common
    /// one first.
    pub(super) fn join(&mut self, a: u32, b: u32) -> (u32, u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b) as usize] = a.min(b);
        (a.min(b), a.max(b))
    }

    /// Puts a row back into a set of its own. Only right for rows that no other row's path
    /// leads through, or when all of these are put back too.
    pub(super) fn part(&mut self, row: u32) {
        self.parent[row as usize] = row;
    }

    /// For each row the smallest row of its set.
    pub(super) fn names(mut self) -> Vec<u32> {
        // A parent is smaller than its child, so it already names its set when the child is met.
        for row in 0..self.parent.len() {
            self.parent[row] = self.parent[self.parent[row] as usize];
        }
        self.parent
    }
}
