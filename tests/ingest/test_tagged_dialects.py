"""The traps of each platform, in miniatures written for this project."""

from __future__ import annotations

import pytest

from pipeline.ingest import parse_export


def _read(text: str):
    return parse_export(text.encode(), name="owls")


def _only(text: str) -> dict:
    export = _read(text)
    assert export.rejected.is_empty()
    return export.entries.row(0, named=True)


OVID_PSYCINFO = """1.
TY  - JOUR
DB  - APA PsycInfo <2019>
ID  - 2019-12345-001
T1  - Owls at night.
A1  - Vogel, Anna
A2  - Cited, Author
Y1  - 2019//
N2  - We fed owls., RESULTS: They ate. (PsycInfo Database Record (c) 2020 APA)
M1  - Cited, A. (1999). Some other work. doi: 10.1000/cited
M3  - Animal Behavior [2440]
JF  - Owl Psychology
SP  - No
EP  - Specified
DO  - http://dx.doi.org/10.1000/owl.1
DO  - http://dx.doi.org/10.1000/owl.1
L2  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&PAGE=reference&D=psyc16&NEWS=N&AN=2019-12345-001
ER  -
NL  - Owl Psychol

Link to the Ovid Full Text or citation: http://ovidsp.ovid.com/ovidweb.cgi?D=psyc16&AN=2019-12345-001Link
TI  - this is part of the link's text and belongs to nobody

2.
TY  - JOUR
ID  - 2019-12345-002
T1  - Owls at noon.
ER  -
"""


def test_ovid_psycinfo():
    export = _read(OVID_PSYCINFO.replace("TI  - this", "Title: this"))
    first, second = export.entries.iter_rows(named=True)
    assert (export.platform, export.database) == ("Ovid", "PsycInfo")
    assert first["title"] == "Owls at night"
    assert first["authors"] == ["Vogel, Anna"]
    assert first["abstract"] == "We fed owls. RESULTS: They ate."
    assert first["doi"] == "10.1000/owl.1"
    assert first["pages"] is None
    assert first["journal_abbreviation"] == "Owl Psychol"
    assert first["accession"] == "2019-12345-001"
    assert second["title"] == "Owls at noon"
    assert "Full Text" not in second["raw"]


def test_tagged_text_after_a_closing_line_is_reported_and_given_to_nobody():
    export = _read(OVID_PSYCINFO)
    assert export.entries["title"].to_list() == ["Owls at night", "Owls at noon"]
    assert export.rejected.height == 1
    assert "line" in export.warnings[0]


def test_ovid_names_its_database_only_after_the_closing_line():
    text = (
        "1. \nTY  - JOUR\nID  - 20203152553\nT1  - Owls.\nER  -\n\nLink to the Ovid Full Text or"
        " citation: http://ovidsp.ovid.com/ovidweb.cgi?T=JS&D=caba6&AN=20203152553\n"
    )
    assert _only(text)["database"] == "CAB Abstracts"


def test_embase_com():
    row = _only(
        "TY  - JOUR\nT1  - Owls\nU2  - L2029880245\nC5  - 38773066\nDB  - Embase\nDB  - Medline\n"
        "JF  - Owl Communications\nJO  - Owl Commun.\nL2  - http://dx.doi.org/10.1000/other\n"
        "DO  - 10.1000/owl\nM1  - (Vogel A.) Owl House\nER  - \n"
    )
    assert (row["platform"], row["database"]) == ("Embase.com", "Embase")
    assert (row["accession"], row["pmid"], row["doi"]) == ("L2029880245", "38773066", "10.1000/owl")
    assert (row["journal"], row["journal_abbreviation"]) == ("Owl Communications", "Owl Commun.")


def test_scopus():
    row = _only(
        "TY  - JOUR\nTI  - Owls\nAB  - [No abstract available]\nC2  - 38580657\nC7  - 2864\n"
        "N1  - Export Date: 05 August 2024; Cited By: 2\nN1  - References: A; B; C\n"
        "UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85189760133&doi=10.1%2fx\n"
        "ER  - \n"
    )
    assert row["abstract"] is None
    assert (row["accession"], row["pmid"], row["pages"]) == (
        "2-s2.0-85189760133",
        "38580657",
        "2864",
    )
    assert row["notes"] == ["Export Date: 05 August 2024; Cited By: 2"]


