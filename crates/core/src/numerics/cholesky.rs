//! The Cholesky factor of a small symmetric matrix, in place, and the solution of its triangular systems.
//!
//! A matrix of `size` rows is a slice of `size * size` entries, row after row, of which the lower triangle is read and
//! written. A column that the columns before it span has a pivot of zero: the system is then solved without it, and the
//! solution has a zero there. `linfa-linalg` has the factor of a definite matrix; these systems are often singular, and
//! they are solved thousands of times in one estimation.

use super::vectors::dot;

/// Replaces the lower triangle of A by L with L L' = A and returns the rank. A pivot of at most `tolerance` times its
/// entry on the diagonal counts as zero, also where rounding made it negative or NaN.
pub(crate) fn factor(matrix: &mut [f64], size: usize, tolerance: f64) -> usize {
    let mut rank = 0;
    for i in 0..size {
        let (above, rest) = matrix.split_at_mut(i * size);
        let row = &mut rest[..=i];
        for j in 0..i {
            let pivot = above[j * size + j];
            let explained = dot(&row[..j], &above[j * size..j * size + j]);
            row[j] = if pivot > 0.0 { (row[j] - explained) / pivot } else { 0.0 };
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        let counts = pivot > tolerance * row[i] && pivot.is_finite();
        row[i] = if counts { pivot.sqrt() } else { 0.0 };
        rank += usize::from(counts);
    }
    rank
}

/// Replaces the lower triangle of a definite A by L with L L' = A; `None`, without going on, at the first pivot that is
/// not above zero.
pub(crate) fn factor_definite(matrix: &mut [f64], size: usize) -> Option<()> {
    for i in 0..size {
        let (above, rest) = matrix.split_at_mut(i * size);
        let row = &mut rest[..=i];
        for j in 0..i {
            let other = &above[j * size..=j * size + j];
            row[j] = remainder(row[j], &row[..j], &other[..j]) / other[j];
        }
        let pivot = remainder(row[i], &row[..i], &row[..i]);
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        row[i] = pivot.sqrt();
    }
    Some(())
}

/// An entry less the product of two rows, subtracted term by term.
fn remainder(entry: f64, a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(entry, |left, (a, b)| left - a * b)
}

/// Solves L x = b in place; x is zero where L has no pivot.
pub(crate) fn solve_lower(factor: &[f64], right: &mut [f64]) {
    let size = right.len();
    for i in 0..size {
        let row = &factor[i * size..i * size + i + 1];
        let known = dot(&row[..i], &right[..i]);
        right[i] = if row[i] > 0.0 { (right[i] - known) / row[i] } else { 0.0 };
    }
}

/// Solves L' x = b in place; x is zero where L has no pivot.
pub(crate) fn solve_transposed(factor: &[f64], right: &mut [f64]) {
    let size = right.len();
    for i in (0..size).rev() {
        let pivot = factor[i * size + i];
        let known: f64 = (i + 1..size).map(|k| factor[k * size + i] * right[k]).sum();
        right[i] = if pivot > 0.0 { (right[i] - known) / pivot } else { 0.0 };
    }
}

/// Solves L L' x = b in place.
pub(crate) fn solve(factor: &[f64], right: &mut [f64]) {
    solve_lower(factor, right);
    solve_transposed(factor, right);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hilbert's matrix 1 / (i + j + 1) of order 4 has the determinant 1 / 6,048,000.
    #[test]
    fn the_determinant_of_hilberts_matrix_is_the_closed_form() {
        let mut hilbert: Vec<f64> = (0..16).map(|k| 1.0 / (k / 4 + k % 4 + 1) as f64).collect();
        let mut definite = hilbert.clone();
        assert_eq!((factor(&mut hilbert, 4, 0.0), factor_definite(&mut definite, 4)), (4, Some(())));
        for factor in [hilbert, definite] {
            let determinant: f64 = (0..4).map(|i| factor[5 * i].powi(2)).product();
            assert!((determinant * 6_048_000.0 - 1.0).abs() < 1e-11, "{determinant}");
        }
    }

    #[test]
    fn a_system_is_solved() {
        // The upper triangle is never read, so it may hold anything.
        let mut matrix = [4.0, f64::NAN, 2.0, 3.0];
        assert_eq!(factor(&mut matrix, 2, 0.0), 2);
        let mut right = [8.0, 8.0];
        solve(&matrix, &mut right);
        assert!((right[0] - 1.0).abs() < 1e-14 && (right[1] - 2.0).abs() < 1e-14, "{right:?}");
    }

    /// The second column is twice the first, so it is left out; the third is solved as if it were not there.
    #[test]
    fn a_dependent_column_is_left_out() {
        let mut matrix = [1.0, 0.0, 0.0, 2.0, 4.0, 0.0, 1.0, 2.0, 5.0];
        assert_eq!(factor(&mut matrix, 3, 1e-12), 2);
        let mut right = [3.0, 6.0, 11.0];
        solve(&matrix, &mut right);
        assert!((right[0] - 1.0).abs() < 1e-14 && right[1] == 0.0 && (right[2] - 2.0).abs() < 1e-14, "{right:?}");
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        for entry in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
            assert_eq!(factor(&mut [entry], 1, 0.0), 0, "{entry}");
            assert_eq!(factor_definite(&mut [entry], 1), None, "{entry}");
        }
        assert_eq!(factor_definite(&mut [1.0, 0.0, 2.0, 4.0], 2), None);
    }
}
