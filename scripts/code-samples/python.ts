import { literal, type Notation } from './literal.js';
import { addressOf, type SampleRequest } from './sample-request.js';

const notation: Notation = {
  name: (name) => `${JSON.stringify(name)}: `,
  text: (text) => JSON.stringify(text),
  constants: { true: 'True', false: 'False', null: 'None' },
  lastComma: ',',
  indent: '    ',
};

/** A program for the package `requests`. */
export function pythonSample(request: SampleRequest): string {
  const { method, credential, body, answer } = request;
  const lines = [
    `    os.environ["LICENSE_SERVER_URL"] + "${addressOf(request)}",`,
    ...(credential ? [`    headers={"${credential.header}": ${credentialText(credential)}},`] : []),
    ...(body?.kind === 'json' ? [`    json=${literal(body.value, notation, '    ')},`] : []),
    ...(body?.kind === 'form' ? [`    data=${literal(body.fields, notation, '    ')},`] : []),
    ...(body?.kind === 'file' ? [`    files={"file": open("${body.file}", "rb")},`] : []),
    ...(answer === 'redirect' ? ['    allow_redirects=False,'] : []),
    ...(answer === 'events' ? ['    stream=True,'] : []),
    '    timeout=30,',
  ];
  return [
    'import os',
    '',
    'import requests',
    '',
    `response = requests.${method.toLowerCase()}(`,
    ...lines,
    ')',
    'response.raise_for_status()',
    ...(answer === 'file'
      ? [`with open("${request.file}", "wb") as file:`, '    file.write(response.content)']
      : resultLines[answer]),
    '',
  ].join('\n');
}

function credentialText({ variable, header }: NonNullable<SampleRequest['credential']>): string {
  const value = `os.environ["${variable}"]`;
  return header === 'Authorization' ? `"Bearer " + ${value}` : value;
}

const resultLines: Record<Exclude<SampleRequest['answer'], 'file'>, string[]> = {
  json: ['if response.content:', '    print(response.json())'],
  text: ['print(response.text)'],
  events: ['for line in response.iter_lines(decode_unicode=True):', '    print(line)'],
  redirect: ['print(response.headers["Location"])'],
  nothing: [],
};
