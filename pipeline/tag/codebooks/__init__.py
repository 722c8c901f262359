"""The codebooks that come with the software: one YAML file here, one line in the registry."""

from __future__ import annotations

from importlib import resources
from typing import Final

from pipeline.registry import Registry
from pipeline.tag.codebook import Codebook, read_codebook

__all__ = ["CODEBOOKS"]


def _packaged(name: str) -> Codebook:
    file = resources.files(__name__).joinpath(f"{name}.yaml")
    return read_codebook(file.read_text("utf-8"), name=f"{name}.yaml")


CODEBOOKS: Final = Registry(
    "codebook",
    [
        _packaged("berardi-2024"),
        _packaged("cfir-2"),
    ],
)
