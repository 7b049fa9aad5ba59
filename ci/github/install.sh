#!/usr/bin/env bash
# First step of the action: finds or installs the gate.
#   INPUT_VERSION, INPUT_BINARY, INPUT_ATTESTATION, INPUT_RELEASES: the inputs; TOKEN: for `gh`
#   outputs: gate (path of the program), version (what it says of itself)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"

readonly REPOSITORY=gitops-gate/gitops-gate

# The action's own version, which its tag names.
own_version() {
    sed -n 's/^version = "\([0-9][0-9A-Za-z.+-]*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1
}

# Whether the attestation of the archive has to be looked at, and can be.
wants_attestation() {
    case "$INPUT_ATTESTATION" in
        always) return 0 ;;
        never) return 1 ;;
        auto) ;;
        *) fail "the input attestation is none of auto, always and never" ;;
    esac
    # The token of another server than github.com is worth nothing there, and a mirror has no attestations.
    [ "$GITHUB_SERVER_URL" = https://github.com ] && [ -z "$INPUT_RELEASES" ] || return 1
    command -v gh >/dev/null 2>&1 && gh attestation verify --help >/dev/null 2>&1
}

# attested ARCHIVE
attested() {
    if ! GH_TOKEN=$TOKEN gh attestation verify "$1" --repo "$REPOSITORY" \
        --signer-workflow "$REPOSITORY/.github/workflows/release.yml"; then
        fail "the attestation of the gate's archive cannot be verified" \
            "\`gh\` says why above; do not run a release without one, and see the input attestation"
    fi
}

# install VERSION: prints the path of the program.
install() {
    local version=${1#v} cache folder fresh program
    case "$version" in
        '' | [!0-9]* | *[!0-9A-Za-z.+-]*) fail "the input version is none" "write it as 0.1.0" ;;
    esac
    cache=${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/gitops-gate/$version
    folder=$cache/$(uname -s)-$(uname -m)
    for program in "$folder/gate" "$folder/gate.exe"; do
        if [ -f "$program" ] && [ -f "$folder.complete" ]; then
            printf '%s' "$program"
            return
        fi
    done
    fresh=$(mktemp -d "$RUNNER_TEMP/gitops-gate.XXXXXX") || fail "there is no room in RUNNER_TEMP"
    program=$(GATE_RELEASES=$INPUT_RELEASES GATE_KEEP_ARCHIVE=$fresh sh "$here/../install.sh" "$version" "$fresh/program") ||
        fail "gitops-gate $version cannot be installed" "the reason is above"
    if wants_attestation; then
        attested "$(printf '%s' "$fresh"/gate-*)" >&2
    fi
    # Kept for later jobs when all of it is known to be good.
    if ! { mkdir -p "$folder" && mv -f "$program" "$folder/" && : >"$folder.complete"; }; then
        fail "the tool cache cannot be written"
    fi
    printf '%s/%s' "$folder" "${program##*/}"
    rm -rf "$fresh"
}

if [ -n "$INPUT_BINARY" ]; then
    gate=$(command -v -- "$INPUT_BINARY") || fail "the input binary names no program" "a path, or a name on the PATH"
    case "$gate" in
        /* | [A-Za-z]:*) ;;
        *) gate=$PWD/$gate ;;
    esac
else
    # What `fail` says within is a command to the runner, so that it has to reach the log.
    gate=$(install "${INPUT_VERSION:-$(own_version)}") || { printf '%s\n' "$gate"; exit 1; }
fi
says=$("$gate" --version) || fail "the gate does not run here" "is it the right one for this machine?"
printf 'using %s: %s\n' "$gate" "$says"
output gate "$gate"
output version "${says##* }"
