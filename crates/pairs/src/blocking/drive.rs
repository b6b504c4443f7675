//! Walks the blocks of a part and hands out its pairs in batches.
//!
//! Small blocks are copied side by side into one tile of some thousand rows; of a large block
//! one tile holds left rows, and others one after another the right ones.

use std::ops::Range;

use super::blocks::Shape;
use super::finder::{Finder, Shown};
use super::gains::{Gains, Screen};
use super::pairings::{Pairings, TooManyColumns};
use super::plan::{Part, Plan, Span};
use super::tile::Tile;

/// Rows of a tile: a dozen columns of them lie in the second-level cache. Tests have small
/// ones, so that the blocks of a small table need several.
const TILE: u32 = if cfg!(test) { 5 } else { 2048 };
/// Pairs that are handed out together, as long as a tile has them.
const BATCH: usize = if cfg!(test) { 7 } else { 4096 };
/// Rows of a block from which on it pays to ask for a screen.
const SCREENED: usize = if cfg!(test) { 2 } else { 6 };
/// Rows of a block from which on it pays to lay them out column by column.
const WIDENED: usize = if cfg!(test) { 3 } else { 12 };

/// A pair of rows of two tiles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Position in the left tile.
    pub(crate) left: u32,
    /// Position in the right tile.
    pub(crate) right: u32,
    /// The pairings that are equal.
    pub(crate) equal: u64,
    /// The pairings with a null.
    pub(crate) null: u64,
}

/// Whoever pairs are handed out to.
pub(crate) trait Taker {
    /// What a pair of a rule's block has to [gain](Gains) to be shown, if not all are; one of the
    /// block's rows is this.
    fn screen(&self, _rule: usize, _row: (&Tile, u32)) -> Option<i32> {
        None
    }

    fn take(&mut self, batch: &Batch<'_>);
}

impl<F: FnMut(&Batch<'_>)> Taker for F {
    fn take(&mut self, batch: &Batch<'_>) {
        self(batch);
    }
}

/// Pairs of one rule.
pub(crate) struct Batch<'a> {
    pub(crate) rule: usize,
    pub(crate) left: &'a Tile,
    pub(crate) right: &'a Tile,
    pub(crate) pairs: &'a [Candidate],
    /// How many more there were that the screen held back.
    pub(crate) held_back: u64,
}

/// Which pairs of a rule are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Those that no earlier rule finds.
    First,
    /// All; of every so many, one chosen by a hash of its rows.
    Sample(u32),
}

/// What is asked of every pair.
#[derive(Clone, Debug)]
pub(crate) struct Questions {
    pub(crate) pairings: Pairings,
    pub(crate) finder: Finder,
    /// By rule, what takers that screen its pairs go by.
    pub(crate) gains: Vec<Gains>,
}

impl Questions {
    /// Those that tell which rules find a pair.
    pub(crate) fn new(plan: &Plan<'_>, mut pairings: Pairings) -> Result<Questions, TooManyColumns> {
        let finder = Finder::new(plan, &mut pairings)?;
        Ok(Questions { pairings, finder, gains: Vec::new() })
    }
}

/// Hands out the pairs of a part.
pub(crate) fn drive(plan: &Plan<'_>, questions: &Questions, part: &Part, choice: Choice, taker: &mut impl Taker) {
    let (words, through, pairs) = (Vec::new(), Vec::new(), Vec::with_capacity(BATCH));
    let mut driver = Driver { plan, questions, choice, screen: None, pairs, held_back: 0, words, through, taker };
    let mut tiles = [Tile::default(), Tile::default()];
    part.spans.iter().for_each(|span| driver.span(span, &mut tiles));
}

struct Driver<'a, T> {
    plan: &'a Plan<'a>,
    questions: &'a Questions,
    choice: Choice,
    /// That of the block.
    screen: Option<Screen<'a>>,
    pairs: Vec<Candidate>,
    held_back: u64,
    words: Vec<u64>,
    through: Vec<u32>,
    taker: &'a mut T,
}

