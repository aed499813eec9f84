//! How much may wait between analysis and indexing.
//!
//! The writer's own queue counts documents, which may be two megabytes each; this one counts bytes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tantivy::{TantivyDocument, schema::Field, schema::document::Document};

/// How many bytes may wait.
const ROOM: usize = 48 << 20;

/// Counts the bytes that wait.
#[derive(Debug, Default)]
pub(in crate::engine) struct Queue {
    waiting: Mutex<usize>,
    left: Condvar,
}

impl Queue {
    /// Lets documents that belong together in, as soon as there is room for them.
    pub(in crate::engine) fn admit(self: &Arc<Self>, documents: Vec<TantivyDocument>) -> Vec<Waiting> {
        // What is larger than the room goes in alone.
        let bytes = documents.iter().map(size_of).sum::<usize>().min(ROOM);
        let mut waiting = self.lock();
        while *waiting + bytes > ROOM {
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

/// Gives the room back when dropped, whether the document was indexed or the writer gave up.
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

/// A document that waits to be indexed; those that belong together share a ticket.
#[derive(Debug)]
pub(in crate::engine) struct Waiting {
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

/// Gives about how many bytes a document takes.
fn size_of(document: &TantivyDocument) -> usize {
    use tantivy::schema::Value as _;
    let value = |(_, value): (Field, <TantivyDocument as Document>::Value<'_>)| {
        value.as_str().map_or(0, str::len) + value.as_bytes().map_or(0, <[u8]>::len) + 32
    };
    document.iter_fields_and_values().map(value).sum()
}
