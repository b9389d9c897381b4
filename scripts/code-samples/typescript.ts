import { literal, type Notation } from './literal.js';
import { addressOf, type SampleRequest } from './sample-request.js';

const notation: Notation = {
  name: (name) => (/^[a-z_$][\w$]*$/i.test(name) ? `${name}: ` : `${quoted(name)}: `),
  text: quoted,
  constants: { true: 'true', false: 'false', null: 'null' },
  lastComma: ',',
  indent: '  ',
};

/** A program for the client library. What the library does not wait for, events and redirects, is read with `fetch`. */
export function typescriptSample(request: SampleRequest): string {
  return request.answer === 'events' || request.answer === 'redirect' ? withFetch(request) : withLibrary(request);
}

function withLibrary(request: SampleRequest): string {
  const { method, template, credential, body, answer } = request;
  const key = credential?.header === 'Authorization' ? `, { apiKey: ${credential.variable} }` : '';
  const options = optionLines(request);
  const call = `await server.${method.toLowerCase()}(${quoted(template)}${options ? `, {\n${options}\n}` : ''})`;
  return [
    ...(body?.kind === 'file' ? ["import { openAsBlob } from 'node:fs';"] : []),
    ...(answer === 'file' ? ["import { writeFile } from 'node:fs/promises';"] : []),
    "import { LicenseServer } from 'license-server-client';",
    '',
    environmentLine(request),
    `const server = new LicenseServer(LICENSE_SERVER_URL${key});`,
    ...(body?.kind === 'file' ? uploadLines(body.file) : []),
    ...resultLines(call, request),
    '',
  ].join('\n');
}

function environmentLine({ credential }: SampleRequest): string {
  const names = ["LICENSE_SERVER_URL = ''", ...(credential ? [`${credential.variable} = ''`] : [])];
  return `const { ${names.join(', ')} } = process.env;`;
}

function optionLines({ path, query, credential, body }: SampleRequest): string {
  const options = {
    ...(Object.keys(path).length > 0 && { path: literal(path, notation, '  ') }),
    ...(Object.keys(query).length > 0 && { query: literal(query, notation, '  ') }),
    ...(credential?.header === 'X-Setup-Token' && { headers: `{ 'x-setup-token': ${credential.variable} }` }),
    ...(body && { body: bodyText(body) }),
  };
  return Object.entries(options)
    .map(([name, text]) => `  ${name}: ${text},`)
    .join('\n');
}

function bodyText(body: NonNullable<SampleRequest['body']>): string {
  if (body.kind === 'file') return 'form';
  return body.kind === 'form'
    ? `new URLSearchParams(${literal(body.fields, notation, '  ')})`
    : literal(body.value, notation, '  ');
}

function uploadLines(file: string): string[] {
  return ['const form = new FormData();', `form.append('file', await openAsBlob('${file}'), '${file}');`];
}

function resultLines(call: string, { answer, file }: SampleRequest): string[] {
  if (answer === 'nothing') return [`${call};`];
  if (answer !== 'file') return [`const answer = ${call};`, 'console.log(answer);'];
  return [
    `const answer = ${call};`,
    `await writeFile('${file}', Buffer.from(await new Blob([answer]).arrayBuffer()));`,
  ];
}

function withFetch(request: SampleRequest): string {
  const { method, credential, body, answer } = request;
  const options = [
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    ...(credential ? [`  headers: { Authorization: \`Bearer \${${credential.variable}}\` },`] : []),
    ...(body ? [`  body: ${bodyText(body)},`] : []),
    ...(answer === 'redirect' ? ["  redirect: 'manual',"] : []),
  ];
  const result =
    answer === 'redirect'
      ? ["console.log(response.headers.get('location'));"]
      : [
          'for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {',
          '  console.log(text);',
          '}',
        ];
  return [
    environmentLine(request),
    `const response = await fetch(\`\${LICENSE_SERVER_URL}${addressOf(request)}\`, {`,
    ...options,
    '});',
    ...result,
    '',
  ].join('\n');
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
