"""The platform from Python: what the command line and a notebook use."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final, cast

import urllib3

from fdd import __version__
from fdd.core.errors import InvalidInputError
from fdd.core.ids import RunId, SiteId
from fdd.core.spec import RunSpec
from fdd.protocol.predictions import MOST_STRUCTURES
from fdd.protocol.roster import SignedRoster
from fdd.sdk.errors import PlatformRefusedError, PlatformUnreachableError

__all__ = ["Json", "Platform"]

Json = dict[str, object]
_ROOT: Final = "/api/v1"
_COOKIE: Final = "fdd_session"


class Platform:
    """A signed-in session with a hub.

    Args:
        url: Address of the hub's pages.
        authority: File of the certificate authority to trust; None = the system's.
        session: ``session`` of an earlier one, to go on with it.

    Raises:
        InvalidInputError: if the authority cannot be read.
    """

    def __init__(self, url: str, authority: Path | None = None, session: str = "") -> None:
        self._url = url.rstrip("/")
        try:
            context = ssl.create_default_context(cafile=str(authority) if authority else None)
        except OSError as error:  # ssl.SSLError is one
            raise InvalidInputError(
                "The certificate authority cannot be read",
                hint="Give the file that the operator sent: hub-ca.pem",
            ) from error
        self._pool = urllib3.PoolManager(ssl_context=context, retries=False)
        self._cookies: dict[str, str] = {_COOKIE: session} if session else {}

    @property
    def session(self) -> str:
        """What stands for the account until it signs out or is silent for long: a secret."""
        return self._cookies.get(_COOKIE, "")

    def enter(self, ticket: str) -> None:
        """Sign in with a one-time ticket."""
        self._request("GET", f"/enter?ticket={ticket}", root="")

    def sign_in(self, email: str, password: str) -> Json:
        """Sign in with e-mail and password."""
        return self._json("POST", "/session", {"email": email, "password": password})

    def sign_out(self) -> None:
        """End the session."""
        self._request("DELETE", "/session")

    def me(self) -> Json:
        """Who is signed in, and where."""
        return self._json("GET", "/me")

    def add_institution(self, name_ko: str, name_en: str) -> Json:
        """Make an institution a member of the consortium."""
        return self._json("POST", "/institutions", {"name_ko": name_ko, "name_en": name_en})

    def invite(self, institution_id: str, site_name: str) -> Json:
        """A one-time join code for a new site of an institution."""
        body: Json = {"institution_id": institution_id, "site_name": site_name}
        return self._json("POST", "/join-codes", body)

    def sites(self) -> list[Json]:
        """All sites: who they are, and how they are."""
        return _items(self._json("GET", "/sites"))

    def cordon(self, site_id: SiteId, reason: str | None) -> None:
        """Give a site no new task and tell it why; None gives it tasks again."""
        path = f"/sites/{site_id}/cordon"
        if reason is None:
            self._request("DELETE", path)
        else:
            self._request("PUT", path, {"reason": reason})

    def revoke(self, site_id: SiteId) -> None:
        """Shut a site out; its next request is refused."""
        self._request("POST", f"/sites/{site_id}/revoke")

    def replace_site(self, site_id: SiteId) -> Json:
        """A join code with which a site goes on after the loss of its machine and key."""
        return self._json("POST", f"/sites/{site_id}/replacement")

    def roster(self) -> Json:
        """The roster in force, and its history."""
        return self._json("GET", "/roster")

    def draft_roster(
        self,
        members: Mapping[str, str] | None = None,
        without: Sequence[str] = (),
        threshold: int | None = None,
    ) -> SignedRoster:
        """The next version of the roster, for the members to sign with their offline keys.

        Args:
            members: Offline public keys of new or changed members, by institution.
            without: Members that end.
            threshold: How many members sign each later version; None: as before.
        """
        body: Json = {
            "members": dict(members or {}),
            "without": list(without),
            "threshold": threshold,
        }
        return SignedRoster.model_validate(self._json("POST", "/roster/draft", body))

    def publish_roster(self, *signed: SignedRoster) -> Json:
        """Put the next version in force; refused unless enough members have signed it."""
        body: Json = {"documents": [each.model_dump(mode="json") for each in signed]}
        return self._json("POST", "/roster", body)

    def data_cards(self) -> list[Json]:
        """The data cards that sites show: bands and noisy histograms, never a molecule."""
        return _items(self._json("GET", "/data-cards"))

    def runs(self) -> list[Json]:
        """All runs, newest first."""
        return _items(self._json("GET", "/runs"))

    def run(self, run_id: RunId) -> Json:
        """One run with its sites."""
        return self._json("GET", f"/runs/{run_id}")

    def families(self) -> list[Json]:
        """The catalogue of model families: what each needs, costs and begins with."""
        return _items(self._json("GET", "/families"))

    def check(self, document: Mapping[str, object]) -> Json:
        """What a specification would mean; no run is proposed.

        Returns:
            ``problems``, each with its ``field``; or, without one, ``plan``: the specification with
            its defaults, its digest, bytes a round, the sites, and warnings.
        """
        return self._json("POST", "/run-spec/check", dict(document))

    def submit(self, spec: RunSpec) -> Json:
        """Propose a run to the sites of its project."""
        return self._json("POST", "/runs", spec.model_dump(mode="json"))

    def add_trunk(self, file: bytes) -> Json:
        """Upload weights that runs may start from: a model or its trunk, as safetensors.

        Returns:
            ``digest``, which a specification names in ``model.trunk``, and ``bytes``.
        """
        return cast("Json", json.loads(self._request("POST", "/trunks", file)))

    def trunks(self) -> list[Json]:
        """Weights that were uploaded, newest first."""
        return _items(self._json("GET", "/trunks"))

    def fork(
        self,
        run_id: RunId,
        number: int | None = None,
        changes: Mapping[str, object] | None = None,
    ) -> Json:
        """Propose a run that starts from the model of a round, by default the best one.

        Args:
            run_id: The run whose checkpoint is taken.
            number: The round; None: its best.
            changes: Parts of its specification that are to be different.
        """
        body: Json = {"round": number, "changes": dict(changes or {})}
        return self._json("POST", f"/runs/{run_id}/fork", body)

    def pause(self, run_id: RunId) -> Json:
        """Let a run begin no further round; the one under way is finished."""
        return self._json("POST", f"/runs/{run_id}/pause", {})

    def resume(self, run_id: RunId) -> Json:
        """Let a paused run go on."""
        return self._json("POST", f"/runs/{run_id}/resume", {})

    def stop(self, run_id: RunId) -> Json:
        """Ask a run to stop; it ends with the best model so far."""
        return self._json("POST", f"/runs/{run_id}/stop", {})

    def rounds(self, run_id: RunId) -> list[Json]:
        """Finished rounds: cohort, survivors, exclusions, model."""
        return _items(self._json("GET", f"/runs/{run_id}/rounds"))

    def events(self, run_id: RunId, after: int = 0) -> list[Json]:
        """What happened in a run since event ``after``."""
        return _items(self._json("GET", f"/runs/{run_id}/events?after={after}"))

    def report(self, run_id: RunId) -> Json:
        """The value table, with what sites shared."""
        return self._json("GET", f"/runs/{run_id}/report")

    def put_yardstick(self, run_id: RunId, yardstick: Mapping[str, object]) -> None:
        """Store central figures, which exist only where the data are public."""
        self._request("PUT", f"/runs/{run_id}/yardstick", dict(yardstick))

    def model(self, run_id: RunId) -> bytes:
        """The best model of a run as safetensors."""
        return self._request("GET", f"/runs/{run_id}/model")

    def release_model(
        self, run_id: RunId, licence: str, terms: str = "", budget: int = 300
    ) -> Json:
        """Let everyone who is signed in ask the best model of a run.

        Args:
            run_id: The run.
            licence: Name of the licence that who asks accepts.
            terms: What else who asks agrees to.
            budget: Molecules that one account may ask for, in all.
        """
        body: Json = {"licence": licence, "terms": terms, "budget": budget}
        return self._json("PUT", f"/runs/{run_id}/release", body)

    def withdraw_model(self, run_id: RunId) -> None:
        """Take a release back."""
        self._request("DELETE", f"/runs/{run_id}/release")

    def released_models(self) -> list[Json]:
        """Released models: licence, endpoints, and how many molecules are left to the caller."""
        return _items(self._json("GET", "/released-models"))

    def released_model(self, run_id: RunId) -> Json:
        """One of them.

        Raises:
            InvalidInputError: if no model of the run is released.
        """
        for model in self.released_models():
            if model["run_id"] == run_id:
                return model
        raise InvalidInputError(
            f"No model of {run_id[:64]} is released", hint="See which are: fdd model list"
        )

    def predict(
        self,
        run_id: RunId,
        structures: Sequence[str],
        licence: str,
        units: Mapping[str, str] | None = None,
    ) -> Iterator[Json]:
        """Ask a released model; the structures leave this machine.

        Args:
            run_id: The run whose model is released.
            structures: SMILES.
            licence: Name of the licence, which is accepted by naming it.
            units: Endpoint → how its numbers shall be written.

        Yields:
            A molecule for each structure, in order: ``problem`` or ``endpoints``.

        Raises:
            PlatformRefusedError: if the model is not released, the licence is another, or more is
                asked for than is left; earlier molecules have been answered then.
        """
        for block in self.ask(run_id, structures, licence, units=units):
            yield from cast("list[Json]", block["molecules"])

    def ask(
        self,
        run_id: RunId,
        structures: Sequence[str],
        licence: str,
        endpoints: Sequence[str] = (),
        units: Mapping[str, str] | None = None,
    ) -> Iterator[Json]:
        """As ``predict``, in parts as they come.

        Args:
            run_id: The run whose model is released.
            structures: SMILES.
            licence: Name of the licence.
            endpoints: Which endpoints; all when empty.
            units: Endpoint → how its numbers shall be written.

        Yields:
            ``molecules`` in order, ``digest`` of the model, and how many are ``left``.

        Raises:
            PlatformRefusedError: as ``predict``.
        """
        path = f"/released-models/{run_id}/predictions"
        for start in range(0, len(structures), MOST_STRUCTURES):
            body: Json = {
                "licence": licence,
                "structures": list(structures[start : start + MOST_STRUCTURES]),
                "endpoints": list(endpoints),
                "units": dict(units or {}),
            }
            for line in self._lines("POST", path, body):
                said = cast("Json", json.loads(line))
                if "failed" in said:
                    failed = cast("Json", said["failed"])
                    raise PlatformRefusedError.of(cast("int", failed["status"]), failed)
                yield said

    def _json(self, method: str, path: str, body: Json | None = None) -> Json:
        data = self._request(method, path, body)
        return cast("Json", json.loads(data)) if data else {}

    def _request(
        self, method: str, path: str, body: Json | bytes | None = None, root: str = _ROOT
    ) -> bytes:
        return self._answer(method, path, body, root).data

    def _lines(self, method: str, path: str, body: Json) -> Iterator[bytes]:
        """Lines of an answer as they come."""
        answer = self._answer(method, path, body, whole=False)
        rest = b""
        try:
            for part in answer.stream():
                *lines, rest = (rest + part).split(b"\n")
                yield from lines
        except urllib3.exceptions.HTTPError as error:
            raise self._unreachable() from error
        finally:
            answer.close()  # a connection whose answer was not read to its end is of no use
        if rest:
            yield rest

    def _answer(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        root: str = _ROOT,
        *,
        whole: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        """The answer to a request; with its content, or for reading it.

        Raises:
            PlatformRefusedError: if it is a problem.
            PlatformUnreachableError: if there is none.
        """
        headers = {"User-Agent": f"fdd/{__version__}", "X-FDD-CSRF": "1", "Origin": self._url}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        data = None
        if isinstance(body, bytes):
            data, headers["Content-Type"] = body, "application/octet-stream"
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            answer = self._pool.request(
                method,
                self._url + root + path,
                body=data,
                headers=headers,
                redirect=False,
                timeout=30,
                preload_content=whole,
            )
        except urllib3.exceptions.HTTPError as error:
            raise self._unreachable() from error
        for line in answer.headers.getlist("Set-Cookie"):
            self._cookies |= {k: morsel.value for k, morsel in SimpleCookie(line).items()}
        if answer.status >= 400:
            raise PlatformRefusedError.read(answer.status, answer.data)
        return answer

    def _unreachable(self) -> PlatformUnreachableError:
        return PlatformUnreachableError(
            f"{self._url} does not answer", hint="Is the server running? See fdd-server doctor"
        )


def _items(page: Json) -> list[Json]:
    return cast("list[Json]", page["items"])
