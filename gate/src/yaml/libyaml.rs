//! libyaml's parser behind a safe face: bytes in, events with their marks out. The only unsafe code of the folder.
#![expect(
    unsafe_code,
    reason = "libyaml-rs is a port of C with C's interface; this file is all that touches it"
)]

use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::slice;

use libyaml_rs as sys;

/// One parser over one input. Unlike C's, this libyaml counts its marks in bytes.
pub(super) struct Parser<'i> {
    /// From `Box::into_raw`: libyaml keeps a pointer to the parser inside it, so it must never move.
    raw: *mut sys::yaml_parser_t,
    input: PhantomData<&'i [u8]>,
}

/// What libyaml says of bytes that are no YAML.
pub(super) struct Failure {
    /// The problem and what was being read.
    pub(super) message: String,
    /// Bytes from the start of the input.
    pub(super) at: usize,
}

/// One event; its texts live as long as it does.
pub(super) struct Event {
    raw: sys::yaml_event_t,
}

/// What an event is.
pub(super) enum What<'e> {
    StreamStart,
    StreamEnd,
    /// With the version of a `%YAML` directive, if there is one.
    DocumentStart(Option<(i32, i32)>),
    DocumentEnd,
    Alias(&'e [u8]),
    Scalar(Scalar<'e>),
    Start(Start<'e>),
    /// The end of a mapping or sequence.
    End,
}

/// A scalar.
pub(super) struct Scalar<'e> {
    /// Decoded; UTF-8 if the input was.
    pub(super) value: &'e [u8],
    pub(super) anchor: Option<&'e [u8]>,
    /// In full, as in `tag:yaml.org,2002:int`.
    pub(super) tag: Option<&'e [u8]>,
    /// Its type is found from its text: plain without a tag, or tagged `!`.
    pub(super) implicit: bool,
    pub(super) style: Style,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Block,
}

/// The start of a mapping or sequence.
pub(super) struct Start<'e> {
    pub(super) map: bool,
    pub(super) flow: bool,
    pub(super) anchor: Option<&'e [u8]>,
}

impl<'i> Parser<'i> {
    /// A parser of UTF-8; a byte order mark is not skipped.
    pub(super) fn new(input: &'i [u8]) -> Self {
        let boxed = Box::new(MaybeUninit::<sys::yaml_parser_t>::uninit());
        let raw: *mut sys::yaml_parser_t = Box::into_raw(boxed).cast();
        // SAFETY: `raw` is valid for writes of a parser and initialised by the first call; the input outlives the
        // parser by `'i`. Initialisation cannot fail: running out of memory aborts.
        unsafe {
            _ = sys::yaml_parser_initialize(raw).ok;
            sys::yaml_parser_set_encoding(raw, sys::YAML_UTF8_ENCODING);
            sys::yaml_parser_set_input_string(raw, input.as_ptr(), input.len() as u64);
        }
        Self { raw, input: PhantomData }
    }

    /// The next event; after the last one, and after a failure, the end of the stream for ever.
    pub(super) fn next(&mut self) -> Result<Event, Failure> {
        let mut event = MaybeUninit::<sys::yaml_event_t>::uninit();
        // SAFETY: the parser is initialised and the event is valid for writes; libyaml clears it first.
        unsafe {
            if sys::yaml_parser_parse(self.raw, event.as_mut_ptr()).ok {
                Ok(Event { raw: event.assume_init() })
            } else {
                Err(self.failure())
            }
        }
    }

