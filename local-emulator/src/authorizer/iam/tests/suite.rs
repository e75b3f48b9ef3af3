//! Signatures of AWS's own test suite, as in `tests/aws-signing-test-suite/v4` of
//! <https://github.com/awslabs/aws-c-auth>: all of them are of 2015-08-30 12:36:00, for `service` in `us-east-1`.

use http::Request;

use super::SYMMETRIC;
use super::canonical;
use super::date::SigningTime;
use super::presented::PresentedSignature;
use super::scope::Credential;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TIME: &str = "20150830T123600Z";
const SCOPE: &str = "20150830/us-east-1/service/aws4_request";
const TOKEN: &str = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

type Headers = &'static [(&'static str, &'static str)];

/// A request, its signature in `Authorization` and its signature in the query.
struct Vector {
    name: &'static str,
    request: (&'static str, &'static str),
    headers: Headers,
    body: &'static str,
    header: &'static str,
    query: &'static str,
}

/// Computes the signature of a request.
fn signature(request: Request<()>, body: &str) -> String {
    let (head, ()) = request.into_parts();
    let presented = PresentedSignature::find(&head, "service").unwrap();
    let credential = Credential::new(&presented).unwrap();
    let time = SigningTime::signed(&presented.date).unwrap();
    credential.check("service", time).unwrap();
    let request = canonical::request(&head, body.as_bytes(), &presented);
    let text = canonical::string_to_sign(&request, SYMMETRIC, time, credential.scope);
    canonical::signature(SECRET, &credential, &text)
}

#[test]
fn signatures_are_those_of_the_suite() {
    for Vector { name, request: (method, target), headers, body, header, query } in VECTORS {
        let request = || {
            let request = Request::builder().method(*method).header("host", "example.amazonaws.com");
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        let names = |more: &[&'static str]| {
            let mut names: Vec<_> =
                headers.iter().map(|(name, _)| *name).chain(more.iter().copied()).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let authorization = format!(
            "{SYMMETRIC} Credential=AKIDEXAMPLE/{SCOPE}, SignedHeaders={}, Signature={header}",
            names(&["host", "x-amz-date"]).join(";")
        );
        if !header.is_empty() {
            let signed =
                request().uri(*target).header("x-amz-date", TIME).header("authorization", authorization);
            assert_eq!(signature(signed.body(()).unwrap(), body), *header, "{name}, in the header");
        }
        if query.is_empty() {
            continue;
        }
        let separator = if target.contains('?') { '&' } else { '?' };
        let target = format!(
            "{target}{separator}X-Amz-Algorithm={SYMMETRIC}&X-Amz-Credential=AKIDEXAMPLE%2F{}&X-Amz-Date={TIME}&\
             X-Amz-SignedHeaders={}&X-Amz-Expires=3600&X-Amz-Signature={query}",
            SCOPE.replace('/', "%2F"),
            names(&["host"]).join("%3B")
        );
        assert_eq!(signature(request().uri(target).body(()).unwrap(), body), *query, "{name}, in the query");
    }
}

/// Paths of the suite that no client can send unchanged.
#[test]
fn paths_are_those_of_the_suite() {
    for (sent, path) in [
        ("/example space/", "/example%20space/"),
        ("/ሴ", "/%E1%88%B4"),
        ("/example1/example2/../..", "/"),
        ("//example//", "/example/"),
        ("/./example", "/example"),
        ("/../a", "/a"),
        ("", "/"),
        // Encoded by the client, and once more by the signer.
        ("/a%20b/%E1%88%B4", "/a%2520b/%25E1%2588%25B4"),
        ("/%40connections/a=", "/%2540connections/a%3D"),
    ] {
        assert_eq!(canonical::path(sent), path, "{sent}");
    }
}

const VECTORS: &[Vector] = &[
    Vector {
        name: "get-vanilla",
        request: ("GET", "/"),
        headers: &[],
        body: "",
        header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        query: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    },
    Vector {
        name: "get-header-key-duplicate",
        request: ("GET", "/"),
        headers: &[("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")],
        body: "",
        header: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        query: "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97",
    },
    Vector {
        name: "get-header-value-order",
        request: ("GET", "/"),
        headers: &[
            ("my-header1", "value4"),
            ("my-header1", "value1"),
            ("my-header1", "value3"),
            ("my-header1", "value2"),
        ],
        body: "",
        header: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        query: "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e",
    },
    Vector {
        name: "get-header-value-trim",
        request: ("GET", "/"),
        headers: &[("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
        body: "",
        header: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        query: "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4",
    },
    Vector {
        name: "get-header-value-multiline",
        request: ("GET", "/"),
        headers: &[("my-header1", "value1   value2      value3")],
        body: "",
        header: "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
        query: "e6f5def831211aca02987a44b96826706278c7bc078112ae0263659c5b2f2d56",
    },
    Vector {
        name: "get-slashes-normalized",
        request: ("GET", "//example//"),
        headers: &[],
        body: "",
        header: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        query: "c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082",
    },
    Vector {
        name: "get-unreserved",
        request: ("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        headers: &[],
        body: "",
        header: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        query: "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005",
    },
    Vector {
        name: "get-vanilla-empty-query-key",
        request: ("GET", "/?Param1=value1"),
        headers: &[],
        body: "",
        header: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        query: "49096700cbbaa5753443850f40df10f904fc2fdb544dc9512203cc77c471a9de",
    },
    Vector {
        name: "get-vanilla-query-order-encoded",
        request: ("GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"),
        headers: &[],
        body: "",
        header: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        query: "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
    },
    Vector {
        name: "get-vanilla-query-order-key-case",
        request: ("GET", "/?Param2=value2&Param1=value1"),
        headers: &[],
        body: "",
        header: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        query: "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
    },
    Vector {
        name: "get-vanilla-utf8-query",
        request: ("GET", "/?%e1%88%b4=bar"),
        headers: &[],
        body: "",
        header: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        query: "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600",
    },
    Vector {
        name: "get-vanilla-with-session-token",
        request: ("GET", "/"),
        headers: &[("x-amz-security-token", TOKEN)],
        body: "",
        header: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        query: "",
    },
    Vector {
        name: "get-vanilla-with-session-token",
        request: (
            "GET",
            "/?X-Amz-Security-Token=6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
        ),
        headers: &[],
        body: "",
        header: "",
        query: "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
    },
    Vector {
        name: "post-header-value-case",
        request: ("POST", "/"),
        headers: &[("my-header1", "VALUE1")],
        body: "",
        header: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        query: "0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed",
    },
    Vector {
        name: "post-vanilla-query",
        request: ("POST", "/?Param1=value1"),
        headers: &[],
        body: "",
        header: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        query: "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682",
    },
    Vector {
        name: "post-x-www-form-urlencoded",
        request: ("POST", "/"),
        headers: &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", "13"),
            ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
        ],
        body: "Param1=value1",
        header: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        query: "",
    },
    Vector {
        name: "post-x-www-form-urlencoded",
        request: ("POST", "/"),
        headers: &[("content-type", "application/x-www-form-urlencoded"), ("content-length", "13")],
        body: "Param1=value1",
        header: "",
        query: "89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9",
    },
];
