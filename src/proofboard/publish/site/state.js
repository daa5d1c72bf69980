// What a reader chose lives in the address, so that it can be shared.

// A track is null until one is chosen; "" is the choice of all. Rows are grouped as the board itself does it, unless
// the address says "vendor" or "none".
const DEFAULTS = {
  entry: "", compare: "", tab: "overall", board: "", group: "", sort: "", q: "", kind: "", track: null, wins: "",
  slice: "", target: "", pin: "",
};

/** Read the view that the address names. */
export function readState() {
  const named = new URLSearchParams(location.search);
  return Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, named.get(name) ?? value]));
}

/** The address of a view, relative to this page; what a state leaves out is as it is at first. */
export function addressOf(state) {
  const named = new URLSearchParams();
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if ((state[name] ?? value) !== value) named.set(name, state[name]);
  }
  // Queries may hold both as they are, and names are easier to read with them.
  return `?${String(named).replaceAll("%2F", "/").replaceAll("%2C", ",")}`;
}

/** Write a view into the address; one can go back from a new place only. */
export function writeState(state, isNewPlace = false) {
  if (addressOf(state) === (location.search || "?")) return;
  history[isNewPlace ? "pushState" : "replaceState"](null, "", addressOf(state));
}
