//! The twin and bench of Azure DevOps, Services and Server.

mod bench;
mod memory;
mod pages;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use self::memory::{Comment, Thread};
use super::{Answer, HEAD1, NUMBER, Request, TOKEN, Twin, take_one};

/// Name and id of the collection, and of the repository in its project.
pub const COLLECTION: &str = "fabrikam";
/// `project/repository`; both names hold spaces.
pub const REPOSITORY: &str = "Fabrikam Fiber/web shop";
/// Id of the identity of the gate.
pub const ME: &str = "d6245f20-2af8-44f4-9451-8107cb2767db";
/// Id of a person.
pub const PERSON: &str = "19d9411e-9a34-45bb-b985-d24d9d87c0c9";

/// Commit of a push.
#[derive(Debug, Clone)]
pub struct Iteration {
    head: String,
}

/// A status of the pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// `genre/name`.
    pub context: String,
    /// `succeeded`, …
    pub state: String,
    /// The iteration that it is bound to.
    pub iteration: Option<usize>,
}

/// An organization with one pull request.
pub struct Azure {
    iterations: Vec<Iteration>,
    /// What the pull request itself names as its head, for as long as the test merge of the newest one is not made.
    lagging: Option<String>,
    open: bool,
    threads: Vec<Thread>,
    /// All statuses, oldest first; nothing is ever overwritten.
    pub statuses: Vec<Status>,
    read_only: bool,
    conflicts: usize,
    /// The newest version of the API that is spoken.
    version: &'static str,
    /// What the `Authorization` header must be.
    authorization: String,
    /// Nobody is told who they are: a token without the right to.
    pub anonymous: bool,
}

impl Azure {
    /// See [`super::Bench::fresh`].
    pub fn new() -> Self {
        Self {
            iterations: vec![Iteration { head: HEAD1.to_owned() }],
            lagging: None,
            open: true,
            threads: Vec::new(),
            statuses: Vec::new(),
            read_only: false,
            conflicts: 0,
            version: "7.2",
            authorization: format!("Basic {}", STANDARD.encode(format!(":{TOKEN}"))),
            anonymous: false,
        }
    }

