//! Asks measures for many pairs at once.

use counterfoil_core::scored::Similarity;

use super::cases::{Cases, Way};
use super::truth::Question;
use crate::blocking::{Pairings, Tile};

/// Answers that are remembered for each measure. Names repeat within a block; more places
/// would not stay in the second-level cache.
const REMEMBERED: usize = 1 << 11;

/// A pair whose digits are being found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<T> {
    /// Position in the left tile.
    pub(crate) left: u32,
    /// Position in the right tile.
    pub(crate) right: u32,
    /// Its case.
    pub(crate) case: u32,
    pub(crate) rest: T,
}

/// Asks, and remembers.
pub(crate) struct Asker<'a> {
    similarity: &'a dyn Similarity,
    /// For each measure where tiles hold its two columns.
    memos: Vec<Memo>,
    pending: Vec<(u32, u32)>,
    later: Vec<(u32, u32)>,
    asked: Asked,
}

/// The values of one measure's pairs, and their grades.
#[derive(Default)]
struct Asked {
    pairs: Vec<(u32, u32)>,
    grades: Vec<u8>,
    /// Those that are not remembered.
    places: Vec<u32>,
    left: Vec<u32>,
    right: Vec<u32>,
    answers: Vec<u8>,
}

impl<'a> Asker<'a> {
    /// Adds the columns of the measures that questions ask to `pairings`.
    pub(crate) fn hold(questions: &[Question], similarity: &dyn Similarity, pairings: &mut Pairings) {
        for (number, measure) in similarity.measures().iter().enumerate() {
            if questions.iter().any(|question| question.top_grade(number) > 0) {
                pairings.hold(measure.left);
                pairings.hold(measure.right);
            }
        }
    }

    pub(crate) fn new(similarity: &'a dyn Similarity) -> Asker<'a> {
        Asker {
            similarity,
            memos: similarity.measures().iter().map(|_| Memo::default()).collect(),
            pending: Vec::new(),
            later: Vec::new(),
            asked: Asked::default(),
        }
    }

    /// Finds the digit of a question for those items for which it is open.
    pub(crate) fn settle<T>(
        &mut self,
        question: usize,
        cases: &Cases<'_>,
        tiles: (&Tile, &Tile),
        items: &mut [Item<T>],
        mut settled: impl FnMut(&mut Item<T>, u8),
    ) {
        self.pending.clear();
        for (number, item) in (0..).zip(&*items) {
            let case = &cases.all[item.case as usize];
            if case.open >> question & 1 == 1 {
                self.pending.push((number, case.ways[question]));
            }
        }
        while let Some((_, way)) = self.pending.first() {
            let Way::Ask { measure: current, .. } = cases.ways[*way as usize] else { return };
            self.ask(current, cases, tiles, items);
            self.later.clear();
            let mut grades = self.asked.grades.iter();
            for (number, way) in &self.pending {
                let Way::Ask { measure, next } = &cases.ways[*way as usize] else { continue };
                if *measure != current {
                    self.later.push((*number, *way));
                    continue;
                }
                let grade = grades.next().copied().unwrap_or_default();
                let way = next[usize::from(grade).min(next.len() - 1)];
                match cases.ways[way as usize] {
                    Way::Digit(digit) => settled(&mut items[*number as usize], digit),
                    Way::Ask { .. } => self.later.push((*number, way)),
                }
            }
            std::mem::swap(&mut self.pending, &mut self.later);
        }
    }

    /// Asks one measure for the pending items that come to it.
    fn ask<T>(&mut self, current: usize, cases: &Cases<'_>, (left, right): (&Tile, &Tile), items: &[Item<T>]) {
        let measure = &self.similarity.measures()[current];
        let comes = |(_, way): &&(u32, u32)| matches!(cases.ways[*way as usize], Way::Ask { measure, .. } if measure == current);
        let values = |(number, _): &(u32, u32)| {
            let item = &items[*number as usize];
            (left.value(measure.left, item.left), right.value(measure.right, item.right))
        };
        self.asked.pairs.clear();
        self.asked.pairs.extend(self.pending.iter().filter(comes).map(values));
        self.asked.answer(self.similarity, current, &mut self.memos[current]);
    }
}

impl Asked {
    fn answer(&mut self, similarity: &dyn Similarity, measure: usize, memo: &mut Memo) {
        self.grades.clear();
        self.places.clear();
        self.left.clear();
        self.right.clear();
        for (place, (left, right)) in (0..).zip(&self.pairs) {
            let known = memo.get(*left, *right);
            if known.is_none() {
                self.places.push(place);
                self.left.push(*left);
                self.right.push(*right);
            }
            self.grades.push(known.unwrap_or_default());
        }
        self.answers.clear();
        self.answers.resize(self.places.len(), 0);
        similarity.grades(measure, &self.left, &self.right, &mut self.answers);
        for (i, place) in self.places.iter().enumerate() {
            self.grades[*place as usize] = self.answers[i];
            memo.put(self.left[i], self.right[i], self.answers[i]);
        }
    }
}

/// The last answers; each has one place.
#[derive(Default)]
struct Memo {
    keys: Vec<u64>,
    grades: Vec<u8>,
}

impl Memo {
    fn place(left: u32, right: u32) -> (u64, usize) {
        let key = u64::from(left) << 32 | u64::from(right);
        (key, (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize & (REMEMBERED - 1))
    }

    #[inline]
    fn get(&self, left: u32, right: u32) -> Option<u8> {
        let (key, place) = Memo::place(left, right);
        (self.keys.get(place) == Some(&key)).then(|| self.grades[place])
    }

    #[inline]
    fn put(&mut self, left: u32, right: u32, grade: u8) {
        if self.keys.is_empty() {
            // No pair has the key 0: a null is never asked about.
            self.keys = vec![0; REMEMBERED];
            self.grades = vec![0; REMEMBERED];
        }
        let (key, place) = Memo::place(left, right);
        self.keys[place] = key;
        self.grades[place] = grade;
    }
}
