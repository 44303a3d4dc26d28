"""Whatever answers in a channel."""
