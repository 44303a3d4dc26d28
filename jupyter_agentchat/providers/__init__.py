"""Model endpoints: a request in, raw chunks out."""
