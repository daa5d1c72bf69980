// What becomes of a form: it is sent once, however often its button is pressed, and nothing typed is lost on failure.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ServiceError } from "../service/api";

export interface Sending {
  isSending: boolean;
  /** Why the last attempt failed; null after a success, and before the first. */
  error: unknown;
  /** Send; answers whether it went well. While one is on its way, another does nothing. */
  send: (act: () => Promise<void>) => Promise<boolean>;
  /** Forget the failure. */
  forget: () => void;
}

export function useSending(): Sending {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isOnItsWay = useRef(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const send = useCallback(async (act: () => Promise<void>) => {
    // State is drawn later than a second click comes; this is known at once.
    if (isOnItsWay.current) return false;
    isOnItsWay.current = true;
    setSending(true);
    setError(null);
    try {
      await act();
      return true;
    } catch (failed) {
      if (isShown.current) setError(failed);
      return false;
    } finally {
      isOnItsWay.current = false;
      if (isShown.current) setSending(false);
    }
  }, []);
  return { isSending, error, send, forget: () => setError(null) };
}

/** What the service said about one field: `body.email` is about `email`, `body.limits.upload_megabytes` about that. */
export function faultOfField(error: unknown, name: string): string | null {
  if (!(error instanceof ServiceError)) return null;
  const own = error.faults.flatMap(({ place, reason }) => {
    if (place === name || place.endsWith(`.${name}`)) return [reason];
    // A fault inside of what one field holds.
    if (place.includes(`.${name}.`)) return [reason];
    // Of a document that is read as a whole, the reason begins with the field.
    return place === "body" && reason.startsWith(`${name}: `) ? [reason.slice(name.length + 2)] : [];
  });
  return own.length > 0 ? own.join("; ") : null;
}
