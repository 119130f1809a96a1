"""The steps of the demo, in order."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from rich.console import Console

from fdd.cli.demo.flare_network import FlareNetwork
from fdd.cli.demo.material import INSTITUTIONS, demo_spec, limits, read_material, write_material
from fdd.cli.demo.processes import DemoError, Programs
from fdd.cli.demo.watch import watch
from fdd.cli.output import console, print_json
from fdd.cli.publicdata import public_data
from fdd.cli.table import (
    ValueRow,
    closed_gap,
    gap_text,
    home_texts,
    untold,
    value_rows,
    value_tables,
)
from fdd.core.errors import ExitCode
from fdd.core.ids import RunId, SiteId
from fdd.evaluation.comparison import QUORUM
from fdd.language import told
from fdd.protocol.codec import decode
from fdd.sdk import Platform
from fdd.sdk.client import Json
from fdd.simulation.central import Figures, central_scores
from fdd.simulation.public import deal
from fdd.training import ValueReport

__all__ = ["run"]


def run(
    folder: Path,
    leave: bool,
    port: int,
    page_port: int,
    quick: bool,
    as_json: bool,
    over_flare: bool = False,
) -> int:
    """Run the demo; its exit status: 0 only if every site took part in every round and the model
    verified.

    Args:
        folder: Where it keeps its files, each time in a folder of its own.
        leave: End after the table.
        port: Of the hub.
        page_port: Of its pages.
        quick: Fewer molecules and rounds.
        as_json: One JSON document instead of tables.
        over_flare: Whether a FLARE network carries the link.
    """
    out = console()
    started = time.monotonic()
    home = folder.resolve() / time.strftime("%Y%m%d-%H%M%S")
    programs = Programs(home / "logs")
    labels = [institution.label for institution in INSTITUTIONS]
    flare = FlareNetwork(home / "flare", programs, labels) if over_flare else None
    # A demo that is ended by its terminal or a supervisor leaves as little behind as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _Demo(home, programs, out, quick, flare).play(
            leave, port, page_port, as_json, started
        )
    except KeyboardInterrupt:
        out.print(told(f"Stopping; the files stay in {home}"), soft_wrap=True)
        return 130
    finally:
        programs.stop()
        if flare is not None:
            flare.stop()


class _Demo:
    def __init__(
        self, home: Path, programs: Programs, out: Console, quick: bool, flare: FlareNetwork | None
    ) -> None:
        self._home = home
        self._flare = flare
        self._programs = programs
        self._out = out
        self._quick = quick
        self._spec = demo_spec(quick, computed=False)
        self._hub = home / "hub"
        self._sites: dict[str, SiteId] = {}

    def play(self, leave: bool, port: int, page_port: int, as_json: bool, started: float) -> int:
        data = public_data(self._out).folder
        self._spec = demo_spec(self._quick, computed=data is None)
        where = self._start_hub(port, page_port)
        self._start_flare(str(where["url"]))
        platform = Platform(str(where["page"]))
        platform.enter(self._ticket("administrator", str(where["page"])))
        self._join(platform, str(where["url"]))
        self._deal(data)
        run_id = str(platform.submit(self._spec)["run_id"])
        link = self._link(str(where["page"]), run_id)
        self._out.print(told(f"Watch it live (signs you in, once): {link}"), soft_wrap=True)
        ended = watch(platform, run_id, self._out)
        reports = self._reports(run_id)
        with self._out.status(told("training the central yardstick on everybody's rows")):
            central = self._central()
        platform.put_yardstick(run_id, dict(central))
        rows, told_rows = (
            value_rows({site: r.run_report(to_share=few) for site, r in reports.items()}, central)
            for few in (False, True)
        )
        problems = self._verify(platform, run_id, ended)
        self._show(
            rows, told_rows, problems, data is None, as_json, run_id, time.monotonic() - started
        )
        if not leave and not as_json:
            link = self._link(str(where["page"]), run_id)
            self._out.print(
                "\n"
                + told(f"The live page stays up: {link}")
                + "\n"
                + told("Ctrl-C ends the demo."),
                soft_wrap=True,
            )
            while self._programs.alive("hub"):
                time.sleep(0.5)
        return ExitCode.NO if problems else ExitCode.DONE

    def _start_hub(self, port: int, page_port: int) -> Mapping[str, object]:
        with self._out.status(told("starting the server")):
            self._programs.call(
                "fdd-server",
                "init",
                str(self._hub),
                "--demo",
                "--name-ko",
                "시연 컨소시엄",
                "--name-en",
                "Demo consortium",
            )
            self._programs.start(
                "fdd-server",
                "hub",
                "run",
                str(self._hub),
                "--port",
                str(port),
                "--page-port",
                str(page_port),
            )
            where = self._programs.ready("hub")
        self._out.print(told(f"Server: {where['url']} (TLS, SQLite)"))
        return where

    def _start_flare(self, url: str) -> None:
        if self._flare is None:
            return
        with self._out.status(told("starting a FLARE server and a FLARE client an institution")):
            self._flare.start(url, self._hub / "tls" / "ca.pem")
        self._out.print(told(f"FLARE carries the link: port {self._flare.port}, mutual TLS"))

    def _join(self, platform: Platform, url: str) -> None:
        """Each institution joins with a one-time code and a key of its own."""
        codes = {}
        for institution in INSTITUTIONS:
            added = platform.add_institution(institution.name_ko, institution.name_en)
            invited = platform.invite(str(added["id"]), institution.label)
            codes[institution.label] = str(invited["code"])

        def join(label: str) -> None:
            authority, site = str(self._hub / "tls" / "ca.pem"), self._site(label)
            way = ("--flare", str(self._flare.socket(label))) if self._flare else ()
            joined = self._programs.call(
                "fdd-client", "join", url, "-", "--folder", site, "--ca", authority, *way,
                secret=f"{codes[label]}\n",
            )  # fmt: skip
            joined_as[label] = str(joined["site_id"])

        joined_as: dict[str, SiteId] = {}
        with self._out.status(told("the institutions join, each with a key of its own")):
            self._programs.each(list(codes), join)
        self._sites = {label: joined_as[label] for label in codes}

    def _deal(self, data: Path | None) -> None:
        """Deal the public molecules, import each institution's at its site, start the clients."""
        endpoints = [endpoint.id for endpoint in self._spec.endpoints]
        labels = [institution.label for institution in INSTITUTIONS]
        with self._out.status(told("dealing public molecules by chemistry")):
            dealt = deal(
                endpoints,
                labels,
                self._fold_key(),
                self._spec.seed,
                limits=limits(self._quick),
                directory=data,
                computed=data is None,
            )
        write_material(self._home / "material", dealt, self._spec)
        with self._out.status(told("each institution prepares and checks its molecules")):
            self._programs.each(labels, self._prepare)

    def _prepare(self, label: str) -> None:
        """Import one institution's molecules at its site, sign its policy, start its client."""
        material, site = self._home / "material" / label, self._site(label)
        columns = str(material / "columns.json")
        for table, flags in (("assays.csv", ()), ("others.csv", ("--reference",))):
            self._programs.call(
                "fdd-client", "data", "add", str(material / table), *flags,
                "--map", columns, "--folder", site,
            )  # fmt: skip
        policy = str(material / "policy.toml")
        self._programs.call("fdd-client", "policy", "set", policy, "--folder", site)
        self._programs.start("fdd-client", label, "run", "--folder", site)
        self._out.print(told(f"{label}: client running, policy signed"))

    def _reports(self, run_id: RunId) -> dict[str, ValueReport]:
        """Each site's figures, from its own folder."""
        reports = {}
        for label in self._sites:
            try:
                document = self._programs.call(
                    "fdd-client", "report", run_id, "--folder", self._site(label)
                )
            except DemoError:
                why = told(f"{label} has no report: it did not finish the run")
                self._out.print(why, style="yellow")
                continue
            reports[label] = ValueReport.model_validate(document)
        return reports

    def _central(self) -> Figures:
        return central_scores(
            self._spec, read_material(self._home / "material", self._spec, self._fold_key())
        )

    def _fold_key(self) -> bytes:
        """The consortium's key of the folds, as a site was given it."""
        given = Path(self._site(INSTITUTIONS[0].label)) / "site.json"
        return bytes.fromhex(json.loads(given.read_text("utf-8"))["fold_key"])

    def _verify(self, platform: Platform, run_id: RunId, ended: Json) -> list[str]:
        """What was not as it should be."""
        problems = []
        if ended["status"] != "completed":
            problems.append(f"the run ended as {ended['status']}: {ended.get('stop_reason')}")
            return problems
        for record in platform.rounds(run_id):
            present = set(cast("list[str]", record["survivors"]))
            absent = [label for label, site in self._sites.items() if site not in present]
            if absent:
                problems.append(f"round {record['round']}: without {', '.join(absent)}")
        model = decode(platform.model(run_id))
        if not model.is_finite() or not len(model):
            problems.append("the model file does not verify")
        return problems

    def _show(
        self, rows: list[ValueRow], told_rows: list[ValueRow], problems: list[str], computed: bool,
        as_json: bool, run_id: RunId, seconds: float,
    ) -> None:  # fmt: skip
        """Print all figures as a document, or those that enough molecules carry as a page."""
        known = rows if as_json else told_rows
        gaps = {e.id: closed_gap(known, e.id) for e in self._spec.endpoints}
        if as_json:
            print_json(
                {
                    "run_id": run_id,
                    "seconds": round(seconds, 1),
                    "problems": problems,
                    "computed_data": computed,
                    "gap_closed_abroad": gaps,
                    "rows": [
                        {"institution": r.institution, **r.row.model_dump(mode="json")}
                        for r in known
                    ],
                }
            )
            return
        page = Console()
        for table in value_tables(known):
            page.print(table)
        page.print(told("own: held-out molecules of the institution · others: those of the others"))
        page.print(
            told(
                "* chosen on validation molecules · central exists only because these data are "
                "public"
            )
        )
        if any(untold(each.row) for each in known):
            page.print(
                told(
                    f"– fewer than {QUORUM} held-out molecules, or of one class: too few for a "
                    "statement"
                )
            )
        for endpoint, gap in gaps.items():
            if (line := gap_text(endpoint, gap)) is not None:
                page.print(line)
        for line in home_texts(known):
            page.print(line)
        for problem in problems:
            page.print(f"[bold red]✗[/] {told(problem)}")
        if not problems:
            well = told("every site took part in every round; the model verified")
            page.print(f"[bold green]✓[/] {well}")
        page.print(told(f"{seconds:.0f} s · files: {self._home}"), soft_wrap=True)

    def _link(self, page: str, run_id: RunId) -> str:
        return f"{page.rstrip('/')}/enter?ticket={self._ticket('viewer', page)}&to=/runs/{run_id}"

    def _ticket(self, role: str, page: str) -> str:
        made = self._programs.call(
            "fdd-server", "admin", "ticket", str(self._hub), "--role", role, "--page", page
        )
        return parse_qs(urlsplit(str(made["link"])).query)["ticket"][0]

    def _site(self, label: str) -> str:
        return str(self._home / "sites" / label)
