#!/bin/sh
# Installs the program `cargo-api-routes` for your user: downloads the archive for this machine, checks its SHA-256,
# and moves the program into place. If a step fails, nothing is left behind and an older program stays as it was.
#
#     sh install.sh [--version VERSION] [--to FOLDER] [--from URL]
set -eu

# A release fills in these two: `.ci/release installer`.
releases=
version=

usage() {
    cat <<END
Installs cargo-api-routes.

Usage: sh install.sh [OPTIONS]

Options:
  --version VERSION  the version to install, such as 0.1.0 [default: ${version:-the latest}]
  --to FOLDER        where the program goes [default: \$CARGO_HOME/bin or ~/.cargo/bin if Cargo is there, else ~/.local/bin]
  --from URL         the releases to download from [default: ${releases:-none}]
  --help             print this help
END
}

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '  help: %s\n' "$line" >&2
    done
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Prints the target of Rust for this machine.
target() {
    system=$(uname -s)
    machine=$(uname -m)
    # A shell that Rosetta translates calls the machine an x86-64.
    if [ "$system" = Darwin ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ]; then
        machine=arm64
    fi
    case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) system=unknown ;;
    esac
    case $system in
    Linux) echo "$machine-unknown-linux-gnu" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    *)
        fail "there is no archive for this machine ($(uname -s) on $(uname -m)), only for Linux and macOS on x86-64 and arm64" \
            'build the tool instead: cargo install --locked cargo-api-routes'
        ;;
    esac
}

# Downloads $1 to the file $2.
download() {
    # A release that comes over HTTPS is never fetched over HTTP, not even if it moves.
    case $1 in
    https://*) protocols='=https' ;;
    *) protocols='=http,https' ;;
    esac
    if has curl; then
        curl --fail --silent --show-error --location --retry 2 --proto "$protocols" --output "$2" "$1"
    elif has wget; then
        wget -q -O "$2" "$1"
    else
        fail 'downloading needs curl or wget, and neither is on PATH' 'install one of them, and run this script again'
    fi
}

# Prints the SHA-256 of the file $1.
sha256() {
    if has sha256sum; then
        sha256sum "$1"
    elif has shasum; then
        shasum -a 256 "$1"
    elif has openssl; then
        # `SHA2-256(file)= …`, or `… *file`, depending on its version.
        openssl dgst -sha256 -r "$1"
    else
        fail 'the download cannot be checked: sha256sum, shasum and openssl are all missing' \
            'install one of them, and run this script again'
    fi | cut -d ' ' -f 1
}

folder() {
    if [ -n "${CARGO_HOME:-}" ]; then
        echo "$CARGO_HOME/bin"
    elif [ -d "${HOME:?}/.cargo/bin" ]; then
        echo "$HOME/.cargo/bin"
    else
        echo "$HOME/.local/bin"
    fi
}

# Moves the program $1 into the folder. The last step is a rename, so that there is never half of a program.
place() {
    [ ! -d "$to/cargo-api-routes" ] || return 1
    fresh=$(mktemp "$to/.cargo-api-routes.XXXXXX") || return
    cat "$1" >"$fresh" || return
    chmod 755 "$fresh" || return
    mv -f "$fresh" "$to/cargo-api-routes" || return
    fresh=
}

clean() {
    rm -rf "$scratch"
    [ -z "$fresh" ] || rm -f "$fresh"
}

# The script does nothing until its last line is read, so that a script that is cut off does nothing at all.
main() {
    to=
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h)
            usage
            exit
            ;;
        --version | --to | --from)
            [ -n "${2:-}" ] || fail "$1 needs a value" 'sh install.sh --help lists the options'
            case $1 in
            --version) version=${2#v} ;;
            --to) to=$2 ;;
            --from) releases=${2%/} ;;
            esac
            shift 2
            ;;
        *) fail "unknown option: $1" 'sh install.sh --help lists the options' ;;
        esac
    done
    [ -n "$releases" ] || fail 'this copy of the script does not know where the releases are' \
        'take install.sh from a release, or give the address: --from https://github.com/OWNER/NAME/releases'
    if [ -z "$to" ]; then
        # With sudo, files of root would end up in the home of a user.
        if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then
            fail 'this script installs for your own user, which needs no sudo' \
                'run it without sudo, or choose a folder for all users: --to /usr/local/bin'
        fi
        to=$(folder)
    fi
    target=$(target)
    name=cargo-api-routes-$target
    case $version in
    '') from=$releases/latest/download ;;
    *) from=$releases/download/v$version ;;
    esac

    fresh=
    scratch=$(mktemp -d)
    trap clean EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM

    archive=$scratch/$name.tar.gz
    for suffix in .tar.gz .tar.gz.sha256; do
        download "$from/$name$suffix" "$scratch/$name$suffix" ||
            fail "cannot download $from/$name$suffix" "see whether there is a version ${version:-at all}: $releases"
    done
    expected=$(cut -d ' ' -f 1 "$archive.sha256")
    actual=$(sha256 "$archive")
    [ -n "$actual" ] || exit 1
    [ "$actual" = "$expected" ] || fail "the download is not what was released: its SHA-256 is
    $actual, and that of the release is
    $expected" 'run this script again; if it fails again, report it, and do not use the archive'

    tar -xzf "$archive" -C "$scratch" "$name/cargo-api-routes" || fail "cannot unpack $name.tar.gz"
    program=$scratch/$name/cargo-api-routes
    installed=$("$program" --version 2>&1) || fail "the program does not run on this machine: $installed" \
        'on Linux it needs glibc 2.17 or newer, which Alpine does not have' \
        'build the tool instead: cargo install --locked cargo-api-routes'

    mkdir -p "$to" || fail "cannot create the folder $to" 'choose another one: --to FOLDER'
    place "$program" || fail "cannot write to $to" 'choose another folder: --to FOLDER'

    echo "installed $installed: $to/cargo-api-routes"
    # Cargo finds its subcommands in its own folder without PATH.
    case ":$PATH:${CARGO_HOME:-${HOME:-}/.cargo}/bin:" in
    *":$to:"*) ;;
    *) echo "$to is not on PATH: add it, so that Cargo finds the program" ;;
    esac
    echo 'begin with: cargo api-routes --help'
}

main "$@"
