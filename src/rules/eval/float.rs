//! Arithmetic on doubles as Go does it.

use std::f64::consts::LOG2_E;
use std::f64::consts::LOG10_2;

use crate::rules::BinaryOp;

/// What an operator other than `and`, `or` and `unless` gives for two numbers; a comparison gives 1 or 0.
pub(super) fn binary(op: BinaryOp, lhs: f64, rhs: f64) -> f64 {
    match op {
        BinaryOp::Add => lhs + rhs,
        BinaryOp::Sub => lhs - rhs,
        BinaryOp::Mul => lhs * rhs,
        BinaryOp::Div => lhs / rhs,
        // Both are C's `fmod`: the sign is that of the left operand.
        BinaryOp::Mod => lhs % rhs,
        BinaryOp::Pow => pow(lhs, rhs),
        BinaryOp::Atan2 => lhs.atan2(rhs),
        _ => f64::from(u8::from(compare(op, lhs, rhs))),
    }
}

/// Whether a comparison holds; `false` for operators that do not compare.
#[expect(clippy::float_cmp, reason = "PromQL compares doubles exactly")]
pub(super) fn compare(op: BinaryOp, lhs: f64, rhs: f64) -> bool {
    match op {
        BinaryOp::Equal => lhs == rhs,
        BinaryOp::NotEqual => lhs != rhs,
        BinaryOp::Less => lhs < rhs,
        BinaryOp::LessOrEqual => lhs <= rhs,
        BinaryOp::Greater => lhs > rhs,
        BinaryOp::GreaterOrEqual => lhs >= rhs,
        _ => false,
    }
}

/// The greater of two, as Go's `math.Max`: infinity before NaN, NaN before numbers, 0 before -0.
pub(super) fn max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

/// The smaller of two, as Go's `math.Min`: minus infinity before NaN, NaN before numbers, -0 before 0.
pub(super) fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

/// The number as a whole number, cut towards zero. What does not fit, and NaN, gives the least one, as on amd64.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is caught before")]
pub(super) fn to_int(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN }
}

/// `log2` as Go computes it: the exponent of the number, and the logarithm of its fraction.
pub(super) fn log2(value: f64) -> f64 {
    let (fraction, exponent) = split(value);
    if fraction == 0.5 { f64::from(exponent - 1) } else { fraction.ln() * LOG2_E + f64::from(exponent) }
}

/// `log10` as Go computes it, from `log2`.
pub(super) fn log10(value: f64) -> f64 {
    log2(value) * LOG10_2
}

/// `x` to the power `y`.
///
/// The special cases are those of C. Otherwise the result is made by squaring the fraction of `x` and counting its exponent apart, and
/// by `exp(y ln x)` for the part of `y` behind the point; so Go's `math.Pow` does it, and its last digits are not those of C's `pow`.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    let special = !x.is_finite() || !y.is_finite() || x == 0.0 || x == 1.0 || y == 0.0 || y == 1.0;
    if special || (x < 0.0 && y.fract() != 0.0) || y.abs() >= 9_223_372_036_854_775_808.0 {
        return x.powf(y);
    }
    if y.abs() == 0.5 {
        return if y > 0.0 { x.sqrt() } else { 1.0 / x.sqrt() };
    }
    let (mut whole, mut fraction) = (y.abs().trunc(), y.abs().fract());
    let (mut result, mut exponent) = (1.0, 0_i64);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = (fraction * x.ln()).exp();
    }
    let (mut square, power) = split(x);
    let mut power = i64::from(power);
    let mut rest = to_int(whole);
    while rest != 0 {
        if power.abs() > 1 << 12 {
            // Far out of the range of doubles already.
            exponent += power;
            break;
        }
        if rest & 1 == 1 {
            result *= square;
            exponent += power;
        }
        square *= square;
        power *= 2;
        if square < 0.5 {
            square += square;
            power -= 1;
        }
        rest >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    scale(result, exponent)
}

/// A number as a fraction from 0.5 up to, but not including 1, and a power of two: C's `frexp`. Zero, infinities and NaN are left alone.
fn split(value: f64) -> (f64, i32) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    // Numbers below 2^-1022 have no leading one: they are scaled up first.
    let (value, below) = if value.abs() < f64::MIN_POSITIVE { (value * 4_503_599_627_370_496.0, 52) } else { (value, 0) };
    let bits = value.to_bits();
    let biased = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    (f64::from_bits(bits & !(0x7ff << 52) | (0x3fe << 52)), biased - 1022 - below)
}

