/** The built-in graders by name; a grader of another name, or of another version, is none of ours. */

import type { Kind } from "./base";
import { KINDS as CHOICE } from "./choice";
import { KINDS as DISTRIBUTION } from "./distribution";
import { KINDS as MATCHING } from "./matching";
import { KINDS as NUMERIC } from "./numeric";
import { KINDS as PATTERN } from "./pattern";
import { KINDS as TEXT } from "./text";
import { KINDS as TOKENS } from "./tokens";
import { KINDS as VOTES } from "./votes";

const ALL = [...TEXT, ...MATCHING, ...PATTERN, ...NUMERIC, ...CHOICE, ...TOKENS, ...DISTRIBUTION, ...VOTES];

export const GRADERS: ReadonlyMap<string, Kind> = new Map(ALL.map((kind) => [kind.name, kind]));
