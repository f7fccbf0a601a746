"""Vigie: the watch that warns a medical practitioner as soon as something about them is published.

Everything the deployed functions do lives in this package; `functions/` only translates events and
`ops/` is the operator's side. Importing any module of it needs no environment and does no I/O.
"""

__version__ = "0.1.0"