def test_web_of_science_ris_with_lines_parted_by_bare_carriage_returns():
    row = _only(
        "TY  - JOUR\nTI  - Owls\nAD  - One\rAD  - Two\nDA  - DEC 16\nPY  - 2019\n"
        "WE  - Science\rAN  - WOS:000082252000006\nER  -\n"
    )
    assert (row["accession"], row["date"]) == ("WOS:000082252000006", "2019-12-16")


def test_ebsco():
    row = _only(
        "TY  - JOUR\nAN  - 176404503\nT1  - Owls.\nJO  - Owl ONE\nJF  - Owl ONE\n"
        "Y1  - 1998///Fal 1998\nAB  - Owls ate.\n"
        "AB  - Copyright of Owl ONE is the property of Owl.\n"
        "L3  - 10.1000/owl\nN1  - Accession Number: 176404503; PMID: 12345678.\nDP  - EBSCOhost\n"
        "DB  - aph\nUR  - https://search.ebscohost.com/login.aspx?db=aph&AN=176404503\nER  - \n"
    )
    assert (row["platform"], row["database"]) == ("EBSCOhost", "Academic Search")
    assert (row["abstract"], row["doi"], row["pmid"]) == ("Owls ate.", "10.1000/owl", "12345678")
    assert row["date"] == "1998"


def test_psycnet_hides_its_doi_in_m3():
    assert _only("TY  - JOUR\nTI  - Owls\nM3  - doi:10.1000/owl\nER  - \n")["doi"] == "10.1000/owl"


def test_proquest():
    row = _only(
        "TY  - JOUR\nT1  - Owls\nAN  - 2236127104; 52024\nDA  - 0, 2015\nY1  - 2015///0,\n"
        "SN  - 0886-2605, 0886-2605\nDB  - PTSDpubs; Sociological Abstracts\n"
        "UR  - https://search.proquest.com/docview/2236127104\nER  - \n"
    )
    assert (row["accession"], row["date"], row["issn"]) == ("2236127104", "2015", ["0886-2605"])
    assert row["database"] == "PTSDpubs"


def test_cochrane_ris_with_two_spaces_and_a_header():
    text = (
        "Record #{n} of 2\nProvider: John Wiley & Sons, Ltd.\nContent: text/plain\n\n"
        "TY  -  JOUR\nAN  -  CN-0077815{n}\nA1  -  Vogel, A\nT1  -  Owls {n}\nJA  -  Owl Trials\n"
        "C3  -  PUBMED 2131491{n},EMBASE 36\nN2  -  Owls ate.\nER  -  \n\n"
    )
    export = _read(text.format(n=1) + text.format(n=2))
    assert export.warnings == ()
    assert export.database == "CENTRAL"
    row = export.entries.row(1, named=True)
    assert (row["title"], row["journal"], row["pmid"]) == ("Owls 2", "Owl Trials", "21314912")


def test_endnote_keeps_all_keywords_behind_one_tag_and_its_own_number_last():
    row = _only(
        "TY  - JOUR\nAU  - Vogel, A.\nDB  - Embase\nMedline\nKW  - owl\nfeeding\nnight\n"
        "SN  - 1932-8494\n1932-8486\nTI  - Owls\nID  - 889\nER  - \n"
    )
    assert row["keywords"] == ["owl", "feeding", "night"]
    assert row["issn"] == ["1932-8494", "1932-8486"]
    assert (row["platform"], row["database"], row["accession"]) == ("EndNote", "Embase", None)


def test_rayyan_glues_unknown_tags_and_notes_decisions():
    row = _only(
        "TY  - JOUR\nAN  - rayyan-42924189\nTI  - Owls\n"
        "UR  - https://www.embase.com/a?id=L1&from=export     U2  - L2029880245\n"
        'N1  - RAYYAN-INCLUSION: {"Emily"=>"Included"}\n'
        "DO  - 10.1000/owl     LK  - https://example.org\nER  -\n"
    )
    assert row["doi"] == "10.1000/owl"
    assert row["url"] == "https://www.embase.com/a?id=L1&from=export"
    assert row["notes"] == ['RAYYAN-INCLUSION: {"Emily"=>"Included"}', "rayyan-42924189"]
    assert row["accession"] != "rayyan-42924189"


def test_covidence_writes_empty_tags_and_wraps_abstracts():
    row = _only(
        "TY  - JOUR\nTI  - Owls\nPD  - \nN2  - Owls\nwere fed\nat night.\nPG  - \nNS  - \n"
        "Y1  - 2004///\nJO  - Journal of Owls\nER  - \n"
    )
    assert (row["abstract"], row["pages"]) == ("Owls were fed at night.", None)
    assert (row["journal"], row["year"]) == ("Journal of Owls", 2004)


