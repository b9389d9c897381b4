import { json, literal } from './literal.js';
import { addressOf, type SampleRequest } from './sample-request.js';

export function curlSample(request: SampleRequest): string {
  const { credential, body, method, answer } = request;
  const impliedMethod = body ? 'POST' : 'GET';
  const options = [
    ...(method === impliedMethod ? [] : [`-X ${method}`]),
    ...(answer === 'events' ? ['--no-buffer'] : []),
    ...(answer === 'file' ? [`--output ${request.file}`] : []),
    ...(answer === 'redirect' ? ["--output /dev/null --write-out '%{redirect_url}\\n'"] : []),
    ...(credential
      ? [`-H "${credential.header}: ${credential.header === 'Authorization' ? 'Bearer ' : ''}$${credential.variable}"`]
      : []),
    ...bodyOptions(request),
  ];
  return [`curl "$LICENSE_SERVER_URL${addressOf(request)}"`, ...options].join(' \\\n  ');
}

function bodyOptions({ body }: SampleRequest): string[] {
  if (body?.kind === 'json') return [`--json ${quoted(literal(body.value, json, '  '))}`];
  if (body?.kind === 'file') return [`-F file=@${body.file}`];
  return Object.entries(body?.fields ?? {}).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
