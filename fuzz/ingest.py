"""Throw bytes at the readers: any input ends in an accounted-for export or in a clear refusal.

    python -m fuzz.ingest [CORPUS] [-max_total_time=600] [-max_len=4096]

Coverage guides what is tried next (atheris, which drives LLVM's libFuzzer). Each input is read as a
file, and by the reader that its first byte chooses if that recognises it too, so that a reader is
reached even where another one is asked first. A crash is whatever is not an `InputError`: another
exception, an entry that is neither read nor rejected, an input that takes longer than the time-out.
libFuzzer writes it to ``crash-*``; give that file as the only argument to try it again. Without a
corpus it begins with a small entry of each kind.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import atheris

with atheris.instrument_imports(include=["pipeline.ingest"]):
    from pipeline.errors import InputError
    from pipeline.ingest import parse_export
    from pipeline.ingest.decode import decode
    from pipeline.ingest.formats import FORMATS

__all__ = ["main", "try_input"]

READERS: Final = tuple(FORMATS.values())
SEEDS: Final = (
    b"TY  - JOUR\nTI  - Sleep\nAU  - Okoro, B\nER  - \n",
    b"PMID- 1\nOWN - NLM\nTI  - Sleep\nSO  - Sleep. 2020;1:2.\n\n",
    b"FN Clarivate\nPT J\nAU Okoro, B\nTI Sleep\nUT WOS:000000000000001\nER\n\nEF\n",
    b"<1. >\nVN  - Ovid\nTI  - Sleep\n\n",
    b'Title,Authors,DOI\n"Sleep","Okoro, B",10.1000/s\n',
    b"@article{a1, title={Sleep}, author={Okoro, B and Lind, {\\AA}}}\n",
    b'[{"type": "book", "title": "Sleep", "issued": {}}]',
    b"<xml><records><record><titles><title>Sleep</title></titles></record></records></xml>",
    b"<PubmedArticleSet><PubmedArticle></PubmedArticle></PubmedArticleSet>",
)


class UnaccountedError(Exception):
    """An entry was neither read nor rejected."""


def try_input(data: bytes) -> None:
    """Read an input as a file, then by one reader."""
    with suppress(InputError):
        export = parse_export(data, name="fuzz")
        _check(export.entries.height + export.rejected.height, export.n_expected)
    with suppress(InputError):
        _try_one_reader(data)


def _try_one_reader(data: bytes) -> None:
    if not data:
        return
    content = decode(data[1:], name="fuzz")
    reader = READERS[data[0] % len(READERS)]
    if reader.recognises(content):
        reading = reader.read(content)
        _check(len(reading.entries), reading.n_expected)


def _check(n_found: int, n_expected: int) -> None:
    if n_found != n_expected:
        raise UnaccountedError(f"{n_found} entries are accounted for, {n_expected} were counted")


def main() -> None:
    """Let libFuzzer go on until its limit."""
    is_given = any(not argument.startswith("-") for argument in sys.argv[1:])
    corpus = [] if is_given else [_write_seeds(Path(mkdtemp(prefix="fuzz-ingest-")))]
    atheris.Setup([*sys.argv, *corpus], try_input)
    atheris.Fuzz()


def _write_seeds(folder: Path) -> str:
    """Write every seed for every reader, so that the first byte chooses each of them once."""
    for number in range(len(READERS)):
        for position, seed in enumerate(SEEDS):
            (folder / f"{number}-{position}").write_bytes(bytes([number]) + seed)
    for position, seed in enumerate(SEEDS):
        (folder / f"file-{position}").write_bytes(seed)
    return str(folder)


if __name__ == "__main__":
    main()
