"""The shape of Every Eval Ever records, version 0.3, as documents of our own.

What the format leaves open is left open here: further fields are passed over, except where the format is closed (the
record itself, an instance, `generation_args`). A number that is none in JSON (NaN, Infinity) has become None.
"""

from typing import Annotated, Any, Literal

import msgspec

Strings = dict[str, str]
Number = float | None
Whole = int | None
Bound = float | Literal["Infinity", "-Infinity"] | None | msgspec.UnsetType
LONGEST_ID = 2000
Name = Annotated[str, msgspec.Meta(max_length=LONGEST_ID)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A part that may hold further fields."""


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that may not."""


class SourceMetadata(Open, frozen=True):
    """Who says it."""

    source_type: Literal["documentation", "evaluation_run"]
    source_organization_name: str
    evaluator_relationship: Literal["first_party", "third_party", "collaborative", "other"]
    source_name: str | None = None
    source_organization_url: str | None = None
    source_organization_logo_url: str | None = None
    additional_details: Strings = {}


class Library(Open, frozen=True):
    """What ran the evaluation."""

    name: str
    version: str
    additional_details: Strings = {}


class Engine(Open, frozen=True):
    """What ran the model."""

    name: str | None = None
    version: str | None = None


class ModelInfo(Open, frozen=True):
    """Which model it is."""

    name: Name
    id: Id
    additional_details: Strings
    developer: Name | None = None
    inference_platform: str | None = None
    inference_engine: Engine | None = None


class SourceData(Open, frozen=True):
    """What the model was asked."""

    dataset_name: Name
    source_type: Literal["url", "hf_dataset", "other"]
    url: list[str] | None = None
    hf_repo: str | None = None
    hf_split: str | None = None
    samples_number: Whole = None
    sample_ids: list[str] | None = None
    additional_details: Strings = {}


class JudgeConfig(Open, frozen=True):
    """One judge."""

    model_info: ModelInfo
    temperature: Number = None
    weight: Number = None
    additional_details: Strings = {}


class Judging(Open, frozen=True):
    """How judges score."""

    judges: Annotated[list[JudgeConfig], msgspec.Meta(min_length=1)]
    input_prompt: str
    aggregation_method: Literal["majority_vote", "average", "weighted_average", "median"] | None = None
    expert_baseline: Number = None
    additional_details: Strings = {}


class MetricConfig(Open, frozen=True):
    """What a score is."""

    lower_is_better: bool
    evaluation_description: str | None = None
    metric_id: Name | None = None
    metric_name: Name | None = None
    metric_kind: Name | None = None
    metric_unit: str | None = None
    metric_parameters: dict[str, str | float | bool | None] = {}
    score_type: Literal["binary", "continuous", "levels"] | None = None
    level_names: list[str] | None = None
    level_metadata: list[str] | None = None
    has_unknown_level: bool | None = None
    min_score: Bound = msgspec.UNSET
    max_score: Bound = msgspec.UNSET
    llm_scoring: Judging | None = None
    additional_details: Strings = {}


class StandardError(Open, frozen=True):
    """How far a score may be off."""

    value: Number
    method: str | None = None


class Interval(Open, frozen=True):
    """Where a score may lie."""

    lower: Number
    upper: Number
    confidence_level: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    method: str | None = None


class Uncertainty(Open, frozen=True):
    """How sure a score is."""

    standard_error: StandardError | None = None
    confidence_interval: Interval | None = None
    standard_deviation: Number = None
    num_samples: Whole = None
    num_bootstrap_samples: Whole = None


class ScoreDetails(Open, frozen=True):
    """A score."""

    score: Number
    details: Strings = {}
    uncertainty: Uncertainty | None = None


class Limits(Open, frozen=True):
    """What a run was allowed."""

    time_limit: Whole = None
    message_limit: Whole = None
    token_limit: Whole = None


class Plan(Open, frozen=True):
    """What a run did, step by step."""

    name: str | None = None
    steps: list[str] | None = None
    config: Strings = {}


class Sandbox(Open, frozen=True):
    """Where a run ran."""

    type: str | None = None
    config: str | None = None


class Tool(Open, frozen=True):
    """What a model may call."""

    name: str | None = None
    description: str | None = None
    parameters: Strings = {}


class Agentic(Open, frozen=True):
    """How an agent was set up."""

    available_tools: list[Tool] = []
    additional_details: Strings = {}


class GenerationArgs(Closed, frozen=True):
    """How text was drawn from the model."""

    temperature: Number = None
    top_p: Number = None
    top_k: Number = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    execution_command: str | None = None
    reasoning: bool | None = None
    prompt_template: str | None = None
    agentic_eval_config: Agentic | None = None
    eval_plan: Plan | None = None
    eval_limits: Limits | None = None
    sandbox: Sandbox | None = None
    max_attempts: Whole = None
    incorrect_attempt_feedback: str | None = None


class GenerationConfig(Open, frozen=True):
    """How answers were generated."""

    generation_args: GenerationArgs | None = None
    additional_details: Strings = {}


class Result(Open, frozen=True):
    """One number of a record."""

    evaluation_name: Name
    source_data: SourceData
    metric_config: MetricConfig
    score_details: ScoreDetails
    evaluation_result_id: Name | None = None
    evaluation_timestamp: str | None = None
    generation_config: GenerationConfig | None = None


class Detailed(Open, frozen=True):
    """Where the instances of a record lie."""

    format: Literal["jsonl"]
    file_path: str
    hash_algorithm: Literal["sha256", "md5"] | None = None
    checksum: str | None = None
    total_rows: Whole = None
    additional_details: Strings = {}


class Record(Closed, frozen=True):
    """What was said of one model."""

    schema_version: str
    evaluation_id: Id
    retrieved_timestamp: str
    source_metadata: SourceMetadata
    model_info: ModelInfo
    eval_library: Library
    evaluation_results: list[Result]
    evaluation_timestamp: str | None = None
    detailed_evaluation_results: Detailed | None = None


Plain = dict[str, Any]
