"""Features counted from one table of words: what is in them, and what is of no consequence."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.screen import FEATURE_EXTRACTORS, MODELS
from pipeline.screen import cycle as cycle_module
from pipeline.screen.contract import Text
from pipeline.screen.cycle import extract_features
from pipeline.screen.features.blend import Blend, View
from pipeline.screen.features.counts import PieceCounter, TermCounter
from pipeline.screen.features.hashed import HashedStems
from pipeline.screen.features.tokens import read_tokens

WORDS = st.sampled_from(["nurse", "nurses", "ward", "rota", "staffing", "öl", "2020"])
TEXTS = st.lists(
    st.builds(Text, *(st.lists(WORDS, max_size=6).map(" ".join) for _ in range(2))),
    min_size=1,
    max_size=6,
)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_terms_and_pairs_are_counted_as_by_hand(texts):
    counter = TermCounter(form=str, longest=2)
    counts = counter.learn(read_tokens(texts)).toarray()
    names = counter.names().tolist()
    for row, text in zip(counts, texts, strict=True):
        words = text.whole().replace("ö", "o").split()
        by_hand = Counter(words) + Counter(f"{a} {b}" for a, b in pairwise(words))
        assert dict(zip(names, row.tolist(), strict=True)) == {
            name: by_hand.get(name, 0) for name in names
        }
        assert set(by_hand) <= set(names)


def test_one_view_of_words_is_scikit_learns_tfidf():
    texts = [Text("nurse rota rota"), Text("ward nurse"), Text("soil")]
    ours = Blend([View(TermCounter(form=str, longest=2), 1.0)])
    rows = ours.fit_transform(texts)
    theirs = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    expected = theirs.fit_transform([text.title for text in texts]).toarray()
    order = [theirs.vocabulary_[name] for name in ours.get_feature_names_out()]
    np.testing.assert_allclose(rows.toarray(), expected[:, order], atol=1e-6)


def test_pieces_see_through_endings_and_compounds():
    counts = PieceCounter().learn(read_tokens([Text("Pflegepersonal"), Text("Personal")]))
    assert (counts.toarray().min(axis=0) > 0).sum() >= 8


def test_a_question_word_of_another_form_is_found_by_its_stem():
    blend = FEATURE_EXTRACTORS["blend"].make()
    rows = blend.fit_transform([Text("Nurses"), Text("Nurses on wards"), Text("Soil")])
    asked = blend.transform([Text("nurse")])
    assert (rows @ asked.T).toarray().ravel()[0] > 0


def test_the_title_is_a_view_of_its_own():
    blend = FEATURE_EXTRACTORS["blend"].make()
    titled = [Text("Ward", "rota"), Text("Rota", "ward"), Text("Ward"), Text("Rota")]
    rows = blend.fit_transform(titled).toarray()
    assert rows[0] @ rows[2] > rows[1] @ rows[2]


@given(TEXTS, st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_portions_are_of_no_consequence(texts, portion):
    whole = HashedStems(n_columns=256).fit_transform(texts)
    parted = HashedStems(n_columns=256, portion=portion).fit_transform(texts)
    assert (whole != parted).nnz == 0


@pytest.mark.parametrize("most", [0, 50_000])
def test_very_many_records_are_hashed(most, monkeypatch):
    monkeypatch.setattr(cycle_module, "_VERY_MANY", most)
    texts = [Text("Nurse staffing"), Text("Ward rounds")]
    made = {name: extract_features(texts, Text(""), MODELS[name]) for name in ("blend", "elas-u4")}
    assert isinstance(made["blend"].extractor, HashedStems) == (most == 0)
    assert not isinstance(made["elas-u4"].extractor, HashedStems)
