//! The twin of Gitea and Forgejo: what Gitea 1.26 was seen to do, and what Forgejo's description says otherwise.

mod bench;
mod show;

use serde_json::{Value, json};

use self::show::{TIME, error, no_comment, show, user};
use super::bench::{BASE, HEAD1, NUMBER, TOKEN, USER};
use super::{Answer, Request, Twin, take_one};

/// Lines of each file of the pull request.
const LINES: u64 = 100;
/// What servers send of a list at most, and without being asked.
const MOST: usize = 50;
const USUAL: usize = 30;

/// Which of the servers of this API it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Gitea 1.26: resolves comments at lines.
    Gitea,
    /// Deletes single comments of reviews.
    Forgejo,
    /// Gitea 1.25: deletes comments at lines like others.
    Gitea125,
    /// Gitea 1.23: says that it deleted a comment at a line, and keeps it.
    Gitea123,
}

/// A server with one pull request; with `FORGEJO`, the bench starts a Forgejo.
#[derive(Debug)]
pub struct Host<const FORGEJO: bool> {
    /// Which server it is.
    pub flavour: Flavour,
    /// Scopes of the token.
    pub scopes: Vec<&'static str>,
    /// So many of the next statuses meet the error that passes.
    pub unknown_user: usize,
    head: String,
    open: bool,
    conflicts: usize,
    next_id: u64,
    statuses: Vec<Status>,
    comments: Vec<Comment>,
    reviews: Vec<Review>,
}

/// Gitea 1.26.
pub type Gitea = Host<false>;
/// Forgejo.
pub type Forgejo = Host<true>;

#[derive(Debug)]
struct Status {
    sha: String,
    context: String,
    state: String,
}

#[derive(Debug)]
struct Comment {
    id: u64,
    author: String,
    body: String,
    original_author: String,
    line: Option<Line>,
}

#[derive(Debug)]
struct Line {
    review: u64,
    path: String,
    number: u64,
    resolver: Option<String>,
}

#[derive(Debug)]
struct Review {
    id: u64,
    author: String,
    body: String,
    pending: bool,
}

impl<const FORGEJO: bool> Host<FORGEJO> {
    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn comment(&mut self, author: &str, body: &str, line: Option<Line>) -> u64 {
        let id = self.id();
        let (author, body) = (author.to_owned(), body.to_owned());
        self.comments.push(Comment { id, author, body, original_author: String::new(), line });
        id
    }

    /// A comment of another host, brought along by the account that migrated the repository: the gate's own.
    pub fn migrated(&mut self, body: &str) {
        self.comment(USER, body, None);
        self.comments.last_mut().unwrap().original_author = "somebody".to_owned();
    }

    /// A review with one comment, or none if it is empty, that `author` has not submitted.
    pub fn draft(&mut self, author: &str, body: &str) {
        let review = self.id();
        self.reviews.push(Review {
            id: review,
            author: author.to_owned(),
            body: String::new(),
            pending: true,
        });
        if !body.is_empty() {
            let line = Line { review, path: "apps/web/deploy.yaml".to_owned(), number: 1, resolver: None };
            self.comment(author, body, Some(line));
        }
    }

    /// Reviews that are not submitted.
    pub fn drafts(&self) -> usize {
        self.reviews.iter().filter(|review| review.pending).count()
    }

    /// `who` resolves the comment at a line.
    pub fn resolve_by(&mut self, id: &str, who: &str) {
        let comment = self.comments.iter_mut().find(|comment| comment.id.to_string() == id).unwrap();
        comment.line.as_mut().unwrap().resolver = Some(who.to_owned());
    }

    /// The answer to a token that is wrong, or has not the scope that `request` needs.
    fn refused(&self, request: &Request) -> Option<Answer> {
        let given = request.header("authorization").unwrap_or_default();
        if given != format!("token {TOKEN}") && given != format!("Bearer {TOKEN}") {
            let answer = error(401, "invalid username, password or token");
            return Some(answer.documented_elsewhere());
        }
        let scope = scope(&request.operation)?;
        let has = |wanted: &str| {
            self.scopes.contains(&wanted) || self.scopes.contains(&wanted.replace("read", "write").as_str())
        };
        (!has(scope)).then(|| {
            let text = format!(
                "token does not have at least one of required scope(s), required=[{scope}], token scope={}",
                self.scopes.join(",")
            );
            error(403, &text).documented_elsewhere()
        })
    }

