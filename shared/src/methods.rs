//! A handler for each method: `get(list).post(create)`.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use http::Method;
use http::header::ALLOW;

use crate::handler::{Bound, Boxed, ErasedHandler, Handler};
use crate::header_list::allow;

/// Handlers for single methods, which [`get`], [`post`] and the like combine.
///
/// The handler of `GET` answers `HEAD` too; the front door leaves the body out. `OPTIONS` is answered with a 204 whose
/// `Allow` lists the methods that are answered, and any other method with a 405 and the same `Allow`. If there is a
/// [`fallback`](Self::fallback), it answers these methods instead.
///
/// `Methods` need a route key that brings every method to the function, such as `ANY /api/posts`. A route key of `GET`
/// alone does not let other methods through.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route, get};
///
/// async fn list(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(["Hello"])
/// }
///
/// async fn create(req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(201).json(req.json::<String>()?)
/// }
///
/// let route = Route::new("/api/posts", get(list).post(create));
/// assert_eq!(TestRequest::get("/api/posts").send(&route).text(), r#"["Hello"]"#);
///
/// let refused = TestRequest::delete("/api/posts").send(&route);
/// assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
/// ```
#[must_use = "handlers do nothing until a route has them: `Route::new(path, get(handler))`"]
pub struct Methods<S = ()> {
    handlers: Vec<(Method, ErasedHandler<S>)>,
    fallback: Option<ErasedHandler<S>>,
}

// `after` is for the examples: the method that another one is added to.
macro_rules! methods {
    ($($function:ident $method:ident $name:literal after $other:ident),*) => {
        $(
            #[doc = concat!("Makes [`Methods`] that answer `", $name, "` with this handler.")]
            ///
            /// ```
            /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
            ///
            /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
            ///     res.end()
            /// }
            ///
            #[doc = concat!("let route = Route::new(\"/api/x\", api_routes::", stringify!($function), "(handler));")]
            #[doc = concat!("let request = api_routes::test::TestRequest::new(api_routes::Method::", $name, ", \"/api/x\");")]
            /// assert_eq!(request.send(&route).status(), 200);
            /// ```
            pub fn $function<M, S>(handler: impl Handler<M, S>) -> Methods<S> {
                Methods { handlers: Vec::new(), fallback: None }.$function(handler)
            }
        )*

        impl<S> Methods<S> {
            $(
                #[doc = concat!("Answers `", $name, "` with this handler.")]
                ///
                /// ```
                /// use api_routes::{ApiRequest, ApiResponse, Method, Result, Route, test};
                ///
                /// async fn first(_req: ApiRequest, res: ApiResponse) -> Result {
                ///     res.send("first")
                /// }
                ///
                /// async fn second(_req: ApiRequest, res: ApiResponse) -> Result {
                ///     res.send("second")
                /// }
                ///
                #[doc = concat!("let methods = api_routes::", stringify!($other), "(first)")]
                #[doc = concat!("    .", stringify!($function), "(second);")]
                #[doc = concat!("let request = test::TestRequest::new(Method::", $name, ", \"/api/x\");")]
                /// assert_eq!(request.send(&Route::new("/api/x", methods)).text(), "second");
                /// ```
                ///
                /// # Panics
                #[doc = concat!("If `", $name, "` already has a handler.")]
                pub fn $function<M>(self, handler: impl Handler<M, S>) -> Self {
                    self.on(Method::$method, handler.erase())
                }
            )*
        }
    };
}

methods!(
    get GET "GET" after post, post POST "POST" after get, put PUT "PUT" after get,
    patch PATCH "PATCH" after get, delete DELETE "DELETE" after get, head HEAD "HEAD" after get,
    options OPTIONS "OPTIONS" after get
);

impl<S> Methods<S> {
    /// Sets the handler of every method that has no handler of its own, also of `OPTIONS`, and of `HEAD` if there is no
    /// handler for `GET`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, get};
    ///
    /// async fn list(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(["Hello"])
    /// }
    ///
    /// async fn other(req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(405, format!("{} is not for posts", req.method())))
    /// }
    ///
    /// let route = Route::new("/api/posts", get(list).fallback(other));
    /// assert_eq!(TestRequest::get("/api/posts").send(&route).status(), 200);
    /// assert_eq!(TestRequest::put("/api/posts").send(&route).text(), r#"{"error":"PUT is not for posts"}"#);
    /// ```
    ///
    /// # Panics
    /// If there is already a fallback.
    pub fn fallback<M>(mut self, handler: impl Handler<M, S>) -> Self {
        assert!(self.fallback.is_none(), "two fallbacks for one route");
        self.fallback = Some(handler.erase());
        self
    }

    fn on(mut self, method: Method, handler: ErasedHandler<S>) -> Self {
        assert!(find(&self.handlers, &method).is_none(), "{method} has two handlers");
        self.handlers.push((method, handler));
        self
    }

