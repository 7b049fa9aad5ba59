//! The commit status. It belongs into the pipeline that the merge request looks at: that of the source project, or, where
//! pipelines of forks run in the parent, that of the target project.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, Gitlab, HostError, HostErrorKind, Publication};
use crate::host::http::Failure;
use crate::model::Verdict;

/// Characters of a description, and of an address.
const LONGEST: usize = 255;
/// Attempts while another status of the same commit is being written (GitLab itself waits 10 s before it says so).
const BUSY: u32 = 4;

/// Where a status may be put.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    project: String,
    pipeline: Option<u64>,
}

impl Gitlab {
    /// Puts the status where it is taken.
    pub(super) async fn set_status(&self, publication: &Publication<'_>) -> Result<(), HostError> {
        self.may_write()?;
        let state = if publication.verdict == Verdict::Pass { "success" } else { "failed" };
        let mut first = None;
        let mut unknown_pipeline = true;
        for place in self.places() {
            if place.pipeline.is_none() && self.pipeline.is_some() && !unknown_pipeline {
                break;
            }
            let failure =
                match self.put_status(&place, self.status(publication, state, place.pipeline), state).await {
                    Ok(()) => return Ok(()),
                    Err(failure) => failure,
                };
            let elsewhere = matches!(failure.status, Some(400 | 403 | 404));
            unknown_pipeline &= failure.status == Some(404);
            let error = first.get_or_insert(failure.error);
            if !elsewhere {
                return Err(error.clone());
            }
        }
        Err(first.unwrap_or_else(|| HostError::new(HostErrorKind::Setup, "no project takes the status")))
    }

    /// With the pipeline of this run first; a merged results pipeline is not one of the head commit, so that GitLab does not
    /// find it for the status: then whichever it takes.
    fn places(&self) -> Vec<Place> {
        let merge_request = self.merge_request.borrow();
        let source = self.source_project.or(merge_request.source_project);
        let source = source.filter(|source| Some(*source) != merge_request.target_project);
        let source = source.map(|source| source.to_string()).filter(|source| *source != self.project);
        let projects: Vec<String> = source.into_iter().chain([self.project.clone()]).collect();
        let with = |pipeline: Option<u64>| {
            projects.iter().map(move |project| Place { project: project.clone(), pipeline })
        };
        match self.pipeline {
            Some(pipeline) => with(Some(pipeline)).chain(with(None)).collect(),
            None => with(None).collect(),
        }
    }

    fn status(&self, publication: &Publication<'_>, state: &str, pipeline: Option<u64>) -> Value {
        let mut status = json!({ "state": state, "name": publication.check_name() });
        let description = publication.pages.summary(LONGEST);
        if !description.is_empty() {
            status["description"] = json!(description);
        }
        let is_link = |url: &&String| {
            url.len() <= LONGEST && (url.starts_with("https://") || url.starts_with("http://"))
        };
        if let Some(url) = self.run_url.as_ref().filter(is_link) {
            status["target_url"] = json!(url);
        }
        if let Some(pipeline) = pipeline {
            status["pipeline_id"] = json!(pipeline);
        }
        status
    }

    async fn put_status(&self, place: &Place, status: Value, state: &str) -> Result<(), Failure> {
        let path = ["projects", &place.project, "statuses", &self.head];
        for attempt in 1.. {
            // The same status once more changes nothing.
            match self.client.try_send(Call::post(&path, status.clone()).repeatable()).await {
                Ok(_) => break,
                Err(failure) if stands_already(&failure, state) => break,
                Err(failure) if failure.status == Some(409) && attempt < BUSY => {
                    let wait = Duration::from_millis(300).mul_f64(f64::from(attempt) + fastrand::f64());
                    if wait > self.client.remaining() {
                        return Err(failure);
                    }
                    tokio::time::sleep(wait).await;
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// GitLab refuses to set a state that a status has. (From another state it would be a refusal in earnest.)
fn stands_already(failure: &Failure, state: &str) -> bool {
    let said = failure.body.get("message").map(Value::to_string).unwrap_or_default();
    failure.status == Some(400)
        && said.contains("Cannot transition status")
        && said.contains(&format!("from :{state}"))
}

#[cfg(test)]
mod tests {
    use super::super::MergeRequest;
    use super::*;
    use crate::host::{HostKind, RunNumber, Secret, Target};

    fn target(pipeline: Option<u64>, source_project: Option<u64>) -> Target {
        Target {
            kind: HostKind::Gitlab,
            api: "https://gitlab.example.com/api/v4".to_owned(),
            repository: "group/shop".to_owned(),
            number: Some(7),
            head: "1".repeat(40),
            pipeline,
            source_project,
            from_fork: None,
            token: Some(Secret::new("glpat-x")),
            user: None,
            acts_as: None,
            run: RunNumber::default(),
            run_url: None,
            local_proxy: None,
            budget: Duration::from_secs(1),
        }
    }

    /// Places as `project:pipeline`, for a merge request from `source` (by the CI, by GitLab) to project 42.
    fn places(pipeline: Option<u64>, by_ci: Option<u64>, by_gitlab: Option<u64>) -> Vec<String> {
        let gitlab = Gitlab::new(&target(pipeline, by_ci)).unwrap();
        let target_project = by_gitlab.map(|_| 42);
        *gitlab.merge_request.borrow_mut() =
            MergeRequest { source_project: by_gitlab, target_project, refs: None };
        let place = |Place { project, pipeline }| format!("{project}:{}", pipeline.unwrap_or(0));
        gitlab.places().into_iter().map(place).collect()
    }

    #[test]
    fn the_source_comes_first_and_the_pipeline_before_none() {
        assert_eq!(places(None, None, None), ["group/shop:0"]);
        assert_eq!(places(Some(9), None, Some(42)), ["group/shop:9", "group/shop:0"]);
        assert_eq!(places(None, None, Some(43)), ["43:0", "group/shop:0"]);
        assert_eq!(places(Some(9), Some(43), None), ["43:9", "group/shop:9", "43:0", "group/shop:0"]);
        assert_eq!(places(Some(9), Some(42), Some(42)), ["group/shop:9", "group/shop:0"]);
    }
}
