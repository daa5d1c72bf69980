import { defineConfig } from "vitest/config";

// What asks for all the rest comes first, without anything that draws.
const START = [
  /src\/(start|pages)\.ts$/,
  /src\/words\/loading\.ts$/,
  /src\/site\/(failure|fetching|publication|shapes)\.ts$/,
  /vite\/preload-helper/,
];
// What nearly every page needs comes as one file: a hundred small ones cost a phone a hundred round trips.
const SHARED = [
  /node_modules\/preact\//,
  /src\/[^/]+\.tsx?$/,
  /src\/words\/(index|counting)\.ts$/,
  /src\/site\/(?!answers|configuration|types)/,
  /src\/service\/(api|context|credentials|events)\.ts$/,
  /src\/parts\/(Address|Assurance|Copy|DataTable|EntryName|Export|Failure|Icon|Later|Loading|Shell|Tabs|useInView|useSteps|useVirtualRows|export|failure|data-table|assurance|copy|shell|tabs)/,
];

// All of the board but what some of its readers ask for; its entrance stays apart, or it would need code to be one.
const BOARD =
  /src\/pages\/board\/(?!index|controls\/Weights\.|views\/(Efficiency|Facet))|node_modules\/@tanstack\/(?!virtual)/;

export default defineConfig({
  // Every address is relative: the same files are a page under any path of any host.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/proofboard/publish/site",
    emptyOutDir: true,
    target: "es2022",
    // Neither inline scripts nor data addresses: the policy of the page allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "start", test: (id: string) => START.some((one) => one.test(id)), priority: 3 },
            { name: "shared", test: (id: string) => SHARED.some((one) => one.test(id)), priority: 2 },
            { name: "board", test: BOARD, priority: 1 },
          ],
        },
      },
    },
    // Vega is one large part that loads on demand.
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: "es" },
  test: { include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"], environment: "node" },
});
