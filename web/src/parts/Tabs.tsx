import "./tabs.css";

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Tab {
  id: string;
  title: string;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  onchoose: (id: string) => void;
  children: ComponentChildren;
}

/** Tabs over one panel, by mouse and by arrows. */
export function Tabs({ label, tabs, chosen, onchoose, children }: TabsProps) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const now = tabs.findIndex(({ id }) => id === chosen);
    const isEnd = event.key === "Home" || event.key === "End";
    const next = isEnd ? (step < 0 ? 0 : tabs.length - 1) : (now + step + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (!tab) return;
    onchoose(tab.id);
    document.getElementById(`tab-${tab.id}`)?.focus();
  };
  const list = useRef<HTMLDivElement>(null);
  // Where they do not fit, the chosen one is seen; the page itself stays where it is.
  useLayoutEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    if (!list.current || !tab) return;
    const [around, own] = [list.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (own.left < around.left) list.current.scrollLeft -= around.left - own.left;
    else if (own.right > around.right) list.current.scrollLeft += own.right - around.right;
  }, [chosen]);
  return (
    <>
      <div ref={list} class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen}
            aria-controls="panel"
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => onchoose(id)}
          >
            <bdi>{title}</bdi>
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${chosen}`}>
        {children}
      </div>
    </>
  );
}
