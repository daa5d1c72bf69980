// All kinds of charts: what they draw, and which documents they need beside the board and its rules.

import type { Leaderboard } from "../site/types";
import type { ChartDocuments, ChartOptions, Drawn, NeededDocuments } from "./drawing";
import { coverage } from "./rows/coverage";
import { distribution } from "./rows/distribution";
import { gap } from "./rows/gap";
import { intervals } from "./rows/intervals";
import { movers, neededByMovers } from "./rows/movers";
import { pareto } from "./rows/pareto";
import { radar } from "./rows/radar";
import { neededBySlices, slices } from "./rows/slices";
import { trend } from "./rows/trend";

export const KINDS = {
  radar,
  trend,
  pareto,
  distribution,
  intervals,
  coverage,
  movers,
  slices,
  gap,
} as const satisfies Record<string, (documents: ChartDocuments, options: ChartOptions) => Drawn>;

export type ChartKind = keyof typeof KINDS;

const NEEDED: Partial<Record<ChartKind, (board: Leaderboard, options: ChartOptions) => NeededDocuments>> = {
  movers: neededByMovers,
  slices: neededBySlices,
};

export const draw = (kind: ChartKind, documents: ChartDocuments, options: ChartOptions): Drawn =>
  KINDS[kind](documents, options);

export const needed = (kind: ChartKind, board: Leaderboard, options: ChartOptions): NeededDocuments =>
  NEEDED[kind]?.(board, options) ?? { entries: [], vendors: [] };
