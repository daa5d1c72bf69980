"""Secrets and personal data are told by their formats; what only resembles them is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofboard.core.rules.sensitive import is_varied, personal_data_in, secrets_in

ROOT = Path(__file__).parents[2]

# Put together when the tests run: no file of ours holds what a scanner would take for a secret.
LETTERS = "q7RmZ2kVx9TbN4cJw8HsL3fYd6GpA5eXu1KvMzQoWi0BtSnPrCyDhEjFgUlIaO" * 4
HEXADECIMAL = "9f86d081884c7d659a2feaa0c55ad015" * 4
UPPER = "Q7R2ZV9TB4CW8HL3FY6GP5EX"

SECRETS = {
    "an OpenAI key": ["sk-" + LETTERS[:48], "sk-proj-" + LETTERS[:60], "sk-svcacct-" + LETTERS[:40]],
    "an Anthropic key": ["sk-ant-api03-" + LETTERS[:90]],
    "an OpenRouter key": ["sk-or-v1-" + HEXADECIMAL[:64]],
    "a GitHub token": [
        *(f"gh{kind}_" + LETTERS[:36] for kind in "pousr"),
        "github_pat_" + LETTERS[:22] + "_" + LETTERS[:59],
    ],
    "a GitLab token": ["glpat-" + LETTERS[:20], "gldt-" + LETTERS[:20]],
    "an AWS access key": ["AKIA" + UPPER[:16], "ASIA" + UPPER[:16]],
    "a Google key": ["AIza" + LETTERS[:35], "GOCSPX-" + LETTERS[:28]],
    "a Slack token": ["xoxb-" + "123456789012-" + LETTERS[:24], "xapp-1-" + UPPER[:11] + "-" + LETTERS[:40]],
    "a Hugging Face token": ["hf_" + LETTERS[:34]],
    "a Stripe key": ["sk_live_" + LETTERS[:24], "rk_test_" + LETTERS[:24]],
    "a Groq key": ["gsk_" + LETTERS[:52]],
    "an xAI key": ["xai-" + LETTERS[:80]],
    "a Perplexity key": ["pplx-" + LETTERS[:48]],
    "a Replicate token": ["r8_" + LETTERS[:37]],
    "a Databricks token": ["dapi" + HEXADECIMAL[:32]],
    "an npm token": ["npm_" + LETTERS[:36]],
    "a PyPI token": ["pypi-AgE" + LETTERS[:80]],
    "a SendGrid key": ["SG." + LETTERS[:22] + "." + LETTERS[:43]],
    "a JSON Web Token": ["eyJ" + LETTERS[:30] + ".eyJ" + LETTERS[:60] + "." + LETTERS[:40]],
    "a private key": [f"-----BEGIN {kind}PRIVATE KEY-----" for kind in ("", "RSA ", "EC ", "OPENSSH ")],
    "a password in an address": ["postgres://someone:" + LETTERS[:12] + "@db/boards"],
    "a bearer token": ["Authorization: Bearer " + LETTERS[:40]],
    "a password or key": [
        "password=" + LETTERS[:16],
        'api_key: "' + LETTERS[:20] + '"',
        "OPENAI_API_KEY=" + LETTERS[:30],
        "'client_secret' : '" + LETTERS[:24] + "'",
        "aws_secret_access_key = " + LETTERS[:40],
        "token := " + HEXADECIMAL[:32],
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SECRETS.items() for text in texts])
@pytest.mark.parametrize("around", ["{}", "Use {} for it.", "one\ntwo ({})\nthree", "klíč={},"])
def test_a_secret_is_told_by_its_format_wherever_it_stands(kind: str, text: str, around: str) -> None:
    found = secrets_in(around.format(text))
    assert [name for name, _ in found] == [kind]
    assert found[0][1] in range(around.index("{"), around.index("{") + len(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sk-SK",
        "ask-" + "ab" * 3,
        "ghp_" + "x" * 36,
        "hf_" + "your_token_here",
        "sk-" + "0" * 48,
        "AKIA",
        "password: ********",
        "password: {password}",
        "the password is swordfish",
        "api_key: YOUR_API_KEY_HERE",
        "api_key = os.environ",
        "max_tokens: 1000000000000",
        "stop token: <|im_end|>",
        "secret: three-plain-english-words",
        "Authorization: Bearer <token>",
        "sha256:" + HEXADECIMAL[:64],
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "anthropic/claude-haiku-4-5",
        "meta-llama/Llama-3.1-8B-Instruct:free",
        "https://user@example.org/path",
        "Bearer of good news, you have come a long way",
        "-----BEGIN CERTIFICATE-----",
        "パスワード：ひみつ",  # noqa: RUF001 - punctuation of its language
    ],
)
def test_what_only_resembles_a_secret_is_none(text: str) -> None:
    assert secrets_in(text) == []


def test_every_secret_is_found_at_its_place() -> None:
    first, second = "ghp_" + LETTERS[:36], "hf_" + LETTERS[:34]
    text = f"a {first}\nb {second}"
    assert secrets_in(text) == [("a GitHub token", 2), ("a Hugging Face token", text.index(second))]


def test_a_key_of_a_known_format_in_an_assignment_is_one_find() -> None:
    assert [kind for kind, _ in secrets_in("api_key: ghp_" + LETTERS[:36])] == ["a GitHub token"]


@pytest.mark.parametrize(
    "piece", ["ghp_", "sk-", "eyJ", "eyJ.", "password:", "-----BEGIN ", "://", ":a@", "xoxb-", "a1"]
)
def test_a_text_made_to_be_slow_is_read_to_its_end(piece: str) -> None:
    assert len(secrets_in(piece * 100_000)) <= 200


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    for find in (secrets_in, personal_data_in):
        assert all(0 <= start < len(text) for _, start in find(text))


@pytest.mark.parametrize(("text", "varied"), [("", False), ("a", False), ("aaaa", False), ("ab", True), ("aab", False)])
def test_varied_means_few_equal_pairs(text: str, varied: bool) -> None:  # noqa: FBT001 - the expected answer
    assert is_varied(text) == varied


PERSONAL_DATA = {
    "an e-mail address": ["jane.doe@acme.co", "Write to o'x+tag@mail.university.edu.", "пиши на почта@пример.рф"],
    "a bank account number": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "NO9386011117947"],
    "a payment card number": ["4012 8888 8888 1881", "378282246310005", "5105-1051-0510-5100"],
    "a US social security number": ["123-45-6789"],
    "a telephone number": ["+44 20 7946 0958", "+1 (212) 555-2368", "(212) 555-2368", "212-555-2368", "+4915123456789"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in PERSONAL_DATA.items() for text in texts])
def test_what_belongs_to_a_person_is_told_by_its_format(kind: str, text: str) -> None:
    assert [name for name, _ in personal_data_in(f"See {text}, please")] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "@username",
        "someone@example.org",
        "user@localhost",
        "DE88 3704 0044 0532 0130 00",
        "4012 8888 8888 1882",
        "4000 0000 0000 0000",
        "1234567890123456",
        "0.4012888888881881",
        "000-12-3456",
        "666-12-3456",
        "123-00-4567",
        "2026-11-21",
        "100 200 3000",
        "1+2+3+4+5+6+7+8",
        "112-555-0100",
        "1.4.0",
        "10:30",
    ],
)
def test_what_only_resembles_personal_data_is_none(text: str) -> None:
    assert personal_data_in(text) == []


def test_the_texts_of_the_example_hold_nothing_sensitive() -> None:
    lines = (ROOT / "examples" / "langid" / "items" / "public.jsonl").read_text(encoding="utf-8").splitlines()
    prompts = [json.loads(line)["prompt"] for line in lines]
    assert [prompt for prompt in prompts if secrets_in(prompt) or personal_data_in(prompt)] == []


def test_no_question_or_answer_of_a_published_evaluation_is_taken_for_sensitive(
    shared_data: Callable[[str], Path],
) -> None:
    files = sorted(shared_data("alpacaeval").glob("original_format_*.json"))
    rows = [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]
    texts = [text for row in rows for text in row.values() if isinstance(text, str)]
    assert len(texts) > 50
    assert [text for text in texts if secrets_in(text) or personal_data_in(text)] == []
