"""Endpoints about keys: secret ones, that requests are made with, and public ones, that signatures are read by."""

from typing import Annotated, Final

from fastapi import APIRouter, Response
from pydantic import Field

from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.people_parameters import (
    EXAMPLE_DIGITS,
    EXAMPLE_INSTANT,
    Body,
    IdPath,
    OrganisationQuery,
    RoleName,
    SpanDep,
)
from proofboard.api.problems import documented
from proofboard.app.people import issuing, signing_keys
from proofboard.app.people.issuing import DEFAULT_DAYS, LARGEST_DAYS, IssuedKey, KeySummary
from proofboard.app.people.paging import Page
from proofboard.app.people.signing_keys import SigningKeySummary

router = APIRouter()

NO_STORE: Final = {"cache-control": "no-store"}
"""For the one answer that shows a secret."""

_KEY: Final = KeySummary(
    id=f"key-{EXAMPLE_DIGITS}",
    organisation="acme",
    name="nightly run",
    role="submitter",
    benchmarks=[],
    created_at=EXAMPLE_INSTANT,
    expires_at="2027-11-21T12:00:00.000000Z",
    revoked_at=None,
    used_at=None,
)
_ISSUED: Final = IssuedKey(f"pb_{'0' * 43}", _KEY)
# The public key of the first test of RFC 8032 (7.1).
_PUBLIC: Final = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
_SIGNING_KEY: Final = SigningKeySummary(
    id=f"sig-{EXAMPLE_DIGITS}",
    organisation="acme",
    key_id="sha256:21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9",
    public_key=_PUBLIC,
    name="release machine",
    created_at=EXAMPLE_INSTANT,
    revoked_at=None,
)


class NewKey(Body):
    """A key to be made."""

    name: Annotated[str, Field(max_length=500, examples=["nightly run"])]
    role: Annotated[RoleName, Field(examples=["submitter"])] = "submitter"
    benchmarks: Annotated[
        list[str], Field(default_factory=list, max_length=100, description="What it is limited to; empty is all.")
    ]
    days: Annotated[int | None, Field(ge=1, le=LARGEST_DAYS, description="Null never expires.")] = DEFAULT_DAYS


class NewSigningKey(Body):
    """A public key to be added."""

    name: Annotated[str, Field(max_length=500, examples=["release machine"])]
    public_key: Annotated[
        str,
        Field(
            max_length=16_384,
            description="Ed25519: 64 hexadecimal digits, PEM, or a line of OpenSSH.",
            examples=[_PUBLIC],
        ),
    ]


@router.get(
    "/keys", operation_id="keys", response_class=Answer, responses=answers(Page[KeySummary], Page([_KEY], None))
)
def get_keys(
    instance: InstanceDep, actor: ActorDep, asked: SpanDep, organisation: OrganisationQuery = None
) -> Response:
    """List keys without their secrets; submitters see their own."""
    return Answer(issuing.keys(instance, actor, organisation, asked))


@router.post(
    "/keys",
    operation_id="make_key",
    status_code=201,
    response_class=Answer,
    responses=answers(IssuedKey, _ISSUED, status=201, description="Made; the secret is shown this once.")
    | documented(409),
)
def post_key(new: NewKey, instance: InstanceDep, actor: ActorDep, organisation: OrganisationQuery = None) -> Response:
    """Make a key, up to your own role."""
    asked = issuing.NewKey(name=new.name, role=new.role, benchmarks=tuple(new.benchmarks), days=new.days)
    return Answer(issuing.issue_key(instance, actor, asked, organisation), 201, headers=NO_STORE)


@router.delete("/keys/{key_id}", operation_id="revoke_key", status_code=204)
def delete_key(key_id: IdPath, instance: InstanceDep, actor: ActorDep) -> None:
    """Revoke a key at once, with every key that was made with it."""
    issuing.revoke_key(instance, actor, key_id)


@router.get(
    "/signing-keys",
    operation_id="signing_keys",
    response_class=Answer,
    responses=answers(Page[SigningKeySummary], Page([_SIGNING_KEY], None)),
)
def get_signing_keys(instance: InstanceDep, asked: SpanDep, organisation: OrganisationQuery = None) -> Response:
    """List public keys of an organisation, or of all; for everybody."""
    return Answer(signing_keys.signing_keys(instance, organisation, asked))


@router.post(
    "/signing-keys",
    operation_id="add_signing_key",
    status_code=201,
    response_class=Answer,
    responses=answers(SigningKeySummary, _SIGNING_KEY, status=201, description="Added.") | documented(409),
)
def post_signing_key(
    new: NewSigningKey, instance: InstanceDep, actor: ActorDep, organisation: OrganisationQuery = None
) -> Response:
    """Add a public key; maintainers and owners."""
    return Answer(signing_keys.add_signing_key(instance, actor, new.name, new.public_key, organisation), 201)


@router.delete(
    "/signing-keys/{signing_key_id}",
    operation_id="revoke_signing_key",
    response_class=Answer,
    responses=answers(SigningKeySummary, _SIGNING_KEY),
)
def delete_signing_key(signing_key_id: IdPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Revoke a public key; it stays listed, with the instant."""
    return Answer(signing_keys.revoke_signing_key(instance, actor, signing_key_id))
