"""Services that several kinds of source ask: one module each, with its `PROVIDER` and what its answers have in common.

A kind that is the only one of its service holds all that itself.
"""