    /// Returns the methods that are answered, in the order in which they were added.
    fn allowed(&self) -> Vec<Method> {
        let mut allowed = Vec::new();
        for (method, _) in &self.handlers {
            allowed.push(method.clone());
            if method == Method::GET && find(&self.handlers, &Method::HEAD).is_none() {
                allowed.push(Method::HEAD);
            }
        }
        if find(&self.handlers, &Method::OPTIONS).is_none() {
            allowed.push(Method::OPTIONS);
        }
        allowed
    }
}

fn find<'h, H>(handlers: &'h [(Method, H)], method: &Method) -> Option<&'h H> {
    handlers.iter().find(|(other, _)| other == method).map(|(_, handler)| handler)
}

impl<S: 'static> Handler<Boxed, S> for Methods<S> {
    fn erase(self) -> ErasedHandler<S> {
        let allowed: Arc<[Method]> = self.allowed().into();
        ErasedHandler::new(move |state| {
            let handlers =
                self.handlers.iter().map(|(method, handler)| (method.clone(), handler.bind(state)));
            BoundMethods {
                handlers: handlers.collect(),
                fallback: self.fallback.as_ref().map(|handler| handler.bind(state)),
                allowed: Arc::clone(&allowed),
            }
            .into_handler()
        })
    }
}

/// The handlers, with their state.
struct BoundMethods {
    handlers: Vec<(Method, Bound)>,
    fallback: Option<Bound>,
    allowed: Arc<[Method]>,
}

impl BoundMethods {
    fn into_handler(self) -> Bound {
        Arc::new(move |req, res| match self.handler(req.method()) {
            Some(handler) => handler(req, res),
            None if req.method() == Method::OPTIONS => {
                Box::pin(ready(res.header(ALLOW, allow(&self.allowed)).no_content()))
            }
            None => Box::pin(ready(res.method_not_allowed(&self.allowed))),
        })
    }

    fn handler(&self, method: &Method) -> Option<&Bound> {
        let read = || find(&self.handlers, &Method::GET).filter(|_| method == Method::HEAD);
        find(&self.handlers, method).or_else(read).or(self.fallback.as_ref())
    }
}

impl<S> fmt::Debug for Methods<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Methods").field(&self.allowed()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Methods, get, options};
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};
    use crate::route::Route;
    use crate::test::{TestRequest, TestResponse};
    use http::Method;

    async fn echo(req: ApiRequest, res: ApiResponse) -> Result {
        res.send(req.method().as_str())
    }

    fn sent(method: Method, methods: Methods) -> TestResponse {
        TestRequest::new(method, "/api/x").send(&Route::new("/api/x", methods))
    }

    fn two() -> Methods {
        get(echo).post(echo)
    }

    #[test]
    fn each_method_has_its_handler() {
        let all = || two().put(echo).patch(echo).delete(echo).head(echo).options(echo);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
            let answer = sent(method.parse().unwrap(), all());
            assert_eq!((answer.status().as_u16(), answer.header("allow")), (200, None), "{method}");
        }
    }

    #[test]
    fn get_answers_head_unless_it_has_a_handler() {
        assert_eq!(sent(Method::HEAD, two()).status(), 200);
        let own = two().head(async |_: ApiRequest, res: ApiResponse| res.status(204).end());
        assert_eq!(sent(Method::HEAD, own).status(), 204);
        assert_eq!(sent(Method::HEAD, options(echo)).status(), 405);
    }

    #[test]
    fn method_without_a_handler_gets_a_405_with_allow() {
        for method in ["PUT", "TRACE", "PROPFIND"] {
            let answer = sent(method.parse().unwrap(), two());
            assert_eq!(answer.status(), 405);
            let allow: Vec<_> = answer.headers().get_all("allow").iter().collect();
            assert_eq!(allow, ["GET, HEAD, POST, OPTIONS"]);
            assert_eq!(answer.text(), r#"{"error":"Method Not Allowed"}"#);
        }
    }

    #[test]
    fn options_lists_methods_unless_it_has_a_handler() {
        let answer = sent(Method::OPTIONS, two());
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), (204, ""));
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST, OPTIONS"));
        let own = sent(Method::OPTIONS, two().options(echo));
        assert_eq!((own.status().as_u16(), own.header("allow")), (200, None));
        assert_eq!(sent(Method::PUT, two().options(echo)).header("allow"), Some("GET, HEAD, POST, OPTIONS"));
    }

    #[test]
    fn fallback_answers_every_method_without_a_handler() {
        async fn other(_: ApiRequest, res: ApiResponse) -> Result {
            res.status(418).end()
        }
        for (method, status) in [
            (Method::GET, 200),
            (Method::HEAD, 200),
            (Method::POST, 418),
            (Method::OPTIONS, 418),
            (Method::TRACE, 418),
        ] {
            assert_eq!(sent(method.clone(), get(echo).fallback(other)).status(), status, "{method}");
        }
        assert_eq!(sent(Method::HEAD, options(echo).fallback(other)).status(), 418);
    }

    #[test]
    #[should_panic = "two fallbacks for one route"]
    fn second_fallback_panics() {
        let _: Methods = get(echo).fallback(echo).fallback(echo);
    }

    #[test]
    #[should_panic = "GET has two handlers"]
    fn second_handler_of_a_method_panics() {
        let _: Methods = get(echo).get(echo);
    }
}
