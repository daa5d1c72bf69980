import { useState } from "preact/hooks";
import { Confirm } from "../../parts/forms";
import { ask } from "../../service/api";
import type { BenchmarkView } from "../../service/types";
import { useWords } from "../../words";
import { ArchiveForm } from "./ArchiveForm";
import type { OwnerProps } from "./index";

interface DirectoryProps extends OwnerProps {
  view: BenchmarkView;
  onchanged: () => void;
}

/** The benchmark directory behind the board: given anew, or retired. */
export function Directory({ service, benchmark, view, onchanged }: DirectoryProps) {
  const { archive } = useWords("owner");
  const replace = async (file: File) => {
    await ask<null>(service, "PUT", `benchmarks/${benchmark}/archive`, { body: file });
    onchanged();
    return archive.replaced;
  };
  return (
    <>
      <ArchiveForm title={archive.replace} lead={archive.replaceLead} action={archive.replaceNow} send={replace} />
      <Retiring service={service} benchmark={benchmark} view={view} onchanged={onchanged} />
    </>
  );
}

function Retiring({ service, benchmark, view, onchanged }: DirectoryProps) {
  const { archive } = useWords("owner");
  const [isSure, setSure] = useState(false);
  const retire = async () => {
    await ask<null>(service, "POST", `benchmarks/${benchmark}/retire`);
    onchanged();
  };
  return (
    <section class="card stack">
      <h2>{archive.retire}</h2>
      {view.retired ? (
        <p role="status">{archive.retired}</p>
      ) : (
        <>
          <p class="muted prose">{archive.retireLead}</p>
          <div>
            <button type="button" class="button bad" onClick={() => setSure(true)}>
              {archive.retireNow}
            </button>
          </div>
        </>
      )}
      {isSure && (
        <Confirm
          title={archive.retireNow}
          action={archive.retireNow}
          isBad
          onconfirm={retire}
          onclose={() => setSure(false)}
        >
          <p>{archive.retireSure(view.title)}</p>
        </Confirm>
      )}
    </section>
  );
}
