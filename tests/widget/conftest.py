"""Sessions on reviews of one's own."""

from __future__ import annotations

import shutil

import pytest
from screenable import Clock, Here, make_screenable

from pipeline.review import Review
from pipeline.review.session import ScreeningSession


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A ranked review to copy."""
    folder = tmp_path_factory.mktemp("template") / "review"
    make_screenable(folder).close()
    return folder


@pytest.fixture
def review_folder(template, tmp_path):
    """A ranked review of one's own."""
    return shutil.copytree(template, tmp_path / "review")


@pytest.fixture
def open_session(review_folder):
    """Open sessions on one review, each as another window would."""
    opened = []

    def open_one(reviewer="anna", **options):
        review = Review.open(review_folder, clock=Clock())
        options = {"make_executor": Here, "learns_after": lambda _n: 10**9} | options
        session = ScreeningSession(review, reviewer=reviewer, **options)
        opened.append((review, session))
        return session

    yield open_one
    for review, session in opened:
        session.close()
        review.close()
