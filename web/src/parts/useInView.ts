import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Say whether an element was ever near what the reader sees: what it holds is fetched only then. */
export function useInView<Own extends Element>(margin = "200px"): [RefObject<Own>, boolean] {
  const place = useRef<Own>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current || isSeen) return;
    const watcher = new IntersectionObserver((found) => found.some((one) => one.isIntersecting) && setSeen(true), {
      rootMargin: margin,
    });
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [isSeen, margin]);
  return [place, isSeen];
}
