"""Blobs in a bucket of an S3-compatible store (extra ``fdd[s3]``).

``<prefix>/parts/<place>/<index>`` are the chunks, written first; ``<prefix>/blobs/<id>.json`` names
place and manifest and is written last, only if it is not there yet: so a blob exists whole or not
at all, and of two writers of one blob one wins and the other takes its parts back. Parts of a
writer that was killed are no blob; ``sweep`` deletes them.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.core.errors import ConfigurationError, ExitCode, FddError
from fdd.core.ids import BlobId
from fdd.protocol.blobs import CHUNK_BYTES, BlobHasher, BlobManifest
from fdd.protocol.errors import BlobError

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

__all__ = ["S3Store", "StoreUnreachableError"]

_KEPT: Final = 64
_ABANDONED: Final = timedelta(days=1)
_RETRY: Final = {"max_retries": 4, "retry_timeout": timedelta(seconds=20)}


class StoreUnreachableError(FddError):
    """The object store does not answer, or refuses what is asked of it."""

    code = "FDD-1202"
    status = 503
    exit_code = ExitCode.UNREACHABLE
    title = "The object store cannot be used"
    advice = "The operator looks at the store: fdd-server doctor"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    manifest: BlobManifest


class S3Store:
    """A bucket, or a part of one, as a store of blobs.

    Credentials come from the environment (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, or what
    the machine's role gives); they are in no file of ours.

    Args:
        url: ``s3://bucket/prefix``.
        endpoint: Address of a store that is not Amazon's; empty: Amazon's.
        region: Its region.

    Raises:
        ConfigurationError: if the address is not one, or the extra is not installed.
    """

    def __init__(self, url: str, endpoint: str = "", region: str = "us-east-1") -> None:
        place = urlsplit(url)
        if place.scheme != "s3" or not place.netloc or place.query or "@" in place.netloc:
            raise ConfigurationError(
                "The object store is given as s3://bucket/prefix", hint="Set storage.url"
            )
        self._prefix = place.path.strip("/")
        self._bucket = _bucket(place.netloc, endpoint, region)
        self._lock = threading.Lock()
        self._records: OrderedDict[BlobId, _Record] = OrderedDict()

    def manifest(self, blob: BlobId) -> BlobManifest:
        """See ``BlobStore``."""
        return self._record(blob).manifest

    def __contains__(self, blob: BlobId) -> bool:
        try:
            self._record(blob)
        except BlobError:
            return False
        return True

    def chunk(self, blob: BlobId, index: int) -> bytes:
        """See ``BlobStore``. What the store returns is checked: it is another's machine."""
        record = self._record(blob)
        if not 0 <= index < len(record.manifest.chunks):
            raise BlobError(f"There is no chunk {index}", blob=blob[:64], chunk=index)
        data = self._get(self._part(record.place, index))
        if data is None:
            self._forget(blob)
            raise _missing(blob)
        record.manifest.check_chunk(index, data)
        return data

    def put(self, manifest: BlobManifest, chunks: Iterator[bytes | memoryview]) -> None:
        """See ``BlobStore``."""
        if manifest.id in self:
            return
        with self._draft() as place:
            for (index, _, _), chunk in zip(manifest.spans(), chunks, strict=True):
                manifest.check_chunk(index, chunk)
                self._create(self._part(place, index), bytes(chunk))
            self._keep(place, manifest)

    def write(self, size: int, pieces: Iterator[bytes | memoryview]) -> BlobManifest:
        """See ``BlobStore``. Needs the memory of one chunk."""
        hasher = BlobHasher()
        with self._draft() as place:
            for index, chunk in enumerate(_cut(pieces)):
                hasher.update(chunk)
                self._create(self._part(place, index), bytes(chunk))
            if hasher.size != size:
                raise ValueError(f"{hasher.size} bytes were given instead of {size}")
            manifest = hasher.manifest()
            self._keep(place, manifest)
        return manifest

    def delete(self, blob: BlobId) -> None:
        """See ``BlobStore``."""
        try:
            record = self._record(blob, fresh=True)
        except BlobError:
            return
        self._forget(blob)
        self._delete([self._name(blob)])
        self._clear(record.place)

    def check(self) -> None:
        """Write, read and delete something, as ``doctor`` does.

        Raises:
            StoreUnreachableError: if the store cannot be used.
        """
        name = self._key("check", secrets.token_hex(8))
        self._create(name, b"fdd")
        if self._get(name) != b"fdd":
            raise StoreUnreachableError("The object store does not return what was written")
        self._delete([name])

    def sweep(self) -> int:
        """Delete parts of writers that were killed more than a day ago; how many objects."""
        import obstore

        before = datetime.now(UTC) - _ABANDONED
        with _understood():
            names = [str(m["path"]) for page in obstore.list(self._bucket, self._key("blobs"))
                     for m in page]  # fmt: skip
            kept = {self._read(name).place for name in names if name.endswith(".json")}
            old = [
                str(meta["path"])
                for page in obstore.list(self._bucket, self._key("parts"))
                for meta in page
                if meta["last_modified"] < before and str(meta["path"]).split("/")[-2] not in kept
            ]
        self._delete(old)
        return len(old)

    @contextmanager
    def _draft(self) -> Iterator[str]:
        """A place for parts that is empty afterwards, unless its blob was kept."""
        place = secrets.token_hex(16)
        try:
            yield place
        except BaseException:
            self._clear(place)
            raise

    def _keep(self, place: str, manifest: BlobManifest) -> None:
        record = _Record(place=place, manifest=manifest)
        if self._create(self._name(manifest.id), record.model_dump_json().encode()):
            self._remember(record)
        else:
            self._clear(place)  # somebody else was first, with the same content

    def _record(self, blob: BlobId, *, fresh: bool = False) -> _Record:
        if len(blob) != 64 or not set(blob) <= set("0123456789abcdef"):
            raise _missing("?")
        with self._lock:
            known = self._records.get(blob)
        if known is not None and not fresh:
            return known
        record = self._read(self._name(blob))
        if record.manifest.id != blob:
            raise StoreUnreachableError("The object store returns another blob than was asked for")
        self._remember(record)
        return record

    def _read(self, name: str) -> _Record:
        data = self._get(name)
        if data is None:
            raise _missing(name.rpartition("/")[2].removesuffix(".json"))
        try:
            return _Record.model_validate_json(data)
        except ValidationError as error:
            raise StoreUnreachableError("A record of the object store is damaged") from error

    def _remember(self, record: _Record) -> None:
        with self._lock:
            self._records[record.manifest.id] = record
            while len(self._records) > _KEPT:
                self._records.popitem(last=False)

    def _forget(self, blob: BlobId) -> None:
        with self._lock:
            self._records.pop(blob, None)

    def _key(self, *parts: str) -> str:
        return "/".join([*([self._prefix] if self._prefix else []), *parts])

    def _name(self, blob: BlobId) -> str:
        return self._key("blobs", f"{blob}.json")

    def _part(self, place: str, index: int) -> str:
        return self._key("parts", place, f"{index:06d}")

    def _create(self, name: str, data: bytes) -> bool:
        """Put an object that is not there; whether it was not."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with _understood():
            try:
                obstore.put(self._bucket, name, data, mode="create")
            except (AlreadyExistsError, PreconditionError):
                return False
        return True

    def _get(self, name: str) -> bytes | None:
        import obstore

        with _understood():
            try:
                return bytes(obstore.get(self._bucket, name).bytes())
            except FileNotFoundError:
                return None

    def _clear(self, place: str) -> None:
        import obstore

        with _understood():
            found = [
                str(meta["path"])
                for page in obstore.list(self._bucket, self._key("parts", place))
                for meta in page
            ]
        self._delete(found)

    def _delete(self, names: list[str]) -> None:
        import obstore

        with _understood():
            for name in names:
                try:
                    obstore.delete(self._bucket, name)
                except FileNotFoundError:
                    continue


def _bucket(name: str, endpoint: str, region: str) -> Bucket:
    try:
        from obstore.store import S3Store as Bucket
    except ImportError as error:
        raise ConfigurationError(
            "An object store needs the extra s3", hint="pip install 'fdd[s3]'"
        ) from error
    options: dict[str, Any] = {"region": region, "retry_config": _RETRY}
    if endpoint:
        plain = endpoint.startswith("http://")
        options |= {"endpoint": endpoint, "client_options": {"allow_http": plain}}
    return Bucket(name, **options)


def _cut(pieces: Iterator[bytes | memoryview]) -> Iterator[memoryview]:
    """The same bytes in chunks; the last may be shorter."""
    waiting = bytearray()
    for piece in pieces:
        view = memoryview(piece).cast("B")
        while view:
            room = CHUNK_BYTES - len(waiting)
            waiting += view[:room]
            view = view[room:]
            if len(waiting) == CHUNK_BYTES:
                yield memoryview(bytes(waiting))
                waiting = bytearray()
    if waiting:
        yield memoryview(bytes(waiting))


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what goes wrong at the store into an error of ours, without its words: they may hold
    addresses with secrets."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:  # a missing bucket is a FileNotFoundError
        raise StoreUnreachableError(
            f"The object store cannot be used ({type(error).__name__})",
            hint="Check storage.url, storage.endpoint and the credentials in the environment",
            kind=type(error).__name__,
        ) from error


def _missing(blob: str) -> BlobError:
    return BlobError(
        f"Blob {blob[:12]}… is not stored here",
        hint="It may have been deleted with its run; ask for the newest model instead",
        blob=blob[:64],
    )
