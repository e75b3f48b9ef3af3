use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

use super::*;
use crate::authorizer::lambda::answer::Decision;
use crate::authorizer::{Denial, DenialKind};

const TTL: Duration = Duration::from_secs(300);

fn asked(size: usize) -> AnswerReport {
    let answer = AuthorizerAnswer {
        decision: Decision::Simple(true),
        principal_id: None,
        context: None,
        usage_identifier_key: None,
    };
    AnswerReport { answer: Arc::new(answer), latency: Duration::from_millis(7), is_kept: false, size }
}

fn failed() -> Result<AnswerReport, NotAuthorized> {
    Err(Denial::new(DenialKind::AuthorizerFailure, "it failed").into())
}

fn key(identity: &str) -> Key {
    Key::new(&[identity], 1)
}

/// Whether the answer of `identity` is cached.
async fn is_kept(cache: &Cache, identity: &str) -> bool {
    cache.get(key(identity), async { Ok(asked(1)) }).await.unwrap().is_kept
}

#[tokio::test(start_paused = true)]
async fn answer_is_kept_until_its_time_is_over() {
    let cache = Cache::new(TTL);
    assert!(!is_kept(&cache, "a").await);
    advance(Duration::from_millis(299_999)).await;
    assert!(is_kept(&cache, "a").await);
    advance(Duration::from_millis(1)).await;
    assert!(!is_kept(&cache, "a").await);
    assert!(is_kept(&cache, "a").await);
}

#[tokio::test(start_paused = true)]
async fn an_hour_is_the_longest_time() {
    let cache = Cache::new(LONGEST * 24);
    assert!(!is_kept(&cache, "a").await);
    advance(LONGEST).await;
    assert!(!is_kept(&cache, "a").await);
}

#[tokio::test]
async fn failure_is_not_kept() {
    let cache = Cache::new(TTL);
    assert!(cache.get(key("a"), async { failed() }).await.is_err());
    assert!(!is_kept(&cache, "a").await);
    assert!(is_kept(&cache, "a").await);
}

#[test]
fn identities_are_told_apart() {
    let keys = [
        Key::new(&["ab", "c"], 1),
        Key::new(&["a", "bc"], 1),
        Key::new(&["abc"], 1),
        Key::new(&["1:a"], 1),
        Key::new(&["", "1:a"], 1),
        Key::new(&["abc"], 2),
        Key::new(&[""; 0], 1),
    ];
    let different: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
}

#[tokio::test(start_paused = true)]
async fn requests_of_one_identity_wait_for_one_answer() {
    let (cache, questions) = (Cache::new(TTL), AtomicUsize::new(0));
    let request = |identity: usize| {
        cache.get(key(&identity.to_string()), async {
            questions.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            Ok(asked(1))
        })
    };
    let answers = join_all((0..64).map(|n| request(n % 2))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(questions.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn failure_is_that_of_all_that_wait_for_it() {
    let (cache, questions) = (Cache::new(TTL), AtomicUsize::new(0));
    let request = || {
        cache.get(key("a"), async {
            questions.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(10)).await;
            failed()
        })
    };
    let answers = join_all((0..64).map(|_| request())).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(questions.load(Ordering::Relaxed), 1);
    assert!(!is_kept(&cache, "a").await);
}

#[tokio::test]
async fn client_that_leaves_lets_another_one_ask() {
    let cache = Arc::new(Cache::new(TTL));
    let leaving = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { cache.get(key("a"), pending()).await }
    });
    yield_now().await;
    let staying = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { cache.get(key("a"), async { Ok(asked(1)) }).await }
    });
    yield_now().await;
    assert!(!staying.is_finished());
    leaving.abort();
    assert!(!staying.await.unwrap().unwrap().is_kept);
    assert!(is_kept(&cache, "a").await);
}

#[tokio::test]
async fn oldest_answers_are_forgotten_over_the_limits() {
    let cache = Cache::new(TTL);
    for n in 0..=MOST {
        assert!(!is_kept(&cache, &n.to_string()).await);
    }
    assert_eq!(cache.kept().entries.len(), MOST);
    assert!(is_kept(&cache, &MOST.to_string()).await);
    assert!(is_kept(&cache, "1").await);
    assert!(!is_kept(&cache, "0").await);

    let large = cache.get(key("large"), async { Ok(asked(MOST_BYTES - 100)) }).await.unwrap();
    assert!(!large.is_kept);
    assert!(is_kept(&cache, "large").await);
    assert!(cache.kept().bytes <= MOST_BYTES);
    let too_large = cache.get(key("too large"), async { Ok(asked(MOST_BYTES)) }).await.unwrap();
    assert!(!too_large.is_kept);
    assert!(!is_kept(&cache, "too large").await);
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_over_are_forgotten() {
    let cache = Cache::new(TTL);
    for n in 0..10 {
        assert!(!is_kept(&cache, &n.to_string()).await);
    }
    advance(TTL).await;
    assert!(!is_kept(&cache, "9").await);
    let kept = cache.kept();
    assert_eq!((kept.entries.len(), kept.order.len()), (1, 1));
    assert_eq!(kept.bytes, kept.entries.values().map(CacheEntry::bytes).sum::<usize>());
}
