"""The agent of a site: asks for work, does it, sends the answer, all day long."""

from fdd_client.agent.agent import Agent
from fdd_client.agent.cards import (
    CardWish,
    ShownCard,
    card_wishes,
    share_card,
    show_card,
    withdraw_card,
)
from fdd_client.agent.control import (
    Control,
    abort_run,
    read_control,
    record_decision,
    set_paused,
)
from fdd_client.agent.decisions import Decider
from fdd_client.agent.proposals import ProposalsSeen, keep_proposals, read_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.served import Served, ServedModels
from fdd_client.agent.status import Situation, Status, StatusFile, situation

__all__ = [
    "Agent",
    "CardWish",
    "Control",
    "Decider",
    "ProposalsSeen",
    "RunFolder",
    "Served",
    "ServedModels",
    "ShownCard",
    "Situation",
    "Status",
    "StatusFile",
    "abort_run",
    "card_wishes",
    "keep_proposals",
    "read_control",
    "read_proposals",
    "record_decision",
    "set_paused",
    "share_card",
    "show_card",
    "situation",
    "withdraw_card",
]
