//! The threads of a run.

use rayon::prelude::*;

/// Sets up the worker threads with the stack that policies need; later calls have no effect.
/// `RAYON_NUM_THREADS` limits their number, as usual.
pub fn set_up_threads() {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(crate::policy::WORKER_STACK_BYTES * 2);
    // An error says that the threads are already there, with which everything works too.
    let _ = pool.build_global();
}

/// Applies `work` to every item on all threads; the results are in the order of the items.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    items.par_iter().map(work).collect()
}
