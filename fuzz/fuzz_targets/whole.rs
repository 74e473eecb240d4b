#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| vanthu::invariants::whole_in_eights(data));
