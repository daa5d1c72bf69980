import "./dialog.css";

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../words";
import { Icon } from "./Icon";

interface DialogProps {
  title: string;
  onclose: () => void;
  children: ComponentChildren;
}

/** A dialog over the page; the browser keeps the focus in it and closes it by Escape. */
export function Dialog({ title, onclose, children }: DialogProps) {
  const { close } = useWords("common");
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    place.current?.showModal();
  }, []);
  return (
    <dialog ref={place} class="dialog" aria-label={title} onClose={onclose}>
      <div class="spread">
        <h2>{title}</h2>
        <button type="button" class="button plain small" aria-label={close} onClick={() => place.current?.close()}>
          <Icon name="cross" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
