import "./item.css";

import { useAddress } from "../../address";
import type { PageProps } from "../../pages";
import { Later } from "../../parts/Later";
import { itemsOf } from "../../site/answers";
import { loadBoard } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { ItemList } from "./ItemList";
import { OneItem } from "./OneItem";

/** The public items: all of them, or one with every entry's answer. */
export default function ItemPage({ publication }: PageProps) {
  const { item } = useAddress();
  const loaded = useLoaded(() => Promise.all([loadBoard(publication), itemsOf(publication)]), [publication]);
  return (
    <Later of={loaded} rows={12}>
      {([context, items]) =>
        item ? (
          <OneItem key={item} id={item} context={context} items={items} />
        ) : (
          <ItemList context={context} items={items} />
        )
      }
    </Later>
  );
}
