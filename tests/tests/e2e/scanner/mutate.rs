//! Manifests cut up by lines and put together again: nearly YAML, and odd in the ways in which edited files are.

/// Random numbers that are the same on every machine (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// What is put into a line, or in the place of a part of it.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    " :",
    "- ",
    "-",
    "? ",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "''",
    "\\\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    ">",
    "|-",
    ">+2",
    "|1-",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "%",
    "@",
    "`",
    "---",
    "--- ",
    "...",
    "~",
    "null",
    "yes",
    "0x1f",
    "1_0",
    ".5",
    "1e3",
    "+.inf",
    "é",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{7f}",
    "\0",
    "\r",
    "{{ x }}",
    "\\x41",
    "\\u00e9",
    "\\ud83d\\ude00",
    "a: b",
    "- a",
    "\"a\": ",
    "{a: 1}",
    "[a, b]",
];

/// One of `bases`, changed in a few places; lines of others are put into it.
pub(crate) fn mutated(bases: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut lines = lines_of(&bases[dice.below(bases.len())]);
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(lines.len());
        match dice.below(9) {
            0 => shift(&mut lines, at, dice),
            1 => {
                let other = lines_of(&bases[dice.below(bases.len())]);
                let from = dice.below(other.len());
                let to = (from + 1 + dice.below(8)).min(other.len());
                lines.splice(at..at, other[from..to].to_vec());
                shift(&mut lines, at, dice);
            }
            2 => drop(lines.remove(at)),
            3 => lines.insert(at, lines[dice.below(lines.len())].clone()),
            4 => lines.insert(at, b"---".to_vec()),
            5 => lines.insert(at, [&b"  "[..], b"", b"\t", b"# c", b" # c"][dice.below(5)].to_vec()),
            6 => {
                let next = if at + 1 < lines.len() { lines.remove(at + 1) } else { Vec::new() };
                lines[at].extend(next);
            }
            _ => piece(&mut lines[at], dice),
        }
        if lines.is_empty() {
            lines.push(Vec::new());
        }
    }
    let end: &[u8] = if dice.below(6) == 0 { b"\r\n" } else { b"\n" };
    lines.join(end)
}

fn lines_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Some lines from `at` on get another indentation.
fn shift(lines: &mut [Vec<u8>], at: usize, dice: &mut Dice) {
    let (count, columns, more) = (1 + dice.below(6), 1 + dice.below(4), dice.below(2) == 0);
    for line in lines.iter_mut().skip(at).take(count) {
        let spaces = line.iter().take_while(|&&byte| byte == b' ').count();
        if more {
            line.splice(..0, std::iter::repeat_n(b' ', columns));
        } else {
            line.drain(..spaces.min(columns));
        }
    }
}

fn piece(line: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(line.len() + 1);
    let end = (at + dice.below(4)).min(line.len());
    let piece = PIECES[dice.below(PIECES.len())];
    line.splice(at..end, piece.bytes());
}
