//! Variables as a file, for a shell and for readers of `.env` files.

use crate::tool::quoted;

/// Returns lines of `NAME=value`, in a form that a POSIX shell and readers of `.env` files have in common. A variable whose
/// name no shell takes is left out.
pub fn as_file<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let named = variables.into_iter().filter(|(name, _)| is_name(name));
    named
        .flat_map(|(name, value)| [name.to_owned(), "=".to_owned(), quoted(value), "\n".to_owned()])
        .collect()
}

fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|first: char| is_letter(first) && !first.is_ascii_digit()) && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::as_file;
    use crate::environment::Dotenv;

    const VALUES: [&str; 14] = [
        "",
        "plain",
        "two words",
        "it's",
        "'quoted'",
        "\"double\"",
        "$HOME ${HOME} `id` $(id)",
        r"C:\new\table",
        "a # b",
        "#a",
        "a=b",
        "-----BEGIN-----\nMIIB\n\n-----END-----\n",
        " spaces ",
        "ü❤",
    ];

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..VALUES.len()).map(|at| format!("V{at}")).collect();
        let variables = names.iter().map(String::as_str).zip(VALUES);
        std::fs::write(folder.path().join(".env"), as_file(variables)).unwrap();
        folder
    }

    #[test]
    fn shell_reads_every_value_as_it_is() {
        let folder = folder();
        for (at, value) in VALUES.iter().enumerate() {
            let script = format!("set -a && . ./.env && exec printenv V{at}");
            let printed =
                Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap().stdout;
            assert_eq!(String::from_utf8(printed).unwrap(), format!("{value}\n"));
        }
    }

    #[test]
    fn reader_of_env_files_reads_every_value_as_it_is() {
        let read = Dotenv::read(folder().path()).unwrap();
        for (at, value) in VALUES.iter().enumerate() {
            assert_eq!(read.get(&format!("V{at}")).map(|(value, _)| value), Some(*value));
        }
    }

    #[test]
    fn name_that_no_shell_takes_is_left_out() {
        assert_eq!(as_file([("A.B", "1"), ("1A", "2"), ("_A1", "3"), ("", "4")]), "_A1=3\n");
    }
}
