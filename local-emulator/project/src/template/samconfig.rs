//! `samconfig.toml`, where `sam deploy --guided` keeps its answers.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::overrides::{Override, words};

/// The name of the file.
pub const SAM_CONFIG: &str = "samconfig.toml";

/// The default table.
const DEFAULT_ENV: &str = "default";

/// The settings of a deployment in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SamConfig {
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) stack_name: Option<String>,
    pub(super) region: Option<String>,
}

/// The reasons why `samconfig.toml` cannot be used. No message shows the value of a parameter, which may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SamConfigError {
    /// The file exists and cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The file is not TOML.
    #[error("samconfig.toml:{line}:{column}: not TOML: {problem}")]
    NotToml {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The fault.
        problem: String,
    },
    /// `parameter_overrides` has something else than names with values.
    #[error(
        "samconfig.toml: `parameter_overrides` below `[{table}]` is not a list of names with values: write \
         `parameter_overrides = \"Stage=prod Size=1\"`"
    )]
    Parameters {
        /// The table with the list.
        table: String,
    },
    /// The file has no table of the given name.
    #[error("samconfig.toml has no table `[{name}]`: name one with `--config-env` that it has")]
    NoEnv {
        /// The name.
        name: String,
    },
}

impl SamConfig {
    /// Reads the file of `root`; a missing file has no values. A command's table overrides `global`.
    pub(super) fn read(root: &Path, env: Option<&str>) -> Result<Self, SamConfigError> {
        let file = root.join(SAM_CONFIG);
        // A named pipe may never end.
        if std::fs::metadata(&file).is_ok_and(|metadata| !metadata.is_file()) {
            let cause = io::Error::new(ErrorKind::InvalidInput, "it is no file");
            return Err(SamConfigError::Unreadable { file, cause });
        }
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::parse(&text, env),
            Err(cause) if cause.kind() == ErrorKind::NotFound => match env {
                Some(name) => Err(SamConfigError::NoEnv { name: name.to_owned() }),
                None => Ok(Self::default()),
            },
            Err(cause) => Err(SamConfigError::Unreadable { file, cause }),
        }
    }

    fn parse(text: &str, env: Option<&str>) -> Result<Self, SamConfigError> {
        let document: Table = text.parse().map_err(|error| not_toml(&error, text))?;
        let name = env.unwrap_or(DEFAULT_ENV);
        let Some(commands) = document.get(name).and_then(Value::as_table) else {
            return match env {
                Some(name) => Err(SamConfigError::NoEnv { name: name.to_owned() }),
                None => Ok(Self::default()),
            };
        };
        let mut config = Self::default();
        for command in ["global", "deploy"] {
            let parameters = commands.get(command).and_then(|command| command.get("parameters"));
            let Some(options) = parameters.and_then(Value::as_table) else { continue };
            let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
            config.stack_name = text("stack_name").or(config.stack_name);
            config.region = text("region").or(config.region);
            if let Some(overrides) = options.get("parameter_overrides") {
                let table = format!("{name}.{command}.parameters");
                config.parameters = overrides_of(overrides).ok_or(SamConfigError::Parameters { table })?;
            }
        }
        Ok(config)
    }
}

fn not_toml(error: &toml::de::Error, text: &str) -> SamConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    SamConfigError::NotToml { line, column, problem: error.message().to_owned() }
}

/// Reads a text of words, a list of them, or a table.
fn overrides_of(value: &Value) -> Option<BTreeMap<String, String>> {
    let words = match value {
        Value::String(text) => words(text),
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
            items?.into_iter().flat_map(words).collect()
        }
        Value::Table(table) => {
            return table.iter().map(|(name, value)| Some((name.clone(), scalar(value)?))).collect();
        }
        _ => return None,
    };
    let pairs = words.iter().map(|word| word.parse::<Override>().map(|it| (it.name, it.value)));
    pairs.collect::<Result<_, _>>().ok()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{SamConfig, SamConfigError};

    fn parameters(line: &str) -> Vec<(String, String)> {
        let text = format!("version = 0.1\n[default.deploy.parameters]\nparameter_overrides = {line}\n");
        SamConfig::parse(&text, None).unwrap().parameters.into_iter().collect()
    }

    #[test]
    fn overrides_are_written_as_sam_writes_them() {
        for (line, expected) in [
            (r#""Stage=\"prod\" Name=\"two words\"""#, vec![("Name", "two words"), ("Stage", "prod")]),
            (r#""Stage=prod  Size=1""#, vec![("Size", "1"), ("Stage", "prod")]),
            (r#"["Stage=prod", "Name='a b'"]"#, vec![("Name", "a b"), ("Stage", "prod")]),
            (
                r#"{ Stage = "prod", Size = 1, On = true }"#,
                vec![("On", "true"), ("Size", "1"), ("Stage", "prod")],
            ),
            (r#""ParameterKey=Stage,ParameterValue=prod""#, vec![("Stage", "prod")]),
            (r#""Path=a\\ b""#, vec![("Path", "a b")]),
            (r#""""#, vec![]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            assert_eq!(parameters(line), expected, "{line}");
        }
    }

    #[test]
    fn command_table_overrides_the_global_table() {
        let text = "[default.global.parameters]\nstack_name = 'a'\nregion = 'eu-west-1'\n\
                    [default.deploy.parameters]\nstack_name = 'b'\n\
                    [prod.deploy.parameters]\nstack_name = 'c'\n";
        let read = |env| SamConfig::parse(text, env).unwrap();
        assert_eq!(read(None).stack_name.as_deref(), Some("b"));
        assert_eq!(read(None).region.as_deref(), Some("eu-west-1"));
        assert_eq!(read(Some("prod")).stack_name.as_deref(), Some("c"));
    }

    #[test]
    fn unusable_file_is_reported_without_its_values() {
        for (text, env, expected) in [
            ("a = \n", None, "samconfig.toml:1:"),
            (
                "[default.deploy.parameters]\nparameter_overrides = 'hush'\n",
                None,
                "`[default.deploy.parameters]`",
            ),
            ("[default]\n", Some("prod"), "samconfig.toml has no table `[prod]`"),
        ] {
            let error: SamConfigError = SamConfig::parse(text, env).unwrap_err();
            let message = error.to_string();
            assert!(message.contains(expected) && !message.contains("hush"), "{message}");
        }
    }

    #[test]
    fn special_file_is_refused() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("samconfig.toml")).unwrap();
        assert!(matches!(SamConfig::read(root.path(), None), Err(SamConfigError::Unreadable { .. })));
        std::fs::remove_dir(root.path().join("samconfig.toml")).unwrap();
        let made =
            std::process::Command::new("mkfifo").arg(root.path().join("samconfig.toml")).status().unwrap();
        assert!(made.success());
        assert!(matches!(SamConfig::read(root.path(), None), Err(SamConfigError::Unreadable { .. })));
    }

    #[test]
    fn missing_file_gives_nothing() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(SamConfig::read(root.path(), None).unwrap(), SamConfig::default());
        assert!(SamConfig::read(root.path(), Some("prod")).is_err());
    }
}
