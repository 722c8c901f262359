"""The card's state machine, without kernel, browser, files or model."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from screenable import Clock

from pipeline.config import Criteria, ExclusionReason
from pipeline.errors import UnknownNameError
from pipeline.events import DecisionUndone
from pipeline.review.session.course import Course
from pipeline.review.session.saying import SaidDecision, Saying
from pipeline.schemas import DECISIONS
from pipeline.store import RecordedEvent

IDS = tuple("abcdefgh")
CRITERIA = Criteria(exclusion=(ExclusionReason(id="population"), ExclusionReason(id="design")))


class Log:
    """A ledger in memory."""

    def __init__(self):
        self.recorded = []

    def read(self, *kinds, after):
        return [one for one in self.recorded if one.seq > after and isinstance(one.event, kinds)]

    def append(self, events, *, actor, now, uids):
        known = {one.uid for one in self.recorded}
        for event, uid in zip(events, uids, strict=True):
            if uid not in known:
                seq = len(self.recorded) + 1
                self.recorded.append(RecordedEvent(seq, now, actor, "test", uid, event))


class Window:
    """A card that is open somewhere, on a log that others may write to as well."""

    def __init__(self, log, reviewer="anna", ids=IDS):
        self.log, self.course = log, Course(reviewer, "title-abstract")
        self.saying = Saying(log, self.course, criteria=CRITERIA, clock=Clock())
        self.saying.catch_up()
        self.learn(ids)

    def learn(self, ids):
        self.saying.catch_up()
        standing = self.course.words.standing
        left = [one for one in ids if one not in standing]
        self.course.take(left, range(1, len(left) + 1), head=len(self.log.recorded))

    def shown(self):
        [first, *_] = self.course.queue(4)
        return first, self.course.words.next_uid(first)

    def say(self, shown, decision="include", **more):
        citation_id, uid = shown
        said = SaidDecision(citation_id, uid, decision, **more)
        row = {"record_id": citation_id, "membership_hash": "h", "record_ids": [citation_id]}
        return self.saying.decide(said, row, position=self.course.position(citation_id))

    def undo(self, uid):
        return self.saying.undo(uid)

    @property
    def standing(self):
        return {one: word.decision for one, word in self.course.words.standing.items()}


@pytest.fixture
def window():
    return Window(Log())


def test_a_word_said_twice_is_one_decision(window):
    shown = window.shown()
    assert [window.say(shown).is_new for _ in range(3)] == [True, False, False]
    assert len(window.log.recorded) == 1


def test_what_is_shown_next_stays_next_in_any_new_order(window):
    for number in count():
        before = window.course.queue(4)
        if not before:
            break
        window.say(window.shown(), DECISIONS[number % len(DECISIONS)])
        window.learn(IDS[::-1] if number % 2 else IDS[number:] + IDS[:number])
        assert window.course.queue(4)[: len(before) - 1] == before[1:]
    assert [one.event.citation_id for one in window.log.recorded][:4] == list("abcd")
    assert window.course.progress().n_read == len(IDS)


def test_an_undone_citation_comes_first_and_a_skipped_one_last(window):
    first = window.shown()
    window.course.skip(first[0])
    assert window.course.queue(9) == [*"bcdefgh", "a"]
    second = window.shown()
    window.say(second, "exclude")
    assert window.undo(second[1]).is_taken
    assert not window.undo(second[1]).is_taken  # once
    assert window.course.queue(9) == [*"bcdefgh", "a"]
    assert not window.say(second, "exclude").is_taken  # a late repetition
    assert window.say(window.shown(), "maybe").is_taken
    assert window.course.progress().n_maybe == window.course.progress().n_skipped == 1


def test_an_earlier_word_stands_again_when_a_later_one_is_taken_back(window):
    shown = window.shown()
    window.say(shown, "exclude", reasons=("design", "population"))
    later = (shown[0], window.course.words.next_uid(shown[0]))
    assert window.say(later, "include").is_new
    window.undo(later[1])
    [word] = window.course.words.standing.values()
    assert (word.decision, word.reasons) == ("exclude", ("population", "design"))


def test_reasons_are_those_of_the_protocol(window):
    with pytest.raises(UnknownNameError, match="design"):
        window.say(window.shown(), "exclude", reasons=("desing",))
    assert window.say(window.shown(), "include", reasons=("design",)).is_new
    assert window.log.recorded[0].event.reasons == ()  # an include has none


class Reviewers(RuleBasedStateMachine):
    """Anna in two windows and bo in one, in any order of keys, repetitions and new orders."""

    windows = st.sampled_from(range(3))
    decisions = st.sampled_from(DECISIONS)

    def __init__(self):
        super().__init__()
        self.log = Log()
        self.opened = [Window(self.log), Window(self.log), Window(self.log, "bo")]
        self.said, self.acknowledged = [], set()

    def _say(self, at, shown, decision):
        answer = self.opened[at].say(shown, decision)
        self.said.append((at, shown, decision))
        if answer.is_new:
            self.acknowledged.add(shown[1])

    @rule(at=windows, decision=decisions)
    def decide(self, at, decision):
        if self.opened[at].course.queue(1):
            self._say(at, self.opened[at].shown(), decision)

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def repeat(self, data):
        before = len(self.log.recorded)
        self._say(*data.draw(st.sampled_from(self.said)))
        assert len(self.log.recorded) == before

    @rule(at=windows)
    def change_ones_mind(self, at):
        window = self.opened[at]
        for citation_id in list(window.standing)[:1]:
            self._say(at, (citation_id, window.course.words.next_uid(citation_id)), "maybe")

    @rule(at=windows)
    def undo(self, at):
        for past in self.opened[at].course.history(1):
            self.opened[at].undo(past.uid)

    @rule(at=windows)
    def skip(self, at):
        for citation_id in self.opened[at].course.queue(1):
            self.opened[at].course.skip(citation_id)

    @rule(at=windows, order=st.permutations(IDS))
    def learn(self, at, order):
        window = self.opened[at]
        before = window.course.queue(4)
        window.learn(order)
        kept = [one for one in before if one not in window.standing]
        assert window.course.queue(4)[: len(kept)] == kept

    @rule(at=windows)
    def reload(self, at):
        window = self.opened[at]
        self.opened[at] = Window(self.log, window.course.words.reviewer)

    @invariant()
    def nothing_is_lost_or_there_twice(self):
        uids = [one.uid for one in self.log.recorded]
        assert len(uids) == len(set(uids))
        assert self.acknowledged <= set(uids)
        undone = [one.event for one in self.log.recorded if isinstance(one.event, DecisionUndone)]
        assert len({one.decision for one in undone}) == len(undone)

    @invariant()
    def what_is_next_needs_a_word_and_every_citation_is_read_or_left(self):
        for window in self.opened:
            queue, progress = window.course.queue(len(IDS)), window.course.progress()
            assert not set(queue) & window.standing.keys()
            assert len(queue) == len(set(queue)) == progress.n_left
            assert {*queue, *window.standing} == set(IDS)

    @invariant()
    def windows_of_one_reviewer_agree_once_they_have_heard(self):
        here, there = self.opened[:2]
        for window in (here, there):
            window.saying.catch_up()
        assert here.standing == there.standing


TestReviewers = Reviewers.TestCase
TestReviewers.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
