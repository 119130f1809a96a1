"""Certifying datasets anew when a site that left joins again."""

from __future__ import annotations

from fdd.data.certificate import ValidityCertificate
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import (
    SignedStatement,
    open_statement,
    sign_statement,
    signer_of,
)
from fdd_client.settings import Identity, SiteFolder, fold_key_digest

__all__ = ["renew_certificates"]


def renew_certificates(folder: SiteFolder, identity: Identity, key: SigningKey) -> list[str]:
    """Certify what former memberships certified, where it was prepared with the same fold key.

    Done twice, it changes nothing the second time. What was prepared for a consortium with another
    fold key stays as it is: its folds would not be those of the others.

    Args:
        folder: The site.
        identity: Who it is from now on.
        key: With which it signs from now on.

    Returns:
        Names of the datasets that are certified anew.
    """
    fitting = {
        membership.public_key
        for membership in folder.former()
        if membership.fold_key == fold_key_digest(identity)
    }
    keys = [known for known in folder.own_keys() if known.hex in fitting]
    renewed = set()
    for path in sorted(folder.vault.glob("*/*/certificate.json")):
        signed = SignedStatement.model_validate_json(path.read_bytes())
        if signer_of(signed, keys) is None:
            continue
        certificate = open_statement(signed, "certificate", ValidityCertificate, *keys)
        again = sign_statement("certificate", certificate, key, identity.site_id)
        folder.write_private(path, again.model_dump_json(indent=1).encode())
        renewed.add(path.parent.parent.name)
    return sorted(renewed)
