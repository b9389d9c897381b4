import { json, literal } from './literal.js';
import { addressOf, type SampleRequest } from './sample-request.js';

/** A class for Java 17 and later, with `java.net.http` alone. */
export function javaSample(request: SampleRequest): string {
  const { credential, body, answer } = request;
  const imports = [
    'java.net.URI',
    'java.net.http.HttpClient',
    'java.net.http.HttpRequest',
    'java.net.http.HttpResponse',
    ...(body?.kind === 'form' ? ['java.net.URLEncoder', 'java.nio.charset.StandardCharsets'] : []),
    ...(body?.kind === 'file' || answer === 'file' ? ['java.nio.file.Path'] : []),
  ].sort();
  return [
    ...imports.map((name) => `import ${name};`),
    '',
    'public class Example {',
    '  public static void main(String[] args) throws Exception {',
    '    HttpRequest request = HttpRequest.newBuilder()',
    `        .uri(URI.create(System.getenv("LICENSE_SERVER_URL") + "${addressOf(request)}"))`,
    ...(credential ? [`        .header("${credential.header}", ${credentialText(credential)})`] : []),
    ...contentType(body),
    `        .${methodText(request)}`,
    '        .build();',
    ...sendLines(request),
    '  }',
    '}',
    '',
  ].join('\n');
}

function credentialText({ variable, header }: NonNullable<SampleRequest['credential']>): string {
  const value = `System.getenv("${variable}")`;
  return header === 'Authorization' ? `"Bearer " + ${value}` : value;
}

function contentType(body: SampleRequest['body']): string[] {
  if (!body) return [];
  const types = { json: 'application/json', form: 'application/x-www-form-urlencoded' };
  const type = body.kind === 'file' ? 'multipart/form-data; boundary=END-OF-PART' : types[body.kind];
  return [`        .header("Content-Type", "${type}")`];
}

function methodText({ method, body }: SampleRequest): string {
  if (!body)
    return method === 'GET' || method === 'DELETE' ? `${method}()` : `method("${method}", ${publisher}.noBody())`;
  const content = bodyText(body);
  return method === 'POST' || method === 'PUT' ? `${method}(${content})` : `method("${method}", ${content})`;
}

const publisher = 'HttpRequest.BodyPublishers';

function bodyText(body: NonNullable<SampleRequest['body']>): string {
  if (body.kind === 'file') {
    return `${publisher}.concat(
            ${publisher}.ofString("--END-OF-PART\\r\\n"
                + "Content-Disposition: form-data; name=\\"file\\"; filename=\\"${body.file}\\"\\r\\n\\r\\n"),
            ${publisher}.ofFile(Path.of("${body.file}")),
            ${publisher}.ofString("\\r\\n--END-OF-PART--\\r\\n"))`;
  }
  if (body.kind === 'json') {
    const indent = '            ';
    return `${publisher}.ofString("""
${indent}${literal(body.value, json, indent).replaceAll('\\', '\\\\')}
${indent}""")`;
  }
  const fields = Object.entries(body.fields).map(
    ([name, value]) => `"${name}=" + URLEncoder.encode(${JSON.stringify(value)}, StandardCharsets.UTF_8)`,
  );
  return `${publisher}.ofString(
            ${fields.join('\n                + "&" + ')})`;
}

function sendLines({ answer, file }: SampleRequest): string[] {
  const handlers = 'HttpResponse.BodyHandlers';
  const [type, handler] =
    answer === 'file'
      ? ['Path', `${handlers}.ofFile(Path.of("${file}"))`]
      : answer === 'events'
        ? ['java.util.stream.Stream<String>', `${handlers}.ofLines()`]
        : ['String', `${handlers}.ofString()`];
  return [
    `    HttpResponse<${type}> response = HttpClient.newHttpClient().send(request, ${handler});`,
    '    if (response.statusCode() >= 400) throw new IllegalStateException("Refused: " + response.body());',
    ...(answer === 'events' ? ['    response.body().forEach(System.out::println);'] : []),
    ...(answer === 'redirect'
      ? ['    System.out.println(response.headers().firstValue("Location").orElseThrow());']
      : []),
    ...(answer === 'json' || answer === 'text' ? ['    System.out.println(response.body());'] : []),
  ];
}
