//! A token with an RSA key of 2048 bits, from the value of its header to its claims: at its first request, which verifies the
//! signature, and at a later one.
//!
//! `cargo bench -p local-emulator --profile emulator --features issuer-key --bench jwt`

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use api_routes_project::aws::{JwtAuthorizer, JwtIssuer};
use criterion::{Criterion, criterion_group, criterion_main};
use local_emulator::authorizer::ApiKind;
use local_emulator::authorizer::issuer::OwnIssuer;
use local_emulator::authorizer::jwt::{JwtVerifier, KeySets};
use serde_json::{Value, json};

const ISSUER: &str = "https://issuer.example/";

/// More tokens than a key remembers the signatures of.
const TOKENS: usize = 1_500;

/// The header value of a client that sends the token with this number.
fn header(own: &OwnIssuer, number: usize) -> Result<String, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let claims = json!({
        "iss": ISSUER, "sub": "auth0|5fe435b5cbbc85006b071eba", "aud": ["shop", "https://issuer.example/userinfo"],
        "iat": now, "exp": now + 86_400, "azp": "FT6TMjfHI2lkxjpAbG5tCjEdiEkyvMCA", "scope": "openid profile read write",
        "jti": number.to_string(),
    });
    let Value::Object(claims) = claims else { return Err("claims are an object".into()) };
    Ok(format!("Bearer {}", own.key_or_new()?.sign(&claims)?))
}

fn verification(criterion: &mut Criterion) {
    if let Err(error) = measure(criterion) {
        unreachable!("{error}");
    }
}

fn measure(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let own = Arc::new(OwnIssuer::new(folder.path()));
    let headers = (0..TOKENS).map(|number| header(&own, number)).collect::<Result<Vec<_>, _>>()?;
    let scopes = ["read".to_owned()];
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, own.jwks().to_string())?;
    // Another folder, so that the key in the file is not that of the emulator.
    let other = Arc::new(OwnIssuer::new(folder.path().join("other")));
    let authorizer = JwtAuthorizer {
        issuers: vec![JwtIssuer {
            url: Some(ISSUER.to_owned()),
            audiences: vec!["shop".to_owned()],
            ..JwtIssuer::default()
        }],
        ..JwtAuthorizer::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for (name, keys) in
        [("own issuer", KeySets::discovered(own)), ("file", KeySets::from_file(&file, other)?)]
    {
        let verifier = JwtVerifier::new(&authorizer, ApiKind::Http, Arc::new(keys));
        let verify = |header: &str| runtime.block_on(verifier.verify(black_box(header), &scopes));
        for header in &headers {
            verify(header)?;
        }
        let mut next = headers.iter().cycle();
        criterion.bench_function(&format!("{name}, first request of a token"), |bencher| {
            bencher.iter(|| next.next().map(|header| black_box(verify(header))));
        });
        criterion.bench_function(&format!("{name}, later request"), |bencher| {
            bencher.iter(|| black_box(verify(&headers[0])));
        });
    }
    Ok(())
}

criterion_group!(benches, verification);
criterion_main!(benches);
