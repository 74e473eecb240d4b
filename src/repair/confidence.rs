//! How sure is sure: from the decoder's probability to the share of cases in which it is right.
//!
//! The decoder's probability of a reading is computed with everything around it as chosen and with tables that
//! know what they were counted on, so it is too sure of itself, more so for one engine than for another. A
//! monotone function for each profile, one for readings that change a token and one for tokens that stay, maps
//! it to what was measured. `dictionaries/confidence.tsv` holds the functions and the command that measured them.

use std::sync::LazyLock;

use super::Profile;

/// One function: points (log odds of the decoder, probability), both rising.
type Curve = Vec<(f64, f64)>;

/// From the decoder's probability to a measured one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calibration {
    curves: [[Curve; 2]; 3],
}

static BUILT_IN: LazyLock<Calibration> =
    LazyLock::new(|| Calibration::parse(include_str!("../../dictionaries/confidence.tsv")));

impl Calibration {
    /// The measured one.
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// None: probabilities stay as the decoder gives them.
    pub fn none() -> Self {
        Self::default()
    }

    /// Lines of profile, `edit` or `keep`, log odds, probability, between tabs; `#` begins a comment. A line out
    /// of shape is left out.
    fn parse(table: &str) -> Self {
        let mut out = Self::default();
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or("");
            let (profile, edit) = (next(), next() == "edit");
            let number = Profile::ALL.iter().position(|p| p.name() == profile);
            if let (Some(k), Ok(x), Ok(y)) = (number, next().parse(), next().parse()) {
                out.curves[k][usize::from(edit)].push((x, y));
            }
        }
        out
    }

    /// The calibrated probability that a reading is right: of one that changes the token (`edit`), or of one that
    /// leaves it.
    pub fn apply(&self, profile: Profile, edit: bool, probability: f64) -> f64 {
        let number = Profile::ALL.iter().position(|&p| p == profile).unwrap_or(0);
        let curve = &self.curves[number][usize::from(edit)];
        let x = log_odds(probability);
        let k = curve.partition_point(|p| p.0 <= x);
        match (k.checked_sub(1).and_then(|k| curve.get(k)), curve.get(k)) {
            (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
            (Some(end), None) | (None, Some(end)) => end.1,
            (None, None) => probability,
        }
    }
}

/// ln(p / (1 - p)), at most 16 either way: single precision knows no more.
pub fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln().clamp(-16.0, 16.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_points_a_line_beyond_them_the_end() {
        let c =
            Calibration::parse("# head\neng\tedit\t0\t0.4\neng\tedit\t2\t0.8\nvie\tkeep\tx\t1\n");
        let at = |x: f64| c.apply(Profile::Unmarked, true, 1.0 / (1.0 + (-x).exp()));
        assert!((at(1.0) - 0.6).abs() < 1e-9);
        assert_eq!((at(-3.0), at(9.0)), (0.4, 0.8));
        assert_eq!(c.apply(Profile::Unmarked, false, 0.7), 0.7);
    }

    #[test]
    fn the_built_in_functions_rise() {
        for curve in Calibration::built_in().curves.iter().flatten() {
            assert!(curve.is_empty() || curve.len() >= 2);
            assert!(
                curve
                    .windows(2)
                    .all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1)
            );
            assert!(curve.iter().all(|p| (0.0..=1.0).contains(&p.1)));
        }
    }
}
