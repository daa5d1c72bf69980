"""What a configuration must satisfy beyond its shape, and what a reviewer is told."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import benchmark, configuration
from proofboard.core.rules.configuration import configuration_faults, configuration_notes
from proofboard.schemas.benchmark import Benchmark, Facet
from proofboard.schemas.configuration import (
    Configuration,
    Decoding,
    Hardware,
    Model,
    Reproducibility,
    TargetSubgroup,
)
from proofboard.schemas.reading import read_yaml

ROOT = Path(__file__).parents[2]

STATES = ["NC", "MN", "WI", "IA", "SD", "NE", "KS", "MO", "IL", "MI"]
RULES = benchmark(facets={"geography": Facet(values=STATES), "occupation": Facet(values=["healthcare", "teaching"])})

# Put together when the tests run: no file of ours holds what a scanner would take for a secret.
SECRET = "ghp_" + "q7RmZ2kVx9TbN4cJw8HsL3fYd6GpA5eXu1Kv"


def faults(**fields: Any) -> list[str]:
    return configuration_faults(configuration("synthpanel/one", **fields), RULES)


def of_selector(selector: dict[str, list[str]], rules: Benchmark | None = RULES) -> list[str]:
    own = configuration("a/b", target_subgroup=TargetSubgroup(description="A niche", selector=selector))
    return configuration_faults(own, rules)


WHOLE = Configuration(
    vendor="synthpanel",
    vendor_version="1.4.0",
    config_name="healthcare-northcentral",
    contributor="@username",
    target_subgroup=TargetSubgroup(
        description="Healthcare workers in NC/MN/WI/IA",
        selector={"geography": ["NC", "MN", "WI", "IA"], "occupation": ["healthcare"]},
    ),
    packs=["healthcare-patient", "general-consumer"],
    ensemble_weights=[0.7, 0.3],
    extra_prompts={"system": "You are responding as a healthcare professional...\n"},
    decoding=Decoding(model="anthropic/claude-haiku-4-5", temperature=0.6, top_p=0.9, max_tokens=300),
    tools_used=["calculator", "web_search"],
    model=Model(name="anthropic/claude-haiku-4-5", parameters="7B/70B", training_data_cutoff="2025-02"),
    hardware=Hardware(gpu="none", provider="https://cloud.example.org"),
    reproducibility=Reproducibility(docker_image="ghcr.io/synthpanel/panel:1.4.0", commit_hash="0a1b2c3d"),
    licence="CC-BY-4.0",
    parent="synthpanel/default",
)


def test_a_whole_configuration_is_accepted() -> None:
    assert configuration_faults(WHOLE, RULES) == []
    assert configuration_notes(WHOLE) == []


def test_every_configuration_of_the_example_is_accepted_without_a_note() -> None:
    rules = read_yaml(ROOT / "examples" / "langid" / "benchmark.yaml", Benchmark)
    found = sorted((ROOT / "examples" / "langid").glob("entries/*/*/configuration.yaml"))
    read = [read_yaml(path, Configuration) for path in found]
    assert len(read) > 20
    assert [(own.name, reasons) for own in read if (reasons := configuration_faults(own, rules))] == []
    assert [(own.name, notes) for own in read if (notes := configuration_notes(own))] == []


# The selector


def test_a_selector_names_facets_and_values_of_the_benchmark() -> None:
    assert of_selector({"geography": ["XX", "NC"], "colour": ["red"]}) == [
        f"target_subgroup.selector.geography: 'XX' is not a value of it; it has {', '.join(STATES[:8])} and 2 more",
        "target_subgroup.selector: 'colour' is not a facet of the benchmark; it has geography, occupation",
    ]


def test_without_a_benchmark_only_the_form_of_a_selector_is_checked() -> None:
    assert of_selector({"colour": ["red"]}, None) == []
    assert of_selector({"colour": ["red", "red"]}, None) == [
        "target_subgroup.selector.colour: 'red' stands twice; keep one"
    ]


@pytest.mark.parametrize("selector", [{}, {"geography": []}])
def test_a_selector_that_selects_by_nothing_is_refused(selector: dict[str, list[str]]) -> None:
    assert len(of_selector(selector)) == 1


# Packs and weights


@pytest.mark.parametrize(
    ("packs", "weights", "reason"),
    [
        (["a", "b"], [0.5], "ensemble_weights: has 1 for 2 packs; give one weight for each pack"),
        ([], [1.0], "ensemble_weights: has 1 for 0 packs; give one weight for each pack"),
        (["a", "b"], [0.0, 0.0], "ensemble_weights: has no positive weight; give at least one"),
        (["a", "b"], [1.0, -1.0], "ensemble_weights: has a negative weight; give 0 or more"),
        (["a", "b"], [1.0, float("nan")], "ensemble_weights[1]: nan is no finite number"),
        (["a", "b"], [float("inf"), 1.0], "ensemble_weights[0]: inf is no finite number"),
        (["a", "a"], [], "packs: 'a' stands twice; keep one"),
    ],
)
def test_weights_fit_the_packs(packs: list[str], weights: list[float], reason: str) -> None:
    assert faults(packs=packs, ensemble_weights=weights) == [reason]


def test_packs_need_no_weights_and_a_weight_may_be_zero() -> None:
    assert faults(packs=["a", "b"]) == faults(packs=["a", "b"], ensemble_weights=[1.0, 0.0]) == []


# Licence and parent


@pytest.mark.parametrize(
    "licence", ["CC0-1.0", "MIT OR Apache-2.0", "mit", "(MIT AND CC-BY-4.0)", "GPL-2.0-only WITH GCC-exception-2.0"]
)
def test_an_spdx_expression_is_a_licence(licence: str) -> None:
    assert faults(licence=licence) == []
    assert faults(licence="LicenseRef-Ours") == []


@pytest.mark.parametrize(
    "licence", ["Proprietary", "Apache 2.0", "MIT OR", "(" * 200, "()", " ", "MIT; rm", "__import__", "a" * 500]
)
def test_another_licence_is_refused(licence: str) -> None:
    (reason,) = faults(licence=licence)
    assert reason.startswith("licence: ")
    assert len(reason) < 250


def test_a_configuration_is_not_its_own_parent() -> None:
    own = configuration("a/b")
    for parent in ("a/b", own.digest(), f"a/b@{own.digest()}"):
        (reason,) = configuration_faults(msgspec.structs.replace(own, parent=parent), None)
        assert reason.startswith("parent: is this configuration itself")


def test_a_child_and_a_later_revision_may_name_where_they_come_from() -> None:
    own = configuration("a/b")
    for parent in ("a/c", f"a/c@{own.digest()}", "a/b@sha256:" + "0" * 64, "sha256:" + "0" * 64):
        assert configuration_faults(msgspec.structs.replace(own, parent=parent), None) == []


def test_a_child_that_changed_nothing_is_told_so() -> None:
    own = configuration("a/b")
    child = msgspec.structs.replace(own, config_name="c", parent=f"a/b@{own.digest()}")
    assert configuration_notes(child) == ["parent: has the same recipe; nothing that decides answers was changed yet"]
    changed = msgspec.structs.replace(child, settings={"steps": 2})
    assert configuration_notes(changed) == []


# Addresses

FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}

ADDRESSES = [
    "https://collect.example.org/in",
    "see http://10.0.0.1",
    "HTTPS://EXAMPLE.ORG",
    "ftp://host/file",
    "mcp://tools",
    "s3://bucket/key",
    "git+ssh://git@host/repository",
    "://host",
    "www.example.org",
    "send it to bit.ly/abc123",
    "collect.example.com/x?q=1",
    "example.com:8443",
    "Ask example.com:8443.",
    "collect.example.com?q=1",
    "localhost:8000",
    "//cdn.example.com",
    "192.168.1.17",
    "at 8.8.8.8.",
    "10.0.0.0/8",
    "2001:db8:85a3::8a2e:370:7334",
    "[::1]",
    "fe80::1",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "file:/etc/hosts",
    "file:///etc/hosts",
    "data:text/plain;base64,SGVsbG8=",
    "data:,hello",
    "javascript:alert(1)",
    "mailto:me@example.org",
    "git@github.com:someone/something.git",
    r"\\server\share",
    "/etc/passwd",
    "read /home/me/notes",
    "../secrets",
    r"..\secrets",
    "a/../../b",
    "~/notes",
    r"C:\Users\me",
    "C:/Users/me",
    "https://example.org".translate(FULL_WIDTH),
    "http\u200b://exam\u200bple.org",
    "collect.example\u3002com/x",
    "collect\uff61example\uff61com/x",
    "https%3A%2F%2Fexample.org%2Fin",
    "xn--e1afmkfd.xn--p1ai",
]

FIELDS: dict[str, Any] = {
    "extra_prompts.system": lambda text: {"extra_prompts": {"system": text}},
    "settings.a.b[1]": lambda text: {"settings": {"a": {"b": [0, text]}}},
    "packs[0]": lambda text: {"packs": [text]},
    "tools_used[0]": lambda text: {"tools_used": [text]},
    "decoding.model": lambda text: {"decoding": Decoding(model=text)},
    "model.name": lambda text: {"model": Model(name=text)},
    "model.organization": lambda text: {"model": Model(name="m", organization=text)},
}


@pytest.mark.parametrize("text", ADDRESSES)
@pytest.mark.parametrize("field", sorted(FIELDS))
def test_no_address_stands_in_what_reaches_a_machine(field: str, text: str) -> None:
    reasons = faults(**FIELDS[field](text))
    assert reasons
    assert reasons[0].startswith(f"{field}: holds ")
    assert all(text not in reason for reason in reasons)


@pytest.mark.parametrize("text", ["https://example.org", "localhost:8000", "/etc/passwd"])
def test_no_address_stands_in_a_key(text: str) -> None:
    for fields in ({"settings": {"a": {text: 1}}}, {"extra_prompts": {text: "Be brief."}}):
        (reason,) = faults(**fields)
        assert reason.partition(": ")[0].endswith("[key 1] (the key)")


@pytest.mark.parametrize("text", ["ollama:11434", "db:5432", "service.cluster:81", "/a/b", "/opt", r"D:\x", "z:/x"])
def test_outside_prompts_the_shorter_forms_of_addresses_are_refused_too(text: str) -> None:
    assert len(faults(settings={"a": text})) == 1
    assert faults(extra_prompts={"system": text}) == []


PLAIN = [
    "anthropic/claude-haiku-4-5",
    "openai/gpt-4.1-mini",
    "meta-llama/Llama-3.1-8B-Instruct:free",
    "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "anthropic.claude-v2:1:200k",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "ft:gpt-4o-mini-2024-07-18:acme:suffix:8239",
    "ft:gpt-3.5-turbo-0613:personal::8239",
    "qwen2.5:7b",
    "llama3.1:405b",
    "vertex_ai/gemini-1.5-pro@001",
    "and/or",
    "he/she/they, w/o, km/h, 24/7",
    "at 10:30",
    "10:30:45",
    "1.4.0",
    "v1.2.3",
    "e.g. this, i.e. that",
    "3:1",
    "1:2:3:4:5:6:7:8",
    "std::vector and a::b",
    "00:1a:2b:3c:4d:5e",
    "John 3:16",
    "a ratio of 16:9",
    "/no_think",
    "Wait... what?",
    "data: the following",
    "Note: file: none",
    "**bold** // a comment",
    "<b>bold</b>",
    "@username",
    "$100.50 or 1,000.00",
    "3.14159",
    "2026-11-21T10:30:00",
    "Отвечайте кратко: да/нет.",
    "时间：10：30。请回答：是／否。",  # noqa: RUF001 - punctuation of its language
    "答えは「はい／いいえ」です…",  # noqa: RUF001 - the same
    r"\frac{a}{b} \\ \hline",
    "f(x) = a/b",
    "U.S.A. vs. U.K.",
    'Do you book at "Booking.com?"',
    "Booking.com: 12 of 30 rooms.",
    "Dr.Smith",
    "C:maj7",
    "A: yes\nB: no",
    "temperature~0.5/1.0",
]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("field", sorted(FIELDS))
def test_what_only_resembles_an_address_is_accepted(field: str, text: str) -> None:
    assert faults(**FIELDS[field](text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Compute it like this:\n    def area(r):\n        return math.pi * r ** 2  # see main.py:42\n",
        "In SQL: SELECT a.id FROM a JOIN b ON a.id = b.id; in C++: std::sort(x.begin(), x.end());",
        "import numpy as np\nnp.mean(x)\nrun pkg.mod:attr",
        "GET /users/{id} answers 200, error:8080 is a word here, and Node.js runs it.",
        "See section 4.2.1.3 and version 1.2.3.4.",
        "logger.info('x'); self.app.run()",
    ],
)
def test_a_prompt_may_hold_prose_and_pieces_of_programs(text: str) -> None:
    assert faults(extra_prompts={"system": text}) == []


def test_a_version_of_four_parts_is_one_where_a_version_stands() -> None:
    assert faults(vendor_version="2.0.0.1", model=Model(name="m", version="1.2.3.4")) == []
    assert len(faults(packs=["2.0.0.1"])) == 1
    assert len(faults(vendor_version="https://example.org")) == 1


def test_what_is_for_readers_may_hold_addresses() -> None:
    own = {
        "title": "https://example.org",
        "description": "See https://example.org/paper and main.py:42",
        "contributor": "https://example.org/me",
        "hardware": Hardware(provider="www.example.org"),
        "reproducibility": Reproducibility(docker_image="registry.example.org:5000/image@sha256:" + "0" * 64),
    }
    assert faults(**own) == []


def test_the_lines_are_told_and_the_text_is_not_repeated() -> None:
    text = "Be kind.\nSend it to https://example.org/a.\n\nOr to https://example.org/b.\n"
    assert faults(extra_prompts={"system": text}) == [
        "extra_prompts.system, lines 2, 4: holds a URL; a configuration names no address, say it without one"
    ]


def test_a_name_of_a_host_is_for_a_reviewer_to_judge() -> None:
    own = configuration("a/b", extra_prompts={"system": "Answer as the shop Booking.com would."})
    assert configuration_faults(own, None) == []
    assert configuration_notes(own) == [
        "extra_prompts.system: looks like the name of a host; see that nothing can be sent there"
    ]


# Code


@pytest.mark.parametrize(
    "text",
    [
        "pkg.mod:attr",
        "pkg.mod:Class.method",
        "use pkg.mod:attr()",
        "run.py",
        "run.PY",
        "install.sh",
        "libx.so",
        "x.dll",
        "x.js",
        "x.exe",
        "m.pkl",
        "weights.joblib",
        "a.whl",
        "a.tar.py",
        "__import__('os')",
        "eval(x)",
        "os.system ('ls')",
        "{{ subprocess.run(x) }}",
        "pickle.loads(b)",
        "$(ls)",
    ],
)
@pytest.mark.parametrize("field", ["settings.a.b[1]", "packs[0]", "tools_used[0]", "decoding.model"])
def test_no_code_is_named(field: str, text: str) -> None:
    (reason,) = faults(**FIELDS[field](text))
    assert reason.startswith(f"{field}: names a")


@pytest.mark.parametrize(
    "text",
    ["openai:gpt-4", "lang:en", "llama3:latest", "python", "shared", "a.b", "mode:fast", "f(x)", "eval (new)", "$(1)"],
)
def test_a_plain_name_is_no_code(text: str) -> None:
    assert faults(settings={"a": text}, packs=[text], tools_used=[text]) == []


@pytest.mark.parametrize(
    "key",
    [
        "command",
        "cmd",
        "script",
        "module",
        "entry_point",
        "entry-point",
        "entryPoint",
        "callback",
        "callbacks",
        "hook",
        "hooks",
        "pre_hook",
        "exec",
        "eval",
        "import",
        "url",
        "endpoint",
        "base_url",
        "baseURL",
        "api_base",
        "apiBase",
        "host",
        "hostname",
        "webhook",
        "proxy",
        "httpProxy",
        "HTTP_PROXY",
        "openai_base_url",
        "webhook_url",
        "start_command",
        "uri",
        "shell",
    ],
)
def test_no_key_asks_for_code_or_an_address(key: str) -> None:
    for settings, place in (({key: "x"}, f"settings.{key}"), ({"a": [{key: ["x"]}]}, f"settings.a[0].{key}")):
        (reason,) = faults(settings=settings)
        assert reason.startswith(f"{place}: its key asks for ")


@pytest.mark.parametrize(
    "key",
    [
        "scripts",
        "evaluation",
        "evaluate",
        "important",
        "curly",
        "hostile_users",
        "modules",
        "command_r",
        "eval_steps",
        "prompt",
        "temperature",
        "hooked",
        "languages",
        "seed",
        "curl_free",
        "imported_terms",
    ],
)
def test_other_keys_are_the_vendors_own(key: str) -> None:
    assert faults(settings={key: "x"}) == []


@pytest.mark.parametrize("value", [True, False, None, 0, 2.5])
def test_a_switch_or_a_number_names_nothing_under_any_key(value: object) -> None:
    assert faults(settings={"proxy": value, "eval": value}) == []


# Secrets and personal data


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_secret_is_refused_with_its_place_and_is_never_repeated(field: str) -> None:
    text = f"One.\nTwo {SECRET}.\n"
    (reason,) = faults(**FIELDS[field](text))
    assert reason == f"{field}, line 2: looks like a GitHub token; remove it and revoke it"


def test_no_message_repeats_a_secret_wherever_it_stands() -> None:
    own = configuration(
        "a/b",
        title=SECRET,
        description=f"x\n{SECRET}",
        contributor=SECRET,
        licence=SECRET,
        packs=[SECRET, SECRET],
        extra_prompts={SECRET: f"https://user:{SECRET}@example.org"},
        settings={SECRET: {"command": SECRET, SECRET: "https://example.org"}, "api_key": "a1B2c3D4e5F6g7H8"},
        target_subgroup=TargetSubgroup(description=SECRET, selector={SECRET: [SECRET, SECRET], "geography": [SECRET]}),
        hardware=Hardware(provider=SECRET),
    )
    said = "\n".join([*configuration_faults(own, RULES), *configuration_notes(own)])
    assert SECRET[4:] not in said
    assert SECRET[4:20] not in said
    assert "a1B2" not in said
    for place in ("title", "description, line 2", "contributor", "licence", "packs[0]", "settings.api_key"):
        assert f"{place}: looks like a" in said


def test_a_value_is_a_secret_where_its_key_says_so() -> None:
    (reason,) = faults(settings={"client": {"api_key": "9f86d081884c7d659a2f"}})
    assert reason == "settings.client.api_key: looks like a password or key; remove it and revoke it"
    assert faults(settings={"client": {"digest": "9f86d081884c7d659a2f"}, "token": "end-of-text"}) == []


def test_personal_data_are_flagged_and_not_refused() -> None:
    own = configuration(
        "a/b",
        contributor="jane@acme.co",
        description="Call +44 20 7946 0958.",
        extra_prompts={"system": "Hello.\nIBAN DE89 3704 0044 0532 0130 00"},
    )
    assert configuration_faults(own, None) == []
    assert configuration_notes(own) == [
        "contributor: looks like an e-mail address; publish it only if it is meant to be public",
        "description: looks like a telephone number; publish it only if it is meant to be public",
        "extra_prompts.system, line 2: looks like a bank account number; publish it only if it is meant to be public",
    ]


@pytest.mark.parametrize("contributor", ["@username", "Jane Doe", "someone-else", "https://example.org/@me"])
def test_a_handle_or_a_name_is_what_a_contributor_is(contributor: str) -> None:
    assert configuration_notes(configuration("a/b", contributor=contributor)) == []


def test_digests_are_nobodys_numbers() -> None:
    own = configuration("a/b", reproducibility=Reproducibility(commit_hash="4012888888881881"))
    assert configuration_notes(own) == []


# Everything at once, on anything


def test_all_faults_are_reported_at_once() -> None:
    reasons = faults(
        licence="Ours",
        packs=["a", "a"],
        ensemble_weights=[1.0],
        settings={"command": "x", "a": "https://example.org"},
        extra_prompts={"system": SECRET},
    )
    places = [reason.partition(": ")[0] for reason in reasons]
    assert places == ["packs", "ensemble_weights", "licence", "settings.a", "settings.command", "extra_prompts.system"]


PLAIN_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=12), PLAIN_VALUES, max_size=4), st.text(max_size=60))
def test_no_configuration_is_too_strange(settings: dict[str, Any], prompt: str) -> None:
    own = configuration("a/b", settings=settings, extra_prompts={"system": prompt})
    assert all(": " in reason for reason in (*configuration_faults(own, RULES), *configuration_notes(own)))


@given(st.text(max_size=300))
def test_words_in_any_script_are_accepted(text: str) -> None:
    words = "".join(letter if letter.isalpha() else " " for letter in text)
    assert faults(extra_prompts={"system": words}, settings={"a": words}) == []


@pytest.mark.parametrize(
    "piece", ["a.", "://", ":a", "1.", "../", "a@a:", "\\\\a", "/a", "::", "http", "data:;a", "a/b "]
)
def test_a_text_made_to_be_slow_is_read_to_its_end(piece: str) -> None:
    configuration_faults(configuration("a/b", settings={"a": piece * 50_000}), None)


def test_the_texts_of_the_example_could_stand_in_a_prompt() -> None:
    lines = (ROOT / "examples" / "langid" / "items" / "public.jsonl").read_text(encoding="utf-8").splitlines()
    prompts = [json.loads(line)["prompt"] for line in lines]
    assert [text for text in prompts if faults(extra_prompts={"system": text}, settings={"text": text})] == []
