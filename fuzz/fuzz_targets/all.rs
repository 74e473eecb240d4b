//! All targets in one program, of which VANTHU_TARGET names one: one to build in the place of ten, for a short run on
//! every change (`fuzz/short`).
#![no_main]
#![allow(dead_code)]

use std::sync::LazyLock;

use vanthu::invariants::{Holds, TARGETS, whole_in_eights};

#[path = "../../src/cli/mod.rs"]
mod cli;

static TARGET: LazyLock<Holds> = LazyLock::new(|| {
    let name = std::env::var("VANTHU_TARGET").expect("VANTHU_TARGET names a target");
    let others: [(&str, Holds); 2] = [("config", cli::settings_hold), ("whole", whole_in_eights)];
    let mut all = others.into_iter().chain(TARGETS);
    let found = all.find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("no target {name}")).1
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));
