//! The measurement: fuel and memory object by object, then batches on all threads against the clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::sample::Sample;
use crate::cli::error::CliError;
use crate::cli::policy::worker;
use crate::policy::{Document, Limits, Outcome, Policy};

/// Instances that are started to say how long that takes.
const STARTS: usize = 200;
/// Batches of each thread whose time is kept.
const KEPT: usize = 1_000_000;

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Measured {
    /// Units of fuel that each object takes alone, least first.
    pub(super) fuel: Vec<u64>,
    /// Units of fuel for each object of full batches.
    pub(super) fuel_batched: f64,
    /// Most bytes of linear memory of an instance.
    pub(super) memory: u64,
    /// Microseconds for each object, of every batch, least first.
    pub(super) latencies: Vec<f64>,
    pub(super) objects_per_second: f64,
    pub(super) start: Duration,
}

/// Measures `policy` for about `seconds` on `threads` threads.
pub(super) fn measure(
    policy: &Policy,
    settings: &str,
    sample: &Sample,
    threads: usize,
    seconds: f64,
) -> Result<Measured, CliError> {
    let run = |documents: &[&Document]| policy.run(settings, &sample.context, documents);
    let mut measured = worker::run(|| alone(&run, policy, sample))??;
    let documents = sample.repeated(Limits::default().batch_documents);
    let documents: Vec<&Document> = documents.iter().collect();
    let batches: Vec<&[&Document]> =
        policy.batches(&documents).into_iter().filter_map(|range| documents.get(range)).collect();
    let fuel = worker::run(|| batches.iter().map(|batch| good(run(batch))).collect::<Result<Vec<_>, _>>())??;
    let most = fuel.iter().map(|outcome| outcome.memory).max().unwrap_or(0);
    measured.memory = measured.memory.max(most);
    measured.fuel_batched =
        fuel.iter().map(|outcome| outcome.fuel as f64).sum::<f64>() / documents.len() as f64;
    clocked(&mut measured, &batches, threads, seconds, &|batch| drop(run(batch)))?;
    Ok(measured)
}

/// Each object alone, and how long a start takes.
fn alone(
    run: &impl Fn(&[&Document]) -> Outcome,
    policy: &Policy,
    sample: &Sample,
) -> Result<Measured, CliError> {
    let mut measured = Measured::default();
    for document in &sample.documents {
        let outcome = good(run(&[document]))?;
        measured.fuel.push(outcome.fuel);
        measured.memory = measured.memory.max(outcome.memory);
    }
    measured.fuel.sort_unstable();
    let mut starts: Vec<Duration> = (0..STARTS).filter_map(|_| policy.time_to_start()).collect();
    starts.sort_unstable();
    measured.start = starts.get(starts.len() / 2).copied().unwrap_or_default();
    Ok(measured)
}

/// A policy that fails does less than it would have to.
fn good(outcome: Outcome) -> Result<Outcome, CliError> {
    match outcome.failures.first() {
        None => Ok(outcome),
        Some(failure) => {
            let told = CliError::new(format!("nothing can be measured: {}", failure.message));
            Err(match &failure.hint {
                Some(hint) => told.hint(hint.clone()),
                None => told,
            })
        }
    }
}

/// All batches over and over on every thread, until the time is over.
fn clocked(
    measured: &mut Measured,
    batches: &[&[&Document]],
    threads: usize,
    seconds: f64,
    run: &(impl Fn(&[&Document]) + Sync),
) -> Result<(), CliError> {
    let over = AtomicBool::new(false);
    let started = Instant::now();
    let mut objects = 0_usize;
    std::thread::scope(|scope| {
        let mut handles = Vec::new();
        for _ in 0..threads {
            handles.push(worker::start(scope, || laps(batches, &over, run))?);
        }
        std::thread::sleep(Duration::from_secs_f64(seconds));
        over.store(true, Ordering::Relaxed);
        for handle in handles {
            let (done, latencies) = worker::finish(handle)?;
            objects += done;
            measured.latencies.extend(latencies);
        }
        Ok::<_, CliError>(())
    })?;
    measured.objects_per_second = objects as f64 / started.elapsed().as_secs_f64();
    measured.latencies.sort_unstable_by(f64::total_cmp);
    Ok(())
}

/// At least one batch; answers the objects that were judged, and microseconds for each object of each batch.
fn laps(batches: &[&[&Document]], over: &AtomicBool, run: &impl Fn(&[&Document])) -> (usize, Vec<f64>) {
    let (mut objects, mut latencies) = (0, Vec::new());
    for batch in batches.iter().cycle() {
        let started = Instant::now();
        run(batch);
        let each = started.elapsed().as_secs_f64() * 1e6 / batch.len().max(1) as f64;
        objects += batch.len();
        if latencies.len() < KEPT {
            latencies.push(each);
        }
        if over.load(Ordering::Relaxed) {
            break;
        }
    }
    (objects, latencies)
}

/// The value that `percent` of the sorted values do not exceed; 0 of none.
pub(super) fn percentile<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).or(sorted.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let ten: Vec<u64> = (1..=10).collect();
        let of = |percent| percentile(&ten, percent);
        assert_eq!((of(0), of(50), of(90), of(91), of(100)), (1, 5, 9, 10, 10));
        assert_eq!((percentile(&[7], 50), percentile::<u64>(&[], 50)), (7, 0));
    }
}
