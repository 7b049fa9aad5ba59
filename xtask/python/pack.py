"""Archives whose bytes depend on nothing but their content, for `cargo xtask package`: members in order of name, one time, no owner.

pack.py archive FILE FOLDER    packs FOLDER under its own name; FILE ends with .tar.gz or .zip
pack.py take WHEEL END FILE    writes the one member of WHEEL whose name ends with END
pack.py unpack FILE FOLDER     unpacks an archive of the first kind
pack.py sums FOLDER            writes FOLDER/SHA256SUMS, in the form that `sha256sum --check` reads
"""

import gzip
import hashlib
import os
import sys
import tarfile
import zipfile

# The first moment that a zip file can name.
SECONDS = 315532800
MOMENT = (1980, 1, 1, 0, 0, 0)


def members(folder):
    """Files below `folder`: name in the archive, path."""
    root = os.path.basename(folder)
    found = []
    for place, _, names in os.walk(folder):
        below = os.path.relpath(place, folder)
        for name in names:
            inner = os.path.normpath(os.path.join(root, below, name))
            found.append((inner.replace(os.sep, "/"), os.path.join(place, name)))
    return sorted(found)


def mode(name):
    """Only the program is executable; the file system of the machine has no say."""
    return 0o755 if os.path.basename(name) in ("gate", "gate.exe") else 0o644


def tar(target, folder):
    with open(target, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
                for name, path in members(folder):
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mode, entry.mtime = os.path.getsize(path), mode(name), SECONDS
                    with open(path, "rb") as content:
                        archive.addfile(entry, content)


def zipped(target, folder):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in members(folder):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode(name)) << 16
            with open(path, "rb") as content:
                archive.writestr(entry, content.read())


def archive(target, folder):
    (zipped if target.endswith(".zip") else tar)(target, os.path.abspath(folder))


def unpack(source, folder):
    if source.endswith(".zip"):
        with zipfile.ZipFile(source) as opened:
            opened.extractall(folder)
    else:
        with tarfile.open(source) as opened:
            opened.extractall(folder)


def take(wheel, end, target):
    with zipfile.ZipFile(wheel) as opened:
        names = [name for name in opened.namelist() if name.endswith(end)]
        if len(names) != 1:
            sys.exit("pack.py: %s has %d members that end with %s" % (wheel, len(names), end))
        with open(target, "wb") as out:
            out.write(opened.read(names[0]))


def sums(folder):
    lines = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name == "SHA256SUMS" or not os.path.isfile(path):
            continue
        with open(path, "rb") as content:
            lines.append("%s  %s\n" % (hashlib.sha256(content.read()).hexdigest(), name))
    with open(os.path.join(folder, "SHA256SUMS"), "w", newline="\n") as out:
        out.writelines(lines)


if __name__ == "__main__":
    {"archive": archive, "take": take, "unpack": unpack, "sums": sums}[sys.argv[1]](*sys.argv[2:])
