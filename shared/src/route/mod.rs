//! Routes: a folder below `functions/` and what it answers.
