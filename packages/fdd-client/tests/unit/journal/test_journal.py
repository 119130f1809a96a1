import json
import os

import pytest

from fdd_client.journal import Journal, JournalError

DIGEST = "ab" * 32


@pytest.fixture
def journal(tmp_path):
    written = Journal(tmp_path / "journal.jsonl")
    for number in range(5):
        written.append(
            "update", recipient="hub", size=number, digest=DIGEST, run_id="run-1", norm=0.5
        )
    return written


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def test_the_chain_of_an_untouched_journal_is_intact(journal):
    assert journal.verify() == 5
    assert [entry.seq for entry in journal.entries()] == [1, 2, 3, 4, 5]
    assert [entry.seq for entry in journal.entries(after=3)] == [4, 5]


def test_an_empty_journal_is_intact(tmp_path):
    assert Journal(tmp_path / "none").verify() == 0


def test_only_the_owner_can_read_it(journal, path):
    assert path.stat().st_mode & 0o077 == 0


def change(lines):
    entry = json.loads(lines[2])
    lines[2] = json.dumps({**entry, "bytes": 999})


def remove(lines):
    del lines[2]


def reorder(lines):
    lines[1], lines[2] = lines[2], lines[1]


def repeat(lines):
    lines.insert(2, lines[2])


def forge(lines):
    entry = json.loads(lines[4])
    lines.append(json.dumps({**entry, "seq": 6}))


@pytest.mark.parametrize("tamper", [change, remove, reorder, repeat, forge])
def test_tampering_breaks_the_chain(journal, path, tamper):
    lines = path.read_text().splitlines()
    tamper(lines)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(JournalError):
        Journal(path).verify()


def test_a_half_line_after_a_crash_is_cut_off_and_the_chain_goes_on(journal, path):
    data = path.read_bytes()
    path.write_bytes(data + data.splitlines(keepends=True)[0][:40])
    again = Journal(path)
    entry = again.append("metrics", recipient="hub", size=1, digest=DIGEST)
    assert entry.seq == 6
    assert Journal(path).verify() == 6


def test_a_line_that_is_being_written_does_not_look_like_tampering(journal, path):
    data = path.read_bytes()
    path.write_bytes(data + data.splitlines(keepends=True)[0][:40])
    assert Journal(path).verify() == 5


def test_what_cannot_be_written_down_raises_before_anything_is_sent(journal, monkeypatch):
    def full(handle, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fdd_client.journal.journal.os.write", full)
    with pytest.raises(JournalError) as caught:
        journal.append("update", recipient="hub", size=1, digest=DIGEST)
    assert "nothing was sent" in caught.value.hint


def test_an_entry_that_was_half_written_on_a_full_disk_does_not_break_the_chain(
    journal, path, monkeypatch
):
    real = os.write
    monkeypatch.setattr(
        "fdd_client.journal.journal.os.write", lambda handle, data: real(handle, data[:30])
    )
    with pytest.raises(JournalError):
        journal.append("update", recipient="hub", size=1, digest=DIGEST)
    monkeypatch.undo()
    assert path.read_bytes().endswith(b"\n")
    journal.append("update", recipient="hub", size=2, digest=DIGEST)
    assert Journal(path).verify() == 6
