"""Reading exports against the libraries that read one format, on the same real files in one run.

    python -m benchmarks.ingest [FOLDER] [--records 100000] [--out REPORT.md]

``FOLDER`` holds ``manifest.csv`` and the exports it names. A file is repeated to at least four
megabytes, and the best of three runs counts, in seconds of CPU time, because a machine may be
shared. What is compared is not the same work: rispy, nbib and csv give the values as they stand,
Thresher also recognises the format, cleans every value, validates the frame and keeps the raw text.

The second table is one import of many records, in equal parts Scopus CSV, PubMed text, Embase.com
RIS and Web of Science text, made by repeating real files; each part is read in a process of its own
and the wall clock and the largest process are reported.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import os
import resource
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import nbib
import rispy

from pipeline.ingest import parse_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Comparison", "Part", "compare", "main", "read_parts"]

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = Path(os.environ.get("THRESHER_SHARED", ROOT.parent / "shared"))
PEERS: Final[dict[str, tuple[str, Callable[[str], int]]]] = {  # by the manifest's format
    "RIS": ("rispy", lambda text: len(rispy.loads(text))),
    "NBIB": ("nbib", lambda text: len(nbib.read(text))),
    "CSV": ("csv", lambda text: sum(1 for _ in csv.DictReader(io.StringIO(text, newline="")))),
}
LARGE_IMPORT: Final = {  # part: how its file begins in the manifest
    "Scopus CSV": "SCOPUS__SCOPUS__CSV__dimitrov",
    "PubMed text": "MEDLINE__PUBMED__NBIB__reflibnode-cancer",
    "Embase.com RIS": "EMBASE__EMBASECOM__RIS",
    "Web of Science text": "WOS__WOS__ISI__knh-r0001",
}
ASREVIEW: Final = ROOT / ".peers/asreview/bin/python"  # made by `make .peers/asreview`
SMALLEST: Final = 4_000_000  # bytes that a repeated file has at least
LARGEST_FILES: Final = 6  # of each format are compared
N_RUNS: Final = 3


@dataclass(frozen=True)
class Comparison:
    """One file read by Thresher and by a library: records, and seconds of CPU time."""

    file: str
    peer: str
    n_records: int
    n_peer: int | None
    seconds: float
    peer_seconds: float | None


@dataclass(frozen=True)
class Part:
    """One part of the large import: what was read, how long it took, how much memory."""

    name: str
    n_records: int
    cpu_seconds: float
    seconds: float
    peak_mb: float


def main() -> None:
    """Run both and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "exports")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--largest", type=int, default=LARGEST_FILES, help="files of each format")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    parts = read_parts(options.folder, options.records)
    seconds = time.perf_counter() - started
    comparisons = list(compare(options.folder, n_largest=options.largest))
    report = f"{_comparison_table(comparisons)}\n\n{_parts_table(parts, seconds)}\n"
    if options.out:
        options.out.write_text(report, encoding="utf-8")
    print(report)  # noqa: T201 - a command


