"""What the consortium made known to this site, and private intersections with other members."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from fdd.core.errors import InvalidInputError
from fdd.data.consortium import ConsortiumStatistics, EndpointCentre, EndpointHistogram
from fdd.data.dataset import Dataset
from fdd.data.endpoints import catalogue
from fdd.data.histograms import BINS, bin_edges
from fdd.data.overlap import Fingerprints, Overlap, fingerprints, intersect
from fdd.models.base import target
from fdd.protocol.codec import decode
from fdd.protocol.messages import SummedHistogram
from fdd_client.settings import SiteFolder
from fdd_client.vault.vault import Vault

__all__ = [
    "compare",
    "consortium_statistics",
    "keep_learnt",
    "keep_statistics",
    "own_fingerprints",
]


def consortium_statistics(folder: SiteFolder) -> ConsortiumStatistics:
    """What is known here; empty if nothing is.

    Raises:
        InvalidInputError: if the file is damaged.
    """
    if not folder.consortium.exists():
        return ConsortiumStatistics()
    return _read(folder.consortium)


def keep_statistics(folder: SiteFolder, path: Path) -> ConsortiumStatistics:
    """Take over histograms and the held-out set from a file; what the site found out otherwise
    stays.

    Raises:
        InvalidInputError: if it does not hold statistics.
    """
    given = _read(path)
    known = consortium_statistics(folder)
    merged = given.model_copy(update={"shared": known.shared, "centres": known.centres})
    folder.write_private(folder.consortium, merged.model_dump_json(indent=1).encode())
    return merged


def keep_learnt(
    folder: SiteFolder,
    model: bytes,
    endpoints: Sequence[str],
    sites: int,
    histograms: Sequence[SummedHistogram] = (),
) -> None:
    """Take over where the values of a run's members lie: what its model was scaled by, and the
    added histograms, where the run asked for them.

    Args:
        folder: The site.
        model: The federated model, encoded.
        endpoints: Those of the run.
        sites: How many members took part, at the least.
        histograms: What the run has added up.
    """
    tensors = decode(model)
    found = {}
    for endpoint in endpoints:
        names = [f"{target(endpoint)}/{part}" for part in ("mean", "scale")]
        if catalogue().get(endpoint).kind == "binary" or not all(n in tensors for n in names):
            continue
        mean, scale = (float(tensors[name][0]) for name in names)
        # A scale of one stands for labels without any spread, such as those that nobody has.
        if scale != 1.0:
            found[endpoint] = EndpointCentre(mean=mean, deviation=scale, sites=sites)
    known = consortium_statistics(folder)
    changed = known.model_copy(
        update={
            "centres": {**known.centres, **found},
            "histograms": {**known.histograms, **_histograms(histograms, endpoints)},
        }
    )
    folder.write_private(folder.consortium, changed.model_dump_json(indent=1).encode())


def _histograms(
    summed: Sequence[SummedHistogram], endpoints: Sequence[str]
) -> dict[str, EndpointHistogram]:
    found = {}
    for one in summed:
        known = one.endpoint in endpoints and one.edges == bin_edges(catalogue().get(one.endpoint))
        if known and len(one.counts) == BINS:  # else of another version of the catalogue
            # The outer bins also hold what lies beyond the credible range: their ends are open.
            found[one.endpoint] = EndpointHistogram(
                edges=one.edges[1:-1], counts=one.counts, sites=one.sites
            )
    return found


def own_fingerprints(folder: SiteFolder, name: str, key: bytes) -> Fingerprints:
    """What another member, who holds the same key, may compare of a dataset.

    Raises:
        VaultError: if there is no such dataset.
        FoldKeyError: if the key is too short.
    """
    vault = Vault(folder)
    with vault.open(vault.entry(name), "overlap") as opened:
        dataset = Dataset.load(opened.dataset)
    return fingerprints(dataset, folder.identity().site_id, key)


def compare(folder: SiteFolder, name: str, key: bytes, theirs: Path) -> Overlap:
    """Count what a dataset and another member's fingerprints share; the checks then know it.

    Raises:
        InvalidInputError: if the file does not hold fingerprints.
    """
    try:
        other = Fingerprints.model_validate_json(theirs.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{theirs.name} does not hold fingerprints",
            hint="The other site makes it with: fdd-client data overlap NAME --key FILE --out FILE",
        ) from error
    found = intersect(own_fingerprints(folder, name, key), other)
    known = consortium_statistics(folder)
    others = tuple(one for one in known.shared if one.site != found.site)
    changed = known.model_copy(update={"shared": (*others, found.shared())})
    folder.write_private(folder.consortium, changed.model_dump_json(indent=1).encode())
    return found


def _read(path: Path) -> ConsortiumStatistics:
    try:
        return ConsortiumStatistics.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path.name} does not hold the statistics of a consortium",
            hint="Ask the operator of the consortium for the file again",
        ) from error
