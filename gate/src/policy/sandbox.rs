//! One call into a fresh instance with all limits on, and why it ended. The instance is gone afterwards, whatever
//! happened: after some errors it would still answer, from a state that nobody knows.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use super::bindings::PolicyPre;
use super::bindings::validator::Guest;
use super::compile::detail;
use super::failure::Stop;
use super::host::PolicyHost;
use super::limiter::{LimitHit, Usage};
use super::limits::{Limits, bytes, grouped, raise};
use super::ticker;
use crate::model::FailureKind;

/// Resource handles of an instance; the contract has none, so these are a component's own.
const HANDLES: usize = 1_000;

/// What one call may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    fuel: u64,
    time: Duration,
    /// Bytes; the same for all calls of an engine.
    stack: usize,
    /// Bytes that the host takes, and the part of them that is named in messages.
    answer_bytes: usize,
    named_answer_bytes: usize,
}

impl Budget {
    /// For a call with `documents` documents of `input_bytes` bytes together.
    pub(super) fn new(host: &PolicyHost, limits: &Limits, documents: usize, input_bytes: usize) -> Self {
        Self {
            stack: host.stack(),
            fuel: limits.fuel_for(documents),
            time: limits.time,
            answer_bytes: limits.answer_bytes.saturating_add(input_bytes),
            named_answer_bytes: limits.answer_bytes,
        }
    }
}

/// What one call took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    /// Units.
    pub(super) fuel: u64,
    /// Bytes of all linear memories when it ended.
    pub(super) memory: u64,
}

/// Runs `call` in a fresh instance of `policy`; gives its answer and what it took.
pub(super) fn enter<T>(
    host: &PolicyHost,
    policy: &PolicyPre<Usage>,
    limits: &Limits,
    budget: Budget,
    call: impl FnOnce(&mut Store<Usage>, &Guest) -> wasmtime::Result<T>,
) -> Result<(T, Spent), Stop> {
    if !host.has_clock() {
        return Err(
            Stop::new(FailureKind::Internal, "cannot be given a time limit: no thread to be had").whole()
        );
    }
    let run = || -> wasmtime::Result<(T, Spent)> {
        let mut store = store(host, limits, budget)?;
        let instance = policy.instantiate(&mut store)?;
        let answer = call(&mut store, instance.gate_policy_validator())?;
        let fuel = budget.fuel.saturating_sub(store.get_fuel()?);
        Ok((answer, Spent { fuel, memory: store.data().memory() as u64 }))
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| why(&error, budget)),
        Err(_) => Err(Stop::new(FailureKind::Internal, "made the gate itself panic")
            .hint("this is a fault of the gate; please report it")),
    }
}

fn store(host: &PolicyHost, limits: &Limits, budget: Budget) -> wasmtime::Result<Store<Usage>> {
    let mut store = Store::new(host.engine(), Usage::new(limits));
    store.limiter(|usage| usage);
    store.set_fuel(budget.fuel)?;
    store.set_epoch_deadline(ticker::ticks(budget.time));
    store.set_hostcall_fuel(budget.answer_bytes);
    store.set_max_component_handles(HANDLES);
    Ok(store)
}

/// Sorts the error of a call: a limit, a fault of the policy, or an answer that is not what the contract says.
fn why(error: &wasmtime::Error, budget: Budget) -> Stop {
    if let Some(hit) = error.downcast_ref::<LimitHit>() {
        return Stop::new(FailureKind::PolicyLimit, hit.to_string()).hint(raise(hit.key()));
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return Stop::new(
            FailureKind::Internal,
            "found no free slot: more calls at a time than the host was made for",
        )
        .hint("this is a fault of the gate; please report it")
        .whole();
    }
    match error.downcast_ref::<Trap>() {
        Some(trap) => trapped(*trap, budget),
        // This error has no public type.
        None if format!("{error:#}").contains("fuel allocated for hostcalls") => {
            let limit = bytes(budget.named_answer_bytes);
            Stop::new(FailureKind::PolicyLimit, format!("gave an answer of more than {limit}"))
                .hint(raise("output"))
        }
        None => Stop::new(FailureKind::PolicyContract, format!("broke the contract: {}", detail(error)))
            .hint("the policy is faulty; report it to its author"),
    }
}

fn trapped(trap: Trap, budget: Budget) -> Stop {
    let limit = |what: String| Stop::new(FailureKind::PolicyLimit, what);
    match trap {
        Trap::OutOfFuel => limit(format!("used up its fuel of {} units", grouped(budget.fuel)))
            .hint(format!("it may loop for ever; {}", raise("fuel"))),
        Trap::Interrupt => limit(format!("ran longer than {} s", budget.time.as_secs_f64()))
            .hint(format!("it may loop for ever; {}", raise("time"))),
        Trap::StackOverflow => limit(format!("used up its stack of {}", bytes(budget.stack))).hint(
            "it may recurse for ever; if it needs more, raise `limits.stack` of all policies in gate.yaml",
        ),
        other => Stop::new(FailureKind::PolicyError, format!("stopped with a trap ({other})"))
            .hint("the policy panicked or is faulty; report it to its author"),
    }
}
