//! The check run: the strongest signal there is, with annotations at the lines. Fifty of them go with a request; each
//! further request adds fifty, and the last one ends the run. Each posting makes a run of its own: the newest one of a
//! name counts, and the annotations of an older one cannot be taken away.

use std::future::Future;
use std::time::Duration;

use octocrab::models::CheckRunId;
use octocrab::params::checks::{CheckRunConclusion, CheckRunOutput, CheckRunStatus};
use serde_json::json;

use super::annotation::annotation;
use super::crab::{Made, made};
use super::{Github, TEXT};
use crate::host::adapter::Annotated;
use crate::host::{Annotation, HostError, HostErrorKind, Markup, Publication};
use crate::model::Verdict;

/// Annotations of one request.
const BATCH: usize = 50;
/// Code points of the title.
const TITLE: usize = 200;
/// Time that is kept for ending the run.
const RESERVE: Duration = Duration::from_secs(5);
/// What stands in place of the report until the run ends.
const UNDERWAY: &str = "The findings are being sent.";

struct Check<'a> {
    github: &'a Github,
    publication: &'a Publication<'a>,
    /// Makes this very run recognisable if the answer to its creation is lost.
    external_id: String,
}

/// A check run as it is read back.
#[derive(serde::Deserialize)]
struct Seen {
    id: CheckRunId,
    external_id: Option<String>,
    status: String,
    output: SeenOutput,
}

#[derive(serde::Deserialize)]
struct SeenOutput {
    annotations_count: usize,
}

#[derive(serde::Deserialize)]
struct SeenList {
    check_runs: Vec<Seen>,
}

/// One state of a check run.
#[derive(Clone, Copy)]
struct State<'a> {
    /// None: still in progress.
    conclusion: Option<CheckRunConclusion>,
    annotations: &'a [Annotation],
}

impl Github {
    /// Makes a check run on the head commit with all annotations.
    pub(super) async fn check(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let run = self.target.run;
        let external_id = format!("gate:{}.{}:{:016x}", run.run, run.attempt, fastrand::u64(..));
        Check { github: self, publication, external_id }.put().await
    }
}

