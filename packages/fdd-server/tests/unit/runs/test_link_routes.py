"""What a site meets when it takes and answers tasks."""

from __future__ import annotations

import zlib
from types import SimpleNamespace

import pytest

from fdd.protocol.blobs import CHUNK_BYTES, manifest_of
from fdd.protocol.messages import ChunkList, Heartbeat, HeartbeatReply, Phase, ProposedRuns


def code(answer) -> str:
    return answer.json()["code"]


def test_site_takes_sends_and_commits_a_task(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    assert lease.task == task
    assert site.put(task.key, 0, data).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    (reply,) = consortium.hub.federation.close(task.key)
    assert reply.site == site.site_id
    assert b"".join(consortium.hub.federation.payload(task.key, reply)) == data


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "objected"},
        {"certificate_digest": None},
        {"certificate_digest": "9" * 64},
    ],
    ids=["objected", "no-certificate-named", "unknown-certificate"],
)
def test_no_lease_without_a_full_approval(consortium, changes):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    assert site.approve(run_id, digest, **changes).status_code == 204
    consortium.open_task(run_id, digest, [site.site_id])
    assert site.lease() is None


def test_no_lease_without_any_decision(consortium):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    consortium.open_task(run_id, digest, [site.site_id])
    assert site.lease() is None


def test_no_lease_after_the_approval_is_over(consortium):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest, valid_until=consortium.clock() + 60)
    consortium.open_task(run_id, digest, [site.site_id])
    consortium.clock.now += 61
    assert site.lease() is None


def test_no_lease_when_the_certificate_does_not_pass(consortium):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    _, failing = site.certificate(passes=False)
    site.approve(run_id, digest, certificate_digest=failing)
    consortium.open_task(run_id, digest, [site.site_id])
    assert site.lease(passes=False) is None


def test_no_lease_of_a_task_of_another_specification(consortium):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest)
    consortium.open_task(run_id, "7" * 64, [site.site_id])
    assert site.lease() is None


def test_no_lease_for_a_site_outside_the_cohort(consortium):
    inside, outside = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    for site in (inside, outside):
        site.approve(run_id, digest)
    consortium.open_task(run_id, digest, [inside.site_id])
    assert outside.lease() is None
    assert inside.lease() is not None


def test_approval_of_another_specification_is_refused(consortium):
    site = consortium.site("Alpha")
    run_id, _ = consortium.submit()
    answer = site.approve(run_id, "8" * 64)
    assert (answer.status_code, code(answer)) == (422, "FDD-2307")


def test_approval_signed_by_another_site_is_refused(consortium):
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    answer = alpha.send("POST", "/approvals", beta.approval(run_id, digest))
    assert (answer.status_code, code(answer)) == (401, "FDD-1102")


def test_older_decision_does_not_replace_a_newer_one(consortium):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    old = site.approval(run_id, digest)
    consortium.clock.now += 10
    assert site.approve(run_id, digest, decision="objected").status_code == 204
    assert code(site.send("POST", "/approvals", old)) == "FDD-2307"


def test_certificate_of_another_site_is_refused(consortium):
    from fdd.protocol.messages import LeaseRequest

    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    signed, _ = beta.certificate()
    answer = alpha.send("POST", "/leases", LeaseRequest(wait_seconds=0, certificates=(signed,)))
    assert (answer.status_code, code(answer)) == (422, "FDD-2308")


def test_new_lease_of_the_same_site_makes_the_old_one_stale(consortium, make_payload):
    site = consortium.site("Alpha")
    task, first = consortium.working(site)
    second = site.lease()
    assert second is not None
    assert second.fence == first.fence + 1
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    assert code(site.commit(task.key, first.fence, manifest)) == "FDD-2303"
    assert site.commit(task.key, second.fence, manifest).status_code == 204


