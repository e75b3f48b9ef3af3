use clap::{CommandFactory, FromArgMatches, Parser};

use api_routes_project::aws::FrontDoorKind::{Alb, HttpApi, RestApi};

use super::{Cli, Verb};
use crate::arguments::ProjectFolder;
use crate::dev::{Bandwidth, Dev};

fn parse(arguments: &str) -> Result<Cli, String> {
    let arguments = ["cargo-api-routes"].into_iter().chain(arguments.split_whitespace());
    Cli::try_parse_from(arguments).map_err(|error| error.to_string())
}

fn dev(arguments: &str) -> Dev {
    let cli = parse(arguments).unwrap();
    match cli.verb {
        Some(Verb::Dev(dev)) => dev,
        _ => cli.dev,
    }
}

#[test]
fn the_command_line_has_no_contradictions() {
    Cli::command().debug_assert();
}

#[test]
fn front_doors_are_a_list_or_the_option_again() {
    for (arguments, expected) in [
        ("", vec![]),
        ("--front-door rest-api", vec![RestApi]),
        ("--front-door rest-api,alb --front-door http-api", vec![RestApi, Alb, HttpApi]),
        ("dev --front-door=alb", vec![Alb]),
    ] {
        assert_eq!(dev(arguments).doors.front_doors, expected, "{arguments}");
    }
}

#[test]
fn mode_follows_the_build_unless_it_is_chosen() {
    for (arguments, expected) in [
        ("", "development"),
        ("--release", "production"),
        ("dev --release --mode staging", "staging"),
        ("--mode development --release", "development"),
    ] {
        let dev = dev(arguments);
        assert_eq!(dev.mode.for_build(&dev.builds).name(), expected, "{arguments}");
    }
    for name in ["local", "a/b", "a.local", ""] {
        assert!(parse(&format!("--mode={name}")).is_err(), "{name}");
    }
}

#[test]
fn sandboxes_have_lambdas_limits_by_default() {
    let defaults = dev("");
    assert_eq!((defaults.sandboxes.each, defaults.sandboxes.all), (100, 128));
    assert_eq!(defaults.bandwidth, Bandwidth::Full);
    let given =
        dev("--sandboxes 3 --all-sandboxes 5 --queue --freeze --cold --no-memory-limit --bandwidth aws");
    assert_eq!((given.sandboxes.each, given.sandboxes.all), (3, 5));
    assert!(given.sandboxes.queue && given.sandboxes.freeze);
    assert!(given.sandboxes.cold && given.sandboxes.no_memory_limit);
    assert_eq!(given.bandwidth, Bandwidth::Aws);
}

#[test]
fn hints_repeat_only_a_project_of_the_command_line() {
    for (arguments, expected) in [
        ("", None),
        ("sync", None),
        ("--project a", Some("a")),
        ("dev --project a", Some("a")),
        ("check --project=a/b", Some("a/b")),
    ] {
        let arguments = ["cargo-api-routes"].into_iter().chain(arguments.split_whitespace());
        let matches = Cli::command().try_get_matches_from(arguments).unwrap();
        Cli::from_arg_matches(&matches).unwrap();
        assert_eq!(ProjectFolder::given(&matches).map(|it| it.to_str().unwrap()), expected);
    }
}

#[test]
fn a_wrong_option_names_the_right_ones() {
    for (arguments, words) in [
        (
            "--front-door websocket",
            "there is no front door `websocket`: take `http-api`, `rest-api`, `function-url` or `alb`",
        ),
        ("--bandwidth slow", "[possible values: full, aws]"),
        ("--port 65536", "65536 is not in 0..=65535"),
        ("completions tcsh", "[possible values: bash, zsh, fish]"),
        ("parity", "--url <URL>"),
        ("parity --url a.example", "write a URL such as `https://abc.execute-api."),
        (
            "parity --url https://a.example --header authorization",
            "write a name and a value, `authorization: ",
        ),
        ("parity --url https://a.example --timeout 0", "0 is not in 1.."),
        ("parity --url https://a.example --with http://b --front-door alb", "cannot be used with"),
    ] {
        let error = parse(arguments).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}
