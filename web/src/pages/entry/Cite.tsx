import { Copy } from "../../parts/Copy";
import { useWords } from "../../words";
import { bibtexOf, citedOf } from "./citing";
import type { Shown } from "./index";

/** How to cite the entry as it stands in this publication. */
export function Cite({ row, name, context }: Shown) {
  const { cite: words } = useWords("entry");
  const cited = citedOf(row, name, context);
  const bibtex = bibtexOf(cited, name);
  const plain = words.accessed(
    cited.author,
    cited.title,
    cited.board,
    cited.year ? `, ${cited.year}` : "",
    cited.address,
    cited.digest ? words.publication(cited.digest) : "",
  );
  return (
    <section class="card stack" id="cite">
      <h2>{words.title}</h2>
      <p class="muted prose">{cited.digest ? words.lead : words.digestUnknown}</p>
      <div class="spread">
        <h3>{words.bibtex}</h3>
        <Copy text={bibtex} label={words.copyBibtex} />
      </div>
      <pre class="changed" id="bibtex">
        {bibtex}
      </pre>
      <div class="spread">
        <h3>{words.plain}</h3>
        <Copy text={plain} label={words.copyPlain} />
      </div>
      <p id="citation">
        <bdi>{plain}</bdi>
      </p>
    </section>
  );
}
