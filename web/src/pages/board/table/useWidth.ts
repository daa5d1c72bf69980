import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

interface Width {
  /** In rem; 0 before it is known. */
  width: number;
  isSmall: boolean;
}

/** The width of an element, and whether the window is as small as a media query says. */
export function useWidth(place: RefObject<HTMLElement>, small: string): Width {
  const [width, setWidth] = useState(0);
  const [isSmall, setSmall] = useState(() => matchMedia(small).matches);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const look = () => setWidth(element.clientWidth / rem);
    look();
    const query = matchMedia(small);
    const turn = () => setSmall(query.matches);
    query.addEventListener("change", turn);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      observer.disconnect();
      query.removeEventListener("change", turn);
    };
  }, [place, small]);
  return { width, isSmall };
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
