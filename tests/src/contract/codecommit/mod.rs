//! The twin and bench of AWS CodeCommit, and of the one call of AWS STS that says who is calling.

mod bench;
mod pages;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Answer, BASE, HEAD1, NUMBER, RawRequest, Request, Twin, take_one};

/// Id of the gate's access key.
pub const KEY: &str = "AKIAIOSFODNN7GATEBOT";
/// Name of the repository.
pub const REPOSITORY: &str = "web-shop";
const ROLE: &str = "arn:aws:sts::111122223333:assumed-role/GateRole";
const PERSON: &str = "arn:aws:iam::111122223333:user/mallory";

/// What the pull request was after a push; approvals belong to it.
struct Revision {
    id: String,
    head: String,
    /// ARN to `APPROVE` or `REVOKE`, in the order in which they came.
    approvals: Vec<(String, String)>,
}

/// A comment.
pub(super) struct Comment {
    content: String,
    author: String,
    place: Option<(String, u32)>,
    before: String,
    after: String,
    token: String,
    reply: bool,
    deleted: bool,
}

/// An account with one repository and one pull request.
pub struct CodeCommit {
    revisions: Vec<Revision>,
    open: bool,
    comments: Vec<Comment>,
    /// Tokens of requests, with their parameters and the comment that they made.
    tokens: HashMap<String, (Value, usize)>,
    read_only: bool,
    conflicts: usize,
    /// Name of the session of the gate's role, another one in each build of CodeBuild.
    pub session: String,
    /// ARN of the author of the pull request.
    pub author: String,
    /// Comments on a page at most, whatever the request asks for.
    pub page: usize,
    /// Paths that no comment can be put at.
    pub unknown_paths: Vec<String>,
    /// The repository that the pull request is in.
    pub repository: String,
}

impl CodeCommit {
    /// See [`super::Bench::fresh`].
    pub fn new() -> Self {
        Self {
            revisions: vec![Revision::new(1, HEAD1)],
            open: true,
            comments: Vec::new(),
            tokens: HashMap::new(),
            read_only: false,
            conflicts: 0,
            session: "run-1".to_owned(),
            author: PERSON.to_owned(),
            page: 100,
            unknown_paths: Vec::new(),
            repository: REPOSITORY.to_owned(),
        }
    }

    /// ARN of the gate in this session.
    pub fn me(&self) -> String {
        format!("{ROLE}/{}", self.session)
    }

    fn revision(&mut self) -> &mut Revision {
        self.revisions.last_mut().unwrap()
    }

    /// Refusals that do not depend on what is asked for.
    fn refusal(&self, request: &Request) -> Option<Answer> {
        let service = if request.operation == "GetCallerIdentity" { "sts" } else { "codecommit" };
        if let Some(problem) = unsigned(request.header("authorization").unwrap_or_default(), service) {
            return Some(error("InvalidSignatureException", "not signed as it must be").violation(problem));
        }
        let reads = ["Get", "Evaluate"].iter().any(|verb| request.operation.starts_with(verb));
        if self.read_only && !reads {
            let action = format!("codecommit:{}", request.operation);
            let text = format!(
                "User: {} is not authorized to perform: {action} on resource: {REPOSITORY}",
                self.me()
            );
            return Some(error("AccessDeniedException", &text));
        }
        let number = request.body["pullRequestId"].as_str();
        if number.is_some_and(|number| number != NUMBER.to_string()) {
            return Some(error(
                "PullRequestDoesNotExistException",
                "The pull request ID could not be found.",
            ));
        }
        None
    }

    fn list(&self, request: &Request) -> Answer {
        let body = &request.body;
        if !body["repositoryName"].is_null() && body["afterCommitId"].is_null() {
            return error(
                "CommitIdRequiredException",
                "A commit ID is required, but no commit ID was specified.",
            );
        }
        let asked = body["maxResults"].as_u64().unwrap_or(100) as usize;
        let first = match body["nextToken"].as_str() {
            None => 0,
            Some(token) => match token.strip_prefix("page-").and_then(|number| number.parse().ok()) {
                Some(first) => first,
                None => {
                    return error(
                        "InvalidContinuationTokenException",
                        "The specified continuation token is not valid.",
                    );
                }
            },
        };
        let next = (first + asked.min(self.page)).min(self.comments.len());
        let places: Vec<Value> = (first..next).rev().map(|index| self.place_page(index)).collect();
        let mut page = json!({ "commentsForPullRequestData": places });
        if next < self.comments.len() {
            page["nextToken"] = json!(format!("page-{next}"));
        }
        Answer::ok(page)
    }

