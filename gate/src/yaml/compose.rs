//! Events of libyaml to nodes on the tape: what go-yaml's parser and decoder do, in one pass and without recursion.

use std::collections::HashMap;

use super::libyaml::{self, What};
use super::problem::{Limits, Problem, ProblemKind};
use super::tape::{Document, Event, NodeId};
use super::texts::Decoded;
use crate::text::ByteSpan;

/// A document cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ProblemKind,
    pub(super) message: String,
    pub(super) span: ByteSpan,
}

/// Nodes of one file while they come in.
pub(super) struct Composer<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) limits: Limits,
    pub(super) events: Vec<Event>,
    pub(super) decoded: Decoded,
    pub(super) problems: Vec<Problem>,
    pub(super) frames: Vec<Frame>,
    /// What the `<<` of the open mappings bring, innermost mapping last.
    pub(super) merges: Vec<Merge>,
    /// The keys of the open mappings without `<<`, innermost mapping last.
    pub(super) keys: Vec<u32>,
    pub(super) documents: Vec<Document>,
    /// Documents so far, unreadable ones included.
    pub(super) count: u32,
    pub(super) open: Open,
    pub(super) anchors: HashMap<Box<[u8]>, Anchor>,
    /// Strings end earlier for libyaml than they do in the file.
    pub(super) rewritten: bool,
}

/// The document that is being read.
#[derive(Default)]
pub(super) struct Open {
    /// Where its part of the file starts, and its content.
    pub(super) area: usize,
    pub(super) content: usize,
    /// First of its nodes, of its decoded texts and of its problems.
    pub(super) event: usize,
    pub(super) text: usize,
    pub(super) problem: usize,
    /// It is lost; its remaining events do not count.
    pub(super) skipping: bool,
    /// Something of it has been read.
    pub(super) started: bool,
    pub(super) flow: u64,
    /// go-yaml's counts: nodes decoded, and how many of them through aliases.
    pub(super) decodes: u64,
    pub(super) aliased: u64,
}

/// An open mapping or sequence.
pub(super) struct Frame {
    pub(super) node: u32,
    pub(super) map: bool,
    pub(super) flow: bool,
    /// A mapping whose next node is a value.
    pub(super) value_next: bool,
    /// A sequence that is the value of `<<`, or a mapping that is one or is an item of one.
    pub(super) merged: bool,
    /// The `<<` key whose value comes next.
    pub(super) merge_key: Option<u32>,
    pub(super) first_merge: usize,
    pub(super) first_key: usize,
    /// As written, in bytes of the file; a block mapping has no start before its first key.
    pub(super) start: Option<usize>,
    pub(super) end: usize,
    pub(super) height: u32,
    pub(super) anchor: Option<Box<[u8]>>,
    pub(super) decodes_before: u64,
}

/// A mapping that a `<<` brings.
#[derive(Clone, Copy)]
pub(super) struct Merge {
    /// The `<<`.
    pub(super) key: u32,
    /// The mapping.
    pub(super) map: u32,
}

/// What an anchor stands for.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// The node is not complete: an alias to it would be inside itself.
    Open,
    Scalar(Event),
    Tree {
        node: u32,
        height: u32,
        decodes: u64,
    },
}