    fn failure(&self) -> Failure {
        // SAFETY: the parser is initialised; its messages are null or static C strings.
        unsafe {
            let parser = &*self.raw;
            let text = |at: *const i8| (!at.is_null()).then(|| CStr::from_ptr(at.cast()).to_string_lossy());
            let problem = text(parser.problem).unwrap_or("not YAML".into());
            let message = match text(parser.context) {
                Some(context) => format!("{problem} {context}"),
                None => problem.into_owned(),
            };
            let at = match parser.error {
                sys::YAML_READER_ERROR => parser.problem_offset,
                _ => parser.problem_mark.index,
            };
            Failure { message, at: at as usize }
        }
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        // SAFETY: the parser is initialised and came from a box of this type; nothing uses it afterwards.
        unsafe {
            sys::yaml_parser_delete(self.raw);
            drop(Box::from_raw(self.raw.cast::<MaybeUninit<sys::yaml_parser_t>>()));
        }
    }
}

impl Event {
    /// First byte of the input, 0-based.
    pub(super) fn start(&self) -> usize {
        self.raw.start_mark.index as usize
    }

    /// One past the last byte.
    pub(super) fn end(&self) -> usize {
        self.raw.end_mark.index as usize
    }

    pub(super) fn what(&self) -> What<'_> {
        // SAFETY: the type says which member of the union is filled in; its pointers are null or C strings, and a
        // scalar's value has its length. They live until the event is deleted, which is when `self` is dropped.
        unsafe {
            let data = &self.raw.data;
            match self.raw.type_ {
                sys::YAML_STREAM_START_EVENT => What::StreamStart,
                sys::YAML_DOCUMENT_START_EVENT => {
                    What::DocumentStart(version(data.document_start.version_directive))
                }
                sys::YAML_DOCUMENT_END_EVENT => What::DocumentEnd,
                sys::YAML_ALIAS_EVENT => What::Alias(name(data.alias.anchor).unwrap_or_default()),
                sys::YAML_SCALAR_EVENT => What::Scalar(self.scalar()),
                sys::YAML_SEQUENCE_START_EVENT => What::Start(Start {
                    map: false,
                    flow: data.sequence_start.style == sys::YAML_FLOW_SEQUENCE_STYLE,
                    anchor: name(data.sequence_start.anchor),
                }),
                sys::YAML_MAPPING_START_EVENT => What::Start(Start {
                    map: true,
                    flow: data.mapping_start.style == sys::YAML_FLOW_MAPPING_STYLE,
                    anchor: name(data.mapping_start.anchor),
                }),
                sys::YAML_SEQUENCE_END_EVENT | sys::YAML_MAPPING_END_EVENT => What::End,
                _ => What::StreamEnd,
            }
        }
    }

    /// # Safety
    /// The event must be a scalar.
    unsafe fn scalar(&self) -> Scalar<'_> {
        // SAFETY: by contract; a scalar's value is never null and has `length` bytes.
        unsafe {
            let data = &self.raw.data.scalar;
            Scalar {
                value: slice::from_raw_parts(data.value, data.length as usize),
                anchor: name(data.anchor),
                tag: name(data.tag),
                implicit: data.plain_implicit,
                style: match data.style {
                    sys::YAML_SINGLE_QUOTED_SCALAR_STYLE => Style::SingleQuoted,
                    sys::YAML_DOUBLE_QUOTED_SCALAR_STYLE => Style::DoubleQuoted,
                    sys::YAML_LITERAL_SCALAR_STYLE | sys::YAML_FOLDED_SCALAR_STYLE => Style::Block,
                    _ => Style::Plain,
                },
            }
        }
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: filled in by libyaml, deleted once.
        unsafe { sys::yaml_event_delete(&raw mut self.raw) }
    }
}

/// # Safety
/// `at` must be null or a C string that lives for `'e`.
unsafe fn name<'e>(at: *const u8) -> Option<&'e [u8]> {
    // SAFETY: by contract.
    (!at.is_null()).then(|| unsafe { CStr::from_ptr(at.cast()) }.to_bytes())
}

/// # Safety
/// `at` must be null or point to a directive.
unsafe fn version(at: *const sys::yaml_version_directive_t) -> Option<(i32, i32)> {
    // SAFETY: by contract.
    (!at.is_null()).then(|| unsafe { ((*at).major, (*at).minor) })
}
