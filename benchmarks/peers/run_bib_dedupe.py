"""Run bib-dedupe on a table: ``python run_bib_dedupe.py IN.csv OUT.csv`` in its own environment."""

import sys

import pandas as pd
from bib_dedupe.bib_dedupe import merge

if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1], dtype=str).fillna("")
    fields = [
        "title", "author", "year", "journal", "volume", "number", "pages", "doi", "abstract",
    ]  # fmt: skip
    table = table.rename(
        columns={
            "record_id": "ID",
            "authors": "author",
            "issue": "number",
            "entry_type": "ENTRYTYPE",
        }
    )
    table["ENTRYTYPE"] = table["ENTRYTYPE"].replace("", "article").str.replace(" ", "").str.lower()
    table.loc[~table["ENTRYTYPE"].isin(["article", "inproceedings", "book"]), "ENTRYTYPE"] = (
        "article"
    )
    merged = merge(table[["ID", "ENTRYTYPE", *fields]], verbosity_level=0)
    origins = merged["origin"].str.split(";")
    rows = [(member, ids[0]) for ids in origins for member in ids]
    pd.DataFrame(rows, columns=["record_id", "cluster_id"]).to_csv(sys.argv[2], index=False)
