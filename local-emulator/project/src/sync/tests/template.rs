//! Templates as developers write them.

use std::fmt::Write as _;

use api_routes_routing::Pattern;
use proptest::prelude::*;

use crate::agreement::fixture::package;

/// A template, and which of its lines belong to functions whose folders are gone.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) text: String,
    is_stale: Vec<bool>,
}

impl Written {
    /// Returns the lines that the filter accepts, without their ends.
    pub(super) fn lines(&self, filter: impl Fn(bool) -> bool) -> impl Iterator<Item = &str> {
        let lines = self.text.split_inclusive('\n').zip(&self.is_stale);
        lines
            .filter(move |(_, is_stale)| filter(**is_stale))
            .map(|(line, _)| line.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}'))
    }
}

/// The start of variable names that differ from the names in the folders.
const RENAMED: &str = "{renamed";

/// The beginning of paths that folders had before they were renamed.
pub(super) const FORMER: &str = "/former";

/// Whether a line may change: a renamed variable, the path of a renamed folder, or the key of a mapping that is empty
/// or becomes empty.
pub(super) fn is_other(line: &str) -> bool {
    let is_of_gone = line.contains("Binary: gone-") || line.contains("Path: /gone");
    line.contains(RENAMED) || line.contains(FORMER) || line.contains("Resources:") || is_of_gone
}

/// Resources of the developer, indented by two spaces.
const OTHERS: [&str; 9] = [
    "  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: !Sub '${AWS::StackName}-t'  # name\n      KeySchema:\n        - {AttributeName: id, KeyType: HASH}\n",
    "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: \"q # {\"}} # queue\n",
    "  Inline:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: x\n      InlineCode: |\n        def x():\n\n          # code\n          return 1\n\n",
    "  Keep:\n    Type: Custom::X\n    Properties:\n      Text: |+\n        a\n\n",
    "  Fn::ForEach::Topics:\n    - N\n    - [A, B]\n    - T${N}: {Type: AWS::SNS::Topic}\n",
    "  Quoted:\n    Type: 'AWS::SNS::Topic'\n    Condition: \"C\"\n    # Metadata: none\n",
    "  Long:\n    Type: AWS::X::Y\n    Properties:\n      Long: a\n        b  c\n      Q: 'it''s # no\n\n        comment'\n",
    "  Worker:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: worker}}\n    Properties:\n      Events: {Q: {Type: SQS}}\n",
    "  Uses:\n    Type: AWS::X::Y\n    Properties:\n      Arn: !GetAtt Gone0.Arn\n",
];

const COMMENTS: [&str; 6] =
    ["", "\n", "\n\n", "\n  # grüße 🎉: {a}\n", "\n  # one\n\n  # two\n\n", "\n# left\n"];

const HEADS: [&str; 5] = [
    "AWSTemplateFormatVersion: '2010-09-09'\n",
    "Transform: AWS::Serverless-2016-10-31\n",
    "Parameters:\n  AFunction:\n    Type: String\n",
    "# globals\nGlobals:\n  Function: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: .}\n",
    "Outputs:\n  X:\n    Value: !Sub ${AWS::Region}\n",
];

/// How functions are called.
const CALLERS: [&str; 6] = [
    "Type: HttpApi\nApiId: !Ref Api\n",
    "Type: HttpApi\nApiId: {Ref: Api}\n",
    "Type: HttpApi\n",
    "Type: Api\nRestApiId: !Ref Rest\n",
    "Type: Api\n",
    "",
];

/// How one function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Whole,
    Renamed,
    Moved,
    WithoutEvents,
    WithoutProperties,
    Flow,
    /// Without a `Binary`: its `CodeUri` is what cargo-lambda builds.
    Output,
}

pub(super) fn written(folders: &[String]) -> impl Strategy<Value = Written> + use<> {
    let count = folders.len();
    let ours = prop::sample::subsequence(folders.to_vec(), 0..=count);
    let form = prop::sample::select(vec![
        Form::Whole,
        Form::Whole,
        Form::Renamed,
        Form::Moved,
        Form::WithoutEvents,
        Form::WithoutProperties,
        Form::Flow,
        Form::Output,
    ]);
    let ours = (ours, prop::collection::vec(form, 8), prop::sample::select(CALLERS.to_vec()));
    let ours = ours.prop_map(|(folders, forms, caller)| {
        let functions = folders.iter().zip(forms).enumerate();
        functions
            .map(|(number, (folder, form))| (function(number, folder, form, caller), false))
            .collect::<Vec<_>>()
    });
    let stale = prop::sample::select(CALLERS[..5].to_vec()).prop_flat_map(|caller| {
        let stale = |number: usize| {
            (
                block(&format!("Gone{number}"), &format!("gone-{number}"), caller, "/gone")
                    .replace('\n', " # gone\n"),
                true,
            )
        };
        prop::sample::subsequence((0..3).map(stale).collect::<Vec<_>>(), 0..=2)
    });
    let others = prop::sample::subsequence(OTHERS.to_vec(), 0..=4);
    let others = others
        .prop_map(|others| others.into_iter().map(|other| (other.to_owned(), false)).collect::<Vec<_>>());
    let resources =
        (ours, stale, others).prop_map(|(ours, stale, others)| [ours, stale, others].concat()).prop_shuffle();
    let heads = prop::sample::subsequence(HEADS.to_vec(), 0..=5).prop_shuffle();
    let gaps = prop::collection::vec(prop::sample::select(COMMENTS.to_vec()), 20);
    let layout = (
        0..=5_usize,
        prop::sample::select(vec![2, 3, 4, 8]),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
        any::<bool>(),
    );
    (resources, heads, gaps, layout)
        .prop_map(|(resources, heads, gaps, layout)| render(&resources, &heads, &gaps, layout))
}

