/** What a publication is to its readers, by its address: the board as it stands, an earlier one, or a draft. */
export type Standing = "current" | "earlier" | "draft";

export function standingOf(address: string): Standing {
  const { pathname } = new URL(address);
  if (/\/drafts\/[^/]+\/$/.test(pathname)) return "draft";
  return /\/publications\/(sha256:)?[0-9a-f]{64}\/$/.test(pathname) ? "earlier" : "current";
}
