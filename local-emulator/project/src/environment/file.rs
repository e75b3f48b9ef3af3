//! Variables as a file, for a shell and for readers of `.env` files.

use crate::tool::quoted;

/// Returns lines of `NAME=value`, in a form that a POSIX shell and readers of `.env` files share. A variable whose name
/// no shell accepts is left out.
///
/// Readers differ in some values. A `$` is safe in a shell, `CodeLLDB` and the plugin `EnvFile`, but begins a name
/// where Next reads the file. A `'` together with a backtick, a `"`, a `\` or a carriage return can only be written for
/// a shell and `CodeLLDB`.
pub fn as_file<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let named = variables.into_iter().filter(|(name, _)| is_name(name));
    named.flat_map(|(name, value)| [name.to_owned(), "=".to_owned(), word(value), "\n".to_owned()]).collect()
}

/// Returns the value as a single word of a shell. Some readers have no form for a `'` within `'`.
fn word(value: &str) -> String {
    if value.contains('\'') && !value.contains(['`', '"', '\\', '\r']) {
        return format!("\"{}\"", value.replace('$', r"\$"));
    }
    quoted(value)
}

fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|first: char| is_letter(first) && !first.is_ascii_digit()) && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::as_file;
    use crate::environment::tests::read;

    const VALUES: [&str; 15] = [
        "",
        "plain",
        "two words",
        "it's",
        "'quoted'",
        "\"double\"",
        "it's $5, or ${HOME} # each",
        r#"C:\n and `id` \""#,
        r"C:\new\table",
        "a # b",
        "#a",
        "a=b",
        "-----BEGIN-----\nMIIB\n\n-----END-----\n",
        " spaces ",
        "ü❤",
    ];

    /// Values that only a shell reads unchanged.
    const OF_SHELL: [&str; 6] = ["$HOME", "pa$word$", "$HOME `id` $(id)", "\"it's\"", "it's C:\\", "it's\r"];

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let values = VALUES.into_iter().chain(OF_SHELL);
        let named: Vec<_> = values.enumerate().map(|(at, value)| (format!("V{at}"), value)).collect();
        let variables = named.iter().map(|(name, value)| (name.as_str(), *value));
        std::fs::write(folder.path().join(".env"), as_file(variables)).unwrap();
        folder
    }

    #[test]
    fn shell_reads_every_value_as_it_is() {
        let folder = folder();
        for (at, value) in VALUES.iter().chain(&OF_SHELL).enumerate() {
            let script = format!("set -a && . ./.env && exec printenv V{at}");
            let printed =
                Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap().stdout;
            assert_eq!(String::from_utf8(printed).unwrap(), format!("{value}\n"));
        }
    }

    #[test]
    fn reader_of_env_files_reads_every_value_as_it_is() {
        let read = read(folder().path());
        for (at, value) in VALUES.iter().enumerate() {
            assert_eq!(read.get(&format!("V{at}")).map(|(value, _)| value), Some(*value));
        }
    }

    #[test]
    fn form_is_the_one_that_most_readers_have() {
        for (value, expected) in [
            ("plain", "plain"),
            ("$LATEST", "'$LATEST'"),
            ("it's", "\"it's\""),
            ("it's $5", "\"it's \\$5\""),
            ("it's \"5\"", "'it'\\''s \"5\"'"),
        ] {
            assert_eq!(as_file([("A", value)]), format!("A={expected}\n"));
        }
    }

    #[test]
    fn name_that_no_shell_takes_is_left_out() {
        assert_eq!(as_file([("A.B", "1"), ("1A", "2"), ("_A1", "3"), ("", "4")]), "_A1=3\n");
    }
}
