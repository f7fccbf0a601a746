"""`python -m ops` is `vigie`."""

from ops.cli import main

main()
