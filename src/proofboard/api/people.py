"""Endpoints about people: organisations, their members and invitations, and the audit log."""

from typing import Annotated, Final

from fastapi import APIRouter, Response
from pydantic import Field

from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.keys import router as keys_router
from proofboard.api.people_parameters import (
    EXAMPLE_DIGITS,
    EXAMPLE_INSTANT,
    Body,
    IdPath,
    OrganisationPath,
    OrganisationQuery,
    RoleName,
    SpanDep,
)
from proofboard.api.problems import documented
from proofboard.app.people import audit_log, invitations, members, organisations
from proofboard.app.people.audit_log import AuditLine
from proofboard.app.people.invitations import InvitationSummary
from proofboard.app.people.members import MemberSummary
from proofboard.app.people.organisations import Notifications, OrganisationSummary
from proofboard.app.people.paging import Page

router = APIRouter(tags=["people"], responses=documented(401, 403, 404))
router.include_router(keys_router)

_ORGANISATION: Final = OrganisationSummary(
    name="acme", display_name="Acme Ltd", is_host=False, role="owner", created_at=EXAMPLE_INSTANT
)
_NOTIFIED: Final = Notifications(["board@acme.example"], "https://acme.example/hook")
_MEMBER: Final = MemberSummary(f"per-{EXAMPLE_DIGITS}", "Ada", "ada@acme.example", "maintainer", EXAMPLE_INSTANT)
_INVITATION: Final = InvitationSummary(
    f"inv-{EXAMPLE_DIGITS}", "ada@acme.example", "maintainer", EXAMPLE_INSTANT, "2026-12-05T12:00:00.000000Z"
)
_AUDIT: Final = AuditLine(
    7,
    EXAMPLE_INSTANT,
    f"person:per-{EXAMPLE_DIGITS}",
    "acme",
    "key made",
    "key",
    f"key-{EXAMPLE_DIGITS}",
    {"role": "submitter"},
)


class NewOrganisation(Body):
    """An organisation to be made."""

    name: Annotated[str, Field(max_length=64, description="In addresses; never changes.", examples=["acme"])]
    display_name: Annotated[str, Field(max_length=500, examples=["Acme Ltd"])]


class ChangedOrganisation(Body):
    """What changes of an organisation."""

    display_name: Annotated[str, Field(max_length=500, examples=["Acme Ltd"])]


class NewNotifications(Body):
    """Where an organisation is told; what is left out is switched off."""

    mail: Annotated[list[str], Field(default_factory=list, max_length=10, examples=[["board@acme.example"]])]
    webhook: Annotated[str | None, Field(max_length=500, examples=["https://acme.example/hook"])] = None


class ChangedMember(Body):
    """What changes of a member."""

    role: Annotated[RoleName, Field(examples=["maintainer"])]


class NewInvitation(Body):
    """Somebody to be invited."""

    email: Annotated[str, Field(max_length=254, examples=["ada@acme.example"])]
    role: Annotated[RoleName, Field(examples=["maintainer"])] = "submitter"


@router.get(
    "/organisations",
    operation_id="organisations",
    response_class=Answer,
    responses=answers(Page[OrganisationSummary], Page([_ORGANISATION], None)),
)
def get_organisations(instance: InstanceDep, actor: ActorDep, asked: SpanDep) -> Response:
    """List your organisations; the owners and maintainers of the server see all."""
    return Answer(organisations.organisations(instance, actor, asked))


@router.post(
    "/organisations",
    operation_id="create_organisation",
    status_code=201,
    response_class=Answer,
    responses=answers(OrganisationSummary, _ORGANISATION, status=201, description="Made.") | documented(409),
)
def post_organisation(new: NewOrganisation, instance: InstanceDep, actor: ActorDep) -> Response:
    """Make an organisation, with you as its owner."""
    made = organisations.create_organisation(instance, actor, new.name, new.display_name)
    return Answer(made, 201)


