#!/bin/sh
# Installs one released version of gitops-gate and prints the path of the program:
#
#   sh install.sh VERSION FOLDER
#
# The archive of this machine's kind is downloaded and compared with the release's SHA256SUMS; nothing is unpacked before that.
#
#   GATE_SHA256        the digest that the archive must have, in place of what SHA256SUMS says
#   GATE_RELEASES      where the releases are, for a mirror: VERSION's files are in $GATE_RELEASES/vVERSION/
#   GATE_TARGET        the kind of machine, where `uname` does not tell: x86_64-unknown-linux-musl, …
#   GATE_KEEP_ARCHIVE  a folder that gets the archive, for further checks of it
#
# Needs a POSIX shell, tar with gzip (on Windows unzip), curl or wget, and sha256sum, shasum or openssl.
set -eu

fail() {
    echo "gitops-gate cannot be installed: $1" >&2
    [ $# -lt 2 ] || echo "  hint: $2" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# The kind of this machine, as the names of the archives have it.
target() {
    case "$(uname -s) $(uname -m)" in
        "Linux x86_64" | "Linux amd64") echo x86_64-unknown-linux-musl ;;
        "Linux aarch64" | "Linux arm64") echo aarch64-unknown-linux-musl ;;
        "Darwin x86_64") echo x86_64-apple-darwin ;;
        "Darwin arm64" | "Darwin aarch64") echo aarch64-apple-darwin ;;
        MINGW*" x86_64" | MSYS*" x86_64" | CYGWIN*" x86_64") echo x86_64-pc-windows-msvc ;;
        *) fail "there is no archive for $(uname -s) on $(uname -m)" "build it (cargo install gitops-gate), or name one in GATE_TARGET" ;;
    esac
}

# download URL FILE
download() {
    if has curl; then
        only='=http,https,file'
        case "$1" in https://*) only='=https' ;; esac
        curl -fsSL --proto "$only" --retry 3 --connect-timeout 20 --max-time 300 -o "$2" "$1" && return
    elif has wget; then
        wget -q -T 60 -O "$2" "$1" && return
    else
        fail "there is neither curl nor wget" "install one of them"
    fi
    fail "$1 cannot be downloaded" "is the version right, and does this machine reach the server? A mirror is named in GATE_RELEASES"
}

# The digest of a file, in lower-case hexadecimal digits.
digest() {
    if has sha256sum; then
        sha256sum <"$1"
    elif has shasum; then
        shasum -a 256 <"$1"
    elif has openssl; then
        openssl dgst -sha256 -r <"$1"
    else
        fail "there is no program for SHA-256" "install sha256sum, shasum or openssl"
    fi | sed 's/[^0-9a-fA-F].*//' | tr 'A-F' 'a-f'
}

# expected SUMS NAME: the digest that a file of sums has for a name.
expected() {
    awk -v name="$2" '$2 == name || $2 == "*" name { print tolower($1); exit }' "$1"
}

# verify ARCHIVE NAME RELEASE
verify() {
    wanted=$(printf %s "${GATE_SHA256:-}" | tr 'A-F' 'a-f')
    source=GATE_SHA256
    if [ -z "$wanted" ]; then
        source=SHA256SUMS
        download "$3/SHA256SUMS" "$work/SHA256SUMS"
        wanted=$(expected "$work/SHA256SUMS" "$2")
    fi
    case "$wanted" in
        *[!0-9a-f]* | '') fail "$source has no digest of $2" "the release is not complete: take another version, and report it" ;;
    esac
    [ ${#wanted} -eq 64 ] || fail "the digest of $2 in $source is no SHA-256"
    got=$(digest "$1")
    [ "$got" = "$wanted" ] || fail "$2 has the digest $got, but $source says $wanted" "it is not what was released: do not run it"
}

# unpack ARCHIVE STEM PROGRAM FOLDER
unpack() {
    mkdir -p "$work/unpacked" "$4"
    case "$1" in
        *.zip) unzip -q "$1" -d "$work/unpacked" ;;
        *) tar -xzf "$1" -C "$work/unpacked" ;;
    esac || fail "${1##*/} cannot be unpacked"
    for found in "$work/unpacked/$2/$3" "$work/unpacked/$3"; do
        [ -f "$found" ] || continue
        chmod 755 "$found"
        cp "$found" "$4/.$3.$$"
        # As one step: a run beside this one never sees half a program.
        mv -f "$4/.$3.$$" "$4/$3"
        return
    done
    fail "there is no program $3 in ${1##*/}"
}

main() {
    [ $# -eq 2 ] || fail "two arguments are needed" "sh install.sh VERSION FOLDER"
    version=${1#v}
    case "$version" in
        '' | [!0-9]* | *[!0-9A-Za-z.+-]*) fail "\`$1\` is no version" "write it as 0.1.0" ;;
    esac
    kind=${GATE_TARGET:-$(target)}
    case "$kind" in
        '' | *[!0-9A-Za-z_-]*) fail "\`$kind\` is no kind of machine" ;;
    esac
    program=gate form=tar.gz
    case "$kind" in *-windows-*) program=gate.exe form=zip ;; esac
    release=${GATE_RELEASES:-https://github.com/gitops-gate/gitops-gate/releases/download}/v$version
    stem=gate-$version-$kind
    archive=$stem.$form

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    download "$release/$archive" "$work/$archive"
    verify "$work/$archive" "$archive" "$release"
    unpack "$work/$archive" "$stem" "$program" "$2"
    if [ -n "${GATE_KEEP_ARCHIVE:-}" ]; then
        mv -f "$work/$archive" "$GATE_KEEP_ARCHIVE/$archive"
    fi
    echo "$2/$program"
}

# Called at the very end: half of this file does nothing.
main "$@"
