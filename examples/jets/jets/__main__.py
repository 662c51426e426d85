"""python -m jets: the command line."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import NoReturn

EXAMPLES = """examples:
  python -m jets --jets 20000 -o jets.parquet                             a first look
  python -m jets --jets 1500000 --seed 1 --processes 2 -o jets.parquet    the jets of the shipped models
  python -m jets --jets 1000000 --seed 2 --calibration jets.calibration.json -o more.parquet   others, corrected alike
  python -m jets --process ttbar --jets 100000 --calibration jets.calibration.json -o ttbar.parquet

Besides OUTPUT come OUTPUT's name with .gen (all gen jets, matched or not), .stray (reco jets without a gen jet) and
.calibration.json. An interrupted run goes on where it was: call it again."""


def main() -> int:
    options = _options()
    # A scheduler's end is as good as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from . import run  # imports what pip installs
    except ImportError as error:
        print(f"jets: {error}; pip install -r examples/jets/requirements.txt", file=sys.stderr)
        return 2
    try:
        return run.run(options)
    except KeyboardInterrupt:
        print(f"\njets: interrupted; the same command goes on from {options.chunks}", file=sys.stderr)
        return 130
    except OSError as error:
        where = error.filename or options.output
        print(f"jets: {where}: {error.strerror or error}; finished chunks stay in {options.chunks}", file=sys.stderr)
        return 1
    except (ValueError, RuntimeError) as error:
        print(f"jets: {error}", file=sys.stderr)
        return 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"jets: {message}; see python -m jets --help\n")


def _options() -> argparse.Namespace:
    parser = _Parser(prog="python -m jets", description="Make pairs of jets, of particles and as measured.",
                                     epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    whole = lambda least: lambda text: _whole(text, least)
    parser.add_argument("--jets", type=whole(1), default=20_000, help="matched jets with reco pt > 20 GeV, at least; whole chunks are kept (20000)")
    parser.add_argument("--process", choices=["qcd", "ttbar", "zjets"], default="qcd", help="qcd: 2 → 2, nearly flat in pT-hat")
    parser.add_argument("--seed", type=whole(0), default=1)
    parser.add_argument("--processes", type=whole(1), default=_cores(), help="the file does not depend on it (all cores)")
    parser.add_argument("--pileup", type=float, default=25.0, metavar="MEAN", help="collisions overlaid, on average (25)")
    parser.add_argument("--pool", type=whole(100), default=20_000, metavar="EVENTS", help="minimum-bias events to draw them from (20000)")
    parser.add_argument("--chunk", type=whole(1), default=2000, metavar="EVENTS", help="what is made at a time, and kept when interrupted; other numbers make other jets (2000)")
    parser.add_argument("--calibration", metavar="FILE", help="correct raw to reco by this file instead of these jets themselves")
    parser.add_argument("-o", "--output", required=True, metavar="OUTPUT", help="the training table, Parquet")
    options = parser.parse_args()
    if not 0 <= options.pileup <= 200:
        parser.error("--pileup takes a mean from 0 to 200")
    options.chunks = f"{options.output}.chunks"
    return options


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole(text: str, least: int) -> int:
    value = int(text) if text.isdecimal() else -1
    if value < least:
        raise argparse.ArgumentTypeError(f"takes a whole number from {least} on, not {text}")
    return value


if __name__ == "__main__":
    sys.exit(main())
