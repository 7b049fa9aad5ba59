//! Memory and table limits of one instance. Wasmtime's own limiter counts each memory for itself; this one
//! counts them all together, and says which limit was hit.

use std::fmt;

use wasmtime::ResourceLimiter;

use super::limits::{Limits, bytes, grouped};

/// Core instances, tables and memories of one component; interpreters of other languages need dozens.
pub(super) const INSTANCES: usize = 64;
/// See [`INSTANCES`].
pub(super) const TABLES: usize = 64;
/// See [`INSTANCES`].
pub(super) const MEMORIES: usize = 4;

/// The data of a store: what its instance has taken so far.
#[derive(Debug)]
pub(super) struct Usage {
    memory_limit: usize,
    table_limit: usize,
    memory: usize,
    last_growth: usize,
}

/// A limit that was hit; travels through wasmtime as the error of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitHit {
    Memory { limit: usize },
    Table { limit: usize },
}

impl Usage {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            memory_limit: limits.memory_bytes,
            table_limit: limits.table_entries,
            memory: 0,
            last_growth: 0,
        }
    }

    /// Bytes of all memories together. They never shrink, so this is also the most that there were.
    pub(super) fn memory(&self) -> usize {
        self.memory
    }
}

impl ResourceLimiter for Usage {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let growth = desired.saturating_sub(current);
        let total = self.memory.saturating_add(growth);
        if total > self.memory_limit {
            return Err(LimitHit::Memory { limit: self.memory_limit }.into());
        }
        self.memory = total;
        self.last_growth = growth;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.memory = self.memory.saturating_sub(std::mem::take(&mut self.last_growth));
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.table_limit {
            return Err(LimitHit::Table { limit: self.table_limit }.into());
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        TABLES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}

impl LimitHit {
    /// Its key in the configuration.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Memory { .. } => "memory",
            Self::Table { .. } => "tables",
        }
    }
}

impl fmt::Display for LimitHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Memory { limit } => write!(f, "used more than its {} of memory", bytes(limit)),
            Self::Table { limit } => write!(f, "used a table of more than {} entries", grouped(limit as u64)),
        }
    }
}

impl std::error::Error for LimitHit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_are_counted_together() {
        let mut usage = Usage::new(&Limits { memory_bytes: 3 << 16, ..Limits::default() });
        assert!(usage.memory_growing(0, 2 << 16, None).is_ok());
        assert!(usage.memory_growing(0, 1 << 16, None).is_ok());
        let error = usage.memory_growing(1 << 16, 2 << 16, None).map_err(|e| e.to_string());
        assert_eq!(error, Err("used more than its 192 KiB of memory".to_owned()));
    }

    #[test]
    fn a_growth_that_fails_is_not_counted() {
        let mut usage = Usage::new(&Limits { memory_bytes: 1 << 16, ..Limits::default() });
        assert!(usage.memory_growing(0, 1 << 16, None).is_ok());
        assert!(usage.memory_grow_failed(wasmtime::Error::msg("no memory")).is_ok());
        assert!(usage.memory_growing(0, 1 << 16, None).is_ok());
    }
}
