use super::super::fixture::{mend_template, template};
use crate::sync::{SyncError, UnmendedDifference};

/// A function with one event, as it is written two spaces deep.
fn function(logical_id: &str, binary: &str, path: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Metadata:\n      BuildMethod: rust-cargolambda\n      \
         BuildProperties:\n        Binary: {binary}\n    Properties:\n      Events:\n        Route:\n          \
         Type: HttpApi\n          Properties:\n            ApiId: !Ref Api\n            Method: ANY\n            \
         Path: {path}\n"
    )
}

const HEAD: &str = "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Runtime: provided.al2023\n    \
                    Handler: bootstrap\n    CodeUri: .\nResources:\n  Api:\n    Type: AWS::Serverless::HttpApi\n";

fn refusal(folders: &[&str], text: &str) -> String {
    mend_template(folders, text, true).unwrap_err().to_string()
}

#[test]
fn new_functions_stand_in_the_order_of_routes() {
    let user = function("UserFunction", "api-user", "/api/user");
    let text = format!("{HEAD}\n{user}\n  Table: {{Type: AWS::DynamoDB::Table}}\nOutputs: {{}}\n");
    let docs = function("DocsSlugFunction", "api-docs-slug", "/api/docs/{slug+}");
    let zoo = function("ZooFunction", "api-zoo", "/api/zoo");
    let expected =
        format!("{HEAD}\n{docs}\n{user}\n{zoo}\n  Table: {{Type: AWS::DynamoDB::Table}}\nOutputs: {{}}\n");
    assert_eq!(template(&["api/docs/[...slug]", "api/user", "api/zoo"], &text), expected);
}

#[test]
fn unordered_functions_get_new_ones_at_the_end() {
    let [user, docs] = [("UserFunction", "api-user", "/api/user"), ("Docs", "api-docs", "/api/docs")]
        .map(|(logical_id, binary, path)| function(logical_id, binary, path));
    let text = format!("{HEAD}\n{user}\n{docs}\n  Table: {{Type: AWS::DynamoDB::Table}}\n");
    let posts = function("PostsFunction", "api-posts", "/api/posts");
    let expected = text.replace("\n  Table", &format!("\n{posts}\n  Table"));
    assert_eq!(template(&["api/docs", "api/posts", "api/user"], &text), expected);
}

#[test]
fn renamed_package_is_written_into_its_function() {
    let old =
        function("UserFunction", "'old' # mine", "/api/user").replace("Events:", "Timeout: 9\n      Events:");
    for prune in [false, true] {
        let text = format!("{HEAD}\n{old}");
        let mended = mend_template(&["api/user"], &text, prune).unwrap();
        assert_eq!(mended.texts.template.1.unwrap(), text.replace("'old'", "'api-user'"));
        assert_eq!(mended.left, []);
        let messages: Vec<_> = mended.done.iter().map(ToString::to_string).collect();
        assert!(
            messages.contains(&"template: made `api-user` of `old` in `UserFunction`".to_owned()),
            "{messages:?}"
        );
    }
}

#[test]
fn without_a_template_there_will_be_a_whole_one() {
    let text = template(&["api/user"], "# mine\n");
    assert!(text.starts_with("# mine\nAWSTemplateFormatVersion: '2010-09-09'\nTransform: "), "{text}");
    let user = function("UserFunction", "api-user", "/api/user");
    assert!(text.contains(&format!("      StageName: $default\n\n{user}\nOutputs:\n")), "{text}");
}

#[test]
fn properties_without_globals_are_written() {
    let text = template(&["api/user"], "Resources: {}\n");
    let expected = "Transform: AWS::Serverless-2016-10-31\nResources:\n  UserFunction:\n    \
                    Type: AWS::Serverless::Function\n    Metadata:\n      BuildMethod: rust-cargolambda\n      \
                    BuildProperties:\n        Binary: api-user\n    Properties:\n      CodeUri: .\n      \
                    Handler: bootstrap\n      Runtime: provided.al2023\n      Events:\n        Route:\n          \
                    Type: HttpApi\n          Properties:\n            Method: ANY\n            Path: /api/user\n";
    assert_eq!(text, expected);
}

