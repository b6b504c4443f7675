//! Conditions as questions about bits and grades, and what is known of their answers.
//!
//! An answer is yes, no or not yet known (Kleene's logic), so that the same code says what
//! equalities alone decide about a pair, which measure has to be asked next, and what a
//! blocking rule leaves open.

use counterfoil_core::scored::{Comparison, Condition, Measured};

use crate::blocking::{Pairings, TooManyColumns};

/// A condition over pairings; see [`Pairings`].
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Equal(u32),
    Null(u32),
    /// Where the bit `near` is not set, the measure reaches no grade.
    AtLeast {
        measure: usize,
        grade: u8,
        pairing: u32,
        asks_equal: bool,
        near: Option<u32>,
    },
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

/// A comparison over pairings.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) null: Test,
    pub(crate) levels: Vec<Test>,
    /// The pairings whose equality matters.
    pub(crate) equal: u64,
    /// The pairings of which it matters whether they have a null.
    pub(crate) nulls: u64,
}

/// What is known of a pair.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) equal: u64,
    pub(crate) unequal: u64,
    pub(crate) null: u64,
    pub(crate) present: u64,
    /// The grades of measures.
    pub(crate) grades: Vec<(usize, u8)>,
}

impl Known {
    /// All equalities and nulls of a pair.
    pub(crate) fn of_pair(equal: u64, null: u64) -> Known {
        Known { equal, unequal: !equal, null, present: !null, grades: Vec::new() }
    }
}

impl Test {
    fn new(condition: &Condition, measures: &[Measured], pairings: &mut Pairings) -> Result<Test, TooManyColumns> {
        let mut all = |conditions: &[Condition]| {
            conditions.iter().map(|condition| Test::new(condition, measures, pairings)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::Equal { left, right } => Test::Equal(pairings.bit(*left, *right)?),
            Condition::Null(column) => Test::Null(null_bit(*column, *column, pairings)?),
            Condition::AtLeast { measure, grade } => {
                let Measured { left, right, asks_equal } = measures[*measure];
                let pairing = null_bit(left, right, pairings)?;
                Test::AtLeast { measure: *measure, grade: *grade, pairing, asks_equal, near: None }
            }
            Condition::All(conditions) => Test::All(all(conditions)?),
            Condition::Any(conditions) => Test::Any(all(conditions)?),
            Condition::Not(condition) => Test::Not(Box::new(Test::new(condition, measures, pairings)?)),
        })
    }

    /// Whether it holds, if that is known.
    pub(crate) fn holds(&self, known: &Known) -> Option<bool> {
        let bit = |word: u64, bit: &u32| word >> bit & 1 == 1;
        match self {
            Test::Equal(pairing) if bit(known.equal, pairing) => Some(true),
            Test::Equal(pairing) => (bit(known.unequal, pairing) || bit(known.null, pairing)).then_some(false),
            Test::Null(pairing) if bit(known.null, pairing) => Some(true),
            Test::Null(pairing) => (bit(known.present, pairing) || bit(known.equal, pairing)).then_some(false),
            Test::AtLeast { pairing, .. } if bit(known.null, pairing) => Some(false),
            Test::AtLeast { pairing, asks_equal: false, .. } if bit(known.equal, pairing) => Some(true),
            Test::AtLeast { near: Some(near), .. } if bit(known.unequal, near) => Some(false),
            Test::AtLeast { measure, grade, .. } => {
                let reached = known.grades.iter().find(|(asked, _)| asked == measure)?.1;
                Some(reached >= *grade)
            }
            Test::All(tests) => all_hold(tests.iter().map(|test| test.holds(known))),
            Test::Any(tests) => Some(!all_hold(tests.iter().map(|test| test.holds(known).map(|holds| !holds)))?),
            Test::Not(test) => Some(!test.holds(known)?),
        }
    }

    /// A measure whose grade would say more, and the highest grade asked for.
    pub(crate) fn asks(&self, known: &Known) -> Option<usize> {
        if self.holds(known).is_some() {
            return None;
        }
        match self {
            Test::Equal(_) | Test::Null(_) => None,
            Test::AtLeast { measure, .. } => Some(*measure),
            Test::All(tests) | Test::Any(tests) => tests.iter().find_map(|test| test.asks(known)),
            Test::Not(test) => test.asks(known),
        }
    }

