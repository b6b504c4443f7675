//! What equalities and nulls alone decide about a pair.
//!
//! Millions of pairs have a few hundred different combinations of equalities and nulls. Each
//! is thought through once: which digits are settled, and for the others which measure to
//! ask, and what to do with its grade. So conditions of any shape cost a pair one lookup.

use counterfoil_core::scored::Pattern;
use hashbrown::HashMap;

use super::truth::{Known, Question};

/// What is left to do for one comparison of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing: this is its digit.
    Digit(u8),
    /// To ask a measure; then the next way is the one at its grade, or the last.
    Ask { measure: usize, next: Vec<u32> },
}

/// Pairs with the same equalities and nulls.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The digits that are settled; 0 for the others.
    pub(crate) pattern: Pattern,
    /// The questions that are not settled, as bits.
    pub(crate) open: u32,
    /// For each question the way.
    pub(crate) ways: Vec<u32>,
    /// For each question the digits that are still possible, as bits.
    pub(crate) digits: Vec<u16>,
}

/// Places for recent cases.
const RECENT: usize = 1024;

/// A case and its equalities and nulls.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    key: (u64, u64),
    case: Option<u32>,
}

/// All cases seen so far.
#[derive(Debug)]
pub(crate) struct Cases<'a> {
    questions: &'a [Question],
    /// How many of the questions are comparisons, which have a digit in the pattern.
    comparisons: usize,
    equal: u64,
    null: u64,
    known: HashMap<(u64, u64), u32>,
    /// The last case of each of some places: mostly a pair's case is there.
    recent: Box<[Recent]>,
    pub(crate) all: Vec<Case>,
    pub(crate) ways: Vec<Way>,
    starts: HashMap<(usize, u64, u64), u32>,
}

impl<'a> Cases<'a> {
    pub(crate) fn new(questions: &'a [Question], comparisons: usize) -> Cases<'a> {
        Cases {
            questions,
            comparisons,
            equal: questions.iter().fold(0, |all, question| all | question.equal),
            null: questions.iter().fold(0, |all, question| all | question.nulls),
            known: HashMap::new(),
            recent: vec![Recent::default(); RECENT].into_boxed_slice(),
            all: Vec::new(),
            ways: Vec::new(),
            starts: HashMap::new(),
        }
    }

    /// The number of the case of a pair, by its equalities and nulls.
    #[inline]
    pub(crate) fn of(&mut self, equal: u64, null: u64) -> u32 {
        let key = (equal & self.equal, null & self.null);
        let mixed = (key.0 ^ key.1.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> 32) as usize % RECENT;
        match self.recent[place] {
            Recent { key: held, case: Some(case) } if held == key => case,
            _ => self.look_up(key, place),
        }
    }

    fn look_up(&mut self, key: (u64, u64), place: usize) -> u32 {
        let case = match self.known.get(&key) {
            Some(case) => *case,
            None => self.add(key),
        };
        self.recent[place] = Recent { key, case: Some(case) };
        case
    }

    fn add(&mut self, (equal, null): (u64, u64)) -> u32 {
        let mut case = Case { pattern: Pattern::default(), open: 0, ways: Vec::new(), digits: Vec::new() };
        for (number, question) in self.questions.iter().enumerate() {
            let way = self.start(number, equal & question.equal, null & question.nulls);
            let mut digits = 0;
            self.collect_digits(way, &mut digits);
            match self.ways[way as usize] {
                Way::Digit(digit) if number < self.comparisons => case.pattern = case.pattern.with(number, digit),
                Way::Digit(_) => {}
                Way::Ask { .. } => case.open |= 1 << number,
            }
            case.ways.push(way);
            case.digits.push(digits);
        }
        let number = self.all.len() as u32;
        self.all.push(case);
        self.known.insert((equal, null), number);
        number
    }

    /// The first way of a question.
    fn start(&mut self, number: usize, equal: u64, null: u64) -> u32 {
        if let Some(way) = self.starts.get(&(number, equal, null)) {
            return *way;
        }
        let way = self.way(&self.questions[number], &mut Known::of_pair(equal, null));
        self.starts.insert((number, equal, null), way);
        way
    }

    fn way(&mut self, question: &Question, known: &mut Known) -> u32 {
        let way = match question.digits(known) {
            (_, Some(measure)) => {
                let mut next = Vec::new();
                for grade in 0..=question.top_grade(measure) {
                    known.grades.push((measure, grade));
                    next.push(self.way(question, known));
                    known.grades.pop();
                }
                Way::Ask { measure, next }
            }
            (digits, None) => Way::Digit(digits.trailing_zeros() as u8),
        };
        self.ways.push(way);
        self.ways.len() as u32 - 1
    }

    fn collect_digits(&self, way: u32, digits: &mut u16) {
        match &self.ways[way as usize] {
            Way::Digit(digit) => *digits |= 1 << digit,
            Way::Ask { next, .. } => next.iter().for_each(|way| self.collect_digits(*way, digits)),
        }
    }
}
