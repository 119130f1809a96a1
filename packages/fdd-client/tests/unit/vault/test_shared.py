"""What two sites share is counted; the checks then know it."""

import numpy as np
import pytest

from fdd.chem.errors import FoldKeyError
from fdd.core.arrays import Arrays
from fdd.core.errors import InvalidInputError
from fdd.data.consortium import ConsortiumStatistics, EndpointHistogram
from fdd.data.endpoints import catalogue
from fdd.data.histograms import bin_edges
from fdd.protocol.codec import encode
from fdd.protocol.messages import SummedHistogram
from fdd_client.vault.correcting import Correcting
from fdd_client.vault.importing import import_file
from fdd_client.vault.shared import (
    compare,
    consortium_statistics,
    keep_learnt,
    keep_statistics,
    own_fingerprints,
)
from fdd_client.vault.vault import Vault

KEY = b"a key of these two sites"
HISTOGRAM = EndpointHistogram(edges=(0.0, 1.0), counts=(1, 2, 3), sites=3)


@pytest.fixture
def neighbour(new_site, tmp_path, table_of, molecules, mapping):
    """Another site with the first fifty molecules and values."""
    other = new_site(tmp_path / "neighbour")
    identity = other.identity().model_copy(update={"site_id": "site-two"})
    other.write_private(other.identity_file, identity.model_dump_json().encode())
    table = table_of(tmp_path / "theirs.csv", molecules[:50])
    import_file(other, table, "main", mapping=mapping)
    return other


def test_an_overlap_is_counted_and_a_copy_is_then_found(
    stocked_site, neighbour, tmp_path, molecules
):
    theirs = tmp_path / "theirs.json"
    theirs.write_text(own_fingerprints(neighbour, "main", KEY).model_dump_json())
    assert not any(smiles in theirs.read_text() for smiles in molecules)
    found = compare(stocked_site, "main", KEY, theirs)
    assert (found.site, found.mine, found.molecules, found.same_values) == ("site-two", 90, 50, 50)
    codes = {f.code for f in Correcting(stocked_site, "main").examined().findings}
    assert "copied_dataset" in codes
    assert [e.purpose for e in Vault(stocked_site).access.entries()][1] == "overlap"


def test_another_key_finds_nothing_and_a_short_one_is_refused(stocked_site, neighbour, tmp_path):
    theirs = tmp_path / "theirs.json"
    theirs.write_text(own_fingerprints(neighbour, "main", b"x" * 16).model_dump_json())
    assert compare(stocked_site, "main", KEY, theirs).molecules == 0
    with pytest.raises(FoldKeyError):
        own_fingerprints(stocked_site, "main", b"short")
    theirs.write_text("{}")
    with pytest.raises(InvalidInputError):
        compare(stocked_site, "main", KEY, theirs)


def test_statistics_of_the_consortium_are_taken_over(site, tmp_path):
    assert consortium_statistics(site) == ConsortiumStatistics()
    file = tmp_path / "statistics.json"
    given = ConsortiumStatistics(histograms={"herg.pic50": HISTOGRAM})
    file.write_text(given.model_dump_json())
    assert keep_statistics(site, file) == consortium_statistics(site) == given
    file.write_text("[]")
    with pytest.raises(InvalidInputError):
        keep_statistics(site, file)


def model_scaled_by(mean: float, scale: float) -> bytes:
    name = "target:lipophilicity.logd74"
    return encode(Arrays({f"{name}/mean": np.array([mean]), f"{name}/scale": np.array([scale])}))


def test_what_a_run_added_up_reaches_the_checks(site, tmp_path, table_of, molecules, mapping):
    endpoint = "lipophilicity.logd74"
    keep_learnt(site, model_scaled_by(-4.0, 1.2), [endpoint], sites=3)
    known = consortium_statistics(site)
    assert known.centres[endpoint].mean == -4.0
    table = table_of(tmp_path / "a.csv", molecules)
    done = import_file(site, table, "main", mapping=mapping)
    (found,) = [f for f in done.findings if f.code == "consortium_factor"]
    assert (found.params["decades"], found.params["sites"]) == (6, 3)
    given = tmp_path / "known.json"
    given.write_text(ConsortiumStatistics(histograms={endpoint: HISTOGRAM}).model_dump_json())
    assert keep_statistics(site, given).centres == known.centres


def test_labels_that_nobody_has_have_no_centre(site):
    keep_learnt(site, model_scaled_by(2.5, 1.0), ["lipophilicity.logd74"], sites=3)
    assert consortium_statistics(site).centres == {}


def test_added_histograms_reach_the_next_check(site, tmp_path, table_of, molecules, mapping):
    endpoint = "lipophilicity.logd74"
    edges = bin_edges(catalogue().get(endpoint))
    far = SummedHistogram(endpoint=endpoint, edges=edges, counts=(900, 50, *(0,) * 10), sites=4)
    elsewhere = far.model_copy(update={"endpoint": "herg.pic50"})
    model = model_scaled_by(2.0, 1.2)
    keep_learnt(site, model, [endpoint], sites=3, histograms=[far, elsewhere])
    known = consortium_statistics(site).histograms
    assert list(known) == [endpoint]  # nothing of endpoints that the run did not learn
    assert (known[endpoint].total, known[endpoint].sites) == (950, 4)
    done = import_file(site, table_of(tmp_path / "a.csv", molecules), "main", mapping=mapping)
    (found,) = [f for f in done.findings if f.code == "consortium_shift"]
    assert found.params["sites"] == 4
    keep_learnt(site, model, [endpoint], sites=3)  # a later run that does not ask takes none away
    assert consortium_statistics(site).histograms == known
