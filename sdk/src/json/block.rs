//! Looks at sixteen bytes at a time, with the vector instructions of WebAssembly where the build turns them on (the
//! policy build does). A mask has one bit for each byte, the lowest for the first.

/// Bytes that are looked at together when a map or list is skipped.
pub(crate) const BLOCK: usize = 64;

/// What stands where in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    /// `"`
    pub(crate) quote: u64,
    /// `\`
    pub(crate) backslash: u64,
    /// `{` and `[`
    pub(crate) open: u64,
    /// `}` and `]`
    pub(crate) close: u64,
}

/// The masks of a block.
pub(crate) fn masks(block: &[u8; BLOCK]) -> Masks {
    imp::masks(block)
}

/// Where a string ends or is no plain text: `"`, `\` and control characters.
#[inline(always)]
pub(crate) fn special(chunk: &[u8; 16]) -> u32 {
    imp::special(chunk).into()
}

/// Where this byte stands.
#[inline(always)]
pub(crate) fn equal(chunk: &[u8; 16], byte: u8) -> u32 {
    imp::equal(chunk, byte).into()
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32::{
        i8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128, v128_any_true, v128_load, v128_or,
    };

    use super::{BLOCK, Masks};

    #[inline(always)]
    #[expect(unsafe_code, reason = "the only load of a vector is one from a pointer")]
    fn load(chunk: &[u8; 16]) -> v128 {
        // SAFETY: the pointer is that of 16 readable bytes; the load needs no alignment.
        unsafe { v128_load(chunk.as_ptr().cast()) }
    }

    #[inline(always)]
    fn join(parts: [v128; 4], byte: u8) -> u64 {
        let part = |at: usize| u32::from(i8x16_bitmask(u8x16_eq(parts[at], u8x16_splat(byte))));
        u64::from(part(0) | part(1) << 16) | u64::from(part(2) | part(3) << 16) << 32
    }

    #[inline(always)]
    fn has(parts: [v128; 4], byte: u8) -> bool {
        let equal = parts.map(|part| u8x16_eq(part, u8x16_splat(byte)));
        v128_any_true(v128_or(v128_or(equal[0], equal[1]), v128_or(equal[2], equal[3])))
    }

    #[inline(always)]
    pub(super) fn masks(block: &[u8; BLOCK]) -> Masks {
        let (chunks, _) = block.as_chunks::<16>();
        let bytes = match chunks {
            [a, b, c, d] => [load(a), load(b), load(c), load(d)],
            _ => return Masks::default(),
        };
        // `[` and `{`, and `]` and `}`, differ in this bit only.
        let folded = bytes.map(|part| v128_or(part, u8x16_splat(0x20)));
        Masks {
            quote: join(bytes, b'"'),
            backslash: if has(bytes, b'\\') { join(bytes, b'\\') } else { 0 },
            open: join(folded, b'{'),
            close: join(folded, b'}'),
        }
    }

    #[inline(always)]
    pub(super) fn special(chunk: &[u8; 16]) -> u16 {
        let bytes = load(chunk);
        let ends = v128_or(u8x16_eq(bytes, u8x16_splat(b'"')), u8x16_eq(bytes, u8x16_splat(b'\\')));
        i8x16_bitmask(v128_or(ends, u8x16_lt(bytes, u8x16_splat(0x20))))
    }

    #[inline(always)]
    pub(super) fn equal(chunk: &[u8; 16], byte: u8) -> u16 {
        i8x16_bitmask(u8x16_eq(load(chunk), u8x16_splat(byte)))
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    use super::{BLOCK, Masks};

    pub(super) fn masks(block: &[u8; BLOCK]) -> Masks {
        let mut masks = Masks::default();
        for (at, byte) in block.iter().enumerate() {
            let bit = 1 << at;
            match byte {
                b'"' => masks.quote |= bit,
                b'\\' => masks.backslash |= bit,
                b'{' | b'[' => masks.open |= bit,
                b'}' | b']' => masks.close |= bit,
                _ => {}
            }
        }
        masks
    }

    fn mask(chunk: &[u8; 16], is: impl Fn(u8) -> bool) -> u16 {
        chunk.iter().enumerate().fold(0, |mask, (at, byte)| mask | u16::from(is(*byte)) << at)
    }

    pub(super) fn special(chunk: &[u8; 16]) -> u16 {
        mask(chunk, |byte| byte < 0x20 || matches!(byte, b'"' | b'\\'))
    }

    pub(super) fn equal(chunk: &[u8; 16], byte: u8) -> u16 {
        mask(chunk, |other| other == byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_bit() {
        for byte in 0..=u8::MAX {
            for at in [0, 1, 15, 16, 17, 62, 63] {
                let mut block = [b'a'; BLOCK];
                block[at] = byte;
                let bit = |is: bool| u64::from(is) << at;
                let expected = Masks {
                    quote: bit(byte == b'"'),
                    backslash: bit(byte == b'\\'),
                    open: bit(matches!(byte, b'{' | b'[')),
                    close: bit(matches!(byte, b'}' | b']')),
                };
                assert_eq!(masks(&block), expected, "{byte} at {at}");
            }
            let mut chunk = [b'a'; 16];
            chunk[9] = byte;
            assert_eq!(special(&chunk) == 1 << 9, byte < 0x20 || byte == b'"' || byte == b'\\', "{byte}");
            assert_eq!(equal(&chunk, b'z') == 1 << 9, byte == b'z');
        }
    }
}
