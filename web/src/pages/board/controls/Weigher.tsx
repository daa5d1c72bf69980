import type { ComponentProps } from "preact";
import { Later } from "../../../parts/Later";
import { useLoaded } from "../../../site/useLoaded";
import type Panel from "./Weights";

/** The sliders; their code is fetched by those who weigh. */
export function Weigher(props: ComponentProps<typeof Panel>) {
  const code = useLoaded(() => import("./Weights"), []);
  return (
    <Later of={code} rows={4}>
      {({ default: Weights }) => <Weights {...props} />}
    </Later>
  );
}
