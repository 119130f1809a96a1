"""What every slice stands on: settings, database, identity, time, errors."""

from fdd_server.kernel.clock import Clock, system_clock, utc
from fdd_server.kernel.database import Base, Database, UnitOfWork, UtcDateTime
from fdd_server.kernel.events import EventBus
from fdd_server.kernel.notifier import Notifier
from fdd_server.kernel.settings import Home, ServerSettings, load_settings

__all__ = [
    "Base",
    "Clock",
    "Database",
    "EventBus",
    "Home",
    "Notifier",
    "ServerSettings",
    "UnitOfWork",
    "UtcDateTime",
    "load_settings",
    "system_clock",
    "utc",
]
