//! `local-emulator serve`: builds the functions, serves them, and ends with a signal.

use std::net::SocketAddr;
use std::process::ExitCode;

use local_emulator::compile::Profile;
use local_emulator::config::Config;
use local_emulator::emulator::Emulator;
use local_emulator::printer::Printer;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Bandwidth, Serve};

/// # Errors
/// Whatever keeps the emulator from starting.
pub(super) fn run(options: Serve, printer: Printer) -> anyhow::Result<ExitCode> {
    let config = config(options, printer)?;
    // One thread: what it does for a request is short, and each further thread costs more in wake-ups than
    // it adds, while the functions need the other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(serve(config));
    // Not waiting for a look at the project that is still under way.
    runtime.shutdown_background();
    ended
}

fn config(options: Serve, printer: Printer) -> std::io::Result<Config> {
    let executable = std::env::current_exe()?;
    let Serve { doors, sandboxes, .. } = options;
    Ok(Config {
        listen: SocketAddr::new(options.host, options.port),
        front_doors: doors.front_doors,
        no_stage: doors.no_stage,
        aws_bandwidth: options.bandwidth == Bandwidth::Aws,
        profile: if options.release { Profile::Release } else { Profile::Dev },
        sandboxes: sandboxes.each,
        all_sandboxes: sandboxes.all,
        queue: sandboxes.queue,
        freeze: sandboxes.freeze,
        cold: sandboxes.cold,
        memory_limit: !sandboxes.no_memory_limit,
        watch: !options.no_watch,
        ..Config::new(options.project, executable, printer)
    })
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    // Before anything is started that a signal would have to end.
    let mut signals = Signals::new()?;
    let emulator = tokio::select! {
        started = Emulator::start(config) => started?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    signals.next().await;
    tokio::select! {
        () = emulator.stop() => Ok(ExitCode::SUCCESS),
        // Whoever asks twice does not want to wait. The watchdog ends what is left.
        () = signals.next() => Ok(ExitCode::FAILURE),
    }
}

/// The signals that end the emulator: Ctrl-C, `kill`, and a terminal that is closed.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
