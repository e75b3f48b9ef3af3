//! `/api/lines`: streams lines, if the front door can stream.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use futures_util::stream;

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    res.header("content-type", "text/plain; charset=utf-8").stream(stream::iter(["one\n", "two\n"]))
}

fn route() -> Route {
    route!(handler).streaming()
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::FrontDoor;
    use api_routes::test::TestRequest;

    #[test]
    fn lines_come_one_by_one() {
        for front_door in [FrontDoor::FunctionUrl, FrontDoor::RestApi] {
            let mut stream = TestRequest::get("/api/lines").via(front_door).stream(&route());
            assert_eq!(stream.header("content-type"), Some("text/plain; charset=utf-8"));
            assert_eq!(stream.by_ref().collect::<Vec<_>>(), ["one\n", "two\n"]);
            assert_eq!(stream.failure(), None);
        }
    }

    #[test]
    fn front_door_that_cannot_stream_collects_them() {
        assert_eq!(TestRequest::get("/api/lines").send(&route()).text(), "one\ntwo\n");
    }
}
