"""Parts of the checks with a real browser."""
