use crate::template::{Context, Template, Variable};

/// The variables of a function, as a template in these lines has them.
fn variables(lines: &str) -> Vec<(String, String)> {
    let text = format!(
        "Resources:\n  Posts:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{BuildProperties: {{Binary: api-posts}}}}\n    Properties:\n      Environment:\n        \
         Variables:\n{lines}"
    );
    let template = Template::examine(&text, "template.yaml", &Context::default()).template.unwrap();
    let variables = template.functions[0].variables.iter().map(|(name, variable)| match variable {
        Variable::Value(value) => (name.clone(), value.clone()),
        Variable::Intrinsic(name) => panic!("{name}"),
    });
    variables.collect()
}

fn cautions(text: &str) -> Vec<String> {
    let template = Template::examine(text, "template.yaml", &Context::default()).template.unwrap();
    template.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn closing_bracket_may_stand_below_its_key() {
    let text = "Resources:\n  Posts:\n    Type: AWS::Serverless::Function\n    Properties:\n      Architectures: [\n        \
                \"arm64\"\n      ]\n      Tags: {\n        \"a\": \"b\"\n      }\n      CodeUri: code\n";
    let template = Template::parse(text, "template.yaml").unwrap();
    assert_eq!(template.functions[0].code_uri.as_deref(), Some("code"));
}

#[test]
fn dash_alone_is_an_item_of_a_list_in_brackets() {
    for (written, deployed) in [
        ("!Select [1, !Split [-, a-b-c]]", "b"),
        ("!Join [-, [é, -, !Join [-, [b, c]]]]", "é---b-c"),
        ("!Sub ['${A}', {A: -}]", "-"),
        ("!Select [0, [-]]", "-"),
    ] {
        let expected = vec![("AA".to_owned(), deployed.to_owned())];
        assert_eq!(variables(&format!("          AA: {written}\n")), expected, "{written}");
    }
    let text = format!("Resources:\n  A: [{}]\n", "-, ".repeat(1_000));
    let error = Template::parse(&text, "template.yaml").unwrap_err().to_string();
    assert!(error.starts_with("template.yaml:2:307: not YAML"), "{error}");
}

#[test]
fn unreadable_document_is_refused_at_its_place() {
    for (text, expected) in [
        ("A: {{name}}\n", "1:5: a key must be text, not a map or a list: quote values with braces"),
        ("? [a]\n: b\n", "1:3: a key must be text, not a map or a list: quote values with braces"),
        ("!Ref A: b\n", "1:1: a key must be text, not a map or a list: quote values with braces"),
        ("A:\n  <<: 5\n", "2:7: `<<` takes a map, or a list of maps"),
        ("A:\n  <<:\n  B: 1\n", "2:5: `<<` takes a map, or a list of maps"),
        ("A:\n  <<: !Ref B\n", "2:7: `<<` takes a map, or a list of maps"),
        ("A:\n  <<: [{B: 1}, 1]\n", "2:16: `<<` takes a map, or a list of maps"),
        ("A: &a\n  B: *a\n", "2:6: an alias cannot repeat the node around it"),
        ("A: =\n", "1:4: SAM cannot read `=` without quotes: write `'='`"),
        ("A: [<<]\n", "1:5: SAM cannot read `<<` without quotes: write `'<<'`"),
        ("A: 1\n---\nB: 2\n", "3:1: a template is one document: remove the second one"),
        ("A: 1\n---\n", "2:4: a template is one document: remove the second one"),
    ] {
        let error = Template::parse(text, "template.yaml").unwrap_err().to_string();
        assert_eq!(error, format!("template.yaml:{expected}"), "{text}");
    }
    for text in [
        "~: a\n",
        "'=': '<<'\n",
        "A: &a\n  <<: *a\n",
        "A: !Sub <<\n",
        "'<<': 1\n",
        "---\nA: 1\n...\n",
        "A: {<<: {Ref: B}}\n",
    ] {
        let error = Template::parse(text, "template.yaml").unwrap_err().to_string();
        assert!(error.contains("no `Resources`"), "{text}: {error}");
    }
}

#[test]
fn tab_that_sam_cannot_read_is_told_at_its_place() {
    for (text, place) in [
        ("Resources: {}\t# c\n", Some("1:14")),
        ("Resources:\t{}\n", Some("1:11")),
        ("# é\nResources: {é: [a,\tb]}\n", Some("2:19")),
        ("Resources: {}\n\t\nA: 1\n", Some("2:1")),
        ("Resources: {}\nA: x\ty\n", Some("2:5")),
        ("A: b\nResources: {}\n\t", Some("3:1")),
        ("A: |\t\n  b\nResources: {}\n", Some("1:5")),
        ("# a\tb\nResources: {} #\tc\n", None),
        ("Resources: {'a\tb': \"c\td\"}\n", None),
        ("A: |\n  b\tc\n  \t\n\nResources: {}\n", None),
        ("A: |\n  b\n  \t\nResources:\t{}\n", Some("4:11")),
        ("{\n\t\"Resources\": {}\n}\n", None),
    ] {
        let expected = "SAM cannot read a tab outside of quotes: write spaces";
        let expected: Vec<_> =
            place.iter().map(|place| format!("template.yaml:{place}: {expected}")).collect();
        assert_eq!(cautions(text), expected, "{text}");
    }
}

#[test]
fn variable_has_the_text_that_sam_deploys() {
    for (written, deployed) in [
        ("012345678901", "012345678901"),
        ("000000000012", "10"),
        ("on", "true"),
        ("No", "false"),
        ("'yes'", "yes"),
        ("y", "y"),
        ("0755", "493"),
        ("10:30", "630"),
        ("1e3", "1e3"),
        ("1.10", "1.1"),
        ("1_000", "1000"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("2001-12-14", "2001-12-14"),
        ("!!str 010", "010"),
        ("!!int '010'", "8"),
        ("|\n            a\n            b", "a\nb"),
    ] {
        let expected = vec![("AA".to_owned(), deployed.to_owned())];
        assert_eq!(variables(&format!("          AA: {written}")), expected, "{written}");
    }
}

#[test]
fn changed_scalar_is_reported_at_its_place() {
    for (written, expected) in [
        ("on", Some("`AA` is `true` on AWS: SAM reads `on` so where it has no quotes")),
        ("0755", Some("`AA` is `493` on AWS: SAM reads `0755` so where it has no quotes")),
        ("1e3", Some("`AA` may be another text on AWS: CloudFormation can read `1e3` as a number")),
        ("'1e3'", Some("`AA` may be another text on AWS: CloudFormation can read `1e3` as a number")),
        (
            "012345678901",
            Some("`AA` may be another text on AWS: CloudFormation can read `012345678901` as a number"),
        ),
        ("'012345678901'", None),
        ("'0755'", None),
        ("true", None),
        ("7", None),
        ("text", None),
    ] {
        let text = format!(
            "Resources:\n  Posts:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: a}}}}\n    \
             Properties: {{Environment: {{Variables: {{AA: {written}}}}}}}\n"
        );
        let expected: Vec<_> =
            expected.iter().map(|expected| format!("template.yaml:5:48: {expected}")).collect();
        assert_eq!(cautions(&text), expected, "{written}");
    }
}

#[test]
fn repeated_key_counts_last_and_names_both_lines() {
    let lines = "          AA: 1\n          BB: x\n          AA: 2\n          AA: 3\n";
    assert_eq!(variables(lines), [("AA", "3"), ("BB", "x")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    let text = "Resources:\n  A: {Type: X}\n  B: {Type: Y}\n  A: {Type: Z}\n";
    assert_eq!(cautions(text), ["template.yaml:4:3: `A` is at line 2 too: SAM reads only this one"]);
}

#[test]
fn own_entries_override_merged_ones() {
    let lines = "          <<: [{AA: 1, BB: 1}, {AA: 2, CC: 2}]\n          BB: 3\n";
    assert_eq!(
        variables(lines),
        [("AA", "1"), ("BB", "3"), ("CC", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

#[test]
fn aliases_that_repeat_too_much_are_refused() {
    let bomb: String = (1..40).fold(String::new(), |text, level| {
        text + &format!("A{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)
    });
    let text = format!("A0: &a0 [x, x]\n{bomb}Resources: {{}}\n");
    let error = Template::parse(&text, "template.yaml").unwrap_err().to_string();
    assert!(error.contains("aliases repeat too much"), "{error}");
    let deep: String = (1..150)
        .fold(String::new(), |text, level| text + &format!("A{level}: &a{level} [[*a{}]]\n", level - 1));
    let error = Template::parse(&format!("A0: &a0 [x]\n{deep}"), "template.yaml").unwrap_err().to_string();
    assert!(error.contains("more than 200 levels"), "{error}");
}
