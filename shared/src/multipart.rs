//! `multipart/form-data`: forms with files.

use std::fmt;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::error::ApiError;
use crate::request::ApiRequest;
use crate::response::Result;

/// The parts of a form with files, from [`ApiRequest::multipart`].
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     for part in req.multipart()?.get_all("files") {
///         let kind = part.content_type().or_status(400, "A file without a type")?;
///         println!("{:?}, {kind}: {} bytes", part.file_name(), part.bytes().len());
///     }
///     res.no_content()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Multipart(Vec<Part>);

/// A field or a file of a [`Multipart`] form.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let form = req.multipart()?;
///     let fields = form.iter().filter(|part| part.file_name().is_none());
///     let fields: Result<Vec<_>> = fields.map(|part| Ok((part.name(), part.text()?))).collect();
///     res.json(fields?)
/// }
/// ```
#[derive(Clone)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

impl ApiRequest {
    /// Reads the body as a form with files, `multipart/form-data` (feature `multipart`).
    ///
    /// The whole form is in memory, since Lambda passes whole events. An upload over 1 MB needs a
    /// [`body_limit`](crate::Route::body_limit) that allows it. Lambda takes no event over 6 MB, and base64 makes a
    /// file a third larger. Upload larger files to S3 with a presigned URL.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     let title = form.get("title").or_status(400, "`title` is missing")?.text()?;
    ///     let picture = form.get("picture").or_status(400, "`picture` is missing")?;
    ///     res.json((title, picture.file_name(), picture.bytes().len()))
    /// }
    /// ```
    ///
    /// # Errors
    /// 415 if the content type is not `multipart/form-data`. 400 if it has no boundary, or if the body is malformed
    /// (`Invalid multipart body`).
    pub fn multipart(&self) -> Result<Multipart> {
        let content_type = self.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary =
            multer::parse_boundary(content_type.unwrap_or_default()).map_err(|error| match error {
                // The client has set the header by hand, where its library would have written the boundary.
                multer::Error::NoBoundary => {
                    ApiError::bad_request("No boundary in `content-type: multipart/form-data`")
                        .caused_by(error)
                }
                _ => ApiError::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "Expected `content-type: multipart/form-data` with a boundary",
                )
                .caused_by(error),
            })?;
        // All bytes are in memory, so if a part is not ready now, the form has no end.
        match parts(self.bytes().clone(), boundary).now_or_never() {
            Some(parts) => Ok(Multipart(parts.map_err(malformed)?)),
            None => Err(malformed(multer::Error::IncompleteStream)),
        }
    }
}

async fn parts(body: Bytes, boundary: String) -> multer::Result<Vec<Part>> {
    let mut form = multer::Multipart::new(stream::iter([Ok::<_, std::convert::Infallible>(body)]), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        parts.push(Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?,
        });
    }
    Ok(parts)
}

fn malformed(error: multer::Error) -> ApiError {
    ApiError::bad_request("Invalid multipart body").caused_by(error)
}

impl Multipart {
    /// Returns the first part of this name.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     res.send(form.get("title").or_status(400, "`title` is missing")?.text()?)
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=title\r\n\r\nA bear\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), "A bear");
    /// ```
    pub fn get(&self, name: &str) -> Option<&Part> {
        self.iter().find(|part| part.name == name)
    }

    /// Returns all parts of this name, in their order, for an input that takes several files.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     res.json(form.get_all("tag").map(|part| part.text()).collect::<Result<Vec<_>>>()?)
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=tag\r\n\r\na\r\n\
    ///     --b\r\ncontent-disposition: form-data; name=tag\r\n\r\nb\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), r#"["a","b"]"#);
    /// ```
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Part> {
        self.iter().filter(move |part| part.name == name)
    }

    /// Returns all parts, in their order.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.multipart()?.iter().map(|part| part.name()).collect::<Vec<_>>())
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=b\r\n\r\n1\r\n\
    ///     --b\r\ncontent-disposition: form-data; name=a\r\n\r\n2\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), r#"["b","a"]"#);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &Part> {
        self.0.iter()
    }
}

