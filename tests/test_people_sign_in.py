"""Signing in with a provider, over real HTTP on both sides, and everything that must not sign anybody in."""

import base64
import hashlib
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx2
import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import create_engine, select

from openid_provider import running_provider
from people_builders import at_once, member
from proofboard.api.main import make_api
from proofboard.app.people.invitations import invite
from proofboard.app.people.signing_in import begin_sign_in
from proofboard.app.service.instance import Instance, system_clock
from proofboard.errors import InputError, RefusedError
from proofboard.store.database import Database, opened_database
from proofboard.store.tables import Person, SignIn
from service_builders import SetClock, make_tables, new_instance, organisation

# The provider, not this software, uses what Authlib will drop.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is https, and reading what this machine trusts takes longer than a test."""


class Provider(msgspec.Struct):
    """A provider on this machine, and where it is."""

    issuer: str


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as issuer:
        yield Provider(issuer)


class Site(msgspec.Struct):
    """A server of this machine that answers for one instance after another."""

    app: FastAPI
    address: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    app = make_api(new_instance(Database(create_engine("sqlite://")), tmp_path_factory.mktemp("site"), SetClock()))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Site(app, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join()


class Board(msgspec.Struct):
    """A service on this machine, and where it is."""

    instance: Instance
    address: str

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, timeout=10, verify=NO_AUTHORITIES)


@pytest.fixture
def board_on(site: Site, tmp_path: Path, provider: Provider) -> Callable[[Database], Board]:
    def answering(database: Database) -> Board:
        settings = {"public_url": site.address, "oidc_issuer": provider.issuer, "oidc_client_id": "board"}
        settings["oidc_client_secret"] = token_urlsafe()
        instance = new_instance(database, tmp_path / "data", system_clock, **settings)  # type: ignore[arg-type]
        site.app.state.instance = instance
        return Board(instance, site.address)

    return answering


@pytest.fixture(name="board")
def board_on_sqlite(board_on: Callable[[Database], Board], tmp_path: Path) -> Iterator[Board]:
    """Answer a service on SQLite; what a database decides is tested on both, below."""
    database = opened_database(None, tmp_path)
    make_tables(database)
    yield board_on(database)
    database.close()


def consent(answer: httpx2.Response, sub: str = "ada") -> str:
    """Do what somebody does at the provider; returns the address that it sends the browser back to."""
    assert answer.status_code == 303, answer.text
    agreed = httpx2.post(answer.headers["location"], data={"sub": sub}, timeout=10, verify=NO_AUTHORITIES)
    assert agreed.status_code == 302, agreed.text
    return str(agreed.headers["location"])


def signed_in(browser: httpx2.Client, sub: str = "ada") -> httpx2.Response:
    return browser.get(consent(browser.get("/api/v1/sign-in?return_to=/entries"), sub))


