// Part of `npm run lint`: holds the OpenAPI document, as it was built, against the strict rules of Redocly.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fieldsWithoutExample } from '../../dist/scripts/code-samples/described-examples.js';

const file = path.join(import.meta.dirname, '..', '..', 'web', 'generated', 'openapi.json');
const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    // The contract with the vendor says what the software may be used for.
    'info-license': 'off',
    // Every operation has a `default` answer for what can happen anywhere; some have no refusal of their own.
    'operation-4xx-response': 'off',
    'operation-operationId': 'error',
    'operation-description': 'off',
    'no-invalid-schema-examples': 'error',
    'no-invalid-parameter-examples': 'error',
    'no-invalid-media-type-examples': 'error',
  },
});
const source = readFileSync(file, 'utf8');
const problems = await lintFromString({ source, absoluteRef: file, config });
for (const { ruleId, message, location } of problems) console.error(`${ruleId}: ${message} (${location[0]?.pointer})`);

const withoutExample = fieldsWithoutExample(JSON.parse(source));
for (const name of withoutExample) console.error(`no example: ${name} (scripts/code-samples)`);
process.exitCode = problems.length + withoutExample.length === 0 ? 0 : 1;
