"""Exports of known platforms with other columns or tags than those of the exports at hand.

All records are invented. Every file holds the same two publications; a case says which platform and
database it comes from.
"""

from __future__ import annotations

import pytest

from pipeline.ingest import parse_export

CASES = {
    "ProQuest table": (
        (
            "Title\tAbstract\tStoreId\tArticleType\tAuthors\tissn\tpubdate\tpubtitle\tyear"
            "\tDocumentURL\tdigitalObjectIdentifier\tFindACopy\tDatabase\n"
            "Naps in nurseries\tWe napped.\t1234\tScholarly Journals\tEk, Anna; Ruiz, Bo\t08862605"
            "\tMar 2020\tSleep\t2020\thttps://www.proquest.com/docview/1234\t10.5555/1\t\tERIC\n"
            "Songs of whales\tWe sang.\t1235\tScholarly Journals\tRuiz, Bo\t\t2021\tSea\t2021"
            "\thttps://www.proquest.com/docview/1235\t10.5555/2\t\tERIC\n"
        ),
        "ProQuest",
        "ERIC",
    ),
    "EBSCO, new interface": (
        (
            "title,subtitle,authors,abstract,publicationDate,source,issns,doi,docTypes,issue,volume"
            ",pageStart,pageEnd,language,subjects,plink,an,longDBName\n"
            'Naps in nurseries,,"Ek, Anna; Ruiz, Bo",We napped.,20200301,Sleep,1234-5678,10.5555/1'
            ",Article,2,1,3,9,eng,Sleep,https://research.ebsco.com/plink?id=a,1,CINAHL Complete\n"
            'Songs of whales,,"Ruiz, Bo",We sang.,20210301,Sea,,10.5555/2,Article,2,1,3,9,eng,Song'
            ",https://research.ebsco.com/plink?id=b,2,CINAHL Complete\n"
        ),
        "EBSCOhost",
        "CINAHL",
    ),
    "Web of Science, few columns in an order of its own": (
        (
            "PT\tTI\tAU\tSO\tPY\tDI\tUT\tAB\n"
            "J\tNaps in nurseries\tEk, Anna; Ruiz, Bo\tSleep\t2020\t10.5555/1\tWOS:1\tWe napped.\n"
            "J\tSongs of whales\tRuiz, Bo\tSea\t2021\t10.5555/2\tWOS:2\tWe sang.\n"
        ),
        "Web of Science",
        "Web of Science",
    ),
    "Scopus, columns of its newest export": (
        (
            "Authors,Author full names,Author(s) ID,Titles,Year,Source title,Abstract,DOI,EID\n"
            '"Ek, Anna; Ruiz, Bo","Ek, Anna (5); Ruiz, Bo (6)",5; 6,Naps in nurseries,2020,Sleep'
            ",We napped.,10.5555/1,2-s2.0-85000000001\n"
            '"Ruiz, Bo","Ruiz, Bo (6)",6,Songs of whales,2021,Sea,We sang.,10.5555/2'
            ",2-s2.0-85000000002\n"
        ),
        "Scopus",
        "Scopus",
    ),
    "CENTRAL": (
        (
            "Cochrane CENTRAL ID,Author(s),Article Title,Source,Publication Year,DOI,Abstract\n"
            'CN-01234567,"Ek, Anna; Ruiz, Bo",Naps in nurseries,Sleep,2020,10.5555/1,We napped.\n'
            'CN-01234568,"Ruiz, Bo",Songs of whales,Sea,2021,10.5555/2,We sang.\n'
        ),
        "Cochrane Library",
        "CENTRAL",
    ),
    "EndNote, all fields": (
        (
            "Reference Type:  Journal Article\nRecord Number: 1\nAuthor: Ek, Anna and Ruiz, Bo\n"
            "Year: 2020\nTitle: Naps in nurseries\nJournal: Sleep\nDOI: 10.5555/1\n"
            "Keywords: sleep\nnap\nAbstract: We napped.\nName of Database: Embase\n\n\n"
            "Reference Type:  Journal Article\nRecord Number: 2\nAuthor: Ruiz, Bo\nYear: 2021\n"
            "Title: Songs of\nwhales\nJournal: Sea\nDOI: 10.5555/2\nAbstract: We sang.\n"
            "Name of Database: Embase\n\n\n"
        ),
        "EndNote",
        "Embase",
    ),
    "Ovid Medline with short and full names": (
        (
            "<1. >\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R) ALL\nUI  - 12345678\n"
            "TI  - Naps in nurseries.\nJN  - Sleep\nAU  - Ek A\nAU  - Ruiz B\nFA  - Ek, Anna\n"
            "FA  - Ruiz, Bo\nAB  - We napped.\nDO  - https://dx.doi.org/10.5555/1\nYR  - 2020\n\n"
            "<2. >\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R) ALL\nUI  - 12345679\n"
            "TI  - Songs of whales.\nJN  - Sea\nAU  - Ruiz B\nFA  - Ruiz, Bo\nAB  - We sang.\n"
            "DO  - https://dx.doi.org/10.5555/2\nYR  - 2021\n\n"
        ),
        "Ovid",
        "Medline",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_dialect_that_was_never_seen_is_read_whole(name: str) -> None:
    text, platform, database = CASES[name]
    export = parse_export(text.encode(), name="export")
    assert (export.platform, export.database, export.warnings) == (platform, database, ())
    columns = ("title", "abstract", "authors", "year", "journal", "doi")
    assert export.entries.select(columns).rows() == [
        ("Naps in nurseries", "We napped.", ["Ek, Anna", "Ruiz, Bo"], 2020, "Sleep", "10.5555/1"),
        ("Songs of whales", "We sang.", ["Ruiz, Bo"], 2021, "Sea", "10.5555/2"),
    ]
