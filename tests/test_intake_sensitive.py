"""One look at everything finds what the rules find, wherever it stands, in linear time."""

import re
import stat
from pathlib import Path

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from proofboard.app.intake.deep_scan import deeply_scanned
from proofboard.app.intake.published_texts import Passage
from proofboard.core.rules.licences import declared_licences, is_accepted
from proofboard.core.rules.patterns import TextPattern
from proofboard.core.rules.scanning import MOST_FINDS, loosened, sensitive_in
from proofboard.core.rules.sensitive import PERSONAL_DATA, SECRETS, personal_data_in, secrets_in

MIX = "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY2zZ4bC6dE8fG0hI2jK4lM6nO8pQ0"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

PLANTED = {
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
    "an Anthropic key": f"sk-ant-{MIX[:30]}",
    "an OpenRouter key": f"sk-or-v1-{HEX}",
    "an OpenAI key": f"sk-proj-{MIX[:40]}",
    "a GitHub token": f"ghp_{MIX[:36]}",
    "a GitLab token": f"glpat-{MIX[:20]}",
    "an AWS access key": "AKIA2E5FGH7JK9LMN4PQ",
    "a Google key": f"AIza{MIX[:35]}",
    "a Slack token": f"xoxb-{MIX[:30]}",
    "a Hugging Face token": f"hf_{MIX[:34]}",
    "a Stripe key": f"sk_live_{MIX[:24]}",
    "a Groq key": f"gsk_{MIX[:52]}",
    "a JSON Web Token": f"eyJ{MIX[:20]}.eyJ{MIX[:30]}.{MIX[:30]}",
    "a password in an address": "postgres://ann:s3cretPassw0rd@db/x",
    "a bearer token": f"Authorization: Bearer {MIX[:30]}",
    "a password or key": f'api_key = "{HEX[:32]}"',
    "an e-mail address": "Grüße an änne.müller@körper.de!",
    "a bank account number": "DE89 3704 0044 0532 0130 00",
    "a payment card number": "4111 1111 1111 1111",
    "a US social security number": "078-05-1120",
    "a telephone number": "+49 30 901820",
}
KINDS = {pattern.kind: pattern for pattern in (*SECRETS, *PERSONAL_DATA)}


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("around", ["{}", "é {} é", "\n{}\n", "x: '{}';", "{0} {0}"])
def test_what_a_rule_finds_is_found_among_many_texts(kind: str, around: str) -> None:
    if kind == "a payment card number":
        around = around.replace("{0} {0}", "{}")
    text = around.format(PLANTED[kind].replace("1111 1111 1111", "1111 4555 1142"))
    assert kind in {own for own, _ in (*secrets_in(text), *personal_data_in(text))}
    found = sensitive_in(["nothing " * 50, text, "and more"])
    assert (1, kind) in {(find.number, find.kind) for find in found}


@given(st.lists(st.sampled_from([*PLANTED.values(), " ", "\n", "a", "9", "-", "é", "text without finds"]), max_size=8))
def test_the_one_look_finds_neither_more_nor_less_than_the_rules(parts: list[str]) -> None:
    text = "".join(parts)
    expected = {kind for kind, _ in (*secrets_in(text), *personal_data_in(text))}
    assert {find.kind for find in sensitive_in(["before", text, "after"])} == expected


@pytest.mark.parametrize("pattern", [*SECRETS, *PERSONAL_DATA], ids=lambda own: own.expression[:30])
def test_the_loosened_rule_is_one_that_takes_linear_time(pattern: TextPattern) -> None:
    plain = loosened(pattern)
    assert not re.search(r"\(\?<|\(\?!|\(\?=", plain)
    re2.compile(plain.encode())


def test_finds_are_told_by_text_and_line() -> None:
    found = sensitive_in(["fine", f"one\ntwo\n{PLANTED['a GitHub token']}"])
    assert [(find.number, find.line, find.is_secret) for find in found] == [(1, 3, True)]


def test_many_addresses_do_not_hide_a_secret() -> None:
    texts = [f"user{number}@corp{number}.org and " * 3 for number in range(300)]
    found = sensitive_in([*texts, PLANTED["a GitHub token"]])
    assert [find.kind for find in found if find.is_secret] == ["a GitHub token"]
    assert len(found) == MOST_FINDS + 1


def test_what_is_known_is_no_news() -> None:
    assert sensitive_in(["ask ann@corp.org"], lambda text: text == "ann@corp.org") == []


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only AND (MIT OR Apache-2.0)", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("(MIT AND Apache-2.0) OR GPL-2.0-only", True),
        ("LicenseRef-Mine", False),
        ("no licence", False),
        ("", False),
    ],
)
def test_a_licence_is_accepted_where_accepted_ones_can_be_chosen(expression: str, accepted: bool) -> None:  # noqa: FBT001 - a table
    assert is_accepted(expression, ["MIT", "Apache-2.0"]) is accepted


def test_a_declared_licence_is_read_from_the_head_of_a_file() -> None:
    text = "# SPDX-License-Identifier: MIT OR Apache-2.0\n/* SPDX-License-Identifier: GPL-3.0-only */"
    assert [expression for expression, _ in declared_licences(text)] == ["MIT OR Apache-2.0", "GPL-3.0-only"]


PASSAGES = [Passage("bundles/public/responses.jsonl", 1, "a\nb"), Passage("bundles/public/responses.jsonl", 2, "c")]


def scanner(place: Path, body: str) -> None:
    """Put a program of the name `kingfisher` into a folder."""
    program = place / "kingfisher"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_a_deep_scan_asks_no_provider_and_tells_where_it_found_what(tools: Path) -> None:
    said = '{"rule": {"name": "Example Key"}, "finding": {"line": 3, "snippet": "hidden"}}'
    scanner(tools, f'echo "$@" > {tools}/asked; cat "$2" > {tools}/seen; echo \'{said}\'; exit 200')
    faults, remark = deeply_scanned(PASSAGES)
    assert [(fault.line, fault.reason.partition(";")[0]) for fault in faults] == [
        (2, "looks like a secret (Example Key)")
    ]
    assert remark is None
    assert {"--no-validate", "--no-update-check"} <= set((tools / "asked").read_text().split())
    assert (tools / "seen").read_text() == "a\nb\nc\n"


def test_a_deep_scan_that_finds_nothing_says_nothing(tools: Path) -> None:
    scanner(tools, "exit 0")
    assert deeply_scanned(PASSAGES) == ([], None)


@pytest.mark.parametrize("body", ["exit 1", "kill -9 $$"])
def test_a_deep_scan_that_fails_is_a_remark(tools: Path, body: str) -> None:
    scanner(tools, body)
    faults, remark = deeply_scanned(PASSAGES)
    assert faults == []
    assert "failed with status" in str(remark)


@pytest.mark.usefixtures("tools")
def test_a_deep_scan_that_is_not_installed_is_a_remark() -> None:
    assert "not installed" in str(deeply_scanned(PASSAGES)[1])


def test_what_a_deep_scan_found_and_we_cannot_read_refuses_all_the_same(tools: Path) -> None:
    scanner(tools, "echo nonsense; exit 205")
    assert len(deeply_scanned(PASSAGES)[0]) == 1
