"""What the consortium knows of its members' data: the cards that sites show."""

from fdd_server.datasets.service import CardDesk

__all__ = ["CardDesk"]
