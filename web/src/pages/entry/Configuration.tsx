import { commandOf, siteOf } from "../../commands";
import { Command, Copy, Digest } from "../../parts/Copy";
import { save } from "../../parts/exporting";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { configurationBytes } from "../../site/answers";
import { yamlFile } from "../../site/configuration";
import type { EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { Lineage } from "./Lineage";

/** The configuration of the entry, what takes it home, and where it comes from. */
export function Configuration(shown: Shown) {
  return (
    <div class="stack">
      <Later of={shown.document} rows={12}>
        {(document) => <Whole {...shown} own={document} />}
      </Later>
      <Lineage {...shown} />
    </div>
  );
}

function Whole({ own, row, name, context }: Shown & { own: EntryDocument }) {
  const { configuration: words, facts } = useWords("entry");
  const { publication } = context;
  const { document } = own.identity;
  const bytes = useLoaded(() => configurationBytes(publication, document), [document]);
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Later of={bytes} rows={12} title={words.failed}>
        {(raw) => (
          <>
            <Handed raw={raw} name={name.replace("/", "-")} />
            <div class="row small">
              <span>
                {facts.recipe} <Digest of={row.configuration} label={facts.recipeDigest} />
              </span>
              <span>
                {words.document} <Digest of={document} label={words.documentDigest} />
              </span>
            </div>
          </>
        )}
      </Later>
      <h3>{words.adopt}</h3>
      <div id="adopt">
        <Command
          text={commandOf(
            ...["config", "adopt", siteOf(publication), name],
            ...["--as", "NAME", "--contributor", "@you", "--out", "config.yaml"],
          )}
          label={words.copyCommand}
        />
      </div>
    </section>
  );
}

function Handed({ raw, name }: { raw: Uint8Array<ArrayBuffer>; name: string }) {
  const { configuration: words } = useWords("entry");
  const text = yamlFile(raw);
  return (
    <>
      <div class="row no-print">
        <Copy text={text} label={words.copy} />
        <button
          type="button"
          class="button small"
          onClick={() => save(new Blob([text], { type: "application/yaml" }), `${name}.yaml`)}
        >
          <Icon name="download" size={14} /> {words.yaml}
        </button>
        <button
          type="button"
          class="button small"
          onClick={() => save(new Blob([raw], { type: "application/json" }), `${name}.json`)}
        >
          <Icon name="download" size={14} /> {words.json}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label={words.title} class="yaml" tabIndex={0}>
        <pre id="configuration">{text}</pre>
      </section>
    </>
  );
}
