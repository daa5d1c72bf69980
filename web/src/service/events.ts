// What a live service tells while a page is open: server-sent events (HTML, 9.2), read by `fetch`.
//
// The browser's own EventSource sends no headers, so that whoever shows a key would hear nothing of their submissions.

import { addressOf, type Parameters, parsedOrNull } from "./api";
import { credentialsOf } from "./credentials";

const WAIT_MILLISECONDS = 2000;
const LONGEST_WAIT_MILLISECONDS = 60_000;

export interface ServiceEvent {
  /** As the service names it; `open` is our own: what happens from now on will be told, what happened before was not. */
  kind: string;
  data: unknown;
}

type Heard = (event: ServiceEvent) => void;

interface Stream {
  listeners: Map<Heard, readonly string[]>;
  stop: AbortController;
  isOpen: boolean;
}

const OPEN: ServiceEvent = { kind: "open", data: null };

/** One connection for all parts of a page that listen to the same: browsers open few to one server. */
const streams = new Map<string, Stream>();

/** Listen until the returned function is called; a broken stream is taken up again where it ended. */
export function listen(
  service: URL,
  kinds: readonly string[],
  heard: (event: ServiceEvent) => void,
  parameters: Parameters = {},
): () => void {
  const address = addressOf(service, "events", parameters);
  const name = `${address} ${JSON.stringify(credentialsOf(service, "GET"))}`;
  const stream: Stream = streams.get(name) ?? { listeners: new Map(), stop: new AbortController(), isOpen: false };
  // Each call listens for itself, also where the same function is given twice.
  const own: Heard = (event) => heard(event);
  stream.listeners.set(own, kinds);
  if (stream.isOpen && kinds.includes(OPEN.kind)) heard(OPEN);
  if (!streams.has(name)) {
    streams.set(name, stream);
    void follow(service, address, stream);
  }
  return () => {
    stream.listeners.delete(own);
    if (stream.listeners.size > 0) return;
    stream.stop.abort();
    if (streams.get(name) === stream) streams.delete(name);
  };
}

async function follow(service: URL, address: URL, stream: Stream): Promise<void> {
  let last = "";
  let wait = WAIT_MILLISECONDS;
  const tellAll = (event: ServiceEvent) => {
    for (const [tell, kinds] of [...stream.listeners]) if (kinds.includes(event.kind)) tell(event);
  };
  const heard = ({ id, kind, data }: Message) => {
    last = id || last;
    wait = WAIT_MILLISECONDS;
    tellAll({ kind, data });
  };
  const opened = () => {
    stream.isOpen = true;
    // A stream that is taken up again is told what it missed.
    if (!last) tellAll(OPEN);
  };
  const { signal } = stream.stop;
  while (!signal.aborted) {
    const headers = new Headers(credentialsOf(service, "GET"));
    headers.set("accept", "text/event-stream");
    if (last) headers.set("last-event-id", last);
    const asking: RequestInit = { headers, signal, credentials: "same-origin", cache: "no-store" };
    const status = await readStream(address, asking, opened, heard);
    stream.isOpen = false;
    // Whoever is not let in is told so by every other request of the page.
    if (status === 401 || status === 403 || status === 404) return;
    await pause(wait, signal);
    wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS);
  }
}

/** Read a stream to its end; answers its status, 0 where there was none. */
async function readStream(
  address: URL,
  asking: RequestInit,
  opened: () => void,
  heard: (message: Message) => void,
): Promise<number> {
  try {
    const answer = await fetch(address, asking);
    if (!answer.ok || !answer.body) return answer.status;
    opened();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser(heard);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return answer.status;
      parse(value);
    }
  } catch {
    return 0;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

interface Message {
  id: string;
  kind: string;
  data: unknown;
}

/** Takes pieces of a stream, cut anywhere, and tells whole events. */
export function eventParser(heard: (message: Message) => void): (piece: string) => void {
  let rest = "";
  let id = "";
  let kind = "message";
  let data: string[] = [];
  const line = (text: string) => {
    if (text === "") {
      if (data.length > 0) heard({ id, kind, data: parsedOrNull(data.join("\n")) });
      kind = "message";
      data = [];
      return;
    }
    const [, field = "", value = ""] = /^([^:]*)(?::\s?(.*))?$/s.exec(text) ?? [];
    if (field === "id") id = value;
    if (field === "event") kind = value;
    if (field === "data") data.push(value);
  };
  return (piece) => {
    rest += piece;
    // A carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const text of lines) line(text);
  };
}
