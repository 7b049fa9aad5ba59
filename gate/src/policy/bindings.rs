//! The contract as Rust types, made from `policy.wit`. Private: the rest of the gate sees `contract`.

wasmtime::component::bindgen!({
    path: "../sdk/wit",
    world: "policy",
    ownership: Borrowing { duplicate_if_necessary: false },
});

pub(super) use exports::gate::policy::validator;
