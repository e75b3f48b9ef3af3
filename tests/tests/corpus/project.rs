//! The project of the cases, with a function for each page.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use crate::routing::Page;

/// The environment files of the pages. Only the first is read in production.
const ENVIRONMENT: [(&str, &str); 2] =
    [(".env", "ORACLE_PLAIN=from-dotenv\n"), (".env.development", "ORACLE_DEV_ONLY=should-not-load\n")];

/// The APIs, each with the type and the properties of its event.
const APIS: [(&str, &str, &str); 4] = [
    ("Http", "HttpApi", "ApiId: !Ref Http"),
    ("HttpPayload1", "HttpApi", "ApiId: !Ref HttpPayload1, PayloadFormatVersion: '1.0'"),
    ("Rest", "Api", "RestApiId: !Ref Rest"),
    ("RestText", "Api", "RestApiId: !Ref RestText"),
];

const RESOURCES: &str = "Resources:
  Http: {Type: AWS::Serverless::HttpApi}
  HttpPayload1: {Type: AWS::Serverless::HttpApi}
  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: prod, BinaryMediaTypes: ['*/*']}}
  RestText: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
";

const MULTI_VALUE: &str = "  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetGroupAttributes: \
                           [{Key: lambda.multi_value_headers.enabled, Value: 'true'}]}}\n";

/// Writes the project. All functions share a folder, whose `bootstrap` is the program of all pages.
pub(crate) fn write(pages: &[Page], multi_value: bool) -> TempDir {
    let project = tempfile::tempdir().unwrap();
    for (name, text) in ENVIRONMENT {
        fs::write(project.path().join(name), text).unwrap();
    }
    fs::create_dir(project.path().join("page")).unwrap();
    symlink(env!("CARGO_BIN_EXE_corpus-pages"), project.path().join("page/bootstrap")).unwrap();
    let functions = pages.iter().enumerate().map(|(number, page)| function(number, page));
    let group = if multi_value { MULTI_VALUE } else { "" };
    let template = [RESOURCES, group].into_iter().map(str::to_owned).chain(functions).collect::<String>();
    fs::write(project.path().join("template.yaml"), template).unwrap();
    project
}

fn function(number: usize, page: &Page) -> String {
    let mut function = format!(
        "  Page{number}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided.al2023\n      \
         CodeUri: page\n      Handler: '{number}'\n      MemorySize: 1024\n      Timeout: 29\n      \
         FunctionUrlConfig: {{AuthType: NONE}}\n"
    );
    // A page without a route key has a Function URL only.
    let paths = page.paths();
    if !paths.is_empty() {
        function += "      Events:\n";
    }
    for (api, kind, more) in APIS {
        for (key, path) in paths.iter().enumerate() {
            writeln!(
                function,
                "        {api}{key}: {{Type: {kind}, Properties: {{Method: ANY, Path: '{path}', {more}}}}}"
            )
            .unwrap();
        }
    }
    function
}
