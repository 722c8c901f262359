"""PsycInfo as Ovid exports it: ASCII, numbered entries, cited authors in A2, text after the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import Dialect, abstract_text, plain_ascii
from pipeline.example.people import invent_authors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["PSYCINFO_OVID_RIS"]

_LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
}
_SHARE_WITHOUT_DOI: Final = 0.1
_OVID: Final = "http://ovidsp.ovid.com/ovidweb.cgi?T=JS"


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    journal = publication.journal
    doi = publication.doi if rng.random() >= _SHARE_WITHOUT_DOI else None
    lines = [
        "TY  - JOUR",
        f"DB  - APA PsycInfo <{publication.print_year}>",
        f"ID  - {accession}",
        *([f"DO  - https://dx.doi.org/{doi}"] if doi else []),
        f"T1  - {publication.title}{'' if publication.title.endswith('?') else '.'}",
        *(f"A1  - {author.family}, {author.full_given}" for author in publication.authors),
        *_cited_authors(rng),
        f"Y1  - {publication.print_year}//",
        *_abstract(publication),
        *(f"KW  - *{keyword.title()}" for keyword in publication.keywords),
        "M3  - Health & Mental Health Services [3370]",
        f"JF  - {journal.name}",
        *_place(publication),
        f"PB  - {journal.publisher}",
        f"SN  - {journal.issn}",
        *([f"DO  - https://dx.doi.org/{doi}"] if doi else []),
        *_cited_works(rng),
        f"L2  - {_OVID}&PAGE=reference&D=psyc&NEWS=N&AN={accession}",
        f"LA  - {_LANGUAGES[publication.language]}",
        "PT  - Journal, Peer Reviewed Journal",
        "ER  -  ",
        f"NL  - {journal.abbreviation}",
        "",
        f"Link to the Ovid Full Text or citation: {_OVID}&PAGE=fulltext&D=psyc&AN={accession}",
        "",
    ]
    return plain_ascii("\n".join(lines))


def _cited_authors(rng: Random) -> Iterator[str]:
    """Write the authors of cited works where an unwary reader looks for editors."""
    if rng.random() < 0.5:  # noqa: PLR2004 - half of the entries
        names = [f"{author.family}, {author.dotted}" for author in invent_authors(rng)]
        yield f"A2  - {', '.join(names)}"


def _cited_works(rng: Random) -> Iterator[str]:
    """Write references as keywords, DOIs and accession numbers of other works included."""
    for _ in range(rng.randrange(4)):
        names = ", ".join(f"{author.family}, {author.dotted}" for author in invent_authors(rng))
        number = rng.randrange(1000, 9999)
        yield (
            f"M1  - {names} (20{rng.randrange(10, 22)}). A cited work. Recovery Community Care, "
            f"{rng.randrange(1, 40)}, 1-9 https://dx.doi.org/10.5555/cited.{number} "
            f"2011-{number:05d}-001."
        )


def _abstract(publication: Publication) -> Iterator[str]:
    if publication.sections:
        notice = f"(PsycInfo Database Record (c) {publication.print_year} APA, all rights reserved)"
        yield f"N2  - {abstract_text(publication)} {notice}"


def _place(publication: Publication) -> Iterator[str]:
    first, last = publication.pages or ("No", "Specified")
    yield f"VL  - {publication.volume}"
    if publication.pages is not None:
        yield f"IS  - {publication.issue}"
    yield f"SP  - {first}"
    yield f"EP  - {last}"


def _accession(serial: int, publication: Publication) -> str:
    return f"{publication.print_year}-{90000 + serial % 10000}-{1 + serial // 10000:03d}"


def _damage(entry: str) -> str:
    """Lose the beginning, title and first line included."""
    return entry[entry.index("Y1  - ") :]


def _join(entries: Sequence[str]) -> bytes:
    return "".join(f"{n}. \n{entry}\n" for n, entry in enumerate(entries, 1)).encode("ascii")


PSYCINFO_OVID_RIS: Final = Dialect(
    name="psycinfo-ovid-ris",
    database="PsycInfo",
    platform="Ovid",
    file_name="psycinfo-ovid.ris",
    strategy=(
        "1 exp mental health services/ or psychiatr*.ti,ab. 2 exp telemedicine/ or (digital or "
        "online or internet or app).ti,ab. 3 (implement* or barrier* or facilitator* or "
        "adopt*).ti,ab. 4 1 and 2 and 3 5 limit 4 to yr=2010-2022"
    ),
    accession=_accession,
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
)
