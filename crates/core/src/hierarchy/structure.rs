//! Which series is part of which.

use std::collections::HashMap;
use std::ops::Range;

use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::HierarchyError;

/// So many parts are listed in a message.
const LISTED: usize = 5;
/// Share of the parts' size that sums of them may be off by rounding alone.
const ROUNDING: f64 = 1e-12;

/// Series (nodes) of which some are the sums of others: one tree, or several side by side.
///
/// Totals come first, then level by level downward; the bottoms, which have no parts, come last, whatever their level.
/// Within a level nodes keep the order in which they were first mentioned.
///
/// ```
/// use onpace::hierarchy::Hierarchy;
/// let pairs = [("wafers", "total"), ("cards", "total"), ("200 mm", "wafers"), ("300 mm", "wafers")];
/// let hierarchy = Hierarchy::new(&pairs.map(|(child, parent)| (child.into(), parent.into())))?;
/// assert_eq!(hierarchy.names(), ["total", "wafers", "cards", "200 mm", "300 mm"]);
/// assert_eq!((hierarchy.bottoms(), hierarchy.children(0)), (2..5, &[1, 2][..]));
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    names: Vec<String>,
    children: Vec<Vec<usize>>,
    first_bottom: usize,
}

impl Hierarchy {
    /// A hierarchy from pairs of a child and its parent, in any order; a pair may be given twice.
    ///
    /// # Errors
    /// No pairs, a child of two parents, and a node that is above itself.
    ///
    /// ```
    /// use onpace::hierarchy::{Hierarchy, HierarchyError};
    /// let error = Hierarchy::new(&[("a".into(), "b".into()), ("b".into(), "a".into())]).unwrap_err();
    /// assert_eq!(error.to_string(), "`a` is part of itself: a in b in a");
    /// assert_eq!(Hierarchy::new(&[]), Err(HierarchyError::Empty));
    /// ```
    pub fn new(pairs: &[(String, String)]) -> Result<Self, HierarchyError> {
        if pairs.is_empty() {
            return Err(HierarchyError::Empty);
        }
        let (mentioned, parents) = mentions(pairs)?;
        let depths =
            (0..mentioned.len()).map(|node| depth(node, &mentioned, &parents)).collect::<Result<Vec<_>, _>>()?;
        let mut inner = vec![false; mentioned.len()];
        parents.iter().flatten().for_each(|parent| inner[*parent] = true);

        let mut order: Vec<usize> = (0..mentioned.len()).collect();
        order.sort_by_key(|node| if inner[*node] { depths[*node] } else { usize::MAX });
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, node)| places[*node] = place);

        let mut children = vec![Vec::new(); order.len()];
        for (place, node) in order.iter().enumerate() {
            if let Some(parent) = parents[*node] {
                children[places[parent]].push(place);
            }
        }
        let names = order.iter().map(|node| mentioned[*node].to_owned()).collect();
        let first_bottom = inner.iter().filter(|inner| **inner).count();
        Ok(Self { names, children, first_bottom })
    }

    /// The names of the nodes, `(nodes,)`; the place of a name is the number of its node everywhere.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The nodes that have no parts: always the last ones.
    pub fn bottoms(&self) -> Range<usize> {
        self.first_bottom..self.names.len()
    }

    /// The parts of a node, ascending; none for a bottom and for a node that is not there.
    pub fn children(&self, node: usize) -> &[usize] {
        self.children.get(node).map_or(&[], Vec::as_slice)
    }

    /// The summing matrix S, `(nodes, bottoms)`: 1 where a bottom is part of a node or the node itself.
    ///
    /// ```
    /// use ndarray::array;
    /// use onpace::hierarchy::Hierarchy;
    /// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
    /// assert_eq!(hierarchy.summing_matrix(), array![[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]);
    /// # Ok::<(), onpace::hierarchy::HierarchyError>(())
    /// ```
    pub fn summing_matrix(&self) -> Array2<f64> {
        self.add_up(Array2::eye(self.bottoms().len()).view())
    }

    /// All nodes, `(nodes, columns)`, from the bottoms, `(bottoms, columns)`: S times them, part by part.
    pub(super) fn add_up(&self, bottoms: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut nodes = Array2::zeros((self.names.len(), bottoms.ncols()));
        nodes.slice_axis_mut(Axis(0), Slice::from(self.first_bottom..)).assign(&bottoms);
        // Parts come after what they are part of, so from the end on every part is ready.
        for node in (0..self.first_bottom).rev() {
            let (mut above, below) = nodes.view_mut().split_at(Axis(0), node + 1);
            let mut sum = above.row_mut(node);
            self.children[node].iter().for_each(|child| sum += &below.row(child - node - 1));
        }
        nodes
    }

    /// Checks that history adds up. Each entry is a period's label and its values in the order of the nodes, `None`
    /// where one is not known; a total is checked where it and all its parts are known.
    ///
    /// # Errors
    /// The first total that differs from the sum of its parts by more than `tolerance` × |total| (0.001 allows one part
    /// in a thousand), and a period that does not have one value a node.
    ///
    /// ```
    /// use onpace::hierarchy::Hierarchy;
    /// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
    /// let first = ("2023".into(), vec![None, Some(3.0), Some(5.0)]);
    /// let history = [first, ("2024".into(), vec![Some(10.0), Some(4.0), Some(5.0)])];
    /// let error = hierarchy.check(&history, 0.01).unwrap_err();
    /// assert_eq!(error.to_string(), "`total` is 10 in 2024, its parts add up to 9: `a` 4, `b` 5");
    /// assert!(hierarchy.check(&history, 0.1).is_ok());
    /// # Ok::<(), onpace::hierarchy::HierarchyError>(())
    /// ```
    pub fn check(&self, history: &[(String, Vec<Option<f64>>)], tolerance: f64) -> Result<(), HierarchyError> {
        for (period, values) in history {
            if values.len() != self.names.len() {
                let (found, expected) = (values.len(), self.names.len());
                return Err(HierarchyError::ValueCount { period: period.clone(), found, expected });
            }
            for (node, children) in self.children.iter().enumerate().take(self.first_bottom) {
                let parts: Option<Vec<f64>> = children.iter().map(|child| values[*child]).collect();
                let Some((value, parts)) = values[node].zip(parts) else { continue };
                let sum = parts.iter().sum::<f64>();
                let size = parts.iter().map(|part| part.abs()).sum::<f64>();
                if (value - sum).abs() <= (tolerance * value.abs()).max(ROUNDING * size) {
                    continue;
                }
                let parent = self.names[node].clone();
                let parts = self.listed(children, &parts);
                let error =
                    HierarchyError::DoesNotAddUp { parent, period: period.clone(), value, sum: tidy(sum), parts };
                return Err(error);
            }
        }
        Ok(())
    }

    fn listed(&self, children: &[usize], values: &[f64]) -> String {
        let part = |(child, value): (&usize, &f64)| format!("`{}` {value}", self.names[*child]);
        let first: Vec<String> = children.iter().zip(values).take(LISTED).map(part).collect();
        let more = if values.len() > LISTED { format!(" and {} more", values.len() - LISTED) } else { String::new() };
        format!("{}{more}", first.join(", "))
    }
}

