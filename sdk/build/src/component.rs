//! From a core module to a component, and the proof that the component asks for nothing.

use wit_component::{ComponentEncoder, DecodedWasm, decode};

use crate::BuildError;

/// Turns a core module that carries its contract (as `wit-bindgen` leaves it) into a component.
///
/// # Errors
/// The module does not keep to its contract, or it imports something.
pub fn componentize(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let component = encode(module).map_err(|why| {
        BuildError::new(format!("the module is no policy: {why}"))
            .hint("a policy exports the world `gate:policy/policy` and uses nothing of the system: no files, time, threads or randomness")
    })?;
    check_imports(&component)?;
    Ok(component)
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default().validate(true);
    encoder = encoder.module(module).map_err(|e| format!("{e:#}"))?;
    encoder.encode().map_err(|e| format!("{e:#}"))
}

/// Refuses a component that imports anything.
pub(crate) fn check_imports(component: &[u8]) -> Result<(), BuildError> {
    let broken = |why: String| BuildError::new(format!("the component cannot be read back: {why}"));
    let decoded = decode(component).map_err(|e| broken(format!("{e:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err(broken("it is an interface only".to_owned()));
    };
    let imports: Vec<String> =
        resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
    if imports.is_empty() {
        return Ok(());
    }
    Err(BuildError::new(format!("the policy imports {}", imports.join(", ")))
        .hint("a policy may import nothing: remove what needs the system"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(componentize(b"not wasm").is_err());
        let empty_module = b"\0asm\x01\0\0\0";
        let component = componentize(empty_module);
        assert!(component.is_ok(), "an empty component imports nothing: {component:?}");
    }
}
