//! The routes of one path.

use http::Method;

/// The index of a route in its table.
pub(super) type RouteId = usize;

/// The routes of one path, at most one per method. `None` is `ANY`.
#[derive(Debug, Default)]
pub(super) struct Methods(Vec<(Option<Method>, RouteId)>);

impl Methods {
    /// Gives a method to `route`. The error is the route that has the method already.
    pub(super) fn insert(&mut self, method: Option<&Method>, route: RouteId) -> Result<(), RouteId> {
        if let Some(holder) = self.get(method) {
            return Err(holder);
        }
        self.0.push((method.cloned(), route));
        Ok(())
    }

    /// Selects the route of a method. `ANY` takes the methods without their own route at the same path.
    pub(super) fn select(&self, method: &Method) -> Option<RouteId> {
        self.get(Some(method)).or_else(|| self.get(None))
    }

    fn get(&self, method: Option<&Method>) -> Option<RouteId> {
        let (_, route) = self.0.iter().find(|(known, _)| known.as_ref() == method)?;
        Some(*route)
    }
}
