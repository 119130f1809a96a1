"""``python -m fdd_client.console FOLDER PORT``, as ``fdd-client console`` starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from fdd.core.errors import FddError
from fdd_client.console.serve import serve
from fdd_client.settings import SiteFolder


def main(arguments: list[str]) -> int:
    """Serve; the exit status."""
    folder, port = arguments
    try:
        serve(SiteFolder(Path(folder)), int(port))
    except FddError as error:
        sys.stderr.write(f"{error.code} {error.detail}\n         → {error.hint}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
