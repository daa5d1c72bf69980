// Words in the reader's language, for all that is drawn.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type AllWords, type Language, type Part, wordsIn } from "./loading";

export { type AllWords, LANGUAGES, type Language, languageOf, wordsIn } from "./loading";

export const LanguageContext = createContext<Language>("en");
export const useLanguage = (): Language => useContext(LanguageContext);

/** The words of a part that was loaded, in the reader's language. */
export function useWords<Own extends Part>(part: Own): AllWords[Own] {
  return wordsIn(useLanguage(), part);
}
