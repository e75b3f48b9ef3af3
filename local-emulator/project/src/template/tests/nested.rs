use std::fs;
use std::path::{Path, PathBuf};

use tempfile::{TempDir, tempdir};

use crate::template::{Code, Context, Examination, Template, Variable};

/// A project with these files, the template among them.
fn project(files: &[(&str, &str)]) -> TempDir {
    let root = tempdir().unwrap();
    for (name, text) in files {
        let file = root.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn examine(root: &Path) -> Examination {
    let text = fs::read_to_string(root.join("template.yaml")).unwrap();
    Template::examine(&text, "template.yaml", &Context { root: Some(root), ..Context::default() })
}

fn function(id: &str, binary: &str, more: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {binary}}}}}\n    \
         Properties: {{Events: {{E: {{Type: HttpApi, Properties: {{Method: get, Path: /{binary}}}}}}}{more}}}\n"
    )
}

fn outer(location: &str) -> String {
    format!(
        "Resources:\n{}  Child:\n    Type: AWS::Serverless::Application\n    \
         Properties: {{Location: {location}, Parameters: {{Stage: prod, Table: !Ref Table}}}}\n",
        function("Home", "home", "")
    )
}

const INNER: &str =
    "Parameters:\n  Stage: {Type: String, Default: dev}\n  Table: {Type: String, Default: x}\nResources:\n";

fn inner() -> String {
    let variables =
        ", Environment: {Variables: {STAGE: !Ref Stage, TABLE: !Ref Table, STACK: !Ref AWS::StackName}}";
    let folder = "  Legacy:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: ../legacy}\n";
    format!("{INNER}{}{folder}", function("Posts", "posts", variables))
}

#[test]
fn nested_stack_functions_join_the_template() {
    let root = project(&[("template.yaml", &outer("stacks/child.yaml")), ("stacks/child.yaml", &inner())]);
    let Examination { template: Some(template), errors } = examine(root.path()) else { panic!() };
    assert_eq!((errors, template.warnings.clone()), (vec![], vec![]));
    assert_eq!(template.files, ["template.yaml", "stacks/child.yaml"]);
    let names: Vec<_> = template.functions.iter().map(|function| function.logical_id.as_str()).collect();
    assert_eq!(names, ["Home", "Child/Posts", "Child/Legacy"]);
    let posts = template.function("posts").unwrap();
    assert_eq!((posts.is_nested(), posts.place.file, posts.place.line), (true, 1, 5));
    assert_eq!(posts.events[0].api, "Child/ServerlessHttpApi");
    assert_eq!(posts.variables["STAGE"], Variable::Value("prod".to_owned()));
    assert_eq!(posts.variables["TABLE"], Variable::Intrinsic("!Ref".to_owned()));
    assert_eq!(posts.variables["STACK"], Variable::Value("stack-Child".to_owned()));
    assert_eq!(template.functions[2].code, Code::Bootstrap(PathBuf::from("legacy")));
    let apis: Vec<_> = template.apis.iter().map(|api| api.logical_id.as_str()).collect();
    assert_eq!(apis, ["ServerlessHttpApi", "Child/ServerlessHttpApi"]);
}

#[test]
fn mistake_of_a_nested_stack_is_told_in_its_file() {
    let child = function("Posts", "posts", ", Timeout: 901");
    let root =
        project(&[("template.yaml", &outer("child.yaml")), ("child.yaml", &format!("Resources:\n{child}"))]);
    let errors: Vec<_> = examine(root.path()).errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["child.yaml:5:98: `Timeout` must be a whole number of seconds from 1 to 900"]);
    fs::write(root.path().join("child.yaml"), "Resources: [\n").unwrap();
    let errors = examine(root.path()).errors;
    assert_eq!((errors[0].file.as_str(), errors[0].place.file), ("child.yaml", 1));
}

#[test]
fn missing_nested_template_is_reported() {
    for (location, expected) in [
        ("gone.yaml", "the functions of `Child` are not served: `gone.yaml` cannot be read: "),
        ("folder", "the functions of `Child` are not served: `folder` is no file"),
        ("s3://a/b", "the functions of `Child` are not served: its template is not a file of this project"),
        (
            "{ApplicationId: a, SemanticVersion: 1.0.0}",
            "the functions of `Child` are not served: its template is no",
        ),
        ("template.yaml", "the functions of `Child` are not served: a template has 100 files at most"),
    ] {
        let root = project(&[("template.yaml", &outer(location)), ("folder/x", "")]);
        let Examination { template: Some(template), errors } = examine(root.path()) else { panic!() };
        assert_eq!(errors, [], "{location}");
        let found = template.warnings.iter().any(|warning| warning.message.starts_with(expected));
        assert!(found, "{location}: {:?}", template.warnings.first());
        assert!(template.function("home").is_some());
    }
}

#[test]
fn stack_whose_condition_does_not_hold_is_not_there() {
    let conditional = outer("child.yaml")
        .replace("    Properties: {Location", "    Condition: No\n    Properties: {Location");
    let text = format!("Conditions: {{No: !Equals [a, b]}}\n{conditional}");
    let root = project(&[("template.yaml", &text), ("child.yaml", &inner())]);
    assert_eq!(examine(root.path()).template.unwrap().functions.len(), 1);
}

#[test]
fn nested_stack_may_be_plain_cloudformation() {
    let text = outer("child.yaml").replace("AWS::Serverless::Application", "AWS::CloudFormation::Stack");
    let root =
        project(&[("template.yaml", &text.replace("Location:", "TemplateURL:")), ("child.yaml", &inner())]);
    assert!(examine(root.path()).template.unwrap().function("posts").is_some());
}