    fn pull(&self) -> Value {
        let state = if self.open { "open" } else { "closed" };
        let repo = json!({ "id": 1, "name": "gitops", "full_name": "acme/gitops", "private": true, "fork": false,
            "html_url": "https://gitea.example.com/acme/gitops", "default_branch": "main" });
        json!({
            "id": 70, "number": NUMBER, "url": "https://gitea.example.com/acme/gitops/pulls/7", "title": "Raise replicas",
            "state": state, "merged": !self.open, "draft": false, "mergeable": true, "is_locked": false, "labels": [],
            "user": user("author"), "merge_base": BASE,
            "base": { "label": "main", "ref": "main", "sha": BASE, "repo_id": 1, "repo": repo },
            "head": { "label": "change", "ref": "change", "sha": self.head, "repo_id": 1, "repo": repo },
        })
    }

    fn set_status(&mut self, request: &Request) -> Answer {
        if self.unknown_user > 0 {
            self.unknown_user -= 1;
            return error(404, "user does not exist [uid: 0, name: ]");
        }
        let sha = request.param("sha").to_owned();
        if sha != self.head && sha != HEAD1 {
            return error(500, "").documented_elsewhere();
        }
        let (context, state) = (request.text("context").to_owned(), request.text("state").to_owned());
        let answer = json!({
            "id": self.statuses.len() + 1, "status": state, "context": context, "description": request.text("description"),
            "target_url": request.text("target_url"), "url": "https://gitea.example.com/x", "creator": user(USER),
            "created_at": TIME, "updated_at": TIME,
        });
        self.statuses.push(Status { sha, context, state });
        Answer::created(answer)
    }

    fn list_reviews(&self, request: &Request) -> Answer {
        let page = request.page("limit", USUAL, MOST);
        let here = page.of(self.reviews.iter());
        // Those that others have not submitted are counted, but not shown.
        let shown: Vec<Value> = here
            .filter(|review| !review.pending || review.author == USER)
            .map(|review| self.review(review))
            .collect();
        Answer::ok(json!(shown)).header("X-Total-Count", self.reviews.len().to_string())
    }

    fn review(&self, review: &Review) -> Value {
        json!({
            "id": review.id, "user": user(&review.author), "team": null, "body": review.body, "commit_id": self.head,
            "state": if review.pending { "PENDING" } else { "COMMENT" }, "stale": false, "official": false,
            "dismissed": false, "comments_count": self.of_review(review.id).count(), "submitted_at": TIME,
            "updated_at": TIME, "html_url": "https://gitea.example.com/x", "pull_request_url": "https://gitea.example.com/x",
        })
    }

    fn of_review(&self, id: u64) -> impl Iterator<Item = &Comment> {
        self.comments
            .iter()
            .filter(move |comment| comment.line.as_ref().is_some_and(|line| line.review == id))
    }

    fn review_comments(&self, id: u64) -> Answer {
        if !self.reviews.iter().any(|review| review.id == id && (!review.pending || review.author == USER)) {
            return error(404, "GetReviewByID");
        }
        // As out of a hash table.
        let mut comments: Vec<&Comment> = self.of_review(id).collect();
        comments.sort_by_key(|comment| comment.id.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Answer::ok(comments.into_iter().map(show).collect())
    }

    /// All comments go into the one unsubmitted review of the account, which is submitted then; a line that the file does
    /// not have breaks it off.
    fn create_review(&mut self, request: &Request) -> Answer {
        let comments = request.body["comments"].as_array().cloned().unwrap_or_default();
        if request.text("event") != "COMMENT" || (comments.is_empty() && request.text("body").is_empty()) {
            return error(422, "review event COMMENT requires a body or a comment");
        }
        let pending = self
            .reviews
            .iter()
            .find(|review| review.pending && review.author == USER)
            .map(|review| review.id);
        let review = pending.unwrap_or_else(|| {
            let id = self.id();
            self.reviews.push(Review { id, author: USER.to_owned(), body: String::new(), pending: true });
            id
        });
        for comment in &comments {
            let number = comment["new_position"].as_u64().unwrap_or_default();
            if number > LINES {
                return error(500, "").documented_elsewhere();
            }
            let path = comment["path"].as_str().unwrap_or_default().to_owned();
            let line = Line { review, path, number, resolver: None };
            self.comment(USER, comment["body"].as_str().unwrap_or_default(), Some(line));
        }
        self.submit(review, request.text("body"))
    }

    fn submit_review(&mut self, request: &Request) -> Answer {
        let id = request.number("id");
        if !self.reviews.iter().any(|review| review.id == id && review.author == USER) {
            return error(404, "GetReviewByID");
        }
        if request.text("body").trim().is_empty() {
            return error(422, "review event COMMENT requires a body or a comment");
        }
        self.submit(id, request.text("body"))
    }

    fn submit(&mut self, id: u64, body: &str) -> Answer {
        let at = self.reviews.iter().position(|review| review.id == id).unwrap();
        if !self.reviews[at].pending {
            return error(422, "only a pending review can be submitted");
        }
        self.reviews[at].pending = false;
        self.reviews[at].body = body.to_owned();
        Answer::ok(self.review(&self.reviews[at]))
    }

    fn create_comment(&mut self, request: &Request) -> Answer {
        // The server itself compares versions between its own reading and writing.
        if take_one(&mut self.conflicts) {
            return error(500, "").documented_elsewhere();
        }
        if request.text("body").is_empty() {
            return error(422, "[Body]: Required").documented_elsewhere();
        }
        let id = self.comment(USER, request.text("body"), None);
        Answer::created(show(self.find(id).unwrap()))
    }

    fn find(&self, id: u64) -> Option<&Comment> {
        self.comments.iter().find(|comment| comment.id == id)
    }

    fn edit_comment(&mut self, request: &Request) -> Answer {
        // The server itself compares versions between its own reading and writing.
        if take_one(&mut self.conflicts) {
            return error(500, "").documented_elsewhere();
        }
        let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == request.number("id"))
        else {
            return no_comment();
        };
        request.text("body").clone_into(&mut comment.body);
        Answer::ok(show(comment))
    }

