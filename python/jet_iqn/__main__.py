"""``python -m jet_iqn friend BUNDLE nano.root -o friend.root``: a friend tree by uproot."""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from typing import Any

from .errors import InputError, RangeWarning
from .model import load


def main(arguments: list[str] | None = None) -> int:
    """:returns: 0, or 2 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m jet_iqn", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    friend = commands.add_parser(
        "friend", help="predictions for each jet of a NanoAOD file, as a friend tree of Events"
    )
    friend.add_argument("bundle", help="folder of a model, or the name of one that ships with the package")
    friend.add_argument("nano", help="ROOT file with a tree Events")
    friend.add_argument("-o", "--output", required=True, help="ROOT file to write")
    friend.add_argument("--seed", type=int, default=1)
    friend.add_argument("--collection", help="default: GenJet for a simulation, Jet for a correction")
    friend.add_argument(
        "--key", choices=["event", "row"], default="event", help="what random numbers depend on (default: event)"
    )
    friend.add_argument("--tree", default="Events")
    friend.add_argument(
        "--input", action="append", default=[], metavar="NAME=BRANCH", help="branch of an extra input of the model"
    )
    for name in ("--pt-scale", "--pt-resolution"):
        friend.add_argument(
            name, default="1", metavar="FACTOR|FILE", help="a factor, nominal,up,down, or a correctionlib FILE[:NAME]"
        )
    friend.add_argument("--overwrite", action="store_true")
    options = parser.parse_args(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: print(f"jet_iqn: {message}", file=sys.stderr)
        warnings.simplefilter("always", RangeWarning)
        try:
            print(run_friend(options))
        except ImportError as error:
            print(f"jet_iqn: this wants {error.name}; pip install 'jet-iqn[friend]' {error.name}", file=sys.stderr)
            return 2
        except (InputError, OSError) as error:
            print(f"jet_iqn: {error}".replace("\n", " "), file=sys.stderr)
            return 2
    return 0


def run_friend(options: argparse.Namespace) -> str:
    from .friend import write_friend

    made = write_friend(
        load(options.bundle),
        options.nano,
        options.output,
        seed=options.seed,
        collection=options.collection,
        key=options.key,
        tree=options.tree,
        inputs=dict(pair.partition("=")[::2] for pair in options.input),
        pt_scale=factor(options.pt_scale, "--pt-scale"),
        pt_resolution=factor(options.pt_resolution, "--pt-resolution"),
        overwrite=options.overwrite,
    )
    return f"{options.output}: {made['jets']} jets in {made['events']} events"


def factor(text: str, option: str) -> Any:
    """``1.02``, ``1,1.02,0.98``, ``jer.json.gz`` or ``jer.json.gz:NAME``, as ``jet-iqn sample`` takes them."""
    found = re.fullmatch(r"(.+\.json(?:\.gz)?)(?::(.+))?", text, re.IGNORECASE)
    if found is None:
        try:
            parts = tuple(float(part) for part in text.split(","))
        except ValueError as error:
            raise InputError(f"{option} is {text}; give a factor, three between commas, or a file .json or .json.gz") from error
        return parts if len(parts) > 1 else parts[0]
    import correctionlib

    path, name = found.groups()
    try:
        corrections = correctionlib.CorrectionSet.from_file(path)
    except RuntimeError as error:
        raise InputError(f"{path} is no correctionlib file: {error}") from error
    names = list(corrections)
    if name is None and len(names) != 1 or name is not None and name not in names:
        raise InputError(f"{path} has the corrections {', '.join(names[:8])}; name one of them behind a colon, FILE:NAME")
    return corrections[name or names[0]]


if __name__ == "__main__":
    sys.exit(main())
