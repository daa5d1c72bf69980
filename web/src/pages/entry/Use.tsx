import { href } from "../../address";
import { commandOf, siteOf } from "../../commands";
import { Command } from "../../parts/Copy";
import { Icon } from "../../parts/Icon";
import { useWords } from "../../words";
import { Badge } from "./Badge";
import { Cite } from "./Cite";
import type { Shown } from "./index";
import { Rerun } from "./Rerun";

/** How to check the entry, run it again, adopt it, cite it and show it elsewhere. */
export function Use(shown: Shown) {
  const { use: words, configuration } = useWords("entry");
  const { name, context } = shown;
  const { publication } = context;
  const site = siteOf(publication);
  const expected = publication.digest ? ["--expect", publication.digest] : [];
  const line = (id: string, title: string, text: string) => (
    <div class="stack" id={id}>
      <h3>{title}</h3>
      <Command text={text} label={`${configuration.copyCommand}: ${title}`} />
    </div>
  );
  return (
    <div class="stack">
      <section class="card stack">
        <h2>{words.check}</h2>
        <p class="muted prose">{words.checkLead}</p>
        <p class="no-print">
          <a class="button main" href={href({ page: "verify", entry: name })}>
            <Icon name="check" size={14} /> {words.here}
          </a>
        </p>
        {line("verify", words.verify, commandOf("verify", site, ...expected))}
        {line("rerun", words.rerun, commandOf("rerun", site, name))}
        {line(
          "adopt",
          configuration.adopt,
          commandOf("config", "adopt", site, name, "--as", "NAME", "--contributor", "@you", "--out", "config.yaml"),
        )}
      </section>
      <Rerun {...shown} />
      <Cite {...shown} />
      <Badge {...shown} />
    </div>
  );
}
