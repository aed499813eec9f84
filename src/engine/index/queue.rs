//! Bounds the bytes that wait between analysis and indexing.
//!
//! The queue of the library counts documents, which may have two megabytes each. This queue counts bytes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tantivy::{TantivyDocument, schema::Field, schema::document::Document};

/// Upper bound on the bytes that wait.
const CAPACITY: usize = 48 << 20;

/// Counts the bytes that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<usize>,
    left: Condvar,
}

impl Queue {
    /// Admits documents that belong together, and waits until there is room for them.
    pub(super) fn admit(self: &Arc<Self>, documents: Vec<TantivyDocument>) -> Vec<Waiting> {
        // Documents that are larger than the capacity are admitted alone.
        let bytes = documents.iter().map(size_of).sum::<usize>().min(CAPACITY);
        let mut waiting = self.lock();
        while *waiting + bytes > CAPACITY {
            waiting = self.left.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        *waiting += bytes;
        drop(waiting);
        let ticket = Arc::new(Ticket { queue: self.clone(), bytes });
        documents.into_iter().map(|document| Waiting { document, _ticket: ticket.clone() }).collect()
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Releases the room of its documents when dropped, whether they were indexed or the writer failed.
#[derive(Debug)]
struct Ticket {
    queue: Arc<Queue>,
    bytes: usize,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.queue.lock() -= self.bytes;
        self.queue.left.notify_all();
    }
}

/// A document that waits to be indexed. Documents that belong together share a ticket.
#[derive(Debug)]
pub(super) struct Waiting {
    document: TantivyDocument,
    _ticket: Arc<Ticket>,
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

/// Returns the approximate size of a document, in bytes.
fn size_of(document: &TantivyDocument) -> usize {
    use tantivy::schema::Value as _;
    let value = |(_, value): (Field, <TantivyDocument as Document>::Value<'_>)| {
        value.as_str().map_or(0, str::len) + value.as_bytes().map_or(0, <[u8]>::len) + 32
    };
    document.iter_fields_and_values().map(value).sum()
}
