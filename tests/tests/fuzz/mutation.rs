//! Small changes of known inputs, which depend only on the seed.

/// Pieces of text that are hard for parsers.
const WORDS: [&[u8]; 24] = [
    b"\0\0\0\0\0\0\0\0",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"%",
    b"%2F",
    b"%zz",
    b"%ff",
    b"\xff",
    b"\xc3\xa9",
    b"&",
    b"=",
    b";",
    b"\r\n",
    b"/",
    b"\n",
];

/// The largest input, in bytes.
const LIMIT: usize = 16 * 1024;

pub(crate) struct Mutations<'a> {
    random: u64,
    corpus: &'a [Vec<u8>],
}

impl<'a> Mutations<'a> {
    pub(crate) fn new(seed: u64, corpus: &'a [Vec<u8>]) -> Self {
        Self { random: seed, corpus }
    }

    /// Returns an input of the corpus with one to four changes.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut input = self.input().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input.truncate(LIMIT);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (start, end) = self.range(input.len());
        match self.below(6) {
            0 => input.splice(start..start, WORDS[self.below(WORDS.len())].iter().copied()).for_each(drop),
            1 => drop(input.drain(start..end)),
            2 => input.extend_from_within(start..end),
            3 => {
                let other = self.input();
                let (from, to) = self.range(other.len());
                drop(input.splice(start..end, other[from..to].iter().copied()));
            }
            4 => drop(input.splice(start..end, WORDS[self.below(WORDS.len())].iter().copied())),
            _ => {
                if let Some(byte) = input.get_mut(start) {
                    *byte ^= 1 << self.below(8);
                }
            }
        }
    }

    fn input(&mut self) -> &'a [u8] {
        &self.corpus[self.below(self.corpus.len())]
    }

    /// Returns a range, most often a short one.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length - start } else { (length - start).min(8) };
        (start, start + self.below(most + 1))
    }

    /// `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>.
    fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % limit as u64).unwrap_or_default()
    }
}
