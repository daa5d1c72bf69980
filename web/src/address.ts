// What a reader chose lives in the query of the address, so that every view can be shared, on any host and any path.

import { useSyncExternalStore } from "preact/compat";

/** The view that an address names: `page` and what that page wants to know. What is absent is as it is at first. */
export type Address = Readonly<Record<string, string>>;

/** What a link or a change says; null and "" leave a key out. */
export type Wanted = Readonly<Record<string, string | number | null | undefined>>;

/** Kept by every link: they say how to show, not what. */
const CARRIED = ["lang", "theme"] as const;
const CHANGED = "addresschange";

export function readAddress(search: string = location.search): Address {
  return Object.fromEntries(new URLSearchParams(search));
}

/** The relative address of a view. */
export function href(wanted: Wanted): string {
  const now = readAddress();
  const named = new URLSearchParams();
  for (const [key, value] of Object.entries(wanted)) {
    if (value !== null && value !== undefined && value !== "") named.set(key, String(value));
  }
  for (const key of CARRIED) {
    if (now[key] && !(key in wanted)) named.set(key, now[key]);
  }
  // Queries may hold these as they are, and names are easier to read with them.
  const written = named.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `?${written}`;
}

/** Go to a view: a new place can be gone back from, a change of the same place replaces it. */
export function go(wanted: Wanted, kind: "place" | "change" = "place"): void {
  const to = href(wanted);
  if (to === (location.search || "?")) return;
  history[kind === "place" ? "pushState" : "replaceState"](null, "", to);
  if (kind === "place") scrollTo(0, 0);
  dispatchEvent(new Event(CHANGED));
}

/** Change some keys of the present view. */
export function change(wanted: Wanted, kind: "place" | "change" = "change"): void {
  go({ ...readAddress(), ...wanted }, kind);
}

/** The present view; a component that asks draws anew when it changes. */
export function useAddress(): Address {
  const search = useSyncExternalStore(listen, () => location.search);
  return readAddress(search);
}

/** Follow links to views of this page without loading it anew; everything else is left to the browser. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const to = link?.getAttribute("href");
    if (!isPlain || event.defaultPrevented || !to?.startsWith("?") || link?.target || link?.hasAttribute("download"))
      return;
    event.preventDefault();
    go(readAddress(to));
  });
}

function listen(changed: () => void): () => void {
  addEventListener("popstate", changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener("popstate", changed);
    removeEventListener(CHANGED, changed);
  };
}
