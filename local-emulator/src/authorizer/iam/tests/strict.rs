//! Requests that botocore 1.44.8 signed for 2026-11-30 12:00:00 in `eu-central-1`, as they were on the wire, and
//! changes to them on the way.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use http::Request;
use tempfile::TempDir;

use super::super::{CredentialsError, IamFrontDoor, IamVerifier, ReceivedRequest};
use super::{ACCOUNT, DenialKind, INVALID_TOKEN, IamCaller, Keyring, MISMATCH, NOW, SigningTime, Sources};
use crate::authorizer::Denial;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE//TOKEN==";

/// A request on the wire.
#[derive(Clone, Debug)]
struct Sent {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    front_door: IamFrontDoor,
}

fn sent(method: &'static str, target: &str, key: &str, signed_headers: &str, signature: &str) -> Sent {
    let service = "execute-api";
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20261130/eu-central-1/{service}/aws4_request, SignedHeaders={signed_headers}, \
         Signature={signature}"
    );
    let mut headers = vec![
        ("host", "localhost:3000".to_owned()),
        ("x-amz-date", NOW.to_owned()),
        ("authorization", authorization),
        ("user-agent", "python-requests/2.34.2".to_owned()),
    ];
    if key.starts_with("ASIA") {
        headers.push(("x-amz-security-token", TOKEN.to_owned()));
    }
    Sent { method, target: target.to_owned(), headers, body: "", front_door: IamFrontDoor::RestApi }
}

impl Sent {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    fn header(&self, name: &str) -> String {
        self.headers.iter().find(|(header, _)| *header == name).unwrap().1.clone()
    }

    async fn judged(&self, verifier: &IamVerifier) -> Result<IamCaller, Denial> {
        let request = Request::builder().method(self.method).uri(&self.target);
        let request =
            self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let (head, ()) = request.body(()).unwrap().into_parts();
        let request =
            ReceivedRequest { head: &head, body: self.body.as_bytes(), front_door: self.front_door };
        verifier.caller(request, ACCOUNT, SigningTime::parse(NOW).unwrap()).await
    }
}

/// Each kind of request.
fn all() -> Vec<Sent> {
    const USER: &str = "AKIAIOSFODNN7EXAMPLE";
    const SESSION: &str = "ASIAIOSFODNN7EXAMPLE";
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=";
    let url = sent(
        "PUT",
        "/",
        USER,
        "host;x-amz-date",
        "d6a8c1c7d2bd60b090abc5e0ed6da9258a1ba56e0c5bbe8c496d1606387e1c62",
    );
    let for_lambda = url.header("authorization").replace("execute-api", "lambda");
    let presigned = Sent {
        method: "GET",
        target: format!(
            "/api/user?a=b&{query}{USER}%2F20261130%2Feu-central-1%2Fexecute-api%2Faws4_request&X-Amz-Date={NOW}&\
             X-Amz-Expires=60&X-Amz-SignedHeaders=host&\
             X-Amz-Signature=bce5579a9f9cd0a366a8470b1b55f85aa01a70aa42ee0403913630d5c01f586f"
        ),
        headers: vec![("host", "localhost:3000".to_owned())],
        body: "",
        front_door: IamFrontDoor::RestApi,
    };
    vec![
        sent(
            "GET",
            "/api/user",
            USER,
            "host;x-amz-date",
            "a53d69a1a0d3037e8bae58ff86a5353c196268d99fb17bc8f328f8fc02d7d0a0",
        ),
        sent(
            "GET",
            "/api/posts?b=2&a=1&b=1&empty=&t=%C3%BC&s=a%20b",
            USER,
            "host;x-amz-date",
            "e8ae853256ee955e8aa13767357a1866cab97f914fabe0dc986cc941fd007421",
        ),
        sent(
            "GET",
            "/api/docs/a%20b/%E1%88%B4",
            USER,
            "host;x-amz-date",
            "aecb3e626d22d1aebfd27e1ad01032f33a50902f2cb627a623577401670dfe8b",
        ),
        Sent {
            body: "{\"name\":\"José\"}",
            ..sent(
                "POST",
                "/api/notes",
                USER,
                "content-type;host;x-amz-date;x-note",
                "04c7d226753df0929cd7bbb3564dd133dacd138da0300352e51b650a865fc577",
            )
        }
        .with("content-type", "application/json")
        .with("x-note", "a   b"),
        sent(
            "DELETE",
            "/api/notes/1",
            SESSION,
            "host;x-amz-date;x-amz-security-token",
            "e013a15c362b80465e60e9eda6896f6d5abaf0312f412e1023cf0bcd4061875b",
        ),
        Sent { body: "x", front_door: IamFrontDoor::FunctionUrl, ..url }
            .with("host", "api-user.localhost:3001")
            .with("authorization", &for_lambda),
        presigned.clone(),
        Sent {
            target: format!(
                "/?{query}{SESSION}%2F20261130%2Feu-central-1%2Flambda%2Faws4_request&X-Amz-Date={NOW}&X-Amz-Expires=60&\
                 X-Amz-SignedHeaders=host&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2F%2FTOKEN%3D%3D&\
                 X-Amz-Signature=fe37d10bf930a8b4174ec041f6a872e10627153f136190d7ddfb38430fcc4390"
            ),
            front_door: IamFrontDoor::FunctionUrl,
            ..presigned
        },
    ]
}

