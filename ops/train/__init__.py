"""How what `judge` knows was made: lists from public data, weights from labelled items. Never run by the functions."""
