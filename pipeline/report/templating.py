"""The one jinja2 environment: everything is escaped, and a name that is not given is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.report.blanks import mark_blanks

__all__ = ["environment", "write_length"]


def write_length(value: float) -> str:
    """Return a length as SVG writes it, to a tenth of a pixel: the same on every machine.

    >>> write_length(12.0), write_length(12.345)
    ('12', '12.3')
    """
    return f"{value:.1f}".removesuffix(".0")


@cache
def environment() -> Environment:
    """Return the environment that knows the templates of this package."""
    env = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["px"] = write_length
    env.filters["blanks"] = mark_blanks
    return env
