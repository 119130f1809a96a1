"""The OpenAPI description, from which the types of the pages are generated."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from fdd.core.spec import RunSpec
from fdd_server.app.application import create_app
from fdd_server.app.hub import Hub
from fdd_server.kernel import Home, ServerSettings, system_clock
from fdd_server.kernel.keys import HubKeys

__all__ = ["describe"]


def describe() -> str:
    """The description as JSON text; the same for every installation of this release."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        HubKeys.create(home.keys)
        hub = Hub(home, ServerSettings(), system_clock)
        document = create_app(hub).openapi()
        hub.close()
    _add_run_spec(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _add_run_spec(document: dict[str, dict[str, dict[str, object]]]) -> None:
    """The body of a submission is read by hand, because it may be TOML; its fields belong here."""
    schema = RunSpec.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"]
    for name, part in schema.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    schemas.setdefault("RunSpec", schema)
