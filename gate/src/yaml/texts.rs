//! Where the texts of nodes are: in the bytes of the file, or decoded, one after the other.

/// The bytes of a file, known to be text if they are.
#[derive(Debug)]
pub(super) enum Source {
    Text(String),
    Bytes(Vec<u8>),
}

impl Source {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Text)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// All of it, if all of it is UTF-8.
    pub(super) fn all_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }

    /// The text of `start..end`, empty if that is no text.
    #[inline]
    pub(super) fn text(&self, start: usize, end: usize) -> &str {
        match self {
            Self::Text(text) => text.get(start..end),
            Self::Bytes(bytes) => bytes.get(start..end).and_then(|part| str::from_utf8(part).ok()),
        }
        .unwrap_or_default()
    }
}

/// The texts that the source does not hold as they are, one after the other.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    texts: String,
    ends: Vec<u32>,
}

impl Decoded {
    /// Keeps `text`; returns its index.
    pub(super) fn push(&mut self, text: &str) -> u32 {
        self.texts.push_str(text);
        self.ends.push(self.texts.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets all texts but the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.texts.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    pub(super) fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.texts[start..self.ends[index] as usize]
    }
}
