"""Series of numbers, and the stream that pages follow."""

from __future__ import annotations

import json

import pytest

from fdd.tracking.series import Point


def point(value, *, number=1, name="rmse", endpoint=None, site=None) -> Point:
    return Point(run_id="run-1", name=name, endpoint=endpoint, site=site, round=number, value=value)


def read(consortium, query: str = "", headers=None) -> list[tuple[int, str, dict]]:
    """What a stream has to say until now."""
    consortium.hub.notifier.close()  # a stream ends after what is there
    found = []
    with consortium.web.stream("GET", f"/api/v1/stream{query}", headers=headers or {}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for block in "".join(answer.iter_text()).split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "event" in lines:
                found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def test_point_logged_again_replaces_the_first(consortium):
    consortium.hub.tracker.log([point(0.9), point(0.7, number=2)])
    consortium.hub.tracker.log([point(0.8)])
    consortium.sign_in()
    (series,) = consortium.web.get("/api/v1/runs/run-1/series").json()["series"]
    assert series["points"] == [[1, 0.8], [2, 0.7]]
    assert series["better"] == "lower"


def test_series_are_kept_apart_by_name_endpoint_and_site(consortium):
    consortium.hub.tracker.log(
        [
            point(1.0),
            point(2.0, endpoint="herg.pic50"),
            point(3.0, endpoint="herg.pic50", site="alpha"),
            point(0.5, name="roc_auc"),
        ]
    )
    consortium.sign_in()
    found = consortium.web.get("/api/v1/runs/run-1/series").json()["series"]
    assert [(s["name"], s["endpoint"], s["site"], s["better"]) for s in found] == [
        ("rmse", None, None, "lower"),
        ("rmse", "herg.pic50", None, "lower"),
        ("rmse", "herg.pic50", "alpha", "lower"),
        ("roc_auc", None, None, "higher"),
    ]


def test_stream_resumes_after_the_last_event_without_gap(consortium):
    consortium.sign_in()
    consortium.hub.tracker.log([point(float(n), number=n) for n in range(1, 6)])
    with consortium.hub.database.read() as work:
        second = consortium.hub.feed.after(work, 0, None, 100)[1].id
    for resumed in (
        read(consortium, headers={"Last-Event-ID": str(second)}),
        read(consortium, f"?after={second}"),
    ):
        assert [data["round"] for _, event, data in resumed if event == "series"] == [3, 4, 5]


def test_new_stream_begins_now(consortium):
    consortium.hub.tracker.log([point(1.0)])
    consortium.sign_in()
    assert read(consortium) == []


def test_stream_of_a_run_leaves_other_runs_out(consortium):
    consortium.hub.tracker.log([point(1.0)])
    with consortium.hub.database.read() as work:
        assert consortium.hub.feed.after(work, 0, "run-2", 100) == []
        assert len(consortium.hub.feed.after(work, 0, "run-1", 100)) == 1


def test_site_that_joins_is_news_for_every_page(consortium):
    consortium.site("Alpha")
    with consortium.hub.database.read() as work:
        (item,) = consortium.hub.feed.after(work, 0, "run-1", 100)
    assert (item.event, json.loads(item.data)["site"]) == ("site", "alpha")


def test_news_of_a_rolled_back_change_do_not_appear(consortium):
    def fail() -> None:
        with consortium.hub.database.write() as work:
            consortium.hub.feed.append(work, "run-1", "run", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with consortium.hub.database.read() as work:
        assert consortium.hub.feed.newest(work) == 0


def test_old_news_are_forgotten_but_numbers_are_not_used_again(consortium):
    consortium.hub.tracker.log([point(1.0), point(2.0, number=2)])
    consortium.clock.now += 8 * 86_400
    consortium.hub.housekeeping()
    with consortium.hub.database.read() as work:
        before = consortium.hub.feed.newest(work)
        assert len(consortium.hub.feed.after(work, 0, None, 100)) == 1
    consortium.hub.tracker.log([point(3.0, number=3)])
    with consortium.hub.database.read() as work:
        assert consortium.hub.feed.newest(work) > before
