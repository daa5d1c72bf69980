// Who the service takes this browser for: a key that was typed in, a person who signed in, or nobody.

import { useSyncExternalStore } from "preact/compat";
import { useEffect } from "preact/hooks";
import { href, readAddress } from "../address";
import { addressOf, ask, ServiceError } from "./api";
import { useService } from "./context";
import { hasCredentials, keepKey } from "./credentials";
import type { Me } from "./types";

export type Session =
  | { state: "absent" | "asking" | "nobody" }
  | { state: "failed"; error: unknown }
  | { state: "known"; me: Me; service: URL };

type Role = NonNullable<Me["role"]>;

let session: Session = { state: "asking" };
let asked: string | null = null;
const followers = new Set<() => void>();

/** Who this is. Every part of the page that asks draws anew when it changes. */
export function useSession(): Session {
  const service = useService();
  const now = useSyncExternalStore(follow, () => session);
  useEffect(() => {
    if (service && asked !== service.href) void refreshSession(service);
  }, [service]);
  return service ? now : { state: "absent" };
}

/** Ask the service again, after what may have changed its answer. */
export async function refreshSession(service: URL): Promise<void> {
  asked = service.href;
  // Without a key or a cookie the answer is known.
  if (!hasCredentials(service)) return become({ state: "nobody" });
  try {
    become({ state: "known", me: await ask<Me>(service, "GET", "me"), service });
  } catch (error) {
    if (!(error instanceof ServiceError && error.status === 401)) return become({ state: "failed", error });
    keepKey(null);
    become({ state: "nobody" });
  }
}

/** Where a browser signs in; it comes back to this view. */
export function signInAddress(service: URL): string {
  const view = href({ ...readAddress(), ...NO_FAILURE });
  const back = location.pathname + (view === "?" ? "" : view);
  return addressOf(service, "sign-in", { return_to: back }).href;
}

/** Use a key from now on, in this tab; raises ServiceError (401) for one that is not accepted, and keeps none then. */
export async function takeKey(service: URL, key: string): Promise<void> {
  const me = await ask<Me>(service, "GET", "me", { key });
  keepKey(key);
  asked = service.href;
  become({ state: "known", me, service });
}

/** Forget the key of this tab, or end the session of this browser for good. */
export async function signOut(service: URL, me: Me): Promise<void> {
  if (me.kind === "key") keepKey(null);
  else await ask(service, "POST", "sign-out");
  await refreshSession(service);
}

/** Act for another of one's organisations. */
export async function actFor(service: URL, organisation: string): Promise<void> {
  await ask(service, "PUT", "me/organisation", { body: { organisation } });
  await refreshSession(service);
}

const ROLES: readonly Role[] = ["submitter", "maintainer", "owner"];

/** Whether somebody has a role, or one that includes it, in the organisation that they act for. */
export function may(me: Me, role: Role): boolean {
  return me.role !== null && ROLES.indexOf(me.role) >= ROLES.indexOf(role);
}

/** A key for single benchmarks hands in and reads: it changes nothing of its organisation. */
export const isLimited = (me: Me): boolean => me.benchmarks.length > 0;

/** Roles that somebody may give: nobody gives one above their own. */
export const rolesUpTo = (me: Me): readonly Role[] => ROLES.filter((role) => may(me, role));

const REASONS = ["refused", "lost", "unavailable"] as const;
export type SignInFailure = (typeof REASONS)[number] | "unknown";

/** Why this browser came back without anybody signed in; null where it did not. */
export function signInFailure(): SignInFailure | null {
  const { sign_in, because } = readAddress();
  if (sign_in !== "failed") return null;
  return REASONS.find((reason) => reason === because) ?? "unknown";
}

/** What an address says of a sign-in that failed; it is no part of a view. */
export const NO_FAILURE = { sign_in: null, because: null } as const;

function become(now: Session): void {
  session = now;
  for (const changed of followers) changed();
}

function follow(changed: () => void): () => void {
  followers.add(changed);
  return () => followers.delete(changed);
}