#[test]
fn properties_without_globals_follow_other_functions() {
    let own = "CodeUri: ./src, Handler: own, Runtime: provided.al2, Architectures: [arm64]";
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{BuildProperties: {{Binary: api-a}}}}\n    Properties: {{{own}, Events: {{R: {{Type: HttpApi, \
         Properties: {{Path: /api/a, Method: GET}}}}}}}}\n"
    );
    let properties = "    Properties:\n      CodeUri: ./src\n      Handler: own\n      Runtime: provided.al2\n      \
                      Architectures: [arm64]\n      Events:\n";
    let mended = template(&["api/a", "api/b"], &text);
    assert!(mended.contains(properties), "{mended}");
}

#[test]
fn folder_of_one_function_is_not_that_of_the_next() {
    for code_uri in ["functions/api/user", "./functions/api/user/"] {
        let text = function("UserFunction", "api-user", "/api/user").replace(
            "Properties:\n      Events",
            &format!("Properties:\n      CodeUri: {code_uri}\n      Events"),
        );
        let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{text}");
        assert!(text.contains(code_uri), "{text}");
        let mended = template(&["api/user", "api/z"], &text);
        assert_eq!(mended.matches(code_uri).count(), 1, "{mended}");
        assert!(mended.contains("CodeUri: .\n"), "{mended}");
    }
}

/// A template with a function `api-a` that is called as `called` says.
fn called(called: &str) -> String {
    let function = "  A:\n    Type: AWS::Serverless::Function\n    \
                    Metadata: {BuildProperties: {Binary: api-a}}\n    Properties:\n";
    format!("{HEAD}\n{function}{called}")
}

#[test]
fn new_function_is_called_as_the_others_are() {
    let event = |kind: &str, api: &str, quote: &str| {
        format!(
            "      Events:\n        Route:\n          Type: {kind}\n          Properties:\n{api}            \
             Method: ANY\n            Path: {quote}/api/a{quote}\n"
        )
    };
    for style in [
        event("HttpApi", "", ""),
        event("HttpApi", "            ApiId: !Ref Other\n", "'"),
        event("HttpApi", "            ApiId:\n              Ref: Other\n", "\""),
        event("HttpApi", "            ApiId: !ImportValue 'other'\n", ""),
        event("Api", "            RestApiId: !Ref Rest\n", ""),
        event("Api", "", ""),
        "      FunctionUrlConfig:\n        AuthType: AWS_IAM\n        InvokeMode: RESPONSE_STREAM\n"
            .to_owned(),
    ] {
        let text = called(&style);
        let mended = template(&["api/a", "api/b"], &text);
        let new = mended.strip_prefix(&text).unwrap_or_else(|| panic!("{mended}"));
        assert!(new.ends_with(&style.replace("/api/a", "/api/b")), "{style}\n{new}");
    }
}

#[test]
fn first_api_calls_the_first_function() {
    let api =
        |kind: &str| format!("  Own: {{Type: AWS::Serverless::{kind}, Properties: {{StageName: v1}}}}\n");
    for (resources, expected) in [
        (api("Api"), "Type: Api\n          Properties:\n            RestApiId: !Ref Own\n"),
        (api("HttpApi"), "Type: HttpApi\n          Properties:\n            ApiId: !Ref Own\n"),
        (
            format!("  Rest: {{Type: AWS::Serverless::Api}}\n{}", api("HttpApi")),
            "Type: HttpApi\n          Properties:\n            ApiId: !Ref Own\n",
        ),
        (
            "  T: {Type: AWS::DynamoDB::Table}\n".to_owned(),
            "Type: HttpApi\n          Properties:\n            Method",
        ),
    ] {
        let mended = template(&["api/a"], &format!("Resources:\n{resources}"));
        assert!(mended.contains(expected), "{mended}");
    }
}

#[test]
fn optional_catch_all_is_two_events() {
    let mended = template(&["api/shop/[[...slug]]"], HEAD);
    for (name, path) in [("Route", "/api/shop"), ("Rest", "/api/shop/{slug+}")] {
        let event = format!(
            "        {name}:\n          Type: HttpApi\n          Properties:\n            ApiId: !Ref Api\n            \
             Method: ANY\n            Path: {path}\n"
        );
        assert!(mended.contains(&event), "{mended}");
    }
}

