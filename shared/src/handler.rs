//! What a route is written as: `async fn handler(req, res) -> Result`.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::request::ApiRequest;
use crate::response::ApiResponse;

/// A function that answers requests: `async fn(ApiRequest, ApiResponse) -> Result`, a closure of that form
/// which has captured what it needs, or one for each method ([`get(list).post(create)`](crate::get)).
///
/// A handler that forgets to answer does not compile:
///
/// ```compile_fail,E0308
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(200);
/// }
/// # let _ = Route::new("/api/x", handler);
/// ```
///
/// Nor does one that answers twice:
///
/// ```compile_fail,E0382
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.json("first")?;
///     res.json("second")
/// }
/// # let _ = Route::new("/api/x", handler);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a handler of an API route",
    label = "expected `async fn(ApiRequest, ApiResponse) -> Result`",
    note = "a handler takes `(req: ApiRequest, res: ApiResponse)` and returns `api_routes::Result`; \
            a closure that captures state must be `Send + Sync`, and clone what it captures for each call; \
            handlers by method are `get(list).post(create)`"
)]
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Handler, Result, Route};
    /// use futures_util::future::BoxFuture;
    ///
    /// /// A handler that is a type, not a function.
    /// struct Greeting(&'static str);
    ///
    /// impl Handler for Greeting {
    ///     fn call(&self, _req: ApiRequest, res: ApiResponse) -> BoxFuture<'static, Result> {
    ///         let words = self.0;
    ///         Box::pin(async move { res.send(words) })
    ///     }
    /// }
    ///
    /// assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", Greeting("Hello"))).text(), "Hello");
    /// ```
    fn call(&self, req: ApiRequest, res: ApiResponse) -> BoxFuture<'static, Result>;

    /// Puts a function around this handler: it may answer in the handler's place, or look at what comes and
    /// goes. It is written as a handler is, with a [`Wrapped`] to go on with, and wraps a whole route or one
    /// method of [`Methods`](crate::Methods).
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Handler, Wrapped, Result, Route};
    ///
    /// async fn signed_in(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
    ///     match req.cookies().get("session") {
    ///         Some("s3cret") => handler.run(req, res).await,
    ///         _ => Err(ApiError::new(401, "Sign in first")),
    ///     }
    /// }
    ///
    /// async fn logged(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
    ///     let line = format!("{} {}", req.method(), req.uri());
    ///     let answer = handler.run(req, res).await;
    ///     let status = answer.as_ref().map_or_else(|error| error.status(), |response| response.status());
    ///     println!("{line} {status}");
    ///     answer
    /// }
    ///
    /// async fn list(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(["Hello"])
    /// }
    ///
    /// async fn remove(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.no_content()
    /// }
    ///
    /// let handler = api_routes::get(list).delete(remove.wrap(signed_in)).wrap(logged);
    /// let route = Route::new("/api/posts", handler);
    /// assert_eq!(TestRequest::get("/api/posts").send(&route).status(), 200);
    /// assert_eq!(TestRequest::delete("/api/posts").send(&route).status(), 401);
    /// assert_eq!(TestRequest::delete("/api/posts").cookie("session", "s3cret").send(&route).status(), 204);
    /// ```
    ///
    /// It runs after the route's own checks, such as the body limit, and within its layers.
    fn wrap<W, Answer>(self, wrapper: W) -> impl Handler
    where
        Self: Sized,
        W: Fn(ApiRequest, ApiResponse, Wrapped) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result> + Send + 'static,
    {
        let inner: Arc<dyn Handler> = Arc::new(self);
        move |req: ApiRequest, res: ApiResponse| wrapper(req, res, Wrapped(Arc::clone(&inner)))
    }
}

/// What a wrapper stands around: the handler, or the next wrapper. See [`Handler::wrap`].
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Handler, Wrapped, Result, Route};
///
/// async fn private(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
///     handler.run(req, res.header("cache-control", "private")).await
/// }
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.send("for you")
/// }
///
/// let answer = api_routes::test::TestRequest::get("/api/x").send(&Route::new("/api/x", handler.wrap(private)));
/// assert_eq!(answer.header("cache-control"), Some("private"));
/// ```
pub struct Wrapped(Arc<dyn Handler>);

impl Wrapped {
    /// Goes on, with this request and this answer in the making.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Handler, Wrapped, Result, Route};
    ///
    /// async fn kind(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
    ///     // What the handler returns comes back here, also an error.
    ///     handler.run(req, res).await.or_else(|error| ApiResponse::new().send(error.message()))
    /// }
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(404, "None yet"))
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler.wrap(kind)));
    /// assert_eq!((answer.status().as_u16(), answer.text().as_str()), (200, "None yet"));
    /// ```
    pub async fn run(self, req: ApiRequest, res: ApiResponse) -> Result {
        self.0.call(req, res).await
    }
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped")
    }
}

impl<F, Answer> Handler for F
where
    F: Fn(ApiRequest, ApiResponse) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
{
    fn call(&self, req: ApiRequest, res: ApiResponse) -> BoxFuture<'static, Result> {
        Box::pin(self(req, res))
    }
}

#[cfg(test)]
mod tests {
    use super::{Handler, Wrapped};
    use crate::error::Result;
    use crate::request::ApiRequest;
    use crate::response::ApiResponse;
    use crate::route::Route;
    use crate::test::TestRequest;

    #[derive(Clone)]
    struct User(&'static str);

    async fn greet(req: ApiRequest, res: ApiResponse) -> Result {
        let User(name) = req.extensions().get().expect("a wrapper put it there");
        res.send(*name)
    }

    async fn known(mut req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
        req.extensions_mut().insert(User("Ann"));
        handler.run(req, res.header("x-known", "yes")).await
    }

    #[test]
    fn a_wrapper_tells_the_handler_what_it_found_and_adds_to_the_answer() {
        let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", greet.wrap(known)));
        assert_eq!((answer.text().as_str(), answer.header("x-known")), ("Ann", Some("yes")));
    }

    #[test]
    fn the_last_wrapper_is_the_outermost() {
        async fn refuses(_: ApiRequest, res: ApiResponse, _: Wrapped) -> Result {
            res.status(401).end()
        }
        async fn never(_: ApiRequest, _: ApiResponse, _: Wrapped) -> Result {
            panic!("an outer wrapper has answered")
        }
        let route = Route::new("/api/x", greet.wrap(never).wrap(refuses));
        assert_eq!(TestRequest::get("/api/x").send(&route).status(), 401);
    }

    #[test]
    fn a_wrapper_sees_the_error_of_the_handler() {
        async fn fails(_: ApiRequest, _: ApiResponse) -> Result {
            Err(crate::ApiError::new(409, "Taken"))
        }
        async fn forgives(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
            match handler.run(req, res).await {
                Err(error) if error.status() == 409 => ApiResponse::new().send("never mind"),
                answer => answer,
            }
        }
        let route = Route::new("/api/x", fails.wrap(forgives));
        assert_eq!(TestRequest::get("/api/x").send(&route).text(), "never mind");
    }

    #[test]
    fn a_wrapper_runs_after_the_checks_of_the_route() {
        let route = Route::new("/api/x", greet.wrap(known)).body_limit(1);
        assert_eq!(TestRequest::post("/api/x").body("two").send(&route).status(), 413);
    }
}
