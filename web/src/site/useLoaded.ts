import { useEffect, useState } from "preact/hooks";

/** What is being loaded, was loaded, or failed. */
export type Loaded<Value> =
  | { state: "loading"; value: null; error: null }
  | { state: "loaded"; value: Value; error: null }
  | { state: "failed"; value: null; error: unknown };

/** Load something anew whenever a key changes; answers that come too late are let go. */
export function useLoaded<Value>(load: () => Promise<Value>, keys: readonly unknown[]): Loaded<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: "loading", value: null, error: null });
  useEffect(() => {
    let isCurrent = true;
    setLoaded({ state: "loading", value: null, error: null });
    load().then(
      (value) => isCurrent && setLoaded({ state: "loaded", value, error: null }),
      (error: unknown) => isCurrent && setLoaded({ state: "failed", value: null, error }),
    );
    return () => {
      isCurrent = false;
    };
  }, keys);
  return loaded;
}
