"""Where things live in a review's folder."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.store import write_bytes

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["ReviewFolder", "make_folder", "starting_config"]


@dataclass(frozen=True, slots=True)
class ReviewFolder:
    """The parts of a review's folder; see ``DESIGN`` in the documentation for what each holds."""

    path: Path

    @property
    def config(self) -> Path:
        """``review.toml``: what the review declares."""
        return self.path / "review.toml"

    @property
    def searches(self) -> Path:
        """Exports exactly as downloaded, one folder a search date."""
        return self.path / "searches"

    @property
    def frames(self) -> Path:
        """Accepted frames, named by content."""
        return self.path / "frames"

    @property
    def full_texts(self) -> Path:
        """Full texts as they were given, named by content."""
        return self.path / "fulltexts"

    @property
    def texts(self) -> Path:
        """The plain texts that tags refer to, named by content."""
        return self.path / "texts"

    @property
    def work(self) -> Path:
        """What the machine computed and can compute again."""
        return self.path / "work"

    @property
    def reports(self) -> Path:
        """The diagram, the report, tables."""
        return self.path / "reports"

    @property
    def ledger_url(self) -> str:
        """The ledger of a review that keeps it in its own folder."""
        return f"sqlite:///{self.path / 'ledger.sqlite'}"

    def search_date(self, date: dt.date) -> Path:
        """Return the folder of one search date."""
        return self.searches / date.isoformat()


def make_folder(path: Path, *, config: str) -> ReviewFolder:
    """Make a review's folder with its ``review.toml``.

    Raises
    ------
    InputError
        The folder exists and holds something.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(str(path), "is not an empty folder", "name a new one")
    folder = ReviewFolder(path)
    write_bytes(folder.config, config.encode())
    folder.searches.mkdir(exist_ok=True)
    return folder


def starting_config() -> str:
    """Return the commented ``review.toml`` of a new review."""
    return resources.files("pipeline.review").joinpath("template.toml").read_text(encoding="utf-8")
