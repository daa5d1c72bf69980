import { useEffect, useRef } from "preact/hooks";
import { count, day } from "../../numbers";
import { DataTable } from "../../parts/DataTable";
import { save } from "../../parts/exporting";
import { Failure } from "../../parts/Failure";
import { useSending } from "../../parts/forms";
import { Day } from "../../parts/Instant";
import { addressOf, download } from "../../service/api";
import { useAsked } from "../../service/asking";
import type { FileList, FileView, SubmissionView } from "../../service/types";
import { useWords } from "../../words";

/** What the service keeps of a submission, and until when. */
export function Files({ of, service, level }: { of: SubmissionView; service: URL; level: 2 | 3 }) {
  const words = useWords("submissions");
  const asked = useAsked<FileList>(service, `submissions/${of.id}/artifacts`);
  const { again } = asked;
  const seen = useRef(of.state);
  useEffect(() => {
    // Each state may have left another file.
    if (seen.current !== of.state) again();
    seen.current = of.state;
  }, [of.state, again]);
  if (asked.error !== null) return <Failure error={asked.error} onretry={asked.again} />;
  const kinds: Record<string, string> = words.fileKinds;
  return (
    <DataTable<FileView>
      title={words.files}
      level={level}
      name={`${of.id}-files`}
      rows={asked.answer?.items ?? []}
      keyOf={({ kind, digest, name }) => `${kind} ${name} ${digest}`}
      empty={words.noFiles}
      columns={[
        { id: "name", title: words.fileColumns.name, value: ({ name }) => name, isHeading: true },
        { id: "kind", title: words.fileColumns.kind, value: ({ kind }) => kinds[kind] ?? kind },
        {
          id: "bytes",
          title: words.fileColumns.size,
          value: ({ n_bytes }) => n_bytes,
          show: ({ n_bytes }) => count(n_bytes),
          isNumber: true,
        },
        {
          id: "until",
          title: words.fileColumns.until,
          value: ({ keep_until }) => keep_until,
          show: ({ keep_until }) => (keep_until === null ? words.forEver : <Day of={keep_until} />),
        },
        {
          id: "get",
          isDrawing: true,
          title: words.fileColumns.state,
          value: ({ digest }) => digest,
          show: (file) => (
            <Get
              file={file}
              address={addressOf(service, `submissions/${of.id}/artifacts/${file.digest}`)}
              service={service}
            />
          ),
        },
      ]}
    />
  );
}

/** A file is fetched rather than linked to: a link shows no key. */
function Get({ file, address, service }: { file: FileView; address: URL; service: URL }) {
  const words = useWords("submissions");
  const sending = useSending();
  if (file.purged_at !== null) return <span class="muted">{words.gone(day(file.purged_at) ?? "")}</span>;
  const get = async () => {
    save(await download(service, address), file.name.split("/").at(-1) ?? file.digest);
  };
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={`${words.download}: ${file.name}`}
        onClick={() => void sending.send(get)}
      >
        {words.download}
      </button>
      {sending.error !== null && <span class="bad small"> {String(sending.error)}</span>}
    </>
  );
}
