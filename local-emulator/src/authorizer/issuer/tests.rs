use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::thread;

use serde_json::{Map, json};

use super::{OwnIssuer, OwnKeyError, document, is_own, url};

#[test]
fn key_is_made_once_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    let issuer = OwnIssuer::new(&target);
    assert!(issuer.key().unwrap().is_none());
    let key = issuer.key_or_new().unwrap();
    assert_eq!(fs::metadata(issuer.file()).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(target.join("CACHEDIR.TAG").exists());
    let next = OwnIssuer::new(&target);
    assert_eq!(next.key_or_new().unwrap().id(), key.id());
    // No other file is left in the folder.
    assert_eq!(fs::read_dir(issuer.file().parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn two_processes_end_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let target = Arc::new(folder.path().to_owned());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let target = Arc::clone(&target);
            thread::spawn(move || OwnIssuer::new(&*target).key_or_new().unwrap().id().to_owned())
        })
        .collect();
    let ids: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn broken_key_says_how_to_mend_it() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = OwnIssuer::new(folder.path());
    fs::create_dir_all(issuer.file().parent().unwrap()).unwrap();
    for content in [&b""[..], b"no key"] {
        fs::write(issuer.file(), content).unwrap();
        let error = issuer.key_or_new().unwrap_err();
        assert!(matches!(error, OwnKeyError::Content { .. }), "{error}");
        assert!(error.to_string().contains("issuer.pk8") && error.to_string().contains("remove the file"));
        assert!(issuer.key_with("emulator-x").is_none());
    }
    fs::remove_file(issuer.file()).unwrap();
    assert!(issuer.key_or_new().is_ok());
}

#[test]
fn issuer_finds_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (OwnIssuer::new(folder.path()), OwnIssuer::new(folder.path()));
    let old = one.key_or_new().unwrap();
    assert!(other.key_with(old.id()).is_some());
    fs::remove_file(one.file()).unwrap();
    assert!(other.key_with(old.id()).is_none());
    let new = one.key_or_new().unwrap();
    assert_ne!(new.id(), old.id());
    assert!(other.key_with(new.id()).is_some());
}

#[test]
fn folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target");
    fs::write(&file, "a file").unwrap();
    let error = OwnIssuer::new(&file).key_or_new().unwrap_err();
    assert!(error.to_string().contains("issuer.pk8"), "{error}");
}

#[test]
fn documents_name_the_host_that_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = OwnIssuer::new(folder.path());
    let configuration = |host| document(".well-known/openid-configuration", host, &issuer).unwrap();
    assert_eq!(configuration("localhost:3000")["issuer"], url("localhost:3000"));
    assert_eq!(configuration("127.0.0.1:4")["jwks_uri"], "http://127.0.0.1:4/_emulator/issuer/jwks.json");
    assert_eq!(document("jwks.json", "localhost", &issuer).unwrap(), json!({ "keys": [] }));
    let key = issuer.key_or_new().unwrap();
    let keys = document("jwks.json", "localhost", &issuer).unwrap();
    assert_eq!(keys["keys"][0]["kid"], key.id());
    assert_eq!(
        keys["keys"][0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["kty", "use", "alg", "kid", "n", "e"]
    );
    assert!(document("issuer.pk8", "localhost", &issuer).is_none());
}

#[test]
fn own_issuer_is_http_and_has_one_path() {
    for (issuer, expected) in [
        (url("localhost:3000").as_str(), true),
        ("http://127.0.0.1:1/_emulator/issuer", true),
        ("https://localhost:3000/_emulator/issuer", false),
        ("http://localhost:3000/_emulator/issuer/", false),
        ("http://localhost:3000/_emulator/issuer?a", false),
        ("http://localhost:3000/other/_emulator/issuer", false),
        ("/_emulator/issuer", false),
        ("", false),
    ] {
        assert_eq!(is_own(issuer), expected, "{issuer}");
    }
}

#[test]
fn key_does_not_show_itself() {
    let folder = tempfile::tempdir().unwrap();
    let key = OwnIssuer::new(folder.path()).key_or_new().unwrap();
    assert_eq!(format!("{key:?}"), format!("OwnKey {{ id: {:?}, .. }}", key.id()));
    assert_eq!(key.sign(&Map::new()).unwrap().split('.').count(), 3);
}
