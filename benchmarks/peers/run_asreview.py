"""Run ASReview's deduplication: ``python run_asreview.py IN.csv OUT.csv`` in its environment."""

import sys

import pandas as pd
from asreview.data.utils import duplicated

if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1], dtype=str)
    kept = ~duplicated(table[["title", "abstract", "doi"]].fillna(""), pid="doi")
    # It says which rows repeat an earlier one, not which: the text it compares tells.
    text = (
        (table["title"].fillna("") + table["abstract"].fillna(""))
        .str.replace(r"[^A-Za-z0-9]", "", regex=True)
        .str.lower()
    )
    first_of_doi = table.groupby("doi")["record_id"].transform("first")
    first_of_text = table.groupby(text)["record_id"].transform("first")
    cluster = table["record_id"].where(kept, first_of_doi.fillna(first_of_text))
    same = cluster == table["record_id"]
    cluster = cluster.where(kept | ~same, first_of_text)
    pd.DataFrame({"record_id": table["record_id"], "cluster_id": cluster}).to_csv(
        sys.argv[2], index=False
    )
