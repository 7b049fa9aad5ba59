//! Versions of the REST API: the newest one first, an older one where a Server says that it knows nothing newer.

use serde_json::Value;

/// What is asked for first.
pub(super) const NEWEST: &str = "7.1";
/// What Servers of 2019 to 2022 speak.
const OLDER: [&str; 4] = ["7.0", "6.0", "5.1", "5.0"];

/// The version to try instead of `asked`, if `answer` refuses it as too new. It names the server's newest one at the
/// end of its message.
pub(super) fn older(answer: &Value, asked: &str) -> Option<&'static str> {
    let kind = answer["typeKey"].as_str().or_else(|| answer["typeName"].as_str())?;
    let (_, newest) = answer["message"].as_str()?.rsplit_once("this server supports is ")?;
    let mut older = OLDER.into_iter().filter(|version| *version < asked && newest.starts_with(version));
    older.next().filter(|_| kind.contains("VssVersionOutOfRange"))
}
