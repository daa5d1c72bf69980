// The way of a file from being chosen to being taken in: what is refused stays chosen, and is sent once.

import { useRef, useState } from "preact/hooks";
import { announce } from "../../announce";
import { type FormFault, type Sending, useSending } from "../../parts/forms";
import { upload } from "../../service/api";
import type { Receipt } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import { type Chosen, look, newKey, type Problem, type Taken } from "./choosing";

export interface Handing {
  chosen: Chosen | null;
  /** Why what was chosen is not sent. */
  problems: readonly Problem[];
  /** The idempotency key: of this file, as often as it is sent. */
  key: string;
  setKey: (key: string) => void;
  entry: string;
  setEntry: (entry: string) => void;
  faults: readonly FormFault[];
  isLooking: boolean;
  sending: Sending;
  /** How much has left, from 0 to 1. */
  progress: number;
  isStopped: boolean;
  choose: (files: readonly File[]) => Promise<void>;
  send: () => Promise<void>;
  stop: () => void;
}

interface Choice {
  chosen: Chosen | null;
  problems: readonly Problem[];
  key: string;
}

const NOTHING: Choice = { chosen: null, problems: [], key: "" };
const ENTRY = /^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}$/;

export function useHanding(service: URL, taken: Taken, onaccepted: (receipt: Receipt) => void): Handing {
  const { form } = useWords("submit");
  const [choice, setChoice] = useState<Choice>(NOTHING);
  const [isLooking, setLooking] = useState(false);
  const [entry, setEntry] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const sending = useSending();
  const sent = useUpload(service, taken.benchmark);
  const { chosen, key } = choice;

  const choose = async (files: readonly File[]) => {
    if (files.length === 0 || sending.isSending) return;
    sending.forget();
    sent.forget();
    setFaults([]);
    setLooking(true);
    const looked = await look(files, taken).finally(() => setLooking(false));
    setChoice({ ...looked, key: newKey() });
    announce(looked.chosen ? `${form.ready}: ${looked.chosen.name}` : form.found(looked.problems.length));
  };
  const send = async () => {
    if (chosen === null) return;
    const named = chosen.form === "results" ? entry.trim() : "";
    const found = faultsOf(named, key, form);
    setFaults(found);
    if (found.length > 0) return;
    await sending.send(async () => {
      const receipt = await sent.upload(chosen, named, key);
      if (receipt) onaccepted(receipt);
    });
  };
  const setKey = (typed: string) => setChoice((before) => ({ ...before, key: typed }));
  const { progress, isStopped, stop } = sent;
  return { ...choice, setKey, entry, setEntry, faults, isLooking, sending, progress, isStopped, choose, send, stop };
}

/** Sends a file and says how far it is; answers null where the reader stopped it. */
function useUpload(service: URL, benchmark: string) {
  const [progress, setProgress] = useState(0);
  const [isStopped, setStopped] = useState(false);
  const stopping = useRef<AbortController | null>(null);
  const send = async (chosen: Chosen, entry: string, key: string): Promise<Receipt | null> => {
    const own = new AbortController();
    stopping.current = own;
    setStopped(false);
    setProgress(0);
    try {
      return await upload<Receipt>(service, "submit", chosen.body, {
        parameters: { benchmark, entry },
        headers: { "content-type": chosen.mediaType, "idempotency-key": key },
        onprogress: setProgress,
        signal: own.signal,
      });
    } catch (error) {
      if (!own.signal.aborted) throw error;
      setStopped(true);
      return null;
    }
  };
  return { progress, isStopped, upload: send, stop: () => stopping.current?.abort(), forget: () => setStopped(false) };
}

function faultsOf(entry: string, key: string, form: AllWords["submit"]["form"]): FormFault[] {
  const isKey = /^[\x20-\x7e]{1,200}$/.test(key);
  return [
    ...(entry && !ENTRY.test(entry) ? [{ name: "entry", label: form.entry, reason: form.entryShape }] : []),
    ...(isKey ? [] : [{ name: "key", label: form.key, reason: form.keyShape }]),
  ];
}
