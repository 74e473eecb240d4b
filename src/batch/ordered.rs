//! Work on many items by many threads, results one by one in the order of the items.
//!
//! Threads of our own and not a pool: an item that takes longer than its limit is given up, and the thread that
//! is stuck in it is left behind and replaced. A pool cannot lose a thread.
//!
//! No more than a window of items is under way or waiting to be taken, so memory does not grow with the batch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How much at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Threads at work.
    pub threads: usize,
    /// Items under way or waiting to be taken.
    pub window: usize,
    /// An item that has not begun to write after this long is given up.
    pub timeout: Option<Duration>,
}

/// What the caller is told.
#[derive(Debug)]
pub enum Report<T> {
    /// The next item, in order.
    Done(T),
    /// The next item, in order, was given up.
    GivenUp,
    /// Nothing new; called a few times a second.
    Waiting,
}

/// Whether to begin further items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Finish what is under way and begin nothing new.
    Finish,
}

struct State<T> {
    next: usize,
    count: usize,
    taken: usize,
    done: BTreeMap<usize, Option<T>>,
    running: BTreeMap<usize, Instant>,
    writing: BTreeSet<usize>,
    /// Threads that wait until there is room in the window.
    idle: usize,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    /// Something is done that the caller should be told of.
    news: Condvar,
    /// There is room in the window, or nothing left to do.
    room: Condvar,
    limits: Limits,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller has to be woken: each time costs two system calls and a change of context, so it is left to
    /// look by itself a few times a second until half of the window waits for it, or the end is near.
    fn is_worth_telling(&self, state: &State<T>) -> bool {
        state.done.len() * 2 >= self.limits.window || state.next >= state.count
    }
}

/// Says whether an item is still wanted.
pub struct Ticket<'a, T> {
    shared: &'a Shared<T>,
    item: usize,
}

impl<T> Ticket<'_, T> {
    /// Gives the item its time once more for each of `times`.
    pub fn allow(&self, times: usize) {
        let mut state = self.shared.lock();
        let more = self.shared.limits.timeout.unwrap_or_default();
        let more = more.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX));
        if let Some(began) = state.running.get_mut(&self.item) {
            *began = began.checked_add(more).unwrap_or(*began);
        }
    }

    /// Asks leave to write the item's outputs. After `true` it can no longer be given up; after `false` it has
    /// been, and nothing may be written.
    pub fn may_write(&self) -> bool {
        let mut state = self.shared.lock();
        let wanted = state.running.remove(&self.item).is_some();
        if wanted {
            state.writing.insert(self.item);
        }
        wanted
    }
}

/// Calls `work` for the items `0..count` on many threads, and `report` on this one, in order, for each item that
/// was begun. Returns how many were begun. `work` must not panic.
pub fn run<T, W, R>(count: usize, limits: Limits, work: W, mut report: R) -> usize
where
    T: Send + 'static,
    W: Fn(usize, &Ticket<'_, T>) -> T + Send + Sync + 'static,
    R: FnMut(Report<T>) -> Go,
{
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            next: 0,
            count,
            taken: 0,
            done: BTreeMap::new(),
            running: BTreeMap::new(),
            writing: BTreeSet::new(),
            idle: 0,
        }),
        news: Condvar::new(),
        room: Condvar::new(),
        limits,
    });
    let work = Arc::new(work);
    let start = || {
        let (shared, work) = (shared.clone(), work.clone());
        thread::spawn(move || worker(&shared, &*work));
    };
    (0..limits.threads.clamp(1, count.max(1))).for_each(|_| start());

    let mut state = shared.lock();
    loop {
        let taken = state.taken;
        let go = if let Some(item) = state.done.remove(&taken) {
            state.taken += 1;
            let idle = state.idle > 0;
            drop(state);
            if idle {
                shared.room.notify_all();
            }
            report(item.map_or(Report::GivenUp, Report::Done))
        } else if state.taken == state.next && state.next >= state.count {
            return state.taken;
        } else {
            let (held, wait) = shared
                .news
                .wait_timeout(state, Duration::from_millis(100))
                .unwrap_or_else(PoisonError::into_inner);
            state = held;
            for _ in 0..give_up(&mut state, limits.timeout) {
                start();
            }
            if !wait.timed_out() {
                continue;
            }
            drop(state);
            report(Report::Waiting)
        };
        state = shared.lock();
        if go == Go::Finish {
            state.count = state.count.min(state.next);
            shared.room.notify_all();
        }
    }
}

