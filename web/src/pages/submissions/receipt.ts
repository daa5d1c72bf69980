import { save } from "../../parts/exporting";
import type { Receipt, SubmissionView } from "../../service/types";

/** What a receipt says: the same right after it was given and a year later. */
export type Proof = Pick<Receipt, "id" | "benchmark" | "entry" | "upload" | "leaf" | "received_at"> & {
  address: string;
};

export function proofOf(view: SubmissionView, service: URL): Proof {
  return {
    id: view.id,
    benchmark: view.benchmark,
    entry: view.entry,
    upload: view.upload,
    leaf: view.leaf,
    received_at: view.created_at,
    address: new URL(`submissions/${view.id}`, service).href,
  };
}

export const saveReceipt = (proof: Proof): void =>
  save(new Blob([`${JSON.stringify(proof, null, 2)}\n`], { type: "application/json" }), `receipt-${proof.id}.json`);