/// A home folder with files of `aws configure`, and an `aws` program that prints `exported` and counts its runs.
struct Home(TempDir);

impl Home {
    fn new(credentials: &str, config: &str, aws: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.path(".aws")).unwrap();
        home.write(".aws/credentials", credentials);
        home.write(".aws/config", config);
        home.write("aws", &format!("#!/bin/sh\necho asked >> '{}'\n{aws}\n", home.path("asked").display()));
        fs::set_permissions(home.path("aws"), fs::Permissions::from_mode(0o755)).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        if !text.is_empty() {
            fs::write(self.path(name), text).unwrap();
        }
    }

    /// Returns how often the program has run.
    fn asked(&self) -> usize {
        fs::read_to_string(self.path("asked")).unwrap_or_default().lines().count()
    }

    async fn verifier(&self, variables: &[(&str, &str)]) -> Result<IamVerifier, CredentialsError> {
        let sources = Sources::fake(variables, self.0.path().to_owned(), self.path("aws"));
        Ok(IamVerifier { keyring: Some(Arc::new(Keyring::read(sources).await?)) })
    }
}

/// Both keys of the records.
async fn verifier() -> IamVerifier {
    let credentials =
        format!("[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key={SECRET}\n");
    let variables = [
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
    ];
    Home::new(&credentials, "", "exit 1").verifier(&variables).await.unwrap()
}

#[tokio::test]
async fn requests_that_botocore_signed_are_let_in() {
    let verifier = verifier().await;
    for sent in all() {
        sent.judged(&verifier).await.unwrap_or_else(|denial| panic!("{sent:?}\n{denial:?}"));
    }
}

/// A change on the way.
type Change = fn(Sent) -> Sent;

#[tokio::test]
async fn change_of_a_signed_request_is_a_mismatch() {
    let verifier = verifier().await;
    let changes: [(&str, Change); 6] = [
        ("the method", |sent| Sent { method: "PATCH", ..sent }),
        ("the path", |sent| Sent { target: sent.target.replacen('/', "/v2/", 1), ..sent }),
        ("the query", |sent| {
            let separator = if sent.target.contains('?') { '&' } else { '?' };
            Sent { target: format!("{}{separator}admin=1", sent.target), ..sent }
        }),
        ("the host", |sent| sent.with("host", "localhost:3001")),
        ("the body", |sent| Sent { body: "{}", ..sent }),
        ("the region", |mut sent| {
            sent.target = sent.target.replace("eu-central-1", "eu-west-1");
            for (_, value) in &mut sent.headers {
                *value = value.replace("eu-central-1", "eu-west-1");
            }
            sent
        }),
    ];
    for request in all() {
        for (what, change) in changes {
            let denial = change(request.clone()).judged(&verifier).await.unwrap_err();
            assert_eq!(denial.kind, DenialKind::InvalidSignature, "{what} of {request:?}");
            let message = denial.message.unwrap();
            assert!(message.starts_with(MISMATCH), "{message}");
        }
        // A header that is not signed does not matter.
        assert!(request.with("user-agent", "curl").judged(&verifier).await.is_ok());
    }
}

