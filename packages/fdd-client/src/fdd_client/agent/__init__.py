"""The agent of a site: asks for work, does it, sends the answer, all day long."""

from fdd_client.agent.agent import Agent
from fdd_client.agent.control import Control, read_control, write_control
from fdd_client.agent.decisions import Decider
from fdd_client.agent.status import Status, StatusFile

__all__ = [
    "Agent",
    "Control",
    "Decider",
    "Status",
    "StatusFile",
    "read_control",
    "write_control",
]
