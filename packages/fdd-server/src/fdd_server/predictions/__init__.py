"""Released models: who may ask them how much under which licence, and their answers."""

from fdd_server.predictions.service import ReleaseDesk

__all__ = ["ReleaseDesk"]
