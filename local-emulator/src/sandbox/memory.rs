//! How much memory a sandbox holds, and held at most.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use super::state::MemoryUse;

/// A look costs 7 µs, most of a small invocation's own time, so that it is spared within this time of
/// the last one. Only an invocation of a loaded sandbox notices: what it added is in the next REPORT.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The memory of one process and of those that it started.
#[derive(Debug)]
pub(super) struct Memory {
    process: u32,
    status: File,
    looked: Option<Instant>,
    /// The most that was seen, in kilobytes.
    peak: u64,
}

/// What the kernel says of one process, in kilobytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    /// `VmRSS`
    resident: u64,
    /// `VmHWM`: the most that it ever was.
    peak: u64,
}

impl Memory {
    /// Only Linux tells it of a living child without `unsafe`; elsewhere nothing is measured, and no limit
    /// enforced.
    pub(super) fn of(process: u32) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let status = File::open(format!("/proc/{process}/status")).ok()?;
        Some(Self { process, status, looked: None, peak: 0 })
    }

    /// The most that the process ever held, in megabytes, rounded up. Of a process that has ended, what was
    /// seen last.
    pub(super) fn peak_mb(&mut self) -> Option<u64> {
        let now = Instant::now();
        if self.looked.is_none_or(|at| now - at >= LOOK_EVERY)
            && let Some(size) = size_in(&self.status)
        {
            self.looked = Some(now);
            self.peak = self.peak.max(size.peak);
        }
        self.looked.map(|_| megabytes(self.peak))
    }

    /// Returns what the process holds now, and the most that it ever held.
    pub(super) fn in_use(&mut self) -> Option<MemoryUse> {
        let size = size_in(&self.status)?;
        self.peak = self.peak.max(size.peak);
        Some(MemoryUse { now_mb: megabytes(size.resident), peak_mb: megabytes(self.peak) })
    }

    /// The same, with the processes that it has started, which a look at one process does not tell.
    pub(super) fn sample(&mut self) -> Option<u64> {
        let started: u64 = descendants(self.process).iter().filter_map(|id| resident(*id)).sum();
        self.looked = None;
        let own = size_in(&self.status)?;
        self.looked = Some(Instant::now());
        self.peak = self.peak.max(own.peak).max(own.resident + started);
        Some(megabytes(self.peak))
    }
}

fn megabytes(kilobytes: u64) -> u64 {
    kilobytes.div_ceil(1024)
}

fn resident(process: u32) -> Option<u64> {
    Some(size_in(&File::open(format!("/proc/{process}/status")).ok()?)?.resident)
}

/// The processes that a process has started, and those that they have.
fn descendants(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(children(parent));
        next += 1;
    }
    found.split_off(1)
}

/// Each thread of a process has a list of those that it started.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn size_in(status: &File) -> Option<Size> {
    let mut buffer = [0; 4096];
    let length = status.read_at(&mut buffer, 0).ok()?;
    size_of(str::from_utf8(&buffer[..length]).ok()?)
}

fn size_of(status: &str) -> Option<Size> {
    let kilobytes = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    };
    Some(Size { resident: kilobytes("VmRSS:")?, peak: kilobytes("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::{Size, size_of};

    #[test]
    fn the_kernel_tells_size_and_peak() {
        let status = "Name:\tx\nVmHWM:\t    2816 kB\nVmRSS:\t    1 kB\n";
        assert_eq!(size_of(status), Some(Size { resident: 1, peak: 2816 }));
    }

    #[test]
    fn a_process_that_has_ended_has_no_size() {
        assert_eq!(size_of("Name:\tx\nState:\tZ (zombie)\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_living_process_has_a_size_and_so_have_its_children() {
        let mut memory = super::Memory::of(std::process::id()).unwrap();
        assert!(memory.peak_mb().unwrap() > 0);
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(super::descendants(std::process::id()).contains(&child.id()));
        assert!(memory.sample().unwrap() > 0);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
