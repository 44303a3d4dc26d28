"""Makes pages and types from the code: ``python -m docs.generate``."""
