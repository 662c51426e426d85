"""What goes wrong, by kind; each message says what, where, and what to do."""

from __future__ import annotations

import sys
import warnings


class InputError(ValueError):
    """Jets, keys or options that cannot be used as they are."""


class BundleError(InputError):
    """A bundle that is missing, incomplete, changed or of another format."""


class RangeWarning(UserWarning):
    """Values unlike those of the training, where a model extrapolates or gives nothing; also what was mended in the
    input.

    ``warnings.simplefilter("error", jet_iqn.RangeWarning)`` makes it an exception, ``"ignore"`` silences it.
    """


def warn(message: str) -> None:
    """A RangeWarning at the line that called this package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(__package__ or "jet_iqn"):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, RangeWarning, stacklevel=level)
