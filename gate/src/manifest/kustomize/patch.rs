//! Patches as kustomizations and Flux name them: whom they change, and whether they settle what is wrong at one
//! place of an object. Nothing is applied here; where a selector is beyond what is read, the patch does not count.

use super::operations;
use crate::manifest::names::resolve;
use crate::model::{ObjectId, RepoPath};
use crate::yaml::{self, Kind, NodeId, Tape};

/// Where the text of a patch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchText {
    /// In the kustomization itself.
    Inline(String),
    /// In a file of the repository.
    File(RepoPath),
}

/// One patch that a kustomization applies.
#[derive(Debug, Clone)]
pub struct Patch {
    /// The patch itself: a partial object, or JSON patch operations.
    pub text: PatchText,
    target: Option<Target>,
}

/// An object, and a place in it where something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The nodes of the object's file.
    pub tape: &'a Tape,
    /// The object.
    pub root: NodeId,
    /// Its name.
    pub id: &'a ObjectId,
    /// RFC 6901, from `root`.
    pub pointer: &'a str,
    /// What is wrong is that nothing is there.
    pub absent: bool,
}

impl Patch {
    /// The patches of a kustomization in `directory`, or of the `spec` of one of Flux's.
    pub(in crate::manifest) fn read_all(tape: &Tape, root: NodeId, directory: &[u8]) -> Vec<Self> {
        let mut found = Vec::new();
        for field in ["patches", "patchesJson6902", "patchesStrategicMerge"] {
            let items = tape.get(root, field).into_iter().flat_map(|list| tape.items(list));
            found.extend(items.filter_map(|item| Self::read(tape, item, directory)));
        }
        found
    }

    /// A text is the patch or names its file; a mapping has either, and whom it is for.
    fn read(tape: &Tape, item: NodeId, directory: &[u8]) -> Option<Self> {
        let file = |name: &str| resolve(directory, name).map(|path| PatchText::File(RepoPath::new(path)));
        if tape.kind(item) == Kind::Str {
            let written = tape.text(item);
            let text = file(written).unwrap_or_else(|| PatchText::Inline(written.to_owned()));
            return Some(Self { text, target: None });
        }
        let text = match tape.str_at(item, "patch") {
            Some(inline) => PatchText::Inline(inline.to_owned()),
            None => file(tape.str_at(item, "path")?)?,
        };
        Some(Self { text, target: tape.get(item, "target").map(|target| Target::read(tape, target)) })
    }

    /// Whom the patch is for, where it says so apart from its text.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// True if the target, where one is named, may be the object of `spot`.
    pub fn may_change(&self, spot: &Spot<'_>) -> bool {
        self.target.as_ref().is_none_or(|target| target.selects(spot))
    }

    /// True if the patch, whose text is `text`, changes the place of `spot` for the better: gives a value where one
    /// is absent, replaces or removes what is there, or deletes the object.
    pub fn settles(&self, text: Vec<u8>, spot: &Spot<'_>) -> bool {
        if !self.may_change(spot) {
            return false;
        }
        let parsed = yaml::parse(text, &yaml::Limits::default());
        let tokens = operations::tokens(spot.pointer);
        parsed.documents.iter().any(|document| match parsed.tape.kind(document.root) {
            Kind::Seq => {
                self.target.is_some() && operations::settle(&parsed.tape, document.root, spot, &tokens)
            }
            Kind::Map => self.merges(&parsed.tape, document.root, spot, &tokens),
            _ => false,
        })
    }

    fn merges(&self, patch: &Tape, root: NodeId, spot: &Spot<'_>, tokens: &[String]) -> bool {
        (self.target.is_some() || is_of(patch, root, spot.id))
            && (patch.str_at(root, "$patch") == Some("delete")
                || settled(patch, root, spot, Some(spot.root), tokens))
    }
}

/// True if the partial object is meant for the object `id`.
fn is_of(patch: &Tape, root: NodeId, id: &ObjectId) -> bool {
    let group = patch.str_at(root, "apiVersion").map(group_of);
    let name = patch.get(root, "metadata").and_then(|metadata| patch.str_at(metadata, "name"));
    group == Some(id.group())
        && patch.str_at(root, "kind") == Some(id.kind.as_str())
        && name == Some(id.name.as_str())
}

fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// True if the value `node` of a patch, merged over `own`, settles the place that `tokens` lead to.
pub(super) fn settled(
    patch: &Tape,
    node: NodeId,
    spot: &Spot<'_>,
    own: Option<NodeId>,
    tokens: &[String],
) -> bool {
    let Some((token, rest)) = tokens.split_first() else {
        return !spot.absent || patch.kind(node) != Kind::Null;
    };
    match patch.kind(node) {
        Kind::Map => {
            let below = own.and_then(|own| spot.tape.get(own, token));
            patch.get(node, token).is_some_and(|value| settled(patch, value, spot, below, rest))
        }
        Kind::Seq => {
            let position = token.parse().ok();
            let below = own.zip(position).and_then(|(own, at): (_, usize)| spot.tape.items(own).nth(at));
            patch
                .items(node)
                .any(|item| is_same(patch, item, spot.tape, below) && settled(patch, item, spot, below, rest))
        }
        // Removing a part removes what is wrong in it.
        Kind::Null => !spot.absent,
        _ => false,
    }
}

/// False for list items that have different names: they are not merged into each other.
fn is_same(patch: &Tape, item: NodeId, tape: &Tape, own: Option<NodeId>) -> bool {
    let names = (patch.str_at(item, "name"), own.and_then(|own| tape.str_at(own, "name")));
    !matches!(names, (Some(patched), Some(own)) if patched != own)
}

/// Whom a patch is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    labels: Option<String>,
    annotations: Option<String>,
}

impl Target {
    /// Group, version and kind of the objects, the first two where they are named. None if there may be several kinds.
    pub fn kind(&self) -> Option<(Option<&str>, Option<&str>, &str)> {
        let kind = plain(self.kind.as_deref()?)?;
        // A pattern may be any group or version.
        Some((self.group.as_deref().and_then(plain), self.version.as_deref().and_then(plain), kind))
    }

    /// Reads a `target`.
    pub fn read(tape: &Tape, node: NodeId) -> Self {
        let text = |key| tape.str_at(node, key).filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            group: text("group"),
            version: text("version"),
            kind: text("kind"),
            name: text("name"),
            labels: text("labelSelector"),
            annotations: text("annotationSelector"),
        }
    }

    /// Version and namespace are left out: a kustomization in between may have set the namespace.
    fn selects(&self, spot: &Spot<'_>) -> bool {
        let id = spot.id;
        let fields =
            [(&self.group, id.group()), (&self.kind, id.kind.as_str()), (&self.name, id.name.as_str())];
        let metadata = spot.tape.get(spot.root, "metadata");
        let map = |key| metadata.and_then(|metadata| spot.tape.get(metadata, key));
        fields.into_iter().all(|(pattern, value)| pattern.as_deref().is_none_or(|p| is_match(p, value)))
            && self.labels.as_deref().is_none_or(|labels| holds(labels, spot.tape, map("labels")))
            && self.annotations.as_deref().is_none_or(|given| holds(given, spot.tape, map("annotations")))
    }
}

/// The text that a pattern without anything special in it stands for.
fn plain(pattern: &str) -> Option<&str> {
    let text = pattern.strip_prefix('^').unwrap_or(pattern);
    let text = text.strip_suffix('$').unwrap_or(text);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    text.bytes().all(is_word).then_some(text)
}

/// The patterns of targets are regular expressions for the whole value; of those only `.*` is understood here.
fn is_match(pattern: &str, value: &str) -> bool {
    if pattern == value {
        return true;
    }
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    match pattern.split_once(".*") {
        None => pattern == value,
        Some((start, end)) => {
            let plain = |part: &str| !part.contains(['*', '[', '(', '|', '+', '?', '{', '\\']);
            let middle = value.strip_prefix(start).is_some_and(|rest| rest.ends_with(end));
            plain(start) && plain(end) && middle
        }
    }
}

/// True if `map` has what a selector asks for: `a=b`, `a==b`, `a!=b`, `a`, `!a`, separated by commas.
fn holds(selector: &str, tape: &Tape, map: Option<NodeId>) -> bool {
    let value = |key: &str| map.and_then(|map| tape.str_at(map, key.trim()));
    selector.split(',').all(|part| {
        let part = part.trim();
        if let Some((key, wanted)) = part.split_once("!=") {
            return value(key) != Some(wanted.trim());
        }
        if let Some((key, wanted)) = part.split_once("==").or_else(|| part.split_once('=')) {
            return value(key) == Some(wanted.trim());
        }
        match part.strip_prefix('!') {
            Some(key) => value(key).is_none(),
            None => !part.contains(' ') && value(part).is_some(),
        }
    })
}
