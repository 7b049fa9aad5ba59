//! As much of the format of Linux programs as it takes to tell a static one: no other program is asked to start it, and no
//! library is named. A static program that can be loaded anywhere has a dynamic section, too, so its entries are read.

use crate::error::{Error, Result};

const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const INTERPRETER: u32 = 3;
/// The tag of an entry that names a library.
const NEEDED: u64 = 1;
const PROGRAM_HEADER: usize = 56;

/// What a program needs of the machine that starts it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Needs {
    /// It names a loader.
    pub(super) interpreter: bool,
    /// So many libraries.
    pub(super) libraries: usize,
}

/// Reads a 64-bit little-endian program.
pub(super) fn needs(file: &[u8]) -> Result<Needs> {
    read(file).ok_or_else(|| Error::new("not a whole 64-bit little-endian ELF program"))
}

fn read(file: &[u8]) -> Option<Needs> {
    // Magic number, 64 bits, little-endian.
    file.starts_with(b"\x7fELF\x02\x01").then_some(())?;
    let table = usize::try_from(number(file, 32, 8)?).ok()?;
    let count = usize::try_from(number(file, 56, 2)?).ok()?;
    let mut found = Needs { interpreter: false, libraries: 0 };
    let mut loads = 0;
    for index in 0..count {
        let header = table.checked_add(index.checked_mul(PROGRAM_HEADER)?)?;
        match u32::try_from(number(file, header, 4)?).ok()? {
            LOAD => loads += 1,
            INTERPRETER => found.interpreter = true,
            DYNAMIC => found.libraries += libraries(file, header)?,
            _ => {}
        }
    }
    (loads > 0).then_some(found)
}

/// Entries of the dynamic section that name a library.
fn libraries(file: &[u8], header: usize) -> Option<usize> {
    let start = usize::try_from(number(file, header.checked_add(8)?, 8)?).ok()?;
    let length = usize::try_from(number(file, header.checked_add(32)?, 8)?).ok()?;
    let section = file.get(start..start.checked_add(length)?)?;
    Some(section.chunks_exact(16).filter(|entry| number(entry, 0, 8) == Some(NEEDED)).count())
}

fn number(file: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(bytes)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of only headers: one of code, and those asked for.
    fn program(kinds: &[u32], tags: &[u64]) -> Vec<u8> {
        let mut file = b"\x7fELF\x02\x01\x01".to_vec();
        file.resize(64, 0);
        file[32..40].copy_from_slice(&64_u64.to_le_bytes());
        let count = u16::try_from(kinds.len()).unwrap();
        file[56..58].copy_from_slice(&count.to_le_bytes());
        let section = 64 + kinds.len() * PROGRAM_HEADER;
        for kind in kinds {
            let mut header = vec![0; PROGRAM_HEADER];
            header[..4].copy_from_slice(&kind.to_le_bytes());
            header[8..16].copy_from_slice(&(section as u64).to_le_bytes());
            header[32..40].copy_from_slice(&(tags.len() as u64 * 16).to_le_bytes());
            file.extend(header);
        }
        for tag in tags {
            file.extend(tag.to_le_bytes());
            file.extend([0; 8]);
        }
        file
    }

    #[test]
    fn static_and_dynamic_programs() {
        for (kinds, tags, interpreter, libraries) in [
            (&[LOAD][..], &[][..], false, 0),
            (&[LOAD, DYNAMIC], &[5, 6, 0], false, 0),
            (&[LOAD, DYNAMIC, INTERPRETER], &[1, 5, 1, 0], true, 2),
        ] {
            let expected = Needs { interpreter, libraries };
            assert_eq!(needs(&program(kinds, tags)).ok(), Some(expected), "{kinds:?} {tags:?}");
        }
    }

    #[test]
    fn what_is_no_program() {
        let whole = program(&[LOAD, DYNAMIC], &[5]);
        for file in [&b""[..], b"#!/bin/sh\n", &whole[..70], &whole[..whole.len() - 1]] {
            assert!(needs(file).is_err(), "{} bytes", file.len());
        }
    }

    #[test]
    #[cfg(all(
        target_os = "linux",
        target_env = "gnu",
        target_pointer_width = "64",
        target_endian = "little"
    ))]
    fn this_program_is_dynamic() {
        let file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let found = needs(&file).unwrap();
        assert!(found.interpreter && found.libraries > 0, "{found:?}");
    }
}
