"""Runs: submission, approvals, tasks, replies, and the driver of the engine."""

from fdd_server.runs.admission import Admission
from fdd_server.runs.service import RunService

__all__ = ["Admission", "RunService"]
