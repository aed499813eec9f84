//! Counts the open connections, in all and by address, and closes those that keep others out.
//!
//! A connection mostly waits: for the next request, or for its client to take more of an answer. When there are too many
//! connections, the one that has waited longest makes room for a new one. A connection whose request is being answered is
//! never closed that way.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use rustc_hash::FxHashMap;
use tokio::sync::Notify;

/// How long a client has to keep its connection waiting before the connection may be closed for another.
const STALLED: Duration = Duration::from_secs(1);
/// The rate at which a client has to take an answer in the long run, in bytes per second.
const RATE: u64 = 16 << 10;
/// The value of [`Link::since`] while a request is being answered.
const BUSY: u64 = u64::MAX;

/// Upper bounds on the numbers of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) all: usize,
    /// For one client. Loopback addresses have no such limit: through a reverse proxy, all clients come from there.
    pub(super) per_client: usize,
}

/// The open connections.
#[derive(Debug)]
pub(super) struct Connections {
    limits: Limits,
    begun: Instant,
    open: Mutex<Open>,
    /// Numbers of connections refused, and closed because their clients kept them waiting.
    refused: AtomicU64,
    closed: AtomicU64,
}

#[derive(Debug, Default)]
struct Open {
    last: u64,
    links: FxHashMap<u64, Arc<Link>>,
    /// Number of connections of each client.
    clients: FxHashMap<IpAddr, usize>,
}

impl Open {
    fn remove(&mut self, number: u64) -> Option<Arc<Link>> {
        let link = self.links.remove(&number)?;
        if let Some(client) = link.client
            && let Some(count) = self.clients.get_mut(&client)
        {
            *count -= 1;
            if *count == 0 {
                self.clients.remove(&client);
            }
        }
        Some(link)
    }

    /// Closes the connection that has waited longest of those that qualify. Returns whether there was one.
    fn close_longest(&mut self, now: u64, qualifies: impl Fn(&Link) -> bool) -> bool {
        let waiting = self.links.iter().filter(|(_, link)| qualifies(link));
        let longest = waiting.map(|(&number, link)| (link.waited(now), number)).max();
        let longest = longest.filter(|(waited, _)| *waited >= STALLED).and_then(|(_, number)| self.remove(number));
        longest.inspect(|link| link.close.notify_one()).is_some()
    }
}

/// The error for a connection that is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

impl Connections {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        let (open, refused, closed) = Default::default();
        Arc::new(Self { limits, begun: Instant::now(), open, refused, closed })
    }

    /// Counts a new connection. If there are too many, another one is closed, or there is an error if none may be closed.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Place, TooMany> {
        let (client, now) = (client_of(address), self.now());
        let mut open = self.open();
        let of_client = client.and_then(|client| open.clients.get(&client)).copied().unwrap_or_default();
        let full = if of_client >= self.limits.per_client {
            Some(open.close_longest(now, |link| link.client == client))
        } else if open.links.len() >= self.limits.all {
            Some(open.close_longest(now, |_| true))
        } else {
            None
        };
        match full {
            Some(false) => {
                self.refused.fetch_add(1, Relaxed);
                return Err(TooMany);
            }
            Some(true) => _ = self.closed.fetch_add(1, Relaxed),
            None => {}
        }
        open.last += 1;
        let number = open.last;
        if let Some(client) = client {
            *open.clients.entry(client).or_default() += 1;
        }
        let link = Arc::new(Link { client, begun: self.begun, since: AtomicU64::new(now), ..Link::default() });
        open.links.insert(number, link.clone());
        Ok(Place { link, number, all: self.clone() })
    }

    /// Closes all connections whose clients have taken nothing of their answers for a second, for the sake of the memory
    /// that the answers need.
    pub(super) fn close_stalled(&self) {
        let now = self.now();
        let mut open = self.open();
        let stalled = |link: &Link| link.unsent.load(Relaxed) && link.waited(now) >= STALLED;
        let stalled: Vec<u64> =
            open.links.iter().filter(|(_, link)| stalled(link)).map(|(&number, _)| number).collect();
        for link in stalled.into_iter().filter_map(|number| open.remove(number)) {
            self.closed.fetch_add(1, Relaxed);
            link.close.notify_one();
        }
    }

    /// Counts a connection that was closed since its client had taken nothing for too long.
    pub(super) fn count_closed(&self) {
        self.closed.fetch_add(1, Relaxed);
    }

    /// Returns the numbers of connections: open now, and refused and closed early since the start.
    pub(super) fn figures(&self) -> (usize, u64, u64) {
        (self.open().links.len(), self.refused.load(Relaxed), self.closed.load(Relaxed))
    }

    fn now(&self) -> u64 {
        milliseconds(self.begun.elapsed())
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(BUSY - 1)
}

