//! `invoke`: sends a request through a running emulator, as a client of the inspector's API.

mod api;
mod content;
mod door;
mod draft;
mod event;
mod record;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use http::Method;
use local_emulator::config::PORT;
use local_emulator::printer::Printer;

use self::api::{Api, Outgoing};
use self::content::Content;
use self::draft::{Draft, edits};
use self::record::Sent;
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
    /// The path and the query of the request, or with `--event` the function: its route, package or logical id
    #[arg(required_unless_present = "from_request")]
    target: Option<String>,
    /// The parts of the request.
    #[command(flatten)]
    request: Parts,
    /// Invoke a function with the event in this file, through Lambda's Invoke API; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        requires = "target",
        conflicts_with_all = ["method", "json", "body", "front_door", "from_request"]
    )]
    event: Option<PathBuf>,
    /// Send the recorded request with this number again; the path and other options replace its parts. The inspector and
    /// the line of each `invoke` show the number
    #[arg(long, value_name = "ID")]
    from_request: Option<u64>,
    /// The file of the event.
    #[command(flatten)]
    save: Save,
    /// Print the whole record as JSON, instead of the body
    #[arg(long)]
    record: bool,
    /// Show the headers of the response, and the lines START, END and REPORT of the log
    #[arg(long, short)]
    verbose: bool,
    /// The emulator that is called.
    #[command(flatten)]
    emulator: Address,
}

/// The parts of a request.
#[derive(Args, Debug)]
struct Parts {
    /// The method; by default GET, or POST if there is a body
    #[arg(long, short = 'X', value_parser = method)]
    method: Option<Method>,
    /// A body of JSON, with `content-type: application/json`; `@FILE` reads a file, `@-` standard input
    #[arg(long, conflicts_with = "body", allow_negative_numbers = true)]
    json: Option<String>,
    /// A body of any bytes, without a content type; `@FILE` reads a file, `@-` standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    body: Option<String>,
    /// A header, `NAME: VALUE`; with `--from-request` it replaces the recorded headers of this name
    #[arg(long = "header", short = 'H', value_name = "LINE")]
    headers: Vec<HeaderLine>,
    /// The front door that takes the request: `http-api`, `rest-api`, `function-url`, `alb`, or `http-api-2` for the second
    /// of its kind; by default the front door at the address of the emulator
    #[arg(long, value_name = "NAME")]
    front_door: Option<String>,
}

/// The file of the event.
#[derive(Args, Debug)]
struct Save {
    /// Save the event as `tests/events/NAME.json` of the function, and print the lines of a test that replays it
    #[arg(long = "save", value_name = "NAME")]
    name: Option<String>,
    /// Keep secrets in the saved event: cookies, tokens, keys and claims
    #[arg(long, requires = "name")]
    secrets: bool,
}

/// The address of the emulator.
#[derive(Args, Debug)]
struct Address {
    /// The port of the emulator on this machine
    #[arg(long, short, default_value_t = PORT, env = "API_ROUTES_PORT")]
    port: u16,
    /// The URL of the emulator, instead of its port
    #[arg(long)]
    url: Option<BaseUrl>,
}

/// The exit code for a command line that cannot be read, as clap has it.
const USAGE: u8 = 2;

fn method(text: &str) -> Result<Method, &'static str> {
    let method = Method::from_bytes(text.to_ascii_uppercase().as_bytes());
    method.map_err(|_| "not an HTTP method: write one such as `POST`")
}

impl Parts {
    /// Whether a recorded request would be sent as it was.
    fn is_empty(&self) -> bool {
        let Self { method, json, body, headers, front_door } = self;
        method.is_none() && json.is_none() && body.is_none() && headers.is_empty() && front_door.is_none()
    }
}

impl Invoke {
    /// Whether the command only saves the event of a recorded request, and sends nothing.
    fn only_saves(&self) -> bool {
        self.save.name.is_some() && self.target.is_none() && self.request.is_empty()
    }
}

impl Address {
    fn url(&self) -> anyhow::Result<BaseUrl> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => Ok(format!("http://localhost:{}", self.port).parse()?),
        }
    }
}

/// Sends the request, prints the answer, and saves the event.
///
/// # Errors
/// No emulator with an inspector, or a request that its API refuses.
pub(crate) fn run(options: &Invoke, printer: &Printer) -> anyhow::Result<ExitCode> {
    let content = match Content::read(options) {
        Ok(content) => content,
        Err(error) => {
            printer.error(error);
            return Ok(ExitCode::from(USAGE));
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(invoke(options, content, printer))
}

async fn invoke(options: &Invoke, content: Content, printer: &Printer) -> anyhow::Result<ExitCode> {
    let api = Api::connect(&options.emulator.url()?).await?;
    let sent = if let Some(id) = options.from_request.filter(|_| options.only_saves()) {
        api.record(id).await?
    } else {
        api.send(&outgoing(options, content, &api, printer).await?).await?
    };
    sent.show(options, printer)?;
    save(options, &api, &sent, printer).await?;
    // The status of a request that is only saved is an old one.
    let has_failed = sent.has_failed() && !options.only_saves();
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The request as the API takes it.
async fn outgoing(
    options: &Invoke,
    content: Content,
    api: &Api,
    printer: &Printer,
) -> anyhow::Result<Outgoing> {
    let Invoke { target, request, .. } = options;
    if let Some(id) = options.from_request {
        let recorded = api.record(id).await?;
        let door = request.front_door.as_deref().or(recorded.record.front_door.as_deref());
        let target = target.as_deref().map(|target| api.with_stage(target, door, printer));
        return Ok(Outgoing { draft: edits(request, content, target, &recorded.record), from: Some(id) });
    }
    let target = target.as_deref().unwrap_or_default();
    if let Content::Event(event) = content {
        let function = event::function(target, &api.functions().await?)?;
        return Ok(Outgoing { draft: event::invocation(&function, event, &request.headers), from: None });
    }
    let door = api.door(request.front_door.as_deref());
    let target = api.with_stage(target, door, printer);
    let draft = Draft { front_door: door.map(str::to_owned), ..Draft::new(request, content, target) };
    Ok(Outgoing { draft, from: None })
}

/// Saves the event, if `--save` is given.
async fn save(options: &Invoke, api: &Api, sent: &Sent, printer: &Printer) -> anyhow::Result<()> {
    let Save { name: Some(name), secrets } = &options.save else { return Ok(()) };
    let saved = api.save(sent.record.id, name, *secrets).await?;
    printer.line(format_args!(
        "saved `{}`; these lines of a test replay it:\n{}",
        saved.path,
        saved.test.trim_end()
    ));
    Ok(())
}
