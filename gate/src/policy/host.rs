//! The engine, and policies that are ready to run. A host is made when the first policy is needed, not before.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::bindings::PolicyPre;
use super::compile::{Compiler, InProcess, check_imports, check_version, compile, detail};
use super::engine_settings::{GUEST_STACK_BYTES, code_settings, short_address_space};
use super::limiter::{INSTANCES, MEMORIES, TABLES, Usage};
use super::limits::Limits;
use super::{Builtin, LoadError, Metadata, metadata, precompiled, ticker};
use crate::text::hexadecimal;

/// Bytes of memory that stay mapped in a slot after an instance is gone: clearing them is much cheaper than
/// mapping them again, and policies rarely need more.
const KEEP_RESIDENT_BYTES: usize = 4 << 20;

/// Most that the pool gives to one memory; the limit that counts is in [`Limits`].
const POOL_MEMORY_BYTES: usize = 1 << 30;

/// Most that the pool gives to one table.
const POOL_TABLE_ENTRIES: usize = 100_000;

/// The WebAssembly engine; cheap to clone.
#[derive(Clone)]
pub struct PolicyHost {
    shared: Arc<Shared>,
    compiler: Arc<dyn Compiler>,
}

struct Shared {
    engine: Engine,
    pooled: bool,
    /// Bytes of the stack of a call.
    stack: usize,
    /// Whether the clock of the time limit could be started; set when the first policy runs.
    clock: OnceLock<bool>,
}

/// A policy, compiled, linked and checked; it can be run from many threads at once.
pub struct Policy {
    pub(super) host: PolicyHost,
    pub(super) linked: PolicyPre<Usage>,
    pub(super) metadata: Metadata,
    pub(super) limits: Limits,
    sha256: String,
    compile_time: Option<Duration>,
    describe_fuel: u64,
}

impl PolicyHost {
    /// An engine for up to `threads` calls at the same time. Where there is too little address space for a pool
    /// of instances (`ulimit -v`, small containers), a slower engine that does without.
    ///
    /// # Errors
    /// This processor or operating system cannot run WebAssembly.
    pub fn new(threads: usize) -> Result<Self, LoadError> {
        Self::with_stack(threads, GUEST_STACK_BYTES)
    }