#[test]
fn missing_route_keys_are_added_beside_other_events() {
    let event = |name: &str, path: &str| {
        format!(
            "        {name}:\n          Type: HttpApi\n          Properties:\n            ApiId: !Ref Mine\n            \
             Method: ANY\n            Path: {path}\n"
        )
    };
    let shop = |events: &str| called(&format!("      Events:\n{events}")).replace("api-a", "api-shop-slug");
    let folders = ["api/shop/[[...slug]]"];
    let (bare, rest) = (event("Route", "/api/shop"), event("Rest", "/api/shop/{slug+}"));
    assert_eq!(template(&folders, &shop(&bare)), shop(&format!("{bare}{rest}")));
    assert_eq!(template(&folders, &shop(&rest)), shop(&format!("{rest}{bare}")));
    // Events of the developer have these names already.
    let own = "        Route:\n          Type: SQS # mine\n        Rest: {Type: Schedule}\n";
    let expected = [event("Route2", "/api/shop"), event("Rest2", "/api/shop/{slug+}")].concat();
    assert_eq!(template(&folders, &shop(own)), shop(&format!("{own}{}", expected.replace("Mine", "Api"))));
}

#[test]
fn function_that_nothing_calls_gets_its_events() {
    let function =
        "  A:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: api-a}}\n";
    let event = "Route:\n          Type: HttpApi\n          Properties:\n            ApiId: !Ref Api\n            \
                 Method: ANY\n            Path: /api/a\n";
    for (rest, expected) in [
        ("", format!("    Properties:\n      Events:\n        {event}")),
        ("    Properties:\n", format!("    Properties:\n      Events:\n        {event}")),
        ("    Properties: {}\n", format!("    Properties:\n      Events:\n        {event}")),
        ("    Properties:\n      Timeout: 1\n", format!("    Properties:\n      Timeout: 1\n      Events:\n        {event}")),
        ("    Properties:\n      Events: {}\n", format!("    Properties:\n      Events:\n        {event}")),
        ("    Properties:\n      Events: # none\n", format!("    Properties:\n      Events: # none\n        {event}")),
        (
            "    Properties: {Timeout: 1}\n",
            "    Properties: {Timeout: 1, Events: {Route: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, \
             Path: /api/a}}}}\n"
                .to_owned(),
        ),
    ] {
        let text = format!("{HEAD}\n{function}{rest}");
        assert_eq!(template(&["api/a"], &text), format!("{HEAD}\n{function}{expected}"), "{rest}");
    }
}

#[test]
fn renamed_parameter_is_renamed_where_it_stands() {
    let own = function("Own", "api-posts-id", "'/api/posts/{post}' # mine");
    let text = format!("{HEAD}\n{own}");
    assert_eq!(template(&["api/posts/[id]"], &text), text.replace("{post}", "{id}"));
}

#[test]
fn json_stays_json() {
    let text = "{\n  \"Transform\": \"AWS::Serverless-2016-10-31\",\n  \"Resources\": {\n    \"Api\": {\n      \
                \"Type\": \"AWS::Serverless::HttpApi\"\n    }\n  }\n}\n";
    let mended = template(&["api/posts/[id]"], text);
    let value: serde_json::Value = serde_json::from_str(&mended).unwrap();
    let event = &value["Resources"]["PostsIdFunction"]["Properties"]["Events"]["Route"]["Properties"];
    assert_eq!(event["ApiId"], serde_json::json!({"Ref": "Api"}));
    assert_eq!(event["Path"], "/api/posts/{id}");
    let lines: Vec<_> = mended.lines().collect();
    let old: Vec<_> = text.lines().filter(|line| *line != "    }").collect();
    assert!(old.iter().all(|line| lines.contains(line)), "{mended}");
}

#[test]
fn stale_functions_without_references_are_removed() {
    let [a, b, user] =
        [("A", "api-a"), ("B", "api-b"), ("UserFunction", "api-user")].map(|(logical_id, binary)| {
            function(logical_id, binary, &binary.replacen('-', "/", 1).replacen("api", "/api", 1))
        });
    let text = format!("{HEAD}\n  # About A\n{a}\n{b}\n{user}\nOutputs:\n  X: {{Value: !GetAtt B.Arn}}\n");
    let mended = mend_template(&["api/user"], &text, true).unwrap();
    let expected = format!("{HEAD}\n{b}\n{user}\nOutputs:\n  X: {{Value: !GetAtt B.Arn}}\n");
    assert_eq!(mended.texts.template.1.as_deref(), Some(expected.as_str()));
    let line = expected.lines().position(|line| line.contains("!GetAtt")).unwrap() + 1;
    let references = vec![format!("template.yaml:{line}:14: `!GetAtt`")];
    assert_eq!(mended.left, [UnmendedDifference::Needed { logical_id: "B".to_owned(), references }]);
    // Nothing is removed without `--prune`.
    assert_eq!(template(&["api/user"], &text), text);
}

