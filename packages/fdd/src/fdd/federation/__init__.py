"""How a run reaches its sites: the port. Adapters: ``fdd.simulation``, the server's link."""

from fdd.federation.port import Federation, Reply

__all__ = ["Federation", "Reply"]
