#!/usr/bin/env bash
# Last step of the action: the exit code of the gate becomes that of the job. Only 0 is a pass.
#   CODE: the output exit-code
set -euo pipefail
case "${CODE:-}" in
    0) exit 0 ;;
    1) words='the change introduces findings that block' ;;
    2) words='nothing was judged, or the answer could not be put where it was to stand: the log says why' ;;
    3) words='a check could not finish: nothing blocks so far, but this is no pass' ;;
    *) words='the gate did not come to its end' CODE=2 ;;
esac
printf '::error title=gitops-gate::%s (exit code %s)\n' "$words" "$CODE"
exit "$CODE"
