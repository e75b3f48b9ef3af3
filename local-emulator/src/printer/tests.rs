use super::queue::BACKLOG;
use super::{MemoryWriter, Printer};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

#[test]
fn lines_of_a_function_carry_its_route() {
    let (printer, log) = Printer::recorded();
    printer.function("/api/user", "hello");
    printer.warning("no template.yaml");
    assert_eq!(log.text(), "/api/user | hello\nwarning: no template.yaml\n");
}

#[test]
fn lines_of_many_threads_come_out_whole() {
    let (printer, log) = Printer::recorded();
    thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            let printer = &printer;
            scope.spawn(move || (0..500).for_each(|n| printer.line(format_args!("{name} {n}"))));
        }
    });
    let text = log.text();
    for name in ["a", "b", "c", "d"] {
        let numbers: Vec<usize> =
            text.lines().filter_map(|line| line.strip_prefix(name)?.trim().parse().ok()).collect();
        assert_eq!(numbers, (0..500).collect::<Vec<_>>());
    }
}

#[test]
fn lines_overwrite_the_status() {
    let text = Arc::new(Mutex::new(Vec::new()));
    let printer = Printer::to(Box::new(MemoryWriter(Arc::clone(&text))), Box::new(io::sink()), true);
    for line in ["one", "two"] {
        printer.status("compiling 1/2");
        printer.line(line);
        printer.flush();
    }
    printer.status("");
    printer.line("three");
    printer.flush();
    let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
    // The status may have come out before its line, or with it.
    let text = text.replace("compiling 1/2\r\u{1b}[K", "");
    assert_eq!(text, "one\ntwo\nthree\n");
}

/// A writer that accepts nothing while the other end of the channel exists.
struct Stalled(mpsc::Receiver<()>, MemoryWriter);

impl Write for Stalled {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An error ends the stall.
        let _ = self.0.recv();
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn stalled_terminal_drops_lines_and_counts_them() {
    let (stall, stalled) = mpsc::channel();
    let text = Arc::new(Mutex::new(Vec::new()));
    let printer =
        Printer::to(Box::new(Stalled(stalled, MemoryWriter(Arc::clone(&text)))), Box::new(io::sink()), false);
    let line = "x".repeat(1024 * 1024);
    // The writer may have taken one backlog before it stalled, and another one waits.
    for _ in 0..4 * BACKLOG / line.len() {
        printer.line(&line);
    }
    printer.flush();
    drop(stall);
    printer.flush();
    let text = text.lock().unwrap();
    assert!(text.windows(13).any(|words| words == b"lines dropped"));
}

struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn closed_terminal_neither_blocks_nor_fails() {
    let printer = Printer::to(Box::new(Gone), Box::new(Gone), false);
    let line = "x".repeat(1024 * 1024);
    for _ in 0..=2 * BACKLOG / line.len() {
        printer.line(&line);
    }
    printer.flush();
}

#[test]
fn same_error_is_printed_once() {
    let (printer, log) = Printer::recorded();
    for error in ["full", "full", "gone", "full"] {
        printer.clone().error_once(error);
    }
    assert_eq!(log.text(), "error: full\nerror: gone\n");
}

fn split() -> (Printer, impl Fn() -> (String, String)) {
    let streams: [Arc<Mutex<Vec<u8>>>; 2] = Default::default();
    let [output, error] = streams.clone().map(|stream| Box::new(MemoryWriter(stream)));
    let printer = Printer::to(output, error, false);
    let flushed = printer.clone();
    let read = move || {
        flushed.flush();
        let [output, error] =
            streams.each_ref().map(|it| String::from_utf8(it.lock().unwrap().clone()).unwrap());
        (output, error)
    };
    (printer, read)
}

#[test]
fn problems_go_to_standard_error() {
    let (printer, read) = split();
    printer.line("a result");
    printer.warning("look");
    printer.error("failed");
    let (output, error) = read();
    assert_eq!(output, "a result\n");
    assert_eq!(error.lines().count(), 2);
}

#[test]
fn standard_output_has_only_json() {
    let (printer, read) = split();
    let printer = printer.with_json();
    printer.line("building\u{9b}");
    printer.warning("look");
    printer.function("/api/user", "\u{1b}]0;title\u{7}");
    let (output, error) = read();
    let lines: Vec<serde_json::Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!((kinds, error.as_str()), (vec!["message", "warning", "output"], ""));
    assert_eq!(
        (&lines[0]["message"], &lines[2]["function"]),
        (&"building\u{9b}".into(), &"/api/user".into())
    );
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
    assert!(!output.contains(['\u{9b}', '\u{1b}', '\u{7}']));
}

#[test]
fn quiet_printer_prints_only_errors() {
    let (printer, read) = split();
    let printer = printer.with_quiet();
    printer.line("a result");
    printer.warning("look");
    printer.function("/api/user", "hello");
    printer.error("failed");
    let (output, error) = read();
    assert_eq!(output, "");
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn output_of_a_function_stays_on_its_line() {
    let (printer, read) = split();
    printer.function("/api/a", "one\r/api/b | two");
    printer.function("/api/a", "\u{1b}[31mred");
    printer.function("/api/a", "\u{1b}[2Jcleared");
    let (output, _) = read();
    let lines: Vec<_> =
        output.lines().map(|line| line.split(" | ").skip(1).collect::<Vec<_>>().join(" | ")).collect();
    assert_eq!(lines, ["one\u{240d}/api/b | two", "\u{1b}[31mred\u{1b}[0m", "\u{241b}[2Jcleared\u{1b}[0m"]);
}
