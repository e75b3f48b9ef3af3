//! The memory of a sandbox: measured, and limited to the setting of its function.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// The shortest time between two measurements. A measurement takes 7 µs, most of the time of a small invocation. Memory that
/// an invocation adds within this time after the last measurement is in the next REPORT.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Measures the memory of one process and of its descendants.
#[derive(Debug)]
pub(super) struct ProcessMemory {
    process: u32,
    status: File,
    looked: Option<Instant>,
    /// The highest measured value, in kilobytes.
    peak: u64,
}

/// The memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemoryUse {
    pub(crate) now_mb: u64,
    pub(crate) peak_mb: u64,
}

/// The size of one process, in kilobytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    /// `VmRSS`
    resident: u64,
    /// `VmHWM`: the highest resident size so far.
    peak: u64,
}

impl ProcessMemory {
    /// Creates a measurement of `process`; `None` on systems other than Linux, which report the memory of a living child
    /// only to `unsafe` code. There, no limit is enforced.
    pub(super) fn new(process: u32) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let status = File::open(format!("/proc/{process}/status")).ok()?;
        Some(Self { process, status, looked: None, peak: 0 })
    }

    /// Returns the most memory that the process has held, in megabytes, rounded up. For a process that has ended, returns
    /// the last measured value.
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

    /// Returns the memory that the process holds now, and the most memory that it has held.
    pub(super) fn in_use(&mut self) -> Option<MemoryUse> {
        let size = size_in(&self.status)?;
        self.peak = self.peak.max(size.peak);
        Some(MemoryUse { now_mb: megabytes(size.resident), peak_mb: megabytes(self.peak) })
    }

    /// Returns the peak with the memory of the descendants, in megabytes. [`peak_mb`](Self::peak_mb) measures one process
    /// alone.
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

/// Returns the descendants of a process.
fn descendants(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(children(parent));
        next += 1;
    }
    found.split_off(1)
}

/// Returns the children of a process, from the list of each of its threads.
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
    fn size_and_peak_are_read_from_the_status() {
        let status = "Name:\tx\nVmHWM:\t    2816 kB\nVmRSS:\t    1 kB\n";
        assert_eq!(size_of(status), Some(Size { resident: 1, peak: 2816 }));
    }

    #[test]
    fn ended_process_has_no_size() {
        assert_eq!(size_of("Name:\tx\nState:\tZ (zombie)\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn children_of_a_process_are_measured_with_it() {
        let mut memory = super::ProcessMemory::new(std::process::id()).unwrap();
        assert!(memory.peak_mb().unwrap() > 0);
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(super::descendants(std::process::id()).contains(&child.id()));
        assert!(memory.sample().unwrap() > 0);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
