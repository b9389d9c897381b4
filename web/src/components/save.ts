import { Problem, UnreachableError } from '../api/problem';
import { fileNameIn } from './file-name';

/**
 * Fetches a file and has the browser save it under the name that the server gives it.
 *
 * @param accept the media type, where the server has several
 * @param onReceived is told the bytes that have come, again and again
 * @returns the file's name
 * @throws Problem when the server refuses
 */
export async function save(
  { address, fileName, accept = '*/*' }: { address: URL; fileName: string; accept?: string | undefined },
  onReceived: (bytes: number) => void,
): Promise<string> {
  const response = await fetch(address, { headers: { accept } }).catch(() => {
    throw new UnreachableError();
  });
  if (!response.ok) throw Problem.of(response.status, await response.json().catch(() => undefined));
  const parts: BlobPart[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    parts.push(value);
    received += value.length;
    onReceived(received);
  }
  const name = fileNameIn(response.headers.get('content-disposition')) ?? fileName;
  saveBlob(new Blob(parts, { type: response.headers.get('content-type') ?? '' }), name);
  return name;
}

/** Has the browser save something that the page has already. */
export function saveBlob(blob: Blob, name: string): void {
  const local = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = local;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(local), 60_000);
}
