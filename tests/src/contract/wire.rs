//! Bodies of answers, also of those that a sound server would not send: endless, slow, broken off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// The body of an answer.
pub(super) enum Reply {
    /// All of it.
    Whole(Option<Bytes>),
    /// These bytes of a body said to be longer, then the connection breaks.
    Cut { said: u64, part: Option<Bytes>, sleep: Pin<Box<Sleep>> },
    /// `[`, so many spaces, `]`.
    Spaces { left: usize, ends: Vec<&'static [u8]> },
    /// A space each `delay`, for ever.
    Trickle { delay: Duration, sleep: Pin<Box<Sleep>> },
}

const CHUNK: &[u8] = &[b' '; 64 * 1024];

impl Reply {
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()))
    }

    pub(super) fn cut(bytes: Vec<u8>) -> Self {
        let said = bytes.len() as u64;
        let part = Some(Bytes::from(bytes).slice(..said as usize / 2));
        // Time for the part to get out.
        Self::Cut { said: said.max(2), part, sleep: Box::pin(sleep(Duration::from_millis(30))) }
    }

    /// An empty list in `bytes` bytes.
    pub(super) fn spaces(bytes: usize) -> Self {
        Self::Spaces { left: bytes.saturating_sub(2), ends: vec![b"]", b"["] }
    }

    pub(super) fn trickle(delay: Duration) -> Self {
        Self::Trickle { delay, sleep: Box::pin(sleep(delay)) }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let data = |bytes: Bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match self.get_mut() {
            Self::Whole(bytes) => {
                bytes.take().filter(|bytes| !bytes.is_empty()).map_or(Poll::Ready(None), data)
            }
            Self::Cut { part, sleep, .. } => match part.take().filter(|part| !part.is_empty()) {
                Some(part) => data(part),
                None => {
                    sleep.as_mut().poll(context).map(|()| Some(Err(io::ErrorKind::ConnectionReset.into())))
                }
            },
            Self::Spaces { left, ends } if *left == 0 || ends.len() == 2 => {
                ends.pop().map_or(Poll::Ready(None), |end| data(Bytes::from_static(end)))
            }
            Self::Spaces { left, .. } => {
                let length = CHUNK.len().min(*left);
                *left -= length;
                data(Bytes::from_static(&CHUNK[..length]))
            }
            Self::Trickle { delay, sleep: timer } => {
                if timer.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                *timer = Box::pin(sleep(*delay));
                data(Bytes::from_static(b" "))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Cut { said, .. } => SizeHint::with_exact(*said),
            Self::Spaces { .. } | Self::Trickle { .. } => SizeHint::default(),
        }
    }
}
