//! Inner products, norms and projections of vectors.

/// The inner product of two vectors, up to the end of the shorter one.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The inner product of long vectors in `LANES` partial sums, which a processor adds at once. Vectors of unequal
/// length are multiplied up to the end of the shorter one.
pub(crate) fn wide_dot<const LANES: usize>(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let split = length - length % LANES;
    let mut sums = [0.0; LANES];
    for (a, b) in a[..split].chunks_exact(LANES).zip(b[..split].chunks_exact(LANES)) {
        for k in 0..LANES {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter().sum::<f64>() + dot(&a[split..length], &b[split..length])
}

/// The Euclidean length of a vector.
pub(crate) fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// Multiplies every value by a factor.
pub(crate) fn scale(values: &mut [f64], factor: f64) {
    values.iter_mut().for_each(|v| *v *= factor);
}

/// Subtracts from `vector` its projection on a `direction` of length one and returns the coefficient.
pub(crate) fn project_out(vector: &mut [f64], direction: &[f64]) -> f64 {
    let coefficient = dot(direction, vector);
    vector.iter_mut().zip(direction).for_each(|(v, d)| *v -= coefficient * d);
    coefficient
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of the squares of 1 to n is n (n + 1)(2n + 1) / 6.
    #[test]
    fn products_are_the_closed_form() {
        for n in 0..40_u32 {
            let values: Vec<f64> = (1..=n).map(f64::from).collect();
            let expected = f64::from(n * (n + 1) * (2 * n + 1) / 6);
            assert_eq!(dot(&values, &values), expected);
            assert_eq!(wide_dot::<4>(&values, &values), expected);
            assert_eq!(wide_dot::<8>(&values, &values), expected);
        }
        assert_eq!((dot(&[1.0, 2.0], &[3.0]), wide_dot::<4>(&[1.0, 2.0], &[3.0])), (3.0, 3.0));
    }

    #[test]
    fn a_projection_leaves_an_orthogonal_vector() {
        let mut vector = [3.0, 4.0];
        assert!((project_out(&mut vector, &[0.6, 0.8]) - 5.0).abs() < 1e-14);
        assert!(norm(&vector) < 1e-14);
    }
}