impl Part {
    /// Returns the name of the form field.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     res.json(form.iter().map(|part| Ok((part.name(), part.text()?))).collect::<Result<Vec<_>>>()?)
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=title\r\n\r\nA bear\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), r#"[["title","A bear"]]"#);
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the file, as the client sends it. Do not use it as a path to write to.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     // `None` is a field that is not a file.
    ///     res.json(req.multipart()?.iter().map(|part| part.file_name()).collect::<Vec<_>>())
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n\
    ///     --b\r\ncontent-disposition: form-data; name=b; filename=b.txt\r\n\r\n2\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), r#"[null,"b.txt"]"#);
    /// ```
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// Returns the type of the file, as the client sends it.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.multipart()?.get("a").and_then(|part| part.content_type()))
    /// }
    ///
    /// let form = "--b\r\ncontent-disposition: form-data; name=a\r\ncontent-type: image/png\r\n\r\n…\r\n--b--";
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).text(), r#""image/png""#);
    /// ```
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the content, byte for byte.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     res.send(form.get("a").or_status(400, "`a` is missing")?.bytes().clone())
    /// }
    ///
    /// let form = b"--b\r\ncontent-disposition: form-data; name=a\r\n\r\n\xff\0\r\n--b--".as_slice();
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// assert_eq!(request.send(&Route::new("/api/x", handler)).bytes()[..], [0xff, 0]);
    /// ```
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Returns the content as text.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let form = req.multipart()?;
    ///     res.send(form.get("a").or_status(400, "`a` is missing")?.text()?)
    /// }
    ///
    /// let form = b"--b\r\ncontent-disposition: form-data; name=a\r\n\r\n\xff\r\n--b--".as_slice();
    /// let request = TestRequest::post("/api/x").header("content-type", "multipart/form-data; boundary=b").body(form);
    /// let answer = request.send(&Route::new("/api/x", handler));
    /// let details = r#"[{"path":"a","message":"expected text in UTF-8"}]"#;
    /// assert_eq!(answer.text(), format!(r#"{{"error":"Invalid body","details":{details}}}"#));
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid body` that names the field, if the content is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let details = serde_json::json!([{ "path": self.name, "message": "expected text in UTF-8" }]);
            ApiError::bad_request("Invalid body").with_details(details).caused_by(error)
        })
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("length", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};
    use crate::route::Route;
    use crate::test::{TestRequest, TestResponse};
    use serde_json::{Value, json};

    const FORM: &[u8] = b"--b\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nA b\xc3\xa4r\r\n\
        --b\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"../bear.png\"\r\n\
        content-type: image/png\r\n\r\n\x89PNG\r\n\xff\r\n--b--\r\n";

    async fn upload(req: ApiRequest, res: ApiResponse) -> Result {
        let form = req.multipart()?;
        let parts = form.iter().map(|part| {
            json!({
                "name": part.name(),
                "file": part.file_name(),
                "type": part.content_type(),
                "bytes": part.bytes().to_vec(),
            })
        });
        let title = form.get("title").map(super::Part::text).transpose()?;
        res.json(json!({ "title": title, "parts": parts.collect::<Vec<_>>() }))
    }

    fn sent(content_type: &str, body: impl Into<Vec<u8>>) -> TestResponse {
        let body: Vec<u8> = body.into();
        TestRequest::post("/api/x")
            .header("content-type", content_type)
            .body(body)
            .send(&Route::new("/api/x", upload))
    }

    #[test]
    fn form_has_its_fields_and_files() {
        let answer = sent("multipart/form-data; boundary=b", FORM);
        assert_eq!(
            answer.json::<Value>(),
            json!({ "title": "A bär", "parts": [
                { "name": "title", "file": null, "type": null, "bytes": "A bär".as_bytes() },
                { "name": "picture", "file": "../bear.png", "type": "image/png", "bytes": b"\x89PNG\r\n\xff" },
            ]})
        );
        assert_eq!(sent("Multipart/Form-Data; boundary=\"b\"", "--b--").json::<Value>()["parts"], json!([]));
    }

    #[test]
    fn malformed_form_is_a_400() {
        let cut = (0..FORM.len() - 4).map(|length| FORM[..length].to_vec());
        let others = ["--c--", "--b\r\n\r\n", "--b x\r\n\r\nv\r\n--b--"].map(|body| body.as_bytes().to_vec());
        for body in cut.chain(others) {
            let answer = sent("multipart/form-data; boundary=b", body);
            assert_eq!(
                (answer.status().as_u16(), answer.text().as_str()),
                (400, r#"{"error":"Invalid multipart body"}"#)
            );
        }
        let answer = sent("multipart/form-data", FORM);
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (400, r#"{"error":"No boundary in `content-type: multipart/form-data`"}"#)
        );
    }

    #[test]
    fn field_that_is_not_utf_8_is_named() {
        let form = b"--b\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\n\xff\r\n--b--\r\n";
        let answer = sent("multipart/form-data; boundary=b", form);
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>()["details"][0]["path"], "title");
    }

    #[test]
    fn another_content_type_is_a_415() {
        for content_type in ["application/json", "multipart/mixed; boundary=b", "b"] {
            assert_eq!(sent(content_type, FORM).status(), 415, "{content_type}");
        }
    }

    #[test]
    fn upload_over_one_megabyte_needs_its_own_limit() {
        let mut form = FORM[..FORM.len() - 8].to_vec();
        form.resize(1024 * 1024, b'x');
        form.extend(b"\r\n--b--\r\n");
        let request = || {
            TestRequest::post("/api/x")
                .header("content-type", "multipart/form-data; boundary=b")
                .body(form.clone())
        };
        let answer = request().send(&Route::new("/api/x", upload));
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (413, r#"{"error":"Body exceeded 1mb limit"}"#)
        );
        assert_eq!(request().send(&Route::new("/api/x", upload).body_limit(2 * crate::MB)).status(), 200);
    }
}
