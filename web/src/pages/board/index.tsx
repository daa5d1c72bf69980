// The board: what everybody sees first.

import { useEffect, useState } from "preact/hooks";
import { announce } from "../../announce";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import { useWords } from "../../words";
import { Board } from "./Board";
import { useNews } from "./live";
import { type Context, loadContext } from "./rows/context";

export default function Page({ publication, onnewer }: PageProps) {
  const { live } = useWords("board");
  const [context, setContext] = useState<Context | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [message, setMessage] = useState<string | null>(null);
  useEffect(() => {
    // What this page has told of is shown already.
    if (context?.publication === publication) return undefined;
    let isCurrent = true;
    loadContext(publication).then(
      (made) => isCurrent && setContext(made),
      (error: unknown) => isCurrent && setFailed(error),
    );
    return () => {
      isCurrent = false;
    };
  }, [publication]);
  useNews(context, (news) => {
    const text = news ? live.updated(news.added, news.moved) : live.failed;
    setMessage(text);
    announce(text);
    if (!news) return;
    setContext(news.context);
    onnewer(news.context.publication);
  });
  useEffect(() => {
    if (context) titled(context.header.title, null);
  }, [context]);
  if (failed !== null) return <Failure error={failed} />;
  if (context === null) {
    return (
      <div class="board-room">
        <Loading />
      </div>
    );
  }
  return <Board context={context} message={message} onread={() => setMessage(null)} />;
}