fn give_up<T>(state: &mut State<T>, timeout: Option<Duration>) -> usize {
    let Some(timeout) = timeout else { return 0 };
    let late = |(&item, began): (&usize, &Instant)| (began.elapsed() > timeout).then_some(item);
    let late: Vec<usize> = state.running.iter().filter_map(late).collect();
    for item in &late {
        state.running.remove(item);
        state.done.insert(*item, None);
    }
    late.len()
}

fn worker<T, W: Fn(usize, &Ticket<'_, T>) -> T>(shared: &Shared<T>, work: &W) {
    loop {
        let mut state = shared.lock();
        while state.next < state.count && state.next >= state.taken + shared.limits.window.max(1) {
            state.idle += 1;
            state = shared
                .room
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        if state.next >= state.count {
            return;
        }
        let item = state.next;
        state.next += 1;
        state.running.insert(item, Instant::now());
        drop(state);
        let value = work(item, &Ticket { shared, item });
        let mut state = shared.lock();
        let wanted = state.running.remove(&item).is_some() || state.writing.remove(&item);
        if !wanted {
            return; // given up meanwhile; another thread has taken this one's place
        }
        state.done.insert(item, Some(value));
        let tell = shared.is_worth_telling(&state);
        drop(state);
        if tell {
            shared.news.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Limits = Limits {
        threads: 4,
        window: 8,
        timeout: None,
    };

    fn done<T>(all: &mut Vec<Option<T>>, report: Report<T>) {
        match report {
            Report::Done(value) => all.push(Some(value)),
            Report::GivenUp => all.push(None),
            Report::Waiting => {}
        }
    }

    #[test]
    fn results_come_in_order() {
        let mut all = Vec::new();
        let work = |k: usize, _: &Ticket<'_, usize>| {
            thread::sleep(Duration::from_micros((k * 7919 % 13) as u64 * 100));
            k
        };
        let begun = run(200, QUICK, work, |r| {
            done(&mut all, r);
            Go::On
        });
        assert_eq!(begun, 200);
        assert_eq!(all, (0..200).map(Some).collect::<Vec<_>>());
        assert_eq!(run(0, QUICK, |_, _: &Ticket<'_, ()>| (), |_| Go::On), 0);
    }

    #[test]
    fn an_item_that_hangs_holds_no_other() {
        let mut all = Vec::new();
        let limits = Limits {
            threads: 1,
            timeout: Some(Duration::from_millis(50)),
            ..QUICK
        };
        let work = |k: usize, ticket: &Ticket<'_, usize>| {
            if k == 2 {
                thread::sleep(Duration::from_secs(3));
            }
            assert_eq!(ticket.may_write(), k != 2);
            k
        };
        let began = Instant::now();
        run(5, limits, work, |r| {
            done(&mut all, r);
            Go::On
        });
        assert_eq!(all, [Some(0), Some(1), None, Some(3), Some(4)]);
        assert!(began.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn what_was_begun_is_finished_and_nothing_else() {
        let mut all = Vec::new();
        let begun = run(
            10_000,
            QUICK,
            |k, _: &Ticket<'_, usize>| k,
            |r| {
                done(&mut all, r);
                if all.len() < 20 { Go::On } else { Go::Finish }
            },
        );
        assert!(begun < 100, "{begun}");
        assert_eq!(all, (0..begun).map(Some).collect::<Vec<_>>());
    }
}
