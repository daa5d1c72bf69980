import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Where the live service answers; null for a board that is a folder of files. */
export const ServiceContext = createContext<URL | null>(null);
export const useService = (): URL | null => useContext(ServiceContext);
