// Vega, which is large and comes only when a chart is seen. Its expressions are interpreted, because the policy of the
// page allows no code made of text; and nothing that a specification names is fetched.

import { type Loader, loader, parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Specification } from "./filling";

/** Above this many marks an SVG is slow, and a canvas is not. */
const MANY_ROWS = 2_000;

/** What a mark stands for: titles and values; null where the pointer is on none. */
export type Pointed = { at: { x: number; y: number }; values: readonly (readonly [string, string])[] } | null;

export interface Shown {
  resize: (width: number) => void;
  remove: () => void;
}

const NOTHING_FETCHED: Loader = {
  ...loader(),
  load: () => Promise.reject(new Error("charts fetch nothing")),
  sanitize: () => Promise.reject(new Error("charts link nowhere")),
};

const runtimeOf = (specification: Specification) =>
  parse(compile(specification as unknown as TopLevelSpec, { logger: QUIET }).spec as Spec, undefined, { ast: true });

/** Draw a chart in a place of the page. */
export async function show(
  place: HTMLElement,
  specification: Specification,
  onpoint: (pointed: Pointed) => void,
): Promise<Shown> {
  const within = place.appendChild(document.createElement("div"));
  const view = new View(runtimeOf(ownLooks(specification, place)), {
    expr: expressionInterpreter,
    loader: NOTHING_FETCHED,
    renderer: rowsOf(specification) > MANY_ROWS ? "canvas" : "svg",
    container: within,
    tooltip: (_, event, __, value) => onpoint(pointedAt(event, value)),
    logger: QUIET,
  });
  await view.runAsync();
  // What stands around it is the image, with a description of its own; its parts say nothing more.
  within.setAttribute("aria-hidden", "true");
  return {
    resize: (width) => void view.width(width).runAsync(),
    remove: () => {
      view.finalize();
      within.remove();
    },
  };
}

/** Make a file of a chart, as it is drawn in an own light and size. */
export async function fileOf(specification: Specification, format: "svg" | "png"): Promise<Blob> {
  const view = new View(runtimeOf(specification), {
    expr: expressionInterpreter,
    loader: NOTHING_FETCHED,
    renderer: "none",
    logger: QUIET,
  });
  try {
    if (format === "svg") return new Blob([await view.toSVG()], { type: "image/svg+xml" });
    const canvas = await view.toCanvas(2);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser made no picture")))),
    );
  } finally {
    view.finalize();
  }
}

/** In the page a chart has the page's letters and background, and is described by what stands around it. */
function ownLooks(specification: Specification, place: HTMLElement): Specification {
  const config = { ...(specification.config as Specification) };
  const font = getComputedStyle(place).fontFamily;
  return { ...specification, config: { ...config, background: "transparent", font, aria: false, padding: 2 } };
}

const rowsOf = ({ datasets }: Specification): number =>
  Math.max(0, ...Object.values(datasets as Readonly<Record<string, readonly unknown[]>>).map(({ length }) => length));

function pointedAt(event: MouseEvent, value: unknown): Pointed {
  if (typeof value !== "object" || value === null) return null;
  const values = Object.entries(value).filter(([, own]) => own !== null && own !== "" && own !== "null");
  return { at: { x: event.clientX, y: event.clientY }, values: values.map(([name, own]) => [name, String(own)]) };
}

// Warnings of Vega-Lite are about specifications, which are tested; a reader can do nothing about them.
const QUIET = {
  level: () => QUIET,
  error: (...said: unknown[]) => {
    console.error(...said);
    return QUIET;
  },
  warn: () => QUIET,
  info: () => QUIET,
  debug: () => QUIET,
} as never;
