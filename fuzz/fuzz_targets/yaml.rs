//! Any bytes as YAML: every place is inside of the file, and what is written as JSON reads back as the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gate_fuzz::yaml::fuzz(bytes));
