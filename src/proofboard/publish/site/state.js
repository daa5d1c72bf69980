// What a reader chose lives in the address, so that it can be shared.

// A track is null until one is chosen; "" is the choice of all.
const DEFAULTS = { tab: "overall", board: "", sort: "", q: "", kind: "", track: null };

/** Read the view that the address names. */
export function readState() {
  const named = new URLSearchParams(location.hash.slice(1));
  const chosen = Object.entries(DEFAULTS).map(([name, value]) => [name, named.get(name) ?? value]);
  return { ...Object.fromEntries(chosen), open: named.getAll("open") };
}

/** The address of a view, relative to this page. */
export function addressOf(state) {
  const named = new URLSearchParams(state.open.map((name) => ["open", name]));
  for (const [name, value] of Object.entries(DEFAULTS)) if (state[name] !== value) named.set(name, state[name]);
  return `#${named}`;
}

/** Write a view into the address; one can go back from a new place only. */
export function writeState(state, isNewPlace = false) {
  if (addressOf(state) === (location.hash || "#")) return;
  history[isNewPlace ? "pushState" : "replaceState"](null, "", addressOf(state));
}
