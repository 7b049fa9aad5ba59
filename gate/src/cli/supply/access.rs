//! Who asks a registry: credentials from the environment or from Docker's configuration. Programs that keep credentials are
//! not started.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::Reference;
use crate::registry::{Access, Credentials, DockerConfig};

const USERNAME: &str = "GATE_REGISTRY_USERNAME";
const PASSWORD: &str = "GATE_REGISTRY_PASSWORD";
/// The registry that these are for.
const HOST: &str = "GATE_REGISTRY_HOST";
/// Bytes of Docker's configuration.
const MOST_BYTES: u64 = 1 << 20;
/// Everything that one command asks of a registry.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks a variable of the environment up.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How to get at the registry of `reference`. `is_only` says that no other registry is asked in this run: only then can
/// credentials that name no registry be meant for it.
///
/// # Errors
/// Credentials that cannot be meant.
pub(in crate::cli) fn access(
    reference: &Reference,
    plain_http: bool,
    is_only: bool,
    variable: Variable<'_>,
) -> Result<Access, String> {
    let (credentials, who) = match from_environment(reference, is_only, variable)? {
        Some(found) => (Some(found), format!("with {USERNAME} and {PASSWORD}")),
        None => from_docker(reference, variable)?,
    };
    Ok(Access { plain_http, credentials, who, patience: PATIENCE })
}

fn from_environment(
    reference: &Reference,
    is_only: bool,
    variable: Variable<'_>,
) -> Result<Option<Credentials>, String> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let (username, password) = match (set(USERNAME), set(PASSWORD)) {
        (Some(username), Some(password)) => (username, password),
        (None, None) => return Ok(None),
        _ => return Err(format!("only one of {USERNAME} and {PASSWORD} is set")),
    };
    match set(HOST) {
        Some(host) if host.eq_ignore_ascii_case(&reference.registry) => {}
        Some(_) => return Ok(None),
        None if is_only => {}
        None => {
            return Err(format!(
                "{USERNAME} is set, and gate.yaml names several registries: say in {HOST} which one it is for"
            ));
        }
    }
    Ok(Some(Credentials::new(username.trim(), password.trim())))
}

fn from_docker(
    reference: &Reference,
    variable: Variable<'_>,
) -> Result<(Option<Credentials>, String), String> {
    let nobody = |why: String| Ok((None, format!("as nobody ({why})")));
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("DOCKER_CONFIG").or_else(|| Some(set("HOME")?.join(".docker")));
    let Some(path) = folder.map(|folder| folder.join("config.json")) else {
        return nobody("there is no configuration of Docker".to_owned());
    };
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return nobody(format!("there is no {shown}"));
        }
        Err(error) => return nobody(format!("{shown} cannot be read: {error}")),
        Ok(_) => {}
    }
    match DockerConfig::read(&bytes, &reference.registry) {
        Ok(DockerConfig::Credentials(found)) => Ok((Some(found), format!("with the credentials of {shown}"))),
        Ok(DockerConfig::Nothing) => nobody(format!("{shown} has no credentials for {}", reference.registry)),
        Ok(DockerConfig::Helper(name)) => nobody(format!(
            "{shown} leaves them to the program docker-credential-{name}, which the gate does not start"
        )),
        Err(why) => nobody(format!("{shown} cannot be used: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(reference: &str, is_only: bool, variables: &[(&str, &str)]) -> Result<(bool, String), String> {
        let reference = Reference::parse(reference).unwrap();
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let access = access(&reference, false, is_only, &variable)?;
        assert!(!format!("{access:?}").contains("s3cret"), "{access:?}");
        Ok((access.credentials.is_some(), access.who))
    }

    const ONE: &str = "oci://one.example.com/x:1";

    #[test]
    fn credentials_of_the_environment_are_for_one_registry() {
        let both = [(USERNAME, "joe"), (PASSWORD, "s3cret")];
        assert!(asked(ONE, true, &both).unwrap().0);
        assert!(asked(ONE, false, &both).unwrap_err().contains("GATE_REGISTRY_HOST"));
        let named = |host| [(USERNAME, "joe"), (PASSWORD, "s3cret"), (HOST, host)];
        assert!(asked(ONE, false, &named("one.example.com")).unwrap().0);
        assert!(!asked(ONE, true, &named("two.example.com")).unwrap().0);
        assert!(asked(ONE, true, &[(USERNAME, "joe")]).unwrap_err().contains("only one of"));
        assert!(!asked(ONE, true, &[(USERNAME, ""), (PASSWORD, "")]).unwrap().0);
    }

    #[test]
    fn docker_s_configuration_is_read_and_its_helpers_are_not_started() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".docker");
        std::fs::create_dir(&folder).unwrap();
        let home = home.path().to_str().unwrap();
        let with = |config: &str| {
            std::fs::write(folder.join("config.json"), config).unwrap();
            asked(ONE, true, &[("HOME", home)]).unwrap()
        };
        let (found, who) = with(r#"{"auths":{"one.example.com":{"auth":"am9lOnMzY3JldA=="}}}"#);
        assert!(found && who.contains(".docker/config.json"), "{who}");
        let (found, who) = with(r#"{"credsStore":"pass"}"#);
        assert!(!found && who.contains("docker-credential-pass, which the gate does not start"), "{who}");
        let (found, who) = with("nonsense");
        assert!(!found && who.contains("cannot be used"), "{who}");
        let (found, who) = asked(ONE, true, &[]).unwrap();
        assert!(!found && who.contains("there is no configuration"), "{who}");
    }
}