    fn post(&mut self, request: &Request) -> Answer {
        if take_one(&mut self.conflicts) {
            return collision();
        }
        let body = &request.body;
        if request.text("repositoryName") != self.repository {
            return error(
                "RepositoryNotAssociatedWithPullRequestException",
                "The repository does not contain any pull requests with that pull request ID.",
            );
        }
        let after = request.text("afterCommitId");
        let known = self.revisions.iter().any(|revision| revision.head == after);
        if !known || request.text("beforeCommitId") != BASE {
            return error("CommitDoesNotExistException", "The specified commit does not exist.");
        }
        let place = body["location"]["filePath"].as_str().map(|path| {
            (path.to_owned(), body["location"]["filePosition"].as_u64().unwrap_or_default() as u32)
        });
        if place.as_ref().is_some_and(|(path, line)| *line == 0 || self.unknown_paths.contains(path)) {
            return error("PathDoesNotExistException", "The specified path does not exist.");
        }
        let token = request.text("clientRequestToken").to_owned();
        if token.is_empty() {
            return error("ClientRequestTokenRequiredException", "A client request token is required.");
        }
        match self.tokens.get(&token) {
            Some((same, index)) if same == body => return Answer::ok(self.posted_page(*index)),
            Some(_) => {
                return error(
                    "IdempotencyParameterMismatchException",
                    "The client request token is not valid. The token was used before with other parameters.",
                );
            }
            None => {}
        }
        self.comments.push(Comment {
            content: request.text("content").to_owned(),
            author: self.me(),
            place,
            before: BASE.to_owned(),
            after: after.to_owned(),
            token: token.clone(),
            reply: false,
            deleted: false,
        });
        let index = self.comments.len() - 1;
        self.tokens.insert(token, (body.clone(), index));
        Answer::ok(self.posted_page(index))
    }

    fn update(&mut self, request: &Request) -> Answer {
        if take_one(&mut self.conflicts) {
            return collision();
        }
        let me = self.me();
        let Some(index) = index(request) else { return no_comment() };
        let Some(comment) = self.comments.get_mut(index) else { return no_comment() };
        if comment.deleted {
            return error(
                "CommentDeletedException",
                "This comment has already been deleted. You cannot edit or delete a deleted comment.",
            );
        }
        if comment.author != me {
            return error(
                "CommentNotCreatedByCallerException",
                "You cannot modify or delete this comment. Only comment authors can modify or delete their comments.",
            );
        }
        comment.content = request.text("content").to_owned();
        Answer::ok(json!({ "comment": self.comment_page(index) }))
    }

    fn delete(&mut self, request: &Request) -> Answer {
        let Some(index) = index(request) else { return no_comment() };
        let Some(comment) = self.comments.get_mut(index) else { return no_comment() };
        if comment.deleted {
            return error(
                "CommentDeletedException",
                "This comment has already been deleted. You cannot edit or delete a deleted comment.",
            );
        }
        comment.deleted = true;
        // Whoever has the permission may: it is not asked who wrote it.
        let own = comment.author.starts_with(ROLE);
        let answer = Answer::ok(json!({ "comment": self.comment_page(index) }));
        if own { answer } else { answer.violation("a comment of somebody else is deleted") }
    }

