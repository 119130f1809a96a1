"""The console as a user starts it: a process of its own on loopback."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = str(Path(sys.executable).with_name("fdd-client"))


@pytest.fixture
def console(site):
    process = subprocess.Popen(
        [COMMAND, "console", "--folder", str(site.root), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    link = process.stdout.readline().strip()
    yield process, link
    process.kill()
    process.communicate()


def browser():
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def test_the_printed_link_opens_the_pages_once(console):
    _, link = console
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter\?ticket=[\w-]{43}", link)
    origin = link.split("/enter")[0]
    person = browser()
    with person.open(link) as answer:
        assert answer.status == 200
    with person.open(f"{origin}/console/v1/me") as answer:
        assert b"site-one" in answer.read()
    with pytest.raises(urllib.error.HTTPError) as caught:
        browser().open(link)
    assert caught.value.code == 403
    caught.value.close()


def test_only_this_machine_can_reach_it(console):
    _, link = console
    port = int(link.split(":")[2].split("/")[0])
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.2", port))  # the port is taken on 127.0.0.1 alone


def test_the_ticket_is_in_no_log(console):
    process, link = console
    with browser().open(link):
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert link.rsplit("=", 1)[1] not in out + err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_it_is_told_to(console, number):
    process, link = console
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode is not None
    with pytest.raises(urllib.error.URLError):
        browser().open(link)


def test_a_port_in_use_is_an_error_with_a_next_step(site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [COMMAND, "console", "--folder", str(site.root), "--port", port],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 5
    assert "FDD-3707" in done.stderr
    assert "--port" in done.stderr
