import { describe, expect, it } from "vitest";
import { choicesOf, filterOf, firstOfLast, pinnedOf } from "../../src/pages/board/rows/filtering";
import { stateIn } from "../../src/pages/board/state";
import { row } from "./rows";

const now = new Date("2026-11-21T12:00:00Z");
const rows = [
  row("acme/a", { date: "2026-11-20", organization: "Ålesund Research", public: 0.5, assurance: "reported" }),
  row("acme/b", { date: "2026-10-22", track: "open", win_regions: [{ slice: "tier=hard" } as never] }),
  row("bolt/c", { date: null, kind: "default", target_subgroup: { description: "Sums" } }),
];

function found(query: string, track: string | null = null): string[] {
  const state = stateIn(Object.fromEntries(new URLSearchParams(query)));
  const filter = filterOf({ state, track, slicings: [], scoreOn: null, now });
  return rows.filter(filter ?? (() => true)).map(({ name }) => name);
}

describe("filters", () => {
  it.each([
    ["", ["acme/a", "acme/b", "bolt/c"]],
    ["q=ÅLESUND", ["acme/a"]],
    ["q=acme b", ["acme/b"]],
    ["kind=default", ["bolt/c"]],
    ["vendor=acme", ["acme/a", "acme/b"]],
    ["assurance=reported", ["acme/a"]],
    ["target=Sums", ["bolt/c"]],
    ["wins=any", ["acme/b"]],
    ["wins=tier=easy", []],
    ["from=2026-11-01", ["acme/a"]],
    ["to=2026-11-01", ["acme/b"]],
    ["last=30", ["acme/a"]],
    ["last=31", ["acme/a", "acme/b"]],
    ["kind=nonsense", []],
  ])("%s", (query, names) => {
    expect(found(query)).toEqual(names);
  });

  it("keep tracks apart", () => {
    expect(found("", "open")).toEqual(["acme/b"]);
  });

  it("count the last days with today", () => {
    expect(firstOfLast(1, now)).toBe("2026-11-21");
    expect(firstOfLast(30, now)).toBe("2026-10-23");
  });

  it("leave rows out that have no score on the values that are looked at", () => {
    const asked = {
      state: {},
      track: null,
      slicings: [{ facet: "niche", value: "law", title: "law", name: "niche=law" }],
      now,
    };
    const scoreOn = (own: (typeof rows)[0]) => (own.name === "bolt/c" ? 0.5 : null);
    expect(rows.filter(filterOf({ ...asked, scoreOn }) ?? (() => true))).toEqual([rows[2]]);
  });

  it("offer what the board has, and nothing else", () => {
    expect(choicesOf(rows)).toEqual({
      kinds: ["community", "default"],
      vendors: ["acme", "bolt"],
      assurances: ["reported"],
      wins: ["tier=hard"],
      targets: ["Sums"],
      hasDates: true,
    });
  });
});

describe("pins", () => {
  it("are four at most, of entries that are there", () => {
    expect(pinnedOf("bolt/c,no/one,acme/a", rows)).toEqual(["bolt/c", "acme/a"]);
    const many = Array.from({ length: 6 }, (_, number) => row(`acme/${number}`));
    expect(pinnedOf(many.map(({ name }) => name).join(","), many)).toHaveLength(4);
  });
});
