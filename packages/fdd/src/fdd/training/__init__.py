"""What a site does for a run: train, evaluate, personalise, report."""

from fdd.training.data import SiteData, site_data
from fdd.training.report import ValueReport, value_report
from fdd.training.site import Outcome, SiteTrainer

__all__ = ["Outcome", "SiteData", "SiteTrainer", "ValueReport", "site_data", "value_report"]
