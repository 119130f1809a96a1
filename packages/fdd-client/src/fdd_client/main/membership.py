"""``fdd-client key`` and ``fdd-client roster``: this site's place in the consortium."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fdd.cli.commands import Commands
from fdd.core.errors import ExitCode
from fdd.language import told
from fdd_client.main.output import emit, say
from fdd_client.main.refusals import refusal
from fdd_client.settings import SiteFolder

__all__ = ["key", "show_roster"]

key = Commands(help="This site's key.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
HERE = Path()


@key.command()
def show(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show the words of the key in force, and of the next one while a change is under way.

    Example: fdd-client key show --folder site
    """
    from fdd_client.settings import next_key, refused_key

    site = SiteFolder(folder)
    present, following = site.signing_key().public, next_key(site)
    refused = refused_key(site)
    document = {
        "words": present.words(),
        "next_words": following.public.words() if following is not None else None,
        "refused": refused.model_dump() if refused is not None else None,
    }
    emit(as_json, document)
    if not as_json:
        say(f"in force  {' '.join(present.words())}")
        if following is not None:
            say(f"next      {' '.join(following.public.words())}")
        if refused is not None:
            say(f"refused   {told(refusal(refused))}")


@key.command()
def rotate(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Change the key of this site. The older one goes on until its overlap has ended.

    Example: fdd-client key rotate --folder site
    """
    from fdd_client.main.rotating import rotate as change

    site = SiteFolder(folder)
    done = change(site)
    words = done.words
    code = done.refused.code if done.refused is not None else None
    emit(as_json, {"state": done.state, "words": words, "code": code})
    if done.refused is not None:
        if not as_json:
            say(f"The hub did not take the new key. {told(refusal(done.refused))}")
        raise typer.Exit(ExitCode.CONFLICT)
    if as_json:
        return
    if done.state == "in_force":
        say(f"The new key is in force: {' '.join(words)}")
    elif done.state == "awaits_roster":
        say(f"The members must list the new key first: {' '.join(words)}")
        say("Tell the operator of the hub; the agent uses it as soon as the roster lists it.")
    else:
        say(f"The running agent brings the new key as soon as the hub answers: {' '.join(words)}")
        say("What came of it: fdd-client key show, fdd-client status")


def show_roster(folder: SiteFolder, as_json: bool) -> None:
    """Print the roster that this site has pinned.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        RosterRefusedError: if the pinned file is damaged.
    """
    from fdd_client.roster import PinnedRoster

    site = folder.identity().site_id
    pinned = PinnedRoster(folder)
    roster = pinned.current
    own = folder.signing_key().public.hex
    emit(
        as_json,
        {
            "version": pinned.version,
            "words": pinned.words(),
            "founding_words": pinned.founding_words(),
            "listed": roster.admits(site, own) if roster is not None else None,
            "members": [m.institution for m in roster.members] if roster is not None else [],
            "sites": [s.site for s in roster.sites] if roster is not None else [],
        },
    )
    if as_json:
        return
    if roster is None:
        say("This consortium has no roster: the hub alone says who takes part.")
        return
    say(f"version {roster.version}   {' '.join(pinned.words())}")
    say(f"founding    {' '.join(pinned.founding_words())}")
    say(f"{roster.threshold} of {len(roster.members)} members must sign the next version")
    for member in roster.members:
        sites = [s.site for s in roster.sites if s.institution == member.institution]
        say(f"  {member.name_ko} · {member.name_en}: {', '.join(sites) or told('no site')}")
    if not roster.admits(site, own):
        say("This site is not listed yet: it does no work until the members have signed that.")
