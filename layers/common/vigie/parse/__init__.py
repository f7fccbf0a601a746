"""From bytes to plain text and items: what the kinds of source are made of.

Feeds go quickly through `feedquick`, or carefully through `feedtree`; pages are cut into `blocks` and `cards`; `markup`
turns HTML into text. Nothing here does I/O, and all of it is linear in what it is given.
"""
