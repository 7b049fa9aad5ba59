#!/bin/sh
# The pipe: judges the clone of the step that uses it, and leaves the reports in it.
#   GATE_TOKEN  token of the host; without one the exit code alone is the answer
#   KEY         name of this gate
#   ARGUMENTS   further arguments of `gate check`, separated by blanks
set -eu
cd "$BITBUCKET_CLONE_DIR"
# The clone belongs to the user of another container.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$BITBUCKET_CLONE_DIR"
mkdir -p test-results
# No file names: blanks alone divide the arguments.
set -f
# shellcheck disable=SC2086
exec gate check --post --key "${KEY:-default}" --format text --format json=gate.json --format sarif=gate.sarif \
    --format junit=test-results/gate.xml ${ARGUMENTS:-}
