//! Who wrote a comment or approved: the name of a user or role. Each run of a CI may assume its role under another
//! session name, so that name is left aside.

/// The user or role of an ARN: `arn:aws:sts::111122223333:assumed-role/Gate/run-1` is `…:assumed-role/Gate`; anything
/// else is itself.
pub(super) fn principal(arn: &str) -> &str {
    const ROLE: &str = ":assumed-role/";
    let session = arn.find(ROLE).and_then(|start| {
        let name = start + ROLE.len();
        arn[name..].find('/').map(|length| name + length)
    });
    session.map_or(arn, |end| &arn[..end])
}