#[test]
fn function_that_a_kept_one_refers_to_is_kept() {
    let [a, b] = [("A", "api-a"), ("B", "api-b")].map(|(id, binary)| function(id, binary, "/api/x"));
    let needs_b = a.replace("      Events:", "      Role: !GetAtt BRole.Arn\n      Events:");
    let text = format!("{HEAD}\n{needs_b}\n{b}\nOutputs:\n  X: {{Value: !Ref A}}\n");
    let mended = mend_template(&["api/user"], &text, true).unwrap();
    let ids: Vec<_> = mended.left.iter().map(|left| format!("{left:?}").contains("\"A\"")).collect();
    assert_eq!(ids, [true, false]);
    let alone = text.replace("Outputs:\n  X: {Value: !Ref A}\n", "");
    assert_eq!(mend_template(&["api/user"], &alone, true).unwrap().left, []);
}

#[test]
fn template_without_its_last_function_keeps_its_style() {
    let old = function("A", "api-a", "/api/a").replace("!Ref Api", "!Ref Other");
    let text = format!("{HEAD}\n{old}");
    let mended = mend_template(&["api/b"], &text, true).unwrap().texts.template.1.unwrap();
    assert_eq!(
        mended,
        text.replace("  A:\n", "  BFunction:\n").replace("api-a", "api-b").replace("/api/a", "/api/b")
    );
}

#[test]
fn unwritable_change_is_shown_for_writing_by_hand() {
    let own = "  A:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: api-a}}\n";
    let text = format!("{HEAD}\n{own}    Properties: &p\n      Timeout: 1\n  B: {{Properties: *p}}\n");
    // A node with an anchor may be meant for other places too, but entries can be added to it in its own place.
    assert!(mend_template(&["api/a"], &text, false).is_ok());
    let text = format!("{HEAD}\n  B:\n    Properties: &p {{Timeout: 1}}\n{own}    Properties: *p\n");
    let message = refusal(&["api/a"], &text);
    assert!(
        message.starts_with("template.yaml:16:17: `Properties` is an alias of another place\n"),
        "{message}"
    );
    assert!(message.ends_with("            Method: ANY\n            Path: /api/a"), "{message}");
    assert!(
        message.contains(
            "\nNothing was written. By hand:\n\nResources:\n  A:\n    Properties:\n      Events:\n"
        ),
        "{message}"
    );
}

#[test]
fn file_without_a_template_is_refused() {
    for (text, start) in [
        ("Resources: [\n", "template.yaml:1:12: not YAML: unclosed bracket"),
        ("Resources: 1\n", "template.yaml:1:12: expected a mapping"),
        ("[]\n", "template.yaml"),
        ("text\n", "template.yaml"),
    ] {
        let message = refusal(&["api/a"], text);
        assert!(message.starts_with(start), "{message}");
    }
    assert!(matches!(mend_template(&["api/a"], "A: [", false), Err(SyncError::NotYaml(_))));
}

#[test]
fn renamed_folder_takes_its_events_along() {
    let events = "        Get:\n          Type: HttpApi # mine\n          Properties:\n            ApiId: !Ref Api\n            \
                  Method: GET\n            Path: '/api/a' # one\n            Auth: {Authorizer: NONE}\n        \
                  Post: {Type: HttpApi, Properties: {Method: POST, Path: \"/api/a\"}}\n";
    let text = called(&format!("      MemorySize: 512\n      Events:\n{events}")).replace("api-a", "api-b");
    assert_eq!(template(&["api/b"], &text), text.replace("/api/a", "/api/b"));
}

