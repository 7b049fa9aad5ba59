//! Any bytes as YAML, with and without the fast scanner: the same nodes, places, documents and problems.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    gate_fuzz::yaml::fuzz_fast(bytes);
});
