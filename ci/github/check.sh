#!/usr/bin/env bash
# Third step of the action: judges, posts, and leaves the reports and the outputs. It ends well whatever the verdict is, so
# that later steps run; the last step of the action applies the verdict.
#   INPUT_*: the inputs; GATE, REPOSITORY, BARE: from the steps before; TOKEN, JOB_TOKEN: the input and the job's own
#   outputs: verdict, exit-code, report, sarif, upload (the SARIF for code scanning), errors, warnings
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"

reports=$(mktemp -d "$RUNNER_TEMP/gitops-gate-report.XXXXXX")
words=(check --format text --format "json=$reports/gate.json" --format "sarif=$reports/gate.sarif")
if [ "$BARE" = true ]; then
    # Git wants a repository without a work tree to be named.
    unset GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_NAMESPACE
    export GIT_DIR=$REPOSITORY
else
    words+=(-C "$REPOSITORY")
fi
if yes post "$INPUT_POST"; then
    words+=(--post --key "$INPUT_KEY")
else
    # Posting writes the summary, and annotations where the host takes none.
    words+=(--format "markdown=$reports/gate.md" --format "github=$reports/annotations.txt")
fi
if [ -n "$INPUT_CONFIG" ]; then
    cd "$GITHUB_WORKSPACE"
    case "$INPUT_CONFIG" in
        /* | [A-Za-z]:*) words+=(--config "$INPUT_CONFIG") ;;
        *) words+=(--config "$PWD/$INPUT_CONFIG") ;;
    esac
fi
[ -z "$INPUT_KUBERNETES_VERSION" ] || words+=(--kubernetes-version "$INPUT_KUBERNETES_VERSION")
! yes schemas-only "$INPUT_SCHEMAS_ONLY" || words+=(--schemas-only)
# One argument in each line, as it stands: nothing is split at blanks, and no shell reads it.
while IFS= read -r word; do
    word=${word%$'\r'}
    [ -z "$word" ] || words+=("$word")
done <<<"$INPUT_ARGS"

summary=${GITHUB_STEP_SUMMARY:-}
yes summary "$INPUT_SUMMARY" || summary=
unset GITHUB_STEP_SUMMARY
[ -z "$summary" ] || export GITHUB_STEP_SUMMARY=$summary

git_credentials
# The gate knows the login of the job's own token; any other one is asked for its own.
unset GITHUB_TOKEN GH_TOKEN GATE_TOKEN
if [ "$TOKEN" = "$JOB_TOKEN" ]; then
    export GITHUB_TOKEN=$TOKEN
else
    export GATE_TOKEN=$TOKEN
fi
unset TOKEN JOB_TOKEN
code=0
"$GATE" "${words[@]}" || code=$?

# counted SEVERITY: how many findings of it the change introduces. In JSON, a quote within a text has a backslash before it, so that
# no text of the change can look like this.
counted() {
    local number
    number=$(tr -d ' \r\n' <"$reports/gate.json" | sed -n 's/.*"counts":{"introduced":{\([^}]*\)}.*/\1/p' | tr ',' '\n' |
        sed -n "s/^\"$1\":\([0-9]*\)$/\1/p")
    printf '%s' "${number:-0}"
}

# SARIF without what is no alert: code scanning looks neither at `baselineState` nor at `suppressions`. Gates with keys of their own
# have categories of their own.
for_upload() {
    command -v jq >/dev/null 2>&1 || { printf '::warning title=gitops-gate::no SARIF upload: jq is not installed\n'; return 1; }
    jq --arg key "$INPUT_KEY" '
        .runs[].results |= map(select(.baselineState != "absent" and ((.suppressions // []) | length) == 0))
        | if $key == "default" then . else .runs[].automationDetails.id |= sub("^gitops-gate/"; "gitops-gate/\($key)/") end
    ' "$reports/gate.sarif" >"$reports/upload.sarif"
}

verdict=
if [ -s "$reports/gate.json" ]; then
    verdict=$(tr -d ' \r\n' <"$reports/gate.json" | grep -o '"verdict":"[a-z]*"' | head -n 1 | cut -d '"' -f 4)
    output report "$reports/gate.json"
    output sarif "$reports/gate.sarif"
    output errors "$(counted error)"
    output warnings "$(counted warning)"
    if yes sarif-upload "$INPUT_SARIF_UPLOAD" && for_upload; then
        output upload "$reports/upload.sarif"
    fi
fi
output verdict "$verdict"
output exit-code "$code"

if ! yes post "$INPUT_POST"; then
    if yes annotations "$INPUT_ANNOTATIONS" && [ -s "$reports/annotations.txt" ]; then
        cat "$reports/annotations.txt"
    fi
    # At most 64,000 bytes, where a step may have a MiB.
    if [ -n "$summary" ] && [ -s "$reports/gate.md" ]; then
        cat "$reports/gate.md" >>"$summary"
    fi
fi
if [ -n "$summary" ] && [ -z "$verdict" ]; then
    printf '## gitops-gate: nothing was judged\n\nThe log of the step says why. This counts as a failure.\n' >>"$summary"
fi