def test_zotero_writes_html_notes_and_undefined_days():
    row = _only(
        "TY  - JOUR\nTI  - Owls\nDA  - 2019/12//undefined\nPY  - 2019\n"
        "N1  - <p>Fed&nbsp;twice</p>\nER  - \n"
    )
    assert (row["platform"], row["date"], row["notes"]) == ("Zotero", "2019-12", ["Fed twice"])


@pytest.mark.parametrize(
    "form",
    [
        "TY - JOUR\nTI - Owls\nPY - 2019\nER -\n",
        "  TY  - JOUR\n  TI  - Owls\n  PY  - 2019\n  ER  - \n",
        "\n\n\nTY  - JOUR\nTI  - Owls\nPY  - 2019\nER  -",
        "TY  -JOUR\nTI  -Owls\nPY  -2019\nER  -\n",
    ],
)
def test_ris_in_other_spacings(form):
    row = _only(form)
    assert (row["title"], row["year"]) == ("Owls", 2019)


def test_a_line_of_text_that_looks_like_a_loose_tag_stays_text():
    row = _only("TY  - JOUR\nTI  - Owls\nAB  - They live in the\nUS - and elsewhere.\nER  - \n")
    assert row["abstract"] == "They live in the US - and elsewhere."


def test_a_missing_closing_line_costs_nothing_and_is_told():
    export = _read("TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\nER  - \n")
    assert export.entries["title"].to_list() == ["One", "Two"]
    assert "no closing line" in export.warnings[0]


def test_a_tool_without_opening_lines():
    export = _read("TI  - One\nPY  - 2019\nER  - \n\nTI  - Two\nPY  - 2020\nER  - \n")
    assert export.entries["title"].to_list() == ["One", "Two"]
    assert "no entry has an opening line" in export.warnings[0]


def test_a_tool_without_closing_lines():
    export = _read("TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\n\n")
    assert export.entries["title"].to_list() == ["One", "Two"]


# ── PubMed text ─────────────────────────────────────────────────────────────────────────────────
NBIB = """PMID- 30000001
OWN - NLM
IS  - 1878-0849 (Electronic)
IS  - 1769-7212 (Print)
DP  - 2017 Nov-Dec
TI  - [Die Eule bei
      Nacht].
TT  - La chouette.
PG  - 188-97
LID - S1769-7212(19)30059-X [pii]
LID - 10.1000/owl [doi]
AB  - Owls were
      fed.
FAU - Vogel, Anna
AU  - Vogel A
CN  - Owl Group
LA  - ger
PT  - Journal Article
MH  - Owls/*physiology
OT  - night
      vision
PMC - PMC1373603
SO  - Owl J. 2017 Nov-Dec;4(1):188-97.
"""


def test_pubmed_text():
    row = _only(NBIB)
    assert row["title"] == "Die Eule bei Nacht"
    assert row["original_title"] == "La chouette"
    assert row["authors"] == ["Vogel, Anna", "Owl Group"]
    assert row["abstract"] == "Owls were fed."
    assert (row["doi"], row["pmid"], row["accession"]) == ("10.1000/owl", "30000001", "30000001")
    assert row["keywords"] == ["Owls/*physiology", "night vision"]
    assert (row["date"], row["language"], row["database"]) == ("2017-11", "de", "Medline")


def test_pubmed_text_of_central_and_eric():
    own = NBIB.replace("PMC - PMC1373603\n", "").replace("OWN - NLM\n", "")
    row = _only("\nPMC - PMC6055010\n" + own)
    assert (row["database"], row["accession"]) == ("PubMed Central", "PMC6055010")
    eric = "OWN - ERIC\nTI  - Owls at school.\nAID - http://dx.doi.org/x\nSO  - Owl J, 2019.\n"
    export = _read(f"{eric}\n{eric}")
    assert export.entries.height == 2
    assert export.database == "ERIC"


# ── Web of Science text ─────────────────────────────────────────────────────────────────────────
def test_isi():
    row = _only(
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Vogel, A\n   Uhu, B\n"
        "AF Vogel, Anna\n   Uhu, Bert\nCA Owl Grp\nTI FEEDING THE\n   OWL\nSO OWL JOURNAL\n"
        "DE owl; night\n   vision\nCR Cited A, 1999, OWL J, V1, P1, DOI 10.1000/cited\n"
        "PD DEC 16\nPY 2019\nBP 1\nEP 7\nDI 10.1000/owl\nUT ZOOREC:ZOOR15512090342\nER\n\nEF\n"
    )
    assert row["authors"] == ["Vogel, Anna", "Uhu, Bert", "Owl Grp"]
    assert (row["title"], row["keywords"]) == ("FEEDING THE OWL", ["owl", "night vision"])
    assert (row["date"], row["pages"], row["doi"]) == ("2019-12-16", "1-7", "10.1000/owl")
    assert (row["database"], row["platform"]) == ("Zoological Record", "Web of Science")


