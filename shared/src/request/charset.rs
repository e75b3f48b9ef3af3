//! Names of charsets in a content type.
//!
//! Decoders of all of them take hundreds of kilobytes, and most bodies in old charsets are ASCII: forms whose letters are
//! escaped, and the JSON of clients that escape all letters.

/// The properties of a charset that decide whether a body in it can be read without a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8, or ASCII, which is a part of it.
    Utf8,
    /// A charset in which the bytes of ASCII are ASCII.
    AsciiCompatible,
    /// Any other: UTF-16, whose bytes mean something else, or an unknown name.
    Other,
}

/// How names begin, without punctuation.
const FAMILIES: &str = "iso8859 isolatin latin windows125 win125 cp125 koi8 gb2312 gb18030 gbk big5 euc ksc5601 arabic \
                        cyrillic greek hebrew mac";

/// All other names, as in the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels), and Node's own
/// `binary`, without punctuation and without `x-` and `cs` in front.
const NAMES: &str = "l1 l2 l3 l4 l5 l6 l9 isoir58 isoir100 isoir101 isoir109 isoir110 isoir126 isoir127 isoir138 isoir144 \
                     isoir148 isoir149 isoir157 asmo708 ecma114 ecma118 elot928 suneugreek visual logical koi tis620 \
                     chinese iso58gb231280 cnbig5 shiftjis sjis mskanji windows31j korean userdefined cesu8 binary";

/// Numbers of code pages, after `cp`, `ibm`, `windows` and the like.
const CODE_PAGES: &str =
    "437 720 737 775 808 819 850 852 855 856 857 858 860 861 862 863 865 866 869 874 922 932 936 949 950";

impl Charset {
    /// The charset of a name, which people write in many ways: `UTF8`, `iso_8859-1:1987`, `"latin1"`. Without a name it is
    /// UTF-8, as for Next.
    pub(super) fn from_name(name: &[u8]) -> Self {
        if name.eq_ignore_ascii_case(b"utf-8") || name.iter().all(|byte| b"\" \t".contains(byte)) {
            return Self::Utf8;
        }
        let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let name: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
        let name = name.trim_start_matches('x');
        let name = name.strip_prefix("cs").unwrap_or(name);
        match name {
            "utf8" | "unicode11utf8" | "unicode20utf8" | "ascii" | "usascii" | "us" | "ansix341968"
            | "iso646us" | "isoir6" => Self::Utf8,
            _ if is_ascii_compatible(name) => Self::AsciiCompatible,
            _ => Self::Other,
        }
    }
}

fn is_ascii_compatible(name: &str) -> bool {
    let vendors = ["windows", "win", "cp", "ibm", "ms", "dos"];
    let code_page = vendors.iter().find_map(|vendor| name.strip_prefix(vendor)).unwrap_or(name);
    FAMILIES.split(' ').any(|family| name.starts_with(family))
        || lists(NAMES, name)
        || lists(CODE_PAGES, code_page)
}