impl Check<'_> {
    async fn put(&self) -> Result<Annotated, HostError> {
        let all = &self.publication.annotations[..];
        let (first, rest) = all.split_at(all.len().min(BATCH));
        let conclusion = rest.is_empty().then(|| conclusion(self.publication.verdict));
        let id = match self.create(State { conclusion, annotations: first }).await {
            Ok(id) => id,
            Err(error) if error.kind == HostErrorKind::Refused && !first.is_empty() => {
                return self.without_annotations(error).await;
            }
            Err(error) => return Err(error),
        };
        if rest.is_empty() {
            return Ok(Annotated { put: all.len(), left_out: 0 });
        }
        match self.add(id, rest).await {
            Ok(added) => Ok(Annotated { put: BATCH + added, left_out: rest.len() - added }),
            Err(error) => Err(self.abandon(id, error).await),
        }
    }

    /// Adds what does not fit into the first request and ends the run; how many were added.
    async fn add(&self, id: CheckRunId, rest: &[Annotation]) -> Result<usize, HostError> {
        let end = Some(conclusion(self.publication.verdict));
        let mut added = 0;
        loop {
            let batch = &rest[added..rest.len().min(added + BATCH)];
            if added + batch.len() == rest.len() {
                self.update(id, State { conclusion: end, annotations: batch }, BATCH + added).await?;
                return Ok(rest.len());
            }
            let step = State { conclusion: None, annotations: batch };
            match self.in_time(self.update(id, step, BATCH + added)).await {
                Some(done) => done?,
                // The host is slow. What matters most is there, and the report of the run names the rest.
                None => {
                    let none = State { conclusion: end, annotations: &[] };
                    self.update(id, none, BATCH + added).await?;
                    return Ok(added);
                }
            }
            added += batch.len();
        }
    }

    /// Makes the run. If the answer is lost, it is looked for before it is made again.
    async fn create(&self, state: State<'_>) -> Result<CheckRunId, HostError> {
        let mut tries = Tries::new();
        loop {
            match self.send_new(state).await {
                Err(error) if error.ambiguous && tries.another() => match self.find().await {
                    Ok(Some(id)) => return Ok(id),
                    Ok(None) => tries.wait().await,
                    Err(_) => return Err(error),
                },
                result => return result,
            }
        }
    }

    /// Changes the run, which has `before` annotations. If the answer is lost, the run is read before it is sent again.
    async fn update(&self, id: CheckRunId, state: State<'_>, before: usize) -> Result<(), HostError> {
        let mut tries = Tries::new();
        loop {
            match self.send_change(id, state).await {
                Err(error) if error.ambiguous && tries.another() => {
                    let route = self.github.route(&format!("check-runs/{id}"));
                    let read = made(self.github.crab.get::<Seen, _, _>(route, None::<&()>).await, Made::Read);
                    let Ok(seen) = read else { return Err(error) };
                    match state.conclusion {
                        Some(_) if seen.status == "completed" => return Ok(()),
                        None if seen.output.annotations_count > before => return Ok(()),
                        _ => tries.wait().await,
                    }
                }
                result => return result,
            }
        }
    }

    /// A run that cannot be completed as it should blocks, rather than hang for ever or let pass.
    async fn abandon(&self, id: CheckRunId, mut error: HostError) -> HostError {
        let state = State { conclusion: Some(CheckRunConclusion::Failure), annotations: &[] };
        let end = match self.send_change(id, state).await {
            Ok(()) => "the check run was ended as failed, without the rest of its annotations",
            Err(_) => "the check run could not be ended either and stays in progress",
        };
        error.message = HostError::new(error.kind, format!("{}; {end}", error.message)).message;
        error
    }

    /// The host refuses an annotation, and with it all: the run is made without any, and blocks.
    async fn without_annotations(&self, mut error: HostError) -> Result<Annotated, HostError> {
        let state = State { conclusion: Some(CheckRunConclusion::Failure), annotations: &[] };
        if self.create(state).await.is_ok() {
            let text = format!("{}; the check run was made without annotations, as failed", error.message);
            error.message = HostError::new(error.kind, text).message;
        }
        Err(error)
    }

    async fn send_new(&self, state: State<'_>) -> Result<CheckRunId, HostError> {
        let checks = self.github.crab.checks(&self.github.owner, &self.github.name);
        let mut request = checks
            .create_check_run(self.publication.check_name(), &self.github.target.head)
            .external_id(&self.external_id)
            .status(state.status())
            .output(self.output(state));
        if let Some(conclusion) = state.conclusion {
            request = request.conclusion(conclusion);
        }
        if let Some(url) = link(self.github.target.run_url.as_deref()) {
            request = request.details_url(url);
        }
        made(request.send().await, Made::Written).map(|run| run.id)
    }

    async fn send_change(&self, id: CheckRunId, state: State<'_>) -> Result<(), HostError> {
        // octocrab's own request for this has the number in its body too, where GitHub's description has none.
        let mut body = json!({"status": state.status(), "output": self.output(state)});
        if let Some(conclusion) = state.conclusion {
            body["conclusion"] = json!(conclusion);
        }
        let route = self.github.route(&format!("check-runs/{id}"));
        made(self.github.crab.patch::<Seen, _, _>(route, Some(&body)).await, Made::Written).map(drop)
    }

    /// The run of this very posting, if the host has it.
    async fn find(&self) -> Result<Option<CheckRunId>, HostError> {
        let route = self.github.route(&format!("commits/{}/check-runs", self.github.target.head));
        let name = self.publication.check_name();
        let parameters = [("check_name", name.as_str()), ("filter", "all"), ("per_page", "100")];
        let list: SeenList = made(self.github.crab.get(route, Some(&parameters)).await, Made::Read)?;
        let mut runs = list.check_runs.into_iter();
        Ok(runs.find(|run| run.external_id.as_deref() == Some(&self.external_id)).map(|run| run.id))
    }

    fn output(&self, state: State<'_>) -> CheckRunOutput {
        let pages = self.publication.pages;
        let title = pages.summary(TITLE);
        let summary = match state.conclusion {
            Some(_) => pages.comment(TEXT, Markup::Html),
            None => UNDERWAY.to_owned(),
        };
        CheckRunOutput {
            title: if title.trim().is_empty() { self.publication.check_name() } else { title },
            summary,
            text: None,
            annotations: state.annotations.iter().map(annotation).collect(),
            images: Vec::new(),
        }
    }

    /// The result of `future`, if it comes before the time that is kept for ending the run.
    async fn in_time<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let reserve = RESERVE.min(self.github.target.budget / 4);
        let spare = self.github.client.remaining().checked_sub(reserve)?;
        tokio::time::timeout(spare, future).await.ok()
    }
}

/// Requests whose answers were lost, which only a look at the host tells to be sent again. The client does not repeat
/// them by itself.
struct Tries(u32);

impl Tries {
    const MOST: u32 = 5;

    fn new() -> Self {
        Self(1)
    }

    fn another(&mut self) -> bool {
        self.0 += 1;
        self.0 <= Self::MOST
    }

    async fn wait(&self) {
        let longest = Duration::from_millis(250) * 2_u32.pow(self.0);
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
    }
}

impl State<'_> {
    fn status(self) -> CheckRunStatus {
        match self.conclusion {
            Some(_) => CheckRunStatus::Completed,
            None => CheckRunStatus::InProgress,
        }
    }
}

/// Never `neutral` or `skipped`: GitHub lets a merge through on both.
fn conclusion(verdict: Verdict) -> CheckRunConclusion {
    match verdict {
        Verdict::Pass => CheckRunConclusion::Success,
        Verdict::Fail | Verdict::Incomplete => CheckRunConclusion::Failure,
    }
}

/// A link that GitHub takes: it refuses the whole request over one that is not of the web.
pub(super) fn link(url: Option<&str>) -> Option<&str> {
    url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_lets_merge() {
        let word = |verdict| serde_json::to_value(conclusion(verdict)).unwrap();
        assert_eq!(word(Verdict::Pass), "success");
        assert_eq!(word(Verdict::Fail), "failure");
        assert_eq!(word(Verdict::Incomplete), "failure");
    }

    #[test]
    fn only_links_of_the_web_are_sent() {
        assert_eq!(link(Some("https://ci.example.com/1")), Some("https://ci.example.com/1"));
        assert_eq!(link(Some("javascript:alert(1)")), None);
        assert_eq!(link(None), None);
    }
}
