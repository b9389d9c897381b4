import type { OrganizationPluginPage, PluginPage, PluginView } from '../../generated/api';
import { answer, api, serverRoot } from '../api/client';
import { connection } from '../api/connection';
import { Problem, UnreachableError } from '../api/problem';
import { organizationKey, queryClient, refreshOrganization } from '../api/queries';
import type { PageRequest } from '../table/list-request';

/** Whose library: an organization's, by its id, or the public one. */
export type Library = number | 'public';

export type PluginKind = PluginView['kind'];

/** The key of a query about a library. */
export function pluginKey(library: Library, ...more: unknown[]): readonly unknown[] {
  return library === 'public' ? ['public-plugins', ...more] : organizationKey(library, 'plugins', ...more);
}

/** Where a library is. */
export function libraryAddressOf(library: Library): string {
  return library === 'public'
    ? `${serverRoot}/api/v1/plugins`
    : `${serverRoot}/api/v1/organizations/${library}/plugins`;
}

export function pluginsOf(library: Library, query: PageRequest): Promise<PluginPage & Partial<OrganizationPluginPage>> {
  return answer<PluginPage & Partial<OrganizationPluginPage>>(
    library === 'public'
      ? api.GET('/api/v1/plugins', { params: { query } })
      : api.GET('/api/v1/organizations/{organizationId}/plugins', {
          params: { path: { organizationId: library }, query },
        }),
  );
}

export async function deletePlugin(library: Library, pluginId: number): Promise<void> {
  await answer(
    library === 'public'
      ? api.DELETE('/api/v1/plugins/{pluginId}', { params: { path: { pluginId } } })
      : api.DELETE('/api/v1/organizations/{organizationId}/plugins/{pluginId}', {
          params: { path: { organizationId: library, pluginId } },
        }),
  );
  await refreshPlugins(library);
}

export function refreshPlugins(library: Library): Promise<void> {
  return library === 'public'
    ? queryClient.invalidateQueries({ queryKey: pluginKey(library) })
    : refreshOrganization(library, ['plugins']);
}

/** What an uploader says of a package; empty: as its manifest says. */
export interface PluginTexts {
  name: string;
  version: string;
  kind: PluginKind | null;
  description: string;
}

interface Upload {
  /** Receives the share that has gone, 0 to 1. */
  onSent: (share: number) => void;
  /** Ends the upload. */
  signal: AbortSignal;
}

/**
 * Sends a package. Only XMLHttpRequest tells how much has gone.
 *
 * @throws Problem when the server refuses
 */
export function uploadPlugin(
  library: Library,
  file: File,
  texts: PluginTexts,
  { onSent, signal }: Upload,
): Promise<PluginView> {
  const form = new FormData();
  for (const [name, value] of Object.entries(texts) as [string, string | null][]) {
    const text = value?.trim();
    if (text) form.append(name, text);
  }
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', libraryAddressOf(library));
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0));
    request.addEventListener('error', () => {
      connection.lost();
      reject(new UnreachableError());
    });
    request.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
    request.addEventListener('load', () => {
      const body = jsonOf(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as PluginView);
      else reject(Problem.of(request.status, body));
    });
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