/// The nodes in order of first mention and the parent of each.
fn mentions(pairs: &[(String, String)]) -> Result<(Vec<&str>, Vec<Option<usize>>), HierarchyError> {
    let mut mentioned: Vec<&str> = Vec::new();
    let mut parents: Vec<Option<usize>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (child, parent) in pairs {
        let [child, parent] = [child, parent].map(|name| {
            *places.entry(name.as_str()).or_insert_with(|| {
                mentioned.push(name);
                parents.push(None);
                mentioned.len() - 1
            })
        });
        if let Some(first) = parents[child].replace(parent).filter(|first| *first != parent) {
            let [node, first, second] = [child, first, parent].map(|node| mentioned[node].to_owned());
            return Err(HierarchyError::TwoParents { node, first, second });
        }
    }
    Ok((mentioned, parents))
}

/// How many nodes are above one.
fn depth(node: usize, names: &[&str], parents: &[Option<usize>]) -> Result<usize, HierarchyError> {
    let above = |node: &usize| parents[*node];
    let count = std::iter::successors(Some(node), above).take(names.len() + 1).count();
    if count <= names.len() {
        return Ok(count - 1);
    }
    // More steps up than there are nodes: the last one lies on a circle.
    let start = std::iter::successors(Some(node), above).nth(names.len()).unwrap_or(node);
    let way = std::iter::successors(parents[start], above).take_while(|node| *node != start);
    let circle: Vec<&str> = [start].into_iter().chain(way).chain([start]).map(|node| names[node]).collect();
    Err(HierarchyError::Cycle { node: names[start].to_owned(), circle: circle.join(" in ") })
}

