"""``fdd roster``: what a member does with its offline key. Nothing here opens a connection."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fdd.cli.commands import Commands
from fdd.cli.output import print_json, say
from fdd.language import told

if TYPE_CHECKING:
    from fdd.protocol.signing import SigningKey

__all__ = ["roster"]

roster = Commands(
    help="Offline keys of member institutions, and the roster that they sign.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_SHORTEST: Final = 8

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="File with the key's passphrase; else it is asked for.")
]


@roster.command("key")
def make_key(
    file: Annotated[Path, typer.Argument(help="New file of the private key, PEM.")],
    passphrase_file: PassphraseFile = None,
    open_key: Annotated[
        bool, typer.Option("--no-passphrase", help="Do not encrypt: the medium is safe itself.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the offline key of an institution. Keep the file away from every network.

    Example: fdd roster key /media/stick/hospital-a.pem
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    from fdd.core.errors import InvalidInputError
    from fdd.protocol.signing import SigningKey

    if file.exists():
        raise InvalidInputError(f"{file.name} is there already", hint="Give the name of a new file")
    how: KeySerializationEncryption = NoEncryption()
    if not open_key:
        secret = _passphrase(passphrase_file, again=True)
        if len(secret) < _SHORTEST:
            raise InvalidInputError(
                f"A passphrase has at least {_SHORTEST} characters", hint="Choose a longer one"
            )
        how = BestAvailableEncryption(secret)
    made = SigningKey()
    private = Ed25519PrivateKey.from_private_bytes(made.private_bytes())
    _write(file, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how), private=True)
    words = made.public.words()
    if as_json:
        print_json({"file": str(file), "public_key": made.public.hex, "words": words})
        return
    say(f"{file}: keep it offline, with a copy in another place.")
    say(f"Public key, for the operator of the hub: {made.public.hex}")
    say(f"Its words, to compare by telephone:      {' '.join(words)}")


@roster.command()
def show(
    file: Annotated[Path, typer.Argument(help="A draft or a signed version of the roster.")],
    before: Annotated[
        Path | None, typer.Option(help="Chain of the versions in force: what would change?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show who is in a version, what it changes and who has signed: read it before you sign.

    Example: fdd roster show roster-3.json --before roster-chain.json
    """
    from fdd.cli.rosterfiles import describe, read_chain, read_document

    document = read_document(file)
    chain = read_chain(before) if before is not None else None
    found = describe(document, chain)
    if as_json:
        print_json(found.document())
    else:
        for line in found.lines():
            say(line)


@roster.command()
def sign(
    file: Annotated[Path, typer.Argument(help="The version to sign; the signature is added.")],
    key: Annotated[Path, typer.Option(help="Offline key: fdd roster key.")],
    before: Annotated[
        Path | None, typer.Option(help="Chain of the versions in force; it must continue them.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Sign a version of the roster with an offline key.

    Example: fdd roster sign roster-3.json --key /media/stick/hospital-a.pem
    """
    from fdd.cli.rosterfiles import describe, read_chain, read_document, require_signer
    from fdd.protocol.roster import sign_roster

    document = read_document(file)
    chain = read_chain(before) if before is not None else None
    found = describe(document, chain)
    own = _load(key, passphrase_file)
    require_signer(found, own.public.hex)
    _write(file, sign_roster(document, own).model_dump_json(indent=1).encode())
    words = " ".join(found.words)
    if as_json:
        print_json({"file": str(file), "signed_with": own.public.hex, "words": found.words})
        return
    say(f"Signed version {found.roster.version} ({words}).")
    say(f"Send {file.name} to the operator of the hub.")


@roster.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Chain: fdd-server admin roster export.")],
    as_json: AsJson = False,
) -> None:
    """Check a whole chain of versions without trusting the hub.

    Example: fdd roster verify roster-chain.json
    """
    from fdd.cli.rosterfiles import read_chain
    from fdd.protocol.roster import words_of

    chain = read_chain(file)
    first, last = words_of(chain[0].digest()), words_of(chain[-1].digest())
    if as_json:
        print_json({"version": chain[-1].version, "founding_words": first, "words": last})
        return
    say(f"{len(chain)} versions, each signed by enough members of the one before.")
    say(f"founding version: {' '.join(first)}")
    say(f"version {chain[-1].version:>7}:  {' '.join(last)}")


def _load(file: Path, passphrase_file: Path | None) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from fdd.core.errors import InvalidInputError
    from fdd.protocol.signing import SigningKey

    try:
        data = file.read_bytes()
        secret = _passphrase(passphrase_file) if b"ENCRYPTED" in data else None
        private = load_pem_private_key(data, secret)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInputError(
            f"{file.name} cannot be read as a key", hint="Check the file and its passphrase"
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InvalidInputError(f"{file.name} is no Ed25519 key", hint="Make one: fdd roster key")
    return SigningKey(private.private_bytes_raw())


def _passphrase(file: Path | None, *, again: bool = False) -> bytes:
    if file is None:
        text = typer.prompt(
            told("Passphrase"), hide_input=True, confirmation_prompt=again, err=True
        )
        return str(text).encode()
    from fdd.core.errors import InvalidInputError

    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be read", hint="Check the path, and who may read it"
        ) from error


def _write(file: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all."""
    from fdd.core.errors import InvalidInputError

    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be written: {error.strerror}",
            hint="Check the folder, and who may write there",
        ) from error
