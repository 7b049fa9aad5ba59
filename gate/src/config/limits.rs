//! What a policy may use, as `gate.yaml` says it: one table of names, units and bounds, from which the parser, the JSON
//! Schema, the effects and the engine all read.

use super::problem::Complaint;
use super::units::{parse_count, parse_fuel, parse_size, parse_time};

/// A limit by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "`Limit::doc` says what each is")]
pub enum Limit {
    Fuel,
    FuelPerObject,
    Time,
    Memory,
    Tables,
    Output,
    Findings,
    Message,
    Module,
    CompileMemory,
    CompileTime,
    CompileTimePerMib,
    BatchObjects,
    BatchBytes,
    FailingObjects,
    Stack,
}

/// What an amount is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Units of fuel: `500M`.
    Fuel,
    /// Things: `100`.
    Count,
    /// Bytes: `128MiB`.
    Bytes,
    /// Milliseconds: `10s`.
    Time,
}

/// An amount between two bounds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) key: &'static str,
    pub(super) unit: Unit,
    /// Bytes, milliseconds or things.
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) doc: &'static str,
}

const fn amount(key: &'static str, unit: Unit, (least, most): (u64, u64), doc: &'static str) -> Amount {
    Amount { key, unit, least, most, doc }
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const FUEL: (u64, u64) = (1_000, 1_000_000_000_000);
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60_000;

/// Every limit, in the order of [`Limit`].
pub(super) const TABLE: [Amount; Limit::COUNT] = [
    amount("fuel", Unit::Fuel, FUEL, "Instructions of a call: `500M`."),
    amount("fuel-per-object", Unit::Fuel, FUEL, "Instructions on top, for each object of the call: `50M`."),
    amount("time", Unit::Time, (10, 10 * MINUTE), "A call by the clock on the wall, as a backstop: `10s`."),
    amount("memory", Unit::Bytes, (64 * KIB, GIB), "All memories together: `128MiB`."),
    amount("tables", Unit::Count, (1, 100_000), "Entries of each table: `20000`."),
    amount("output", Unit::Bytes, (KIB, 256 * MIB), "All that a call answers: `4MiB`."),
    amount("findings", Unit::Count, (1, 10_000), "Findings for one object: `100`."),
    amount("message", Unit::Bytes, (64, 64 * KIB), "A message: `4KiB`."),
    amount("module", Unit::Bytes, (KIB, 256 * MIB), "The module: `32MiB`."),
    amount("compile-memory", Unit::Bytes, (256 * MIB, 16 * GIB), "Compiling the module: `1GiB`."),
    amount("compile-time", Unit::Time, (SECOND, 10 * MINUTE), "Processor time of compiling: `10s`."),
    amount(
        "compile-time-per-mib",
        Unit::Time,
        (100, MINUTE),
        "Processor time of compiling on top, for each MiB of the module: `2s`.",
    ),
    amount("batch-objects", Unit::Count, (1, 10_000), "Objects of one call: `64`."),
    amount(
        "batch-bytes",
        Unit::Bytes,
        (KIB, 64 * MIB),
        "JSON of one call, unless a single object is larger: `256KiB`.",
    ),
    amount(
        "failing-objects",
        Unit::Count,
        (1, 10_000),
        "Objects of one call that may fail before the rest is not judged: `3`.",
    ),
    // The last one: it is the engine's, and so the same for all policies.
    amount("stack", Unit::Bytes, (64 * KIB, 4 * MIB), "The call stack, of all policies alike: `1MiB`."),
];

/// The same, for references.
pub(super) static AMOUNTS: [Amount; Limit::COUNT] = TABLE;

impl Limit {
    const COUNT: usize = 16;

    /// Every limit.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Fuel,
        Self::FuelPerObject,
        Self::Time,
        Self::Memory,
        Self::Tables,
        Self::Output,
        Self::Findings,
        Self::Message,
        Self::Module,
        Self::CompileMemory,
        Self::CompileTime,
        Self::CompileTimePerMib,
        Self::BatchObjects,
        Self::BatchBytes,
        Self::FailingObjects,
        Self::Stack,
    ];

    /// Its key below `limits`.
    pub fn key(self) -> &'static str {
        self.amount().key
    }

    /// What it limits, with its default as an example.
    pub fn doc(self) -> &'static str {
        self.amount().doc
    }

    /// The least that it can be set to: bytes, milliseconds or things.
    pub fn least(self) -> u64 {
        self.amount().least
    }

    /// The most that it can be set to: bytes, milliseconds or things.
    pub fn most(self) -> u64 {
        self.amount().most
    }

    /// `value` as a user would write it.
    pub fn write(self, value: u64) -> String {
        self.amount().unit.write(value)
    }

    pub(super) fn amount(self) -> &'static Amount {
        &AMOUNTS[self as usize]
    }
}