    /// Whether any part of it asks the measure.
    fn set_near(&mut self, measure: usize, bit: u32) -> bool {
        match self {
            Test::All(tests) | Test::Any(tests) => {
                tests.iter_mut().filter_map(|test| test.set_near(measure, bit).then_some(())).count() > 0
            }
            Test::Not(test) => test.set_near(measure, bit),
            Test::AtLeast { measure: asked, near, .. } if *asked == measure => {
                *near = Some(bit);
                true
            }
            Test::Equal(_) | Test::Null(_) | Test::AtLeast { .. } => false,
        }
    }

    /// Calls on each test that has no parts.
    fn for_each(&self, visit: &mut impl FnMut(&Test)) {
        match self {
            Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|test| test.for_each(visit)),
            Test::Not(test) => test.for_each(visit),
            Test::Equal(_) | Test::Null(_) | Test::AtLeast { .. } => visit(self),
        }
    }
}

/// No as soon as one is no, yes if all are yes.
fn all_hold(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    answers
        .find_map(|answer| match answer {
            Some(false) => Some(Some(false)),
            Some(true) => None,
            None => {
                all = None;
                None
            }
        })
        .unwrap_or(all)
}

fn null_bit(left: usize, right: usize, pairings: &mut Pairings) -> Result<u32, TooManyColumns> {
    let bit = pairings.bit(left, right)?;
    pairings.null |= 1 << bit;
    Ok(bit)
}

impl Question {
    pub(crate) fn new(
        comparison: &Comparison,
        measures: &[Measured],
        pairings: &mut Pairings,
    ) -> Result<Question, TooManyColumns> {
        let null = Test::new(&comparison.null, measures, pairings)?;
        let levels = comparison.levels.iter().map(|level| Test::new(&level.condition, measures, pairings));
        Ok(Question::over(null, levels.collect::<Result<_, _>>()?))
    }

    /// Whether any of some conditions holds: digit 2 if one does, else 1.
    pub(crate) fn any(
        conditions: &[Condition],
        measures: &[Measured],
        pairings: &mut Pairings,
    ) -> Result<Question, TooManyColumns> {
        let any = Test::new(&Condition::Any(conditions.to_vec()), measures, pairings)?;
        Ok(Question::over(Test::Any(Vec::new()), vec![any]))
    }

    fn over(null: Test, levels: Vec<Test>) -> Question {
        let mut question = Question { null, levels, equal: 0, nulls: 0 };
        let (mut equal, mut nulls) = (0, 0);
        for test in std::iter::once(&question.null).chain(&question.levels) {
            test.for_each(&mut |test| match test {
                Test::Equal(pairing) => equal |= 1 << pairing,
                Test::Null(pairing) => nulls |= 1 << pairing,
                Test::AtLeast { pairing, .. } => {
                    equal |= 1 << pairing;
                    nulls |= 1 << pairing;
                }
                Test::All(_) | Test::Any(_) | Test::Not(_) => {}
            });
        }
        (question.equal, question.nulls) = (equal, nulls);
        question
    }

    /// Lets a bit say that a measure reaches no grade.
    pub(crate) fn set_near(&mut self, measure: usize, bit: u32) {
        for test in std::iter::once(&mut self.null).chain(&mut self.levels) {
            if test.set_near(measure, bit) {
                self.equal |= 1 << bit;
            }
        }
    }

    /// The digits that are possible, as bits, and, if there are several, a measure whose
    /// grade would tell more.
    pub(crate) fn digits(&self, known: &Known) -> (u16, Option<usize>) {
        let (mut digits, mut asked) = (0_u16, None);
        let digit = |place: usize| 1 << (self.levels.len() + 1 - place);
        let ordered =
            std::iter::once((&self.null, 1)).chain((0..).map(digit).zip(&self.levels).map(|(d, test)| (test, d)));
        for (test, digit) in ordered {
            match test.holds(known) {
                Some(true) => return (digits | digit, asked),
                Some(false) => {}
                None => {
                    digits |= digit;
                    asked = asked.or_else(|| test.asks(known));
                }
            }
        }
        (digits | 1 << 1, asked)
    }

    /// The highest grade of a measure that some level asks for.
    pub(crate) fn top_grade(&self, measure: usize) -> u8 {
        let mut top = 0;
        for test in std::iter::once(&self.null).chain(&self.levels) {
            test.for_each(&mut |test| match test {
                Test::AtLeast { measure: asked, grade, .. } if *asked == measure => top = top.max(*grade),
                _ => {}
            });
        }
        top
    }
}
