"""What a site keeps about one run: spec, approval, models, outbox, report."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import Digest, RunId, is_name
from fdd.core.spec import RunSpec
from fdd.protocol.messages import Phase, ReplyCommit, TaskKey
from fdd.protocol.statements import Approval
from fdd.training import ValueReport
from fdd_client.settings import SiteFolder

__all__ = ["OutboxItem", "RunFolder"]


class OutboxItem(BaseModel):
    """A finished answer that is stored before it is sent, and sent until it is accepted.

    Attributes:
        payload: File in the outbox; None when there are no tensors.
        reply: The commit, whose fence is set when it is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: TaskKey
    payload: str | None
    reply: ReplyCommit


class RunFolder:
    """Files of one run in ``runs/<run>``."""

    def __init__(self, folder: SiteFolder, run_id: RunId) -> None:
        if not is_name(run_id):
            raise ValueError("not a run id")
        self.root = folder.runs / run_id
        self.job = self.root / "job"
        self._folder = folder
        self._outbox = self.root / "outbox"

    def create(self) -> None:
        """Make the folders."""
        for path in (self._folder.runs, self.root, self.job, self._outbox):
            path.mkdir(exist_ok=True, mode=0o700)

    def keep_decision(self, spec: RunSpec, approval: Approval) -> None:
        """Store what was decided about which specification."""
        self.create()
        self._write("spec.json", spec)
        self._write("approval.json", approval)

    def spec(self) -> RunSpec | None:
        """The specification that was decided about."""
        stored = self._stored_spec()
        return stored[0] if stored is not None else None

    def spec_digest(self) -> Digest | None:
        """Its digest."""
        stored = self._stored_spec()
        return stored[1] if stored is not None else None

    def approval(self) -> Approval | None:
        """The site's own decision."""
        path = self.root / "approval.json"
        return Approval.model_validate_json(path.read_bytes()) if path.exists() else None

    def model_path(self, blob: str) -> Path:
        """Where a model of the run is kept for the training process; older ones are deleted."""
        path = self.job / f"model-{blob[:16]}.safetensors"
        for other in self.job.glob("model-*.safetensors"):
            if other != path:
                other.unlink()
        return path

    def stored(self, key: TaskKey) -> OutboxItem | None:
        """The answer to a task that was finished before."""
        path = self._outbox / f"{_stem(key)}.json"
        return OutboxItem.model_validate_json(path.read_bytes()) if path.exists() else None

    def store(self, key: TaskKey, payload: Path | None, reply: ReplyCommit) -> OutboxItem:
        """Keep an answer until it was accepted."""
        name = f"{_stem(key)}.safetensors" if payload is not None else None
        if payload is not None and name is not None:
            payload.replace(self._outbox / name)
        item = OutboxItem(key=key, payload=name, reply=reply)
        self._folder.write_private(
            self._outbox / f"{_stem(key)}.json", item.model_dump_json().encode()
        )
        return item

    def payload_path(self, item: OutboxItem) -> Path | None:
        """The file of an answer's tensors."""
        return self._outbox / item.payload if item.payload else None

    def sent(self, key: TaskKey) -> None:
        """Forget answers to earlier tasks; the last one stays, should it be asked for again."""
        for path in self._outbox.iterdir():
            if not path.name.startswith(_stem(key)):
                path.unlink(missing_ok=True)

    def keep_report(self, value: ValueReport) -> None:
        """Store the private value report; it stays at the site."""
        self._write("value.json", value)

    def value(self) -> ValueReport | None:
        """The value report, once the run has ended here."""
        path = self.root / "value.json"
        return ValueReport.model_validate_json(path.read_bytes()) if path.exists() else None

    def reported_at(self) -> float | None:
        """When the value report was stored, in seconds since the epoch."""
        path = self.root / "value.json"
        return path.stat().st_mtime if path.exists() else None

    def _stored_spec(self) -> tuple[RunSpec, Digest] | None:
        path = self.root / "spec.json"
        return _read_spec(path.read_bytes()) if path.exists() else None

    def _write(self, name: str, value: BaseModel) -> None:
        self._folder.write_private(self.root / name, value.model_dump_json(indent=1).encode())


@lru_cache(maxsize=4)
def _read_spec(text: bytes) -> tuple[RunSpec, Digest]:
    """A specification with its digest, which takes longer than all other checks of a task."""
    spec = RunSpec.model_validate_json(text)
    return spec, spec.digest()


def _stem(key: TaskKey) -> str:
    order = list(Phase).index(key.phase)
    return f"{key.round:06d}-{order}-{key.phase.value}"
