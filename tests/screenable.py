"""Invented reviews to screen, hostile records among them, and where the model learns in a test."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Executor, Future
from itertools import count

from pipeline.review import Review, SearchDetails

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
CONFIG = r"""
[review]
title = "Text messages for sleep"
question = "Do text messages help people sleep?"

[criteria]
version = "2"
inclusion = ["Adults", "Text messages"]

[[criteria.exclusion]]
id = "population"
text = "Not about adults"

[[criteria.exclusion]]
id = "design"
text = "Not a trial"

[[criteria.exclusion]]
id = "language"
text = "Nobody here reads it"

[keywords]
include = ["text messag*", "/sms(es)?/"]
exclude = ["rats"]
"""
TITLES = (
    "Evening text messages for adults with insomnia",
    "A library of whale songs and the quality of naps",
    "Caffeine, night shifts and the price of curtains",
    "Weighted blankets in long-haul lorries",
    "Dream diaries kept by lighthouse keepers",
    "Snoring partners: a mixed-methods study of patience",
    "Melatonin gummies and the spelling of teenagers",
    "Bedtime stories read over the telephone",
)
HOSTILE = {
    "script": (
        '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> & naps',
        "IL-6<IL-8 and p<.05; <b onmouseover='window.hacked=1'>bold</b> &lt;i&gt;",
    ),
    "arabic": ("النوم والرسائل النصية", "دراسة عن النوم <script>window.hacked=1</script>."),
    "giant": ("A very long abstract", "Naps and text messages were measured. " * 3000),
    "nothing": ("No abstract at all", ""),
    "owl": (
        "Apps and the nurses who would not open them",
        "Results: 🦉 Lack of training hindered uptake. Cost was a barrier in every ward.",
    ),
}


class Here(Executor):
    """Does what it is given at once, in this thread."""

    def submit(self, task, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands over whatever was raised
            future.set_exception(error)
        return future


class Clock:
    """A clock that goes one second further each time it is asked."""

    def __init__(self) -> None:
        self._seconds = count()

    def __call__(self) -> dt.datetime:
        return START + dt.timedelta(seconds=next(self._seconds))


def as_ris(number, title, abstract, extra=""):
    """Write a record as Embase.com does."""
    return (
        f"TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nA1  - Ruiz, Bo\nY1  - 2020\n"
        f"JF  - Journal of Invented Sleep\nVL  - {number}\nSP  - {number}1\n"
        f"DO  - 10.5555/sleep.{number}\nN2  - {abstract}\nU2  - L20{number:05d}\n{extra}"
        "DB  - Embase\nER  - \n\n"
    )


def make_screenable(folder, *, config=CONFIG, texts=None, clock=None):
    """Make a review that is deduplicated and ranked."""
    texts = texts or [
        (title, f"BACKGROUND: {title}. METHODS: We sent an SMS to rats. RESULTS: {title} helped.")
        for title in TITLES
    ]
    export = folder.parent / f"{folder.name}.ris"
    export.write_text("".join(as_ris(n, *text) for n, text in enumerate(texts, 1)), "utf-8")
    review = Review.init(folder, config=config, clock=clock or Clock())
    review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
    review.ingest()
    review.dedupe()
    review.rank()
    return review


def make_hostile_review(folder):
    """Make a ranked review in which some records mean harm; return its folder."""
    texts = [(title, f"BACKGROUND: {title}. METHODS: An SMS to rats.") for title in TITLES]
    make_screenable(folder, texts=[*texts, *HOSTILE.values()]).close()
    return folder
