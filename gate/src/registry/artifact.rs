//! The artifact of a policy: the layout that the CNCF's working group on Wasm gives to components, written the same bytes
//! every time, and read with suspicion.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::sha256;

/// The layer of this layout.
pub const WASM_LAYER: &str = "application/wasm";
/// The layer as Kubewarden's tools push it.
const OLDER_WASM_LAYER: &str = "application/vnd.wasm.content.layer.v1+wasm";
pub(super) const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// What an artifact is asked for as; an index is asked for, too, so that it can be told what was found.
pub(super) const ACCEPT: &str =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";
/// Bytes of a manifest or an index.
pub(super) const MOST_MANIFEST: usize = 1 << 20;
/// Of a single annotation, in bytes.
const MOST_ANNOTATION: usize = 1024;

/// What is told of a policy in its artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// One line.
    pub title: String,
    /// The policy's own version.
    pub version: String,
    /// What it is for; only the first paragraph is told.
    pub description: String,
    /// Where to read more.
    pub url: Option<String>,
    /// What the component exports.
    pub exports: Vec<String>,
}

/// Content that something refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub(super) digest: String,
    pub(super) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) annotations: BTreeMap<String, String>,
}

/// An image manifest, as far as policies need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub(super) schema_version: u32,
    #[serde(default)]
    pub(super) media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) artifact_type: Option<String>,
    pub(super) config: Descriptor,
    pub(super) layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) annotations: BTreeMap<String, String>,
}

/// A media type of a layer that holds a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/wasm`.
    Wasm,
    /// `application/vnd.wasm.content.layer.v1+wasm`.
    OlderWasm,
}

/// The manifest of a policy: which module it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its bytes, as the registry has them and as they are signed.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub digest: String,
    /// SHA-256 of the module.
    pub module: String,
    /// Bytes of the module.
    pub size: u64,
    /// How the layer is called.
    pub media_type: MediaType,
}

impl Descriptor {
    pub(super) fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: format!("sha256:{}", sha256(bytes)),
            size: bytes.len() as u64,
            artifact_type: None,
            annotations: BTreeMap::new(),
        }
    }

    /// The digits of a SHA-256 digest.
    pub(super) fn hex(&self) -> Option<&str> {
        let good =
            |hex: &&str| hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        self.digest.strip_prefix("sha256:").filter(good)
    }
}

impl Manifest {
    /// Reads the manifest of a policy whose module may have `most` bytes.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(bytes: &[u8], most: usize) -> Result<Self, String> {
        if bytes.len() > MOST_MANIFEST {
            return Err(format!("the manifest has more than {MOST_MANIFEST} bytes"));
        }
        let kind = kind_of(bytes)?;
        if kind == INDEX {
            return Err("it is an index of several artifacts: name one of them by its digest".to_owned());
        }
        let image: Image =
            serde_json::from_slice(bytes).map_err(|error| format!("the manifest cannot be read: {error}"))?;
        if image.schema_version != 2 || !matches!(image.media_type.as_str(), "" | MANIFEST) {
            return Err(format!("it is no OCI image manifest but `{}`", image.media_type));
        }
        let [layer] = image.layers.as_slice() else {
            return Err(format!(
                "it has {} layers; a policy is one layer of WebAssembly",
                image.layers.len()
            ));
        };
        let media_type = match layer.media_type.as_str() {
            WASM_LAYER => MediaType::Wasm,
            OLDER_WASM_LAYER => MediaType::OlderWasm,
            other => return Err(format!("its layer is `{other}` and not `{WASM_LAYER}`")),
        };
        let module = layer.hex().ok_or("its layer has no SHA-256 digest")?.to_owned();
        if layer.size > most as u64 {
            return Err(format!("its module has {} bytes; a policy has at most {most}", layer.size));
        }
        Ok(Self { digest: sha256(bytes), module, size: layer.size, media_type, bytes: bytes.to_vec() })
    }
}

/// The media type that a manifest or an index says of itself.
fn kind_of(bytes: &[u8]) -> Result<String, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Kind {
        #[serde(default)]
        media_type: String,
        #[serde(default)]
        manifests: Option<serde::de::IgnoredAny>,
    }
    let kind: Kind =
        serde_json::from_slice(bytes).map_err(|error| format!("the manifest cannot be read: {error}"))?;
    Ok(if kind.manifests.is_some() { INDEX.to_owned() } else { kind.media_type })
}

