"""What the operator of an instance asks of its database: where it stands, an upgrade, a move to PostgreSQL."""

from sqlalchemy import func, make_url, select

from proofboard.app.service.copying import copy_blobs, copy_database
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import prepare_data_folder
from proofboard.errors import fault
from proofboard.settings import Settings
from proofboard.store.database import POSTGRES_PREFIXES, SQLITE_FILE, Database, opened_database, psycopg_url
from proofboard.store.migrating import advice, migrate, revisions
from proofboard.store.opening import blobs_at
from proofboard.store.tables import Job, Submission


def standing(settings: Settings) -> str:
    """Say where the database is, how old its tables are and what is in it; changes nothing."""
    if settings.database_url is None and not (settings.data / SQLITE_FILE).exists():
        return f"{settings.data}: no database yet; `proofboard serve` makes one\n"
    database = opened_database(settings.database_url, settings.data)
    try:
        found = revisions(database)
        lines = [f"database   {shown(database)}", f"tables     {found.current or 'none yet'}"]
        if found.is_current:
            lines[-1] += ", up to date"
            lines += _counts(database)
        else:
            lines[-1] += f"; {advice(found)}"
        lines.append(f"blobs      {settings.blobs_url or settings.data / 'blobs'}")
    finally:
        database.close()
    return "\n".join(lines) + "\n"


def upgrade(settings: Settings) -> str:
    """Bring the tables up to date, and say from where to where."""
    prepare_data_folder(settings)
    database = opened_database(settings.database_url, settings.data)
    try:
        before = revisions(database).current
        after = migrate(database)
    finally:
        database.close()
    if before == after:
        return f"{after}: the tables are up to date already\n"
    return f"{before or 'no tables'} → {after}: the tables are up to date\n"


def move_instance(instance: Instance, url: str, blobs_url: str | None) -> str:
    """Copy an instance to PostgreSQL, its blobs too where they are given a place; says what is left to be done."""
    if not url.startswith(POSTGRES_PREFIXES):
        raise fault("--to", "expected an empty PostgreSQL database, postgresql://user@host/name")
    moment = instance.now()
    target = opened_database(url, instance.settings.data)
    try:
        copied = copy_database(instance.database, target)
    finally:
        target.close()
    lines = [
        f"Copied {copied.rows} rows of {len(copied.tables)} tables to {shown(target)}; counts and digests agree.",
        f"{copied.resumed_jobs} running jobs wait in the copy; its workers begin them again.",
    ]
    if blobs_url is not None:
        blobs = copy_blobs(instance.blobs, blobs_at(blobs_url, instance.settings.data / "blobs"))
        lines.append(f"Copied {blobs.copied} blobs to {blobs_url}; {blobs.kept} were there.")
    lines += [
        f"What was written after {moment} is not in the copy: stop this instance first to move without loss.",
        "Not copied: held-out stores, the board's key (PROOFBOARD_SIGNING_KEY), notes of the job engine.",
        "Next: set PROOFBOARD_DATABASE_URL" + (" and PROOFBOARD_BLOBS_URL" if blobs_url else "") + ", then start.",
    ]
    return "\n".join(lines) + "\n"


def shown(database: Database) -> str:
    """Return the address of a database without its password."""
    if database.is_sqlite:
        return f"SQLite {database.engine.url.database}"
    plain = make_url(psycopg_url(database.engine.url.render_as_string(hide_password=True)))
    return plain.set(drivername="postgresql").render_as_string(hide_password=True)


def _counts(database: Database) -> list[str]:
    with database.reading() as session:
        submissions = session.scalar(select(func.count()).select_from(Submission))
        jobs = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    by_state = ", ".join(f"{count} {state}" for state, count in sorted((state, count) for state, count in jobs))
    return [f"holds      {submissions} submissions; jobs: {by_state or 'none'}"]
