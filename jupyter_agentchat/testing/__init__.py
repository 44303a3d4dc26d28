"""Fakes and conformance suites that ship with the package; nothing in the package imports them."""
