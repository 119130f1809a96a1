"""Fixtures and rules of all tests."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fdd.language import Language, speak

settings.register_profile(
    "default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", deadline=None, max_examples=1000)
settings.load_profile("soak" if os.environ.get("FDD_SOAK") else "default")

_real_data_tests = 0


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the public data; tests that need it fail without, unless FDD_NO_DATA=1."""
    named = os.environ.get("FDD_DATA_DIR", "")
    sibling = Path(__file__).parent.parent / "shared" / "data"
    folder = Path(named) if named else sibling
    if (folder / "MANIFEST.csv").is_file():
        return folder
    if os.environ.get("FDD_NO_DATA") == "1":
        pytest.skip("FDD_NO_DATA=1")
    pytest.fail("FDD_DATA_DIR names no folder with the public data (FDD_NO_DATA=1 goes without)")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A command leaves its language to its process; tests share one."""
    yield
    speak(Language.EN)


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unit tests open no internet socket, not even to this machine."""
    if "unit" in request.path.parts or "property" in request.path.parts:
        real = socket.socket.connect

        def refuse(self: socket.socket, address: object) -> None:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                raise AssertionError("a unit test opened a socket")
            real(self, address)  # type: ignore[arg-type]

        monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, so that two workers end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the tests that ran on real data."""
    global _real_data_tests
    if report.when == "call" and report.passed and "real_data" in report.keywords:
        _real_data_tests += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on real data."""
    if _real_data_tests:
        terminalreporter.write_line(f"{_real_data_tests} tests ran on real data")
