//! The numbers as a table for people.

use std::time::Duration;

use super::measure::{Invocation, Numbers};
use crate::error::Result;

/// What a line of the table is about.
pub(super) struct Row {
    name: String,
    goal: &'static str,
    manifests: Option<usize>,
}

impl Row {
    /// A line with its goal in words; empty where there is none.
    pub(super) fn new(name: impl Into<String>, goal: &'static str) -> Self {
        Self { name: name.into(), goal, manifests: None }
    }

    /// Adds how many manifests one run judges, so that a rate is shown.
    pub(super) fn of(mut self, manifests: usize) -> Self {
        self.manifests = Some(manifests);
        self
    }
}

/// All lines so far.
pub(super) struct Table {
    lines: Vec<String>,
    notes: Vec<String>,
}

impl Table {
    /// Only the heading.
    pub(super) fn new() -> Self {
        let heading = format!(
            "{:<32} {:>9} {:>9} {:>9} {:>9} {:>8} {:>12} {:>5}  {}",
            "", "min ms", "median", "max", "CPU", "peak MB", "manifests/s", "exit", "goal"
        );
        Self { lines: vec![heading], notes: Vec::new() }
    }

    /// Measures `invocation` and adds its line.
    pub(super) fn add(&mut self, row: Row, invocation: &Invocation, runs: usize) -> Result<Numbers> {
        let numbers = invocation.measure(runs)?;
        self.lines.push(line(&row, &numbers));
        Ok(numbers)
    }

    /// Adds a sentence below the table.
    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Prints heading, lines and notes.
    pub(super) fn print(&self) {
        for line in self.lines.iter().chain([&String::new()]).chain(&self.notes) {
            println!("{line}");
        }
    }
}

fn line(row: &Row, numbers: &Numbers) -> String {
    let rate = row.manifests.map(|manifests| rate(manifests, numbers.median)).unwrap_or_default();
    let text = format!(
        "{:<32} {:>9} {:>9} {:>9} {:>9} {:>8} {:>12} {:>5}  {}",
        row.name,
        milliseconds(numbers.min),
        milliseconds(numbers.median),
        milliseconds(numbers.max),
        milliseconds(numbers.cpu),
        megabytes(numbers.peak),
        rate,
        numbers.exit_code,
        row.goal,
    );
    text.trim_end().to_owned()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}

/// Millions of bytes, with one decimal.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// Manifests in a second, rounded down, with commas between thousands.
fn rate(manifests: usize, time: Duration) -> String {
    let a_second = (manifests as u128 * 1_000_000_000) / time.as_nanos().max(1);
    let digits = a_second.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(milliseconds(Duration::from_micros(3_449)), "3.4");
        assert_eq!(megabytes(39_999_999), "39.9");
        assert_eq!(rate(10_000, Duration::from_millis(250)), "40,000");
        assert_eq!(rate(10_000, Duration::from_millis(5)), "2,000,000");
        assert_eq!(rate(10, Duration::from_millis(100)), "100");
    }

    #[test]
    fn a_line_has_a_rate_where_manifests_are_counted() {
        let time = Duration::from_millis(100);
        let numbers =
            Numbers { min: time, cpu: time * 2, median: time, max: time, peak: 9_000_000, exit_code: 3 };
        let line = line(&Row::new("schemas", "fast").of(1_000), &numbers);
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words, ["schemas", "100.0", "100.0", "100.0", "200.0", "9.0", "10,000", "3", "fast"]);
    }
}
