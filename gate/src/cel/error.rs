//! What can go wrong with an expression: it cannot be read, it fails on a value, it costs too much.

/// An expression that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {})", self.at + 1)]
pub struct CompileError {
    /// What is wrong, without the place.
    pub message: String,
    /// 0-based offset into the expression, in characters.
    pub at: usize,
}

impl CompileError {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), at }
    }
}

/// An evaluation without a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The expression fails on these values: the server, too, would refuse the object.
    #[error("{message}")]
    Error {
        /// What happened.
        message: String,
        /// 0-based byte offset into the expression of the part that failed.
        at: u32,
    },
    /// The budget is spent; nobody knows what the value would have been.
    #[error("it takes more than {budget} steps")]
    Budget {
        /// Steps that were allowed.
        budget: u64,
    },
    /// Something that the server can do and this program cannot.
    #[error("{what}")]
    Unsupported {
        /// What it is.
        what: String,
    },
}

impl Fault {
    pub(super) fn error(message: impl Into<String>) -> Self {
        Self::Error { message: message.into(), at: u32::MAX }
    }

    /// The same fault, with a place unless it has one.
    pub(super) fn placed(self, place: u32) -> Self {
        match self {
            Self::Error { message, at: u32::MAX } => Self::Error { message, at: place },
            other => other,
        }
    }
}
