"""The re-run button from the press to the outcome, done by a worker process."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.owning import Office
from people_builders import member
from proofboard import canonical
from proofboard.app.people.paging import Span
from proofboard.app.review.rerunning import fail_rerun, reruns
from proofboard.app.service.instance import system_clock
from proofboard.app.service.publications import documents_of, published
from review_builders import BOARD, ENTRY
from service_lives import plan_of
from service_processes import processes
from test_review_reruns import replaced

USE = f"?page=entry&entry={ENTRY}&tab=use"
PATIENCE_MILLISECONDS = 60_000
WATCHING = """() => { const seen = globalThis.seen = [], note = () => {
  const state = document.querySelector("#run-again [data-state]")?.dataset.state;
  if (state && state !== seen.at(-1)) seen.push(state); };
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true }); note(); }"""


def queued(office: Office) -> Page:
    """Open the entry as a member of another organisation, and press the button."""
    # The clock of the worker is that of this machine.
    office.clock.instant = system_clock()
    page = office.open(USE, member(office.instance, office.other("bolt"), "submitter"))
    page.get_by_role("button", name="Queue a verification").click()
    expect(page.locator("#run-again [role=status]")).to_contain_text("waiting")
    return page


def done_by_a_worker(office: Office, page: Page) -> None:
    with processes(plan_of(office.instance)):
        ended = page.locator("#run-again [data-state=done]")
        expect(ended).to_be_visible(timeout=PATIENCE_MILLISECONDS)


def test_a_worker_does_what_was_queued_while_the_page_follows(office: Office) -> None:
    page = queued(office)
    # Who comes back follows it too.
    page.reload()
    expect(page.locator("#run-again [data-state=waiting]")).to_contain_text("as soon as one is free")
    page.evaluate(WATCHING)
    done_by_a_worker(office, page)
    # A run that ends within a blink is never seen running.
    assert page.evaluate("seen") in (["waiting", "running", "done"], ["waiting", "done"])
    status = page.locator("#run-again [role=status]")
    expect(status).to_contain_text("every score came out the same")
    expect(status).to_contain_text("item scores")
    line = page.get_by_role("region", name="Earlier runs").locator("tbody tr")
    expect(line).to_contain_text("every score came out the same")


def removed(office: Office) -> None:
    """Remove the answers that were published."""
    files = documents_of(office.instance, published(office.instance, BOARD))
    office.instance.blobs.remove(files[f"bundles/{bundle(office)}/responses.jsonl"])


def changed(office: Office) -> None:
    """Publish other item scores than follow from the answers."""
    replaced(office.published, f"scores/{bundle(office)}.json", {"items": ["other"]})


def bundle(office: Office) -> str:
    [made] = reruns(office.instance, BOARD, ENTRY, Span(1)).items
    return canonical.hex_of(made.bundle)


@pytest.mark.parametrize(
    ("harm", "verdict", "reason"),
    [
        (changed, "scores came out differently", "scores/"),
        (removed, "it could not be graded again", "a file of the publication was purged"),
    ],
)
def test_what_does_not_come_out_as_published_says_why(
    harm: Callable[[Office], None], verdict: str, reason: str, office: Office
) -> None:
    page = queued(office)
    harm(office)
    done_by_a_worker(office, page)
    for place in (page.locator("#run-again [role=status]"), page.get_by_role("region", name="Earlier runs")):
        expect(place).to_contain_text(verdict)
        expect(place).to_contain_text(reason)


def test_what_the_platform_gave_up_is_said_to_be_no_fault_of_the_entry(office: Office) -> None:
    page = queued(office)
    [made] = reruns(office.instance, BOARD, ENTRY, Span(1)).items
    fail_rerun(office.instance, made.id, "the worker stopped")
    status = page.locator("#run-again [data-state=failed]")
    expect(status).to_contain_text("the worker stopped; this is no fault of the entry")
    expect(status).to_contain_text("costs nobody a run of the day")
