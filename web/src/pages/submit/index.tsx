import "./submit.css";

import { useEffect } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { announce } from "../../announce";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Failure } from "../../parts/Failure";
import { Icon } from "../../parts/Icon";
import { Later } from "../../parts/Later";
import { useAsked } from "../../service/asking";
import { useService } from "../../service/context";
import { Gate } from "../../service/Gate";
import type { BenchmarkView, Me, Service } from "../../service/types";
import type { Publication } from "../../site/publication";
import type { Benchmark } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { Submission } from "../submissions/Submission";
import type { Taken } from "./choosing";
import { DropForm } from "./DropForm";
import { Steps, takesResults } from "./Steps";
import { Making, StaticWay } from "./Ways";

interface Known {
  benchmark: Benchmark;
  /** Public items; null where that is not known here. */
  nItems: number | null;
}

async function known(publication: Publication): Promise<Known> {
  // Handing in must not depend on whether the rows of the board can be read.
  const counted = publication.columns().then(
    ({ header }) => header.public_set.n_items,
    () => null,
  );
  const [{ benchmark }, nItems] = await Promise.all([publication.benchmark(), counted]);
  return { benchmark, nItems };
}

/** How to hand in: what is needed, the form of a live service, and the commands. */
export default function Page({ publication }: PageProps) {
  const words = useWords("submit");
  const service = useService();
  const title = publication.root.title;
  const loaded = useLoaded(() => known(publication), [publication]);
  useEffect(() => titled(words.title(title), title), [words, title]);
  return (
    <div class="stack">
      <h1>{service ? words.title(title) : words.static.title(title)}</h1>
      {service && <p class="prose">{words.lead}</p>}
      <Later of={loaded} rows={4}>
        {(board) => (service ? <Live board={board} service={service} /> : <Static board={board} />)}
      </Later>
    </div>
  );
}

function Static({ board }: { board: Known }) {
  return (
    <>
      <StaticWay source={board.benchmark.source ?? null} />
      <Steps benchmark={board.benchmark} nItems={board.nItems} rules={null} isLive={false} />
      <Making board={board.benchmark.id} service={null} />
    </>
  );
}

function Live({ board, service }: { board: Known; service: URL }) {
  const words = useWords("submit");
  const { submission } = useAddress();
  const { benchmark } = board;
  const rules = useAsked<BenchmarkView>(service, `benchmarks/${benchmark.id}`);
  const server = useAsked<Service>(service, "service");
  if (submission) return <Accepted id={submission} />;
  const most = [rules.answer?.rules.limits.upload_megabytes, server.answer?.upload_megabytes].filter(
    (limit) => limit !== undefined,
  );
  const taken: Taken = {
    benchmark: benchmark.id,
    protocol: benchmark.protocol_version,
    most: most.length > 0 ? 1e6 * Math.min(...most) : null,
    results: takesResults(benchmark),
  };
  return (
    <>
      <Steps benchmark={benchmark} nItems={board.nItems} rules={rules.answer?.rules ?? null} isLive />
      {rules.error !== null && <Failure error={rules.error} onretry={rules.again} />}
      {rules.answer?.retired ? (
        <p class="card">{words.retired}</p>
      ) : (
        <Gate purpose="submit">{(me) => <HandIn me={me} service={service} taken={taken} />}</Gate>
      )}
      <Making board={benchmark.id} service={service} />
    </>
  );
}

/** The form, for whom it is open; to others why it is not. */
function HandIn({ me, service, taken }: { me: Me; service: URL; taken: Taken }) {
  const { form, accepted } = useWords("submit");
  if (me.organisation === null) {
    return (
      <section class="card stack">
        <p>{form.noOrganisation}</p>
        <p>
          <a class="button main" href={href({ page: "account" })}>
            {form.toAccount}
          </a>
        </p>
      </section>
    );
  }
  if (me.benchmarks.length > 0 && !me.benchmarks.includes(taken.benchmark))
    return <p class="card">{form.otherBoards(me.benchmarks.join(", "))}</p>;
  return (
    <DropForm
      service={service}
      taken={taken}
      onaccepted={(receipt) => {
        announce(`${accepted.title}: ${receipt.id}`);
        change({ submission: receipt.id }, "place");
      }}
    />
  );
}

/** What was taken in, and what becomes of it. The address names it: it can be loaded anew, and shared. */
function Accepted({ id }: { id: string }) {
  const { accepted } = useWords("submit");
  const { pages } = useWords("common");
  return (
    <>
      <p class="said" role="status">
        <Icon name="check" />
        <span>
          <strong>{accepted.title}.</strong> {accepted.text}
        </span>
      </p>
      <Gate purpose="submissions">
        {(me, service) => <Submission id={id} service={service} isOwn={me.organisation !== null} level={2} />}
      </Gate>
      <div class="row">
        <a class="button" href={href({ page: "submit" })}>
          {accepted.another}
        </a>
        <a class="button" href={href({ page: "submissions" })}>
          {pages.submissions}
        </a>
      </div>
    </>
  );
}
