"""``python -m jet_iqn friend BUNDLE nano.root -o friend.root``: a friend tree by uproot."""

from __future__ import annotations

import argparse
import sys
import warnings

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
    friend.add_argument("--overwrite", action="store_true")
    options = parser.parse_args(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: print(f"jet_iqn: {message}", file=sys.stderr)
        warnings.simplefilter("always", RangeWarning)
        try:
            print(run_friend(options))
        except ImportError as error:
            print(f"jet_iqn: friend trees want {error.name}; pip install 'jet-iqn[friend]'", file=sys.stderr)
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
        overwrite=options.overwrite,
    )
    return f"{options.output}: {made['jets']} jets in {made['events']} events"


if __name__ == "__main__":
    sys.exit(main())
