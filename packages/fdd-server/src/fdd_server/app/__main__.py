"""``python -m fdd_server.app``: the program ``fdd-server``."""

from fdd_server.app import main

main()