#[test]
fn optional_catch_all_made_plain_has_one_event() {
    let event = |name: &str, path: &str| {
        format!(
            "        {name}:\n          Type: HttpApi\n          Properties:\n            ApiId: !Ref Api\n            \
             Method: ANY\n            Path: {path}\n"
        )
    };
    let shop =
        |events: &[String]| called(&format!("      Events:\n{}", events.concat())).replace("api-a", "api-s");
    let text = shop(&[event("Rest", "/api/o/{slug+}"), event("Route", "/api/o")]);
    assert_eq!(template(&["api/s"], &text), shop(&[event("Route", "/api/s")]));
    let done = mend_template(&["api/s"], &text, false).unwrap().done;
    let messages: Vec<_> =
        done.iter().map(ToString::to_string).filter(|it| it.starts_with("template")).collect();
    let expected = [
        "template: removed `Rest` of `A`, as no folder has the path `/api/o/{slug+}` any more",
        "template: moved `Route` of `A` from `/api/o` to `/api/s`",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn event_whose_purpose_is_not_clear_is_reported() {
    let events = "      Events:\n        A: {Type: HttpApi, Properties: {Method: GET, Path: /api/a}}\n        \
                  B: {Type: HttpApi, Properties: {Method: GET, Path: /people}}\n";
    let text = called(events).replace("api-a", "api-b");
    let mended = mend_template(&["api/b"], &text, false).unwrap();
    let new = mended.texts.template.1.unwrap();
    assert!(new.starts_with(&text) && new.ends_with("            Path: /api/b\n"), "{new}");
    let left: Vec<_> = mended.left.iter().map(ToString::to_string).collect();
    let words = |event: &str, path: &str| {
        format!(
            "`{event}` of `A` in the template has the path `{path}`, which no folder has: \
             `cargo api-routes check` says how to keep or remove it"
        )
    };
    assert_eq!(left, [words("A", "/api/a"), words("B", "/people")]);
}

/// A function without a `Binary`, as it is written two spaces deep.
fn unnamed(logical_id: &str, metadata: &str, code_uri: &str, path: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n{metadata}    Properties:\n      CodeUri: {code_uri}\n      \
         Events:\n        Route:\n          Type: HttpApi\n          Properties:\n            ApiId: !Ref Api\n            \
         Method: ANY\n            Path: {path}\n"
    )
}

#[test]
fn function_without_binary_gets_no_second_one() {
    for code_uri in ["functions/api/user", "target/lambda/api-user/", "."] {
        let text = format!(
            "{HEAD}\n{}",
            unnamed("User", "    Metadata: {BuildMethod: rust-cargolambda}\n", code_uri, "/api/user")
        );
        assert_eq!(template(&["api/user"], &text), text);
    }
}

#[test]
fn new_function_names_its_output_as_the_others_do() {
    for metadata in ["", "    Metadata:\n      SkipBuild: true\n"] {
        let of = |name: &str, id: &str| {
            unnamed(id, metadata, &format!("'./target/lambda/{name}/'"), &name.replace("api-", "/api/"))
        };
        let text = format!("{HEAD}\n{}\n{}", of("api-a", "AFunction"), of("api-c", "CFunction"));
        let expected = format!(
            "{HEAD}\n{}\n{}\n{}",
            of("api-a", "AFunction"),
            of("api-b", "BFunction"),
            of("api-c", "CFunction")
        );
        assert_eq!(template(&["api/a", "api/b", "api/c"], &text), expected);
    }
    // If one function has a `Binary`, `sam build` builds the functions.
    let text = format!(
        "{HEAD}\n{}\n{}",
        function("A", "api-a", "/api/a"),
        unnamed("C", "", "target/lambda/api-c/", "/api/c")
    );
    assert!(template(&["api/a", "api/b", "api/c"], &text).contains("        Binary: api-b\n"));
}

#[test]
fn code_uri_of_a_renamed_folder_is_written_anew() {
    let text = function("A", "api-b", "/api/a")
        .replace("Events:", "CodeUri: './functions/api/a/' # mine\n      Events:");
    let text = format!("{HEAD}\n{text}");
    assert_eq!(template(&["api/b"], &text), text.replace("api/a", "api/b"));
}

#[test]
fn output_with_another_name_is_led_to_the_package() {
    let text = format!("{HEAD}\n{}", unnamed("User", "", "target/lambda/old/ # mine", "/api/user"));
    assert_eq!(template(&["api/user"], &text), text.replace("lambda/old", "lambda/api-user"));
}
