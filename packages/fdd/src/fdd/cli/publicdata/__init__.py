"""The public data of demos, tests and benchmarks: found, or fetched from their sources."""

from fdd.cli.publicdata.fetch import DownloadError, fetch, licences
from fdd.cli.publicdata.find import PublicData, public_data

__all__ = ["DownloadError", "PublicData", "fetch", "licences", "public_data"]
