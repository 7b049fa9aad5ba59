//! Where schemas come from besides the embedded ones: templates of paths and URLs, as kubeconform writes its
//! `-schema-location`, and the lock file that says what each URL has to give.

mod location;
mod lock;
mod template;

pub use location::SchemaLocation;
pub use lock::{LOCK_NAME, Locked, MAX_LOCK_BYTES, SchemaLock};
pub use template::{SchemaTemplate, WantedKind};
