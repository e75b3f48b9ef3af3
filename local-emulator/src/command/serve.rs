//! `local-emulator serve`: builds the functions, serves them, and ends with a signal.

use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Serve;
use crate::compile::Profile;
use crate::emulator::{Config, Emulator};
use crate::printer::Printer;

/// # Errors
/// Whatever keeps the emulator from starting.
pub(super) fn run(options: Serve, printer: Printer) -> anyhow::Result<ExitCode> {
    let executable = std::env::current_exe()?;
    let config = Config {
        listen: SocketAddr::new(options.host, options.port),
        profile: if options.release { Profile::Release } else { Profile::Dev },
        sandboxes: options.sandboxes,
        watch: !options.no_watch,
        ..Config::new(options.project, executable, printer)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    // Before anything is started that a signal would have to end.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let emulator = Emulator::start(config).await?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    emulator.stop().await;
    Ok(ExitCode::SUCCESS)
}
