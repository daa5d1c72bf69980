import type { ComponentChildren } from "preact";

export type Term = readonly [string, ComponentChildren];

/** Terms with what is known of each; those of which nothing is known are left out. */
export function Terms({ pairs, isWide }: { pairs: readonly Term[]; isWide?: boolean }) {
  const known = pairs.filter(([, said]) => said !== null && said !== undefined && said !== "" && said !== false);
  return (
    <dl class={isWide ? "terms wide-terms" : "terms"}>
      {known.map(([term, said], place) => [
        <dt key={`${term} ${place}`}>{term}</dt>,
        <dd key={`${term} ${place} said`}>
          <bdi>{said}</bdi>
        </dd>,
      ])}
    </dl>
  );
}
