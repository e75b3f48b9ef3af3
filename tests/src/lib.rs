//! What the black-box tests stand on.