fn lists(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

#[cfg(test)]
mod tests {
    use super::Charset;

    /// The labels of the Encoding Standard, <https://encoding.spec.whatwg.org/#names-and-labels>, by what a body in them
    /// has to be.
    const UTF_8: &str = "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8";
    const ASCII: &str = "ascii us-ascii ansi_x3.4-1968";
    const ASCII_COMPATIBLE: &str = "l1 cp819 latin1 cp1252 ibm819 iso88591 x-cp1252 iso8859-1 iso-ir-100 iso-8859-1 iso_8859-1 \
        csisolatin1 windows-1252 iso_8859-1:1987 l2 latin2 iso88592 iso8859-2 iso-ir-101 iso-8859-2 \
        iso_8859-2 csisolatin2 iso_8859-2:1987 l3 latin3 iso88593 iso8859-3 iso-8859-3 iso_8859-3 iso-ir-109 \
        csisolatin3 iso_8859-3:1988 l4 latin4 iso88594 iso8859-4 iso-ir-110 iso-8859-4 iso_8859-4 \
        csisolatin4 iso_8859-4:1988 l5 cp1254 latin5 x-cp1254 iso88599 iso8859-9 iso-ir-148 iso-8859-9 \
        iso_8859-9 csisolatin5 windows-1254 iso_8859-9:1989 l6 latin6 iso885910 iso8859-10 iso-ir-157 \
        iso-8859-10 csisolatin6 l9 iso885915 iso8859-15 iso-8859-15 iso_8859-15 csisolatin9 866 cp866 ibm866 \
        csibm866 mac macintosh csmacintosh x-mac-roman koi koi8 koi8-r koi8_r cskoi8r gbk x-gbk gb2312 \
        gb_2312 chinese csgb2312 iso-ir-58 gb_2312-80 csiso58gb231280 big5 csbig5 cn-big5 x-x-big5 \
        big5-hkscs sjis ms932 x-sjis ms_kanji shift-jis shift_jis csshiftjis windows-31j greek greek8 \
        iso88597 ecma-118 elot_928 iso8859-7 iso-ir-126 iso-8859-7 iso_8859-7 sun_eu_greek iso_8859-7:1987 \
        csisolatingreek cp1250 x-cp1250 windows-1250 cp1251 x-cp1251 windows-1251 cp1253 x-cp1253 \
        windows-1253 cp1255 x-cp1255 windows-1255 cp1256 x-cp1256 windows-1256 cp1257 x-cp1257 windows-1257 \
        cp1258 x-cp1258 windows-1258 arabic ecma-114 iso88596 asmo-708 iso8859-6 iso-8859-6 iso_8859-6 \
        iso-ir-127 csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i iso_8859-6:1987 csisolatinarabic visual \
        hebrew iso88598 iso8859-8 iso-8859-8 iso_8859-8 iso-ir-138 csiso88598e iso-8859-8-e iso_8859-8:1988 \
        csisolatinhebrew korean euc-kr ksc5601 cseuckr ksc_5601 iso-ir-149 windows-949 csksc56011987 \
        ks_c_5601-1987 ks_c_5601-1989 euc-jp x-euc-jp cseucpkdfmtjapanese koi8-u koi8-ru tis-620 dos-874 \
        iso885911 iso8859-11 iso-8859-11 windows-874 gb18030 logical csiso88598i iso-8859-8-i iso88595 \
        cyrillic iso8859-5 iso-ir-144 iso-8859-5 iso_8859-5 iso_8859-5:1988 csisolatincyrillic iso885913 \
        iso8859-13 iso-8859-13 iso885914 iso8859-14 iso-8859-14 iso-8859-16 x-mac-cyrillic x-mac-ukrainian \
        x-user-defined";
    const OTHERS: &str = "utf-16be unicodefffe ucs-2 utf-16 unicode utf-16le csunicode unicodefeff iso-10646-ucs-2 hz-gb-2312 \
        iso-2022-cn iso-2022-kr csiso2022kr replacement iso-2022-cn-ext iso-2022-jp csiso2022jp";

    #[test]
    fn labels_of_the_encoding_standard_are_known() {
        for (labels, charset) in [
            (UTF_8, Charset::Utf8),
            (ASCII, Charset::Utf8),
            (ASCII_COMPATIBLE, Charset::AsciiCompatible),
            (OTHERS, Charset::Other),
        ] {
            for label in labels.split_ascii_whitespace() {
                for spelled in [
                    label.to_owned(),
                    label.to_ascii_uppercase(),
                    format!("\"{label}\""),
                    format!("'{label}'"),
                ] {
                    assert_eq!(Charset::from_name(spelled.as_bytes()), charset, "{spelled}");
                }
            }
        }
    }

    /// Names that `iconv-lite` reads for Next, beside those labels.
    #[test]
    fn other_names_that_node_knows_are_known() {
        for (name, charset) in [
            ("", Charset::Utf8),
            ("\"\"", Charset::Utf8),
            ("utf_8", Charset::Utf8),
            ("UTF8", Charset::Utf8),
            ("iso646-us", Charset::Utf8),
            ("cesu8", Charset::AsciiCompatible),
            ("binary", Charset::AsciiCompatible),
            ("win-1252", Charset::AsciiCompatible),
            ("ISO 8859-1", Charset::AsciiCompatible),
            ("cp437", Charset::AsciiCompatible),
            ("ibm850", Charset::AsciiCompatible),
            ("csIBM866", Charset::AsciiCompatible),
            ("cp936", Charset::AsciiCompatible),
            ("euc-cn", Charset::AsciiCompatible),
            ("macroman", Charset::AsciiCompatible),
            ("utf-32", Charset::Other),
            ("utf-7", Charset::Other),
            ("ucs2", Charset::Other),
            ("base64", Charset::Other),
            ("hex", Charset::Other),
            ("iso646-jp", Charset::Other),
            ("ibm037", Charset::Other),
            ("cp500", Charset::Other),
            ("x-unknown", Charset::Other),
            ("nope", Charset::Other),
            ("x", Charset::Other),
            ("cs", Charset::Other),
            ("cp", Charset::Other),
            ("-", Charset::Other),
            ("\u{e9}", Charset::Other),
        ] {
            assert_eq!(Charset::from_name(name.as_bytes()), charset, "{name:?}");
        }
    }
}
