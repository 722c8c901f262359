"""An invented review on digital mental health technologies, with the answers known.

Native exports of six databases in eight dialects, about 30 per cent of whose entries repeat a
publication found elsewhere, with the quirks of each platform, a few damaged entries and hard cases.
Everything is invented: titles, abstracts, people, journals, accession numbers; DOIs are under
10.5555, the prefix kept for examples. Its size and yield follow a real review (Berardi et al. 2024,
doi 10.1186/s12913-023-10536-1): 12,525 entries, 81 included studies.
"""

from pipeline.example.making import Example, ExampleExport, make_example
from pipeline.example.truth import ExampleEntry, ExamplePublication, ExampleTruth

__all__ = [
    "Example",
    "ExampleEntry",
    "ExampleExport",
    "ExamplePublication",
    "ExampleTruth",
    "make_example",
]
