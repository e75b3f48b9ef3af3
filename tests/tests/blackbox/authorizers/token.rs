//! Tokens of the emulator's own issuer.
