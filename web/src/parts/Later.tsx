import type { ComponentChildren } from "preact";
import type { Loaded } from "../site/useLoaded";
import { Failure } from "./Failure";
import { Loading } from "./Loading";

interface LaterProps<Value> {
  of: Loaded<Value>;
  /** How much room it keeps while it loads: 1, 4 or 12 rows. */
  rows?: 1 | 4 | 12;
  /** Said where it cannot be shown. */
  title?: string;
  children: (value: Value) => ComponentChildren;
}

/** A part of a page that waits for documents: what it makes of them, or why it cannot. */
export function Later<Value>({ of, rows = 4, title, children }: LaterProps<Value>) {
  if (of.state === "loaded") return <>{children(of.value)}</>;
  if (of.state === "failed") return <Failure error={of.error} {...(title ? { title } : {})} />;
  return <Loading rows={rows} />;
}
