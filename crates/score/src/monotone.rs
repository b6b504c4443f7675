//! Closer agreement should not weigh less.

use crate::{ComparisonModel, LevelModel, Model};

/// A level that weighs less than the next looser one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelCheck {
    /// The comparison.
    pub comparison: usize,
    /// The digit of the closer level.
    pub digit: u8,
}

impl Model {
    /// Every level that weighs less than the next looser one of its comparison. That can be
    /// right where levels are not an order, and mostly is a sign of a bad fit or of few pairs.
    #[must_use]
    pub fn out_of_order(&self) -> Vec<LevelCheck> {
        let mut found = Vec::new();
        for (comparison, model) in self.comparisons.iter().enumerate() {
            for (looser, pair) in model.levels.windows(2).enumerate() {
                if pair[1].weight() < pair[0].weight() {
                    found.push(LevelCheck { comparison, digit: looser as u8 + 2 });
                }
            }
        }
        found
    }

    /// This model with neighbouring levels that are out of order made to weigh the same: their
    /// m and u are pooled (pool adjacent violators; Barlow and others, 1972) and shared out
    /// again as u was.
    #[must_use]
    pub fn in_order(&self) -> Model {
        let comparisons = self.comparisons.iter().map(ComparisonModel::in_order).collect();
        Model { comparisons, ..self.clone() }
    }
}

impl ComparisonModel {
    fn in_order(&self) -> ComparisonModel {
        // (m, u, levels) of each pool.
        let mut pools: Vec<(f64, f64, usize)> = Vec::new();
        for level in &self.levels {
            let mut pool = (level.m, level.u, 1);
            while let Some(looser) = pools.last()
                && pool.0 / pool.1 < looser.0 / looser.1
            {
                pool = (pool.0 + looser.0, pool.1 + looser.1, pool.2 + looser.2);
                pools.pop();
            }
            pools.push(pool);
        }
        let ratios = pools.iter().flat_map(|(m, u, levels)| std::iter::repeat_n(m / u, *levels));
        let level = |(level, ratio): (&LevelModel, f64)| LevelModel { m: level.u * ratio, ..*level };
        ComparisonModel { levels: self.levels.iter().zip(ratios).map(level).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_out_of_order_are_pooled() {
        let level = |m: f64, u: f64| LevelModel { m, u, ..LevelModel::default() };
        // Ratios 1/8, 4, 2, 16: the third weighs less than the second. Pooled 0.4 / 0.125 = 3.2.
        let levels = vec![level(0.1, 0.8), level(0.3, 0.075), level(0.1, 0.05), level(0.5, 0.03125)];
        let model = Model { comparisons: vec![ComparisonModel { levels }], ..Model::default() };
        assert_eq!(model.out_of_order(), [LevelCheck { comparison: 0, digit: 3 }]);
        let ordered = model.in_order();
        let m: Vec<f64> = ordered.comparisons[0].levels.iter().map(|level| level.m).collect();
        for (found, wanted) in m.iter().zip([0.1, 0.24, 0.16, 0.5]) {
            assert!((found - wanted).abs() < 1e-12, "{m:?}");
        }
        assert_eq!(ordered.out_of_order(), []);
    }
}
