"""The command line of the server's operator."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fdd.cli.commands import Commands
from fdd.language import told
from fdd_server import __version__
from fdd_server.app.admin import admin
from fdd_server.app.output import announce, reports_errors, tell
from fdd_server.app.pipelines import pipeline

__all__ = ["app"]

app = Commands(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The platform and F/L server of a consortium.",
)
config = Commands(no_args_is_help=True, help="Show and check the settings.")
app.add_typer(config, name="config")
app.add_typer(admin, name="admin")
app.add_typer(pipeline, name="pipeline")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the server.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command(epilog="Example: fdd-server init /srv/fdd --admin-email you@example.org")
@reports_errors
def init(
    folder: Folder,
    demo: Annotated[bool, typer.Option(help="A demonstration with public data.")] = False,
    admin_email: Annotated[str, typer.Option(help="Address of the administrator.")] = (
        "admin@hub.invalid"
    ),
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with the administrator's password; else FDD_ADMIN_PASSWORD."),
    ] = None,
    name_ko: Annotated[str, typer.Option(help="Korean name of the consortium.")] = "컨소시엄",
    name_en: Annotated[str, typer.Option(help="English name of it.")] = "Consortium",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8443,
    public_url: Annotated[str, typer.Option(help="https:// address that sites use.")] = "",
    name: Annotated[
        list[str] | None, typer.Option(help="Further host name of the certificate.")
    ] = None,
    database_url: Annotated[str, typer.Option(help="postgresql+psycopg://…")] = "",
    storage_url: Annotated[
        str, typer.Option(help="s3://bucket/prefix for models; empty: a folder.")
    ] = "",
    storage_endpoint: Annotated[
        str, typer.Option(help="Address of an S3 store that is not Amazon's.")
    ] = "",
    storage_region: Annotated[str, typer.Option(help="Region of the S3 store.")] = "us-east-1",
    as_json: AsJson = False,
) -> None:
    """Make a server: keys, certificate, database, and the first administrator."""
    from fdd_server.app.installation import Plan, create
    from fdd_server.kernel.settings import ConsortiumSettings, ListenSettings, StorageSettings

    plan = Plan(
        consortium=ConsortiumSettings(name_ko=name_ko, name_en=name_en, demo=demo),
        listen=ListenSettings(host=host, port=port, public_url=public_url),
        database_url=database_url,
        names=tuple(name or ()),
        email=admin_email,
        password=_password(password_file),
        storage=StorageSettings(url=storage_url, endpoint=storage_endpoint, region=storage_region),
    )
    made = create(folder, plan)
    authority = made.home.tls / "ca.pem"
    tell(
        as_json,
        {
            "folder": str(made.home.root),
            "ca": str(authority),
            "admin_email": made.email,
            "admin_password": made.password,
            "fingerprint_words": made.fingerprint,
        },
        f"The server is in {made.home.root}",
        f"Its certificate authority, which sites need: {authority}",
        f"Fingerprint of the hub: {' '.join(made.fingerprint)}",
        f"Administrator: {made.email}",
        *([f"Password, shown only now: {made.password}"] if made.password else []),
        f"Start it: fdd-server run {folder}",
    )


@app.command(epilog="Example: fdd-server run /srv/fdd")
@reports_errors
def run(
    folder: Folder,
    host: Annotated[str | None, typer.Option(help="Instead of listen.host.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Instead of listen.port; 0 = any.")
    ] = None,
    page_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Also serve pages by plain HTTP on 127.0.0.1."),
    ] = None,
) -> None:
    """Serve until Ctrl-C. Prints one JSON line when ready; logs go to stderr."""
    from fdd_server.app.loading import loading

    with loading():
        from fdd_server.app.alone import alone
        from fdd_server.app.installation import open_hub
        from fdd_server.app.logs import configure_logs
        from fdd_server.app.serve import Ready, serve
        from fdd_server.kernel.tls import server_tls

        configure_logs()
        hub = open_hub(folder, upgrade=True)
    listen = hub.settings.listen

    def ready(where: Ready) -> None:
        announce({"ready": True, "url": where.url, "page": where.page})

    with alone(hub):
        serve(
            hub,
            server_tls(hub.home, hub.settings.tls),
            host=host or listen.host,
            port=listen.port if port is None else port,
            page_port=page_port,
            ready=ready,
        )


@app.command(epilog="Example: fdd-server migrate /srv/fdd")
@reports_errors
def migrate(folder: Folder, as_json: AsJson = False) -> None:
    """Bring the database to the version of this release; run does so by itself."""
    from fdd_server.app import migrate as migrations
    from fdd_server.app.installation import open_hub

    hub = open_hub(folder)
    try:
        before, after = migrations.upgrade(hub.database)
    finally:
        hub.close()
    tell(as_json, {"before": before, "after": after}, f"{before or told('empty')} → {after}")


@app.command(epilog="Example: fdd-server doctor /srv/fdd")
@reports_errors
def doctor(folder: Folder, as_json: AsJson = False) -> None:
    """Look at everything that can be wrong, and say what to do about it."""
    from fdd_server.app.doctor import examine

    findings = examine(folder)
    bad = [finding for finding in findings if not finding.good]
    tell(
        as_json,
        {"healthy": not bad, "findings": [finding.document() for finding in findings]},
        *(finding.line() for finding in findings),
    )
    if bad:
        raise typer.Exit(1)


@config.command(epilog="Example: fdd-server config show /srv/fdd")
@reports_errors
def show(folder: Folder) -> None:
    """Print all settings as they are in force."""
    from fdd_server.kernel import Home, load_settings

    settings = load_settings(Home(folder).config)
    sys.stdout.write(settings.model_dump_json(indent=2) + "\n")


@config.command(epilog="Example: fdd-server config check /srv/fdd")
@reports_errors
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Refuse unknown or impossible settings."""
    from fdd_server.kernel import Home, load_settings

    load_settings(Home(folder).config)
    tell(as_json, {"valid": True}, "The settings are valid.")


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        sys.stdout.write(f"fdd-server {__version__}\n")
        raise typer.Exit


def _password(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("FDD_ADMIN_PASSWORD")
    from fdd.core.errors import InvalidInputError

    try:
        password = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            f"The password file {file.name} cannot be read",
            hint="Give a text file with one line",
        ) from error
    if not password:
        raise InvalidInputError(
            f"The password file {file.name} is empty",
            hint="Write the password into it, or leave --password-file out to have one made",
        )
    return password
