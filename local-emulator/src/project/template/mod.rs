//! `template.yaml`, the file that `sam deploy` uses: the settings of each function and its events.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use saphyr::{LoadableYamlNode, MarkedYaml};

mod events;
mod function;
mod node;
mod reader;
mod variables;

use node::Node;
use reader::Reader;

/// The names that SAM looks for, in its order.
pub(crate) const FILES: [&str; 2] = ["template.yaml", "template.yml"];

/// What the template says of functions that are binaries of this workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Each `AWS::Serverless::Function` with a `Metadata.BuildProperties.Binary`.
    pub functions: Vec<TemplateFunction>,
    /// What the emulator cannot take from the template, or should be mended.
    pub warnings: Vec<Complaint>,
}

/// One function of the template, with `Globals` merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFunction {
    /// Its key below `Resources`.
    pub logical_id: String,
    /// Its `FunctionName`, else its logical id: the stack's name and the suffix that AWS
    /// puts around that are not known here.
    pub name: String,
    /// `Metadata.BuildProperties.Binary`: which binary of the workspace it is.
    pub binary: String,
    /// How long an invocation may take: 1 to 900 seconds.
    pub timeout: Duration,
    /// Memory in MB: 128 to 10,240.
    pub memory_mb: u32,
    /// `Environment.Variables`.
    pub variables: BTreeMap<String, Variable>,
    /// The route keys of its `HttpApi` events: `GET /api/posts/{id}`, `ANY /api/user`, `$default`.
    pub route_keys: Vec<String>,
}

/// A variable's value in the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The text that Lambda is given.
    Value(String),
    /// An intrinsic function by its short name, `!Ref`: only AWS knows its value.
    Intrinsic(String),
}

/// A place in the template and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file's name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// Why the template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file is there but cannot be read.
    #[error("cannot read `{}`: {cause}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is not YAML, or AWS would refuse it.
    #[error("{}", lines(.0))]
    Invalid(Vec<Complaint>),
}

impl TemplateFunction {
    /// What Lambda takes where a template says nothing:
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>.
    pub const DEFAULT_TIMEOUT_SECONDS: u32 = 3;
    /// As [`DEFAULT_TIMEOUT_SECONDS`](Self::DEFAULT_TIMEOUT_SECONDS).
    pub const DEFAULT_MEMORY_MB: u32 = 128;

    /// A function that the template does not name, under Lambda's defaults and its binary's name.
    pub fn unlisted(binary: &str) -> Self {
        Self {
            logical_id: binary.to_owned(),
            name: binary.to_owned(),
            binary: binary.to_owned(),
            timeout: Duration::from_secs(Self::DEFAULT_TIMEOUT_SECONDS.into()),
            memory_mb: Self::DEFAULT_MEMORY_MB,
            variables: BTreeMap::new(),
            route_keys: Vec::new(),
        }
    }
}

impl Template {
    /// Reads `template.yaml`, or `template.yml`, of `root`. `None` if there is neither.
    ///
    /// # Errors
    /// A [`TemplateError`] with every mistake found, each with its place.
    pub fn read(root: &Path) -> Result<Option<Self>, TemplateError> {
        for name in FILES {
            let file = root.join(name);
            match fs::read_to_string(&file) {
                Ok(text) => return Self::parse(&text, name).map(Some),
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(TemplateError::Unreadable { file, cause }),
            }
        }
        Ok(None)
    }

    /// Reads the text of a template; `file` is its name in complaints.
    ///
    /// # Errors
    /// [`TemplateError::Invalid`].
    pub fn parse(text: &str, file: &'static str) -> Result<Self, TemplateError> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let (line, column) = (error.marker().line(), error.marker().col() + 1);
            let message =
                format!("not YAML: {}; check the indentation, and quote values with braces", error.info());
            TemplateError::Invalid(vec![Complaint { file, line, column, message }])
        })?;
        let nothing = MarkedYaml::value_from_str("");
        let mut reader = Reader::new(file);
        let functions = functions(Node(documents.first().unwrap_or(&nothing)), &mut reader);
        reader.finish().map(|warnings| Self { functions, warnings })
    }

    /// The function that a binary is.
    pub fn function(&self, binary: &str) -> Option<&TemplateFunction> {
        self.functions.iter().find(|function| function.binary == binary)
    }
}

fn functions(document: Node<'_>, reader: &mut Reader) -> Vec<TemplateFunction> {
    let Some(resources) = document.get("Resources") else {
        reader.error(document, "no `Resources`: a SAM template lists its functions there");
        return Vec::new();
    };
    let globals = document.get("Globals").and_then(|globals| globals.get("Function"));
    let mut functions: Vec<TemplateFunction> = Vec::new();
    for (key, resource) in resources.entries() {
        let Some(function) = function::read(key, resource, globals, reader) else { continue };
        match functions.iter().find(|other| other.binary == function.binary) {
            None => functions.push(function),
            Some(first) => reader.warning(
                key,
                format!(
                    "`{}` has the binary of `{}`: the emulator takes the first",
                    function.logical_id, first.logical_id
                ),
            ),
        }
    }
    functions
}

fn lines(complaints: &[Complaint]) -> String {
    complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