    fn approve(&mut self, request: &Request) -> Answer {
        let me = self.me();
        let is_author = self.author == me;
        let open = self.open;
        let revision = self.revision();
        if request.text("revisionId") != revision.id {
            return error(
                "RevisionNotCurrentException",
                "The revision ID provided in the request does not match the current revision ID. Use GetPullRequest to retrieve the current revision ID.",
            );
        }
        if !open {
            return error(
                "PullRequestAlreadyClosedException",
                "The pull request status cannot be updated because it is already closed.",
            );
        }
        if is_author {
            return error(
                "PullRequestCannotBeApprovedByAuthorException",
                "The approval cannot be applied because the user approving the pull request matches the user who created the pull request. You cannot approve a pull request that you created.",
            );
        }
        // Each session of a role has an approval of its own.
        revision.approvals.retain(|(arn, _)| *arn != me);
        revision.approvals.push((me, request.text("approvalState").to_owned()));
        Answer::new(200, None)
    }
}

impl Default for CodeCommit {
    fn default() -> Self {
        Self::new()
    }
}

impl Revision {
    fn new(number: usize, head: &str) -> Self {
        Self { id: format!("revision-{number}-{head}"), head: head.to_owned(), approvals: Vec::new() }
    }

    /// The approval rule: one approval by any session of the gate's role.
    fn approved(&self) -> bool {
        self.approvals.iter().any(|(arn, state)| arn.starts_with(ROLE) && state == "APPROVE")
    }
}

impl Twin for CodeCommit {
    fn spec(&self) -> &'static str {
        "codecommit"
    }

    fn operation(&self, request: &RawRequest) -> Option<String> {
        match request.header("x-amz-target") {
            Some(target) => target.strip_prefix("CodeCommit_20150413.").map(str::to_owned),
            None => Some("GetCallerIdentity".to_owned()),
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.refusal(request) {
            return refusal;
        }
        match request.operation.as_str() {
            "GetCallerIdentity" => pages::identity(&self.me()),
            "GetPullRequest" => Answer::ok(self.pull_request_page()),
            "GetCommentsForPullRequest" => self.list(request),
            "PostCommentForPullRequest" => self.post(request),
            "UpdateComment" => self.update(request),
            "DeleteCommentContent" => self.delete(request),
            "UpdatePullRequestApprovalState" => self.approve(request),
            "GetPullRequestApprovalStates" => {
                let revision = self.revision();
                if request.text("revisionId") != revision.id {
                    return error("InvalidRevisionIdException", "The revision ID is not valid.");
                }
                let states = revision.approvals.iter();
                let states = states.map(|(arn, state)| json!({ "userArn": arn, "approvalState": state }));
                Answer::ok(json!({ "approvals": states.collect::<Vec<_>>() }))
            }
            other => Answer::new(500, None).violation(format!("{other} is not expected")),
        }
    }
}

/// What is wrong with a signature of version 4 for `service`.
fn unsigned(header: &str, service: &str) -> Option<String> {
    let wrong = |what: &str| Some(format!("{what}: {header}"));
    let Some(rest) = header.strip_prefix("AWS4-HMAC-SHA256 Credential=") else {
        return wrong("no signature");
    };
    let (scope, rest) = rest.split_once(", SignedHeaders=").unwrap_or_default();
    let scope: Vec<&str> = scope.split('/').collect();
    let [key, date, region, signed_for, "aws4_request"] = scope[..] else { return wrong("no scope") };
    if key != KEY || date.len() != 8 || region.is_empty() || signed_for != service {
        return wrong("another scope");
    }
    let (headers, signature) = rest.split_once(", Signature=").unwrap_or_default();
    let signs = |name: &str| headers.split(';').any(|signed| signed == name);
    if !signs("host") || !signs("x-amz-date") || service == "codecommit" && !signs("x-amz-target") {
        return wrong("headers are not signed");
    }
    (signature.len() != 64).then(|| format!("no signature: {header}"))
}

fn index(request: &Request) -> Option<usize> {
    request.text("commentId").strip_prefix("comment-")?.parse().ok()
}

/// All errors of CodeCommit that are described answer 400.
fn error(kind: &str, message: &str) -> Answer {
    Answer::error(400, json!({ "__type": kind, "message": message }))
}

/// The description of the API knows no conflict of comments; one must be survived all the same.
fn collision() -> Answer {
    Answer::error(409, json!({ "message": "another request is at work" })).documented_elsewhere()
}

fn no_comment() -> Answer {
    error(
        "CommentDoesNotExistException",
        "No comment exists with the provided ID. Verify that you have used the correct ID, and then try again.",
    )
}