    /// [`PolicyHost::new`] with a stack of `stack` bytes for each call, at most [`super::MOST_STACK_BYTES`].
    ///
    /// # Errors
    /// As [`PolicyHost::new`].
    pub fn with_stack(threads: usize, stack: usize) -> Result<Self, LoadError> {
        let stack = stack.min(super::MOST_STACK_BYTES);
        let mut config = code_settings();
        limit_stack(&mut config, stack);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(threads)));
        Engine::new(&config)
            .map_or_else(|_| Self::without_pool(stack), |engine| Ok(Self::of(engine, true, stack)))
    }

    /// The slower engine: memories are allocated when needed, and every access is checked by an instruction.
    ///
    /// # Errors
    /// This processor or operating system cannot run WebAssembly.
    pub fn with_short_address_space() -> Result<Self, LoadError> {
        Self::without_pool(GUEST_STACK_BYTES)
    }

    fn without_pool(stack: usize) -> Result<Self, LoadError> {
        let mut config = code_settings();
        short_address_space(&mut config);
        limit_stack(&mut config, stack);
        let engine = Engine::new(&config)
            .map_err(|e| LoadError::new(format!("policies cannot run here: {}", detail(&e))))?;
        Ok(Self::of(engine, false, stack))
    }

    /// The same engine with another compiler of foreign modules; without one, they are compiled in this process.
    #[must_use]
    pub fn with_compiler(mut self, compiler: Arc<dyn Compiler>) -> Self {
        self.compiler = compiler;
        self
    }

    /// True for the fast engine; false where there was too little address space for it.
    pub fn is_pooled(&self) -> bool {
        self.shared.pooled
    }

    /// Loads a policy from the bytes of a component.
    ///
    /// # Errors
    /// The bytes are no component, too many, not valid, import something, do not implement the contract, or
    /// describe a policy that breaks it.
    pub fn load(&self, wasm: &[u8], limits: &Limits) -> Result<Policy, LoadError> {
        let pooled = self.is_pooled();
        let sha256 = hexadecimal(&Sha256::digest(wasm));
        let (component, time) =
            compile(self.engine(), pooled, self.compiler.as_ref(), (wasm, &sha256), limits)?;
        self.link(&component, limits, sha256, time)
    }

    pub(super) fn load_own(&self, builtin: &Builtin, limits: &Limits) -> Result<Policy, LoadError> {
        let sha256 = builtin.sha256.to_owned();
        match precompiled::load(self.engine(), builtin.code) {
            Some(component) => self.link(&component, limits, sha256, None),
            None => {
                let pooled = self.is_pooled();
                let module = (builtin.wasm, sha256.as_str());
                let (component, time) = compile(self.engine(), pooled, &InProcess, module, limits)?;
                self.link(&component, limits, sha256, time)
            }
        }
    }

    fn link(
        &self,
        component: &Component,
        limits: &Limits,
        sha256: String,
        compile_time: Option<Duration>,
    ) -> Result<Policy, LoadError> {
        check_imports(self.engine(), component)?;
        check_version(self.engine(), component)?;
        let foreign = |e: wasmtime::Error| {
            LoadError::new(format!("the module is no policy for this gate: {}", detail(&e)))
                .hint("it has to export `gate:policy/validator` in version 1")
        };
        let linked = Linker::new(self.engine()).instantiate_pre(component).map_err(foreign)?;
        let linked = PolicyPre::new(linked).map_err(foreign)?;
        let (metadata, describe_fuel) = metadata::describe(self, &linked, limits)?;
        let (host, limits) = (self.clone(), limits.clone());
        Ok(Policy { host, linked, metadata, limits, sha256, compile_time, describe_fuel })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Starts the clock of the time limit once; false if the system gives no thread for it.
    pub(super) fn has_clock(&self) -> bool {
        *self.shared.clock.get_or_init(|| ticker::start(self.engine()).is_ok())
    }

    /// Bytes of the stack of a call.
    pub(super) fn stack(&self) -> usize {
        self.shared.stack
    }

    fn of(engine: Engine, pooled: bool, stack: usize) -> Self {
        let shared = Arc::new(Shared { engine, pooled, stack, clock: OnceLock::new() });
        Self { shared, compiler: Arc::new(InProcess) }
    }
}

impl Policy {
    /// What the policy says of itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// SHA-256 of the component, lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The limits that it was loaded with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long compiling took; none if its machine code was at hand.
    pub fn compile_time(&self) -> Option<Duration> {
        self.compile_time
    }

    /// Units of fuel that it took to describe itself.
    pub fn describe_fuel(&self) -> u64 {
        self.describe_fuel
    }
}

impl std::fmt::Debug for PolicyHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyHost").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy")
            .field("id", &self.metadata.id)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

/// Limits the stack of calls; wasmtime wants the other stack, which is of no use here, to be no smaller.
fn limit_stack(config: &mut Config, stack: usize) {
    config.max_wasm_stack(stack).async_stack_size(stack.max(2 << 20));
}

/// Slots for `threads` instances at a time, twice over because an instance is replaced before its slot is clean.
fn pool(threads: usize) -> PoolingAllocationConfig {
    let slots = u32::try_from(threads.clamp(1, 1024)).unwrap_or(1024) * 2;
    let (instances, tables, memories) = (INSTANCES as u32, TABLES as u32, MEMORIES as u32);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * instances)
        .total_tables(slots * tables)
        .total_memories(slots * 2)
        .max_core_instances_per_component(instances)
        .max_tables_per_component(tables)
        .max_memories_per_component(memories)
        .max_core_instance_size(1 << 20)
        .max_component_instance_size(1 << 20)
        .max_memory_size(POOL_MEMORY_BYTES)
        .table_elements(POOL_TABLE_ENTRIES)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(64 << 10);
    pool
}
