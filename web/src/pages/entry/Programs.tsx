import { useMemo, useState } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { count, fixed } from "../../numbers";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { textOf } from "../../parts/Answer";
import { Code, decoded } from "../../parts/Code";
import { DataTable } from "../../parts/DataTable";
import { save } from "../../parts/exporting";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { Removed } from "../../parts/Removed";
import {
  artifactOf,
  type GradedDocument,
  type GradedResponse,
  gradedOf,
  itemsOf,
  promptOf,
  responsesOf,
} from "../../site/answers";
import type { Publication } from "../../site/publication";
import type { BundleReference, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { readableOf } from "./reading";
import { Terms } from "./Terms";

const PER_PAGE = 30;

/** What programs of the owner made of the answers: outcomes, findings, and the text of all that they kept. */
export function Programs(shown: Shown) {
  const { programs: words } = useWords("entry");
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Later of={shown.document} rows={12}>
        {(document) => <Graded {...shown} own={document} />}
      </Later>
    </section>
  );
}

function Graded({ own, name, context }: Shown & { own: EntryDocument }) {
  const { programs: words, answers } = useWords("entry");
  const { set } = useAddress();
  const { publication } = context;
  const bundles = readableOf(own).filter(({ graded }) => graded !== null);
  const reference = bundles.find((one) => one.name === set) ?? bundles[0];
  const loaded = useLoaded(
    async () => (reference ? gradedOf(publication, reference) : null),
    [publication, reference?.bundle],
  );
  if (!reference) {
    const purge = own.identity.bundles.find(({ purged }) => purged)?.purged;
    return <p class="muted prose">{purge ? <Removed purge={purge} /> : words.none}</p>;
  }
  const choices = Object.fromEntries(bundles.map((one) => [one.name, answers.sets[one.item_set]]));
  return (
    <>
      <p class="muted prose">{words.lead}</p>
      {bundles.length > 1 && (
        <AddressChoice label={answers.set} name="set" first={bundles[0]?.name ?? ""} choices={choices} />
      )}
      <Later of={loaded} rows={12} title={words.failed}>
        {(document) =>
          document && <Document document={document} reference={reference} publication={publication} name={name} />
        }
      </Later>
    </>
  );
}

interface DocumentProps {
  document: GradedDocument;
  reference: BundleReference;
  publication: Publication;
  name: string;
}

function Document({ document, reference, publication, name }: DocumentProps) {
  const { programs: words, answers } = useWords("entry");
  const { gradings } = useWords("answer");
  const { show, at } = useAddress();
  const counts = Object.entries(reference.graded?.outcomes ?? {}).map(([outcome, n]) => [
    outcome,
    `${gradings[outcome as keyof typeof gradings] ?? outcome} (${count(n)})`,
  ]);
  const outcomes: Record<string, string> & { all: string } = { all: words.all, ...Object.fromEntries(counts) };
  const wanted = chosenOf<string>(show, outcomes, "all");
  const listed = useMemo(
    () => document.responses.filter(({ outcome = "graded" }) => wanted === "all" || outcome === wanted),
    [document, wanted],
  );
  const start = Math.min(Math.max(0, Number(at) || 0), Math.max(0, listed.length - 1));
  const first = start - (start % PER_PAGE);
  const page = listed.slice(first, first + PER_PAGE);
  return (
    <>
      <Terms
        pairs={[
          [words.sandbox, document.sandbox],
          [words.software, document.software],
        ]}
      />
      <Findings found={reference.graded?.findings ?? {}} name={name} />
      <h3>{words.gradings}</h3>
      <div class="row choices-row">
        <AddressChoice label={words.outcome} name="show" first="all" choices={outcomes} />
      </div>
      <p class="muted small" role="status">
        {answers.shown(first + 1, first + page.length, listed.length)}
      </p>
      {page.map((grading) => (
        <Grading key={keyOf(grading)} grading={grading} reference={reference} publication={publication} />
      ))}
      {listed.length > PER_PAGE && (
        <nav class="row" aria-label={answers.pages}>
          <button
            type="button"
            class="button"
            disabled={first === 0}
            onClick={() => change({ at: first - PER_PAGE || null })}
          >
            {answers.before}
          </button>
          <button
            type="button"
            class="button"
            disabled={first + PER_PAGE >= listed.length}
            onClick={() => change({ at: first + PER_PAGE })}
          >
            {answers.after}
          </button>
        </nav>
      )}
    </>
  );
}

const keyOf = ({ item_id, program, trial = 0, stage = "answer" }: GradedResponse): string =>
  `${item_id} ${program} ${trial} ${stage}`;

