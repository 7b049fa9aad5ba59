//! A pack of schemas with some bytes changed, and any bytes as a pack: refused or usable, never a panic. Three bytes of
//! input are one change: where (16 bits), and the new byte.
#![no_main]

use std::borrow::Cow;
use std::sync::OnceLock;

use gate_fuzz::LIMITS;
use gate_fuzz::schema::{KubeVersion, Lookup, PackBuilder, SchemaError, SchemaSet, Scope};
use gate_fuzz::yaml;
use serde_json::json;

const DOCUMENT: &str = "\
apiVersion: example.com/v1
kind: Widget
metadata: { name: w, labels: { a: b } }
spec: { size: 3, mode: fast, tags: [a, b], more: { x: { y: 1 } }, port: 80 }
extra: 1
";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    open(bytes.to_vec());
    let mut pack = sound().to_vec();
    for change in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % pack.len();
        pack[at] = change[2];
    }
    open(pack);
});

fn open(bytes: Vec<u8>) {
    let Ok(set) = SchemaSet::from_pack(Cow::Owned(bytes)) else { return };
    _ = set.verify();
    let parsed = yaml::parse(DOCUMENT.as_bytes().to_vec(), &LIMITS);
    let root = parsed.documents[0].root;
    for version in set.versions() {
        if let Lookup::Found(schema) = set.lookup(version, "example.com/v1", "Widget") {
            set.check(schema, &parsed.tape, root, &mut Vec::new());
        }
        _ = set.lookup(version, "v1", "Unknown");
    }
}

fn sound() -> &'static [u8] {
    static PACK: OnceLock<Vec<u8>> = OnceLock::new();
    PACK.get_or_init(|| make().expect("a sound pack"))
}

fn make() -> Result<Vec<u8>, SchemaError> {
    let version = KubeVersion::new(30);
    let mut pack = PackBuilder::new(version);
    let meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    let labels = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let of_meta =
        json!({ "type": "object", "properties": { "name": { "type": "string" }, "labels": labels } });
    pack.definition(version, meta, &of_meta)?;
    let spec = json!({ "type": "object", "required": ["size"], "properties": {
        "size": { "type": "integer", "minimum": 0, "maximum": 10 },
        "mode": { "type": "string", "enum": ["fast", "slow"], "pattern": "^[a-z]+$" },
        "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 5 },
        "more": { "type": "object", "additionalProperties": { "type": "object" } },
        "port": { "x-kubernetes-int-or-string": true },
    } });
    let widget = json!({ "type": "object", "properties": {
        "apiVersion": { "type": "string" }, "kind": { "type": "string" }, "metadata": { "$ref": meta }, "spec": spec,
    } });
    pack.definition(version, "Widget", &widget)?;
    pack.built_in(version, ("example.com/v1", "Widget"), "Widget", Scope::Namespaced)?;
    pack.finish()
}
