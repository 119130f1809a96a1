"""Commands of the operator about sites and the roster; the server may be running."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from fdd.cli.commands import Commands
from fdd.language import padded, told
from fdd_server.app.opened import OPERATOR, AsJson, Folder, opened
from fdd_server.app.output import reports_errors, tell

__all__ = ["roster", "site"]

site = Commands(no_args_is_help=True, help="Sites.")
roster = Commands(
    no_args_is_help=True, help="The list of institutions and site keys that the members sign."
)

_STATES: Final = {"joined": "joined, not seen yet"}

SiteName = Annotated[str, typer.Argument(help="Id of the site.")]


@site.command("list", epilog="Example: fdd-server admin site list /srv/fdd")
@reports_errors
def list_sites(folder: Folder, as_json: AsJson = False) -> None:
    """List the sites, each with the words of its key: compare them by voice with the site's."""
    with opened(folder) as hub, hub.database.read() as work:
        found = hub.sites.sites(work)
    tell(
        as_json,
        {"items": [each.model_dump(mode="json") for each in found]},
        *(
            f"{one.site_id}  {padded(told(_STATES.get(one.state, one.state)), 8)} "
            f"{' '.join(one.fingerprint_words)}"
            for one in found
        ),
        *([] if found else ["No site has joined yet: fdd-server admin join-code"]),
    )


@site.command("revoke", epilog="Example: fdd-server admin site revoke /srv/fdd lab-1")
@reports_errors
def revoke_site(folder: Folder, site_id: SiteName, as_json: AsJson = False) -> None:
    """Shut a site out; its next request is refused."""
    with opened(folder) as hub, hub.database.write() as work:
        hub.sites.revoke(work, OPERATOR, site_id)
    tell(as_json, {"revoked": site_id}, f"{site_id} is revoked.")


@site.command("cordon", epilog="Example: fdd-server admin site cordon /srv/fdd lab-1 'New disk'")
@reports_errors
def cordon_site(
    folder: Folder,
    site_id: SiteName,
    reason: Annotated[str, typer.Argument(help="What the site is told, in a few words.")],
    as_json: AsJson = False,
) -> None:
    """Give a site no new task until it is uncordoned."""
    from fdd_server.kernel.messages import validated
    from fdd_server.sites.schemas import Cordon

    given = validated(Cordon, {"reason": reason})
    with opened(folder) as hub, hub.database.write() as work:
        hub.sites.cordon(work, OPERATOR, site_id, given.reason)
    tell(as_json, {"cordoned": site_id}, f"{site_id} gets no new task.")


@site.command("uncordon", epilog="Example: fdd-server admin site uncordon /srv/fdd lab-1")
@reports_errors
def uncordon_site(folder: Folder, site_id: SiteName, as_json: AsJson = False) -> None:
    """Give a site tasks again."""
    with opened(folder) as hub, hub.database.write() as work:
        hub.sites.cordon(work, OPERATOR, site_id, None)
    tell(as_json, {"uncordoned": site_id}, f"{site_id} gets tasks again.")


