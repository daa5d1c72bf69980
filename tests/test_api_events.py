"""Server-sent events of a running service: who sees what, resuming, and readers that are too slow or too many."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import proofboard.api.events as events_module
from api_builders import Service, example_instance, grown_site, publish_site, running
from proofboard.api.events import Feed
from proofboard.app.board.happenings import Happening, happenings_after
from proofboard.app.board.heads import Heads
from proofboard.app.service.records import announce
from service_builders import key, organisation


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(events_module, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(events_module, "LONGEST_SECONDS", 3.0)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(example_instance(tmp_path)) as found:
        yield found


def tell(service: Service, kind: str = "queue", audience: str = "public", **body: Any) -> None:
    with service.instance.database.writing() as session:
        announce(session, kind, body, service.instance.now(), benchmark="small", audience=audience)


def heard(service: Service, count: int, *, then: Any = None, query: str = "", **headers: str) -> list[str]:
    """Listen until so many events came; `then` happens when the stream has begun."""
    found: list[str] = []
    with service.client.stream("GET", f"/events{query}", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith(": ") and then is not None:
                then = then() and None
            if line.startswith("data: "):
                found.append(line.removeprefix("data: "))
                if len(found) == count:
                    break
    return found


def test_a_reader_is_told_what_happens_after_it_came(service: Service) -> None:
    tell(service, place=0)
    found = heard(service, 1, then=lambda: tell(service, place=1))
    assert '"place":1' in found[0]
    assert '"benchmark":"small"' in found[0]


def test_a_reader_that_was_away_goes_on_where_it_ended(service: Service) -> None:
    for place in range(5):
        tell(service, place=place)
    found = heard(service, 4, then=lambda: tell(service, place=5), **{"last-event-id": "2"})
    assert [f'"place":{place}' in line for place, line in zip((2, 3, 4, 5), found, strict=True)] == [True] * 4


def test_what_concerns_an_organisation_is_told_to_it_alone(service: Service) -> None:
    acme, bolt = organisation(service.instance, "acme"), organisation(service.instance, "bolt")
    tell(service, audience=acme, whose="acme")
    tell(service, audience=bolt, whose="bolt")
    tell(service, whose="everybody")
    secret = key(service.instance, acme)
    own = heard(service, 2, **{"last-event-id": "0", "api-key": secret})
    assert ["acme" in own[0], "everybody" in own[1]] == [True, True]
    assert "everybody" in heard(service, 1, **{"last-event-id": "0"})[0]


def test_a_reader_of_one_board_hears_of_no_other(service: Service) -> None:
    tell(service, place=1)
    assert heard(service, 1, query="?benchmark=other", **{"last-event-id": "0"}) == []


def test_who_is_told_of_a_publication_is_answered_with_it(service: Service) -> None:
    digest: list[str] = []

    def publish() -> None:
        digest.append(publish_site(service.instance, grown_site()))
        tell(service, "board")

    heard(service, 1, then=publish)
    assert service.get("/leaderboard?limit=1").json()["publication"] == digest[0]


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30])
def test_an_id_that_no_event_has_is_refused(service: Service, number: str) -> None:
    assert service.get("/events", headers={"last-event-id": number}).status_code == 422


def test_more_readers_than_can_be_told_are_asked_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "MOST_READERS", 0)
    answer = service.get("/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_many_readers_share_one_look_at_the_database(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    plain = happenings_after

    def counted(*given: Any) -> Any:
        looks.append(time.monotonic())
        return plain(*given)

    monkeypatch.setattr(events_module, "happenings_after", counted)
    monkeypatch.setattr(events_module, "POLL_SECONDS", 0.3)
    began = time.monotonic()
    threads = [threading.Thread(target=heard, args=(service, 1)) for _ in range(10)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    tell(service, place=1)
    for thread in threads:
        thread.join()
    assert len(looks) <= (time.monotonic() - began) / 0.3 + 2


def test_a_reader_that_is_too_slow_is_let_go_and_the_others_hear_on(tmp_path: Path) -> None:
    async def tried() -> tuple[int, int]:
        feed = Feed(Heads(example_instance(tmp_path)))
        async with feed.listening() as slow, feed.listening() as quick:
            for number in range(events_module.MOST_WAITING + 1):
                feed._tell([Happening(number, None, "queue", "public", {}, "")])
                quick.get_nowait()
            await feed.close()
            return slow.qsize(), feed.readers

    waiting, readers = asyncio.run(tried())
    assert waiting == events_module.MOST_WAITING + 1  # and None at the end
    assert readers == 0
