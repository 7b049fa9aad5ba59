//! What a policy may use. One place, real units; every limit that is hit is a failure that names it.

use std::time::Duration;

/// Limits of one policy. Fuel decides, because it is the same on every machine; time is the backstop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a module, before it is compiled.
    pub module_bytes: usize,
    /// Units of fuel for each call, roughly one for each WebAssembly instruction.
    pub fuel: u64,
    /// Units of fuel on top, for each document of the call.
    pub fuel_per_document: u64,
    /// Wall-clock time of one call.
    pub time: Duration,
    /// Address space in bytes that compiling a foreign module may take.
    pub compile_memory_bytes: u64,
    /// Processor time of compiling a foreign module.
    pub compile_time: Duration,
    /// Processor time of compiling on top, for each MiB of the module. A component of 12 MB that carries a JavaScript
    /// engine takes 8 seconds.
    pub compile_time_per_mib: Duration,
    /// Bytes of all linear memories of an instance together. More than 1 GiB has no effect.
    pub memory_bytes: usize,
    /// Entries of each table. More than 100,000 has no effect.
    pub table_entries: usize,
    /// Bytes that one answer may take on the host, on top of the size of what was asked.
    pub answer_bytes: usize,
    /// Findings for one document.
    pub findings_per_document: usize,
    /// Bytes of a finding's message, of a fix's description and of a policy's own error text.
    pub message_bytes: usize,
    /// Bytes of a rule's help, of a policy's description and of a suggested patch.
    pub help_bytes: usize,
    /// Bytes of a JSON pointer.
    pub pointer_bytes: usize,
    /// Rules of a policy; tags, match rules and entries of a match rule each.
    pub list_entries: usize,
    /// Documents of a batch that may fail before the policy is given up for the rest of the batch.
    pub failing_documents: usize,
    /// Documents in a batch of a policy that judges each for itself.
    pub batch_documents: usize,
    /// Bytes of JSON in such a batch, unless a single document is larger.
    pub batch_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: 32 << 20,
            compile_memory_bytes: 1 << 30,
            compile_time: Duration::from_secs(10),
            compile_time_per_mib: Duration::from_secs(2),
            fuel: 200_000_000,
            fuel_per_document: 50_000_000,
            time: Duration::from_secs(10),
            memory_bytes: 128 << 20,
            table_entries: 20_000,
            answer_bytes: 8 << 20,
            findings_per_document: 100,
            message_bytes: 4 << 10,
            help_bytes: 64 << 10,
            pointer_bytes: 4 << 10,
            list_entries: 1_000,
            failing_documents: 3,
            batch_documents: 64,
            batch_bytes: 256 << 10,
        }
    }
}

impl Limits {
    /// Units of fuel for a call with so many documents.
    pub(super) fn fuel_for(&self, documents: usize) -> u64 {
        let documents = u64::try_from(documents).unwrap_or(u64::MAX);
        self.fuel.saturating_add(self.fuel_per_document.saturating_mul(documents))
    }
}

/// What to do about a limit of `gate.yaml` that was hit.
pub(super) fn raise(key: &str) -> String {
    format!("if it needs more, raise `limits.{key}` of this policy in gate.yaml")
}

/// A number with separators, for messages: 250,000,000.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the largest binary unit that divides them: 128 MiB, 4 KiB, 100 bytes.
pub fn bytes(number: usize) -> String {
    for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if number >= unit && number.is_multiple_of(unit) {
            return format!("{} {name}", number / unit);
        }
    }
    format!("{} bytes", grouped(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped(250_000_000), "250,000,000");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(bytes(128 << 20), "128 MiB");
        assert_eq!(bytes(4096), "4 KiB");
        assert_eq!(bytes(1_500), "1,500 bytes");
    }

    #[test]
    fn fuel_grows_with_the_batch_and_never_wraps() {
        let limits = Limits::default();
        assert_eq!(limits.fuel_for(0), 200_000_000);
        assert_eq!(limits.fuel_for(64), 3_400_000_000);
        assert_eq!(Limits { fuel_per_document: u64::MAX, ..limits }.fuel_for(2), u64::MAX);
    }
}