@site.command("replace", epilog="Example: fdd-server admin site replace /srv/fdd lab-1")
@reports_errors
def replace_site(
    folder: Folder,
    site_id: SiteName,
    url: Annotated[str, typer.Option(help="Address of the hub, if not the configured one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a join code with which a site goes on after the loss of its machine and key."""
    with opened(folder) as hub, hub.database.write() as work:
        made = hub.joining.replace(work, OPERATOR, site_id, url or hub.public_url)
        authority = str(hub.home.tls / "ca.pem")
    tell(
        as_json,
        {**made.model_dump(mode="json"), "ca": authority},
        f"Valid until {made.expires_at:%Y-%m-%d %H:%M} UTC; the old key dies when it is used:",
        f"  {made.command}",
        f"Send {authority} along as hub-ca.pem.",
    )


@roster.command("show", epilog="Example: fdd-server admin roster show /srv/fdd")
@reports_errors
def show_roster(folder: Folder, as_json: AsJson = False) -> None:
    """Show the roster in force, its words and who has signed."""
    with opened(folder) as hub, hub.database.read() as work:
        view = hub.rosters.view(work)
    lines = {
        "none": ["There is no roster: every site that joins takes part."],
        "broken": ["The stored roster does not hold: no site takes part. See fdd-server doctor."],
    }.get(view.state)
    if lines is None:
        lines = [
            f"Version {view.version}: {' '.join(view.fingerprint_words)}",
            f"Founding version: {' '.join(view.founding_words)}",
            f"{view.threshold} of {len(view.members)} members sign the next one",
            *(
                f"{m.institution}  {' '.join(m.fingerprint_words)}  {', '.join(m.sites)}"
                for m in view.members
            ),
            *(f"not listed: {name}" for name in view.unlisted),
        ]
    tell(as_json, view.model_dump(mode="json"), *lines)


@roster.command(
    "draft",
    epilog="Example: fdd-server admin roster draft /srv/fdd roster-1.json --member hospital-a=KEY",
)
@reports_errors
def draft_roster(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    member: Annotated[
        list[str] | None, typer.Option(help="INSTITUTION=PUBLICKEY: a new member, or a new key.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="A member that ends.")] = None,
    threshold: Annotated[
        int | None, typer.Option(min=1, help="Members that sign each later version.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the next version, with the sites that have joined, for the members to sign."""
    from fdd.core.errors import InvalidInputError
    from fdd.protocol.roster import roster_of, words_of

    members = dict(_pair(text) for text in member or ())
    with opened(folder) as hub, hub.database.read() as work:
        made = hub.rosters.draft(work, threshold=threshold, members=members, without=without or ())
    try:
        file.write_text(made.model_dump_json(indent=1), "utf-8")
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be written: {error.strerror}",
            hint="Check the folder, and who may write there",
        ) from error
    content = roster_of(made)
    words = words_of(content.digest())
    tell(
        as_json,
        {"file": str(file), "version": content.version, "words": words},
        f"Version {content.version}: {' '.join(words)}",
        f"Each member reads and signs it: fdd roster sign {file.name} --key KEY",
    )


@roster.command("publish", epilog="Example: fdd-server admin roster publish /srv/fdd roster-1.json")
@reports_errors
def publish_roster(
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(help="Signed copies of the version.")],
    as_json: AsJson = False,
) -> None:
    """Put the next version in force; refused unless enough members have signed it."""
    from fdd.cli.rosterfiles import read_document

    documents = [read_document(file) for file in files]
    with opened(folder) as hub, hub.database.write() as work:
        done = hub.rosters.publish(work, OPERATOR, documents)
    tell(
        as_json,
        {"version": done.version, "sites": len(done.sites)},
        f"Version {done.version} is in force: {len(done.members)} members, {len(done.sites)} sites",
    )


@roster.command("export", epilog="Example: fdd-server admin roster export /srv/fdd chain.json")
@reports_errors
def export_roster(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    as_json: AsJson = False,
) -> None:
    """Write all signed versions, for members and auditors: fdd roster verify."""
    from fdd.core.errors import InvalidInputError

    with opened(folder) as hub, hub.database.read() as work:
        versions = hub.rosters.versions(work)
    if not versions.items:
        raise InvalidInputError(
            "This consortium has no roster", hint="Make one: fdd-server admin roster draft"
        )
    try:
        file.write_text(versions.model_dump_json(indent=1), "utf-8")
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be written: {error.strerror}",
            hint="Check the folder, and who may write there",
        ) from error
    tell(as_json, {"file": str(file), "versions": len(versions.items)}, f"Written to {file}")


def _pair(text: str) -> tuple[str, str]:
    from fdd.core.errors import InvalidInputError

    name, equals, key = text.partition("=")
    if not equals:
        raise InvalidInputError(
            "A member is given as INSTITUTION=PUBLICKEY", hint="The key: fdd roster key FILE"
        )
    return name.strip(), key.strip().lower()
