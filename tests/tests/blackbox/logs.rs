//! What the terminal shows of a function.

use crate::harness::{Project, Served, faults_alone};

#[test]
fn what_a_function_prints_comes_with_its_route_in_front() {
    let served = faults_alone();
    assert_eq!(served.get("/api/raw/print").text(), "printed");
    served.wait_for_log("to stderr");
    served.wait_for_log("| REPORT");
    let log = served.log();
    let lines: Vec<_> = log.lines().filter_map(|line| line.strip_prefix("/api/raw/[fault] | ")).collect();
    for line in ["begun, and ended", "not \u{fffd} utf-8", "to stderr"] {
        assert!(lines.contains(&line), "{line} in {lines:?}");
    }
}

#[test]
fn an_index_is_named_by_its_path() {
    let project = Project::new().answering("api/orders/index", "\"all\"");
    let served = Served::start(&project);
    assert_eq!(served.get("/api/orders").text(), "all");
    assert!(served.wait_for_log("| REPORT").starts_with("/api/orders | "), "{}", served.log());
}

#[test]
fn an_invocation_begins_with_start_and_ends_with_end_and_report() {
    let project = Project::new().answering("api/quiet", "\"{}\"");
    let served = Served::start(&project);
    for _ in 0..2 {
        assert_eq!(served.get("/api/quiet").status, 200);
    }
    served.wait_until(|log| log.matches("REPORT").count() == 2);
    let log = served.log();
    let lines: Vec<_> = log.lines().filter_map(|line| line.strip_prefix("/api/quiet | ")).collect();
    let [start, end, first, start_again, end_again, second] = lines[..] else { panic!("{lines:?}") };
    for (start, end, report) in [(start, end, first), (start_again, end_again, second)] {
        let id =
            start.strip_prefix("START RequestId: ").and_then(|rest| rest.strip_suffix(" Version: $LATEST"));
        let id = id.unwrap_or_else(|| panic!("{start}"));
        assert_eq!(end, format!("END RequestId: {id}"));
        assert!(report.starts_with(&format!("REPORT RequestId: {id}\tDuration: ")), "{report}");
        assert!(report.contains("Memory Size: 128 MB\tMax Memory Used: "), "{report}");
    }
    assert!(first.contains("\tInit Duration: ") && !second.contains("Init Duration"), "{first}\n{second}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_report_has_the_peak_of_memory() {
    let memory = "{ let memory = vec![1_u8; 40 << 20]; std::hint::black_box(&memory).len().to_string() }";
    let project = Project::new().answering("api/hungry", memory);
    let served = Served::start(&project);
    assert_eq!(served.get("/api/hungry").text(), (40 << 20).to_string());
    let report = served.wait_for_log("| REPORT");
    let used = report.split("Max Memory Used: ").nth(1).and_then(|rest| rest.split(' ').next());
    assert!(used.and_then(|used| used.parse::<u32>().ok()).is_some_and(|used| used >= 40), "{report}");
}
