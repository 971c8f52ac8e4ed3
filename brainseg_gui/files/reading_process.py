"""The process that opens image files: `python -m brainseg_gui.files.reading_process EXCHANGE`.

It answers messages with messages (see `children`); arrays go through the exchange. In:
`{"do": "slice" | "info" | "listing" | "geometry" | "header" | "variables" | "masks" | "mask" |
"folds", "path": …, "wishes": …}`. Out: what `parcels` makes of the answer, or
`{"error": reason, "path": of which file}`. It writes nothing, and ends with its parent.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.libraries import library, pause_with
from brainseg_gui.children.messages import Message, NoMessageError
from brainseg_gui.children.serving import paused, say, serve, settle
from brainseg_gui.files import here, parcels
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.masks import parcels as masks
from brainseg_gui.files.reading import SECONDS
from brainseg_gui.files.wishes import Wishes


def main(argv: list[str] | None = None) -> int:
    """Read what is asked for until stdin ends."""
    (name,) = sys.argv[1:] if argv is None else argv
    exchange = Exchange.join(Path(name))
    answers = settle()
    _bound_files()
    library("brainseg_gui.files.readers.mat73")  # before the first file wants it
    pause_with(partial(paused, answers, SECONDS))
    with suppress(BrokenPipeError):  # whoever asked is gone
        say(answers, {"ready": True})
        serve(answers, partial(_answer, exchange), longest_s=SECONDS)
    return 0


def _bound_files() -> None:
    """Let no file make this process fill the disk: it writes to the exchange alone."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not everywhere

        resource.setrlimit(resource.RLIMIT_FSIZE, (parcels.LARGEST, parcels.LARGEST))


def _answer(exchange: Exchange, message: Message) -> Message:
    path, wishes = Path(message["path"]), Wishes.of(message.get("wishes"))
    try:
        return guarded(path, lambda: _read(message["do"], path, wishes, exchange))
    except SliceError as error:
        return {"error": error.reason, "path": str(error.path)}


def _read(what: str, path: Path, wishes: Wishes, exchange: Exchange) -> Message:
    if what == "slice":
        return parcels.pack_slice(here.read_slice(path, wishes), exchange)
    if what == "info":
        return parcels.pack_info(here.read_info(path, wishes))
    if what == "listing":
        return parcels.pack_listing(here.read_listing(path, wishes), exchange)
    if what == "geometry":
        return parcels.pack_geometry(here.read_geometry(path))
    if what == "header":
        return parcels.pack_header(here.read_header(path))
    if what == "variables":
        return parcels.pack_variables(here.read_variables(path))
    if what == "masks":
        return masks.pack_mask_file(here.read_mask_file(path, wishes), exchange)
    if what == "mask":
        return masks.pack_mask(here.read_mask(path, wishes), exchange)
    if what == "folds":
        return parcels.pack_folds(here.read_author_folds(path), exchange)
    raise NoMessageError(f"nothing to do: {what}")


if __name__ == "__main__":
    sys.exit(main())
