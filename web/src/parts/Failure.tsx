import "./failure.css";

import { requestOf, ServiceError } from "../service/api";
import { DocumentError } from "../site/failure";
import { type AllWords, useWords } from "../words";
import { Icon } from "./Icon";

type FailureWords = AllWords["common"]["failure"];

/** What failed and what to do about it: never an empty list in its place. */
export function Failure({ error, title, onretry }: { error: unknown; title?: string; onretry?: () => void }) {
  const { failure, retry } = useWords("common");
  const { what, advice, details } = described(error, failure);
  return (
    <div class="failure" role="alert">
      <h2>
        <Icon name="warning" /> {title ?? failure.title}
      </h2>
      <p>
        <bdi>{what}</bdi>
      </p>
      {details.length > 0 && (
        <ul>
          {details.map((detail) => (
            <li key={detail}>
              <bdi>{detail}</bdi>
            </li>
          ))}
        </ul>
      )}
      <p class="muted">{advice}</p>
      {onretry && (
        <button type="button" class="button small" onClick={onretry}>
          {retry}
        </button>
      )}
    </div>
  );
}

interface Described {
  what: string;
  advice: string;
  details: readonly string[];
}

function described(error: unknown, words: FailureWords): Described {
  if (error instanceof DocumentError) {
    const details = error.found ? [error.found] : [];
    return { what: words[error.problem](error.file), advice: words.advice[error.problem], details };
  }
  if (error instanceof ServiceError)
    return { what: error.title, advice: serviceAdvice(error, words), details: faultsOf(error) };
  console.error(error);
  return { what: String(error), advice: words.advice.fault, details: [] };
}

function serviceAdvice(error: ServiceError, { service }: FailureWords): string {
  if (error.status === 0) return service.none;
  if (error.status === 401) return service.signIn;
  if (error.status === 403) return service.notAllowed;
  if (error.status === 429) return service.later;
  return service.request(requestOf(error));
}

/** Every fault of what was sent, with its place. */
export function faultsOf(error: ServiceError): string[] {
  if (error.faults.length < 2) return [];
  return error.faults.map(({ place, line, reason }) => `${place}${line ? `:${line}` : ""}: ${reason}`);
}
