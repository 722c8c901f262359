"""PubMed and OpenAlex, asked through a local server that speaks as they do and fails as they do."""

from __future__ import annotations

import datetime as dt
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.errors import InputError
from pipeline.review import Review
from pipeline.sources import SOURCES, read_source
from pipeline.sources.client import PoliteClient
from pipeline.sources.openalex import OpenAlex
from pipeline.sources.pubmed import PubMed

ARTICLE = (
    "<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><Journal><Title>Sleep</Title>"
    "</Journal><ArticleTitle>Naps by text message, part {n}</ArticleTitle></Article>"
    "</MedlineCitation></PubmedArticle>"
)


class Service:
    """A database of ``n`` records, one entered each day from 2020-01-01 on; faults come first."""

    def __init__(self, n, faults=()):
        self.n, self.faults, self.asked = n, list(faults), []

    def answer(self, path, fields):
        self.asked.append((path, fields))
        if self.faults:
            return self.faults.pop(0)
        if path.endswith("esearch.fcgi"):
            return 200, self.search(fields)
        if path.endswith("efetch.fcgi"):
            return 200, self.fetch(fields)
        return 200, self.works(fields)

    def search(self, fields):
        if fields["term"] == "sleep[nonsense]":
            found = {"count": "0", "idlist": [], "errorlist": {"fieldsnotfound": ["nonsense"]}}
            return json.dumps({"esearchresult": found})
        first = dt.date(2020, 1, 1)
        days = {n: first + dt.timedelta(days=n) for n in range(self.n)}
        if "mindate" in fields:
            low, high = (fields[key].replace("/", "-") for key in ("mindate", "maxdate"))
            days = {n: day for n, day in days.items() if low <= day.isoformat() <= high}
        numbers = [str(n + 1) for n in days][: int(fields["retmax"])]
        return json.dumps({"esearchresult": {"count": str(len(days)), "idlist": numbers}})

    def fetch(self, fields):
        articles = "".join(ARTICLE.format(n=n) for n in fields["id"].split(","))
        return f"<?xml version='1.0'?><PubmedArticleSet>{articles}</PubmedArticleSet>"

    def works(self, fields):
        start = 0 if fields.get("cursor", "*") == "*" else int(fields["cursor"])
        size = int(fields["per_page"])
        found = [
            {"id": f"https://openalex.org/W{n}", "title": f"Naps, part {n}", "authorships": []}
            for n in range(start, min(start + size, self.n))
        ]
        following = str(start + size) if found else None
        meta = {"count": self.n, "next_cursor": following}
        return json.dumps({"meta": meta, "results": found})


@contextmanager
def serving(service):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply(parse_qs(urlsplit(self.path).query))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(parse_qs(body))

        def reply(self, fields):
            plain = {key: values[0] for key, values in fields.items()}
            status, text, *headers = service.answer(urlsplit(self.path).path, plain)
            if status == "drop":
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            data = text.encode()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def quick(service="PubMed"):
    return PoliteClient(service, 1000.0, attempts=3, first_wait_seconds=0.01)


def fetched(service, folder, *, source=PubMed, strategy="sleep", **sizes):
    with serving(service) as address:
        return read_source(source(address, **sizes), strategy, folder, client=quick())


def numbers(files):
    return [int(part.split("<")[0]) for file in files for part in parts(file)]


def parts(file):
    return file.read_text().split("<PMID>")[1:]


def test_every_record_is_fetched_once_page_by_page(tmp_path):
    found = fetched(Service(25), tmp_path, page_size=10)
    assert found.n_hits == 25
    assert numbers(found.files) == list(range(1, 26))
    assert next(file.name for file in found.files) == "pubmed-0001.xml"


def test_more_hits_than_one_search_lists_are_cut_by_the_day_they_entered(tmp_path):
    service = Service(23)
    found = fetched(service, tmp_path, page_size=10, most_numbers=4)
    assert numbers(found.files) == list(range(1, 24))
    assert sum("mindate" in fields for _, fields in service.asked) > 6


def test_openalex_is_read_along_its_cursor(tmp_path):
    found = fetched(Service(7), tmp_path, source=OpenAlex, page_size=3)
    titles = [
        one["title"] for file in found.files for one in json.loads(file.read_text())["results"]
    ]
    assert (found.n_hits, titles) == (7, [f"Naps, part {n}" for n in range(7)])


