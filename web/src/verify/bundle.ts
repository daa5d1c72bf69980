/** A bundle as it was recorded: its manifest, responses, votes and reported scores. */
import { Fields, integerAt } from "./fields";
import type { Vote } from "./graders/base";
import { decoded, type Json, NotJson, parse } from "./json";
import { Refused } from "./reasons";

export const STATES = ["answered", "refused", "missing", "platform_failure"] as const;
export const STAGES = ["answer", "repair"] as const;
export const ANSWERED = STATES.indexOf("answered");
export const REFUSED = STATES.indexOf("refused");
export const FAILED = STATES.indexOf("platform_failure");
export const ANSWER = STAGES.indexOf("answer");
export const REPAIR = STAGES.indexOf("repair");

export interface Usage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly totalTokens: number | null;
  readonly calls: number | null;
  readonly microseconds: number | null;
  readonly nanodollars: number | null;
  /** True where anything was recorded. */
  readonly recorded: boolean;
}

export interface Response {
  readonly promptId: string;
  readonly output: Json;
  readonly trial: number;
  readonly stage: number;
  readonly state: number;
  readonly usage: Usage;
}

export interface Verdict {
  readonly promptId: string;
  readonly trial: number;
  readonly stage: number;
  readonly vote: number;
  readonly passed: Vote;
  readonly judge: string | null;
}

export interface Reported {
  readonly itemId: string;
  readonly trial: number;
  readonly stage: number;
  readonly scores: ReadonlyMap<string, number | null>;
}

export interface Manifest {
  readonly benchmark: string;
  readonly protocolVersion: string;
  readonly itemSet: string;
  readonly configuration: string;
  readonly promptsDigest: string;
  readonly trials: number;
  readonly attempts: boolean;
  readonly recorded: string | null;
  readonly judge: string | null;
  /** File → digest. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Bundle {
  readonly manifest: Manifest;
  readonly responses: readonly Response[];
  readonly verdicts: readonly Verdict[];
  readonly scores: readonly Reported[];
}

export function readManifest(own: Fields): Manifest {
  return {
    benchmark: own.text("benchmark"),
    protocolVersion: own.text("protocol_version"),
    itemSet: own.text("item_set"),
    configuration: own.text("configuration"),
    promptsDigest: own.text("prompts_digest"),
    trials: own.integer("trials", 1),
    attempts: own.word("trial_kind", ["run", "attempt"], "run") === "attempt",
    recorded: own.textOrNull("recorded"),
    judge: own.fieldsOrNull("judge")?.text("model") ?? null,
    files: own.entries("files", (value, place) => Fields.of(value, place).text("digest")),
  };
}

/** Read the lines of a file; a line that is no object is refused by its number. */
export function readLines<T>(raw: Uint8Array, path: string, read: (own: Fields) => T): T[] {
  const lines = decodedAt(raw, path).trimEnd();
  if (!lines) {
    return [];
  }
  return lines.split("\n").map((line, number) => {
    const place = `${path}:${number + 1}`;
    try {
      return read(Fields.of(parse(line), place));
    } catch (error) {
      throw error instanceof NotJson ? new Refused(place, error.message) : error;
    }
  });
}

export function decodedAt(raw: Uint8Array, path: string): string {
  try {
    return decoded(raw);
  } catch (error) {
    throw error instanceof NotJson ? new Refused(path, error.message) : error;
  }
}

function stageOf(own: Fields): number {
  return STAGES.indexOf(own.word("stage", STAGES, "answer"));
}

export function readResponse(own: Fields): Response {
  return {
    promptId: own.text("prompt_id"),
    output: own.any("output"),
    trial: own.integer("trial", 0),
    stage: stageOf(own),
    state: STATES.indexOf(own.word("state", STATES, "answered")),
    usage: readUsage(own.fieldsOrNull("usage")),
  };
}

function readUsage(own: Fields | null): Usage {
  const count = (name: string) => own?.integerOrNull(name) ?? null;
  return {
    promptTokens: count("prompt_tokens"),
    completionTokens: count("completion_tokens"),
    totalTokens: count("total_tokens"),
    calls: count("calls"),
    microseconds: count("microseconds"),
    nanodollars: count("cost_nanodollars"),
    recorded: [...(own?.map.values() ?? [])].some((value) => value !== null),
  };
}

export function readVerdict(own: Fields): Verdict {
  const passed = own.any("passed");
  if (passed !== null && typeof passed !== "boolean") {
    throw new Refused(own.place, "passed: true, false or null is expected");
  }
  return {
    promptId: own.text("prompt_id"),
    trial: own.integer("trial", 0),
    stage: stageOf(own),
    vote: own.integer("vote", 0),
    passed,
    judge: own.textOrNull("judge"),
  };
}

export function readReported(own: Fields): Reported {
  return {
    itemId: own.text("item_id"),
    trial: own.integer("trial", 0),
    stage: stageOf(own),
    scores: own.entries("scores", (value, place) => (value === null ? null : integerAt(value, place))),
  };
}
