//! Schemas from URLs: those that `gate.lock` names, held against their digests every time, and, only where that is asked
//! for, others.

use std::sync::OnceLock;
use std::time::Duration;

use super::store::{SchemaStore, sha256};
use crate::cli::progress::{self, Phase};
use crate::cli::schema_args::SchemaWishes;
use crate::cli::surroundings::variable;
use crate::config::{LOCK_NAME, Locked, SchemaLock};
use crate::download::{Answer, Client, DownloadError, Known};
use crate::schema::MAX_SCHEMA_BYTES;

/// Everything that one run asks of all servers.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same in seconds, for those who test or whose server is slow.
const PATIENCE_VARIABLE: &str = "GATE_SCHEMA_TIMEOUT";

/// What a place has of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Fetched {
    /// This schema.
    Schema {
        /// The schema.
        bytes: Vec<u8>,
        /// Where it is from.
        origin: String,
    },
    /// None; where was looked.
    Absent(String),
    /// Nobody may ask.
    Unavailable {
        /// Where would have to be looked, and why nobody did.
        what: String,
        /// What to do next.
        hint: String,
    },
    /// One that cannot be had.
    Broken {
        /// What happened.
        message: String,
        /// Whose fault it is, or what to do next.
        hint: String,
    },
}

/// The URLs of a run.
pub(in crate::cli) struct Web {
    lock: SchemaLock,
    store: Option<SchemaStore>,
    client: OnceLock<Client>,
    fetch_locked: bool,
    fetch_any: bool,
}

impl Web {
    /// Nothing is asked yet.
    pub(in crate::cli) fn new(lock: SchemaLock, wishes: &SchemaWishes) -> Self {
        let needs_store = !lock.is_empty() || wishes.fetch_any;
        Self {
            lock,
            store: if needs_store { SchemaStore::open(&variable) } else { None },
            client: OnceLock::new(),
            fetch_locked: wishes.fetch_locked,
            fetch_any: wishes.fetch_any,
        }
    }

    /// What `url` has; `template` is what it was made of.
    pub(in crate::cli) fn get(&self, url: &str, template: &str) -> Fetched {
        match self.lock.get(url) {
            Some(Locked::Absent) => Fetched::Absent(format!("{url} (absent, says {LOCK_NAME})")),
            Some(Locked::Digest(digest)) => self.locked(url, digest),
            None if self.fetch_any => self.fetch(url),
            None => Fetched::Unavailable {
                what: format!("{url} (not in {LOCK_NAME}, so nothing was fetched)"),
                hint: format!(
                    "`gate schema add '{template}'` fetches it and writes {LOCK_NAME}, which is read from the same \
                     revision as gate.yaml; `--fetch-schemas` fetches it for one run"
                ),
            },
        }
    }

    fn locked(&self, url: &str, digest: &str) -> Fetched {
        if let Some(bytes) = self.store.as_ref().and_then(|store| store.content(digest)) {
            return Fetched::Schema { bytes, origin: url.to_owned() };
        }
        if !self.fetch_locked {
            return Fetched::Unavailable {
                what: format!("{url} (not in the cache of this user, and `--no-fetch` is given)"),
                hint: "a run without `--no-fetch` puts it there; on CI nothing is kept unless GATE_CACHE_DIR is set"
                    .to_owned(),
            };
        }
        match self.ask(url, &Known::default()) {
            Ok(Answer::Content(bytes, known)) => {
                let found = sha256(&bytes);
                if found != digest {
                    return other_than_locked(
                        url,
                        &format!("a schema with the SHA-256 digest {found}, not {digest}"),
                    );
                }
                if let Some(store) = &self.store {
                    store.put(url, &bytes, &known);
                }
                Fetched::Schema { bytes, origin: url.to_owned() }
            }
            Ok(Answer::Absent | Answer::Unchanged) => {
                other_than_locked(url, &format!("that it has nothing there, not the schema {digest}"))
            }
            Err(error) => broken(error),
        }
    }

    /// What the server has now, whatever it is.
    pub(in crate::cli) fn fetch(&self, url: &str) -> Fetched {
        let last = self.store.as_ref().and_then(|store| store.last(url));
        let known = last.as_ref().map(|(_, known)| known.clone()).unwrap_or_default();
        match (self.ask(url, &known), last) {
            (Ok(Answer::Content(bytes, known)), _) => {
                if let Some(store) = &self.store {
                    store.put(url, &bytes, &known);
                }
                Fetched::Schema { bytes, origin: url.to_owned() }
            }
            (Ok(Answer::Unchanged), Some((bytes, _))) => Fetched::Schema { bytes, origin: url.to_owned() },
            (Ok(_), _) => Fetched::Absent(format!("{url} (404)")),
            (Err(error), _) => broken(error),
        }
    }

    fn ask(&self, url: &str, known: &Known) -> Result<Answer, DownloadError> {
        progress::during(Phase::Downloads, || self.client().get(url, known, MAX_SCHEMA_BYTES))
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let seconds = variable(PATIENCE_VARIABLE).and_then(|text| text.parse::<u64>().ok());
            let asked = seconds.filter(|seconds| (1..=3600).contains(seconds)).map(Duration::from_secs);
            Client::new(asked.unwrap_or(PATIENCE))
        })
    }
}

fn broken(error: DownloadError) -> Fetched {
    Fetched::Broken { message: error.message, hint: error.hint }
}

fn other_than_locked(url: &str, what: &str) -> Fetched {
    Fetched::Broken {
        message: format!("{url}: the server answers with {what}, as {LOCK_NAME} says"),
        hint: format!(
            "the server has changed it, or somebody stands between it and the gate: look at what is different; if it is \
             right, `gate schema add` writes {LOCK_NAME} anew for review"
        ),
    }
}
