//! The memory of answers that clients have not taken yet.
//!
//! An answer stays in memory until its client has taken it. All large answers together get a fixed amount. When little of it
//! is left, connections that hold an answer and whose clients take nothing are closed.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{connections::Connections, refusal::Refusal};

/// Size of all answers together, in units.
const ALL: u32 = 64 << 10;
/// Size of a unit in bytes.
const UNIT: usize = 1 << 10;
/// Upper bound on the size of an answer that is not counted, in bytes.
const FREE: usize = 16 << 10;
/// Upper bound on the number of requests that wait for memory: they hold theirs already.
const MAX_WAITING: usize = 32;
/// How often those who wait look for stalled clients, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: usize = 10;

/// The memory of large answers.
pub(super) struct Memory {
    all: u32,
    left: Arc<Semaphore>,
    waiting: Semaphore,
    connections: Arc<Connections>,
}

/// The memory of one answer, free again when dropped.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken(Option<Arc<OwnedSemaphorePermit>>);

impl Taken {
    /// Returns the memory of a shorter form of the same answer.
    pub(super) fn shrunk_to(self, bytes: usize) -> Self {
        let permit = self.0.and_then(Arc::into_inner);
        Self(permit.and_then(|mut permit| permit.split(permit.num_permits().min(bytes.div_ceil(UNIT)))).map(Arc::new))
    }

    pub(super) const fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

impl Memory {
    pub(super) fn new(connections: Arc<Connections>) -> Self {
        Self::of_size(ALL, connections)
    }

    fn of_size(all: u32, connections: Arc<Connections>) -> Self {
        let left = Arc::new(Semaphore::new(all as usize));
        Self { all, left, waiting: Semaphore::new(MAX_WAITING), connections }
    }

    /// Returns the number of bytes that are left.
    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.left.available_permits() * UNIT
    }

    /// Takes the memory of an answer. A small answer is free; one that is larger than everything has to
    /// be the only one.
    ///
    /// # Errors
    /// [`Refusal::overloaded`] when other answers have taken the memory, and their clients continue to take them.
    pub(super) async fn take(&self, bytes: usize) -> Result<Taken, Refusal> {
        if bytes <= FREE {
            return Ok(Taken::default());
        }
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.all);
        if self.left.available_permits() < self.all as usize / 4 {
            self.connections.close_stalled();
        }
        if let Ok(permit) = self.left.clone().try_acquire_many_owned(units) {
            return Ok(Taken(Some(Arc::new(permit))));
        }
        let _waits = self.waiting.try_acquire().map_err(|_| Refusal::overloaded())?;
        let mut freed = pin!(self.left.clone().acquire_many_owned(units));
        for _ in 0..LOOKS {
            if let Ok(Ok(permit)) = timeout(LOOK_EVERY, freed.as_mut()).await {
                return Ok(Taken(Some(Arc::new(permit))));
            }
            self.connections.close_stalled();
        }
        Err(Refusal::overloaded())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;
    use crate::http::connections::Limits;

    fn memory(units: u32) -> Memory {
        Memory::of_size(units, Connections::new(Limits { all: 9, per_client: 9 }))
    }

    #[tokio::test]
    async fn all_answers_together_have_a_limit() {
        let memory = memory(100);
        let large = memory.take(60 * UNIT).await.unwrap();
        assert_eq!(memory.take(41 * UNIT).await.err(), Some(Refusal::overloaded()));
        let rest = memory.take(40 * UNIT).await.unwrap();
        assert!(memory.take(FREE).await.unwrap().is_nothing(), "a small answer is free");
        drop(large);
        let half = memory.take(50 * UNIT).await.unwrap().shrunk_to(20 * UNIT - 1);
        let other = memory.take(40 * UNIT).await.unwrap();
        drop((half, other, rest));
        assert!(!memory.take(usize::MAX).await.unwrap().is_nothing(), "the largest has to be alone");
    }

    #[tokio::test]
    async fn who_waits_gets_what_becomes_free_and_not_all_may_wait() {
        let memory = Arc::new(memory(100));
        let large = memory.take(100 * UNIT).await.unwrap();
        let waits: Vec<_> = (0..=MAX_WAITING)
            .map(|_| {
                let memory = memory.clone();
                tokio::spawn(async move { memory.take(20 * UNIT).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(LOOK_EVERY * 3).await;
        drop(large);
        let mut refused = 0;
        for wait in waits {
            refused += usize::from(wait.await.unwrap().is_err());
        }
        assert_eq!(refused, 1);
    }
}
