"""Training in a process of its own that has no network and sees only what it needs."""

from fdd_client.sandbox.errors import SandboxError, TrainingFailedError
from fdd_client.sandbox.levels import Level, available, choose, graphics
from fdd_client.sandbox.process import Answers, Job, Refused
from fdd_client.sandbox.worker import Result, Worker

__all__ = [
    "Answers",
    "Job",
    "Level",
    "Refused",
    "Result",
    "SandboxError",
    "TrainingFailedError",
    "Worker",
    "available",
    "choose",
    "graphics",
]
