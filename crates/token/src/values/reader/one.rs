//! What becomes of one raw value.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use counterfoil_core::{NullReason, Outcome, RejectRule};
use zeroize::Zeroizing;

use super::super::interner::{Interner, STRETCH};
use super::super::{Dictionary, ValueRules};
use super::recent::Recent;
use crate::coding::{self, Raw};
use crate::standardise;

/// A value number, or above all of those why there is none: in four bytes, so that remembering
/// it costs little.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Read(u32);

impl Read {
    const NULL: u32 = u32::MAX - 200;
    const REJECTED: u32 = u32::MAX - 100;
    /// Not yet looked at.
    pub(super) const UNREAD: Read = Read(u32::MAX);

    pub(super) fn value(number: u32) -> Read {
        debug_assert!(number < Read::NULL, "fewer than four thousand million values");
        Read(number)
    }

    pub(super) fn null(reason: NullReason) -> Read {
        Read(Read::NULL + reason as u32)
    }

    /// Why an outcome gives no value.
    pub(super) fn unusable<T>(outcome: &Outcome<T>) -> Read {
        match outcome {
            Outcome::Null(reason) => Read::null(*reason),
            Outcome::Rejected(rule) => Read(Read::REJECTED + *rule as u32),
            Outcome::Valid(_) => Read::UNREAD,
        }
    }

    #[inline]
    pub(super) fn number(self) -> Option<u32> {
        (self.0 < Read::NULL).then_some(self.0)
    }

    /// Why there is no number: null, or a rule that was broken.
    pub(super) fn why(self) -> Result<NullReason, RejectRule> {
        match self.0.checked_sub(Read::REJECTED) {
            Some(rule) => Err(RejectRule::ALL[rule as usize]),
            None => Ok(NullReason::ALL[(self.0 - Read::NULL) as usize]),
        }
    }
}

/// Standardises raw values one at a time, each distinct text once where that pays.
pub(super) struct Standardiser {
    rules: ValueRules,
    missing: Vec<String>,
    /// What raw texts came to, where that is worth remembering.
    memo: Option<Memo>,
    recent: Recent,
    /// The last dictionary of a file, and what its values came to.
    encoded: Option<(ArrayRef, Vec<Read>)>,
    buffer: Zeroizing<Vec<u8>>,
}

#[derive(Default)]
struct Memo {
    texts: Interner,
    /// By number of the raw text, from 1 on.
    read: Vec<Read>,
}

impl Standardiser {
    pub(super) fn new(rules: ValueRules, missing: Vec<String>) -> Standardiser {
        let memo = rules.is_costly().then(Memo::default);
        // Large enough for every value, so that it never grows and leaves one behind.
        let buffer = Zeroizing::new(Vec::with_capacity(standardise::MAX_BYTES * 32));
        Standardiser { rules, missing, memo, recent: Recent::new(), encoded: None, buffer }
    }

    pub(super) fn rules(&self) -> &ValueRules {
        &self.rules
    }

    /// Raw texts that stand for no value.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// What becomes of a text, of which Arrow has this view.
    #[inline]
    pub(super) fn read_view<'t>(
        &mut self,
        view: u128,
        text: impl FnOnce() -> &'t str,
        dictionary: &mut Dictionary,
    ) -> Read {
        let Standardiser { rules, missing, memo, recent, buffer, .. } = self;
        recent.read(view, || read(rules, missing, memo.as_mut(), buffer, Raw::Text(text()), dictionary))
    }

    /// What is known from lately of a stretch of views: [`Read::UNREAD`] for the others.
    pub(super) fn known(&mut self, views: &[u128]) -> [Read; STRETCH] {
        self.recent.known(views)
    }

    /// What is known of the values of a file's dictionary: of each, since it is the one that was
    /// [kept](Standardiser::keep_encoded) last, or of none.
    pub(super) fn take_encoded(&mut self, values: &ArrayRef) -> Vec<Read> {
        let is_same = |(kept, _): &mut (ArrayRef, Vec<Read>)| kept.to_data().ptr_eq(&values.to_data());
        let kept = self.encoded.take_if(|kept| is_same(kept));
        kept.map_or_else(|| vec![Read::UNREAD; values.len()], |(_, known)| known)
    }

    /// Remembers what the values of a file's dictionary came to: many batches share one.
    pub(super) fn keep_encoded(&mut self, values: &ArrayRef, known: Vec<Read>) {
        self.encoded = Some((Arc::clone(values), known));
    }

    /// Looks where texts that will be read stand: in the memo of raw texts, or as values if they
    /// are in comparison form, as most are. Nothing comes of it but that reading them need not
    /// wait for memory.
    pub(super) fn touch<'t>(&self, texts: impl Iterator<Item = &'t [u8]>, dictionary: &Dictionary) {
        let looked_up = self.memo.as_ref().map_or(dictionary.values(), |memo| &memo.texts);
        if looked_up.is_large() {
            looked_up.touch(texts);
        }
    }

    /// What becomes of a raw value.
    #[inline]
    pub(super) fn read(&mut self, raw: Raw<'_>, dictionary: &mut Dictionary) -> Read {
        let Standardiser { rules, missing, memo, buffer, .. } = self;
        read(rules, missing, memo.as_mut(), buffer, raw, dictionary)
    }
}

/// Standardises a raw value, or remembers what came of it.
#[inline]
fn read(
    rules: &ValueRules,
    missing: &[String],
    memo: Option<&mut Memo>,
    buffer: &mut Zeroizing<Vec<u8>>,
    raw: Raw<'_>,
    dictionary: &mut Dictionary,
) -> Read {
    if let (Some(memo), Raw::Text(text)) = (memo, raw) {
        let (number, is_new) = memo.texts.number(text.as_bytes());
        if is_new {
            memo.read.push(standardise(rules, missing, raw, buffer, dictionary));
        }
        return memo.read[number as usize - 1];
    }
    standardise(rules, missing, raw, buffer, dictionary)
}

#[inline]
fn standardise(
    rules: &ValueRules,
    missing: &[String],
    raw: Raw<'_>,
    buffer: &mut Zeroizing<Vec<u8>>,
    dictionary: &mut Dictionary,
) -> Read {
    if coding::is_missing(raw, missing) {
        return Read::null(NullReason::Sentinel);
    }
    match rules.write(raw, buffer) {
        Outcome::Valid(()) => Read::value(dictionary.number(buffer)),
        other => Read::unusable(&other),
    }
}