def compare(folder: Path, *, n_largest: int = LARGEST_FILES) -> Iterator[Comparison]:
    """Read the largest files of each format with both readers."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for kind, (peer, count) in PEERS.items():
        of_kind = [r for r in rows if r["format"] == kind and r["kind"] in ("native", "via tool")]
        for row in sorted(of_kind, key=lambda row: -int(row["bytes"]))[:n_largest]:
            own = _compared(folder / row["file"], kind, peer, count)
            yield own
            if kind == "CSV" and ASREVIEW.is_file():
                yield _compared_with_asreview(folder / row["file"], own)


def _compared_with_asreview(file: Path, own: Comparison) -> Comparison:
    """Let ASReview read the same repeated file, in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(_repeated(_body(file), "CSV", size=SMALLEST))
        command = [str(ASREVIEW), str(ROOT / "benchmarks/peers/run_asreview_reader.py"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:  # it cannot read this table
        return replace(own, peer="asreview", n_peer=None, peer_seconds=None)
    n_records, seconds = done.stdout.split()[-2:]
    return replace(own, peer="asreview", n_peer=int(n_records), peer_seconds=float(seconds))


def _compared(file: Path, kind: str, peer: str, count: Callable[[str], int]) -> Comparison:
    data = _repeated(_body(file), kind, size=SMALLEST)
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    n_records, seconds = _best(partial(_count_own, data))
    try:
        n_peer, peer_seconds = _best(partial(count, text))
    except (ValueError, IndexError, KeyError, AttributeError):  # a value it has no rule for
        return Comparison(file.name, peer, n_records, None, seconds, None)
    return Comparison(file.name, peer, n_records, n_peer, seconds, peer_seconds)


def _count_own(data: bytes) -> int:
    return parse_export(data, name="export").n_expected


def read_parts(folder: Path, n_records: int) -> list[Part]:
    """Read an import of that many records, two files at a time, each in a process of its own."""
    n_each = n_records // len(LARGE_IMPORT)
    context = get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, max_tasks_per_child=1) as pool:
        jobs = [
            pool.submit(_read_part, name, next(folder.glob(f"{beginning}*")), n_each)
            for name, beginning in LARGE_IMPORT.items()
        ]
        return [job.result() for job in jobs]


def _read_part(name: str, file: Path, n_records: int) -> Part:
    body = _body(file)
    kind = file.name.split("__")[2]
    n_in_file = parse_export(body, name=file.name).n_expected
    data = _repeated(body, kind, times=n_records // n_in_file + 1)
    started, cpu_started = time.perf_counter(), time.process_time()
    export = parse_export(data, name=file.name)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Part(name, export.entries.height, cpu_seconds, seconds, peak_mb)


def _body(file: Path) -> bytes:
    return file.read_bytes().removeprefix(b"\xef\xbb\xbf")


def _repeated(body: bytes, kind: str, *, size: int = 0, times: int = 1) -> bytes:
    """Return a file many times over; a table has its header once."""
    times = max(times, size // len(body) + 1)
    if kind == "CSV":
        header, _, rows = body.partition(b"\n")
        return header + b"\n" + (rows.rstrip(b"\r\n") + b"\n") * times
    return (body.rstrip() + b"\n\n") * times


def _best(read: Callable[[], int]) -> tuple[int, float]:
    best, n_records = float("inf"), 0
    for _ in range(N_RUNS):
        gc.collect()
        started = time.process_time()
        n_records = read()
        best = min(best, time.process_time() - started)
    return n_records, best


def _comparison_table(comparisons: list[Comparison]) -> str:
    lines = [
        "| file | library | records, ours / its | seconds, ours / its | ours over its |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in comparisons:
        if each.peer_seconds is None:
            told, ratio = f"{each.seconds:.2f} / it stops", ""
        else:
            told = f"{each.seconds:.2f} / {each.peer_seconds:.2f}"
            ratio = f"{each.seconds / each.peer_seconds:.2f}"
        counts = f"{each.n_records} / {each.n_peer if each.n_peer is not None else '–'}"
        lines.append(f"| {each.file} | {each.peer} | {counts} | {told} | {ratio} |")
    return "\n".join(lines)


def _parts_table(parts: list[Part], seconds: float) -> str:
    lines = [
        "| part | records | CPU seconds | seconds | peak memory |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {each.name} | {each.n_records:,} | {each.cpu_seconds:.1f} | {each.seconds:.1f} "
        f"| {each.peak_mb:,.0f} MB |"
        for each in parts
    ]
    cpu_seconds = sum(each.cpu_seconds for each in parts)
    total, largest = sum(each.n_records for each in parts), max(each.peak_mb for each in parts)
    lines.append(
        f"| all, in pairs | {total:,} | {cpu_seconds:.1f} | {seconds:.1f} | {largest:,.0f} MB |"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