/// Returns the address by which the connections of a client are counted: of IPv6 the network of 64 bits that one subscriber
/// gets. `None` for loopback addresses.
fn client_of(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(address) => Some(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        address => Some(address),
    }
}

/// The place of a connection among the others, free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) link: Arc<Link>,
    number: u64,
    pub(super) all: Arc<Connections>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.open().remove(self.number);
    }
}

/// What is known about a connection while it is open.
#[derive(Debug)]
pub(super) struct Link {
    client: Option<IpAddr>,
    begun: Instant,
    /// Since when the client is waited for, in milliseconds after `begun`. While the client takes an answer, this is moved
    /// on by the time that the taken bytes are worth.
    since: AtomicU64,
    /// Whether the client has still to take bytes that were given out.
    unsent: AtomicBool,
    /// Who gives out more when they are taken.
    next: Mutex<Option<Waker>>,
    close: Notify,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            client: None,
            begun: Instant::now(),
            since: AtomicU64::new(0),
            unsent: AtomicBool::new(false),
            next: Mutex::default(),
            close: Notify::new(),
        }
    }
}

impl Link {
    fn now(&self) -> u64 {
        milliseconds(self.begun.elapsed())
    }

    /// Notes that a request is being answered.
    pub(super) fn is_busy(&self) {
        self.since.store(BUSY, Relaxed);
    }

    /// Notes that the client is waited for from now on.
    pub(super) fn waits(&self) {
        self.since.store(self.now(), Relaxed);
    }

    /// Notes that the client has sent something, which counts unless it has an answer to take or an answer is being made.
    pub(super) fn has_read(&self) {
        if self.since.load(Relaxed) != BUSY && !self.unsent.load(Relaxed) {
            self.waits();
        }
    }

    /// Notes that the client has taken bytes, and whether it has taken all.
    pub(super) fn has_written(&self, bytes: usize, all: bool) {
        let since = self.since.load(Relaxed);
        if since != BUSY {
            let worth = (bytes as u64).saturating_mul(1000) / RATE;
            self.since.store(since.saturating_add(worth).min(self.now()), Relaxed);
        }
        self.unsent.store(!all, Relaxed);
        if all && let Some(next) = self.next.lock().unwrap_or_else(PoisonError::into_inner).take() {
            next.wake();
        }
    }

    /// Returns how long the client has been waited for; nothing while a request is being answered.
    pub(super) fn has_waited(&self) -> Duration {
        self.waited(self.now())
    }

    fn waited(&self, now: u64) -> Duration {
        let since = self.since.load(Relaxed);
        if since == BUSY { Duration::ZERO } else { Duration::from_millis(now.saturating_sub(since)) }
    }

    /// Is ready when the client has taken all that was given out. More is given out by the caller then.
    pub(super) fn poll_give(&self, context: &mut Context<'_>) -> Poll<()> {
        // The connection gives out and writes in one task, so nothing changes between the two steps.
        if self.unsent.load(Relaxed) {
            *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
            return Poll::Pending;
        }
        self.unsent.store(true, Relaxed);
        Poll::Ready(())
    }