@pytest.mark.parametrize(
    "fault",
    [(429, "slow down", ("Retry-After", "0")), (503, "busy"), (500, ""), ("drop", "")],
)
def test_a_passing_fault_is_asked_again(tmp_path, fault):
    found = fetched(Service(5, faults=[fault, fault]), tmp_path)
    assert numbers(found.files) == [1, 2, 3, 4, 5]


def test_half_a_page_is_asked_for_again(tmp_path):
    service = Service(5)
    search = (200, service.search({"term": "sleep", "retmax": "9999"}))
    service.faults = [search, (200, "<PubmedArticleSet><PubmedArticle>")]
    assert numbers(fetched(service, tmp_path).files) == [1, 2, 3, 4, 5]


def test_a_search_cut_off_goes_on_where_it_stopped(tmp_path):
    service = Service(25)
    plan = (200, service.search({"term": "sleep", "retmax": "9999"}))
    first = (200, service.fetch({"id": ",".join(map(str, range(1, 11)))}))
    service.faults = [plan, first, *[(503, "down")] * 3]
    with pytest.raises(InputError, match=r"keeps failing \(503 down\)"):
        fetched(service, tmp_path, page_size=10)
    again = Service(25)
    found = fetched(again, tmp_path, page_size=10)
    assert numbers(found.files) == list(range(1, 26))
    assert len(again.asked) == 2  # neither the plan nor the first page a second time


@pytest.mark.parametrize(
    ("source", "strategy", "faults", "message"),
    [
        (PubMed, "sleep[nonsense]", [], r"does not understand the strategy \(unknown fields: nons"),
        (PubMed, "sleep", [(200, "<html>")], "an answer that cannot be read"),
        (PubMed, "sleep", [(400, "bad term")], r"refuses the search \(400 bad term\)"),
        (OpenAlex, "sleep", [(400, "Invalid filter")], r"refuses the search \(400 Invalid"),
        (OpenAlex, "sleep", [(200, "[]")], "an answer that cannot be read"),
    ],
)
def test_what_cannot_be_mended_by_asking_again_is_one_sentence(
    tmp_path, source, strategy, faults, message
):
    with pytest.raises(InputError, match=message):
        fetched(Service(3, faults=faults), tmp_path, source=source, strategy=strategy)


def test_a_service_that_cannot_be_reached_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"cannot be reached .* check the connection"):
        read_source(PubMed("http://127.0.0.1:1"), "sleep", tmp_path, client=quick())


def test_questions_keep_their_distance():
    with serving(Service(3)) as address, PoliteClient("PubMed", 20.0) as client:
        started = dt.datetime.now(dt.UTC)
        for _ in range(5):
            client.get(f"{address}/works", {"per_page": "1"})
        assert (dt.datetime.now(dt.UTC) - started).total_seconds() >= 4 / 20


def test_the_key_and_the_address_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("NCBI_API_KEY", "k")
    monkeypatch.setenv("THRESHER_EMAIL", "anna@example.org")
    service = Service(3)
    fetched(service, tmp_path)
    assert all(f["api_key"] == "k" and f["email"] == "anna@example.org" for _, f in service.asked)
    assert PubMed().requests_per_second > 3


def test_a_fetched_search_is_a_search_like_any_other(tmp_path):
    with serving(Service(12)) as address, Review.init(tmp_path / "review") as review:
        added = review.fetch(PubMed(address, page_size=5), "sleep")
        again = review.fetch(PubMed(address, page_size=5), "sleep")
        review.ingest()
        [search] = review.snapshot().evidence.searches.iter_rows(named=True)
    assert (added.n_entries, added.warnings, len(added.files)) == (12, (), 3)
    assert (again.search_id, len(again.known_files)) == (None, 3)
    assert (search["database"], search["platform"], search["hits_reported"]) == (
        "Medline",
        "PubMed",
        12,
    )
    assert search["strategy"] == "sleep"


def test_every_source_can_be_planned_in_the_review(tmp_path):
    config = '[review]\ntitle = "Naps"\n'
    for name, source in SOURCES.items():
        config += f'[[sources]]\ndatabase = "{source.database}"\nfetch = "{name}"\n'
        config += 'strategy = "s.txt"\n'
    with Review.init(tmp_path / "review", config=config) as review:
        with pytest.raises(InputError, match=r"s\.txt: does not exist"):
            review.planned_fetches()
        (tmp_path / "review" / "s.txt").write_text("sleep\n")
        assert [one.name for one, _ in review.planned_fetches()] == list(SOURCES)
