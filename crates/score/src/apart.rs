//! Relatives who live apart, told by what two comparisons have in common oftener than by chance.
//!
//! Twins have a date of birth and mostly a family name in common, and when they are old they live
//! apart. Relatives are reckoned with as those of one home, so that these count as random pairs, of
//! which two comparisons go together. But of a random pair a rare family name says that it is a
//! match, and of twins it says nothing: they have theirs in common however rare it is.

use crate::related::HOME;
use crate::{ComparisonModel, JointModel, Model, Options, RelatedModel};

/// From here on what relatives have in common is of their family, or of their home.
const OF_FAMILY: f64 = 0.5;
/// How many of relatives who agree do not.
const NEVER: f64 = 1e-9;

/// Puts relatives who live apart to the relatives, whose weight knows no frequencies of values.
///
/// Where random pairs agree closest in a comparison that relatives seldom share and in one of their
/// family r times as often as by chance (u₁ u₂), (r − 1) u₁ u₂ of all pairs do so for a reason. They
/// become relatives at the levels of a home that are not the closest, shared out as by chance, and
/// random pairs keep r = 1. Where several comparisons are about a home, or none, all is left as it
/// is.
pub(crate) fn set_apart(model: &mut Model, shared: &[f64]) {
    let homes: Vec<usize> = (0..shared.len()).filter(|c| shared[*c] >= HOME).collect();
    let [home] = homes[..] else { return };
    for at in 0..model.interactions.len() {
        let Some(apart) = Apart::of(model, at, shared, home) else { continue };
        if let Some(both) = closest(&mut model.interactions[at].u) {
            *both = 1.0;
        }
        model.related = Some(match model.related.take() {
            Some(related) => apart.beside(&model.comparisons, related),
            None => apart.alone(model),
        });
    }
}

/// Pairs of relatives apart who agree closest in two comparisons.
struct Apart {
    personal: usize,
    family: usize,
    home: usize,
    /// As a share of all pairs.
    share: f64,
}

impl Apart {
    /// Those that an interaction tells of, if there are any.
    fn of(model: &Model, at: usize, shared: &[f64], home: usize) -> Option<Apart> {
        let joint = &model.interactions[at];
        let is_personal = |c: usize| shared[c] > 0.0 && shared[c] <= Options::PERSONAL;
        let is_of_family = |c: usize| (OF_FAMILY..HOME).contains(&shared[c]);
        let turns = [(joint.first, joint.second), (joint.second, joint.first)];
        let (personal, family) = turns.into_iter().find(|(one, other)| is_personal(*one) && is_of_family(*other))?;
        let u = |c: usize| Some(model.comparisons[c].levels.last()?.u);
        let share = (joint.u.last()?.last()? - 1.0) * u(personal)? * u(family)?;
        (share > 0.0).then_some(Apart { personal, family, home, share })
    }

    /// Where no others were found: all of them agree closest in the two, else they are random pairs.
    fn alone(&self, model: &Model) -> RelatedModel {
        let levels = |(c, comparison): (usize, &ComparisonModel)| -> Vec<f64> {
            let agrees = c == self.personal || c == self.family;
            let scale = if agrees { NEVER } else { 1.0 };
            let mut shares: Vec<f64> = comparison.levels.iter().map(|level| level.u * scale).collect();
            if let Some(closest) = shares.last_mut().filter(|_| agrees) {
                *closest = 1.0 - NEVER;
            }
            shares
        };
        RelatedModel {
            share: self.share,
            levels: model.comparisons.iter().enumerate().map(levels).collect(),
            interactions: model.interactions.clone(),
            twins: None,
        }
    }

