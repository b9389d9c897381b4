import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type PluginKind, pluginKinds } from '../../src/plugin/plugin-kind.js';
import { isHash } from './plugin-lock.js';
import { causeOf, RefusedError, refusalOf, UnreachableError } from '../running-server/server-call.js';

/** A plugin as the server lists it. */
export interface ListedPlugin {
  id: number;
  name: string;
  version: string;
  kind: PluginKind;
  packaging: 'jar' | 'zip';
  jars: string[];
  size: number;
  sha256: string;
}

/** What has arrived is not what the server has listed, again and again. */
export class ChecksumError extends Error {}

/** Attempts at one download without a byte of progress between them. */
const attempts = 4;

/** Milliseconds without a byte after which a connection is taken to be dead. */
const silenceMillis = 60_000;

/** The plugin library of a server, as the owner of an API key sees it. */
export class PluginLibrary {
  private readonly address: string;

  /** @param organizationId whose private plugins are to come with the public ones */
  constructor(
    server: string,
    private readonly apiKey: string,
    organizationId?: number,
  ) {
    const scope = organizationId === undefined ? '' : `/organizations/${organizationId}`;
    this.address = `${server.replace(/\/+$/, '')}/api/v1${scope}/plugins`;
  }

  /**
   * The newest version of each plugin.
   *
   * @throws RefusedError, UnreachableError
   */
  async newest(): Promise<ListedPlugin[]> {
    const plugins: ListedPlugin[] = [];
    for (let page = 0; ; page++) {
      const answer = await this.request(`?newest=true&sort=name&size=500&page=${page}`);
      const { content, totalPages } = (await answer.json()) as { content: unknown[]; totalPages: number };
      for (const each of content) {
        if (!isListedPlugin(each)) throw new RefusedError('The answer of the server is not understood. Is it newer?');
        plugins.push(each);
      }
      if (page + 1 >= totalPages) return plugins;
    }
  }

  /**
   * Downloads a package to a file, going on where an earlier attempt broke off, and checks it.
   *
   * @param progress called with the bytes that are there
   * @throws RefusedError, UnreachableError, ChecksumError
   */
  async download(plugin: ListedPlugin, file: string, progress: (bytes: number) => void): Promise<void> {
    let failures = 0;
    for (;;) {
      const before = await sizeOf(file);
      try {
        if (before < plugin.size) await this.downloadRest(plugin, file, before, progress);
        if ((await sizeOf(file)) === plugin.size && (await fileHashOf(file)) === plugin.sha256) return;
        await rm(file, { force: true });
        throw new ChecksumError(`${plugin.name} ${plugin.version} came with the wrong checksum.`);
      } catch (error) {
        if (!(error instanceof UnreachableError || error instanceof ChecksumError)) throw error;
        failures = (await sizeOf(file)) > before ? 0 : failures + 1;
        if (failures >= attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** failures));
      }
    }
  }

  private async downloadRest(
    { id, sha256 }: ListedPlugin,
    file: string,
    from: number,
    progress: (bytes: number) => void,
  ): Promise<void> {
    const headers = from > 0 ? { range: `bytes=${from}-`, 'if-range': `"${sha256}"` } : undefined;
    const answer = await this.request(`/${id}/download`, headers);
    let received = answer.status === 206 ? from : 0;
    const body = Readable.fromWeb(answer.body as never);
    body.on('data', (chunk: Buffer) => progress((received += chunk.length)));
    try {
      await pipeline(body, createWriteStream(file, { flags: received > 0 ? 'a' : 'w' }));
    } catch (error) {
      // The disk's own words are for the caller; the rest is the network.
      if (/^(open|write)$/.test((error as NodeJS.ErrnoException).syscall ?? '')) throw error;
      throw new UnreachableError(`The connection broke off: ${causeOf(error)}`, { cause: error });
    }
  }

  private async request(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error('no answer')), silenceMillis);
    let answer: Response;
    try {
      answer = await fetch(this.address + path, {
        headers: { ...headers, authorization: `Bearer ${this.apiKey}` },
        signal: abort.signal,
      });
    } catch (error) {
      throw new UnreachableError(`The server does not answer at ${this.address}: ${causeOf(error)}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
    if (answer.ok) return answer;
    throw refusalOf(answer, await answer.text());
  }
}

function isListedPlugin(value: unknown): value is ListedPlugin {
  const { id, name, version, kind, packaging, jars, size, sha256 } = (value ?? {}) as Record<
    keyof ListedPlugin,
    unknown
  >;
  return (
    [id, size].every((each) => Number.isSafeInteger(each) && Number(each) > 0) &&
    [name, version].every((each) => typeof each === 'string' && each !== '') &&
    pluginKinds.includes(kind as PluginKind) &&
    (packaging === 'jar' || packaging === 'zip') &&
    Array.isArray(jars) &&
    jars.every((jar) => typeof jar === 'string') &&
    isHash(sha256)
  );
}

/** SHA-256 of a file, in hexadecimal. */
export async function fileHashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
