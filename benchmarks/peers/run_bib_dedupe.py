"""Run bib-dedupe on a table: ``python run_bib_dedupe.py IN.csv OUT.csv`` in its own environment.

Its own steps one by one, as its evaluation runs them: `merge` would also write merged records,
which nobody asks for here and which stops on a record without any field. Three things are put in
the form that it expects, so that a difference in layout is not counted as a mistake of its own:
journals of proceedings stand where it looks for them, empty cells are missing values, and a set
without entry types is one of articles.
"""

import sys
import time

import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep

COLUMNS = {"record_id": "ID", "authors": "author", "issue": "number", "entry_type": "ENTRYTYPE"}
FIELDS = ["ID", "ENTRYTYPE", "title", "author", "year", "journal", "booktitle"]
FIELDS += ["volume", "number", "pages", "abstract", "doi"]


def read_table(path: str) -> pd.DataFrame:
    """Return the table with the columns and entry types of BibTeX."""
    table = pd.read_csv(path, dtype=str).rename(columns=COLUMNS)
    table["ENTRYTYPE"] = "article"  # else it looks for the journal in a column that is not there
    table["booktitle"] = table["journal"]
    return table[FIELDS]


def main() -> None:
    """Cluster one table; every record gets a row."""
    table = read_table(sys.argv[1])
    pairs = block(prep(table, verbosity_level=0), verbosity_level=0)
    sets = cluster(match(pairs, verbosity_level=0), verbosity_level=0)
    clusters = {member: ids[0] for ids in sets for member in ids}
    found = table["ID"].map(lambda one: clusters.get(one, one))
    pd.DataFrame({"record_id": table["ID"], "cluster_id": found}).to_csv(sys.argv[2], index=False)


if __name__ == "__main__":
    started = time.perf_counter()
    main()
