//! The port of a function's Runtime API: the same one at each start.

use std::path::Path;

/// Below the ports that systems give out by themselves: from 32768 on Linux, from 49152 on macOS.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// Returns the port of a function, by its name and the folder of its project: a copy of the project has another one.
pub(super) fn fixed(project: &Path, function: &str) -> u16 {
    let bytes = project.as_os_str().as_encoded_bytes().iter().chain(b"\0").chain(function.as_bytes());
    let place = bytes.fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
        % u64::from(COUNT);
    FIRST + u16::try_from(place).unwrap_or_default()
}

// FNV-1a, since the hash of the standard library may be another one in the next version of Rust.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::fixed;

    #[test]
    fn function_has_the_same_port_at_each_start() {
        let shop = Path::new("/home/ann/shop");
        assert_eq!(fixed(shop, "api-user"), 27_414);
        assert_ne!(fixed(shop, "api-user"), fixed(shop, "api-users"));
        assert_ne!(fixed(shop, "api-user"), fixed(Path::new("/home/ann/copy"), "api-user"));
    }
}
