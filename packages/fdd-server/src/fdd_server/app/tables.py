"""All tables, for migrations: the one place that looks into every slice."""

from __future__ import annotations

from sqlalchemy import MetaData

from fdd_server.accounts import models as accounts
from fdd_server.audit import models as audit
from fdd_server.datasets import models as datasets
from fdd_server.kernel import Base, throttle
from fdd_server.monitoring import models as monitoring
from fdd_server.predictions import models as predictions
from fdd_server.projects import models as projects
from fdd_server.registry import models as registry
from fdd_server.runs import models as runs
from fdd_server.sites import models as sites

__all__ = ["TABLES"]

_MODULES = (
    accounts, audit, datasets, throttle, monitoring, predictions, projects, registry, runs, sites,
)  # fmt: skip
"""Importing a slice's models is what adds its tables."""

TABLES: MetaData = Base.metadata