fn render(
    resources: &[(String, bool)],
    heads: &[&str],
    gaps: &[&str],
    (at, unit, newline, has_bom, has_end): (usize, usize, &str, bool, bool),
) -> Written {
    let mut lines: Vec<(String, bool)> = Vec::new();
    let mut add =
        |text: &str, is_stale: bool| lines.extend(text.lines().map(|line| (indented(line, unit), is_stale)));
    let (before, after) = heads.split_at(at.min(heads.len()));
    for head in before {
        add(head, false);
    }
    add(if resources.is_empty() { "Resources: {} # none\n" } else { "Resources:\n" }, false);
    for (number, (resource, is_stale)) in resources.iter().enumerate() {
        add(resource, *is_stale);
        // A comment right above a removed part would be removed too.
        let next_is_stale = resources.get(number + 1).is_some_and(|(_, is_stale)| *is_stale);
        add(gaps[number], next_is_stale && gaps[number].ends_with("}\n"));
    }
    for head in after {
        add(head, false);
    }
    let mut text = String::from(if has_bom { "\u{feff}" } else { "" });
    for (line, _) in &lines {
        let _ = write!(text, "{line}{newline}");
    }
    if !has_end {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    Written { text, is_stale: lines.into_iter().map(|(_, is_stale)| is_stale).collect() }
}

/// Indents a line by another width instead of two spaces.
fn indented(line: &str, unit: usize) -> String {
    let rest = line.trim_start_matches(' ');
    let spaces = line.len() - rest.len();
    " ".repeat(spaces / 2 * unit + spaces % 2) + rest
}

fn function(number: usize, folder: &str, form: Form, caller: &str) -> String {
    let (logical_id, binary) = (format!("Own{number}"), package(folder));
    let keys = Pattern::from_folder(folder).map(|pattern| pattern.route_keys()).unwrap_or_default();
    let paths: Vec<_> = keys.iter().map(|key| key.to_string().replace("ANY ", "")).collect();
    let path = paths.last().map_or("/other", String::as_str);
    match form {
        Form::Whole => block(&logical_id, &binary, caller, path),
        Form::Renamed => block(&logical_id, &binary, caller, &path.replace('{', RENAMED)),
        Form::Moved => block(&logical_id, &binary, caller, &format!("{FORMER}/{number}")),
        Form::WithoutEvents => {
            let whole = block(&logical_id, &binary, caller, path);
            let (head, _) = whole.split_once("    Properties:\n").unwrap_or_default();
            format!("{head}    Properties:\n      Timeout: 9 # mine\n")
        }
        Form::WithoutProperties => {
            let whole = block(&logical_id, &binary, caller, path);
            whole.split_once("    Properties:\n").unwrap_or_default().0.to_owned()
        }
        Form::Output => {
            let metadata = format!("      BuildProperties:\n        Binary: {binary}\n");
            let code_uri = format!("    Properties:\n      CodeUri: target/lambda/{binary}/\n");
            let whole = block(&logical_id, &binary, caller, path);
            whole.replace(&metadata, "").replacen("    Properties:\n", &code_uri, 1)
        }
        Form::Flow => {
            let events = paths.iter().enumerate().map(|(number, path)| {
                format!("E{number}: {{Type: HttpApi, Properties: {{Path: '{path}', Method: get}}}}")
            });
            let events = events.collect::<Vec<_>>().join(", ");
            format!(
                "  {logical_id}: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: {binary}}}}}, \
                 Properties: {{Events: {{{events}}}}}}}\n"
            )
        }
    }
}

fn block(logical_id: &str, binary: &str, caller: &str, path: &str) -> String {
    let head = format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Metadata:\n      BuildMethod: rust-cargolambda\n      \
         BuildProperties:\n        Binary: {binary}\n    Properties:\n"
    );
    let Some((kind, api)) = caller.split_once('\n') else {
        return format!("{head}      FunctionUrlConfig:\n        AuthType: NONE\n");
    };
    let api = api.lines().map(|line| format!("            {line}\n")).collect::<Vec<_>>().concat();
    format!(
        "{head}      Events:\n        Mine:\n          {kind}\n          Properties:\n{api}            Path: {path}\n            \
         Method: ANY\n"
    )
}
