/* global document */
import { init } from './redoc.js';

/** The server's address as the reader's browser knows it: this file is three folders below it. */
const server = new URL('../../..', import.meta.url).href.replace(/\/$/, '');
const page = document.getElementById('reference');

try {
  const response = await fetch(new URL('./openapi.json', import.meta.url));
  if (!response.ok) throw new Error(`status ${response.status}`);
  const description = { ...(await response.json()), servers: [{ url: server }] };
  init(
    description,
    {
      router: 'hash',
      disableTelemetry: true,
      // The viewer shows samples only of languages that it is told of.
      codeSamples: { languages: ['curl', 'TypeScript', 'Python', 'Java', 'Payload'].map((lang) => ({ lang })) },
      downloadUrls: [{ title: 'OpenAPI document', url: `${server}/api-json` }],
    },
    page,
  );
} catch (error) {
  page.className = 'failure';
  page.textContent = `The API reference could not be loaded (${error.message}). Reload the page.`;
}
