//! The letters of a file: how they are written, found out while it comes in, and read as UTF-8 piece by piece.

use std::io::{self, Read};

use model::Problem;
use model::import::Encoding;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// What 0x80 to 0x9F stand for in Windows-1252; the five without a letter are no text.
const WINDOWS: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Looks at the bytes of a file as they pass.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    start: Vec<u8>,
    /// What may be the first bytes of a letter in UTF-8.
    rest: Vec<u8>,
    line: u64,
    /// The first line that is no UTF-8, and the first that is no Windows-1252.
    odd: Option<u64>,
    no_text: Option<u64>,
}

impl Sniffer {
    pub(crate) fn see(&mut self, piece: &[u8]) {
        if self.start.len() < 4 {
            self.start.extend(piece.iter().take(4 - self.start.len()));
        }
        if self.odd.is_none() {
            self.rest.extend_from_slice(piece);
            let (valid, over) = match std::str::from_utf8(&self.rest) {
                Ok(_) => (self.rest.len(), false),
                Err(error) => (error.valid_up_to(), error.error_len().is_some()),
            };
            if over {
                let before = line_ends(self.rest.get(..valid).unwrap_or_default());
                self.odd = Some(self.line + before + 1);
                self.rest.clear();
            } else {
                self.rest.drain(..valid);
            }
        }
        if self.no_text.is_none()
            && let Some(place) =
                piece.iter().position(|byte| matches!(byte, 0 | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
        {
            let before = line_ends(piece.get(..place).unwrap_or_default());
            self.no_text = Some(self.line + before + 1);
        }
        self.line += line_ends(piece);
    }

    /// How the file is written.
    ///
    /// # Errors
    /// `invalid` at `file` for what is no text.
    pub(crate) fn encoding(&self) -> Result<Encoding, Problem> {
        let marked = match self.start.as_slice() {
            [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
            [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
            [b'P', b'K', 3, 4] | [0xD0, 0xCF, 0x11, 0xE0] => {
                let message = "The file is a workbook of a spreadsheet program. Save it as “CSV UTF-8”.";
                return Err(Problem::at("file", message));
            }
            _ => None,
        };
        let cut = (!self.rest.is_empty()).then_some(self.line + 1);
        match (marked, self.odd.or(cut), self.no_text) {
            (Some(encoding), _, _) => Ok(encoding),
            (None, None, _) => Ok(Encoding::Utf8),
            (None, Some(_), None) => Ok(Encoding::Windows1252),
            (None, Some(line), Some(_)) => Err(Problem::at(
                "file",
                format!("Line {line} is neither UTF-8 nor Windows-1252. Save the file as “CSV UTF-8”."),
            )),
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// A file's bytes as UTF-8, whatever they were. Letters that are none become U+FFFD.
pub(crate) struct Letters<R> {
    inner: R,
    encoding: Encoding,
    /// Read and not yet understood.
    raw: Vec<u8>,
    out: Vec<u8>,
    /// How much of `out` has been given.
    given: usize,
    begun: bool,
    ended: bool,
}

impl<R: Read> Letters<R> {
    pub(crate) fn new(inner: R, encoding: Encoding) -> Self {
        let (raw, out) = (vec![], vec![]);
        Self { inner, encoding, raw, out, given: 0, begun: false, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let had = self.raw.len();
        self.raw.resize(had + PIECE, 0);
        let read = match self.raw.get_mut(had..) {
            Some(room) => self.inner.read(room)?,
            None => 0,
        };
        self.raw.truncate(had + read);
        self.ended = read == 0;
        self.out.clear();
        self.given = 0;
        let used = match self.encoding {
            Encoding::Utf8 => self.take_utf8(),
            Encoding::Utf16Le => self.take_utf16(u16::from_le_bytes),
            Encoding::Utf16Be => self.take_utf16(u16::from_be_bytes),
            Encoding::Windows1252 => self.take_windows(),
        };
        self.raw.drain(..used);
        if !self.begun && !self.out.is_empty() {
            self.begun = true;
            if self.out.starts_with("\u{feff}".as_bytes()) {
                self.given = '\u{feff}'.len_utf8();
            }
        }
        Ok(())
    }

    /// All but the last bytes, if they are the beginning of a letter.
    fn take_utf8(&mut self) -> usize {
        let unfinished = match std::str::from_utf8(&self.raw) {
            Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
            Ok(_) | Err(_) => {
                let last = self.raw.iter().rev().take(3).position(|byte| *byte >= 0xC0);
                match last.filter(|_| !self.ended) {
                    Some(back) => self.raw.len() - back - 1,
                    None => self.raw.len(),
                }
            }
        };
        let (whole, _) = self.raw.split_at(unfinished);
        self.out.extend_from_slice(String::from_utf8_lossy(whole).as_bytes());
        unfinished
    }

    fn take_utf16(&mut self, unit: fn([u8; 2]) -> u16) -> usize {
        let mut units: Vec<u16> =
            self.raw.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(unit).collect();
        // The first half of a letter waits for its second.
        if !self.ended && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
        }
        for letter in char::decode_utf16(units.iter().copied()) {
            push(&mut self.out, letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.ended { self.raw.len() } else { units.len() * 2 }
    }

    fn take_windows(&mut self) -> usize {
        for byte in &self.raw {
            let letter = match byte {
                0x80..=0x9F => WINDOWS.get(usize::from(byte - 0x80)).copied().unwrap_or_default(),
                _ => char::from(*byte),
            };
            push(&mut self.out, if letter == '\0' { char::REPLACEMENT_CHARACTER } else { letter });
        }
        self.raw.len()
    }
}

fn push(out: &mut Vec<u8>, letter: char) {
    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

impl<R: Read> Read for Letters<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.out.len() && !self.ended {
            self.fill()?;
        }
        let Some(mut left) = self.out.get(self.given..) else { return Ok(0) };
        let read = left.read(into)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> Result<Encoding, Problem> {
        let mut sniffer = Sniffer::default();
        bytes.chunks(3).for_each(|piece| sniffer.see(piece));
        sniffer.encoding()
    }

    /// Gives two bytes at a time, so that letters are cut.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let (now, later) = self.0.split_at(self.0.len().min(1));
            self.0 = later;
            into[..now.len()].copy_from_slice(now);
            Ok(now.len())
        }
    }

    fn read(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        Letters::new(Drops(bytes), encoding).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn letters_are_read_however_they_are_written() {
        let text = "Müller €, 李 🎻";
        assert_eq!(encoding(text.as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(read(text.as_bytes(), Encoding::Utf8), text);
        let marked = format!("\u{feff}{text}");
        assert_eq!(read(marked.as_bytes(), Encoding::Utf8), text);
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(encoding(&little), Ok(Encoding::Utf16Le));
        assert_eq!(read(&little, Encoding::Utf16Le), text);
        let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&big, encoding(&big).expect("marked")), text);
        assert_eq!(encoding(b"M\xfcller"), Ok(Encoding::Windows1252));
        assert_eq!(read(b"M\xfcller \x80 \x93x\x94", Encoding::Windows1252), "Müller € “x”");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for odd in [&b"PK\x03\x04\x14"[..], b"a\n\xff\x00b", b"a\n\xfc\x81"] {
            assert!(encoding(odd).is_err(), "{odd:?}");
        }
    }
}
