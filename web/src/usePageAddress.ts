import { useRef } from "preact/hooks";
import { type Address, useAddress } from "./address";

/** The address as long as it names this page: one that is being left keeps its last one until the next is drawn. */
export function usePageAddress(page: string): Address {
  const address = useAddress();
  const last = useRef(address);
  if (address.page === page) last.current = address;
  return last.current;
}
