//! The numbers of a measurement, as they are saved.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::measure::percentile;
use super::{Measured, Sample};
use crate::cli::error::CliError;
use crate::cli::policy::settings;
use crate::policy::Policy;

/// Of the form of the file.
const VERSION: u32 = 1;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Record {
    version: u32,
    pub(super) policy: String,
    pub(super) policy_version: String,
    pub(super) sha256: String,
    /// Documents of the sample, and bytes of their JSON.
    pub(super) objects: usize,
    pub(super) bytes: usize,
    /// Digest of the documents and the settings.
    pub(super) sample: String,
    pub(super) threads: usize,
    /// By the names of [`METRICS`].
    pub(super) metrics: BTreeMap<String, f64>,
}

/// How a number behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The same on every run, in units of fuel: less is better.
    Fuel,
    /// The same on every run: less is better.
    Exact,
    /// Differs from run to run: less is better.
    Time,
    /// Differs from run to run: more is better.
    Speed,
}

/// A number, its name in files and for people.
pub(super) struct Metric {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
}

const fn metric(key: &'static str, label: &'static str, kind: Kind) -> Metric {
    Metric { key, label, kind }
}

/// All numbers, in the order in which they are shown.
pub(super) const METRICS: [Metric; 14] = [
    metric("fuel-min", "fuel of an object, least", Kind::Fuel),
    metric("fuel-median", "fuel of an object, median", Kind::Fuel),
    metric("fuel-max", "fuel of an object, most", Kind::Fuel),
    metric("fuel-batched", "fuel of an object in full batches", Kind::Fuel),
    metric("memory-bytes", "memory of an instance, bytes", Kind::Exact),
    metric("module-bytes", "module, bytes", Kind::Exact),
    metric("objects-per-second", "objects a second", Kind::Speed),
    metric("latency-p50-us", "µs an object, median", Kind::Time),
    metric("latency-p90-us", "µs an object, 90 %", Kind::Time),
    metric("latency-p99-us", "µs an object, 99 %", Kind::Time),
    metric("latency-max-us", "µs an object, most", Kind::Time),
    metric("start-us", "start of an instance, µs", Kind::Time),
    metric("compile-ms", "compiling, ms", Kind::Time),
    metric("describe-fuel", "fuel of `describe`", Kind::Fuel),
];

impl Record {
    pub(super) fn new(
        policy: &Policy,
        wasm: &[u8],
        settings: &str,
        sample: &Sample,
        measured: &Measured,
        threads: usize,
    ) -> Self {
        let metadata = policy.metadata();
        let compile = policy.compile_time().unwrap_or_default();
        let value = |metric: &Metric| match metric.key {
            "fuel-min" => percentile(&measured.fuel, 0) as f64,
            "fuel-median" => percentile(&measured.fuel, 50) as f64,
            "fuel-max" => percentile(&measured.fuel, 100) as f64,
            "fuel-batched" => measured.fuel_batched.round(),
            "memory-bytes" => measured.memory as f64,
            "module-bytes" => wasm.len() as f64,
            "objects-per-second" => measured.objects_per_second.round(),
            "latency-p50-us" => rounded(percentile(&measured.latencies, 50)),
            "latency-p90-us" => rounded(percentile(&measured.latencies, 90)),
            "latency-p99-us" => rounded(percentile(&measured.latencies, 99)),
            "latency-max-us" => rounded(percentile(&measured.latencies, 100)),
            "start-us" => rounded(measured.start.as_secs_f64() * 1e6),
            "compile-ms" => rounded(compile.as_secs_f64() * 1e3),
            _ => policy.describe_fuel() as f64,
        };
        Self {
            version: VERSION,
            policy: metadata.id.clone(),
            policy_version: metadata.version.clone(),
            sha256: policy.sha256().to_owned(),
            objects: sample.documents.len(),
            bytes: sample.bytes(),
            sample: sample.digest(settings),
            threads,
            metrics: METRICS.iter().map(|metric| (metric.key.to_owned(), value(metric))).collect(),
        }
    }

    /// True if both were measured with the same documents and settings.
    pub(super) fn is_same_sample(&self, other: &Self) -> bool {
        self.sample == other.sample
    }
}

/// To two decimals.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Writes a record.
pub(super) fn write(record: &Record, file: &Path) -> Result<(), CliError> {
    let text = crate::output::pretty(record);
    std::fs::write(file, text)
        .map_err(|error| CliError::new(format!("{} cannot be written: {error}", file.display())))
}

/// Reads a record.
pub(super) fn read(file: &Path) -> Result<Record, CliError> {
    let wrong = |why: String| {
        CliError::new(format!("{} holds no numbers of this command: {why}", file.display()))
            .hint("`gate policy bench --save FILE` writes such a file")
    };
    let record: Record =
        serde_json::from_str(&settings::json_of(file)?).map_err(|error| wrong(error.to_string()))?;
    match record.version {
        VERSION => Ok(record),
        other => Err(wrong(format!("its version is {other}, not {VERSION}"))),
    }
}
