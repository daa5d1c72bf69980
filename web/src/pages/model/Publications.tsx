import { minute } from "../../numbers";
import { Digest } from "../../parts/Copy";
import { DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import { useListed } from "../../service/asking";
import type { HistoryLine } from "../../service/types";
import type { BoardContext } from "../../site/rows";
import { useWords } from "../../words";

interface PublicationsProps {
  context: BoardContext;
  service: URL;
  model: string;
}

/** What every publication of the board showed of a model: a live service keeps them all. */
export function Publications({ context, service, model }: PublicationsProps) {
  const words = useWords("model");
  const { more } = useWords("common");
  const { scale, publication } = context;
  const { benchmark } = publication.root;
  const listed = useListed<HistoryLine>(service, `models/${encodeURIComponent(model)}/history`, { benchmark });
  if (listed.error) return <Failure error={listed.error} title={words.publications} onretry={listed.again} />;
  if (listed.items === null) return <Loading rows={4} />;
  return (
    <section class="stack">
      <p class="muted">{words.publicationsLead}</p>
      <DataTable<HistoryLine>
        title={words.publications}
        name={`${benchmark}-publications`}
        rows={listed.items}
        keyOf={(line) => `${line.publication} ${line.entry}`}
        empty={words.none}
        columns={[
          {
            id: "at",
            title: words.at,
            value: ({ at }) => at,
            show: ({ at }) => minute(at),
            isHeading: true,
          },
          { id: "entry", title: words.entry, value: ({ entry }) => entry },
          { id: "rank", title: words.rank, value: ({ rank }) => rank, isNumber: true },
          {
            id: "public_score",
            title: `${words.score}${scale.heading}`,
            value: (line) => line.public_score,
            show: (line) => scale.public(line.public_score),
            isNumber: true,
          },
          {
            id: "held_out_score",
            title: `${words.heldOut}${scale.heading}`,
            value: (line) => line.held_out_score,
            show: (line) => scale.heldOut(line.held_out_score),
            isNumber: true,
          },
          { id: "protocol_version", title: words.protocol, value: (line) => line.protocol_version },
          {
            id: "publication",
            title: words.publication,
            value: (line) => line.publication,
            show: (line) => <Digest of={line.publication} label={words.copyDigest} />,
          },
        ]}
      />
      {listed.hasMore && (
        <div>
          <button type="button" class="button" disabled={listed.isAsking} onClick={listed.more}>
            {more}
          </button>
        </div>
      )}
    </section>
  );
}