def sessions(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return list(session.scalars(select(SignIn.sha256)))


def test_somebody_signs_in_makes_an_organisation_and_signs_out(
    database: Database, board_on: Callable[[Database], Board]
) -> None:
    board = board_on(database)
    with board.browser() as browser:
        back = signed_in(browser)
        assert (back.status_code, back.headers["location"]) == (303, "/entries")
        me = browser.get("/api/v1/me").json()
        assert (me["kind"], me["name"], me["email"], me["organisation"]) == ("person", "Ada", "ada@acme.example", None)
        wanted = {"name": "acme", "display_name": "Acme Ltd"}
        # A request that another site makes the browser send has the cookie and not the token.
        assert browser.post("/api/v1/organisations", json=wanted).status_code == 403
        browser.headers["x-csrf-token"] = browser.cookies["proofboard-csrf"]
        assert browser.post("/api/v1/organisations", json=wanted).status_code == 201
        assert browser.get("/api/v1/me").json()["role"] == "owner"
        token = browser.cookies["proofboard-session"]
        assert browser.post("/api/v1/sign-out").status_code == 204
        assert "proofboard-session" not in browser.cookies
        again = httpx2.get(
            f"{board.address}/api/v1/me", headers={"cookie": f"proofboard-session={token}"}, verify=NO_AUTHORITIES
        )
        assert again.status_code == 401


def test_a_key_that_a_session_made_needs_no_token_of_it(board: Board) -> None:
    own = organisation(board.instance)
    invite(board.instance, member(board.instance, own, "owner"), "ada@acme.example", "owner")
    with board.browser() as browser:
        signed_in(browser)
        browser.headers["x-csrf-token"] = browser.cookies["proofboard-csrf"]
        made = browser.post("/keys", json={"name": "nightly", "role": "owner"})
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    with board.browser() as program:
        program.headers["api-key"] = made.json()["secret"]
        again = program.post("/keys", json={"name": "other"})
        lists = [program.get(path).json()["items"] for path in ("/keys", "/audit-log", "/members", "/organisations")]
    assert again.status_code == 201
    assert [len(items) for items in lists] == [2, 4, 2, 1]
    assert made.json()["secret"] not in str(lists)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/organisations", {"name": "acme", "display_name": "A", "is_host": True}),
        ("/organisations", {"name": 1, "display_name": "A"}),
        ("/keys", {"name": "x", "days": "7"}),
        ("/keys", {"name": "x", "days": True}),
        ("/invitations", {"email": "ada@acme.example", "role": "king"}),
    ],
)
def test_a_body_with_a_field_too_many_or_of_another_type_is_refused(board: Board, path: str, body: object) -> None:
    with board.browser() as browser:
        answer = browser.post(path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_cookies_of_a_session_are_out_of_reach_of_scripts_and_of_other_sites(board: Board) -> None:
    with board.browser() as browser:
        set_cookies = signed_in(browser).headers.get_list("set-cookie")
    hidden = next(own for own in set_cookies if own.startswith("proofboard-session=")).lower()
    readable = next(own for own in set_cookies if own.startswith("proofboard-csrf=")).lower()
    assert ("httponly" in hidden, "samesite=lax" in hidden) == (True, True)
    assert ("httponly" in readable, "samesite=lax" in readable) == (False, True)


def test_only_digests_of_a_session_are_kept(board: Board) -> None:
    with board.browser() as browser:
        signed_in(browser)
        secrets = [browser.cookies["proofboard-session"], browser.cookies["proofboard-csrf"]]
    with board.instance.database.reading() as session:
        row = session.scalars(select(SignIn)).one()
        kept = " ".join(str(value) for value in vars(row).values())
    assert not [secret for secret in secrets if secret in kept]


def test_an_answer_that_another_browser_began_signs_nobody_in(board: Board) -> None:
    with board.browser() as theirs, board.browser() as mine:
        link = consent(theirs.get("/api/v1/sign-in"))
        without = mine.get(link).status_code
        mine.get("/api/v1/sign-in")
        other = mine.get(link).status_code
        assert (without, other, "proofboard-session" in mine.cookies) == (403, 403, False)
    assert sessions(board.instance) == []


def test_an_answer_is_taken_once(board: Board) -> None:
    with board.browser() as browser:
        begun = browser.get("/api/v1/sign-in")
        kept = f"proofboard-sign-in={browser.cookies['proofboard-sign-in']}"
        link = consent(begun)
        first = browser.get(link).status_code
        with board.browser() as again:
            second = again.get(link, headers={"cookie": kept}).status_code
    assert (first, second) == (303, 401)


def test_a_session_that_was_there_before_ends_and_its_token_is_never_taken_over(board: Board) -> None:
    with board.browser() as browser:
        browser.cookies.set("proofboard-session", "planted", domain="127.0.0.1", path="/")
        signed_in(browser)
        first = browser.cookies["proofboard-session"]
        signed_in(browser)
        assert len({"planted", first, browser.cookies["proofboard-session"]}) == 3
    assert len(sessions(board.instance)) == 1


def test_the_same_person_is_one_row_however_often_they_sign_in_at_once(
    database: Database, board_on: Callable[[Database], Board]
) -> None:
    board = board_on(database)

    def sign_in() -> None:
        with board.browser() as browser:
            assert signed_in(browser).status_code == 303

    assert at_once(*[sign_in] * 3) == [200] * 3
    with database.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_an_invitation_waits_for_an_address_that_the_provider_verified(board: Board) -> None:
    own = organisation(board.instance)
    invite(board.instance, member(board.instance, own, "owner"), "ada@acme.example", "maintainer")
    found = []
    for sub in ("eve", "ada"):
        with board.browser() as browser:
            signed_in(browser, sub)
            me = browser.get("/api/v1/me").json()
            found.append((me["email"], me["organisation"], me["role"]))
    assert found == [(None, None, None), ("ada@acme.example", "acme", "maintainer")]


def test_claims_of_no_use_are_no_claims(board: Board) -> None:
    with board.browser() as browser:
        signed_in(browser, "odd")
        me = browser.get("/api/v1/me").json()
    assert (me["name"], me["email"]) == (None, None)


def test_who_says_no_at_the_provider_is_not_signed_in(board: Board) -> None:
    with board.browser() as browser:
        begun = browser.get("/api/v1/sign-in")
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        answer = browser.get("/api/v1/sign-in/callback", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def begun(browser: httpx2.Client) -> str:
    """Begin a sign-in; returns its state."""
    return parse_qs(urlsplit(browser.get("/api/v1/sign-in").headers["location"]).query)["state"][0]


@pytest.mark.parametrize(
    ("brought", "because"),
    [
        ({"error": "access_denied"}, "refused"),
        ({"error": "<b>", "error_description": "//evil.example"}, "refused"),
        ({}, "refused"),
        ({"code": "of nobody"}, "refused"),
        ({"code": "of nobody", "state": "of another browser"}, "lost"),
        ({"code": "of nobody", "iss": "https://evil.example"}, "lost"),
        ({"code": "x" * 3000}, "lost"),
        ({"code": "\n"}, "lost"),
    ],
)
def test_a_browser_that_nobody_is_signed_in_with_comes_back_to_the_page_which_says_why(
    board: Board, brought: dict[str, str], because: str
) -> None:
    with board.browser() as browser:
        asked = {"state": begun(browser), **brought}
        browser.headers["accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        answer = browser.get("/api/v1/sign-in/callback", params=asked)
        place = (answer.status_code, answer.headers["location"])
        assert place == (303, f"/?page=account&sign_in=failed&because={because}")
        assert (answer.headers["cache-control"], "proofboard-session" in browser.cookies) == ("no-store", False)
    assert sessions(board.instance) == []


def test_a_refusal_that_does_not_say_which_sign_in_it_answers_is_one(board: Board) -> None:
    with board.browser() as browser:
        answer = browser.get("/api/v1/sign-in/callback?error=access_denied")
    assert (answer.status_code, answer.json()["title"]) == (
        401,
        "the provider signed nobody in; begin again at /sign-in",
    )


@pytest.mark.parametrize(
    ("settings", "place"),
    [({"oidc_issuer": None}, ""), ({"oidc_issuer": "http://127.0.0.1:9"}, "&because=unavailable")],
)
def test_a_browser_that_cannot_even_be_sent_to_the_provider_comes_back_too(
    board: Board, settings: dict[str, str | None], place: str
) -> None:
    for name, value in settings.items():
        msgspec.structs.force_setattr(board.instance.settings, name, value)
    with board.browser() as browser:
        answer = browser.get("/api/v1/sign-in", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?page=account&sign_in=failed{place}")


@pytest.mark.parametrize(
    "fault", [{"nonce": "another"}, {"verifier": "another" * 10}, {"until": "2020-01-01T00:00:00.000000Z"}]
)
def test_a_sign_in_whose_nonce_verifier_or_time_is_not_its_own_fails(board: Board, fault: dict[str, str]) -> None:
    with board.browser() as browser:
        link = consent(browser.get("/api/v1/sign-in"))
        kept = json.loads(base64.urlsafe_b64decode(browser.cookies["proofboard-sign-in"]))
        changed = base64.urlsafe_b64encode(json.dumps(kept | fault).encode()).decode()
        browser.cookies.clear()
        answer = browser.get(link, headers={"cookie": f"proofboard-sign-in={changed}"})
    assert answer.status_code in {401, 403}
    assert sessions(board.instance) == []


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "bnVsbA==", "e30=", "a" * 5000])
def test_a_cookie_that_no_sign_in_made_signs_nobody_in(board: Board, cookie: str) -> None:
    with board.browser() as browser:
        kept = {"cookie": f"proofboard-sign-in={cookie}"}
        assert browser.get("/api/v1/sign-in/callback?state=x&code=y", headers=kept).status_code == 403


@pytest.fixture
def unserved(tmp_path: Path, provider: Provider) -> Instance:
    """Answer an instance that signs people in, without a database that is ever asked."""
    settings = {"public_url": "https://board.example", "oidc_issuer": provider.issuer, "oidc_client_id": "board"}
    return new_instance(Database(None), tmp_path, system_clock, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/\t/evil.example", "/a\r\nx: y", "\\/x"],
)
def test_nobody_is_sent_to_another_site_after_signing_in(unserved: Instance, path: str) -> None:
    with pytest.raises(InputError):
        begin_sign_in(unserved, path)


def test_the_address_at_the_provider_bears_state_nonce_and_the_digest_of_the_verifier(unserved: Instance) -> None:
    begun = begin_sign_in(unserved, "/")
    query = {name: own[0] for name, own in parse_qs(urlsplit(begun.address).query).items()}
    kept = json.loads(base64.urlsafe_b64decode(begun.attempt))
    digest = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (query["state"], query["nonce"], query["code_challenge"]) == (kept["state"], kept["nonce"], digest)
    assert query["redirect_uri"] == "https://board.example/api/v1/sign-in/callback"
    assert kept["verifier"] not in begun.address


def test_a_server_without_a_provider_says_that_it_has_no_sign_in(tmp_path: Path) -> None:
    instance = new_instance(Database(None), tmp_path, system_clock)  # type: ignore[arg-type]
    with pytest.raises(RefusedError) as refused:
        begin_sign_in(instance, "/")
    assert refused.value.status == 404


def test_a_provider_that_does_not_answer_is_a_fault_of_the_platform(unserved: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings = msgspec.structs.replace(unserved.settings, oidc_issuer=f"http://127.0.0.1:{port}")
    with pytest.raises(RefusedError) as refused:
        begin_sign_in(msgspec.structs.replace(unserved, settings=settings), "/")
    assert refused.value.status == 503
