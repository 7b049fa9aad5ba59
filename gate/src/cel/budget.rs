//! The budget of an evaluation. It is counted in steps, not in time, so that a slow machine comes to the same verdict.

use std::cell::Cell;

use super::error::Fault;

/// Bytes of text that are worked on for one step.
const BYTES_PER_STEP: usize = 16;
/// Nodes of a document that are passed over for one step.
const NODES_PER_STEP: usize = 8;

/// Steps that are left. A step is the evaluation of one part of an expression, or work of about the same length.
#[derive(Debug)]
pub struct Budget {
    all: u64,
    left: Cell<u64>,
}

impl Budget {
    /// A budget of so many steps.
    pub fn new(steps: u64) -> Self {
        Self { all: steps, left: Cell::new(steps) }
    }

    /// Steps that were taken.
    pub fn spent(&self) -> u64 {
        self.all - self.left.get()
    }

    /// Takes steps, or all that is left and says that it was not enough.
    pub(super) fn charge(&self, steps: u64) -> Result<(), Fault> {
        match self.left.get().checked_sub(steps) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                Err(Fault::Budget { budget: self.all })
            }
        }
    }

    /// Pays for work on so many bytes.
    pub(super) fn bytes(&self, count: usize) -> Result<(), Fault> {
        self.charge((count / BYTES_PER_STEP) as u64)
    }

    /// Pays for passing over so many nodes.
    pub(super) fn nodes(&self, count: usize) -> Result<(), Fault> {
        self.charge((count / NODES_PER_STEP) as u64)
    }
}
