"""Does one leased task: check, train, write down, send."""

from __future__ import annotations

import threading
import time

import structlog
from blake3 import blake3

from fdd.core.spec import RunSpec
from fdd.protocol.blobs import BlobManifest, manifest_of
from fdd.protocol.codec import read_header
from fdd.protocol.messages import Lease, Phase, ReplyCommit, Task
from fdd_client.agent.control import read_control
from fdd_client.agent.membership import Membership
from fdd_client.agent.runs import OutboxItem, RunFolder
from fdd_client.agent.served import ServedModels
from fdd_client.agent.status import StatusFile
from fdd_client.journal import Journal
from fdd_client.link import Link
from fdd_client.policy import judge, load_policy
from fdd_client.sandbox import (
    Job,
    Level,
    Result,
    SandboxError,
    TrainingFailedError,
    Worker,
    choose,
    graphics,
)
from fdd_client.sandbox.lines import ChildJob
from fdd_client.settings import ClientSettings, SiteFolder
from fdd_client.vault.entry import VaultEntry
from fdd_client.vault.memory import Opened
from fdd_client.vault.shared import keep_learnt
from fdd_client.vault.vault import Vault

__all__ = ["Declined", "TaskRunner"]

_log = structlog.get_logger()


class Declined(Exception):  # noqa: N818 - an outcome that is sent, not an error
    """The site does not do a task; ``reason`` is the rule."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TaskRunner:
    """Carries leases out, one at a time.

    Args:
        folder: The site.
        settings: Sandbox and limits.
        link: The connection to the hub.
        vault: The data.
        journal: Written before anything is sent.
        status: Told what happens.
        membership: Knows with whom this site works.
    """

    def __init__(
        self,
        folder: SiteFolder,
        settings: ClientSettings,
        link: Link,
        vault: Vault,
        journal: Journal,
        status: StatusFile,
        membership: Membership,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._link = link
        self._vault = vault
        self._journal = journal
        self._status = status
        self._membership = membership
        self._site = folder.identity().site_id
        self._worker: tuple[str, Worker, Level] | None = None
        self._opened: Opened | None = None
        self.wanted = threading.Event()

    def carry_out(self, lease: Lease) -> None:
        """Do a task and send its answer, or say why not."""
        task = lease.task
        run = RunFolder(self._folder, task.key.run_id)
        self.wanted.set()
        self._status.update(state="working", why=None, task=task.key, progress=0.0)
        item = run.stored(task.key)
        again = item is not None
        _log.info("task_taken", task=str(task.key), again=again)
        if item is None:
            try:
                item = self._work(run, lease)
            except Declined as declined:
                _log.info("task_declined", task=str(task.key), reason=declined.reason)
                item = OutboxItem(
                    key=task.key,
                    payload=None,
                    reply=ReplyCommit(fence=1, status="declined", reason=declined.reason),
                )
            except TrainingFailedError as error:
                if error.params.get("reason") == "stopped":
                    return
                _log.warning("task_failed", task=str(task.key), **error.params)
                reason = str(error.params.get("reason", "failed"))
                if reason == "process_died" and task.deadline > time.time():
                    raise
                item = OutboxItem(
                    key=task.key,
                    payload=None,
                    reply=ReplyCommit(fence=1, status="failed", reason=reason),
                )
        self._send(run, item, lease.fence, again=again)

    def stop(self) -> None:
        """Kill the training process."""
        self.wanted.clear()
        if self._worker is not None:
            self._worker[1].stop()
            self._worker = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _work(self, run: RunFolder, lease: Lease) -> OutboxItem:
        task = lease.task
        refused = self._membership.refuses(lease.cohort)
        if refused is not None:
            raise Declined(refused)
        spec, entry = self._admit(run, task)
        worker, level = self._worker_for(run, spec, entry)
        model = None
        if task.model is not None:
            path = run.model_path(task.model.id)
            if not path.exists():
                self._link.fetch(task.model, path)
            model = path.name
        result = worker.perform(
            task, model, lambda share: self._status.update(progress=share), self._still_wanted
        )
        return self._finish(run, task, (spec, entry), result, level)

    def _admit(self, run: RunFolder, task: Task) -> tuple[RunSpec, VaultEntry]:
        """The site's own check, whatever the hub says; each refusal names its rule."""
        spec, approval = run.spec(), run.approval()
        if spec is None or approval is None or approval.decision != "approved":
            raise Declined("not_approved")
        if not run.spec_digest() == approval.spec_digest == task.spec_digest:
            raise Declined("spec_changed")
        if approval.valid_until < time.time():
            raise Declined("approval_expired")
        if task.key.run_id in read_control(self._folder).aborted:
            raise Declined("aborted_by_site")
        verdict = judge(load_policy(self._folder), spec)
        if not verdict.allowed:
            raise Declined(verdict.rule)
        entry = self._vault.choose(spec)
        if entry is None or entry.certificate_digest != approval.certificate_digest:
            raise Declined("certificate_changed")
        return spec, entry

    def _worker_for(self, run: RunFolder, spec: RunSpec, entry: VaultEntry) -> tuple[Worker, Level]:
        name = run.root.name
        if self._worker is not None and self._worker[0] == name:
            return self._worker[1], self._worker[2]
        self.stop()
        self.wanted.set()
        weakest = load_policy(self._folder).weakest_sandbox
        try:
            level = choose(weakest, self._settings.sandbox)
        except SandboxError as error:
            raise Declined("sandbox_too_weak") from error
        run.create()
        featurizer = spec.data.featurizer
        self._opened = self._vault.open(entry, "training", featurizer=featurizer)
        reference = self._vault.reference(featurizer, self._opened)
        dataset = self._opened.dataset
        device = self._settings.training_device
        readable = [dataset, *([reference] if reference else [])]
        readable += () if device == "cpu" else graphics()
        job = Job(
            folder=run.job,
            description=ChildJob(
                site=self._site,
                spec=spec,
                dataset=str(dataset.resolve()),
                others=str(reference.resolve()) if reference else None,
                admitted=entry.certificate.admitted_endpoints,
                reference=self._settings.boosted_reference,
                device=device,
                histograms=self._histograms(spec, entry),
            ),
            readable=readable,
            level=level,
            memory_mib=self._settings.training_memory_mib,
            timeout_seconds=self._settings.training_timeout_seconds,
        )
        worker = Worker(job)
        self._worker = (name, worker, level)
        self._status.update(sandbox_level=level)
        return worker, level

    def _histograms(self, spec: RunSpec, entry: VaultEntry) -> dict[str, tuple[int, ...]]:
        """What the data card shows of the run's endpoints: if the run asks, and the policy lets."""
        rule = load_policy(self._folder).projects[spec.project]
        if not (spec.data.histograms and rule.share_histograms):
            return {}
        wanted = {e.id for e in spec.endpoints} & set(entry.certificate.admitted_endpoints)
        shown = self._vault.card(entry).endpoints
        return {e.endpoint: e.counts for e in shown if e.counts and e.endpoint in wanted}

    def _finish(
        self,
        run: RunFolder,
        task: Task,
        admitted: tuple[RunSpec, VaultEntry],
        result: Result,
        level: Level,
    ) -> OutboxItem:
        """Write down what will leave, then keep it for sending."""
        spec, entry = admitted
        rule = load_policy(self._folder).projects[spec.project]
        manifest = None
        if result.payload is not None:
            data = result.payload.read_bytes()
            manifest = manifest_of(data)
            self._journal_update(task, manifest, data, result.done.norm)
        metrics = result.done.metrics if rule.metrics == "basic" else ()
        reply = ReplyCommit(
            fence=1,
            status="done",
            payload=manifest,
            metrics=metrics,
            rows=result.done.rows if rule.metrics == "basic" else 0,
            sandbox_level=level,
        )
        body = reply.model_dump_json().encode()
        self._journal.append(
            "metrics",
            recipient="hub",
            size=len(body),
            digest=blake3(body).hexdigest(),
            run_id=task.key.run_id,
            round_number=task.key.round,
            phase=task.key.phase.value,
        )
        if result.done.value is not None:
            run.keep_report(result.done.value)
            if result.done.card is not None:
                models = ServedModels(self._folder)
                models.keep(run, entry, result.done.card, result.done.models)
                keep_learnt(
                    self._folder,
                    (run.job / result.done.models["federated"]).read_bytes(),
                    [endpoint.id for endpoint in spec.endpoints],
                    spec.cohort.minimum_sites,
                    task.histograms,
                )
            if rule.share_report:
                self._share_report(run, task)
        return run.store(task.key, result.payload, reply)

    def _journal_update(
        self, task: Task, manifest: BlobManifest, data: bytes, norm: float | None
    ) -> None:
        names = tuple(name for name, _, _ in read_header(data).layout)
        self._journal.append(
            "update",
            recipient="hub",
            size=manifest.size,
            digest=manifest.id,
            run_id=task.key.run_id,
            round_number=task.key.round,
            phase=task.key.phase.value,
            tensors=names,
            norm=norm,
            sealed=False,
        )

    def _share_report(self, run: RunFolder, task: Task) -> None:
        value = run.value()
        if value is None:
            return
        report = value.run_report(to_share=True)
        body = report.model_dump_json().encode()
        self._journal.append(
            "report",
            recipient="hub",
            size=len(body),
            digest=blake3(body).hexdigest(),
            run_id=task.key.run_id,
            round_number=task.key.round,
            phase=task.key.phase.value,
        )
        self._link.report(report)

    def _journal_refusal(self, item: OutboxItem) -> None:
        """A refusal says which rule or fault it was; that leaves, too."""
        body = item.reply.model_dump_json().encode()
        self._journal.append(
            "metrics",
            recipient="hub",
            size=len(body),
            digest=blake3(body).hexdigest(),
            run_id=item.key.run_id,
            round_number=item.key.round,
            phase=item.key.phase.value,
        )

    def _send(self, run: RunFolder, item: OutboxItem, fence: int, *, again: bool) -> None:
        self._status.update(state="sending", task=item.key)
        if item.reply.status != "done":
            self._journal_refusal(item)
        path = run.payload_path(item)
        if path is not None and item.reply.payload is not None:
            self._link.send(item.key, item.reply.payload, path, self._count, again=again)
        self._link.commit(item.key, item.reply.model_copy(update={"fence": fence}))
        if run.root.exists():
            run.sent(item.key)
        if item.key.phase is Phase.FINALIZE:
            self.stop()
        self._status.update(state="idle", task=None, last_task=item.key, last_sent_at=time.time())
        _log.info("task_sent", task=str(item.key), status=item.reply.status)

    def _count(self, size: int) -> None:
        self._status.update(sent_bytes=self._status.current.sent_bytes + size)

    def _still_wanted(self) -> bool:
        return self.wanted.is_set()
