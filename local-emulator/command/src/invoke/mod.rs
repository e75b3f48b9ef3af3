//! `invoke`: sends a request through a running emulator, as a client of the inspector's API.

mod api;
mod arguments;
mod content;
mod door;
mod draft;
mod event;
mod record;
mod show;

use std::process::ExitCode;

use local_emulator::printer::Printer;

pub(crate) use self::arguments::Invoke;

use self::api::{Api, OutgoingRequest};
use self::arguments::SaveArguments;
use self::content::Content;
use self::draft::{RequestDraft, edits};
use self::record::SentRequest;

/// The exit code for a command line that cannot be read, as clap has it.
const USAGE: u8 = 2;

/// Sends the request, prints the answer, and saves the event.
///
/// # Errors
/// If no emulator with an inspector answers, or its API refuses the request.
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
    // A request that is only saved has the status of an earlier run.
    let has_failed = sent.has_failed() && !options.only_saves();
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Returns the request in the form that the API takes.
async fn outgoing(
    options: &Invoke,
    content: Content,
    api: &Api,
    printer: &Printer,
) -> anyhow::Result<OutgoingRequest> {
    let Invoke { target, request, .. } = options;
    if let Some(id) = options.from_request {
        let recorded = api.record(id).await?;
        let door = request.front_door.as_deref().or(recorded.record.front_door.as_deref());
        let target = target.as_deref().map(|target| api.front_doors.with_stage(target, door, printer));
        return Ok(OutgoingRequest {
            draft: edits(request, content, target, &recorded.record),
            from: Some(id),
        });
    }
    let target = target.as_deref().unwrap_or_default();
    if let Content::Event(event) = content {
        let function = event::function(target, &api.functions().await?)?;
        return Ok(OutgoingRequest {
            draft: event::invocation(&function, event, &request.headers),
            from: None,
        });
    }
    let door = api.front_doors.name(request.front_door.as_deref(), api.port());
    let target = api.front_doors.with_stage(target, door, printer);
    let draft =
        RequestDraft { front_door: door.map(str::to_owned), ..RequestDraft::new(request, content, target) };
    Ok(OutgoingRequest { draft, from: None })
}

/// Saves the event, if `--save` is given.
async fn save(options: &Invoke, api: &Api, sent: &SentRequest, printer: &Printer) -> anyhow::Result<()> {
    let SaveArguments { name: Some(name), secrets } = &options.save else { return Ok(()) };
    let saved = api.save(sent.record.id, name, *secrets).await?;
    printer.line(format_args!(
        "saved `{}`; these lines of a test replay it:\n{}",
        saved.path,
        saved.test.trim_end()
    ));
    Ok(())
}
