"""``parcelray models``: the models of a data folder, which of them serves, and whose signatures count."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.models.registry import Held, Registry
    from parcelray.models.registry_journal import Change

_KEY_SHOWN = 12

app = typer.Typer(
    no_args_is_help=True, help="Keep models in numbered packages, choose which one serves, and sign them."
)

_REFERENCE = "its number, such as 0002; champion, candidate or shadow; release-0002 for a shipped one; or its folder"
Model = Annotated[str, typer.Argument(metavar="MODEL", help=f"Which model: {_REFERENCE}.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who does it, for the record. Default: your login name.")]
Why = Annotated[str, typer.Option(prompt="Why (for the record)", help="The reason, for the record; asked for.")]


@app.command("list")
def list_models(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """List all models: what they are here for, what they are called, and who signed them.

    A model that could not serve says why.
    """
    held = _registry(config, data_dir).list()
    for one in held:
        typer.echo(f"{one.reference:<13} {', '.join(one.aliases):<10} {_told(one)}".rstrip())


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=f"The first: {_REFERENCE}.", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="B", help="The second.", show_default=False)],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Show in what two models differ: labels, thresholds, figures with intervals, lineage, files."""
    registry = _registry(config, data_dir)
    from parcelray.models.package_diff import differences

    one, other = registry.resolve(before).manifest, registry.resolve(after).manifest
    for section, found in groupby(differences(one, other), key=lambda difference: difference.section):
        typer.echo(section)
        for difference in found:
            typer.echo(f"  {difference.name or section}: {difference.before} -> {difference.after}")


@app.command()
def add(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="Folder of a model package, signed or not.")],
    shadow: Annotated[
        bool, typer.Option("--shadow", help="It is to be tried beside the champion, not to follow it.")
    ] = False,
    by: By = None,
    why: Annotated[str, typer.Option(help="The reason, for the record.")] = "",
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Copy a package into the data folder under the next number, which is printed; it becomes the candidate.

    One that is there already keeps its number. Add it again when it was signed elsewhere: its signature is taken over.
    """
    registry = _registry(config, data_dir)
    from parcelray.models.registry_journal import Alias

    alias = Alias.SHADOW if shadow else Alias.CANDIDATE
    number = registry.add(package, alias=alias, by=by, why=why)
    typer.echo(f"{package} is in {registry.folder} now, as the {alias}. Its number:", err=True)
    typer.echo(number)


@app.command()
def promote(
    model: Model,
    why: Why,
    without_gate: Annotated[
        bool, typer.Option("--without-gate", help="Do not ask what the gate said; this goes on the record.")
    ] = False,
    by: By = None,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Make a model the champion: a running service takes it up within seconds, and loses no request.

    It must be whole, signed by a trusted key, and have passed `parcelray gate` beside the present champion.
    """
    change = _registry(config, data_dir).promote(model, why=why, by=by, without_gate=without_gate)
    typer.echo(f"The champion is {change.after} now; it was {change.before}.")


@app.command()
def rollback(why: Why, by: By = None, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Make the previous champion the champion again. Done twice, it is the one before that."""
    change = _registry(config, data_dir).rollback(why=why, by=by)
    typer.echo(f"The champion is {change.after} again; it was {change.before}.")


@app.command()
def record(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Show every change of champion, candidate and shadow: when, who, from what to what, and why."""
    for change in _registry(config, data_dir).record():
        typer.echo(_line(change))


@app.command()
def keygen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key goes; must not exist yet.")],
) -> None:
    """Make a key to sign models with, and print its public half, alone, on standard output.

    The private half is in the file, for you alone. Whoever has it can have any model served: keep it off the hub.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.models.signing import make_key

    public = make_key(file)
    typer.echo(
        f"The private key is in {file}. A hub trusts it after: parcelray models trust PUBKEY --name NAME", err=True
    )
    typer.echo(public)


@app.command()
def sign(
    model: Model,
    key: Annotated[Path, typer.Option(metavar="FILE", help="The private key, as keygen made it.", show_default=False)],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Vouch for a model: its folder gets a signature.json. The model must be whole."""
    package = _registry(config, data_dir).resolve(model)
    from parcelray.models.signing import read_key
    from parcelray.models.signing import sign as sign_package

    signature = sign_package(package.folder, read_key(key))
    manifest = package.manifest
    typer.echo(f"{manifest.name} {manifest.version} in {package.folder} is signed with key {signature.key}.")


@app.command()
def trust(
    public_key: Annotated[str, typer.Argument(metavar="PUBKEY", help="The public key that keygen printed.")],
    name: Annotated[str, typer.Option(help="Whose key it is. Each name once.", show_default=False)],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Trust the signatures of one more key on this hub, beside those that ship with parcelray."""
    registry = _registry(config, data_dir)
    key = registry.trust(public_key, name)
    typer.echo(
        f"Models signed by {key.name} ({key.public[:_KEY_SHOWN]}…) are trusted in {registry.folder} from now on."
    )


def _registry(config: Path | None, data_dir: Path | None) -> Registry:
    """The registry that a service with these settings uses.

    Raises:
        BadInputError: settings that cannot be.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.models.registry import Registry
        from parcelray.serving.settings import load_settings

    return Registry.open(load_settings(config=config, data_dir=data_dir).data_dir)


def _told(held: Held) -> str:
    if held.fault is not None:
        called = "" if held.package is None else f"{held.package.manifest.name} {held.package.manifest.version}, "
        return f"{called}cannot serve: {held.fault}"
    assert held.package is not None
    assert held.signer is not None
    return f"{held.package.manifest.name} {held.package.manifest.version}, signed by {held.signer.name}"


def _line(change: Change) -> str:
    gate = ""
    if change.action == "promote":
        gate = " without the gate" if change.without_gate else f" by verdict {change.verdict}"
    moved = f"{change.alias} {change.before or '–'} -> {change.after}"
    why = f": {change.why}" if change.why else ""
    return f"{change.at:%Y-%m-%d %H:%M} UTC  {change.action:<8} {moved}{gate}, {change.by}{why}"
