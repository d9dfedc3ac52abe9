"""``parcelray seizures``: what officers decided and searches found, for whoever trains the next model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

app = typer.Typer(no_args_is_help=True, help="Write what officers decided and searches found as labelled scans.")

Moment = Annotated[str | None, typer.Option(metavar="TIME", help="RFC 3339, such as 2026-11-24T00:00:00Z.")]
_TASK = "export.json"


@app.callback()
def seizures() -> None:
    """Keep ``export`` a word of its own, beside fellows to come."""


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write. One that was broken off goes on.")],
    since: Moment = None,
    until: Moment = None,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Write images/ and annotations.json (COCO) of parcels that were decided for good, for `parcelray retrain`.

    Nothing personal is in it: no officer, no consignment, no note, no name of a file; parcels and scanners are under
    pseudonyms. Works while the service runs.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.datasets.imaging.headers import PixelLimits
        from parcelray.datasets.importers.folders import claim, write_whole
        from parcelray.scripts.output import writing_to
        from parcelray.serving.desk.feedback import ANNOTATIONS, IMAGES, Feedback
        from parcelray.serving.settings import load_settings
        from parcelray.serving.store.blobs import FOLDER_NAME, FolderBlobs
        from parcelray.serving.store.snapshot import using_database
        from parcelray.serving.store.store import open_database
        from parcelray.serving.submission import read_moment

    begin, end = (read_moment(name, value) for name, value in (("--since", since), ("--until", until)))
    settings = load_settings(config=config, data_dir=data_dir)
    limits = PixelLimits(max_pixels=settings.max_pixels, max_side=settings.max_side)
    url = settings.database_url
    with closing(open_database(settings.data_dir, None if url is None else url.get_secret_value())) as database:
        blobs = FolderBlobs(settings.data_dir / FOLDER_NAME)
        with using_database(), writing_to(out):
            made = Feedback(database, blobs, settings.data_dir, limits).export(begin, end)
            claim(out, _TASK, {"since": since, "until": until})
            (out / IMAGES).mkdir(exist_ok=True)
            for name, data in made:
                if name == ANNOTATIONS:
                    write_whole(out / name, data.decode())
                else:
                    (out / name).write_bytes(data)
    typer.echo(f"{out}: {made.views} views to learn from")
    for reason, count in sorted(made.left_out.items()):
        typer.echo(f"views left out, {reason.value.replace('_', ' ')}: {count}", err=True)
