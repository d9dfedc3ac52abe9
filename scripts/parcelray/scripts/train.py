"""``parcelray train``: a recipe in, averaged weights out. Needs the extra [train]."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[Path, typer.Argument(help="The recipe, a TOML file; its paths count from the current folder.")],
    run: Annotated[
        Path | None, typer.Option(help="Folder of the run. Default: runs/ and the name of the recipe.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes that prepare scans beside the training.")] = 1,
) -> None:
    """Fine-tune a detector on labelled scans. An interrupted run goes on where it was: give the same command again."""
    from parcelray.scripts.extras import needs_extra

    with needs_extra("train"):
        from parcelray.training.config import read_recipe
        from parcelray.training.loop import train as run_recipe

    if read_recipe(recipe).insertion is not None:
        with needs_extra("synth"):
            import parcelray.datasets.synth.on_the_fly  # noqa: F401
    folder = run if run is not None else Path("runs") / recipe.stem
    weights = run_recipe(recipe, folder, workers=workers)
    typer.echo(f"Done: {weights}. To make a model package of it: parcelray export {folder}")
