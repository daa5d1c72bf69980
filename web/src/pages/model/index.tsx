import "./model.css";

import { useEffect } from "preact/hooks";
import { href } from "../../address";
import { titled } from "../../app";
import { count } from "../../numbers";
import type { PageProps } from "../../pages";
import { DataTable } from "../../parts/DataTable";
import { Later } from "../../parts/Later";
import { useService } from "../../service/context";
import { type BoardContext, loadBoard } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { usePageAddress } from "../../usePageAddress";
import { useWords } from "../../words";
import { type Choice, choicesOf, rowsOf } from "./history";
import { Moments } from "./Moments";
import { Publications } from "./Publications";

/** All entries of one model over time, or of one vendor where no model is named. */
export default function ModelPage({ publication }: PageProps) {
  const loaded = useLoaded(() => loadBoard(publication), [publication]);
  return (
    <Later of={loaded} rows={12}>
      {(context) => <Model context={context} />}
    </Later>
  );
}

function Model({ context }: { context: BoardContext }) {
  const words = useWords("model");
  const service = useService();
  const { model = null, vendor = null } = usePageAddress("model");
  const name = model ?? vendor;
  const title = name === null ? words.choose : words.title(name);
  useEffect(() => titled(title, context.board.title), [title, context]);
  const rows = rowsOf(context, model, vendor);
  if (name === null || rows.length === 0) {
    return (
      <div class="stack">
        <h1>{words.choose}</h1>
        {name !== null && (
          <p role="alert">
            <bdi>{name}</bdi>: {words.none}
          </p>
        )}
        <Chooser context={context} />
      </div>
    );
  }
  return (
    <div class="stack model-page" key={title}>
      <h1>
        <bdi>{title}</bdi>
      </h1>
      <p class="muted">{model === null ? words.vendorLead(rows.length) : words.lead(rows.length)}</p>
      <Moments rows={rows} context={context} name={name} />
      {service && model !== null && <Publications context={context} service={service} model={model} />}
    </div>
  );
}

function Chooser({ context }: { context: BoardContext }) {
  const words = useWords("model");
  const { rows, scale } = context;
  const lists = [
    { key: "model", title: words.models, choices: choicesOf(rows, ({ model }) => model, scale.isLowerBetter) },
    { key: "vendor", title: words.vendors, choices: choicesOf(rows, ({ vendor }) => vendor, scale.isLowerBetter) },
  ].filter(({ choices }) => choices.length > 0);
  return (
    <>
      <p class="muted">{words.chooseLead}</p>
      <div class="grid">
        {lists.map(({ key, title, choices }) => (
          <DataTable<Choice>
            key={key}
            title={title}
            name={`${context.board.benchmark}-${key}s`}
            rows={choices}
            most={100}
            keyOf={(choice) => choice.name}
            empty=""
            columns={[
              {
                id: key,
                title,
                value: (choice) => choice.name,
                show: (choice) => <a href={href({ page: "model", [key]: choice.name })}>{choice.name}</a>,
                isHeading: true,
              },
              {
                id: "entries",
                title: words.entries,
                value: ({ entries }) => entries,
                show: ({ entries }) => count(entries),
                isNumber: true,
              },
              {
                id: "best",
                title: words.best,
                value: ({ best }) => best,
                show: ({ best }) => scale.publicUnit(best),
                isNumber: true,
              },
            ]}
          />
        ))}
      </div>
    </>
  );
}