impl Amount {
    /// The amount that `text` says, between the bounds.
    pub(super) fn parse(&self, text: &str) -> Result<u64, Complaint> {
        let value = self.unit.parse(text)?;
        let outside = |what: &str, bound: u64| {
            let bound = self.unit.write(bound);
            Err(Complaint::new(format!("`{text}` is {what} than `{}` can be", self.key))
                .hint(format!("{bound} is the {}", if what == "more" { "most" } else { "least" })))
        };
        match value {
            _ if value < self.least => outside("less", self.least),
            _ if value > self.most => outside("more", self.most),
            _ => Ok(value),
        }
    }
}

impl Unit {
    fn parse(self, text: &str) -> Result<u64, Complaint> {
        match self {
            Self::Fuel => parse_fuel(text),
            Self::Count => parse_count(text),
            Self::Bytes => parse_size(text),
            Self::Time => parse_time(text).map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// What it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fuel => "an amount of fuel",
            Self::Count => "a number",
            Self::Bytes => "a size",
            Self::Time => "a time",
        }
    }

    /// For editors: an ECMA 262 expression that accepts at least all amounts in this unit.
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Self::Fuel => r"^[0-9]+ *[kMG]?$",
            Self::Count => r"^[0-9]+ *k?$",
            Self::Bytes => r"^[0-9]+ *([kMG]?B|[KMG]iB)?$",
            Self::Time => r"^[0-9]+ *(ms|s|m)$",
        }
    }

    /// True if a whole number without a unit is as good.
    pub(super) fn is_plain(self) -> bool {
        self != Self::Time
    }

    /// In the largest unit that divides it.
    pub(super) fn write(self, value: u64) -> String {
        let units: &[(u64, &str)] = match self {
            Self::Fuel => &[(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")],
            Self::Count => &[],
            Self::Bytes => &[(GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")],
            Self::Time => &[(MINUTE, "m"), (SECOND, "s"), (1, "ms")],
        };
        match units.iter().find(|(unit, _)| value >= *unit && value.is_multiple_of(*unit)) {
            Some((unit, name)) => format!("{}{name}", value / unit),
            None if self == Self::Bytes => format!("{value}B"),
            None => value.to_string(),
        }
    }
}

/// What a policy may use; what is not set is the host's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits([Option<u64>; Limit::COUNT]);

impl Limits {
    /// The value of a limit, if it is set: bytes, milliseconds or things.
    pub fn get(&self, limit: Limit) -> Option<u64> {
        self.0[limit as usize]
    }

    /// These limits, and those of `other` where these have none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at].or(other.0[at])))
    }

    /// The limits for which `find` finds a value.
    pub(super) fn of(find: impl Fn(Limit) -> Option<u64>) -> Self {
        Self(Limit::ALL.map(find))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_limits() {
        for (at, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, at);
            let Amount { least, most, doc, .. } = limit.amount();
            assert!(0 < *least && least < most, "{}", limit.key());
            let example = doc.split('`').nth(1).unwrap_or_default();
            assert!(limit.amount().parse(example).is_ok(), "{}: {example}", limit.key());
        }
        assert_eq!(
            (Limit::Fuel.key(), Limit::FailingObjects.key(), Limit::Stack.key()),
            ("fuel", "failing-objects", "stack")
        );
    }

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for limit in Limit::ALL {
            for value in [limit.amount().least, limit.most()] {
                assert_eq!(limit.amount().parse(&limit.write(value)), Ok(value), "{}", limit.key());
            }
        }
        assert_eq!(Limit::Memory.write(128 << 20), "128MiB");
        assert_eq!(Limit::Memory.write(1_500), "1500B");
        assert_eq!(Limit::Time.write(90_000), "90s");
        assert_eq!(Limit::Time.write(600_000), "10m");
        assert_eq!(Limit::Fuel.write(200_000_000), "200M");
        assert_eq!(Limit::Findings.write(100_000), "100000");
    }
}
