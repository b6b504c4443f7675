//! Wrong postcodes.

use super::kind::ErrorKind;
use crate::draw::Draw;
use crate::places::{self, Place, Postcode};
use crate::population::{Life, World};

/// A postcode as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordedPostcode {
    /// In HES layout; `None` where nothing is recorded.
    pub(crate) postcode: Option<Postcode>,
    /// Where the recorded address lies; `None` where that is not known.
    pub(crate) place: Option<Place>,
}

impl RecordedPostcode {
    /// The true postcode of a place.
    pub(super) fn right(world: &World, place: Place) -> RecordedPostcode {
        RecordedPostcode { postcode: Some(world.places.postcode(place)), place: Some(place) }
    }
}

/// The postcode on a day with an error, or `None` where this error leaves it as it is.
pub(super) fn misrecord(
    world: &World,
    (life, day): (&Life, i32),
    kind: ErrorKind,
    draw: &mut Draw,
) -> Option<RecordedPostcode> {
    let home = life.home_on(day);
    let place = life.homes[home].place;
    let postcode = world.places.postcode(place);
    let written = |postcode| Some(RecordedPostcode { postcode: Some(postcode), place: Some(place) });
    let nowhere = |postcode| Some(RecordedPostcode { postcode, place: None });
    match kind {
        ErrorKind::PostcodeOld => {
            let before = home.checked_sub(1).map(|before| life.homes[before].place)?;
            (before != place).then(|| RecordedPostcode::right(world, before))
        }
        ErrorKind::PostcodeOfAnother => {
            let other = world.places.ordinary(draw);
            (other != place).then(|| RecordedPostcode::right(world, other))
        }
        ErrorKind::PostcodeMistyped => written(places::mistype(postcode, draw)),
        ErrorKind::PostcodeLetterO => postcode.contains(&b'0').then(|| written(places::letter_o_for_zero(postcode)))?,
        ErrorKind::PostcodeMissing => nowhere(None),
        ErrorKind::PostcodeUnknown => nowhere(Some(places::ADDRESS_UNKNOWN)),
        ErrorKind::PostcodeNoFixedAbode => nowhere(Some(places::NO_FIXED_ABODE)),
        ErrorKind::PostcodeCountryOnly => nowhere(Some(places::ENGLAND_ONLY)),
        _ => None,
    }
}