@router.get(
    "/organisations/{name}",
    operation_id="organisation",
    response_class=Answer,
    responses=answers(OrganisationSummary, _ORGANISATION),
)
def get_organisation(name: OrganisationPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Show one organisation."""
    return Answer(organisations.read_organisation(instance, actor, name))


@router.patch(
    "/organisations/{name}",
    operation_id="rename_organisation",
    response_class=Answer,
    responses=answers(OrganisationSummary, _ORGANISATION),
)
def patch_organisation(
    name: OrganisationPath, changed: ChangedOrganisation, instance: InstanceDep, actor: ActorDep
) -> Response:
    """Change the name that readers see; owners only."""
    return Answer(organisations.rename_organisation(instance, actor, name, changed.display_name))


@router.get(
    "/organisations/{name}/notifications",
    operation_id="notifications",
    response_class=Answer,
    responses=answers(Notifications, _NOTIFIED),
)
def get_notifications(name: OrganisationPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Show where the organisation is told of what becomes of its submissions; maintainers and owners."""
    return Answer(organisations.read_notifications(instance, actor, name))


@router.put(
    "/organisations/{name}/notifications",
    operation_id="set_notifications",
    response_class=Answer,
    responses=answers(Notifications, _NOTIFIED),
)
def put_notifications(
    name: OrganisationPath, new: NewNotifications, instance: InstanceDep, actor: ActorDep
) -> Response:
    """Change where the organisation is told; a new webhook answers with its secret, this once."""
    changed = organisations.set_notifications(instance, actor, name, mail=new.mail, webhook=new.webhook)
    return Answer(changed)


@router.get(
    "/members",
    operation_id="members",
    response_class=Answer,
    responses=answers(Page[MemberSummary], Page([_MEMBER], None)),
)
def get_members(
    instance: InstanceDep, actor: ActorDep, asked: SpanDep, organisation: OrganisationQuery = None
) -> Response:
    """List the members of an organisation; mail addresses for its maintainers and owners."""
    return Answer(members.members(instance, actor, organisation, asked))


@router.patch(
    "/members/{person_id}",
    operation_id="change_role",
    response_class=Answer,
    responses=answers(MemberSummary, _MEMBER) | documented(409),
)
def patch_member(
    person_id: IdPath,
    changed: ChangedMember,
    instance: InstanceDep,
    actor: ActorDep,
    organisation: OrganisationQuery = None,
) -> Response:
    """Give a member another role; owners only."""
    return Answer(members.change_role(instance, actor, person_id, changed.role, organisation))


@router.delete("/members/{person_id}", operation_id="remove_member", status_code=204, responses=documented(409))
def delete_member(
    person_id: IdPath, instance: InstanceDep, actor: ActorDep, organisation: OrganisationQuery = None
) -> None:
    """Take a member out, with the keys they made; owners others, anybody themselves."""
    members.remove_member(instance, actor, person_id, organisation)


@router.get(
    "/invitations",
    operation_id="invitations",
    response_class=Answer,
    responses=answers(Page[InvitationSummary], Page([_INVITATION], None)),
)
def get_invitations(
    instance: InstanceDep, actor: ActorDep, asked: SpanDep, organisation: OrganisationQuery = None
) -> Response:
    """List open invitations; maintainers and owners."""
    return Answer(invitations.invitations(instance, actor, organisation, asked))


@router.post(
    "/invitations",
    operation_id="invite",
    status_code=201,
    response_class=Answer,
    responses=answers(InvitationSummary, _INVITATION, status=201, description="Invited.") | documented(409),
)
def post_invitation(
    new: NewInvitation, instance: InstanceDep, actor: ActorDep, organisation: OrganisationQuery = None
) -> Response:
    """Invite a mail address; whoever signs in with it, verified, becomes a member."""
    return Answer(invitations.invite(instance, actor, new.email, new.role, organisation), 201)


@router.delete("/invitations/{invitation_id}", operation_id="withdraw_invitation", status_code=204)
def delete_invitation(invitation_id: IdPath, instance: InstanceDep, actor: ActorDep) -> None:
    """Take an invitation back; maintainers and owners."""
    invitations.withdraw_invitation(instance, actor, invitation_id)


@router.get(
    "/audit-log",
    operation_id="audit_log",
    response_class=Answer,
    responses=answers(Page[AuditLine], Page([_AUDIT], None)),
)
def get_audit_log(
    instance: InstanceDep, actor: ActorDep, asked: SpanDep, organisation: OrganisationQuery = None
) -> Response:
    """List every change, the latest first; owners their organisation's, owners of the server all."""
    return Answer(audit_log.audit_log(instance, actor, organisation, asked))