/// A number to 12 digits, without what addition in binary leaves behind.
fn tidy(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn hierarchy(pairs: &[(&str, &str)]) -> Result<Hierarchy, HierarchyError> {
        let pairs: Vec<_> = pairs.iter().map(|(child, parent)| ((*child).into(), (*parent).into())).collect();
        Hierarchy::new(&pairs)
    }

    #[test]
    fn nodes_go_down_by_level_whatever_the_order_of_the_pairs() {
        let downward = [("a", "t"), ("b", "t"), ("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")];
        let found = hierarchy(&downward).unwrap();
        assert_eq!(found.names(), ["t", "a", "b", "a1", "a2", "b1", "b2"]);
        let mut upward = downward;
        upward.rotate_left(2);
        assert_eq!(hierarchy(&upward).unwrap(), found);
        assert_eq!(found.bottoms(), 3..7);
        assert_eq!([found.children(2), found.children(3), found.children(99)], [&[5, 6][..], &[], &[]]);
    }

    #[test]
    fn several_tops_and_bottoms_of_unequal_depth_have_their_places() {
        let found = hierarchy(&[("x", "s"), ("a1", "a"), ("a2", "a"), ("a", "t"), ("b", "t"), ("b", "t")]).unwrap();
        assert_eq!(found.names(), ["s", "t", "a", "x", "a1", "a2", "b"]);
        let expected = array![
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 1.0, 1.0],
            [0.0, 1.0, 1.0, 0.0],
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0, 1.0]
        ];
        assert_eq!(found.summing_matrix(), expected);
    }

    #[test]
    fn what_is_no_tree_is_refused_and_says_where() {
        let message = |pairs: &[(&str, &str)]| hierarchy(pairs).unwrap_err().to_string();
        assert!(message(&[]).contains("empty"));
        assert_eq!(message(&[("a", "a")]), "`a` is part of itself: a in a");
        let circle = message(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")]);
        assert!(circle.ends_with(": a in b in c in a") || circle.ends_with(": b in c in a in b"), "{circle}");
        let both = message(&[("a", "b"), ("c", "b"), ("a", "d")]);
        assert!(both.starts_with("`a` is part of both `b` and `d`"), "{both}");
    }

    #[test]
    fn history_is_checked_where_it_is_known() {
        let found = hierarchy(&[("a", "t"), ("b", "t"), ("c", "t")]).unwrap();
        let check = |values: [Option<f64>; 4], tolerance| found.check(&[("2024Q1".into(), values.to_vec())], tolerance);
        assert!(check([Some(6.0), Some(1.0), Some(2.0), Some(3.0)], 0.0).is_ok());
        assert!(check([Some(0.0), Some(0.1), Some(0.2), Some(-0.3)], 0.0).is_ok());
        assert!(check([Some(7.0), Some(1.0), None, Some(3.0)], 0.0).is_ok());
        assert!(check([None, Some(1.0), Some(2.0), Some(3.0)], 0.0).is_ok());
        assert!(check([Some(100.0), Some(1.0), Some(2.0), Some(96.0)], 0.01).is_ok());
        assert!(check([Some(100.0), Some(1.0), Some(2.0), Some(95.9)], 0.01).is_err());
        assert!(check([Some(-1.0), Some(0.1), Some(0.2), Some(0.7)], 0.01).is_err());
        assert!(check([Some(f64::NAN), Some(1.0), Some(2.0), Some(3.0)], 0.5).is_err());
        let error = check([Some(1.0), Some(0.1), Some(0.2), Some(0.4)], 0.01).unwrap_err().to_string();
        assert_eq!(error, "`t` is 1 in 2024Q1, its parts add up to 0.7: `a` 0.1, `b` 0.2, `c` 0.4");
        let short = found.check(&[("2025".into(), vec![None; 3])], 0.0).unwrap_err().to_string();
        assert_eq!(short, "2025 has 3 values; the hierarchy has 4 series");
    }

    #[test]
    fn a_long_list_of_parts_is_cut() {
        let names: Vec<String> = (0..9).map(|i| format!("n{i}")).collect();
        let pairs: Vec<_> = names.iter().map(|name| (name.clone(), "t".to_owned())).collect();
        let values = [Some(1.0)].into_iter().chain(vec![Some(2.0); 9]).collect();
        let error = Hierarchy::new(&pairs).unwrap().check(&[("2025".into(), values)], 0.0).unwrap_err().to_string();
        assert!(error.ends_with("`n3` 2, `n4` 2 and 4 more"), "{error}");
    }
}