    /// A Server that speaks no newer version than this.
    #[must_use]
    pub fn speaking(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// A host that takes `token` as a bearer token.
    #[must_use]
    pub fn with_bearer(mut self, token: &str) -> Self {
        self.authorization = format!("Bearer {token}");
        self
    }

    /// A push whose test merge is not made yet: the pull request still names the head before.
    pub fn push_without_merge(&mut self, head: &str) {
        self.lagging = Some(self.head().to_owned());
        self.iterations.push(Iteration { head: head.to_owned() });
    }

    /// States of the gate's threads, oldest first: path (empty for the comment) and state.
    pub fn states(&self) -> Vec<(String, &'static str)> {
        let exist = self.threads.iter().filter(|thread| !thread.is_deleted());
        exist.map(|thread| (thread.path().to_owned(), thread.status)).collect()
    }

    /// Sets the state of thread number `index`, as a person would.
    pub fn set_state(&mut self, index: usize, status: &'static str) {
        self.threads[index].status = status;
    }

    /// What the gate sent for thread number `index`.
    pub fn sent(&self, index: usize) -> &Value {
        &self.threads[index].sent
    }

    fn head(&self) -> &str {
        &self.iterations.last().unwrap().head
    }

    /// Refusals that do not depend on what is asked for.
    fn refusal(&self, request: &Request) -> Option<Answer> {
        if request.header("authorization") != Some(self.authorization.as_str()) {
            return Some(error(
                401,
                "TF400813: The user '' is not authorized to access this resource.",
                "UnauthorizedRequestException",
            ));
        }
        let asked = request.query("api-version").unwrap_or_default();
        let (number, preview) = asked.split_once('-').map_or((asked, false), |(number, _)| (number, true));
        if number > self.version {
            let text = format!(
                "The requested REST API version of {number} is out of range for this server. The latest REST API version \
                 this server supports is {}.",
                self.version
            );
            return Some(error(400, &text, "VssVersionOutOfRangeException"));
        }
        if request.operation == "ConnectionData_Get" && !preview {
            let text = format!(
                "The requested version \"{number}\" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests."
            );
            return Some(error(400, &text, "VssInvalidPreviewVersionException"));
        }
        let writes = ["Create", "Update", "Delete"].iter().any(|word| request.operation.contains(word));
        if writes && self.read_only {
            let text = "TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity 'Build\\\\fork', scope 'repository'.";
            return Some(error(403, text, "GitNeedsPermissionException"));
        }
        let wrong = |name: &str, right: &str| request.params.get(name).is_some_and(|value| value != right);
        let (project, repository) = REPOSITORY.split_once('/').unwrap();
        if wrong("organization", COLLECTION) || wrong("project", project) || wrong("repositoryId", repository)
        {
            return Some(error(
                404,
                "TF401019: The Git repository with name or identifier does not exist or you do not have permissions for the operation you are attempting.",
                "GitRepositoryNotFoundException",
            ));
        }
        if request.params.get("pullRequestId").is_some_and(|number| *number != NUMBER.to_string()) {
            return Some(error(
                404,
                "TF401180: The requested pull request was not found.",
                "GitPullRequestNotFoundException",
            ));
        }
        None
    }

    fn add_status(&mut self, request: &Request) -> Answer {
        let body = &request.body;
        let iteration = body["iterationId"].as_u64().map(|id| id as usize);
        if iteration.is_some_and(|id| id == 0 || id > self.iterations.len()) {
            return error(
                404,
                "TF401179: The iteration was not found.",
                "GitPullRequestIterationNotFoundException",
            );
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let context = format!("{}/{}", text(&body["context"]["genre"]), text(&body["context"]["name"]));
        self.statuses.push(Status { context, state: text(&body["state"]), iteration });
        let mut answer = body.clone();
        answer["id"] = json!(self.statuses.len());
        answer["creationDate"] = json!(pages::DATE);
        Answer::ok(answer)
    }

    fn add_thread(&mut self, request: &Request) -> Answer {
        if take_one(&mut self.conflicts) {
            return collision();
        }
        let body = &request.body;
        let mut answer = Answer::ok(Value::Null);
        let context = &body["pullRequestThreadContext"];
        let path = body["threadContext"]["filePath"].as_str().unwrap_or_default();
        if !context.is_null() && pages::tracking_id(path) != context["changeTrackingId"].as_u64() {
            // Services hangs the thread on whatever file has this id.
            answer = answer.violation(format!("{context} is not the context of {path}"));
        }
        self.threads.push(Thread::sent(body, ME));
        answer.body = Some(self.thread_page(self.threads.len() - 1));
        answer
    }

    fn update_comment(&mut self, request: &Request) -> Answer {
        if take_one(&mut self.conflicts) {
            return collision();
        }
        let Some(comment) = self.comment_mut(request) else { return no_such_comment() };
        if comment.author != ME {
            let text = "TF401181: You can only edit your own comments.";
            return error(403, text, "CommentNotAuthoredException")
                .violation("a comment of somebody else is edited");
        }
        comment.content = request.text("content").to_owned();
        Answer::ok(comment.page())
    }

    fn delete_comment_by(&mut self, request: &Request) -> Answer {
        let Some(comment) = self.comment_mut(request) else { return no_such_comment() };
        let own = comment.author == ME;
        comment.deleted = true;
        let answer = Answer::new(200, None);
        if own { answer } else { answer.violation("a comment of somebody else is deleted") }
    }

    fn comment_mut(&mut self, request: &Request) -> Option<&mut Comment> {
        let thread =
            self.threads.get_mut(usize::try_from(request.number("threadId")).unwrap().checked_sub(1)?)?;
        let comment =
            thread.comments.get_mut(usize::try_from(request.number("commentId")).unwrap().checked_sub(1)?)?;
        (!comment.deleted).then_some(comment)
    }

    fn update_thread(&mut self, request: &Request) -> Answer {
        let index = request.number("threadId") as usize - 1;
        let Some(thread) = self.threads.get_mut(index).filter(|thread| !thread.is_deleted()) else {
            return no_such_comment();
        };
        let own = thread.comments[0].author == ME;
        thread.status = memory::state(&request.body["status"]);
        let answer = Answer::ok(self.thread_page(index));
        if own { answer } else { answer.violation("a thread of somebody else is changed") }
    }
}

impl Default for Azure {
    fn default() -> Self {
        Self::new()
    }
}

impl Twin for Azure {
    fn spec(&self) -> &'static str {
        "azure-devops"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.refusal(request) {
            return refusal;
        }
        match request.operation.as_str() {
            "ConnectionData_Get" if self.anonymous => {
                error(403, "Access denied.", "AccessCheckException").documented_elsewhere()
            }
            "ConnectionData_Get" => Answer::ok(pages::connection()),
            "Pull Requests_Get Pull Request" => Answer::ok(self.pull_request_page()),
            "Pull Request Iterations_List" => Answer::ok(self.iterations_page()),
            "Pull Request Iteration Changes_Get" => Answer::ok(pages::changes()),
            "Pull Request Threads_List" => Answer::ok(self.threads_page()),
            "Pull Request Threads_Create" => self.add_thread(request),
            "Pull Request Threads_Update" => self.update_thread(request),
            "Pull Request Thread Comments_Update" => self.update_comment(request),
            "Pull Request Thread Comments_Delete" => self.delete_comment_by(request),
            "Pull Request Statuses_Create" => self.add_status(request),
            "Statuses_Create" => {
                let mut status = request.body.clone();
                status["id"] = json!(1);
                Answer::created(status)
            }
            other => Answer::new(500, None).violation(format!("{other} is not expected")),
        }
    }
}

fn error(status: u16, message: &str, kind: &str) -> Answer {
    let name = format!("Microsoft.TeamFoundation.Git.Server.{kind}, Microsoft.TeamFoundation.Git.Server");
    let body = json!({
        "$id": "1", "innerException": null, "message": message, "typeName": name, "typeKey": kind, "errorCode": 0, "eventId": 3000,
    });
    Answer::error(status, body)
}

/// The description of the API knows no conflict of comments; one must be survived all the same.
fn collision() -> Answer {
    error(409, "The thread was changed by another request.", "VssServiceException")
}

fn no_such_comment() -> Answer {
    error(404, "The comment does not exist.", "DiscussionCommentNotFoundException")
}
