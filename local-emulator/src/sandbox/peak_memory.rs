//! The most memory that a process ever held.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// A look costs 7 µs, most of a small invocation's own time. It is spared until the function was busy
/// for so long since the last one: a process cannot touch more than a few megabytes in that time.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The peak resident size (`VmHWM`) of one process.
#[derive(Debug)]
pub(super) struct PeakMemory {
    status: File,
    last: Option<u64>,
    /// How long the process was busy since the last look.
    unseen: Duration,
}

impl PeakMemory {
    /// Only Linux tells it of a living child without `unsafe`; elsewhere there is nothing to read.
    pub(super) fn of(process: u32) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let status = File::open(format!("/proc/{process}/status")).ok()?;
        Some(Self { status, last: None, unseen: Duration::ZERO })
    }

    /// After the process was busy for a while, in megabytes, rounded up. Of one that has ended, what
    /// was seen last.
    pub(super) fn after(&mut self, busy: Duration) -> Option<u64> {
        self.unseen += busy;
        if self.last.is_none() || self.unseen >= LOOK_EVERY { self.now() } else { self.last }
    }

    /// The same, looked up in any case.
    pub(super) fn now(&mut self) -> Option<u64> {
        self.unseen = Duration::ZERO;
        self.last = self.look().or(self.last);
        self.last
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
        assert!(memory.now().unwrap() > 0);
    }
}