impl<T: Taker> Driver<'_, T> {
    fn span(&mut self, span: &Span, tiles: &mut [Tile; 2]) {
        let grouped = &self.plan.rules[span.rule];
        let mut block = grouped.starts.partition_point(|start| *start <= span.places.start) - 1;
        while block < grouped.blocks() && grouped.starts[block] < span.places.end {
            let first = grouped.starts[block];
            let mut last = block + 1;
            while last < grouped.blocks()
                && grouped.starts[last] < span.places.end
                && grouped.starts[last + 1] - first <= TILE
            {
                last += 1;
            }
            if grouped.starts[last] - first <= TILE {
                self.small_blocks(span, block..last, &mut tiles[0]);
            } else {
                self.large_block(span, block, tiles);
            }
            block = last;
        }
    }

    /// Blocks that fit into a tile together.
    fn small_blocks(&mut self, span: &Span, blocks: Range<usize>, tile: &mut Tile) {
        let grouped = &self.plan.rules[span.rule];
        let places = grouped.starts[blocks.start]..grouped.starts[blocks.end];
        self.fill(tile, span.rule, &places);
        for block in blocks {
            let all = grouped.block(block);
            self.take_screen(span.rule, &all, (tile, all.start - places.start));
            if all.len() >= WIDENED {
                self.widen(tile, at_tile(&all, places.start));
            }
            for place in common(&all, &span.places) {
                self.row(span.rule, block, place, (tile, places.start), (tile, &places));
            }
        }
        self.flush(span.rule, tile, tile);
    }

    /// A block that needs several tiles.
    fn large_block(&mut self, span: &Span, block: usize, [left, right]: &mut [Tile; 2]) {
        let all = self.plan.rules[span.rule].block(block);
        for lefts in stretches(&common(&all, &span.places)) {
            self.fill(left, span.rule, &lefts);
            self.take_screen(span.rule, &all, (left, 0));
            for rights in stretches(&all) {
                let mut places = lefts.clone();
                if !places.any(|place| !self.partners(span.rule, block, place, &rights).0.is_empty()) {
                    continue;
                }
                self.fill(right, span.rule, &rights);
                self.widen(right, at_tile(&rights, rights.start));
                for place in lefts.clone() {
                    self.row(span.rule, block, place, (left, lefts.start), (right, &rights));
                }
                self.flush(span.rule, left, right);
            }
        }
    }

    /// Asks for the screen of a block, one of whose rows this is, if it has pairs enough for it.
    fn take_screen(&mut self, rule: usize, places: &Range<u32>, row: (&Tile, u32)) {
        let least = (places.len() >= SCREENED).then(|| self.taker.screen(rule, row)).flatten();
        self.screen = least.map(|least| Screen { gains: &self.questions.gains[rule], least });
    }

    fn widen(&self, tile: &mut Tile, rows: Range<usize>) {
        tile.widen(&self.questions.pairings, rows, self.screen.map(|screen| screen.gains));
    }

    fn fill(&self, tile: &mut Tile, rule: usize, places: &Range<u32>) {
        let rows = &self.plan.rules[rule].rows[places.start as usize..places.end as usize];
        tile.fill_packed(self.plan.packed(), &self.questions.pairings, rows);
    }

    /// The partners of a place among certain others.
    fn partners(&self, rule: usize, block: usize, place: u32, among: &Range<u32>) -> (Range<u32>, u32) {
        let (places, least) = self.plan.rules[rule].partners(&self.plan.sources, block, place);
        (common(&places, among), least)
    }

    /// The pairs of one left row with the right rows of a tile.
    fn row(
        &mut self,
        rule: usize,
        block: usize,
        place: u32,
        (left, first): (&Tile, u32),
        (right, rights): (&Tile, &Range<u32>),
    ) {
        let (places, least) = self.partners(rule, block, place, rights);
        if places.is_empty() {
            return;
        }
        let stretch = (places.start - rights.start) as usize..(places.end - rights.start) as usize;
        let may_repeat = self.plan.rules[rule].may_repeat();
        let shown = Shown { rule, block: block as u32, place, may_repeat };
        let at = (place - first) as usize;
        match self.choice {
            Choice::Sample(every) if every > 1 => {
                let row = left.rows[at];
                for other in stretch.filter(|other| is_chosen(row, right.rows[*other], every)) {
                    let equal = left.equal_one(&self.questions.pairings, at, right, other);
                    self.offer(&shown, least, (left, at), (right, other), equal);
                }
            }
            Choice::First | Choice::Sample(_) => {
                let takes_all = least == 0 && !may_repeat && (rule == 0 || self.choice != Choice::First);
                if let (true, Some(screen)) = (takes_all, self.screen) {
                    self.take_through(screen, (left, at), (right, stretch));
                } else {
                    self.take_others(&shown, (!takes_all).then_some(least), (left, at), (right, stretch));
                }
            }
        }
        if self.pairs.len() >= BATCH {
            self.flush(rule, left, right);
        }
    }

    /// Takes the pairs of a row and a stretch of others that a screen lets through.
    fn take_through(
        &mut self,
        screen: Screen<'_>,
        (left, at): (&Tile, usize),
        (right, stretch): (&Tile, Range<usize>),
    ) {
        let pairings = &self.questions.pairings;
        self.through.clear();
        left.through(pairings, screen, at, (right, stretch.clone()), &mut self.through);
        self.held_back += (stretch.len() - self.through.len()) as u64;
        let equal = left.equal_to(pairings, at, right);
        let pairs = self.through.iter().map(|other| *other as usize);
        self.pairs.extend(pairs.map(|other| candidate((left, at), (right, other), equal(other))));
    }

    /// Takes the pairs of a row and a stretch of others: all, or those that do not belong to
    /// another block or rule.
    fn take_others(
        &mut self,
        shown: &Shown,
        from: Option<u32>,
        (left, at): (&Tile, usize),
        (right, stretch): (&Tile, Range<usize>),
    ) {
        let mut words = std::mem::take(&mut self.words);
        left.equal(&self.questions.pairings, at, right, stretch.clone(), &mut words);
        let pairs = stretch.zip(words.iter().copied());
        if let Some(least) = from {
            pairs.for_each(|(other, equal)| self.offer(shown, least, (left, at), (right, other), equal));
        } else {
            self.pairs.extend(pairs.map(|(other, equal)| candidate((left, at), (right, other), equal)));
        }
        self.words = words;
    }

    /// Takes a pair unless it belongs to another block or rule.
    #[inline]
    fn offer(
        &mut self,
        shown: &Shown,
        least: u32,
        (left, at): (&Tile, usize),
        (right, other): (&Tile, usize),
        equal: u64,
    ) {
        let (a, b) = (left.rows[at], right.rows[other]);
        let finder = &self.questions.finder;
        let is_found = || (0..shown.rule).any(|rule| finder.finds(self.plan, rule, equal, a, b));
        let is_repeated = || shown.may_repeat && finder.is_repeated(self.plan, shown, equal, a, b);
        if b < least || self.choice == Choice::First && is_found() || is_repeated() {
            return;
        }
        let pair = candidate((left, at), (right, other), equal);
        if self.screen.is_some_and(|screen| !screen.lets_through(pair.equal, pair.null)) {
            self.held_back += 1;
        } else {
            self.pairs.push(pair);
        }
    }

    fn flush(&mut self, rule: usize, left: &Tile, right: &Tile) {
        if !self.pairs.is_empty() || self.held_back > 0 {
            self.taker.take(&Batch { rule, left, right, pairs: &self.pairs, held_back: self.held_back });
            self.pairs.clear();
            self.held_back = 0;
        }
    }
}

