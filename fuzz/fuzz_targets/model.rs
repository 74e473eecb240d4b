#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| vanthu::invariants::model(data));
