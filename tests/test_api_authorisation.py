"""Who may use which endpoint: every route of the API, by everybody who could ask.

A route that is missing from the table fails: whoever adds an endpoint says here who may use it.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest

from api_cases import Answered, World, world
from intake_cases import artifact
from review_builders import BOARD

PREFIX: Final = "/api/v1"

# Nobody; bolt, which has nothing to do with it; acme, whose work it is; the host, whose board it is: each as submitter,
# maintainer and owner; owners' keys of acme and of the host that are limited to another board; a revoked and an expired
# key of an owner of the host; such an owner's session, and the same without its CSRF token. That is `World.askers`.
#
# `+` is allowed, 1 is 401, 3 is 403, 4 is 404. Those who may are answered with the status before: 409 and 404 say that
# they may, and that there is nothing to do. `{name}` is an id of the world.
#
#                                                                  nobody bolt acme host limited dead session
TABLE: Final = """
GET    /leaderboard?benchmark=units                            200 + +++ +++ +++ ++ ++ ++
GET    /models/acme/model-1/history?benchmark=units            200 + +++ +++ +++ ++ ++ ++
GET    /problems/{item}/rankings?benchmark=units               200 + +++ +++ +++ ++ ++ ++
GET    /entries/acme/quick?benchmark=units                     200 + +++ +++ +++ ++ ++ ++
GET    /compare?benchmark=units&entry=acme/quick&entry=example/default 200 + +++ +++ +++ ++ ++ ++
GET    /publications?benchmark=units                           200 + +++ +++ +++ ++ ++ ++
GET    /changes?benchmark=units                                200 + +++ +++ +++ ++ ++ ++
GET    /changes.atom?benchmark=units                           200 + +++ +++ +++ ++ ++ ++
GET    /badge.svg?benchmark=units&entry=acme/quick             200 + +++ +++ +++ ++ ++ ++
GET    /benchmarks                                             200 + +++ +++ +++ ++ ++ ++
GET    /benchmarks/units                                       200 + +++ +++ +++ ++ ++ ++
GET    /benchmarks/units/close-failure                         200 1 333 333 3++ 33 11 ++
POST   /benchmarks                                             409 1 333 333 3++ 33 11 +3
PUT    /benchmarks/units/archive                               204 1 333 333 3++ 33 11 +3
GET    /benchmarks/units/settings                              200 1 333 333 3++ 33 11 ++
PUT    /benchmarks/units/settings                              200 1 333 333 3++ 33 11 +3
POST   /benchmarks/units/retire                                204 1 333 333 33+ 33 11 +3
POST   /submit                                                 202 1 +++ +++ +++ 33 11 +3
GET    /submissions?benchmark=units                            200 1 +++ +++ +++ ++ 11 ++
GET    /submissions/{submission}                               200 4 444 +++ 4++ 44 11 ++
GET    /submissions/{submission}/logs                          200 4 444 +++ 4++ 44 11 ++
GET    /submissions/{submission}/artifacts                     200 4 444 +++ 4++ 44 11 ++
GET    /submissions/{submission}/artifacts/{log}               200 4 444 +++ 4++ 44 11 ++
GET    /keys?organisation=acme                                 200 1 444 +++ 4++ +4 11 ++
POST   /keys?organisation=acme                                 201 1 444 33+ 43+ 34 11 +3
DELETE /keys/{key}                                             204 1 444 44+ 44+ 44 11 +3
GET    /signing-keys                                           200 + +++ +++ +++ ++ ++ ++
POST   /signing-keys?organisation=acme                         201 1 444 3++ 43+ 34 11 +3
DELETE /signing-keys/{signing_key}                             200 1 444 3++ 44+ 34 11 +3
GET    /organisations                                          200 1 +++ +++ +++ ++ 11 ++
POST   /organisations                                          201 1 333 333 33+ 33 11 +3
GET    /organisations/acme                                     200 1 444 +++ 4++ +4 11 ++
PATCH  /organisations/acme                                     200 1 444 33+ 43+ 34 11 +3
GET    /organisations/acme/notifications                       200 1 444 3++ 43+ 34 11 ++
PUT    /organisations/acme/notifications                       200 1 444 33+ 43+ 34 11 +3
GET    /members?organisation=acme                              200 1 444 +++ 4++ +4 11 ++
PATCH  /members/{ben}?organisation=acme                        200 1 444 33+ 43+ 34 11 +3
DELETE /members/{ben}?organisation=acme                        204 1 444 33+ 43+ 34 11 +3
GET    /invitations?organisation=acme                          200 1 444 3++ 43+ 34 11 ++
POST   /invitations?organisation=acme                          201 1 444 3++ 43+ 34 11 +3
DELETE /invitations/{invitation}                               204 1 444 3++ 44+ 34 11 +3
GET    /audit-log?organisation=acme                            200 1 444 33+ 43+ 34 11 ++
GET    /me                                                     200 1 +++ +++ +++ ++ 11 ++
PUT    /me/organisation                                        204 1 111 111 111 11 11 +3
GET    /sign-in                                                404 + +++ +++ +++ ++ ++ ++
GET    /sign-in/callback                                       404 + +++ +++ +++ ++ ++ ++
POST   /sign-out                                               204 1 111 111 111 11 11 +3
GET    /appeals?benchmark=units                                200 + +++ +++ +++ ++ ++ ++
POST   /appeals                                                201 1 +++ +++ +++ 33 11 +3
GET    /appeals/{appeal}                                       200 + +++ +++ +++ ++ ++ ++
POST   /appeals/{appeal}/acknowledge                           200 1 333 333 3++ 33 11 +3
POST   /appeals/{appeal}/review                                409 1 333 333 3++ 33 11 +3
POST   /appeals/{appeal}/decide                                409 1 333 333 3++ 33 11 +3
POST   /appeals/{appeal}/retract                               200 1 333 +++ 333 33 11 33
GET    /audits?benchmark=units                                 200 1 +++ +++ +++ ++ 11 ++
POST   /audits                                                 201 1 444 333 4++ 44 11 +3
GET    /audits/{audit}                                         200 1 444 444 4++ 44 11 ++
POST   /audits/{audit}/findings                                200 1 444 444 4++ 44 11 +3
POST   /audits/{audit}/decide                                  200 1 444 444 4++ 44 11 +3
GET    /review?benchmark=units                                 200 1 333 333 3++ 33 11 ++
POST   /submissions/{submission}/approve                       200 1 444 333 4++ 44 11 +3
POST   /submissions/{submission}/refuse                        200 1 444 333 4++ 44 11 +3
POST   /submissions/{submission}/withdraw                      200 1 444 +++ 433 44 11 33
POST   /entries/acme/quick/withdraw?benchmark=units            200 1 333 +++ 3++ 33 11 +3
POST   /entries/acme/quick/supersede?benchmark=units           200 1 333 333 3++ 33 11 +3
POST   /entries/acme/quick/reinstate?benchmark=units           409 1 333 333 3++ 33 11 +3
POST   /entries/acme/quick/rerun?benchmark=units               202 1 +++ +++ +++ 33 11 +3
GET    /reruns?benchmark=units                                 200 + +++ +++ +++ ++ ++ ++
GET    /reruns/{rerun}                                         200 + +++ +++ +++ ++ ++ ++
GET    /errata?benchmark=units                                 200 + +++ +++ +++ ++ ++ ++
POST   /errata                                                 201 1 333 333 3++ 33 11 +3
POST   /benchmarks/units/close                                 202 1 333 333 3++ 33 11 +3
POST   /benchmarks/units/draft                                 202 1 333 333 3++ 33 11 +3
GET    /benchmarks/units/drafts                                200 1 333 333 3++ 33 11 ++
GET    /benchmarks/units/drafts/{draft}/leaderboard.json       200 1 333 333 3++ 33 11 ++
GET    /jobs/{job}                                             200 1 444 444 4++ 44 11 ++
GET    /schedules?benchmark=units                              200 1 333 333 3++ 33 11 ++
POST   /schedules                                              201 1 333 333 3++ 33 11 +3
POST   /schedules/preview                                      200 1 333 333 3++ 33 11 +3
PATCH  /schedules/{schedule}                                   200 1 444 444 4++ 44 11 +3
GET    /spend?benchmark=units                                  200 1 333 333 3++ 33 11 ++
GET    /spend/month?benchmark=units                            200 1 333 333 3++ 33 11 ++
GET    /retention                                              200 1 333 333 3++ 33 11 ++
POST   /retention/keep                                         200 1 444 +++ 4++ 44 11 +3
POST   /entries/acme/quick/purge?benchmark=units               200 1 333 333 33+ 33 11 +3
GET    /events?benchmark=units                                 200 + +++ +++ +++ ++ 11 ++
GET    /service                                                200 + +++ +++ +++ ++ ++ ++
GET    /healthz                                                200 + +++ +++ +++ ++ ++ ++
GET    /readyz                                                 200 + +++ +++ +++ ++ ++ ++
GET    /metrics                                                200 + +++ +++ +++ ++ ++ ++
"""

ARCHIVE, ARTIFACT = "archive", "artifact"
"""Bodies that are files."""
SAID: Final = {"reason": "because"}
SCHEDULE: Final = {"benchmark": BOARD, "name": "weekly", "kind": "close"}
ERRATUM: Final = {"benchmark": BOARD, "item": "{item}", "action": "exclude", **SAID}
ANOTHER_KEY: Final = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
BODIES: Final[dict[str, Any]] = {
    "POST /benchmarks": ARCHIVE,
    "PUT /benchmarks/units/archive": ARCHIVE,
    "PUT /benchmarks/units/settings": {},
    "POST /submit": ARTIFACT,
    "POST /keys": {"name": "a key"},
    "POST /signing-keys": {"name": "n", "public_key": ANOTHER_KEY},
    "POST /organisations": {"name": "newcomer", "display_name": "Newcomer"},
    "PATCH /organisations/acme": {"display_name": "Acme Ltd"},
    "PUT /organisations/acme/notifications": {},
    "PATCH /members/{ben}": {"role": "maintainer"},
    "POST /invitations": {"email": "eve@acme.example"},
    "PUT /me/organisation": {"organisation": "host"},
    "POST /appeals": {"benchmark": "units", "entry": "acme/quick", **SAID},
    "POST /appeals/{appeal}/acknowledge": {},
    "POST /appeals/{appeal}/review": {},
    "POST /appeals/{appeal}/decide": {"outcome": "upheld", "reason": "because"},
    "POST /appeals/{appeal}/retract": {},
    "POST /audits": {"submission": "{submission}", "because": "because"},
    "POST /audits/{audit}/findings": {"finding": "something"},
    "POST /audits/{audit}/decide": {"state": "cleared", "reason": "because"},
    "POST /submissions/{submission}/refuse": SAID,
    "POST /submissions/{submission}/withdraw": SAID,
    "POST /entries/acme/quick/withdraw": SAID,
    "POST /entries/acme/quick/supersede": SAID,
    "POST /entries/acme/quick/reinstate": SAID,
    "POST /errata": ERRATUM,
    "POST /schedules": SCHEDULE,
    "POST /schedules/preview": SCHEDULE,
    "PATCH /schedules/{schedule}": {"enabled": False},
    "POST /retention/keep": {"submission": "{submission}", "digest": "{log}", **SAID},
    "POST /entries/acme/quick/purge": SAID,
}


class Route(msgspec.Struct, frozen=True):
    """A line of the table."""

    method: str
    target: str
    allowed: int
    who: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.target.partition('?')[0]}"


def routes() -> Iterator[Route]:
    for line in TABLE.strip().splitlines():
        method, target, allowed, *who = line.split()
        yield Route(method, target, int(allowed), tuple("".join(who)))


ROUTES: Final = list(routes())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with world(folder) as found:
        yield found


@pytest.fixture(scope="module")
def files(made: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    packed = made.published.folder.with_suffix(".zip").read_bytes()
    return {ARCHIVE: packed, ARTIFACT: artifact(tmp_path_factory.mktemp("one") / "a.zip", benchmark=BOARD).read_bytes()}


def asked(made: World, files: dict[str, bytes], route: Route, who: str, prefix: str = PREFIX) -> Answered:
    headers, body = made.askers[who], made.filled(BODIES.get(route.name))
    if isinstance(body, str):
        headers, body = {**headers, "content-type": "application/zip"}, files[body]
    answer = made.asking.ask(route.method, prefix + made.filled(route.target), headers, body)
    if route.method != "GET" and answer.status < 400:
        made.restore()
    return answer


def letter(status: int, route: Route) -> str:
    return "+" if status == route.allowed else {401: "1", 403: "3", 404: "4"}.get(status, f"({status})")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_endpoint_answers_those_alone_who_may_use_it(made: World, files: dict[str, bytes], route: Route) -> None:
    found = {who: letter(asked(made, files, route, who).status, route) for who in made.askers}
    assert found == dict(zip(made.askers, route.who, strict=True))


def test_every_endpoint_says_who_may_use_it(made: World) -> None:
    document = made.asking.ask("GET", f"{PREFIX}/openapi.json").json()
    documented = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    listed = [route.name.replace(" ", f" {PREFIX}", 1) for route in ROUTES]
    found = {own: [request for request in listed if is_of(own, request)] for own in documented}
    assert [own for own, requests in found.items() if len(requests) != 1] == []


def is_of(documented: str, request: str) -> bool:
    """Say whether a request is of a route: a name of a model alone may hold a slash."""
    pattern = re.sub(r"\{[^}]+\}", "[^/]+", documented.replace("/models/{name}/", "/models/.+/"))
    return re.fullmatch(pattern, request) is not None


@pytest.mark.parametrize("who", ["nobody", "bolt owner"])
def test_without_a_version_an_address_is_the_same(made: World, files: dict[str, bytes], who: str) -> None:
    found = {route.name: [asked(made, files, route, who, prefix).status for prefix in (PREFIX, "")] for route in ROUTES}
    assert {request: own for request, own in found.items() if own[0] != own[1]} == {}


def test_a_key_that_is_not_accepted_is_no_reader_either(made: World) -> None:
    """Who shows a dead key hears of it, instead of being taken for nobody."""
    answer = made.ask("GET", f"{PREFIX}/events", "revoked")
    assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")


def test_a_bearer_token_is_the_same_as_the_header(made: World) -> None:
    secret = made.askers["acme owner"]["api-key"]
    found = made.asking.ask("GET", f"{PREFIX}/me", {"authorization": f"Bearer {secret}"})
    assert found.json() == made.ask("GET", f"{PREFIX}/me", "acme owner").json()


@pytest.mark.parametrize("place", ["api-key", "key", "api_key", "token", "access_token"])
def test_a_key_in_the_address_is_not_taken(made: World, place: str) -> None:
    secret = made.askers["host owner"]["api-key"]
    assert made.ask("GET", f"{PREFIX}/me?{place}={secret}").status == 401


def test_a_session_is_not_taken_from_a_header(made: World) -> None:
    token = made.askers["session"]["cookie"].partition("=")[2]
    found = [made.asking.ask("GET", f"{PREFIX}/me", {"api-key": token}).status]
    found.append(made.asking.ask("GET", f"{PREFIX}/me", {"authorization": f"Bearer {token}"}).status)
    assert found == [401, 401]


def test_a_forged_csrf_token_changes_nothing(made: World) -> None:
    forged = {**made.askers["session"], "x-csrf-token": "x" * 43}
    assert made.asking.ask("POST", f"{PREFIX}/keys", forged, {"name": "mine"}).status == 403
    kept = made.ask("GET", f"{PREFIX}/keys", "host owner").json()["items"]
    assert "mine" not in {own["name"] for own in kept}
