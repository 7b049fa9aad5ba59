#!/usr/bin/env bash
# Second step of the action: gets the commits that are compared, into a bare repository of its own. Nothing is checked out, no
# hook runs, and nothing of the change is executed. What else the gate needs (a base, history up to the merge base), it fetches itself.
#   INPUT_CHECKOUT: a checkout that is to be used instead; GATE: the program; TOKEN: for the server
#   outputs: repository (the folder to judge in), bare (whether it is one without a work tree)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"

if [ -n "$INPUT_CHECKOUT" ]; then
    cd "$GITHUB_WORKSPACE"
    cd -- "$INPUT_CHECKOUT" 2>/dev/null || fail "the input checkout names no folder" "the path of actions/checkout, or . for the workspace"
    git rev-parse --git-dir >/dev/null || fail "there is no checkout in the folder that the input checkout names"
    output repository "$PWD"
    output bare false
    exit
fi

# Of no other repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_NAMESPACE
folder=$(mktemp -d "$RUNNER_TEMP/gitops-gate.XXXXXX")
cd "$folder"
# What the event says, as the gate reads it: the forms of commits are checked there and here.
facts=$("$GATE" context --color never)
fact() {
    local found
    found=$(awk -v name="$1" '$1 == name { print $2; exit }' <<<"$facts")
    [[ $found =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] && printf '%s' "$found"
}
merge=$(fact merge) || merge=
head=$(fact head) || head=${GITHUB_SHA:-}
base=$(fact base) || base=
number=$(awk '$1 == "pull-request" { print $2; exit }' <<<"$facts")
[[ $number =~ ^[0-9]+$ ]] || number=0
[[ $head =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || fail "the event names no commit to judge" "this action judges pull requests, merge queues and pushes"

git_credentials
git() {
    command git -c core.hooksPath=/dev/null -c gc.auto=0 "$@"
}
fetch() {
    git fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head "$@"
}
form=sha1
[ ${#head} -eq 40 ] || form=sha256
git init --quiet --bare --template= --object-format="$form" repository
cd repository
git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"

# The merge that GitHub made of the pull request, with what it was made on, is two commits. It may be gone by now.
# The reference says to the gate what it is.
if [ -n "$merge" ] && fetch --depth=2 origin "+$merge:refs/remotes/pull/$number/merge"; then
    tip=$merge
else
    fetch --depth=1 origin "$head" || fail "the commit $head cannot be fetched" "the job needs \`permissions: contents: read\`"
    tip=$head
fi
git update-ref --no-deref HEAD "$tip"

# Of a push to a branch: the default branch is what it is compared with.
if [ -z "$merge$base" ]; then
    # Without one, the gate says itself that there is nothing to compare with.
    branch=$(git ls-remote --symref origin HEAD | sed -n 's,^ref: refs/heads/\(.*\)[[:space:]]HEAD$,\1,p') || branch=
    if [ -n "$branch" ] && fetch --depth=1 origin "+refs/heads/$branch:refs/remotes/origin/$branch"; then
        git symbolic-ref refs/remotes/origin/HEAD "refs/remotes/origin/$branch"
    fi
fi
printf 'fetched %s\n' "$tip"
output repository "$folder/repository"
output bare true