function Findings({ found, name }: { found: Readonly<Record<string, number>>; name: string }) {
  const { programs: words } = useWords("entry");
  const rows = Object.entries(found)
    .map(([finding, n]) => ({ finding, n }))
    .sort((one, other) => other.n - one.n);
  return (
    <DataTable
      title={words.findings}
      name={`${name.replace("/", "-")}-findings`}
      rows={rows}
      most={20}
      keyOf={({ finding }) => finding}
      empty={words.noFindings}
      columns={[
        { id: "finding", title: words.finding, value: ({ finding }) => finding, isHeading: true },
        { id: "answers", title: words.count, value: ({ n }) => n, show: ({ n }) => count(n), isNumber: true },
      ]}
    />
  );
}

interface GradingProps {
  grading: GradedResponse;
  reference: BundleReference;
  publication: Publication;
}

/** One answer as a program graded it; what was kept comes when the reader asks. */
function Grading({ grading, reference, publication }: GradingProps) {
  const { programs: words } = useWords("entry");
  const { gradings } = useWords("answer");
  const { item_id: item, program, outcome = "graded", trial = 0 } = grading;
  const [open, setOpen] = useState<string | null>(null);
  const kept = Object.entries(grading.artifacts ?? {});
  const toggle = (what: string) => setOpen(open === what ? null : what);
  const told = [
    program,
    trial > 0 ? words.trial(trial) : null,
    typeof grading.wall_microseconds === "number" ? `${fixed(grading.wall_microseconds / 1e6, 2)} s` : null,
    typeof grading.peak_kib === "number" ? `${count(grading.peak_kib / 1024)} MiB` : null,
  ].filter(Boolean);
  return (
    <article class="card stack" data-item={item}>
      <div class="spread">
        <h4>
          <a href={href({ page: "item", item })}>
            <bdi>{item}</bdi>
          </a>
        </h4>
        <span class={outcome === "graded" ? "badge" : "badge bad"}>{gradings[outcome]}</span>
      </div>
      <p class="muted small">{told.join(" · ")}</p>
      {grading.reason && <p>{grading.reason}</p>}
      {(grading.findings ?? []).length > 0 && (
        <ul>
          {(grading.findings ?? []).map((finding) => (
            <li key={finding}>
              <bdi>{finding}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div class="row no-print">
        {[["", words.answer] as const, ...kept.map(([name]) => [name, name] as const)].map(([id, title]) => (
          <button
            key={id}
            type="button"
            class="button small"
            aria-expanded={open === id}
            aria-label={`${open === id ? words.hide(title) : words.show(title)}, ${item}`}
            onClick={() => toggle(id)}
          >
            <Icon name={open === id ? "up" : "chevron"} size={12} /> <bdi>{title}</bdi>
          </button>
        ))}
      </div>
      {open === "" && <AnswerCode grading={grading} reference={reference} publication={publication} />}
      {open && <Artifact name={open} digest={grading.artifacts?.[open] ?? ""} item={item} publication={publication} />}
    </article>
  );
}

/** The answer that was graded, as code. */
function AnswerCode({ grading, reference, publication }: GradingProps) {
  const { programs: words, answers } = useWords("entry");
  const loaded = useLoaded(async () => {
    const items = await itemsOf(publication);
    const [responses, item] = await Promise.all([responsesOf(publication, reference), items.text(grading.item_id)]);
    const { trial = 0, stage = "answer" } = grading;
    const found = responses
      ?.of(promptOf(item))
      .find((one) => (one.trial ?? 0) === trial && (one.stage ?? "answer") === stage);
    return (found?.output ?? null) as unknown;
  }, [grading]);
  return (
    <Later of={loaded} rows={4} title={answers.failed}>
      {(output) =>
        output === null ? (
          <p class="muted">{answers.none}</p>
        ) : (
          <Code text={textOf(output)} label={`${words.answer}, ${grading.item_id}`} />
        )
      }
    </Later>
  );
}

interface ArtifactProps {
  name: string;
  digest: string;
  item: string;
  publication: Publication;
}

function Artifact({ name, digest, item, publication }: ArtifactProps) {
  const { notText, download } = useWords("answer");
  const loaded = useLoaded(() => artifactOf(publication, digest), [digest]);
  return (
    <Later of={loaded} rows={4}>
      {(bytes) => {
        const text = decoded(bytes);
        if (text !== null) return <Code text={text} label={`${name}, ${item}`} />;
        return (
          <div class="row">
            <span class="muted">{notText(count(bytes.length) ?? "")}</span>
            <button type="button" class="button small" onClick={() => save(new Blob([bytes]), name)}>
              <Icon name="download" size={14} /> {download}
            </button>
          </div>
        );
      }}
    </Later>
  );
}
