"""Whoever can open an instance's files on its own machine is its owner: commands there ask for no key."""

from sqlalchemy import select

from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import fault
from proofboard.store.tables import Organisation


def local_owner(instance: Instance) -> Actor:
    """Act as the owner of the instance; raises InputError where it was never started."""
    with instance.database.reading() as session:
        host = session.scalar(select(Organisation.id).where(Organisation.is_host))
    if host is None:
        raise fault(instance.settings.data, "holds no service yet; start it once with `proofboard serve`")
    return Actor("system", "command", host, "owner", is_host=True)