    /// Waits until the connection has to be closed for another.
    pub(super) async fn told_to_close(&self) {
        self.close.notified().await;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;

    fn connections(all: usize, per_client: usize) -> Arc<Connections> {
        Connections::new(Limits { all, per_client })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Makes a connection one that has waited for some seconds.
    fn stall(place: &Place, seconds: u64) {
        // The clock of a test begins late enough.
        place.link.since.store(place.link.now().saturating_sub(seconds * 1000), Relaxed);
    }

    fn later(connections: Arc<Connections>) -> Arc<Connections> {
        let Connections { limits, open, refused, closed, .. } = Arc::into_inner(connections).unwrap();
        let begun = Instant::now().checked_sub(Duration::from_secs(600)).unwrap_or_else(Instant::now);
        Arc::new(Connections { limits, begun, open, refused, closed })
    }

    fn is_told(place: &Place) -> bool {
        let mut told = Box::pin(place.link.told_to_close());
        told.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn the_connection_that_waits_longest_makes_room() {
        let all = later(connections(3, 3));
        let places: Vec<Place> = (0..3).map(|_| all.admit(ip("127.0.0.1")).unwrap()).collect();
        assert_eq!(all.admit(ip("127.0.0.1")).err(), Some(TooMany), "none has waited for long");
        stall(&places[0], 3);
        stall(&places[1], 7);
        places[2].link.is_busy();
        let fourth = all.admit(ip("192.0.2.1")).unwrap();
        assert_eq!(places.iter().map(is_told).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(all.figures(), (3, 1, 1));
        let fifth = all.admit(ip("192.0.2.1")).unwrap();
        assert!(is_told(&places[0]));
        assert_eq!(all.admit(ip("192.0.2.1")).err(), Some(TooMany), "what is being answered is not closed");
        drop((places, fourth, fifth));
        assert_eq!(all.figures(), (0, 2, 2));
        assert!(all.open().clients.is_empty());
    }

    #[test]
    fn one_client_does_not_take_all_places() {
        let all = later(connections(9, 2));
        let client = ["2001:db8:1:2::7", "2001:db8:1:2:ffff::1"].map(|address| all.admit(ip(address)).unwrap());
        assert_eq!(all.admit(ip("2001:db8:1:2::9")).err(), Some(TooMany));
        let others =
            ["2001:db8:1:3::7", "192.0.2.7", "::ffff:192.0.2.7"].map(|address| all.admit(ip(address)).unwrap());
        assert_eq!(all.admit(ip("192.0.2.7")).err(), Some(TooMany), "an address has one number in either form");
        stall(&others[0], 60);
        stall(&client[1], 2);
        let again = all.admit(ip("2001:db8:1:2::9")).unwrap();
        assert!(is_told(&client[1]) && !is_told(&others[0]), "its own connection makes room");
        // All clients of a reverse proxy on this machine come from one address.
        let proxied: Vec<Place> = (0..4).map(|_| all.admit(ip("::1")).unwrap()).collect();
        drop((client, others, again, proxied));
        assert_eq!(all.figures().0, 0);
        assert!(all.open().clients.is_empty());
    }

    #[test]
    fn only_who_has_something_to_take_is_closed_for_memory() {
        let all = later(connections(9, 9));
        let places: Vec<Place> = (0..4).map(|_| all.admit(ip("127.0.0.1")).unwrap()).collect();
        places.iter().for_each(|place| stall(place, 5));
        for place in &places[..3] {
            assert!(place.link.poll_give(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        places[1].link.has_written(1 << 20, false);
        places[2].link.has_written(100, true);
        all.close_stalled();
        assert_eq!(places.iter().map(is_told).collect::<Vec<_>>(), [true, false, false, false]);
        assert_eq!(all.figures(), (3, 0, 1));
    }

    #[test]
    fn taken_bytes_are_worth_time() {
        let all = later(connections(1, 1));
        let place = all.admit(ip("127.0.0.1")).unwrap();
        let link = &place.link;
        let about = |seconds: u64| link.has_waited().as_secs().abs_diff(seconds) <= 2;
        stall(&place, 100);
        assert!(link.poll_give(&mut Context::from_waker(Waker::noop())).is_ready());
        link.has_read();
        assert!(about(100), "sending is no taking");
        link.has_written(30 * RATE as usize, false);
        assert!(about(70));
        link.has_written(usize::MAX, true);
        assert!(about(0), "nothing is saved up");
        link.is_busy();
        link.has_read();
        link.has_written(1, true);
        assert_eq!(link.has_waited(), Duration::ZERO);
    }
}