/// The configuration and the manifest of a module: the same bytes for the same module and description.
pub(super) fn written(module: &[u8], about: &Description) -> (Vec<u8>, Vec<u8>) {
    let layer = Descriptor::of(WASM_LAYER, module);
    // No time of creation: it would make another artifact of the same policy.
    let config = json!({
        "architecture": "wasm",
        "component": { "exports": about.exports, "imports": [] },
        "layerDigests": [layer.digest],
        "os": "wasip2",
    });
    let config = config.to_string().into_bytes();
    let first = about.description.split("\n\n").next().unwrap_or_default();
    let annotations = [
        ("org.opencontainers.image.title", about.title.as_str()),
        ("org.opencontainers.image.version", &about.version),
        ("org.opencontainers.image.description", first),
        ("org.opencontainers.image.url", about.url.as_deref().unwrap_or_default()),
    ];
    let line =
        |text: &str| crate::text::cut(&crate::text::clean_line(text), MOST_ANNOTATION).trim().to_owned();
    let annotations: BTreeMap<String, String> = annotations
        .into_iter()
        .map(|(name, text)| (name.to_owned(), line(text)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let image = Image {
        schema_version: 2,
        media_type: MANIFEST.to_owned(),
        artifact_type: None,
        config: Descriptor::of(WASM_CONFIG, &config),
        layers: vec![layer],
        subject: None,
        annotations,
    };
    (config, bytes_of(&image))
}

/// JSON with its keys in the order of the types; maps are sorted.
pub(super) fn bytes_of(value: &impl Serialize) -> Vec<u8> {
    // Types of texts and numbers cannot fail.
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> Description {
        Description {
            title: "Owners\nand more".to_owned(),
            version: "1.2.0".to_owned(),
            description: "First.\n\nSecond.".to_owned(),
            url: None,
            exports: vec!["gate:policy/validator@1.0.0".to_owned()],
        }
    }

    #[test]
    fn the_artifact_is_the_same_bytes_every_time() {
        let (config, manifest) = written(b"module", &about());
        assert_eq!((config.clone(), manifest.clone()), written(b"module", &about()));
        let module = sha256(b"module");
        assert_eq!(
            String::from_utf8(config.clone()).unwrap(),
            format!(
                "{{\"architecture\":\"wasm\",\"component\":{{\"exports\":[\"gate:policy/validator@1.0.0\"],\"imports\":[]}},\
                 \"layerDigests\":[\"sha256:{module}\"],\"os\":\"wasip2\"}}"
            )
        );
        let read = Manifest::read(&manifest, 6).unwrap();
        assert_eq!((read.module, read.size, read.media_type), (module, 6, MediaType::Wasm));
        assert_eq!(read.digest, sha256(&manifest));
        let value: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(value["config"]["digest"], format!("sha256:{}", sha256(&config)));
        assert_eq!(value["config"]["mediaType"], WASM_CONFIG);
        let annotation =
            |name: &str| value["annotations"][format!("org.opencontainers.image.{name}")].clone();
        assert_eq!((annotation("version"), annotation("description")), ("1.2.0".into(), "First.".into()));
        assert!(!annotation("title").as_str().unwrap().contains('\n'));
        assert_eq!(annotation("url"), serde_json::Value::Null);
    }

    #[test]
    fn a_manifest_that_is_no_policy_says_why() {
        let (_, good) = written(b"module", &about());
        let good = String::from_utf8(good).unwrap();
        let layer = format!(
            "{{\"mediaType\":\"{WASM_LAYER}\",\"digest\":\"sha256:{}\",\"size\":6}}",
            sha256(b"module")
        );
        assert!(good.contains(&layer));
        let two = good.replace(&layer, &format!("{layer},{layer}"));
        for (text, expected) in [
            (two, "it has 2 layers"),
            (good.replace(&layer, ""), "it has 0 layers"),
            (
                good.replace(WASM_LAYER, "application/vnd.oci.image.layer.v1.tar"),
                "its layer is `application/vnd.oci",
            ),
            (good.replace("\"size\":6", "\"size\":7"), "its module has 7 bytes; a policy has at most 6"),
            (good.replace("\"size\":6", "\"size\":-1"), "the manifest cannot be read"),
            (good.replace(&sha256(b"module"), "../../etc"), "its layer has no SHA-256 digest"),
            (good.replace("\"schemaVersion\":2", "\"schemaVersion\":1"), "it is no OCI image manifest"),
            (
                good.replace(MANIFEST, "application/vnd.docker.distribution.manifest.v2+json"),
                "it is no OCI image",
            ),
            ("{\"schemaVersion\":2,\"manifests\":[]}".to_owned(), "it is an index"),
            ("[".repeat(100_000), "the manifest cannot be read"),
            (" ".repeat(MOST_MANIFEST + 1), "the manifest has more than"),
            ("<html>".to_owned(), "the manifest cannot be read"),
        ] {
            let why = Manifest::read(text.as_bytes(), 6).unwrap_err();
            assert!(why.starts_with(expected), "{expected}: {why}");
        }
        let older = good.replace(WASM_LAYER, OLDER_WASM_LAYER);
        assert_eq!(Manifest::read(older.as_bytes(), 6).unwrap().media_type, MediaType::OlderWasm);
    }
}