def test_same_commit_again_is_no_error_even_after_the_close(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    for _ in range(2):
        assert site.commit(task.key, lease.fence, manifest).status_code == 204
    consortium.hub.federation.close(task.key)
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    assert len(consortium.hub.federation.replies(task.key)) == 1


def test_second_different_commit_is_refused(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    site.commit(task.key, lease.fence, manifest)
    answer = site.commit(task.key, lease.fence, manifest, rows=11)
    assert (answer.status_code, code(answer)) == (409, "FDD-2304")


def test_late_reply_is_refused_and_not_counted(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    assert consortium.hub.federation.close(task.key) == []
    assert code(site.put(task.key, 1, data)) == "FDD-2302"
    assert code(site.commit(task.key, lease.fence, manifest)) == "FDD-2302"
    assert consortium.hub.federation.close(task.key) == []


def test_a_late_reply_is_kept_apart_where_the_run_takes_some(consortium, make_payload):
    site, idle = consortium.site("Alpha"), consortium.site("Beta")
    federation = consortium.hub.federation
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    assert federation.close(task.key, late=True) == federation.late(task.key) == []
    assert site.put(task.key, 0, data).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    assert federation.close(task.key, late=True) == federation.replies(task.key) == []
    (late,) = federation.late(task.key)
    assert b"".join(federation.payload(task.key, late)) == data
    assert code(site.commit(task.key, lease.fence, manifest, rows=11)) == "FDD-2304"
    assert code(idle.commit(task.key, lease.fence, manifest)) == "FDD-2301"


def test_no_late_reply_is_taken_once_the_task_is_forgotten(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    consortium.hub.federation.close(task.key, late=True)
    site.put(task.key, 0, data)
    consortium.hub.federation.forget(task.key)
    assert code(site.put(task.key, 0, data)) == "FDD-2302"
    assert code(site.commit(task.key, lease.fence, manifest)) == "FDD-2302"


def test_a_late_task_is_not_handed_out_again(consortium):
    site = consortium.site("Alpha")
    task, _ = consortium.working(site)
    consortium.hub.federation.close(task.key, late=True)
    assert site.lease() is None


def test_unknown_task_is_not_found(consortium):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    for path in ("/replies/other/1/train", "/replies/x/1/dance", "/replies/%2e%2e/1/train"):
        assert site.send("GET", path).status_code == 404
    other = task.key.model_copy(update={"round": 99})
    assert code(site.commit(other, lease.fence, None, status="failed")) == "FDD-2301"


def test_commit_without_its_chunks_is_refused(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    _, manifest = make_payload()
    answer = site.commit(task.key, lease.fence, manifest)
    assert (answer.status_code, code(answer)) == (409, "FDD-2305")


def test_chunk_that_is_gone_from_the_disk_is_asked_for_again(consortium, home, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    (file,) = (path for path in home.uploads.rglob("*") if path.is_file())
    file.unlink()
    assert code(site.commit(task.key, lease.fence, manifest)) == "FDD-2305"
    assert site.send("GET", f"/replies/{task.key.run_id}/1/train").json() == {"chunks": {}}
    site.put(task.key, 0, data)
    assert site.commit(task.key, lease.fence, manifest).status_code == 204


def test_replies_without_bytes_are_asked_for_again_after_a_restore(consortium, home, make_payload):
    one, two = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    for site in (one, two):
        assert site.approve(run_id, digest).status_code == 204
    key = consortium.open_task(run_id, digest, [one.site_id, two.site_id]).key
    data, manifest = make_payload()

    def answer(site):
        lease = site.lease()
        assert site.put(key, 0, data).status_code == 204
        assert site.commit(key, lease.fence, manifest).status_code == 204

    answer(one)
    answer(two)
    (gone,) = home.uploads.glob(f"{run_id}/*/{one.site_id}/*")
    gone.unlink()
    consortium.hub.recover()
    assert one.send("GET", f"/replies/{run_id}/1/train").json()["chunks"] == {}
    assert two.lease() is None
    answer(one)
    consortium.hub.recover()
    replies = consortium.hub.federation.close(key)
    assert [b"".join(consortium.hub.federation.payload(key, r)) for r in replies] == [data, data]
    next(home.uploads.glob(f"{run_id}/*/{one.site_id}/*")).unlink()
    consortium.hub.recover()  # a closed task is a fact
    assert consortium.hub.federation.close(key) == replies
    (reply,) = (r for r in replies if r.site == one.site_id)
    with pytest.raises(FileNotFoundError):
        list(consortium.hub.federation.payload(key, reply))


def packed_put(site, key, data: bytes, body: bytes, encoding: str = "deflate"):
    path = f"/link/v1/replies/{key.run_id}/1/train/0"
    headers = {**site.headers("PUT", path, data), "Content-Encoding": encoding}
    return site.client.request("PUT", path, content=body, headers=headers)


def test_a_packed_chunk_is_the_chunk(consortium, home):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data = b"many of a kind" * 200_000
    manifest = manifest_of(data)
    body = zlib.compress(data, 1)
    assert len(body) < len(data) / 10
    assert packed_put(site, task.key, data, body).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    (reply,) = consortium.hub.federation.close(task.key)
    assert b"".join(consortium.hub.federation.payload(task.key, reply)) == data


BODIES = {
    "garbage": lambda data: b"\x78\x9c not packed at all",
    "cut": lambda data: zlib.compress(data)[:-5],
    "longer": lambda data: zlib.compress(data) + b"x",
    "bomb": lambda data: zlib.compress(bytes(CHUNK_BYTES + 1)),
    "other": lambda data: zlib.compress(data + b"x"),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_packed_chunk_that_is_none_changes_nothing(consortium, make_payload, body):
    site = consortium.site("Alpha")
    task, _ = consortium.working(site)
    data, manifest = make_payload()
    refused = packed_put(site, task.key, data, BODIES[body](data))
    assert refused.status_code in {409, 422}
    assert code(refused) in {"FDD-1101", "FDD-1104"}
    assert site.send("GET", f"/replies/{task.key.run_id}/1/train").json()["chunks"] == {}
    assert code(packed_put(site, task.key, data, data, "br")) == "FDD-2009"
    assert site.put(task.key, 0, data).status_code == 204
    assert manifest.chunks


def test_stored_chunks_are_listed_and_can_be_replaced(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    old, _ = make_payload(1)
    new, manifest = make_payload(2)
    for data in (old, old, new):
        assert site.put(task.key, 0, data).status_code == 204
    listed = site.send("GET", f"/replies/{task.key.run_id}/1/train")
    assert ChunkList.model_validate_json(listed.content).chunks == {0: manifest.chunks[0]}
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    (reply,) = consortium.hub.federation.close(task.key)
    assert b"".join(consortium.hub.federation.payload(task.key, reply)) == new


def test_chunk_with_other_content_than_signed_changes_nothing(consortium, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    path = f"/link/v1/replies/{task.key.run_id}/1/train/0"
    forged = data[::-1]
    headers = site.headers("PUT", path, data[1:])
    answer = site.client.put(path, content=forged, headers=headers)
    assert (answer.status_code, code(answer)) == (422, "FDD-1104")
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    (reply,) = consortium.hub.federation.close(task.key)
    assert b"".join(consortium.hub.federation.payload(task.key, reply)) == data


def test_chunk_beyond_the_model_is_refused_before_it_is_read(consortium, model_bytes, make_payload):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest)
    task = consortium.open_task(run_id, digest, [site.site_id], model=model_bytes)
    assert site.lease() is not None
    data, _ = make_payload()
    assert code(site.put(task.key, 1, data)) == "FDD-2306"


def test_body_longer_than_a_chunk_is_refused(consortium):
    site = consortium.site("Alpha")
    task, _ = consortium.working(site)
    answer = site.put(task.key, 0, bytes((8 << 20) + 1))
    assert (answer.status_code, code(answer)) == (413, "FDD-2008")


def test_declined_task_counts_as_an_answer_without_payload(consortium):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    answer = site.commit(task.key, lease.fence, None, status="declined", reason="policy.paused")
    assert answer.status_code == 204
    (reply,) = consortium.hub.federation.close(task.key)
    assert (reply.status, reply.reason) == ("declined", "policy.paused")


def test_evaluation_takes_no_payload(consortium, make_payload):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest)
    task = consortium.open_task(run_id, digest, [site.site_id], phase=Phase.EVALUATE)
    lease = site.lease()
    data, manifest = make_payload()
    assert code(site.put(task.key, 0, data)) == "FDD-2306"
    assert code(site.commit(task.key, lease.fence, manifest)) == "FDD-2306"
    metrics = [{"name": "rmse", "value": 0.5, "weight": 10}]
    assert site.commit(task.key, lease.fence, None, metrics=metrics).status_code == 204


def test_forgetting_deletes_the_files_and_keeps_the_reply(consortium, home, make_payload):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    site.commit(task.key, lease.fence, manifest)
    before = consortium.hub.federation.close(task.key)
    assert any(path.is_file() for path in home.uploads.rglob("*"))
    consortium.hub.federation.forget(task.key)
    assert not any(home.uploads.rglob("*"))
    assert consortium.hub.federation.close(task.key) == before


def test_site_reads_models_only_of_runs_it_approved(consortium, model_bytes):
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    alpha.approve(run_id, digest)
    sites = [alpha.site_id, beta.site_id]
    task = consortium.open_task(run_id, digest, sites, model=model_bytes)
    path = f"/blobs/{task.model.id}"
    assert alpha.send("GET", path + "/manifest").json()["size"] == len(model_bytes)
    assert alpha.send("GET", path + "/chunks/0").content == model_bytes
    assert alpha.send("GET", path + "/chunks/1").status_code == 404
    for part in ("/manifest", "/chunks/0"):
        assert code(beta.send("GET", path + part)) == "FDD-1106"


def test_heartbeat_says_whether_the_task_is_still_wanted(consortium):
    site = consortium.site("Alpha")
    task, _ = consortium.working(site)
    beat = {
        "state": "working",
        "task": task.key.model_dump(mode="json"),
        "progress": 0.5,
        "client_version": "0.1.0",
        "protocol": 1,
    }

    def wanted() -> bool:
        answer = site.send("POST", "/heartbeat", Heartbeat.model_validate(beat))
        return HeartbeatReply.model_validate_json(answer.content).task_open

    assert wanted()
    consortium.hub.federation.close(task.key)
    assert not wanted()


def test_site_sees_open_runs_and_what_it_decided(consortium):
    site = consortium.site("Alpha")
    first, digest = consortium.submit(name="first")
    consortium.submit(name="second")
    site.approve(first, digest)
    found = ProposedRuns.model_validate_json(site.send("GET", "/runs").content)
    assert [(run.spec.name, run.decided) for run in found.items] == [
        ("first", "approved"),
        ("second", "waiting"),
    ]


def test_heartbeat_says_when_the_runs_of_a_site_are_others(consortium):
    site = consortium.site("Alpha")
    beat = {"state": "idle", "client_version": "0.1.0", "protocol": 1}

    def revision() -> str:
        answer = site.send("POST", "/heartbeat", Heartbeat.model_validate(beat))
        return HeartbeatReply.model_validate_json(answer.content).runs_revision

    seen = [revision()]
    first, digest = consortium.submit(name="first")
    seen.append(revision())
    site.approve(first, digest)
    seen.append(revision())
    consortium.submit(name="second")
    seen.append(revision())
    assert revision() == seen[-1]
    assert len({*seen, ""}) == len(seen) + 1


def test_upload_that_does_not_fit_is_refused(consortium, make_payload, monkeypatch):
    site = consortium.site("Alpha")
    task, _ = consortium.working(site)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1000))
    data, _ = make_payload()
    answer = site.put(task.key, 0, data)
    assert (answer.status_code, code(answer)) == (507, "FDD-1201")
    assert answer.headers["retry-after"]


def test_the_first_chunk_of_an_answer_that_will_not_fit_is_refused(
    consortium, make_payload, monkeypatch
):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest)
    model = bytes(20 << 20)
    task = consortium.open_task(run_id, digest, [site.site_id], model=model)
    assert site.lease() is not None
    data, _ = make_payload()
    room = (64 << 20) + (10 << 20)  # for this chunk, not for the others
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=room))
    answer = site.put(task.key, 0, data)
    assert (answer.status_code, code(answer)) == (507, "FDD-1201")
