// What a request shows of who sends it: a key that was typed in, or else the session of this browser.
//
// A key is kept in sessionStorage: this tab alone has it, and it is gone with the tab. In memory only, it would have to
// be typed anew on every board of a server, and people would keep it in worse places; in localStorage or a cookie it
// would outlive them on a shared machine. It is sent to the server that this page came from and to no other.

import type { Method } from "./api";

const KEPT = "api-key";
const CSRF_COOKIES = ["__Host-proofboard-csrf", "proofboard-csrf"] as const;

export function keptKey(service: URL): string | null {
  return service.origin === location.origin ? sessionStorage.getItem(KEPT) : null;
}

export function keepKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, key);
}

/** The session's token against forged requests; null where nobody signed in. */
export function csrfToken(): string | null {
  const cookies = new Map(document.cookie.split("; ").map((pair) => pair.split("=", 2) as [string, string]));
  for (const name of CSRF_COOKIES) {
    const token = cookies.get(name);
    if (token) return token;
  }
  return null;
}

/** Whether there is anything to show: without it the service need not be asked who this is. */
export const hasCredentials = (service: URL): boolean => keptKey(service) !== null || csrfToken() !== null;

/** The headers of a request that say who sends it. */
export function credentialsOf(service: URL, method: Method, key: string | null = keptKey(service)): HeadersInit {
  if (key !== null) return { "api-key": key };
  const token = method === "GET" ? null : csrfToken();
  return token === null ? {} : { "x-csrf-token": token };
}
