//! The recursion of Levinson (1947) and Durbin (1960) between a polynomial, its reflection coefficients and
//! autocorrelations. Run downwards, it is the test of Schur (1917), Cohn (1922) and Jury (1964): all inverse roots of
//! 1 + p₁ B + … + p_n Bⁿ lie inside the unit circle where every reflection coefficient is smaller than one.
//!
//! A reflection coefficient is the partial autocorrelation of the autoregression with these coefficients, with the
//! other sign.

/// Replaces p₁ … p_n by the reflection coefficients and returns whether all of them are inside (-1, 1), that is,
/// whether all roots of the polynomial are outside the unit circle. If it returns `false`, the contents of the slice
/// are useless.
pub(crate) fn reflections(polynomial: &mut [f64]) -> bool {
    for degree in (0..polynomial.len()).rev() {
        let reflection = polynomial[degree];
        if reflection.is_nan() || reflection.abs() >= 1.0 {
            return false;
        }
        // Most coefficients of polynomials in B^m are zero; skipping them saves time.
        if reflection != 0.0 {
            let inverse = 1.0 / (1.0 - reflection * reflection);
            for low in 0..degree.div_ceil(2) {
                let (a, b) = (polynomial[low], polynomial[degree - 1 - low]);
                polynomial[low] = (a - reflection * b) * inverse;
                polynomial[degree - 1 - low] = (b - reflection * a) * inverse;
            }
        }
    }
    true
}

/// Replaces reflection coefficients by those of their polynomial, p₁ … p_n: the inverse of [`reflections`].
pub(crate) fn from_reflections(reflections: &mut [f64]) {
    for degree in 0..reflections.len() {
        let reflection = reflections[degree];
        for low in 0..degree.div_ceil(2) {
            let (a, b) = (reflections[low], reflections[degree - 1 - low]);
            reflections[low] = a + reflection * b;
            reflections[degree - 1 - low] = b + reflection * a;
        }
    }
}

/// The partial autocorrelations that belong to the autocorrelations r₁ … r_n; zero once no variance is left.
pub(crate) fn partial_autocorrelations(correlations: &[f64]) -> Vec<f64> {
    let (mut row, mut left, mut partials): (Vec<f64>, f64, Vec<f64>) = (Vec::new(), 1.0, Vec::new());
    for (k, correlation) in correlations.iter().enumerate() {
        let explained: f64 = row.iter().zip(correlations[..k].iter().rev()).map(|(a, c)| a * c).sum();
        let partial = if left > 1e-12 { (correlation - explained) / left } else { 0.0 };
        row = (0..k).map(|j| row[j] - partial * row[k - 1 - j]).chain(std::iter::once(partial)).collect();
        left *= 1.0 - partial * partial;
        partials.push(partial);
    }
    partials
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 + p₁ B + p₂ B² is stable inside the triangle |p₂| < 1, |p₁| < 1 + p₂.
    #[test]
    fn the_second_degree_is_stable_inside_the_triangle() {
        for i in -25..=25 {
            for j in -15..=15 {
                let (p1, p2) = (0.1 * f64::from(i) + 0.003, 0.1 * f64::from(j) + 0.001);
                let stable = p2.abs() < 1.0 && p1.abs() < 1.0 + p2;
                assert_eq!(reflections(&mut [p1, p2]), stable, "{p1} {p2}");
            }
        }
        assert!(reflections(&mut []) && !reflections(&mut [f64::NAN]) && !reflections(&mut [0.1, 1.0]));
    }

    /// (1 + a B)(1 + b B)(1 + c B) with inverse roots inside the circle.
    #[test]
    fn a_polynomial_comes_back_from_its_reflections() {
        let (a, b, c) = (0.9, -0.5, 0.3);
        let polynomial = [a + b + c, a * b + a * c + b * c, a * b * c];
        let mut coefficients = polynomial;
        assert!(reflections(&mut coefficients));
        assert_eq!(coefficients[2], a * b * c);
        from_reflections(&mut coefficients);
        assert!(coefficients.iter().zip(polynomial).all(|(x, y)| (x - y).abs() < 1e-14), "{coefficients:?}");
    }

    /// The autocorrelations φᵏ of a first autoregression have one partial autocorrelation, φ; those of a moving average
    /// with θ have -(-θ)ᵏ (1 - θ²) / (1 - θ^(2k+2)).
    #[test]
    fn partial_autocorrelations_are_the_closed_forms() {
        let partials = partial_autocorrelations(&[0.7, 0.49, 0.343]);
        assert!((partials[0] - 0.7).abs() < 1e-15 && partials[1..].iter().all(|p| p.abs() < 1e-15), "{partials:?}");
        let theta: f64 = 0.6;
        let partials = partial_autocorrelations(&[theta / (1.0 + theta * theta), 0.0, 0.0, 0.0]);
        for (k, partial) in (1..).zip(&partials) {
            let expected = -(-theta).powi(k) * (1.0 - theta * theta) / (1.0 - theta.powi(2 * k + 2));
            assert!((partial - expected).abs() < 1e-14, "{k} {partial} {expected}");
        }
        assert_eq!(partial_autocorrelations(&[1.0, 1.0]), [1.0, 0.0]);
    }
}
