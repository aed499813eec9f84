//! File handles: each connection takes one, and the index needs some whenever it is written.

use tracing::warn;

/// Number of handles that are kept for the index, the posts and the log.
const KEPT: u64 = 256;

/// Returns the number of connections that may be open: `wanted`, or fewer if the process may not have as many handles.
/// Raises the limit of the process first, as far as it may do so.
pub(super) fn connections(wanted: usize) -> usize {
    let allowed = raised_limit(KEPT.saturating_add(wanted as u64)).map_or(wanted, |limit| beside_index(limit, wanted));
    if allowed < wanted {
        warn!("at most {allowed} connections in place of {wanted}: the process may not have more file handles");
    }
    allowed
}

/// Returns how many of `wanted` connections a limit of handles leaves room for. A small limit is halved.
fn beside_index(limit: u64, wanted: usize) -> usize {
    let left = limit.saturating_sub(KEPT.min(limit / 2)).max(1);
    wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
}

/// Raises the limit of handles to `needed` if it is lower, and returns the limit; `None` without a known limit.
#[cfg(target_os = "linux")]
fn raised_limit(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    let raised = needed.min(limit.maximum.unwrap_or(u64::MAX));
    let is_raised = raised > current
        && setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum }).is_ok();
    Some(if is_raised { raised } else { current })
}

#[cfg(not(target_os = "linux"))]
const fn raised_limit(_: u64) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_handles_for_the_index() {
        assert_eq!(beside_index(20_000, 2048), 2048);
        assert_eq!(beside_index(1024, 2048), 768);
        assert_eq!(beside_index(300, 2048), 150);
        assert_eq!((beside_index(1, 5), beside_index(0, 5)), (1, 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limit_is_at_least_as_large_as_before() {
        let before = raised_limit(0);
        assert!(raised_limit(u64::MAX) >= before);
        assert_eq!(connections(1), 1);
    }
}
