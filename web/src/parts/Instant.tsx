import "./instant.css";

/** An instant of the service, which counts in UTC. */
export function Instant({ at }: { at: string }) {
  return (
    <time class="instant" dateTime={at}>
      {`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}
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
