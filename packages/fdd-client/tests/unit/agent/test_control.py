import threading

import pytest

from fdd.core.errors import InvalidInputError
from fdd_client.agent.control import Control, abort_run, read_control, record_decision, set_paused
from fdd_client.settings import NotJoinedError, SiteFolder, SiteFolderError


@pytest.fixture(autouse=True)
def known_runs(site):
    for number in range(8):
        (site.runs / f"run-{number}").mkdir(parents=True)


def test_a_run_that_the_site_has_not_heard_of_is_refused(site):
    with pytest.raises(InvalidInputError, match="has not heard of run-99"):
        abort_run(site, "run-99")
    assert read_control(site) == Control()


def test_a_site_starts_without_wishes(site):
    assert read_control(site) == Control()


def test_wishes_are_kept_side_by_side(site):
    set_paused(site, paused=True)
    abort_run(site, "run-1")
    abort_run(site, "run-1")
    record_decision(site, "run-2", "approved")
    control = read_control(site)
    assert control.paused
    assert control.aborted == ("run-1",)
    assert control.decisions["run-2"].decision == "approved"


def test_wishes_at_the_same_moment_are_all_kept(site):
    threads = [
        threading.Thread(target=abort_run, args=(site, f"run-{number}")) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_control(site).aborted) == 8


@pytest.mark.parametrize("name", ["", "../x", "Run 1"])
def test_what_is_no_run_is_refused_and_harms_nothing(site, name):
    with pytest.raises(InvalidInputError):
        abort_run(site, name)
    with pytest.raises(InvalidInputError):
        record_decision(site, name, "approved")
    assert read_control(site) == Control()


def test_a_reason_is_a_code(site):
    with pytest.raises(InvalidInputError):
        record_decision(site, "run-1", "objected", "Because I say so")


def test_a_damaged_file_says_what_to_do(site):
    site.control.write_text('{"paused": 7}')
    with pytest.raises(SiteFolderError) as caught:
        read_control(site)
    assert caught.value.hint


def test_a_folder_without_site_takes_no_wishes(tmp_path):
    with pytest.raises(NotJoinedError):
        set_paused(SiteFolder(tmp_path), paused=True)
