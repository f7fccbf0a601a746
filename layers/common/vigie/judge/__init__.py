"""What `match`, `triage` and `watchers` are made of: folding, names, roles, and the facts a text states.

Pure, and bounded whatever the text. The word lists are in `data/`, one readable file each.
"""
