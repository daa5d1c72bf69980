export default {
  title: "Coverage",
  lead: "Where vendors' configurations do better than the vendor's default, and where there is room for new ones.",
  facet: "By",
  track: "Track",
  noFacets: "This benchmark declares no facets, so it has no niches to cover.",
  unwon: "Nobody beats a default beyond chance",
  allWon: "Everywhere some configuration does.",
  unaimed: "No configuration is made for it",
  allAimed: "Every value has one.",
};
