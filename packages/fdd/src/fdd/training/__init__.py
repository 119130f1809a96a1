"""What a site does for a run: train, evaluate, personalise, calibrate, report."""

from fdd.training.data import SiteData, site_data
from fdd.training.personalize import WAYS, Candidates, Way
from fdd.training.report import Finished, finish
from fdd.training.served import ServedCard, ServedEndpoint, fingerprint_bits
from fdd.training.site import Outcome, SiteTrainer
from fdd.training.value import EndpointValue, ValueReport

__all__ = [
    "WAYS",
    "Candidates",
    "EndpointValue",
    "Finished",
    "Outcome",
    "ServedCard",
    "ServedEndpoint",
    "SiteData",
    "SiteTrainer",
    "ValueReport",
    "Way",
    "fingerprint_bits",
    "finish",
    "site_data",
]
