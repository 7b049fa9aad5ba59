//! Measures the machine code that another compiler makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::policy::{CompileJob, Compiler, LoadError, MachineCode};

/// A compiler that remembers how large the last code was.
pub(super) struct CodeSize {
    inner: Arc<dyn Compiler>,
    bytes: AtomicU64,
}

impl CodeSize {
    pub(super) fn new(inner: Arc<dyn Compiler>) -> Self {
        Self { inner, bytes: AtomicU64::new(0) }
    }

    /// Bytes; 0 if nothing was compiled.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Compiler for CodeSize {
    fn compile(&self, job: &CompileJob<'_>) -> Result<MachineCode, LoadError> {
        let code = self.inner.compile(job)?;
        self.bytes.store(code.bytes.len() as u64, Ordering::Relaxed);
        Ok(code)
    }
}