/// Bytes of the file that a node takes up, anchor and tag left out.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'s> Composer<'s> {
    pub(super) fn new(bytes: &'s [u8], limits: &Limits) -> Self {
        Self {
            bytes,
            limits: limits.clone(),
            // Manifests have a node for 12 to 20 bytes.
            events: Vec::with_capacity((bytes.len() / 11 + 4).min(limits.max_nodes)),
            decoded: Decoded::default(),
            problems: Vec::new(),
            frames: Vec::new(),
            merges: Vec::new(),
            keys: Vec::new(),
            documents: Vec::new(),
            count: 0,
            open: Open::default(),
            anchors: HashMap::new(),
            rewritten: false,
        }
    }

    pub(super) fn finish(self) -> (Vec<Event>, Decoded, Vec<Document>, Vec<Problem>) {
        (self.events, self.decoded, self.documents, self.problems)
    }

    /// The next document's part of the file starts at `start`.
    pub(super) fn area(&mut self, start: usize) {
        self.frames.clear();
        self.merges.clear();
        self.keys.clear();
        self.anchors.clear();
        self.open = Open {
            area: start,
            content: start,
            event: self.events.len(),
            text: self.decoded.len(),
            problem: self.problems.len(),
            ..Open::default()
        };
    }

    /// The last document's part of the file ends at `end`.
    pub(super) fn end_area(&mut self, end: usize) {
        if let Some(last) = self.documents.last_mut()
            && last.span.end as usize == self.open.area
        {
            last.span.end = end as u32;
        }
    }

    /// Where the content of the open document starts, or its part of the file if there is none yet.
    pub(super) fn content_start(&self) -> usize {
        self.open.content
    }

    /// The first problem of the open document.
    pub(super) fn first_problem(&self) -> usize {
        self.open.problem
    }

    /// Number of open flow collections.
    pub(super) fn flow_depth(&self) -> u64 {
        self.open.flow
    }

    /// Loses the open document.
    pub(super) fn fault(&mut self, fault: Fault) {
        if !self.open.skipping {
            self.problems.truncate(self.open.problem);
            self.problems.push(fault.problem(self.count));
            self.count += 1;
        }
        self.events.truncate(self.open.event);
        self.decoded.truncate(self.open.text);
    }

    /// Loses the open document; its remaining events will be ignored.
    pub(super) fn fault_and_skip(&mut self, fault: Fault) {
        self.fault(fault);
        self.open.skipping = true;
    }

    /// Takes one event, other than the end of the stream, of the chunk that starts at `base`.
    pub(super) fn event(&mut self, event: &libyaml::Event, base: usize) -> Result<(), Fault> {
        let start = base + event.start();
        let end = base + event.end();
        let at = Extent { start, end };
        match event.what() {
            What::DocumentStart(version) => self.document_start(version, at),
            What::DocumentEnd => self.document_end(end),
            What::Start(begin) if self.open.skipping => {
                self.open.flow += u64::from(begin.flow);
                Ok(())
            }
            What::End if self.open.skipping => {
                // Only a flow collection has something to end it.
                self.open.flow -= u64::from(end > start).min(self.open.flow);
                Ok(())
            }
            _ if self.open.skipping => Ok(()),
            What::Scalar(scalar) => self.scalar(&scalar, at),
            What::Alias(name) => self.alias(name, at),
            What::Start(begin) => self.start(&begin, at),
            What::End => self.end(at),
            What::StreamStart | What::StreamEnd => Ok(()),
        }
    }

    fn document_start(&mut self, version: Option<(i32, i32)>, at: Extent) -> Result<(), Fault> {
        self.area(self.open.area);
        self.open.content = at.end;
        if self.documents.len() >= self.limits.max_documents {
            let message = format!("more than {} documents in one file", self.limits.max_documents);
            return Err(Fault::new(ProblemKind::TooLarge, message, at.start, at.end));
        }
        match version {
            Some((major, minor)) if (major, minor) != (1, 1) => {
                let message = format!("%YAML {major}.{minor} is not supported by Kubernetes, only 1.1");
                Err(Fault::new(ProblemKind::Syntax, message, at.start, at.end))
            }
            _ => Ok(()),
        }
    }

    fn document_end(&mut self, end: usize) -> Result<(), Fault> {
        let (area, root) = (self.open.area, self.open.event);
        if !self.open.skipping && self.open.started && root < self.events.len() {
            self.documents.push(Document {
                index: self.count,
                root: NodeId(root as u32),
                span: ByteSpan::new(area as u32, end as u32),
            });
            self.count += 1;
        }
        self.area(end);
        Ok(())
    }
}

/// The fault of a `<<` with a value that cannot be merged.
pub(super) fn not_mergeable(at: Extent) -> Fault {
    let message = "`<<` needs a mapping or a sequence of mappings".to_owned();
    Fault::new(ProblemKind::InvalidMerge, message, at.start, at.end)
}
