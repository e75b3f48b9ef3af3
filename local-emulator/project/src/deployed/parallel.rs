//! Several blocking calls at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::StackError;

/// Runs `work` for each item, at most `limit` at once, and returns the results in any order. The first error ends the
/// run.
pub(super) fn in_parallel<I, T>(
    items: I,
    limit: usize,
    is_over: &(dyn Fn() -> bool + Sync),
    work: impl Fn(I::Item, &dyn Fn() -> bool) -> Result<T, StackError> + Sync,
) -> Result<Vec<T>, StackError>
where
    I: IntoIterator,
    I::IntoIter: ExactSizeIterator + Send,
    I::Item: Send,
    T: Send,
{
    let items = items.into_iter();
    let threads = items.len().min(limit);
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let has_failed = AtomicBool::new(false);
    let is_over = || has_failed.load(Ordering::Relaxed) || is_over();
    let done = Mutex::new(Ok(Vec::new()));
    let worker = || {
        while !is_over() {
            let Some(item) = next() else { return };
            let result = work(item, &is_over);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *done, result) {
                (Ok(all), Ok(result)) => all.push(result),
                (Ok(_), Err(error)) => {
                    has_failed.store(true, Ordering::Relaxed);
                    *done = Err(error);
                }
                (Err(_), _) => {}
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
    });
    let is_left = next().is_some();
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    if is_left { Err(StackError::Interrupted) } else { Ok(done) }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{StackError, in_parallel};

    #[test]
    fn as_many_as_the_limit_run_at_once() {
        // Each call waits for two others: with fewer than three at once, the test would not end.
        let (barrier, running, most) = (Barrier::new(3), AtomicUsize::new(0), AtomicUsize::new(0));
        let mut done = in_parallel(0..9, 3, &|| false, |item, _| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            barrier.wait();
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(item)
        })
        .unwrap();
        done.sort_unstable();
        assert_eq!((done, most.into_inner()), ((0..9).collect::<Vec<usize>>(), 3));
    }

    #[test]
    fn first_error_ends_the_others() {
        let calls = AtomicUsize::new(0);
        let done: Result<Vec<()>, _> = in_parallel(0..1000, 2, &|| false, |item, is_over| {
            calls.fetch_add(1, Ordering::Relaxed);
            if item == 0 {
                return Err(StackError::NotInstalled);
            }
            while !is_over() {
                std::thread::yield_now();
            }
            Err(StackError::Interrupted)
        });
        assert!(matches!(done, Err(StackError::NotInstalled)), "{done:?}");
        assert!(calls.into_inner() <= 2);
    }

    #[test]
    fn interrupted_before_the_end_is_an_error() {
        let done = in_parallel(0..3, 2, &|| true, |item, _| Ok(item));
        assert!(matches!(done, Err(StackError::Interrupted)), "{done:?}");
    }
}
