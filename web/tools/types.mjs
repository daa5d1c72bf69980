// Standard input: one JSON Schema whose definitions are all our documents. Standard output: their TypeScript types.
import { compile } from "json-schema-to-typescript";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { banner, schema } = JSON.parse(Buffer.concat(chunks).toString("utf-8"));

process.stdout.write(
  await compile(schema, "Everything", {
    additionalProperties: false,
    bannerComment: `// ${banner}`,
    format: true,
    maxItems: 4,
    style: { printWidth: 120 },
    unknownAny: true,
  }),
);
