"""What a program prints is read as if an enemy had written it: exact numbers, and nothing but what was declared."""

import json
from typing import Any

import pytest

from proofboard.grade.printed import NoResultError, given, read_printed
from proofboard.schemas.benchmark import Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

METRICS = {"share": Metric(denominator=1_000_000), "passed": Metric()}


def scores(share: str = "0.5", passed: str = "true") -> bytes:
    return f'{{"scores": {{"share": {share}, "passed": {passed}}}}}'.encode()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0.5", 500_000),
        ("1", 1_000_000),
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("5e-1", 500_000),
        ("0.05E+1", 500_000),
        ("0.1234565", 123_456),
        ("0.1234575", 123_458),
        ("0.12345650000000000000000000000000001", 123_457),
        ("0.333333333333333333333333333333333333", 333_333),
        ("1e-30", 0),
        ("null", None),
        ("true", 1_000_000),
        ("false", 0),
    ],
)
def test_a_number_is_taken_exactly_as_it_is_written(written: str, expected: int | None) -> None:
    assert read_printed(scores(written), METRICS).scores == {"share": expected, "passed": 1}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "printed nothing"),
        (b" \n\t", "printed nothing"),
        (b"no json", "not one JSON object"),
        (b"[]", "a list, expected one JSON object"),
        (b"1", "1, expected one JSON object"),
        (b"null", "null, expected one JSON object"),
        (b"\xff\xfe", "not UTF-8 (byte 0)"),
        (b'\xef\xbb\xbf{"scores": {}}', "not one JSON object"),
        (scores() + scores(), "Extra data"),
        (scores() + b"\nsome warning", "Extra data"),
        (b"some warning\n" + scores(), "not one JSON object"),
        (b"{}", "null as `scores`"),
        (b'{"scores": []}', "a list as `scores`"),
        (b'{"scores": {"share": 1}}', "scores of share, expected passed, share"),
        (b'{"scores": {"share": 1, "passed": 1, "more": 1}}', "scores of more, passed, share"),
        (b'{"scores": {"share": 1, "passed": 0, "passed": 1}}', "a key twice"),
        (b'{"scores": {}, "scores": {"share": 1, "passed": 1}}', "a key twice"),
        (b'{"scores": {"share": 1, "passed": 1}, "verdict": "pass"}', "the key 'verdict'"),
        (scores("NaN"), "NaN, which is no number"),
        (scores("Infinity"), "Infinity, which is no number"),
        (scores("-Infinity"), "-Infinity, which is no number"),
        (scores('"1"'), "a text for share"),
        (scores("[1]"), "a list for share"),
        (scores("{}"), "an object for share"),
        (scores("1.0000001"), "expected 0 to 1"),
        (scores("1.00000000000000000000001"), "expected 0 to 1"),
        (scores("-0.00000000000000000000001"), "expected 0 to 1"),
        (scores("2"), "expected 0 to 1"),
        (scores("9" * 5000), "at most 40 characters"),
        (scores("0." + "3" * 5000), "at most 40 characters"),
        (scores("1e999999999"), "at most 40 characters"),
        (scores("1e-999999999"), "at most 40 characters"),
        (scores("1e31"), "at most 40 characters"),
        (scores("01"), "not one JSON object"),
        (scores(".5"), "not one JSON object"),
        (b'{"scores": ' + b"[" * 100_000, "nested deeper"),
        (b"[" * 59 + b"]" * 59, "expected one JSON object"),
        (b'{"scores": {"share": 1, "passed": 1}, "findings": "x"}', "no list of texts"),
        (b'{"scores": {"share": 1, "passed": 1}, "findings": [1]}', "no list of texts"),
        (b'{"scores": {"share": 1, "passed": 1}, "findings": ["\\ud800"]}', "surrogate"),
        (b'{"scores": {"share": 1, "passed": 1}, "artifacts": {"a": 1}}', "no object of texts"),
        (b'{"scores": {"share": 1, "passed": 1}, "artifacts": ["a"]}', "no object of texts"),
        (b'{"scores": {"share": 1, "passed": 1}, "artifacts": {"../a": "x"}}', "an artifact called '../a'"),
        (b'{"scores": {"share": 1, "passed": 1}, "artifacts": {"": "x"}}', "an artifact called ''"),
        (b'{"scores": {"share": 1, "passed": 1}, "artifacts": {"log": "x"}}', "an artifact called 'log'"),
    ],
)
def test_anything_else_is_no_result(raw: bytes, reason: str) -> None:
    with pytest.raises(NoResultError) as raised:
        read_printed(raw, METRICS)
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ({"findings": ["x"] * 21}, "more than 20 findings"),
        ({"findings": ["x" * 201]}, "over 200 characters"),
        ({"artifacts": {f"a{number}": "x" for number in range(21)}}, "21 artifacts, at most 20"),
        ({"artifacts": {"a": "é" * (512 << 10) + "x"}}, "1,048,577 bytes of 'a', at most 1,048,576"),
    ],
)
def test_more_than_is_kept_is_no_result(kept: dict[str, Any], reason: str) -> None:
    raw = json.dumps({"scores": {"share": 1, "passed": 1}, **kept}).encode()
    with pytest.raises(NoResultError, match=reason):
        read_printed(raw, METRICS)


def test_as_much_as_is_kept_is_kept() -> None:
    kept = {"findings": ["é" * 200] * 20, "artifacts": {f"a{number}": "é" * (512 << 10) for number in range(20)}}
    found = read_printed(json.dumps({"scores": {"share": 1, "passed": None}, **kept}).encode(), METRICS)
    assert (found.findings, len(found.artifacts["a19"]), found.scores["passed"]) == (kept["findings"], 1 << 20, None)


@pytest.mark.parametrize(("written", "expected"), [("-3", -3), ("7", 7), ("-3.5", None), ("7.1", None)])
def test_the_range_of_the_metric_decides(written: str, expected: int | None) -> None:
    metrics = {"share": Metric(range=(-3, 7))}
    raw = f'{{"scores": {{"share": {written}}}}}'.encode()
    if expected is None:
        with pytest.raises(NoResultError, match="expected -3 to 7"):
            read_printed(raw, metrics)
    else:
        assert read_printed(raw, metrics).scores == {"share": expected}


def test_a_program_is_given_the_item_the_response_and_its_metrics() -> None:
    item = Item(id="q1", prompt="How much?", reference={"sum": 3}, facets={"tier": "easy"}, choices=["a"], title="One")
    response = Response(prompt_id="q1", output=["3"], trial=2, stage="repair")
    assert json.loads(given(item, response, METRICS)) == {
        "item": {
            "id": "q1",
            "prompt": "How much?",
            "reference": {"sum": 3},
            "facets": {"tier": "easy"},
            "choices": ["a"],
        },
        "response": {"output": ["3"], "trial": 2, "stage": "repair"},
        "metrics": {
            "share": {"denominator": 1_000_000, "range": [0, 1]},
            "passed": {"denominator": 1, "range": [0, 1]},
        },
    }
