"""Corrections of a dataset in the vault: offered, shown, made as a new version, and undone."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.errors import InvalidInputError
from fdd.data.checks import Finding, worded
from fdd.data.corrections import Corrections
from fdd.data.examination import Examination, examine
from fdd.data.fixes import difference, suggest
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import DatasetExistsError
from fdd_client.vault.files import imported_files, read_files
from fdd_client.vault.importing import correct
from fdd_client.vault.shared import consortium_statistics
from fdd_client.vault.vault import Vault

__all__ = ["Change", "Choices", "Correcting"]


class Choices(BaseModel):
    """Corrections in use, and findings (``code:endpoint``) that have one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corrections: Corrections
    offered: tuple[str, ...]


class FindingTitle(BaseModel):
    """A finding, ``code:endpoint``, with its title in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: str
    title_ko: str
    title_en: str


class Change(BaseModel):
    """What a list of corrections changes against the current version.

    Attributes:
        version: The new version; empty while it is only shown.
        rows: Before and after.
        molecules: Endpoint → labelled molecules before and after.
        gone: Findings no longer there.
        new: Findings that were not there before.
        admitted: Endpoints that may be trained on afterwards.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    rows: tuple[int, int]
    molecules: dict[str, tuple[int, int]]
    gone: tuple[FindingTitle, ...]
    new: tuple[FindingTitle, ...]
    admitted: tuple[str, ...]


class Correcting:
    """Corrections of one dataset's current version.

    Args:
        folder: The site.
        name: The dataset.

    Raises:
        VaultError: if there is no such dataset.
    """

    def __init__(self, folder: SiteFolder, name: str) -> None:
        self._folder, self._name = folder, name
        self._vault = Vault(folder)
        self._entry = self._vault.entry(name)
        self._listed = self._entry.corrections()

    def choices(self) -> Choices:
        """What is in use, and what could be corrected besides."""
        offered = [
            f"{finding.code}:{finding.endpoint}"
            for finding in self._before.findings
            if suggest(finding, self._before.view) is not None
        ]
        return Choices(corrections=self._listed, offered=tuple(dict.fromkeys(offered)))

    def with_finding(self, finding: str) -> Corrections:
        """The list with the corrections of a finding, ``code`` or ``code:endpoint``.

        Raises:
            InvalidInputError: if it has none.
        """
        code, _, endpoint = finding.partition(":")
        made = [
            correction
            for one in self._before.findings
            if one.code == code and endpoint in ("", one.endpoint)
            if (correction := suggest(one, self._before.view)) is not None
        ]
        if not made:
            raise InvalidInputError(
                f"There is no correction for {finding[:64]} here",
                hint="See which findings have one: fdd-client data fix NAME",
            )
        return (*self._listed, *made)

    def without(self, number: int) -> Corrections:
        """The list without the correction of this number, from 1.

        Raises:
            InvalidInputError: if there is none.
        """
        if not 1 <= number <= len(self._listed):
            raise InvalidInputError(
                f"There are {len(self._listed)} corrections, and no number {number}",
                hint="See their numbers: fdd-client data fix NAME",
            )
        return (*self._listed[: number - 1], *self._listed[number:])

    def preview(self, corrections: Corrections) -> Change:
        """What the list would change; nothing is kept."""
        return self._change(corrections, "")

    def make(self, corrections: Corrections) -> Change:
        """Make the version of this list the current one; earlier versions stay."""
        shown = self._change(corrections, "")
        with suppress(DatasetExistsError):  # undoing leads back to a version that is there
            correct(self._folder, self._name, corrections)
        return shown.model_copy(update={"version": self._vault.entry(self._name).version})

    def examined(self) -> Examination:
        """The current version as the checks see it."""
        return self._before

    @cached_property
    def _before(self) -> Examination:
        return self._examined(self._listed)

    def _examined(self, corrections: Corrections) -> Examination:
        """The raw table under a list, with fingerprints only: no check looks at descriptors."""
        self._vault.access.append("correction", self._name, self._entry.version)
        with imported_files(self._folder, self._entry) as files:
            table, splits = read_files(files)
        key = bytes.fromhex(self._folder.identity().fold_key)
        pipeline = Pipeline(PipelineOptions(featurizer="ecfp4-counts"))
        with self._vault.prepared(self._entry.version) as rows:
            return examine(
                table, self._entry.mapping(), pipeline, key, splits=splits,
                corrections=corrections,
                consortium=consortium_statistics(self._folder), cache=rows,
            )  # fmt: skip

    def _change(self, corrections: Corrections, version: str) -> Change:
        found = difference(self._before, self._examined(corrections))
        return Change(
            version=version,
            rows=found.rows,
            molecules=found.molecules,
            gone=tuple(map(_titled, found.gone)),
            new=tuple(map(_titled, found.new)),
            admitted=found.admitted[1],
        )


def _titled(finding: Finding) -> FindingTitle:
    return FindingTitle(
        finding=f"{finding.code}:{finding.endpoint}",
        title_ko=worded(finding, "ko").title,
        title_en=worded(finding, "en").title,
    )
