// What becomes of submissions while a page is open.

import { useEffect, useRef } from "preact/hooks";
import { announce } from "../../announce";
import { type Asked, useAsked } from "../../service/asking";
import { listen } from "../../service/events";
import type { SubmissionView } from "../../service/types";
import { useWords } from "../../words";
import { isSettled, isState, type State } from "./states";

const LOOK_AGAIN_MILLISECONDS = 20_000;
const LEAST_MILLISECONDS = 2000;

/** What a `submission` event says. */
export interface Moved {
  submission: string;
  state: State;
  entry: string | null;
}

export function movedIn(data: unknown): Moved | null {
  const said = (data ?? {}) as Partial<Moved>;
  return typeof said.submission === "string" && isState(said.state) ? (said as Moved) : null;
}

/** Call `look` when a submission moved, or when the queue did: then others have another place in it. */
export function useMoves(service: URL, moved: (move: Moved) => void, queue: () => void): void {
  const now = useRef({ moved, queue });
  now.current = { moved, queue };
  useEffect(() => {
    // Many jobs move at once: the queue is looked at when it rests, and every two seconds while it does not.
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const rested = () => {
      waiting = undefined;
      now.current.queue();
    };
    const stop = listen(service, ["submission", "queue"], ({ kind, data }) => {
      const move = kind === "submission" ? movedIn(data) : null;
      if (move) now.current.moved(move);
      else waiting ??= setTimeout(rested, LEAST_MILLISECONDS);
    });
    return () => {
      stop();
      clearTimeout(waiting);
    };
  }, [service]);
}

/** A submission as it stands, and again whenever it moves. */
export function useSubmission(service: URL, id: string): Asked<SubmissionView> {
  const words = useWords("submissions");
  const asked = useAsked<SubmissionView>(service, `submissions/${encodeURIComponent(id)}`);
  const { answer, again } = asked;
  const isOver = answer !== null && isSettled(answer.state);
  useMoves(
    service,
    (move) => move.submission === id && again(),
    () => !isOver && again(),
  );
  useEffect(() => {
    if (isOver) return;
    // A proxy may hold events back; then the state comes late, and not never.
    const timer = setInterval(again, LOOK_AGAIN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isOver, again]);
  const said = useRef<State | null>(null);
  useEffect(() => {
    if (!answer) return;
    if (said.current !== null && said.current !== answer.state)
      announce(words.nowIs(answer.entry ?? answer.model, words.states[answer.state].name));
    said.current = answer.state;
  }, [answer, words]);
  return asked;
}
