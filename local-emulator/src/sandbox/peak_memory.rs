//! The most memory that a process ever held.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// A look costs 7 µs, most of a small invocation's own time, so that it is spared within this time of
/// the last one. Only an invocation of a loaded sandbox notices: what it added is in the next REPORT.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The peak resident size (`VmHWM`) of one process.
#[derive(Debug)]
pub(super) struct PeakMemory {
    status: File,
    last: Option<(Instant, u64)>,
}

impl PeakMemory {
    /// Only Linux tells it of a living child without `unsafe`; elsewhere there is nothing to read.
    pub(super) fn of(process: u32) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let status = File::open(format!("/proc/{process}/status")).ok()?;
        Some(Self { status, last: None })
    }

    /// In megabytes, rounded up. Of a process that has ended, what was seen last.
    pub(super) fn megabytes(&mut self) -> Option<u64> {
        let now = Instant::now();
        if self.last.is_none_or(|(at, _)| now - at >= LOOK_EVERY)
            && let Some(peak) = self.look()
        {
            self.last = Some((now, peak));
        }
        self.last.map(|(_, peak)| peak)
    }

    fn look(&self) -> Option<u64> {
        let mut buffer = [0; 4096];
        let length = self.status.read_at(&mut buffer, 0).ok()?;
        peak_in(std::str::from_utf8(&buffer[..length]).ok()?)
    }
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::peak_in;

    #[test]
    fn the_peak_is_rounded_up_to_whole_megabytes() {
        assert_eq!(peak_in("Name:\tx\nVmHWM:\t    2816 kB\nVmRSS:\t    1 kB\n"), Some(3));
    }

    #[test]
    fn a_process_that_has_ended_has_no_peak() {
        assert_eq!(peak_in("Name:\tx\nState:\tZ (zombie)\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_living_process_has_one() {
        let mut memory = super::PeakMemory::of(std::process::id()).unwrap();
        assert!(memory.megabytes().unwrap() > 0);
    }
}
