"""The wire languages that are projected from the log."""
