//! The threads of a run.

use rayon::prelude::*;

/// Sets up the worker threads with the stack that policies need; later calls have no effect.
/// `RAYON_NUM_THREADS` limits their number, as usual.
pub fn set_up_threads() {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(crate::policy::WORKER_STACK_BYTES);
    // An error says that the threads are already there, with which everything works too.
    let _ = pool.build_global();
}

/// Does `work` on a thread with the stack that policies need; the main thread's is the system's choice.
pub(super) fn on_worker<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::scope(|_| work())
}

/// Applies `work` to every item on all threads; the results are in the order of the items.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    items.par_iter().map(work).collect()
}

/// How many threads there are: as many calls of a policy may run at the same time.
pub fn threads() -> usize {
    rayon::current_num_threads()
}
