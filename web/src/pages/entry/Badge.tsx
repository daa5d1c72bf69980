import { useRef } from "preact/hooks";
import { Copy } from "../../parts/Copy";
import { save } from "../../parts/exporting";
import { Icon } from "../../parts/Icon";
import { addressOf } from "../../service/api";
import { useService } from "../../service/context";
import { useWords } from "../../words";
import { type BadgeDrawing, drawnBadge, htmlOf, markdownOf } from "./badge";
import type { Shown } from "./index";

const HEIGHT = 20;

/** A badge that says rank, score and how that is known, with what to put on another page. */
export function Badge({ row, name, context }: Shown) {
  const { badge: words } = useWords("entry");
  const service = useService();
  const place = useRef<SVGSVGElement>(null);
  const { publication, board } = context;
  const drawing = drawnBadge(row, context, words.notScored);
  const file = `${name.replace("/", "-")}.svg`;
  const target = new URL(".", document.baseURI);
  target.search = new URLSearchParams({ page: "entry", entry: name }).toString().replaceAll("%2F", "/");
  const picture = service
    ? addressOf(service, "badge.svg", { entry: name, benchmark: publication.root.benchmark }).href
    : file;
  const alt = words.alt(board.title, drawing.said);
  const keep = () => {
    if (!place.current) return;
    const text = new XMLSerializer().serializeToString(place.current);
    save(new Blob([text], { type: "image/svg+xml" }), file);
  };
  const snippets = [
    { id: "markdown", title: words.markdown, label: words.copyMarkdown, text: markdownOf(alt, picture, target.href) },
    { id: "html", title: words.html, label: words.copyHtml, text: htmlOf(alt, picture, target.href) },
  ];
  return (
    <section class="card stack" id="badge">
      <h2>{words.title}</h2>
      <p class="muted prose">
        {words.lead} {service ? words.live : words.static}
      </p>
      <Picture of={drawing} place={place} />
      <div class="no-print">
        <button type="button" class="button small" onClick={keep}>
          <Icon name="download" size={14} /> {words.download}
        </button>
      </div>
      {snippets.map(({ id, title, label, text }) => (
        <div key={id}>
          <div class="spread">
            <h3>{title}</h3>
            <Copy text={text} label={label} />
          </div>
          <pre class="changed" id={`badge-${id}`}>
            {text}
          </pre>
        </div>
      ))}
    </section>
  );
}

interface PictureProps {
  of: BadgeDrawing;
  place: { current: SVGSVGElement | null };
}

function Picture({ of: { title, said, colour, left, right }, place }: PictureProps) {
  const width = left + right;
  const text = { y: 14, lengthAdjust: "spacingAndGlyphs" } as const;
  return (
    <svg
      ref={place}
      xmlns="http://www.w3.org/2000/svg"
      class="badge-preview"
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={`${title}: ${said}`}
    >
      <title>{`${title}: ${said}`}</title>
      <rect width={width} height={HEIGHT} rx="3" fill="#3d4446" />
      <path d={`M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${left}z`} fill={colour} />
      <g fill="#ffffff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
        <text x={left / 2} {...text} textLength={left - 20}>
          {title}
        </text>
        <text x={left + right / 2} {...text} textLength={right - 20}>
          {said}
        </text>
      </g>
    </svg>
  );
}
