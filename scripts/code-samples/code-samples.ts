import { curlSample } from './curl.js';
import { type ApiDocument, type CodeSample } from './described-operation.js';
import { javaSample } from './java.js';
import { pythonSample } from './python.js';
import { sampleRequest, type SampleRequest } from './sample-request.js';
import { typescriptSample } from './typescript.js';

/** How a request is made in each language. */
export function codeSamples(request: SampleRequest): CodeSample[] {
  return [
    { lang: 'Shell', label: 'curl', source: curlSample(request) },
    { lang: 'TypeScript', label: 'TypeScript', source: typescriptSample(request) },
    { lang: 'Python', label: 'Python', source: pythonSample(request) },
    { lang: 'Java', label: 'Java', source: javaSample(request) },
  ];
}

/** Adds samples of each operation to the document, as `x-codeSamples`. */
export function addCodeSamples(document: ApiDocument): ApiDocument {
  for (const [template, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operation['x-codeSamples'] = codeSamples(sampleRequest(document, template, method));
    }
  }
  return document;
}
