"""The shape of one instance of an Every Eval Ever record, as documents of our own."""

from typing import Annotated, Literal

import msgspec

from proofboard.record.every_eval_ever.shape import Closed, Id, Name, Number, Open, Strings

NotNegative = Annotated[int, msgspec.Meta(ge=0)] | None


class Input(Open, frozen=True):
    """What was asked."""

    raw: str
    reference: list[str]
    formatted: str | None = None
    choices: list[str] | None = None


class Output(Open, frozen=True):
    """What was answered."""

    raw: list[str]
    reasoning_trace: list[str] | None = None


class Attribution(Open, frozen=True):
    """How the answer was taken out of what the model said."""

    turn_idx: Annotated[int, msgspec.Meta(ge=0)]
    source: str
    extracted_value: str
    extraction_method: str
    is_terminal: bool


class ToolCall(Open, frozen=True):
    """What the model called."""

    id: str
    name: str
    arguments: Strings | None = None


class Message(Open, frozen=True):
    """One turn."""

    turn_idx: Annotated[int, msgspec.Meta(ge=0)]
    role: str
    content: str | None = None
    reasoning_trace: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: list[str] | None = None


class Evaluation(Open, frozen=True):
    """How it was scored."""

    score: Number
    is_correct: bool
    num_turns: Annotated[int, msgspec.Meta(ge=1)] | None = None
    tool_calls_count: NotNegative = None


class TokenUsage(Open, frozen=True):
    """What it used."""

    input_tokens: Annotated[int, msgspec.Meta(ge=0)]
    output_tokens: Annotated[int, msgspec.Meta(ge=0)]
    total_tokens: Annotated[int, msgspec.Meta(ge=0)]
    input_tokens_cache_write: NotNegative = None
    input_tokens_cache_read: NotNegative = None
    reasoning_tokens: NotNegative = None


class Performance(Open, frozen=True):
    """How long it took."""

    latency_ms: Annotated[float, msgspec.Meta(ge=0)] | None = None
    time_to_first_token_ms: Annotated[float, msgspec.Meta(ge=0)] | None = None
    generation_time_ms: Annotated[float, msgspec.Meta(ge=0)] | None = None
    additional_details: Strings | None = None


class Instance(Closed, frozen=True):
    """How one sample was answered and scored."""

    schema_version: str
    evaluation_id: Id
    model_id: Id
    evaluation_name: Name
    sample_id: Name
    interaction_type: Literal["single_turn", "multi_turn", "agentic"]
    input: Input
    answer_attribution: list[Attribution]
    evaluation: Evaluation
    evaluation_result_id: Name | None = None
    sample_hash: str | None = None
    output: Output | None = None
    messages: list[Message] | None = None
    token_usage: TokenUsage | None = None
    performance: Performance | None = None
    error: str | None = None
    metadata: Strings | None = None
