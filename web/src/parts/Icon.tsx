const PATHS = {
  check: "m3 8.5 3.5 3.5L13 4.5",
  warning: "M8 2 15 14H1ZM8 6.5v3.6M8 12v.2",
  cross: "m4 4 8 8m0-8-8 8",
  minus: "M3 8h10",
  diamond: "M8 2.5 13.5 8 8 13.5 2.5 8Z",
  checks: "m1 9 3 3 5-6M8 11l1 1 6-7",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  download: "M8 2v8m-3.5-3L8 10.5 11.5 7M2.5 13.5h11",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.4 7.9 3.6 3.6",
  pin: "M6 2h4l-.5 5 2.5 2.5H4L6.5 7ZM8 9.5V14",
  chevron: "m4 6 4 4 4-4",
  more: "M3 8h.1M8 8h.1M13 8h.1",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  external: "M9.5 2.5h4v4m0-4-6 6M6 3.5H2.5v10h10V10",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.5V8l2.5 1.5",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.9 3v10",
  sliders: "M2.5 5h6m3 0h2M2.5 11h2m3 0h6M10 3.5v3M6 9.5v3",
  play: "M4.5 3v10l8-5Z",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10m-4-4 4 4 4-4",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a word that says the same; hidden from those who listen. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