    fn get_comment(&self, request: &Request) -> Answer {
        match self.find(request.number("id")) {
            None => no_comment(),
            Some(comment) if comment.line.is_some() => Answer::empty(),
            Some(comment) => Answer::ok(show(comment)),
        }
    }

    fn delete(&mut self, request: &Request) -> Answer {
        let id = request.number("id");
        match self.find(id) {
            None => no_comment(),
            Some(comment) if comment.line.is_some() && self.flavour == Flavour::Forgejo => no_comment(),
            Some(comment) if comment.line.is_some() && self.flavour == Flavour::Gitea123 => Answer::empty(),
            Some(_) => {
                self.comments.retain(|comment| comment.id != id);
                Answer::empty()
            }
        }
    }

    fn delete_of_review(&mut self, request: &Request) -> Answer {
        let id = request.number("comment");
        if self.flavour != Flavour::Forgejo {
            // Gitea knows the path only with GET.
            return Answer::new(405, None).documented_elsewhere();
        }
        if !self.of_review(request.number("id")).any(|comment| comment.id == id) {
            return no_comment();
        }
        self.comments.retain(|comment| comment.id != id);
        Answer::empty()
    }

    fn resolve(&mut self, request: &Request) -> Answer {
        if self.flavour != Flavour::Gitea {
            return error(404, "not found");
        }
        let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == request.number("id"))
        else {
            return no_comment();
        };
        let Some(line) = &mut comment.line else { return error(400, "comment is not a review comment") };
        line.resolver = Some(USER.to_owned());
        Answer::empty()
    }
}

impl<const FORGEJO: bool> Twin for Host<FORGEJO> {
    fn spec(&self) -> &'static str {
        "gitea"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if let Some(answer) = self.refused(request) {
            return answer;
        }
        let index = request.params.get("index").is_none_or(|index| *index == NUMBER.to_string());
        let repository = request
            .params
            .get("owner")
            .is_none_or(|owner| owner == "acme" && request.param("repo") == "gitops");
        if !index || !repository {
            return error(404, "not found");
        }
        match request.operation.as_str() {
            "userGetCurrent" => Answer::ok(user(USER)),
            "repoGetPullRequest" => Answer::ok(self.pull()),
            "repoCreateStatus" => self.set_status(request),
            "issueGetComments" => {
                let comments = self.comments.iter().filter(|comment| comment.line.is_none());
                Answer::ok(comments.map(show).collect())
            }
            "issueCreateComment" => self.create_comment(request),
            "issueEditComment" => self.edit_comment(request),
            "issueGetComment" => self.get_comment(request),
            "issueDeleteComment" => self.delete(request),
            "repoListPullReviews" => self.list_reviews(request),
            "repoCreatePullReview" => self.create_review(request),
            "repoSubmitPullReview" => self.submit_review(request),
            "repoGetPullReviewComments" => self.review_comments(request.number("id")),
            "repoResolvePullReviewComment" => self.resolve(request),
            "repoDeletePullReviewComment" => self.delete_of_review(request),
            other => error(404, "not found").violation(format!("{other} is not for the gate")),
        }
    }
}

/// The scope that an operation needs, if any.
fn scope(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "userGetCurrent" => "read:user",
        "issueGetComments" | "issueGetComment" => "read:issue",
        "issueCreateComment" | "issueEditComment" | "issueDeleteComment" => "write:issue",
        "repoGetPullRequest" | "repoListPullReviews" | "repoGetPullReviewComments" => "read:repository",
        _ => "write:repository",
    })
}
