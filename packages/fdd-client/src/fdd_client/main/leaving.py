"""``fdd-client leave``: the end of a membership at this machine."""

from __future__ import annotations

from fdd.core.errors import FddError
from fdd.language import told
from fdd_client.agent.status import StatusFile
from fdd_client.link import Link, Transport
from fdd_client.main.output import emit, say
from fdd_client.main.running import alone
from fdd_client.settings import SiteFolder, load_settings

__all__ = ["leave"]


def leave(folder: SiteFolder, yes: bool, as_json: bool) -> None:
    """Delete the key and the membership; data, journal and reports stay with their owner.

    A deleted key cannot sign, so nothing can be sent in this site's name any more, whatever the hub
    still believes.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        SiteBusyError: if an agent still works in the folder.
    """
    identity = folder.identity()
    going = [folder.key, folder.identity_file, folder.settings, folder.authority, folder.policy]
    going += [folder.control, folder.status, folder.proposals, folder.next_key]
    going += [folder.refused_key]
    going += [folder.roster, folder.cards]
    stays = [path for path in (folder.vault, folder.runs, folder.journal) if path.exists()]
    heard = False
    if yes:
        with alone(folder):
            heard = _tell_the_hub(folder)
            folder.end_membership()
            for path in going:
                path.unlink(missing_ok=True)
    emit(
        as_json,
        {
            "site_id": identity.site_id,
            "left": yes,
            "hub_told": heard,
            "deleted": [path.name for path in going] if yes else [],
            "stays": [path.name for path in stays],
        },
    )
    if as_json:
        return
    kept = ", ".join(path.name for path in stays) or told("nothing")
    if yes:
        say(f"Left {identity.consortium}. The key is deleted; what stays here: {kept}.")
        say(
            "Reports, models and datasets can still be looked at. Deleting the folder deletes them."
        )
        if heard:
            say("The hub knows it and accepts nothing of this site any more.")
        else:
            say("The hub could not be told.")
            say(f"Ask the consortium's administrator to revoke {identity.site_id}.")
    else:
        say(f"Would leave {identity.consortium} and delete the key of {identity.site_id} for good.")
        say(f"What stays here: {kept}. Add --yes.")
        say("To delete data with a certificate, do it first: fdd-client data remove NAME --yes")
        _warn_if_running(folder)


def _tell_the_hub(folder: SiteFolder) -> bool:
    """Whether the hub has heard it; leaving does not depend on that."""
    transport = Transport(load_settings(folder.root), folder)
    try:
        link = Link(transport, folder.signing_key(), folder.identity().site_id)
        link.hello()
        link.leave()
    except FddError:
        return False
    finally:
        transport.close()
    return True


def _warn_if_running(folder: SiteFolder) -> None:
    now = StatusFile.read(folder)
    if now is not None and now.alive:
        say("The agent is running: stop it first (Ctrl-C in its window, or its service).")
