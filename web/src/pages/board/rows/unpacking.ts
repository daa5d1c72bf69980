// Columns come in short forms, so that ten thousand rows are some hundred kilobytes; here they become values again.

import { DocumentError } from "../../../site/failure";
import type { Projection } from "../../../site/types";

type Form = Projection["columns"][string];
type Values = readonly unknown[];
const FORMS: ReadonlySet<string> = new Set(["words", "numbers", "intervals"]);

/**
 * The values of every column, one for each row. What a column is near to is unpacked before it.
 *
 * Raises DocumentError where a column has another number of rows, or a form that is not known.
 */
export function unpacked(
  { columns, n_rows: nRows }: Pick<Projection, "columns" | "n_rows">,
  file: string,
): Record<string, Values> {
  const made: Record<string, Values | null> = {};
  const valuesOf = (name: string): Values => {
    const found = made[name];
    if (found) return found;
    // A column that is being unpacked already is near to itself.
    const isKnown = found === undefined;
    made[name] = null;
    const values = isKnown ? valuesIn(columns[name] ?? null, nRows, valuesOf) : null;
    if (values?.length !== nRows) throw new DocumentError(file, "malformed", `/columns/${name}`);
    made[name] = values;
    return values;
  };
  return Object.fromEntries(Object.keys(columns).map((name) => [name, valuesOf(name)]));
}

function valuesIn(form: Form, nRows: number, valuesOf: (name: string) => Values): Values | null {
  if (form === null) return new Array<null>(nRows).fill(null);
  if (Array.isArray(form)) return form;
  if (!FORMS.has(form.form)) return null;
  if (form.form === "words") return form.codes.map((code) => form.values[code] ?? null);
  const scale = 10 ** form.places;
  const near = form.near ? (valuesOf(form.near) as readonly (number | null)[]) : null;
  const nearAt = (row: number) => (near ? Math.round((near[row] ?? 0) * scale) : 0);
  if (form.form === "intervals") {
    return form.below.map((below, row) => {
      const further = form.further[row] ?? null;
      if (below === null || further === null) return null;
      return [(nearAt(row) - below) / scale, (nearAt(row) + below + further) / scale];
    });
  }
  const numbers = form.numbers ?? summed(form.steps ?? []);
  return numbers.map((number, row) => (number === null ? null : (number + nearAt(row)) / scale));
}

function summed(steps: readonly (number | null)[]): (number | null)[] {
  let last = 0;
  return steps.map((step) => {
    if (step === null) return null;
    last += step;
    return last;
  });
}
