"""Experiments: a design, its trials, and what they showed."""