#[tokio::test]
async fn rest_api_shows_what_should_have_been_signed() {
    let verifier = verifier().await;
    let request = Sent { target: "/api/users".to_owned(), ..all().remove(0) };
    let denial = request.judged(&verifier).await.unwrap_err();
    assert_eq!(
        denial.message.unwrap(),
        format!(
            "{MISMATCH}\n\nThe Canonical String for this request should have been\n'GET\n/api/users\n\nhost:localhost:3000\n\
             x-amz-date:{NOW}\n\nhost;x-amz-date\n{}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n{NOW}\n\
             20261130/eu-central-1/execute-api/aws4_request\n{}'\n",
            super::EMPTY_HASH,
            "24cd4ea2fe3faf87b4fee153e077e6653aedb805f9800dbe69621e43ae0d1e24",
        )
    );
    assert!(!denial.reason.contains(SECRET), "{}", denial.reason);
    let denial = Sent { body: "", ..all().remove(5) }.judged(&verifier).await.unwrap_err();
    assert_eq!(denial.message.unwrap(), MISMATCH);
}

#[tokio::test]
async fn unknown_key_names_those_that_are_known() {
    let home = Home::new("", "", "exit 1");
    let variables = [("AWS_ACCESS_KEY_ID", "AKIAOTHER"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let verifier = home.verifier(&variables).await.unwrap();
    let denial = all().remove(0).judged(&verifier).await.unwrap_err();
    assert_eq!(
        (denial.kind, denial.message.as_deref()),
        (DenialKind::UnrecognizedClient, Some(INVALID_TOKEN))
    );
    assert!(denial.reason.contains("knows `AKIAOTHER`, and not `AKIAIOSFODNN7EXAMPLE`"), "{}", denial.reason);
    assert_eq!(home.asked(), 0, "the program is not asked where there are keys");
}

#[tokio::test]
async fn session_token_has_to_be_that_of_the_secret() {
    let home = Home::new("", "", "exit 1");
    let variables = [
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", "another"),
    ];
    let verifier = home.verifier(&variables).await.unwrap();
    let denial = all().remove(4).judged(&verifier).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::UnrecognizedClient);
}

#[tokio::test]
async fn version_4a_is_not_verified() {
    let verifier = verifier().await;
    let mut request = all().remove(0);
    let authorization = request.header("authorization");
    let authorization =
        authorization.replace("HMAC-SHA256", "ECDSA-P256-SHA256").replace("/eu-central-1", "");
    request = request.with("authorization", &authorization);
    let denial = request.judged(&verifier).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::InvalidSignature);
    assert!(denial.reason.contains("--iam form"), "{}", denial.reason);
}

#[tokio::test]
async fn keys_of_the_named_profile_are_found() {
    let pair = |key: &str| format!("aws_access_key_id = {key}\naws_secret_access_key = {SECRET}\n");
    let mine = pair("AKIAIOSFODNN7EXAMPLE");
    for (profile, credentials, config, is_found) in [
        ("", format!("[default]\n{mine}"), String::new(), true),
        ("", String::new(), format!("[default]\n{mine}"), true),
        ("work", format!("[default]\n{}[work]\n{mine}", pair("AKIAX")), String::new(), true),
        ("work", String::new(), format!("[profile work]\n{mine}"), true),
        ("work", String::new(), format!("[profile  work]\nregion = x\n{mine}"), true),
        ("", format!("[default]\n{}[work]\n{mine}", pair("AKIAX")), String::new(), false),
    ] {
        let home = Home::new(&credentials, &config, "exit 1");
        let verifier = home.verifier(&[("AWS_PROFILE", profile)]).await.unwrap();
        assert_eq!(
            all().remove(0).judged(&verifier).await.is_ok(),
            is_found,
            "{profile} {credentials} {config}"
        );
    }
    let home = Home::new("", "", "exit 1");
    home.write("elsewhere", &format!("[default]\n{mine}"));
    let verifier = home.verifier(&[("AWS_SHARED_CREDENTIALS_FILE", "~/elsewhere")]).await.unwrap();
    assert!(all().remove(0).judged(&verifier).await.is_ok());
}

