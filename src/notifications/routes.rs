//! The routes below a route.

use std::fmt;
use std::ops::Deref;

use crate::alerts::Matcher;
use crate::notifications::route::Route;
use crate::utils::Path;
use crate::utils::Report;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Kind;
use crate::validations::Walk;

/// The routes below a route, in the order in which they are tried.
///
/// It is a list that can be read as a slice and taken apart, but not changed inside, since it knows how deep and how many the routes below
/// it are: whatever is done with a tree of routes, dropping it included, takes a bounded stack.
///
/// # Limits
///
/// Routes stand in each other at most [`Routes::MAX_DEPTH`] deep, there are at most [`Routes::MAX_ROUTES`] in all, and their patterns take
/// at most [`Routes::MAX_PATTERN_BYTES`] once compiled.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Route, Routes};
///
/// let mut routes = Routes::new([Route::builder().matchers("team=db").build()?])?;
/// routes.push(Route::builder().matchers("team=web").build()?)?;
/// assert_eq!((routes.len(), routes[1].matchers.to_string().as_str()), (2, r#"{team="web"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Routes {
    list: Vec<Route>,
    // INVARIANT: the three say what is in `list`, and are within their limits.
    depth: usize,
    count: usize,
    pattern_bytes: usize,
}

impl Routes {
    /// How deep routes may stand in each other below the root: 60. JSON nests twice as deep, so [`DecodeLimits`](crate::validations::DecodeLimits)
    /// admit 31 of them by default, and all of them with a depth of 124.
    pub const MAX_DEPTH: usize = 60;

    /// How many routes there may be in all: 100,000.
    pub const MAX_ROUTES: usize = 100_000;

    /// The largest memory of all compiled patterns together, in bytes: 256 MiB, counted as [`Matchers`](crate::alerts::Matchers) count it.
    pub const MAX_PATTERN_BYTES: usize = 256 << 20;

    /// These routes, in their order.
    ///
    /// # Errors
    ///
    /// [`RoutesTooLarge`] if a limit is exceeded.
    ///
    /// ```
    /// use alert_schemas::notifications::{Route, Routes};
    ///
    /// let mut route = Route::default();
    /// for _ in 0..Routes::MAX_DEPTH {
    ///     let mut parent = Route::default();
    ///     parent.routes = Routes::new([route])?;
    ///     route = parent;
    /// }
    /// assert_eq!(Routes::new([route]).unwrap_err().to_string(), "routes stand in each other more than 60 deep: expected at most 60");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(routes: impl IntoIterator<Item = Route>) -> Result<Self, RoutesTooLarge> {
        let mut taken = Self::default();
        routes.into_iter().try_for_each(|route| taken.push(route))?;
        Ok(taken)
    }

    /// Adds a route, which is tried after those that are there.
    ///
    /// # Errors
    ///
    /// [`RoutesTooLarge`] if a limit is exceeded; the routes are then as they were.
    ///
    /// ```
    /// use alert_schemas::notifications::{Route, Routes};
    ///
    /// let mut routes = Routes::default();
    /// routes.push(Route::default())?;
    /// assert_eq!(routes.count(), 1);
    /// # Ok::<(), alert_schemas::notifications::RoutesTooLarge>(())
    /// ```
    pub fn push(&mut self, route: Route) -> Result<(), RoutesTooLarge> {
        let depth = route.routes.depth + 1;
        let count = self.count + route.routes.count + 1;
        let own: usize = route.matchers.iter().map(Matcher::pattern_bytes).sum();
        let pattern_bytes = self.pattern_bytes + route.routes.pattern_bytes + own;
        if depth > Self::MAX_DEPTH {
            return Err(RoutesTooLarge::Depth { max: Self::MAX_DEPTH });
        }
        if count > Self::MAX_ROUTES {
            return Err(RoutesTooLarge::Count { max: Self::MAX_ROUTES });
        }
        if pattern_bytes > Self::MAX_PATTERN_BYTES {
            return Err(RoutesTooLarge::Patterns { max: Self::MAX_PATTERN_BYTES });
        }
        *self = Self { list: std::mem::take(&mut self.list), depth: depth.max(self.depth), count, pattern_bytes };
        self.list.push(route);
        Ok(())
    }

    /// The routes as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Route] {
        &self.list
    }

    /// The routes themselves, given away.
    #[must_use]
    pub fn into_vec(self) -> Vec<Route> {
        self.list
    }

    /// How deep routes stand in each other: 0 without routes, 1 for routes without routes below them.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// How many routes there are in all, those below these included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Deref for Routes {
    type Target = [Route];

    fn deref(&self) -> &[Route] {
        &self.list
    }
}

