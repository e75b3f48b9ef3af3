//! The command line of `invoke`.

use std::path::PathBuf;

use clap::Args;
use http::Method;
use local_emulator::config::PORT;

use crate::parity::{BaseUrl, HeaderLine};

/// Options of `invoke`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  invoke /api/posts/7                                     sends GET, and prints the body of the response
  invoke /api/notes --json '{\"text\":\"milk\"}'              sends POST
  invoke '/api/posts/[id]' --event event.json             invokes the function itself
  invoke --from-request 12 --header 'accept: text/plain'  sends request 12 again, edited
  invoke --from-request 12 --save one-note                saves the event of request 12, and sends nothing

The body goes to standard output, byte for byte; everything else goes to standard error. You may leave out the stage of an API
in the path.

The exit code is 0 for a status below 400, 1 for a status of 400 or above, a function that failed or a missing answer, and
2 for an invalid command line.")]
pub(crate) struct Invoke {
    /// The path and the query of the request. With `--event`, the function: its route, package or logical id
    #[arg(required_unless_present = "from_request")]
    pub(super) target: Option<String>,
    /// The parts of the request.
    #[command(flatten)]
    pub(super) request: RequestArguments,
    /// Invoke a function with the event in this file, through Lambda's Invoke API; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        requires = "target",
        conflicts_with_all = ["method", "json", "body", "front_door", "from_request"]
    )]
    pub(super) event: Option<PathBuf>,
    /// Send the recorded request with this number again. The path and other options replace its parts. The inspector
    /// and each `invoke` show the number
    #[arg(long, value_name = "ID")]
    pub(super) from_request: Option<u64>,
    /// The file of the event.
    #[command(flatten)]
    pub(super) save: SaveArguments,
    /// Print the whole record as JSON, instead of the body
    #[arg(long)]
    pub(super) record: bool,
    /// Show the headers of the response, and the lines START, END and REPORT of the log
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// The emulator that is called.
    #[command(flatten)]
    pub(super) emulator: EmulatorAddress,
}

/// The parts of a request.
#[derive(Args, Debug)]
pub(super) struct RequestArguments {
    /// The method. Without this option, GET, or POST if there is a body
    #[arg(long, short = 'X', value_parser = method)]
    pub(super) method: Option<Method>,
    /// A JSON body, with `content-type: application/json`. `@FILE` reads a file, `@-` reads standard input
    #[arg(long, conflicts_with = "body", allow_negative_numbers = true)]
    pub(super) json: Option<String>,
    /// A body without a content type. `@FILE` reads a file, `@-` reads standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) body: Option<String>,
    /// A header, `NAME: VALUE`. With `--from-request`, it replaces the recorded headers of this name
    #[arg(long = "header", short = 'H', value_name = "LINE")]
    pub(super) headers: Vec<HeaderLine>,
    /// The front door of the request: `http-api`, `rest-api`, `function-url`, `alb`, or `http-api-2` for the second of
    /// a kind. Without this option, the front door at the address of the emulator
    #[arg(long, value_name = "NAME")]
    pub(super) front_door: Option<String>,
}

/// The file of the event.
#[derive(Args, Debug)]
pub(super) struct SaveArguments {
    /// Save the event as `tests/events/NAME.json` of the function, and print the lines of a test that replays it
    #[arg(long = "save", value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Keep cookies, tokens, keys and claims in the saved event
    #[arg(long, requires = "name")]
    pub(super) secrets: bool,
}

/// The address of the emulator.
#[derive(Args, Debug)]
pub(super) struct EmulatorAddress {
    /// The port of the emulator on this machine
    #[arg(long, short, default_value_t = PORT, env = "API_ROUTES_PORT")]
    port: u16,
    /// The URL of the emulator, instead of its port
    #[arg(long)]
    url: Option<BaseUrl>,
}

fn method(text: &str) -> Result<Method, &'static str> {
    let method = Method::from_bytes(text.to_ascii_uppercase().as_bytes());
    method.map_err(|_| "not an HTTP method: write one such as `POST`")
}

impl RequestArguments {
    /// Whether a recorded request would be sent as it was.
    fn is_empty(&self) -> bool {
        let Self { method, json, body, headers, front_door } = self;
        method.is_none() && json.is_none() && body.is_none() && headers.is_empty() && front_door.is_none()
    }
}

impl Invoke {
    /// Whether the command only saves the event of a recorded request, and sends nothing.
    pub(super) fn only_saves(&self) -> bool {
        self.save.name.is_some() && self.target.is_none() && self.request.is_empty()
    }
}

impl EmulatorAddress {
    /// Returns the URL of the emulator; with a port alone, a URL of this machine.
    pub(super) fn url(&self) -> anyhow::Result<BaseUrl> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => Ok(format!("http://localhost:{}", self.port).parse()?),
        }
    }
}