#[inline]
fn candidate((left, at): (&Tile, usize), (right, other): (&Tile, usize), equal: u64) -> Candidate {
    Candidate { left: at as u32, right: other as u32, equal, null: left.null(at, right, other) }
}

/// What of `a` lies in `b`; if nothing does, an empty range there.
fn common(a: &Range<u32>, b: &Range<u32>) -> Range<u32> {
    let (start, end) = (a.start.max(b.start), a.end.min(b.end));
    if start < end { start..end } else { b.start..b.start }
}

/// Where places stand in a tile that begins with one.
fn at_tile(places: &Range<u32>, first: u32) -> Range<usize> {
    (places.start - first) as usize..(places.end - first) as usize
}

fn stretches(places: &Range<u32>) -> impl Iterator<Item = Range<u32>> + use<> {
    let end = places.end;
    places.clone().step_by(TILE as usize).map(move |start| start..end.min(start + TILE))
}

/// Whether a pair is the one of `every` that is taken.
#[inline]
fn is_chosen(left: u32, right: u32, every: u32) -> bool {
    drawer(u64::from(left) << 32 | u64::from(right), every) == 0
}

/// Which of so many drawers a number falls into, by a hash of it.
#[inline]
fn drawer(number: u64, drawers: u32) -> u32 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    // The upper half as a share of 2³².
    (((mixed >> 32) * u64::from(drawers)) >> 32) as u32
}

impl Plan<'_> {
    /// The pairs of a part that a sample of one in so many takes, where rows alone tell which
    /// pairs a rule finds: a part of a rule on lists or swapped columns has to be driven.
    pub(crate) fn sampled(&self, part: &Part, every: u32) -> Option<Vec<(u32, u32)>> {
        let by_rows = |span: &Span| matches!(self.rules[span.rule].shape, Shape::All | Shape::Near { .. });
        if every < 2 || !part.spans.iter().all(by_rows) {
            return None;
        }
        let mut pairs = Vec::new();
        for span in &part.spans {
            let grouped = &self.rules[span.rule];
            let first = grouped.starts.partition_point(|start| *start <= span.places.start) - 1;
            let blocks = (first..grouped.blocks()).take_while(|block| grouped.starts[*block] < span.places.end);
            for block in blocks {
                for place in common(&grouped.block(block), &span.places) {
                    let (others, least) = grouped.partners(&self.sources, block, place);
                    let row = grouped.rows[place as usize];
                    // One in so many, from one on that the row chooses: a hash for each row, not for each pair.
                    let chosen = others.skip(drawer(row.into(), every) as usize).step_by(every as usize);
                    let chosen = chosen.map(|place| grouped.rows[place as usize]).filter(|other| *other >= least);
                    pairs.extend(chosen.map(|other| (row, other)));
                }
            }
        }
        Some(pairs)
    }

    /// Shows every pair of a part that no earlier rule finds, as (rule, left row, right row),
    /// in an order of no meaning.
    ///
    /// # Errors
    ///
    /// When the rules name too many different columns.
    pub fn for_each_pair(&self, part: &Part, mut show: impl FnMut(usize, u32, u32)) -> Result<(), TooManyColumns> {
        let questions = Questions::new(self, Pairings::default())?;
        drive(self, &questions, part, Choice::First, &mut |batch: &Batch<'_>| {
            for pair in batch.pairs {
                show(batch.rule, batch.left.rows[pair.left as usize], batch.right.rows[pair.right as usize]);
            }
        });
        Ok(())
    }
}
