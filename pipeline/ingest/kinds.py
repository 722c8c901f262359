"""What kind of publication an entry is, and its language, in one vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["declared_kind", "kind_in", "language_code"]

_KINDS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in {
        "article": "jour j jfull mgzn abst inpr ejour article journal-article article-journal"
        " journal_article journal original magazine-article serial",
        "book": "book b edbook ebook whole-book monograph edited-book",
        "chapter": "chap echap book-section inbook incollection book-chapter chapter encyc dict"
        " sect book_section",
        "conference": "conf cpaper c conference inproceedings proceedings conference-paper"
        " paper-conference conference-proceedings conference_proceedings conference-abstract"
        " proceedings-article",
        "thesis": "thes thesis phdthesis mastersthesis dissertation",
        "preprint": "preprint unpb manuscript posted-content working-paper",
        "report": "rprt report techreport govdoc stand standard technical-report",
        "dataset": "data dbase aggr dataset",
        "news": "news newspaper-article article-newspaper",
        "patent": "pat p patent",
        "trial": "trial clinical-trial-register registered-trial",
        "web": "elec web webpage blog icomm online electronic multi web-page post-weblog misc-web",
    }.items()
    for word in words.split()
}
_FIRST_WORDS: Final = (
    ("preprint", "preprint"),
    ("conference", "conference"),
    ("proceedings", "conference"),
    ("meeting abstract", "conference"),
    ("dissertation", "thesis"),
    ("thesis", "thesis"),
    ("book chapter", "chapter"),
    ("chapter", "chapter"),
    ("trial registry record", "trial"),
    ("clinical trial protocol", "article"),
    ("journal", "article"),
    ("article", "article"),
    ("review", "article"),
    ("editorial", "article"),
    ("letter", "article"),
    ("book", "book"),
    ("technical report", "report"),
    ("government", "report"),
    ("news", "news"),
)
_LANGUAGES: Final[Mapping[str, str]] = {
    word: code
    for code, words in {
        "af": "afr afrikaans",
        "ar": "ara arabic",
        "bg": "bul bulgarian",
        "bs": "bos bosnian",
        "ca": "cat catalan",
        "cs": "cze ces czech",
        "cy": "wel cym welsh",
        "da": "dan danish",
        "de": "ger deu german deutsch",
        "el": "gre ell greek",
        "en": "eng english en-us en-gb en_us en_gb",
        "es": "spa spanish castilian español espanol",
        "et": "est estonian",
        "fa": "per fas persian farsi",
        "fi": "fin finnish",
        "fr": "fre fra french français francais",
        "gl": "glg galician",
        "he": "heb hebrew",
        "hi": "hin hindi",
        "hr": "hrv scr croatian",
        "hu": "hun hungarian",
        "id": "ind indonesian",
        "is": "ice isl icelandic",
        "it": "ita italian italiano",
        "ja": "jpn japanese",
        "ko": "kor korean",
        "lt": "lit lithuanian",
        "lv": "lav latvian",
        "ms": "may msa malay",
        "nl": "dut nld dutch nederlands flemish",
        "no": "nor nob nno norwegian",
        "pl": "pol polish",
        "pt": "por portuguese português portugues",
        "ro": "rum ron romanian",
        "ru": "rus russian",
        "sk": "slo slk slovak slovakian",
        "sl": "slv slovenian slovene",
        "sq": "alb sqi albanian",
        "sr": "srp scc serbian",
        "sv": "swe swedish",
        "th": "tha thai",
        "tr": "tur turkish",
        "uk": "ukr ukrainian",
        "ur": "urd urdu",
        "vi": "vie vietnamese",
        "zh": "chi zho chinese mandarin zh-cn zh-tw",
    }.items()
    for word in (code, *words.split())
}


def declared_kind(declared: str) -> str | None:
    """Return the kind of a publication from the type that its entry declares.

    >>> declared_kind("JOUR"), declared_kind("Map"), declared_kind(" ")
    ('article', 'other', None)
    """
    word = declared.strip().casefold()
    if not word:
        return None
    known = _KINDS.get(word) or _KINDS.get(word.replace(" ", "-"))
    return known or _from_words(word) or "other"


def kind_in(publication_type: str) -> str | None:
    """Return the kind of a publication from one of its publication types, if that tells.

    >>> kind_in("Randomized Controlled Trial"), kind_in("Journal Article")
    (None, 'article')
    """
    return _from_words(publication_type.casefold())


def _from_words(text: str) -> str | None:
    return next((kind for words, kind in _FIRST_WORDS if words in text), None)


def language_code(value: str) -> str:
    """Return a language as ISO 639-1 where it is recognised, else as written.

    >>> language_code("eng"), language_code("English; French"), language_code("Klingon")
    ('en', 'en', 'Klingon')
    """
    known = _LANGUAGES.get(value.strip(" .").casefold())
    if known:
        return known
    for mark in (";", ",", "/", "|", " "):
        first = value.split(mark, 1)[0].strip(" .").casefold()
        if first in _LANGUAGES:
            return _LANGUAGES[first]
    return value.strip()
