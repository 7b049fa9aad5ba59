#!/usr/bin/env bash
# Fills `corpus` with what the repository has: examples, cases of the policies, its own settings and reports. Most
# targets learn the shape of their input from it within seconds instead of hours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Copies files to the corpus of a target, each with a prefix of one byte where the target wants one.
seed() {
    local target=$1 prefix=$2 file
    mkdir -p "corpus/$target"
    while IFS= read -r file; do
        { printf '%b' "$prefix"; cat "$file"; } >"corpus/$target/$(sha256sum <<<"$file$prefix" | cut -c1-16)"
    done
}

yaml() {
    find ../examples ../policies ../gate/src/schema/cases -name '*.yaml' -size -16k
}

yaml | seed yaml ''
yaml | seed yaml_fast ''
yaml | seed edit '\x01\x02\x03\x04\x05\x06\x07\x08'
yaml | seed schema ''
for surroundings in '\x00' '\x05' '\x80' '\xc8'; do
    find ../examples -name '*.yaml' -size -16k | seed manifest "$surroundings"
done
find ../examples -name 'gate*.yaml' | seed config ''
find ../docs ../policies -name '*.json' -size -16k | seed json ''
find ../policies -name '*.schema.json' | seed policies '\x00'
# The complete configuration of the guide, and an image, a value and settings for the policies.
sed -n '/^```yaml$/,/^```$/p' ../docs/config.md | sed '/^```/d' >corpus/config/guide
printf '\x01registry.example.com:5000/shop/web:1.2.3@sha256:%064d' 0 >corpus/policies/image
printf '\x02postgres://user:secret@db.example.com/shop' >corpus/policies/value
printf '\x03{"prod":{"require":"semver","digest":"required"},"moving-tags":["latest"]}' >corpus/policies/settings
# The sample report, without the head of its snapshot and without indent.
mkdir -p corpus/report
awk 'heads >= 2 { sub(/^ */, ""); printf "%s", $0 } /^---$/ { heads++ }' \
    ../gate/src/output/snapshots/gate__output__tests__json_snapshot.snap >corpus/report/sample
# A kind and an object of it in one file.
{ cat ../gate/src/schema/cases/custom-crd.yaml; echo ---; cat ../gate/src/schema/cases/custom.yaml; } >corpus/schema/custom
mkdir -p corpus/pack
printf '\x40\x00\x01' >corpus/pack/one-byte