/// A number times a power of two: C's `ldexp`.
fn scale(value: f64, power: i64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let (fraction, exponent) = split(value);
    // The exponent of the leading one.
    let exponent = i64::from(exponent).saturating_add(power) - 1;
    if exponent < -1075 {
        return 0.0_f64.copysign(value);
    }
    if exponent > 1023 {
        return f64::INFINITY.copysign(value);
    }
    let (exponent, rest) = if exponent < -1022 { (exponent + 53, 1.0 / 9_007_199_254_740_992.0) } else { (exponent, 1.0) };
    let biased = u64::try_from(exponent + 1023).unwrap_or(0);
    rest * f64::from_bits(fraction.to_bits() & !(0x7ff << 52) | (biased << 52))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::Kahan;

    #[test]
    fn powers_of_special_numbers_are_those_of_c() {
        for (x, y, power) in [
            (0.0, 0.0, 1.0),
            (f64::NAN, 0.0, 1.0),
            (1.0, f64::NAN, 1.0),
            (-0.0, -1.0, f64::NEG_INFINITY),
            (-0.0, -2.0, f64::INFINITY),
            (-1.0, f64::INFINITY, 1.0),
            (0.5, f64::NEG_INFINITY, f64::INFINITY),
            (f64::NEG_INFINITY, 3.0, f64::NEG_INFINITY),
            (f64::NEG_INFINITY, -3.0, -0.0),
            (2.0, -1074.0, 5e-324),
            (2.0, 1024.0, f64::INFINITY),
            (-2.0, 3.0, -8.0),
            (10.0, -3.0, 0.001),
            (1e300, 1e18, f64::INFINITY),
            (-3.0, 1e18 + 1024.0, f64::INFINITY),
            (9.0, -0.5, 1.0 / 3.0),
        ] {
            assert_eq!(pow(x, y).to_bits(), power.to_bits(), "{x} ^ {y} = {}", pow(x, y));
        }
        assert!(pow(-8.0, 1.0 / 3.0).is_nan() && pow(f64::NAN, 1.0).is_nan());
    }

    #[test]
    fn logarithms_of_round_numbers_are_those_of_prometheus() {
        assert_eq!((log2(8.0), log2(0.0), log10(100.0)), (3.0, f64::NEG_INFINITY, 2.0));
        assert_eq!((log2(1000.0), log10(1000.0)), (9.965784284662087, 3.0));
        assert!(log2(-1.0).is_nan() && log10(f64::NAN).is_nan());
        assert_eq!(log2(5e-324), -1074.0);
    }

    #[test]
    fn the_greater_and_the_smaller_are_those_of_go() {
        assert_eq!(max(f64::NAN, f64::INFINITY), f64::INFINITY);
        assert!(max(f64::NAN, 1.0).is_nan() && min(1.0, f64::NAN).is_nan());
        assert_eq!(min(f64::NAN, f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_eq!(max(-0.0, 0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(min(0.0, -0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(min(-0.0, 0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!((max(1.0, 2.0), min(1.0, 2.0)), (2.0, 1.0));
    }

    #[test]
    fn whole_numbers_that_do_not_fit_are_the_least() {
        assert_eq!((to_int(-1.9), to_int(f64::NAN), to_int(1e19), to_int(f64::NEG_INFINITY)), (-1, i64::MIN, i64::MIN, i64::MIN));
    }

    #[test]
    fn what_rounding_loses_is_kept() {
        let add = |values: &[f64]| values.iter().fold(Kahan::default(), |sum, value| sum.plus(*value));
        let sum = add(&[1.0, 1e100, 1.0, -1e100]);
        assert_eq!(sum.sum + sum.lost, 2.0);
        let sum = add(&[f64::INFINITY, 1.0]);
        assert_eq!(sum.sum + sum.lost, f64::INFINITY);
    }

    proptest! {
        #[test]
        fn a_split_number_scales_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let (fraction, exponent) = split(value);
            prop_assert_eq!(scale(fraction, i64::from(exponent)).to_bits() == bits || value.is_nan(), true);
            prop_assert!(value == 0.0 || !value.is_finite() || (0.5..1.0).contains(&fraction.abs()));
        }

        #[test]
        fn powers_are_close_to_those_of_c(x in -1e3_f64..1e3, y in -40_i32..40, part in 0.0_f64..1.0) {
            for y in [f64::from(y), f64::from(y) + part] {
                let (ours, theirs) = (pow(x, y), x.powf(y));
                prop_assert!(ours == theirs || (ours.is_nan() && theirs.is_nan()) || ((ours - theirs) / theirs).abs() < 1e-12, "{x} ^ {y}: {ours} {theirs}");
            }
        }
    }
}
