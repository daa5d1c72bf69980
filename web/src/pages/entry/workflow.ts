// Where a board without a service lets others verify an entry: a prepared request in the repository that publishes it.

import type { Benchmark } from "../../site/types";

/** What is asked for: filled into the request, so that nobody copies a digest by hand. */
export interface Asked {
  entry: string;
  publication: string | null;
  bundle: string;
  command: string;
}

interface Repository {
  host: "github.com" | "gitlab.com";
  /** `owner/name` */
  name: string;
}

const PAGES = { "github.io": "github.com", "gitlab.io": "gitlab.com" } as const;
const SEGMENT = /^[A-Za-z0-9._-]+$/;

/** The repository of a board: the one that the benchmark names, or the one whose pages this is. */
export function repositoryOf({ repository }: Pick<Benchmark, "repository">, page: URL): Repository | null {
  const [, host, named] = /^https:\/\/(github\.com|gitlab\.com)\/([\w.-]+\/[\w.-]+)$/.exec(repository ?? "") ?? [];
  if (named && (host === "github.com" || host === "gitlab.com")) return { host, name: named };
  const [, owner, domain] = /^([a-z0-9-]+)\.(github\.io|gitlab\.io)$/i.exec(page.hostname) ?? [];
  if (!owner || (domain !== "github.io" && domain !== "gitlab.io")) return null;
  const [first = ""] = page.pathname.split("/").filter(Boolean);
  const name = first && !first.includes(".html") ? first : `${owner}.${domain}`;
  return SEGMENT.test(name) ? { host: PAGES[domain], name: `${owner}/${name}` } : null;
}

/** The address that opens the request, with everything filled in. */
export function requestAddress({ host, name }: Repository, asked: Asked): string {
  const { entry, publication, bundle, command } = asked;
  if (host === "gitlab.com") {
    const address = new URL(`https://gitlab.com/${name}/-/pipelines/new`);
    address.searchParams.set("var[PROOFBOARD_ENTRY]", entry);
    address.searchParams.set("var[PROOFBOARD_PUBLICATION]", publication ?? "");
    address.searchParams.set("var[PROOFBOARD_BUNDLE]", bundle);
    return address.href;
  }
  // A workflow of GitHub cannot be opened with its inputs filled in; the form of an issue that starts one can.
  const address = new URL(`https://github.com/${name}/issues/new`);
  address.searchParams.set("template", "proofboard-verify.yml");
  address.searchParams.set("labels", "proofboard-verify");
  address.searchParams.set("title", `Verify ${entry}`);
  address.searchParams.set("entry", entry);
  address.searchParams.set("publication", publication ?? "");
  address.searchParams.set("bundle", bundle);
  const lines = [`entry: ${entry}`, `publication: ${publication ?? ""}`, `bundle: ${bundle}`, "", `    ${command}`];
  address.searchParams.set("body", lines.join("\n"));
  return address.href;
}
