"""The record: durable, append-only, and the source of every frame."""
