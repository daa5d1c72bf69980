import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** The width of an element in rem; 0 before it is known, and where nobody wants it: to measure is to lay the page out. */
export function useWidth(place: RefObject<HTMLElement>, isWanted: boolean): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element || !isWanted) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const look = () => setWidth(element.clientWidth / rem);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place, isWanted]);
  return width;
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useLayoutEffect(() => {
    const found = matchMedia(query);
    const look = () => setMatches(found.matches);
    look();
    found.addEventListener("change", look);
    return () => found.removeEventListener("change", look);
  }, [query]);
  return matches;
}
