//! The sheet that a Markdown report is written on: sections made of whole blocks within an allowance of bytes, and a note of
//! what did not fit. Nothing is ever cut once it is Markdown.

/// How many blocks of one sort did not fit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut(Vec<(usize, &'static str, &'static str)>);

impl LeftOut {
    pub(super) fn add(&mut self, number: usize, one: &'static str, many: &'static str) {
        if number > 0 {
            self.0.push((number, one, many));
        }
    }

    /// `1,170 rows, 2 notices`; none if everything fitted.
    pub(super) fn words(&self) -> Option<String> {
        let words = self.0.iter().map(|(number, one, many)| {
            format!("{} {}", thousands(*number), if *number == 1 { one } else { many })
        });
        (!self.0.is_empty()).then(|| words.collect::<Vec<_>>().join(", "))
    }
}

/// `1,170`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A section: `open`, as many of `blocks` as fit into `allowance` bytes together with the rest, `close`. Empty if not even
/// one fits. Also says how many blocks are in it.
pub(super) fn section(
    open: &str,
    blocks: impl Iterator<Item = String>,
    close: &str,
    allowance: usize,
) -> (String, usize) {
    let mut out = open.to_owned();
    let mut taken = 0;
    for block in blocks {
        if out.len() + block.len() + close.len() > allowance {
            break;
        }
        out.push_str(&block);
        taken += 1;
    }
    if taken == 0 {
        return (String::new(), 0);
    }
    out.push_str(close);
    (out, taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_whole_blocks_only() {
        let blocks = || ["aaaa", "bbbb", "cc"].into_iter().map(str::to_owned);
        assert_eq!(section("[", blocks(), "]", 12), ("[aaaabbbbcc]".to_owned(), 3));
        assert_eq!(section("[", blocks(), "]", 11), ("[aaaabbbb]".to_owned(), 2));
        assert_eq!(section("[", blocks(), "]", 5), (String::new(), 0));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut left_out = LeftOut::default();
        assert_eq!(left_out.words(), None);
        left_out.add(0, "x", "xs");
        left_out.add(1_170, "row", "rows");
        left_out.add(1, "notice", "notices");
        assert_eq!(left_out.words().unwrap(), "1,170 rows, 1 notice");
        assert_eq!(thousands(12), "12");
    }
}
