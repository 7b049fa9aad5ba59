//! Where images are named: in containers and volumes, in `images` of kustomizations, in patches, in Helm values.

use gate_sdk::{Document, Role, Value};

use crate::reference::{self, Problem};

/// A named image. Its parts stand in one string or in several.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Image<'d> {
    /// `image: name:tag`
    Whole { value: Value<'d>, text: &'d str, tag_elsewhere: bool },
    /// `name`, `newTag`, `digest`: an entry of a kustomization; or `repository`, `tag`, `digest` of Helm values.
    Split { name: &'d str, tag: Option<Value<'d>>, digest: Option<Value<'d>> },
}

/// The tag of an image.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'d> {
    Given(Value<'d>, &'d str),
    Missing(Value<'d>),
    /// It is set at a place that is not known.
    Unknown,
}

/// What pins an image.
#[derive(Debug)]
pub(crate) struct Parts<'d> {
    pub(crate) tag: Part<'d>,
    pub(crate) digest: Option<&'d str>,
}

impl<'d> Image<'d> {
    fn whole(value: Value<'d>) -> Option<Self> {
        Some(Self::Whole { value, text: value.as_str()?, tag_elsewhere: false })
    }

    /// Registry and repository, as far as they can be told.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Whole { text, .. } => reference::parse(text).map_or(*text, |parsed| parsed.name).to_owned(),
            Self::Split { name, .. } => (*name).to_owned(),
        }
    }

    /// True if the `images` of kustomizations put another tag here: they name the image, and look into the lists
    /// `containers` and `initContainers` only.
    pub(crate) fn is_pinned(&self, by_kustomize: &[String]) -> bool {
        let Self::Whole { value, .. } = self else { return false };
        by_kustomize.contains(&self.name()) && is_kustomized(&value.pointer())
    }

    pub(crate) fn is_placeholder(&self) -> bool {
        match self {
            Self::Whole { text, .. } => reference::is_placeholder(text),
            Self::Split { tag, digest, .. } => {
                let text = |value: &Option<Value<'d>>| value.and_then(Value::as_text);
                [text(tag), text(digest)].into_iter().flatten().any(reference::is_placeholder)
            }
        }
    }

    /// Tag and digest; or which value is malformed, and how.
    pub(crate) fn parts(&self) -> Result<Parts<'d>, (Value<'d>, Problem)> {
        match *self {
            Self::Whole { value, text, tag_elsewhere } => {
                let parsed = reference::parse(text).map_err(|problem| (value, problem))?;
                let absent = if tag_elsewhere { Part::Unknown } else { Part::Missing(value) };
                let tag = parsed.tag.map_or(absent, |tag| Part::Given(value, tag));
                Ok(Parts { tag, digest: parsed.digest })
            }
            Self::Split { tag, digest, .. } => split_parts(tag, digest),
        }
    }
}

/// True for `…/containers/0/image` and `…/initContainers/0/image`.
fn is_kustomized(pointer: &str) -> bool {
    let mut tokens = pointer.rsplit('/');
    let (last, _, list) = (tokens.next(), tokens.next(), tokens.next());
    last == Some("image") && matches!(list, Some("containers" | "initContainers"))
}

/// In Helm values the digest may stand behind the tag: `tag: 1.2.3@sha256:…`.
fn split_parts<'d>(
    tag: Option<Value<'d>>,
    digest: Option<Value<'d>>,
) -> Result<Parts<'d>, (Value<'d>, Problem)> {
    let given = |value: Value<'d>| value.as_text().filter(|text| !text.is_empty()).map(|text| (value, text));
    let mut digest = digest.and_then(given);
    let mut tag = tag.and_then(given);
    if let Some((value, text)) = tag
        && let Some((before, after)) = text.split_once('@')
    {
        digest = Some((value, after));
        tag = Some((value, before)).filter(|_| !before.is_empty());
    }
    if let Some((value, _)) = digest.filter(|(_, text)| !reference::is_digest(text)) {
        return Err((value, Problem::Digest));
    }
    if let Some((value, _)) = tag.filter(|(_, text)| !reference::is_tag(text)) {
        return Err((value, Problem::Tag));
    }
    let tag = tag.map_or(Part::Unknown, |(value, text)| Part::Given(value, text));
    Ok(Parts { tag, digest: digest.map(|(_, text)| text) })
}

/// Every image that the document names.
pub(crate) fn images<'d>(document: &'d Document<'_>) -> Vec<Image<'d>> {
    let Some(root) = document.object() else { return Vec::new() };
    match document.role {
        Role::Kustomization => kustomization(root),
        Role::Values => helm_values(root),
        Role::Patch if root.is_seq() => root.items().filter_map(patched_image).collect(),
        _ => {
            let mut found = workload(document);
            // Kubernetes' own kinds have no Helm values.
            if !matches!(document.api_version.as_str(), "v1" | "apps/v1" | "batch/v1") {
                found.extend(inline_values(root).into_iter().flat_map(helm_values));
            }
            found
        }
    }
}

/// Values that a HelmRelease of Flux or an Application of Argo CD carries.
fn inline_values(root: Value<'_>) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    for (key, value) in root.get("spec").into_iter().flat_map(Value::entries) {
        match key {
            "values" => found.push(value),
            "source" => found.extend(value.find("/helm/valuesObject")),
            "sources" => found.extend(value.items().filter_map(|source| source.find("/helm/valuesObject"))),
            _ => {}
        }
    }
    found
}

fn workload<'d>(document: &'d Document<'_>) -> Vec<Image<'d>> {
    let mut found = Vec::new();
    for spec in document.pod_specs() {
        found.extend(spec.containers().into_iter().filter_map(|c| Image::whole(c.image()?)));
        found.extend(spec.volumes().filter_map(|volume| Image::whole(volume.find("/image/reference")?)));
    }
    found
}

fn kustomization(root: Value<'_>) -> Vec<Image<'_>> {
    let entries = root.get("images").into_iter().flat_map(Value::items);
    entries.map(kustomize_entry).collect()
}

fn kustomize_entry(entry: Value<'_>) -> Image<'_> {
    let name = entry.str_at("newName").or_else(|| entry.str_at("name")).unwrap_or("");
    Image::Split { name, tag: entry.get("newTag"), digest: entry.get("digest") }
}

/// An operation of a JSON patch that sets an image.
fn patched_image(operation: Value<'_>) -> Option<Image<'_>> {
    let path = operation.str_at("path")?;
    Image::whole(operation.get("value")?).filter(|_| path.ends_with("/image"))
}

/// Helm has no rule for how values name an image, but charts have a habit: `repository` beside `tag`, or one
/// string `image`.
fn helm_values(root: Value<'_>) -> Vec<Image<'_>> {
    let mut found = Vec::new();
    for visit in root.walk() {
        let value = visit.value;
        if let (Some(name), Some(tag)) = (value.str_at("repository"), value.get("tag")) {
            found.push(Image::Split { name, tag: Some(tag), digest: value.get("digest") });
        } else if let (Some("image"), Some(text), false) = (visit.key, value.as_str(), visit.is_item)
            && reference::parse(text).is_ok()
        {
            found.push(Image::Whole { value, text, tag_elsewhere: true });
        }
    }
    found
}
