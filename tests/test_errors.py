"""Errors say where, what and what to do, and survive the way between processes."""

from __future__ import annotations

import pickle

import pytest

from pipeline.errors import (
    CodebookError,
    ConfigError,
    ContractError,
    InputError,
    NotReadyError,
    StoreError,
    UnknownNameError,
    UnreadableExportError,
)


@pytest.mark.parametrize(
    "error",
    [
        InputError("a.csv", "is empty", "export it again"),
        UnreadableExportError("a.csv", "is empty", "export it again"),
        StoreError("a.csv", "is empty", "export it again"),
        ConfigError("a.csv", "is empty", "export it again"),
        CodebookError("a.csv", "is empty", "export it again"),
        UnknownNameError("reviewer", "ana", ["anna", "bo"]),
        NotReadyError("too early"),
        ContractError("our fault"),
    ],
)
def test_errors_pickle(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_an_unknown_name_without_a_near_one_lists_what_is_known():
    assert str(UnknownNameError("runner", "xyz", ["thread", "dask"])).endswith(
        "known: thread, dask"
    )
