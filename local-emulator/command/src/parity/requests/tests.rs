use http::Method;

use super::read;
use crate::parity::file::SourceFile;
use crate::parity::request::{Expected, Request};

fn requests(text: &str) -> Vec<Request> {
    read(&SourceFile::from_text(text)).unwrap()
}

fn request(text: &str) -> Request {
    let [request] = <[_; 1]>::try_from(requests(&format!("[[request]]\npath = '/a'\n{text}"))).unwrap();
    request
}

fn headers(request: &Request) -> Vec<(&str, &str)> {
    request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
}

#[test]
fn a_path_is_all_that_a_request_needs() {
    let request = request("");
    assert_eq!(
        (request.name.as_str(), request.method, request.target.as_str()),
        ("GET /a", Method::GET, "/a")
    );
    assert!(request.headers.is_empty() && request.body.is_empty());
    assert_eq!(request.expect, Expected::default());
}

#[test]
fn a_target_is_sent_as_it_is_written() {
    for target in ["/", "/a%20b/?c=d&c", "//a", "/a?b=%zz;c", "/a/../b"] {
        let request = &requests(&format!("[[request]]\npath = '{target}'"))[0];
        assert_eq!(request.target, target);
    }
}

#[test]
fn a_header_may_have_several_lines() {
    let request = request("headers = { x-a = '1', X-B = ['2', '3'] }");
    assert_eq!(headers(&request), [("x-b", "2"), ("x-b", "3"), ("x-a", "1")]);
}

#[test]
fn a_body_is_text_bytes_or_json() {
    for (written, body) in [
        ("body = 'a'", &b"a"[..]),
        ("body = 'ab'\nbody-repeat = 3", b"ababab"),
        ("body-base64 = '//4='", b"\xff\xfe"),
        ("json = { b = 1, a = [true, 2.5, 1979-05-27] }", br#"{"b":1,"a":[true,2.5,"1979-05-27"]}"#),
    ] {
        assert_eq!(request(written).body, body, "{written}");
    }
}

#[test]
fn json_sets_its_content_type_unless_it_is_set() {
    assert_eq!(headers(&request("json = []")), [("content-type", "application/json")]);
    assert_eq!(headers(&request("json = []\nheaders = { content-type = 'a/b' }")), [("content-type", "a/b")]);
    assert_eq!(headers(&request("body = '[]'")), []);
}

#[test]
fn common_ignore_list_adds_to_that_of_a_request() {
    let text = "ignore.headers = ['etag']\n[[request]]\npath = '/a'\nignore = { headers = ['vary'], json = ['/id'] }";
    let ignore = &requests(text)[0].ignore;
    assert_eq!((ignore.headers.len(), ignore.json.len()), (2, 1));
}

#[test]
fn mistakes_are_reported_with_their_position() {
    for (text, words) in [
        ("[[request]]\nmethod = 'GET'", "file.toml:1:1: missing field `path`"),
        ("[[request]]\npath = '/a'\npth = 1", "file.toml:3:1: unknown field `pth`"),
        ("[[request]]\npath = 'a'", "file.toml:2:8: `a` cannot be sent: begin the path with a slash"),
        ("[[request]]\npath = '/a b'", "file.toml:2:8: `/a b` cannot be sent: "),
        ("[[request]]\npath = '/a#b'", "file.toml:2:8: `/a#b` cannot be sent: a browser does not send `#`"),
        ("[[request]]\npath = '/a'\nmethod = 'G T'", "file.toml:3:10: `G T` is not an HTTP method"),
        (
            "[[request]]\npath = '/a'\nheaders = { 'a b' = 'c' }",
            "file.toml:3:21: the header `a b` is not a valid name",
        ),
        (
            "[[request]]\npath = '/a'\nheaders = { a = \"b\\nc\" }",
            "file.toml:3:17: the header `a` has a value",
        ),
        (
            "[[request]]\npath = '/a'\nbody = 'a'\njson = 1",
            "file.toml:1:1: give a request only one of `body`, ",
        ),
        ("[[request]]\npath = '/a'\nbody-base64 = '*'", "file.toml:3:15: `body-base64` is not base64: "),
        ("[[request]]\npath = '/a'\njson = 1\nbody-repeat = 2", "file.toml:4:15: a repeated JSON body"),
        (
            "[[request]]\npath = '/a'\nbody = 'a'\nbody-repeat = 99999999",
            "file.toml:4:15: the body would be larger than 64 MB",
        ),
        ("[[request]]\npath = '/a'\nignore.text = ['(']", "file.toml:3:16: `(`: "),
        (
            "[[request]]\npath = '/a'\nignore.json = ['id']",
            "file.toml:3:16: `id`: a JSON pointer begins with",
        ),
        ("[[request]]\npath = '/a'\nexpect.status = 99", "file.toml:3:17: write an HTTP status"),
        (
            "[[request]]\npath = '/a'\n[[request]]\npath = '/a'",
            "file.toml:3:1: two requests have the name `GET /a`: give",
        ),
        ("[[request]\n", "file.toml:1:"),
    ] {
        let error = read(&SourceFile::from_text(text)).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}\n{words}");
    }
}