# ── Ovid's texts, Cochrane, PubMed abstracts ────────────────────────────────────────────────────
def test_ovid_tagged_with_paragraphs_in_the_first_column_and_leading_spaces():
    text = (
        " <3001. >\n VN  - Ovid Technologies\n DB  - Embase\n UI  - 621381829\n"
        " TI  - Owls. [References].\n AU  - Vogel A.\n IN  - (Vogel) Owl House\n \n"
        "       (Uhu) Barn\n SO  - Owl Psychology. Vol.43(5), Sep 2015, pp. 623-634. \n"
        " MH  - *owl\n AB  - Background: Owls.\n Method(s): We fed them.\n"
        " DO  - http://dx.doi.org/10.1000/owl\n\n"
    )
    row = _only(text)
    assert (row["title"], row["authors"]) == ("Owls", ["Vogel, A."])
    assert row["abstract"] == "Background: Owls. Method(s): We fed them."
    assert (row["journal"], row["volume"], row["pages"]) == ("Owl Psychology", "43", "623-634")
    assert (row["date"], row["database"]) == ("2015-09", "Embase")


def test_ovid_tagged_with_one_space_before_the_dash():
    row = _only("<7. >\nVN - Ovid Technologies\nDB - PsycINFO\nTI - Owls.\nAU - Vogel, A\n\n")
    assert (row["title"], row["database"]) == ("Owls", "PsycInfo")


def test_cochrane_text_in_two_batches():
    record = (
        "Record #{n} of 2\nID: CD00927{n}\nAU: Vogel Anna\nTI: Owls {n}\nYR: 2017\n"
        "AB: a\nUS: b\n\n\n"
    )
    export = _read("\ufeff" + record.format(n=1) + "\ufeff" + record.format(n=2))
    assert export.entries["accession"].to_list() == ["CD009271", "CD009272"]
    assert export.entries["authors"].to_list() == [["Vogel, Anna"]] * 2
    assert export.database == "CDSR"


def test_enw_without_types_is_parted_by_blank_lines():
    export = _read("%T Owls\n%A Vogel, A.\n%D 1891\n\n%T Larks\n%A Uhu, B.\n%D 1892\n")
    assert export.entries["title"].to_list() == ["Owls", "Larks"]


def test_refworks_with_its_legend():
    row = _only(
        "Refworks Export Tagged Format\n\nTag legend\n*****\nRT=Reference Type\nT1=Primary Title\n"
        "*****\nBEGIN EXPORTED REFERENCES\n\nRT Journal Article\nSR Electronic(1)\nID 1\n"
        "A1 Vogel,Anna\nT1 Owls\nJF Owl Journal\nYR 2003\nSP 337\nOP 367\nSF CINAHL; thesis\n\n"
    )
    assert (row["title"], row["authors"], row["pages"]) == ("Owls", ["Vogel, Anna"], "337-367")
    assert row["database"] == "CINAHL"


def test_pubmed_abstract_text():
    row = _only(
        "1. Owl J. 2017 Jul 7;7(7):CD006396. doi: \n10.1000/owl. Epub 2017 Jun 1.\n\n"
        "[Feeding the owl].\n\n[Article in German]\n\nVogel A(1), Uhu B(2).\n\n"
        "Author information:\n(1)Owl House.\n\nUpdate of\n    Owl J. 2012;10:1.\n\n"
        "BACKGROUND: Owls\nwere fed.\n\nCopyright © 2017 Owl House.\n\nDOI: 10.1000/owl\n"
        "PMCID: PMC6353150\nPMID: 28685503 [Indexed for MEDLINE]\n\n"
        "Conflict of interest statement: None.\n\n"
    )
    assert (row["title"], row["language"]) == ("Feeding the owl", "de")
    assert row["authors"] == ["Vogel, A", "Uhu, B"]
    assert row["abstract"] == "BACKGROUND: Owls were fed."
    assert (row["journal"], row["date"], row["volume"]) == ("Owl J", "2017-07-07", "7")
    assert (row["doi"], row["pmid"]) == ("10.1000/owl", "28685503")