fn exported(token: &str, expiration: &str) -> String {
    format!(
        "cat <<'END'\n{{\"Version\":1,\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"{SECRET}\",\
         \"SessionToken\":\"{token}\",\"Expiration\":\"{expiration}\"}}\nEND"
    )
}

#[tokio::test]
async fn aws_program_is_asked_where_no_file_has_keys() {
    let home =
        Home::new("", "[default]\nsso_session = mine\n", &exported(TOKEN, "2026-11-30T13:00:00+00:00"));
    let verifier = home.verifier(&[]).await.unwrap();
    assert!(all().remove(4).judged(&verifier).await.is_ok());
    assert_eq!(home.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn credentials_are_read_again_for_an_unknown_key() {
    let credentials = |key| format!("[default]\naws_access_key_id={key}\naws_secret_access_key={SECRET}\n");
    let home = Home::new(&credentials("AKIAOLD"), "", "exit 1");
    let verifier = home.verifier(&[]).await.unwrap();
    home.write(".aws/credentials", &credentials("AKIAIOSFODNN7EXAMPLE"));
    let request = all().remove(0);
    assert!(request.judged(&verifier).await.is_err(), "they were read a moment ago");
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    assert!(request.judged(&verifier).await.is_ok());
}

#[tokio::test]
async fn expired_credentials_say_so() {
    let home = Home::new("", "", &exported(TOKEN, "2026-11-30T11:59:59+00:00"));
    let verifier = home.verifier(&[]).await.unwrap();
    let denial = all().remove(4).judged(&verifier).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::ExpiredCredentials);
    assert_eq!(denial.message.unwrap(), "The security token included in the request is expired");
}

#[tokio::test]
async fn missing_credentials_say_what_to_set() {
    for (variables, credentials, aws, words) in [
        (
            vec![],
            "",
            "echo; echo 'Unable to locate credentials' >&2; exit 253",
            "says: Unable to locate credentials",
        ),
        (vec![], "", "echo '{}'", "is not the JSON that AWS documents"),
        (vec![("AWS_PROFILE", "work")], "[default]\n", "exit 1", "says: nothing"),
        (
            vec![("AWS_ACCESS_KEY_ID", "AKIA")],
            "",
            "exit 1",
            "the environment has `AWS_ACCESS_KEY_ID` without `AWS_SECRET_ACCESS_KEY`",
        ),
        (
            vec![],
            "[default]\naws_secret_access_key=x\n",
            "exit 1",
            "credentials:2 has `aws_secret_access_key` without `aws_access_key_id`",
        ),
        (vec![], "[default]\ngarbage\n", "exit 1", "credentials:2: expected `[section]` or `name = value`"),
    ] {
        let home = Home::new(credentials, "", aws);
        let error = home.verifier(&variables).await.unwrap_err().to_string();
        assert!(error.contains(words), "{words}\n{error}");
    }
    let home = Home::new("", "", "exit 1");
    fs::remove_file(home.path("aws")).unwrap();
    let error = home.verifier(&[]).await.unwrap_err().to_string();
    assert!(error.contains("there is no `aws` to ask"), "{error}");
    fs::create_dir(home.path(".aws/credentials")).unwrap();
    let error = home.verifier(&[]).await.unwrap_err().to_string();
    assert!(error.starts_with("cannot read `"), "{error}");
}

#[test]
fn debug_output_has_no_secret() {
    let pair = super::KeyPair {
        access_key: "AKIA".to_owned(),
        secret_key: SECRET.to_owned(),
        session_token: Some(TOKEN.to_owned()),
        expiration: None,
    };
    assert_eq!(format!("{pair:?}"), "KeyPair(\"AKIA\")");
}
