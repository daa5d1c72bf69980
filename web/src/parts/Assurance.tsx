import "./assurance.css";

import { useWords } from "../words";
import { Icon, type IconName } from "./Icon";

/** How a number is known, from the weakest to the strongest. */
export const ASSURANCES = ["reported", "attested", "recomputed", "rerun"] as const;
export type AssuranceName = (typeof ASSURANCES)[number];

const ICONS: Record<AssuranceName, IconName> = {
  reported: "minus",
  attested: "diamond",
  recomputed: "check",
  rerun: "checks",
};

export const isAssurance = (word: unknown): word is AssuranceName => ASSURANCES.includes(word as AssuranceName);

/** A mark and its word; what it means is told on hover and to those who listen elsewhere, in the legend. */
export function Assurance({ of }: { of: AssuranceName }) {
  const { assurance, assuranceMeaning } = useWords("common");
  return (
    <span class={`assurance ${of}`} title={assuranceMeaning[of]}>
      <Icon name={ICONS[of]} size={14} />
      {assurance[of]}
    </span>
  );
}
