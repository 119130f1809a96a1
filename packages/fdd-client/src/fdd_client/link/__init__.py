"""The link to the hub: outbound HTTPS on one port, signed requests, resumable transfers."""

from fdd_client.link.errors import HubRefusedError, HubUnreachableError
from fdd_client.link.link import Link
from fdd_client.link.transport import Transport

__all__ = ["HubRefusedError", "HubUnreachableError", "Link", "Transport"]
