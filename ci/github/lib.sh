# shellcheck shell=bash
# What the steps of the action share. Nothing of an event is ever part of a script: it comes in variables, and what is used as
# a commit is held against the form of one before.

# fail MESSAGE [HINT]: ends the step with an error that GitHub shows on the run's page.
fail() {
    printf '::error title=gitops-gate::%s\n' "$(plain "$1")"
    [ $# -lt 2 ] || printf '  hint: %s\n' "$(plain "$2")"
    exit 1
}

# One line without what the runner takes for a command.
plain() {
    local text=${1//[$'\r\n']/ }
    printf '%s' "${text//%/%25}"
}

# output NAME VALUE: VALUE has one line.
output() {
    case "$2" in *$'\n'* | *$'\r'*) fail "the output $1 has more than one line" ;; esac
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# yes NAME VALUE: whether an input says `true`; anything but true and false is a mistake.
yes() {
    case "$2" in
        true) return 0 ;;
        false) return 1 ;;
        *) fail "the input $1 is neither true nor false" ;;
    esac
}

# The token goes to git in the environment, as a header for this server only: it is in no command line, no file and no log.
git_credentials() {
    local name
    # They would write headers to the log.
    for name in "${!GIT_TRACE@}" GIT_CURL_VERBOSE; do
        unset "$name"
    done
    export GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=never
    # A connection that stands still is given up.
    export GIT_HTTP_LOW_SPEED_LIMIT=1000 GIT_HTTP_LOW_SPEED_TIME=30
    git_setting http.followRedirects false
    [ -n "$TOKEN" ] || return 0
    git_setting "http.$GITHUB_SERVER_URL/.extraheader" \
        "AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\r\n')"
}

# git_setting KEY VALUE: besides those that the job has brought.
git_setting() {
    local number=${GIT_CONFIG_COUNT:-0}
    export "GIT_CONFIG_KEY_$number=$1" "GIT_CONFIG_VALUE_$number=$2"
    export GIT_CONFIG_COUNT=$((number + 1))
}
