import "./instant.css";

import { minute } from "../numbers";

/** An instant of the service, which counts in UTC. */
export function Instant({ at }: { at: string }) {
  return (
    <time class="instant" dateTime={at}>
      {`${minute(at)} UTC`}
    </time>
  );
}

/** The day of an instant. */
export function Day({ of }: { of: string }) {
  return (
    <time class="instant" dateTime={of}>
      {of.slice(0, 10)}
    </time>
  );
}
