"""Frames are named by content, whole or absent, and checked when read."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import StoreError
from pipeline.schemas import Cluster
from pipeline.store import FrameCache, FrameStore, write_bytes

CLUSTERS = Cluster.validate(pl.DataFrame({"record_id": ["a", "b"], "citation_id": ["a", "a"]}))


def test_a_frame_comes_back_equal_under_a_name_that_its_bytes_give(tmp_path):
    store = FrameStore(tmp_path)
    name = store.put(CLUSTERS)
    assert store.put(CLUSTERS) == name == store.name_of(CLUSTERS)
    assert list(store.names()) == [name]
    assert store.get(name, Cluster).equals(CLUSTERS)
    assert store.is_intact(name)


def test_a_missing_frame_says_so(tmp_path):
    with pytest.raises(StoreError, match="is missing"):
        FrameStore(tmp_path).get("0" * 64, Cluster)


def test_a_damaged_frame_says_so(tmp_path):
    store = FrameStore(tmp_path)
    name = store.put(CLUSTERS)
    store.path_of(name).write_bytes(b"PAR1 and nothing else")
    assert not store.is_intact(name)
    with pytest.raises(StoreError, match="is damaged"):
        store.get(name, Cluster)


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "kept.txt"
    write_bytes(path, b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cache_makes_a_frame_once_and_again_when_it_is_damaged(tmp_path):
    cache, made = FrameCache(tmp_path), []

    def make():
        made.append(1)
        return CLUSTERS

    for _ in range(2):
        assert cache.frame("key", "clusters", Cluster, make).equals(CLUSTERS)
    assert len(made) == 1
    Path(tmp_path, "clusters", "key.parquet").write_bytes(b"junk")
    assert cache.frame("key", "clusters", Cluster, make).equals(CLUSTERS)
    assert len(made) == 2
