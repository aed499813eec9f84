//! Limits the number of threads on which the engine runs.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    memory::{Memory, Taken},
    refusal::Refusal,
};

/// Runs a few jobs at once, lets some wait, and refuses the rest.
pub(super) struct Pool {
    /// A permit for each running job.
    threads: Arc<Semaphore>,
    /// A permit for each running or waiting job.
    places: Arc<Semaphore>,
}

/// Tells a job whether its client has gone away or its time is over, so that nobody waits for the result.
#[derive(Debug, Clone, Default)]
pub(super) struct Abandoned(Arc<AtomicBool>);

impl Abandoned {
    /// Returns the flag itself, for work that knows no client.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    /// Returns whether nobody waits any more. This never changes back.
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// Sets the flag when the future that waits for the job is dropped.
struct Waits(Abandoned);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.0.store(true, Relaxed);
    }
}

impl Pool {
    pub(super) fn new(threads: usize, queue: usize) -> Self {
        let threads = threads.max(1);
        let places = threads.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Self { threads: Arc::new(Semaphore::new(threads.min(places))), places: Arc::new(Semaphore::new(places)) }
    }

    /// Runs a job and returns its result with the memory that the result needs. A result that waits for its memory keeps its
    /// place in the queue.
    pub(super) async fn run_for<T: Send + 'static>(
        &self,
        memory: &Memory,
        job: impl FnOnce(Abandoned) -> Result<T, Refusal> + Send + 'static,
        size: impl FnOnce(&T) -> usize,
    ) -> Result<(T, Taken), Refusal> {
        let (result, _place) = self.run_in_place(job).await?;
        let taken = memory.take(size(&result)).await?;
        Ok((result, taken))
    }

    /// Runs a job on a thread on which it may block. A panic of the job is an internal error.
    ///
    /// A job whose client has gone away is not begun. A job that has begun is told, and keeps its permits to its end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(Abandoned) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.run_in_place(job).await.map(|(result, _)| result)
    }

    /// Runs a job and returns its result with its place in the queue.
    async fn run_in_place<T: Send + 'static>(
        &self,
        job: impl FnOnce(Abandoned) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<(T, OwnedSemaphorePermit), Refusal> {
        let abandoned = Abandoned::default();
        let _waits = Waits(abandoned.clone());
        let place = self.places.clone().try_acquire_owned().map_err(|_| Refusal::overloaded())?;
        let thread = self.threads.clone().acquire_owned().await.map_err(|_| Refusal::overloaded())?;
        let running = tokio::task::spawn_blocking(move || {
            let _held = thread;
            // Threads may be as scarce as permits.
            let result = if abandoned.is_set() { Err(Refusal::overloaded()) } else { job(abandoned) };
            result.map(|result| (result, place))
        });
        running.await.unwrap_or_else(|error| {
            // The panic hook has printed the message, which may contain a query and so is not logged.
            tracing::error!(panicked = error.is_panic(), "a search did not end");
            Err(Refusal::internal())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Barrier, mpsc};

    use super::*;

    #[tokio::test]
    #[expect(clippy::panic, reason = "the job panics on purpose")]
    async fn a_panic_is_a_failure_and_frees_its_thread() {
        let pool = Pool::new(1, 0);
        for _ in 0..3 {
            let outcome: Result<(), Refusal> = pool.run(|_| panic!("on purpose")).await;
            assert_eq!(outcome, Err(Refusal::internal()));
        }
        assert_eq!(pool.run(|_| Ok(7)).await, Ok(7));
    }

    #[tokio::test]
    #[expect(clippy::unwrap_used, reason = "a failed test panics")]
    async fn what_exceeds_threads_and_queue_is_refused_at_once() {
        let pool = Arc::new(Pool::new(1, 1));
        let (begun, begins) = mpsc::channel();
        let gate = Arc::new(Barrier::new(2));
        let held = gate.clone();
        let busy = pool.clone();
        let first = tokio::spawn(async move {
            busy.run(move |_| {
                begun.send(()).unwrap();
                held.wait();
                Ok(1)
            })
            .await
        });
        tokio::task::spawn_blocking(move || begins.recv()).await.unwrap().unwrap();
        let busy = pool.clone();
        let mut second = polled(async move { busy.run(|_| Ok(2)).await });
        assert!(second.poll_once().await.is_none(), "the second waits");
        assert_eq!(pool.run(|_| Ok(3)).await, Err(Refusal::overloaded()));
        gate.wait();
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.finish().await, Ok(2));
        assert_eq!(pool.run(|_| Ok(3)).await, Ok(3));
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "a failed test panics")]
    fn a_job_without_a_client_is_told_or_not_begun() {
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let pool = Pool::new(2, 0);
            let (begun, begins) = mpsc::channel();
            let running = begun.clone();
            let mut first = polled(pool.run(move |abandoned: Abandoned| {
                running.send("first").unwrap();
                while !abandoned.is_set() {
                    std::thread::yield_now();
                }
                running.send("told").unwrap();
                Ok(())
            }));
            assert!(first.poll_once().await.is_none());
            assert_eq!(begins.recv(), Ok("first"));
            // It has a permit, but the only thread is busy.
            let second = begun.clone();
            let mut second = polled(pool.run(move |_| second.send("second").map_err(|_| Refusal::internal())));
            assert!(second.poll_once().await.is_none());
            drop(second);
            drop(first);
            assert_eq!(begins.recv(), Ok("told"));
            let threads = pool.threads.clone();
            _ = threads.acquire_many(2).await.unwrap();
            drop(begun);
            assert_eq!(begins.recv().ok(), None, "the second was not begun");
        });
    }

    /// A future that can be polled once and finished later.
    struct Polled<F>(std::pin::Pin<Box<F>>);

    fn polled<F: Future>(future: F) -> Polled<F> {
        Polled(Box::pin(future))
    }

    impl<F: Future> Polled<F> {
        async fn poll_once(&mut self) -> Option<F::Output> {
            std::future::poll_fn(|context| match self.0.as_mut().poll(context) {
                std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
                std::task::Poll::Pending => std::task::Poll::Ready(None),
            })
            .await
        }

        async fn finish(self) -> F::Output {
            self.0.await
        }
    }
}
