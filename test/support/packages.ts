import { type Options, ZipFile } from 'yazl';

/** What a package is made of: paths and contents. */
export type Contents = Record<string, string | Buffer>;

/** Packs a zip, as a build does. */
export async function packed(contents: Contents, options: Partial<Options> = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(contents)) zip.addBuffer(Buffer.from(content), name, options);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const manifest = (attributes: Record<string, string>): string =>
  ['Manifest-Version: 1.0', ...Object.entries(attributes).map(([name, value]) => `${name}: ${value}`), ''].join('\r\n');

/** A jar of keywords, as Katalon's Gradle plugin makes it; with a manifest that says what is given here. */
export function keywordsJar(attributes: Record<string, string> = {}, more: Contents = {}): Promise<Buffer> {
  return packed({
    'META-INF/MANIFEST.MF': manifest(attributes),
    'katalon-plugin.json': JSON.stringify({ keywords: ['com.example.Keywords'] }),
    'com/example/Keywords.class': Buffer.from('cafebabe00000034', 'hex'),
    ...more,
  });
}

/** A plugin of Studio: an OSGi bundle. */
export function studioJar(symbolicName: string, version: string, more: Contents = {}): Promise<Buffer> {
  return packed({
    'META-INF/MANIFEST.MF': manifest({
      'Bundle-ManifestVersion': '2',
      'Bundle-Name': '%bundle.name',
      'Bundle-SymbolicName': `${symbolicName};singleton:=true`,
      'Bundle-Version': version,
    }),
    'plugin.xml': '<plugin/>',
    ...more,
  });
}

/** A jar that comes along with a plugin. */
export function libraryJar(name: string): Promise<Buffer> {
  return packed({
    'META-INF/MANIFEST.MF': manifest({ 'Bundle-SymbolicName': name, 'Bundle-Name': name, 'Bundle-Version': '3.9.0' }),
    'lib/Library.class': name,
  });
}

/** The same zip with one name in it changed to another of the same length, in both places where it stands. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (Buffer.byteLength(from) !== Buffer.byteLength(to)) throw new Error('The names must have the same length');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

/** The directory's record of a file: where in the zip it begins. */
export function recordOf(zip: Buffer, name: string): number {
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1)) {
    if (zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString() === name) return at;
  }
  throw new Error(`There is no ${name}`);
}

/** The form of an upload, fields first. */
export function form(file: Buffer, fileName: string, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', new Blob([new Uint8Array(file)]), fileName);
  return data;
}
