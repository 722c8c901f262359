"""Run srdedupe on a table: ``python run_srdedupe.py IN.csv OUT.csv`` in its own environment.

Version 0.1.1 as packaged stops for want of its model file; then its message is passed on.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
from srdedupe import dedupe

if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1], dtype=str).fillna("")
    with tempfile.TemporaryDirectory() as folder:
        ris = Path(folder) / "in.ris"
        lines = []
        for row in table.to_dict("records"):
            tags = [("TY", "JOUR"), ("ID", row["record_id"]), ("TI", row["title"])]
            tags += [
                ("AU", name.strip()) for name in row["authors"].replace(" and ", ";").split(";")
            ]
            tags += [("PY", row["year"]), ("JO", row["journal"]), ("VL", row["volume"])]
            tags += [("IS", row["issue"]), ("SP", row["pages"]), ("DO", row["doi"])]
            tags += [("AB", row["abstract"])]
            lines += [f"{tag}  - {value}" for tag, value in tags if value] + ["ER  - ", ""]
        ris.write_text("\n".join(lines), "utf-8")
        result = dedupe(str(ris), output_dir=folder)  # 0.1.1 raises here
        sys.exit(f"srdedupe ran; read its clusters from {sorted(result.output_files)}")
