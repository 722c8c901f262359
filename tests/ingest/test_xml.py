"""PubMed, EndNote and Ovid XML: traps of each, damage, hostile documents, lxml as oracle."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, RawEntry, RawRejection, Reading
from pipeline.ingest.formats.endnote_xml import ENDNOTE_XML
from pipeline.ingest.formats.ovid_xml import OVID_XML
from pipeline.ingest.formats.pubmed_xml import PUBMED_XML

if TYPE_CHECKING:
    from pathlib import Path

DOCTYPE = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n'
)
ARTICLE = """<PubmedArticle><MedlineCitation><PMID Version="1">17</PMID>
<Article><Journal><ISSN>1932-6203</ISSN><JournalIssue><Volume>7</Volume><Issue>1</Issue>
<PubDate><Year>2020</Year><Month>Mar</Month><Day>9</Day></PubDate></JournalIssue>
<Title>Annals of Sleep</Title><ISOAbbreviation>Ann Sleep</ISOAbbreviation></Journal>
<ArticleTitle>CO<sub>2</sub> and <i>sleep</i> &amp; <mml:math>x</mml:math>.</ArticleTitle>
<Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>
<Abstract><AbstractText Label="BACKGROUND">Night <b>work</b>.</AbstractText>
<AbstractText>Plain.</AbstractText><CopyrightInformation>© Owl</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Okoro</LastName><ForeName>Bola</ForeName><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>World Sleep Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType>
</PublicationTypeList><VernacularTitle>Schlaf</VernacularTitle></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">
<RefSource>Ann Sleep 2021</RefSource>
</CommentsCorrections></CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="Y">Sleep</DescriptorName>
<QualifierName>physiology</QualifierName></MeshHeading></MeshHeadingList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/a</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/cited</ArticleId>
</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
"""
BOOK = """<PubmedBookArticle><BookDocument><PMID>18</PMID><Book><BookTitle>Book of Sleep</BookTitle>
<PubDate><Year>2019</Year></PubDate></Book><ArticleTitle>A chapter</ArticleTitle>
<Abstract><AbstractText>Night.</AbstractText></Abstract></BookDocument></PubmedBookArticle>
"""
RECORD = """<record><source-app name="EndNote" version="20.4">EndNote</source-app>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Okoro, B.</style></author>
<author>World Sleep Group,</author></authors>
</contributors><titles><title><style face="normal">Sleep and </style><style>work</style>
</title><secondary-title>Ann Sleep</secondary-title></titles><periodical><full-title>Ann Sleep
</full-title></periodical><dates><year>2020</year></dates><isbn>1932-6203&#xD;0000-0019</isbn>
<electronic-resource-num>10.1000/a</electronic-resource-num><custom2>not one</custom2>
<abstract>Night &lt;b&gt;.</abstract></record>"""


def content(text: str) -> Content:
    return Content("export.xml", text.encode(), text, "utf-8")


def articles(*elements: str) -> str:
    return f"{DOCTYPE}<PubmedArticleSet>\n{''.join(elements)}</PubmedArticleSet>"


def library(*records: str) -> str:
    return f'<?xml version="1.0"?><xml><records>{"".join(records)}</records></xml>'


def parts(reading: Reading, number: int = 0) -> dict[str, list[str]]:
    assert len(reading.entries) == reading.n_expected
    entry = reading.entries[number]
    assert isinstance(entry, RawEntry)
    found: dict[str, list[str]] = {}
    for part, value in entry.parts:
        found.setdefault(part, []).append(value)
    return found


def test_a_pubmed_article_with_all_its_traps():
    text = articles(ARTICLE.replace("<mml:math>", '<mml:math xmlns:mml="http://m">'))
    found = parts(PUBMED_XML.read(content(text)))
    assert found["title"] == ["CO2 and sleep & x."]
    assert found["original_title"] == ["Schlaf"]
    assert found["abstract"] == ["BACKGROUND: Night work.\nPlain."]
    assert found["author"] == ["Okoro, Bola, Jr"]
    assert found["corporate_author"] == ["World Sleep Group"]
    assert found["doi"] == ["10.1000/a"]
    assert found["date"] == ["2020 Mar 9"]
    assert found["keyword"] == ["*Sleep/physiology"]
    assert found["note"] == ["RetractionIn: Ann Sleep 2021"]
    assert found["pmid"] == found["accession"] == ["17"]


def test_books_and_bare_citations_are_entries_too():
    reading = PUBMED_XML.read(content(articles(BOOK)))
    assert parts(reading)["title"] == ["A chapter"]
    assert parts(reading)["book_title"] == ["Book of Sleep"]
    bare = "<MedlineCitationSet><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Sleep"
    bare += "</ArticleTitle></Article></MedlineCitation></MedlineCitationSet>"
    assert PUBMED_XML.recognises(content(bare))
    assert parts(PUBMED_XML.read(content(bare)))["title"] == ["Sleep"]


def test_raw_text_and_lines_are_those_of_the_file():
    text = articles(BOOK, BOOK)
    first, second = PUBMED_XML.read(content(text)).entries
    assert (first.line, second.line) == (4, 4 + BOOK.count("\n"))
    assert first.raw == BOOK.rstrip("\n")


def test_a_prefix_that_the_dtd_would_declare_is_read_alone():
    text = articles(BOOK, ARTICLE)  # mml: is declared nowhere in the file
    reading = PUBMED_XML.read(content(text))
    assert parts(reading, 1)["title"] == ["CO2 and sleep & x."]


def test_an_endnote_library():
    reading = ENDNOTE_XML.read(content(library(RECORD)))
    found = parts(reading)
    assert reading.platform == "EndNote"
    assert found["title"] == ["Sleep and work"]
    assert found["journal"] == ["Ann Sleep", "Ann Sleep"]
    assert found["author"] == ["Okoro, B."]
    assert found["corporate_author"] == ["World Sleep Group,"]
    assert found["issn"] == ["1932-6203\n0000-0019"]
    assert found["abstract"] == ["Night <b>."]
    assert "pmcid" not in found


@pytest.mark.parametrize(
    ("trace", "pmid"),
    [
        ("<remote-database-provider>NLM</remote-database-provider>", ["17"]),
        ("<urls><web-urls><url>http://ncbi.nlm.nih.gov/pubmed/17</url></web-urls></urls>", ["17"]),
        ("<remote-database-name>Embase</remote-database-name>", None),
        ("", None),
    ],
)
def test_an_accession_number_is_a_pmid_only_where_the_record_says_so(trace, pmid):
    record = f"<record><accession-num>17</accession-num>{trace}</record>"
    assert parts(ENDNOTE_XML.read(content(library(record)))).get("pmid") == pmid


def test_a_chapter_stands_in_a_book():
    record = RECORD.replace("Journal Article", "Book Section")
    assert parts(ENDNOTE_XML.read(content(library(record))))["book_title"] == ["Ann Sleep"]


@pytest.mark.parametrize(
    ("shell", "platform"),
    [
        (
            '<source-app name="Zotero">Zotero</source-app><ref-type name="Book">6</ref-type>',
            "Zotero",
        ),
        ('<ref-type name="Book">0</ref-type>', "Mendeley"),
        ('<ref-type name="Book">6</ref-type>', None),
    ],
)
def test_who_wrote_endnote_xml(shell, platform):
    text = library(f"<record>{shell}<titles><title>Sleep</title></titles></record>")
    assert ENDNOTE_XML.recognises(content(text))
    assert ENDNOTE_XML.read(content(text)).platform == platform


def test_ovid_xml_by_its_codes():
    text = (
        '<records><record index="1"><F C="DB" L="Database"><D type="c">Ovid MEDLINE(R)</D></F>'
        '<F C="TI" L="Title"><D type="c">Sleep.</D></F><F C="AU"><D type="s">Okoro B</D>'
        '<D type="s">Lind A</D></F></record></records>'
    )
    assert OVID_XML.recognises(content(text))
    assert not ENDNOTE_XML.recognises(content(text))
    found = parts(OVID_XML.read(content(text)))
    assert found == {
        "database": ["Ovid MEDLINE(R)"],
        "title": ["Sleep."],
        "author": ["Okoro B", "Lind A"],
    }


@pytest.mark.parametrize(
    "damaged",
    [
        BOOK.replace("</Book>", ""),
        BOOK.replace("</PubmedBookArticle>", ""),
        BOOK.replace("Night.", "a < b"),
        BOOK.replace("Night.", "a & b"),
        BOOK.replace("<PMID>", "<PMID "),
    ],
)
def test_damage_costs_the_entry_that_it_is_in(damaged):
    reading = PUBMED_XML.read(content(articles(ARTICLE, damaged, BOOK, ARTICLE)))
    kinds = [type(entry) for entry in reading.entries]
    assert kinds == [RawEntry, RawRejection, RawEntry, RawEntry]
    assert reading.n_expected == 4
    assert reading.warnings[0].startswith(f"line {4 + ARTICLE.count(chr(10))}: its XML is damaged")


def test_every_prefix_loses_at_most_the_cut_entry():
    text = articles(BOOK, BOOK)
    for length in range(text.index("<PubmedBook"), len(text), 3):
        reading = PUBMED_XML.read(content(text[:length]))
        n_ended = text[:length].count("</PubmedBookArticle>")
        kept = [entry for entry in reading.entries if isinstance(entry, RawEntry)]
        assert len(reading.entries) == reading.n_expected
        assert (len(kept), len(reading.entries) - n_ended <= 1) == (n_ended, True)


def test_tags_in_comments_and_character_data_are_not_counted():
    aside = "<!-- <PubmedBookArticle> --><x><![CDATA[<PubmedArticle>]]></x>"
    reading = PUBMED_XML.read(content(articles(BOOK, aside, BOOK)))
    assert len(reading.entries) == reading.n_expected == 2


def test_characters_that_xml_forbids_cost_nothing():
    book = BOOK.replace("Night.", "Ni\x0bght&#x1F; caf&eacute; &unknown;")
    found = parts(PUBMED_XML.read(content(articles(book, BOOK))))
    assert found["abstract"] == ["Night café &unknown;"]


def test_an_entity_bomb_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "a" * 50 + '"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(UnreadableExportError, match="entities"):
        PUBMED_XML.read(content(bomb + f"<PubmedArticleSet>{BOOK}</PubmedArticleSet>"))


def test_an_external_entity_is_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE PubmedArticleSet SYSTEM "{secret.as_uri()}">'
    text = f"{doctype}<PubmedArticleSet>{BOOK.replace('Night.', '&e;')}</PubmedArticleSet>"
    reading = PUBMED_XML.read(content(text))
    assert len(reading.entries) == reading.n_expected == 1
    assert "the secret" not in repr(reading)
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>{text}'
    with pytest.raises(UnreadableExportError, match="entities"):
        PUBMED_XML.read(content(declared))


@pytest.mark.parametrize(
    "hostile",
    [
        "<PubmedArticle>" * 5_000,
        f"<PubmedArticleSet><PubmedArticle>{'<a>' * 50_000}</PubmedArticle></PubmedArticleSet>",
        "<PubmedArticle></PubmedArticle>" + "<!--" * 50_000,
        "<PubmedArticle></PubmedArticle>" + "<![CDATA[" * 50_000,
        f"<PubmedArticleSet><PubmedArticle>{'x' * 12_000_000}</PubmedArticle></PubmedArticleSet>",
    ],
    ids=["open", "deep", "comments", "character data", "a huge text"],
)
def test_hostile_xml_takes_bounded_time(hostile):
    began = time.perf_counter()
    reading = PUBMED_XML.read(content(hostile))
    assert len(reading.entries) == reading.n_expected
    assert time.perf_counter() - began < 20  # seconds


TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=40)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_any_title_is_read_back_equal(given_titles):
    records = []
    for title in given_titles:
        record = etree.Element("record")
        etree.SubElement(record, "ref-type", name="Book").text = "6"
        etree.SubElement(etree.SubElement(record, "titles"), "title").text = title
        records.append(etree.tostring(record, encoding="unicode"))
    reading = ENDNOTE_XML.read(content(library(*records)))
    read = [dict(e.parts).get("title", "") for e in reading.entries if isinstance(e, RawEntry)]
    assert read == [title.strip() for title in given_titles]


@pytest.mark.parametrize(
    ("pattern", "tag", "reader"),
    [
        ("*ENDNOTE__XML__*.xml", "record", ENDNOTE_XML),
        ("*ENDNOTEXML*.xml", "record", ENDNOTE_XML),
        ("*PUBMED__XML*.xml", "PubmedArticle", PUBMED_XML),
    ],
)
def test_lxml_counts_the_same_entries_and_titles(shared: Path, pattern, tag, reader):
    files = [f for f in (shared / "exports").glob(pattern) if reader.recognises(decoded(f))]
    assert files
    for file in files:
        reading = reader.read(decoded(file))
        tree = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True))
        elements = tree.findall(f".//{tag}")
        assert len(reading.entries) == len(elements)
        path = "titles/title" if tag == "record" else ".//ArticleTitle"
        expected = ["".join(e.find(path).itertext()).split() for e in elements]
        entries = [e for e in reading.entries if isinstance(e, RawEntry)]
        assert [dict(e.parts)["title"].split() for e in entries] == expected


def decoded(file: Path) -> Content:
    data = file.read_bytes()
    return Content(file.name, data, data.decode("utf-8-sig"), "utf-8")