impl<'a> IntoIterator for &'a Routes {
    type Item = &'a Route;
    type IntoIter = std::slice::Iter<'a, Route>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl IntoIterator for Routes {
    type Item = Route;
    type IntoIter = std::vec::IntoIter<Route>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl TryFrom<Vec<Route>> for Routes {
    type Error = RoutesTooLarge;

    fn try_from(routes: Vec<Route>) -> Result<Self, RoutesTooLarge> {
        Self::new(routes)
    }
}

impl serde::Serialize for Routes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.list)
    }
}

impl<'de> serde::Deserialize<'de> for Routes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RoutesVisitor;
        impl<'de> serde::de::Visitor<'de> for RoutesVisitor {
            type Value = Routes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of routes")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Routes, A::Error> {
                use serde::de::Error as _;
                let mut routes = Routes::default();
                // One by one, so that what is too large is refused before the rest of it is read.
                while let Some(route) = list.next_element()? {
                    routes.push(route).map_err(A::Error::custom)?;
                }
                Ok(routes)
            }
        }
        deserializer.deserialize_seq(RoutesVisitor)
    }
}

impl FromJson for Routes {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::List {
            walk.wrong_type(json, path, "a list");
            return None;
        }
        let mut routes = Some(Self::default());
        for (index, item) in json.items().enumerate() {
            let (at, route) = (path.index(index), Route::from_json(item, &path.index(index), walk));
            let (Some(taken), Some(route)) = (&mut routes, route) else {
                routes = None;
                continue;
            };
            if let Err(error) = taken.push(route) {
                walk.problem(item, &at, error.code(), || error.to_string());
                return None;
            }
        }
        routes
    }
}

impl Check for Routes {
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        self.list.check_at(path, report);
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Routes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Routes".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let route = generator.subschema_for::<Route>();
        schemars::json_schema!({
            "type": "array",
            "items": route,
            "maxItems": Self::MAX_ROUTES,
            "x-rules": [
                { "code": "routes_too_deep", "rule": format!("Routes stand in each other at most {} deep below the root.", Self::MAX_DEPTH) },
                { "code": "too_many_routes", "rule": format!("There are at most {} routes in all.", Self::MAX_ROUTES) },
                {
                    "code": "route_patterns_too_large",
                    "rule": format!("All patterns together take at most {} bytes once compiled.", Self::MAX_PATTERN_BYTES)
                },
            ],
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Routes {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        // Not from the strategy of `Route`, which is made from this one.
        let none = proptest::strategy::Just(Vec::new());
        let nested = none.prop_recursive(3, 12, 3, |inner| {
            proptest::collection::vec((crate::notifications::route::arbitrary_without_routes(), inner), 0..=3)
                .prop_map(|routes| routes.into_iter().map(|(route, below)| route.with_routes(below)).collect())
                .boxed()
        });
        nested.prop_map(|routes| Self::new(routes).unwrap_or_default()).boxed()
    }
}

/// Why routes are more than a tree may hold.
///
/// ```
/// use alert_schemas::notifications::{Route, Routes, RoutesTooLarge};
///
/// let many = std::iter::repeat_with(Route::default).take(Routes::MAX_ROUTES + 1);
/// let error: RoutesTooLarge = Routes::new(many).unwrap_err();
/// assert_eq!((error.code(), error.to_string().as_str()), ("too_many_routes", "more than 100000 routes: expected at most 100000"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoutesTooLarge {
    /// They stand in each other too deep.
    #[error("routes stand in each other more than {max} deep: expected at most {max}")]
    Depth {
        /// How deep they may stand.
        max: usize,
    },
    /// There are too many.
    #[error("more than {max} routes: expected at most {max}")]
    Count {
        /// How many there may be.
        max: usize,
    },
    /// Their patterns take too much memory.
    #[error("the patterns of the routes take more than {max} bytes: expected at most {max}")]
    Patterns {
        /// How many bytes they may take.
        max: usize,
    },
}

impl RoutesTooLarge {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Depth { .. } => "routes_too_deep",
            Self::Count { .. } => "too_many_routes",
            Self::Patterns { .. } => "route_patterns_too_large",
        }
    }
}

crate::utils::umbrella!(RoutesTooLarge);
