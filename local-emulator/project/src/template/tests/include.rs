use std::fs;

use tempfile::tempdir;

use crate::template::{Caller, Context, Examination, Template};

const OPERATION: &str = "\n    get:\n      x-amazon-apigateway-integration:\n        type: aws_proxy\n        uri: {Fn::Sub: \
                         'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'}\n";

/// A template in `stack/` with an API that has these properties, beside a file `stack/api/open.yaml`.
fn examine(properties: &str, file: &str) -> Examination {
    let root = tempdir().unwrap();
    let folder = root.path().join("stack/api");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("open.yaml"), file).unwrap();
    let text = format!(
        "Parameters: {{File: {{Type: String, Default: open.yaml}}}}\nResources:\n  \
         Fn: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: f}}}}}}\n  \
         Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {properties}}}}}\n"
    );
    Template::examine(
        &text,
        "stack/template.yaml",
        &Context { root: Some(root.path()), ..Context::default() },
    )
}

/// The route keys of the function, each with the file of its place.
fn keys(examined: &Examination) -> Vec<String> {
    let template = examined.template.as_ref().unwrap();
    let events = template.functions[0].events.iter();
    events.map(|event| format!("{} {}", event.route_key, template.files[event.place.file])).collect()
}

fn warned(examined: &Examination) -> Vec<String> {
    let warnings = examined.template.iter().flat_map(|template| &template.warnings);
    examined.errors.iter().chain(warnings).map(ToString::to_string).collect()
}

fn include(location: &str) -> String {
    format!("{{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}}}")
}

#[test]
fn document_of_a_local_file_is_that_of_the_api() {
    let document = format!("openapi: 3.0.1\npaths:\n  /a:{OPERATION}");
    let found = ["GET /a stack/api/open.yaml"];
    for properties in [
        "DefinitionUri: api/open.yaml".to_owned(),
        "DefinitionUri: !Sub 'api/${File}'".to_owned(),
        format!("DefinitionBody: {}", include("./api/open.yaml")),
        format!("DefinitionBody: {}", include("!Sub 'api/${File}'")),
        "DefinitionBody: !Transform {Name: AWS::Include, Parameters: {Location: api/open.yaml}}".to_owned(),
    ] {
        let examined = examine(&properties, &document);
        assert_eq!(keys(&examined), found, "{properties}");
        assert_eq!(warned(&examined), [""; 0], "{properties}");
        assert_eq!(examined.template.unwrap().functions[0].called_by, None, "{properties}");
    }
    let paths = format!("/a:{}", OPERATION.replace("\n  ", "\n"));
    let examined = examine(&format!("DefinitionBody: {{paths: {}}}", include("api/open.yaml")), &paths);
    assert_eq!(keys(&examined), found);
}

#[test]
fn document_that_is_elsewhere_may_call_any_function() {
    for properties in [
        "DefinitionUri: s3://bucket/open.yaml".to_owned(),
        "DefinitionUri: {Bucket: bucket, Key: open.yaml}".to_owned(),
        format!("DefinitionBody: {}", include("s3://bucket/open.yaml")),
    ] {
        let examined = examine(&properties, "");
        assert_eq!(keys(&examined), [""; 0], "{properties}");
        let template = examined.template.unwrap();
        assert_eq!(template.functions[0].called_by, Some(Caller::Other), "{properties}");
        assert_eq!(template.files, ["stack/template.yaml"], "{properties}");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told_in_it() {
    let missing = examine("DefinitionUri: api/none.yaml", "");
    let expected = "stack/template.yaml:4:80: the routes of this file are not served: `stack/api/none.yaml` cannot be read: ";
    assert!(warned(&missing)[0].starts_with(expected), "{:?}", warned(&missing));
    assert_eq!(missing.template.unwrap().files, ["stack/template.yaml", "stack/api/none.yaml"]);
    let broken = examine("DefinitionUri: api/open.yaml", "paths: {\n");
    assert!(warned(&broken)[0].starts_with("stack/api/open.yaml:1:8: not YAML"), "{:?}", warned(&broken));
    let document = format!("paths:\n  /a:{}", OPERATION.replace("type: aws_proxy", "type: aws"));
    let other = examine("DefinitionUri: api/open.yaml", &document);
    assert!(
        warned(&other)[0].starts_with("stack/api/open.yaml:3:5: `Api` leads elsewhere"),
        "{:?}",
        warned(&other)
    );
}
