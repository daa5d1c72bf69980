// What the entries used: a document of its own, for those who look at it.

import type { Publication } from "../../../site/publication";
import type { Projection } from "../../../site/types";
import type { Usage } from "../table/columns";
import { unpacked } from "./unpacking";

const FILE = "efficiency.json";
const SHAPE = { schema_version: 1, n_rows: "number", columns: {} } as const;

/** The usage of every row. */
export const loadUsage = async (publication: Publication): Promise<Usage> =>
  unpacked(await publication.load<Projection>(FILE, SHAPE), FILE) as Usage;
