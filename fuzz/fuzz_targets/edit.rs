//! Any edit of any bytes: nothing but the value concerned is another one, and nothing but its bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u64, &[u8])| {
    gate_fuzz::yaml::edit::fuzz_edit(input.1, input.0);
});
