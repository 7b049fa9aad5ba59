#!/bin/sh
# Written by `gate init --hook`: judges what is about to be committed.
# To commit without it, once: git commit --no-verify
if ! command -v gate >/dev/null 2>&1; then
    echo "pre-commit: there is no program \`gate\` on the PATH, so that nothing was judged" >&2
    echo "  hint: install it (https://github.com/gitops-gate/gitops-gate), or: git commit --no-verify" >&2
    exit 1
fi
exec gate check --staged