    /// Beside those who were found: as many more at each level of the home but the closest.
    fn beside(&self, comparisons: &[ComparisonModel], mut related: RelatedModel) -> RelatedModel {
        let top = |c: usize| related.levels[c].last().copied().unwrap_or_default();
        let both = (self.personal.min(self.family), self.personal.max(self.family));
        let known = related.interactions.iter().filter(|joint| (joint.first, joint.second) == both);
        let ratio: f64 = known.filter_map(|joint| joint.u.last()?.last()).product();
        let agree = related.share * top(self.personal) * top(self.family) * ratio;
        let homes = related.levels[self.home].clone();
        let row = related.levels[self.personal].len() - 1;
        let joint = self.with_home(&mut related);
        for (level, share) in homes.iter().enumerate().take(homes.len() - 1) {
            let at = if joint.first == self.personal { [row, level] } else { [level, row] };
            joint.u[at[0]][at[1]] += self.share * comparisons[self.home].levels[level].u / (agree * share);
        }
        related
    }

    /// How what belongs to one person goes with the home among relatives.
    fn with_home<'r>(&self, related: &'r mut RelatedModel) -> &'r mut JointModel {
        let (first, second) = (self.personal.min(self.home), self.personal.max(self.home));
        let place = |joint: &JointModel| (joint.first, joint.second).cmp(&(first, second));
        let at = match related.interactions.binary_search_by(place) {
            Ok(at) => at,
            Err(at) => {
                let ones = vec![vec![1.0; related.levels[second].len()]; related.levels[first].len()];
                related
                    .interactions
                    .insert(at, JointModel { first, second, m: ones.clone(), u: ones, commonness: None });
                at
            }
        };
        &mut related.interactions[at]
    }
}

/// What two comparisons agree closest in.
fn closest(ratios: &mut [Vec<f64>]) -> Option<&mut f64> {
    ratios.last_mut()?.last_mut()
}

#[cfg(test)]
mod tests {
    use super::set_apart;
    use crate::{ComparisonModel, JointModel, LevelModel, Model, RelatedModel};

    /// A date, a family name and a home, of which two random pairs agree in the first two three
    /// times as often as by chance.
    fn with_twins(related: Option<RelatedModel>) -> Model {
        let comparison = |closest: f64| ComparisonModel {
            levels: [1.0 - closest, closest].map(|u| LevelModel { u, m: 0.5, ..LevelModel::default() }).to_vec(),
        };
        let u = vec![vec![1.0, 1.0], vec![1.0, 3.0]];
        let joint = JointModel { first: 0, second: 1, m: vec![vec![1.0; 2]; 2], u, commonness: None };
        let comparisons = [0.01, 0.02, 0.1].map(comparison).to_vec();
        let mut model =
            Model { lambda: 1e-3, comparisons, interactions: vec![joint], further: None, moved: None, related };
        set_apart(&mut model, &[0.006, 0.8, 0.9]);
        model
    }

    #[test]
    fn twins_apart_are_no_random_pairs() {
        let model = with_twins(None);
        assert_eq!(model.interactions[0].u, [[1.0; 2]; 2]);
        // (3 − 1) · 0.01 · 0.02, all of one date and name, with homes as by chance.
        let twins = model.related.expect("twins");
        assert!((twins.share - 4e-4).abs() < 1e-15);
        assert!((twins.levels[0][1] - 1.0).abs() < 1e-6 && (twins.levels[1][1] - 1.0).abs() < 1e-6);
        assert!((twins.levels[2][1] - 0.1).abs() < 1e-12 && twins.interactions == model.interactions);
    }

    #[test]
    fn twins_apart_join_the_relatives() {
        let levels = vec![vec![0.98, 0.02], vec![0.2, 0.8], vec![0.25, 0.75]];
        let model = with_twins(Some(RelatedModel { share: 1e-3, levels: levels.clone(), ..RelatedModel::default() }));
        let related = model.related.expect("relatives");
        assert_eq!((related.share, &related.levels), (1e-3, &levels));
        // Of one date and name, and apart: 0.001 · 0.02 · 0.8 · 0.25 = 0.000004 were there, and
        // 0.0004 · 0.9 = 0.00036 come to them, which is 91 times as many.
        let joint = &related.interactions[0];
        assert_eq!((joint.first, joint.second), (0, 2));
        let wanted = [[1.0, 1.0], [91.0, 1.0]];
        joint.u.iter().flatten().zip(wanted.as_flattened()).for_each(|(u, wanted)| assert!((u - wanted).abs() < 1e-9));
    }
}
