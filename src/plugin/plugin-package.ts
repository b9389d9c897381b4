import { createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { DomainError } from '../errors/domain-error.js';
import { manifestAttribute, type JarManifest, readJarManifest } from './manifest.js';
import { PackageBudget, type PackageLimits } from './package-limits.js';
import { InvalidPackageError, type PluginMetadata } from './plugin.errors.js';

/** A jar, and where it is as a file. */
export interface PackagedJar {
  /** Its path in the package; of a package that is a jar itself, the package's name. */
  name: string;
  file: string;
}

/** What was found in a package. */
export interface PluginPackage {
  packaging: 'jar' | 'zip';
  jars: PackagedJar[];
  metadata: PluginMetadata;
}

/** What a jar tells of itself. */
interface JarFindings {
  manifest: JarManifest;
  /** Katalon's own description of keywords in a jar. */
  hasKeywords: boolean;
  /** An extension of Studio's platform, which is Eclipse. */
  hasExtensions: boolean;
}

const manifestName = 'META-INF/MANIFEST.MF';
const keywordNames = ['katalon-plugin.json', 'META-INF/katalon-plugin.json'];
const largestManifest = 1024 * 1024;

/** Bytes that are unpacked in one piece. */
const smallFile = 64 * 1024;

/**
 * Reads a plugin package from its first to its last byte: a jar, or a zip of jars. It is good when this returns: every file in
 * it is what its directory says, none lies outside, is a link or encrypted, and all of it keeps within the limits, which are
 * checked against what is unpacked and not against what it claims.
 *
 * @param file where it is
 * @param name what it is called, for a jar without a manifest
 * @param jarFile where to put a jar that is in the zip; who calls this removes it
 * @throws InvalidPackageError
 */
export async function readPackage(
  file: string,
  name: string,
  limits: PackageLimits,
  jarFile: (jar: string) => string,
): Promise<PluginPackage> {
  const budget = new PackageBudget(limits, (await stat(file)).size);
  const names = await directoryOf(file, budget);
  const innerJars = names.filter((each) => /\.jar$/i.test(each));
  if (isJar(names) || (/\.jar$/i.test(name) && innerJars.length === 0)) {
    const findings = await readJar(file, budget);
    return { packaging: 'jar', jars: [{ name, file }], metadata: metadataOf([findings]) };
  }
  if (innerJars.length === 0) {
    throw new InvalidPackageError('no-jar', 'It is neither a jar nor a zip with jars in it.');
  }
  const jars: PackagedJar[] = [];
  await eachFile(file, budget, async (entry, contents) => {
    if (!/\.jar$/i.test(entry.fileName)) return drain(contents);
    const target = jarFile(entry.fileName);
    jars.push({ name: entry.fileName, file: target });
    return writeFile(target, contents);
  });
  const findings: JarFindings[] = [];
  for (const jar of jars) {
    try {
      await directoryOf(jar.file, budget);
      findings.push(await readJar(jar.file, budget));
    } catch (error) {
      if (!(error instanceof InvalidPackageError)) throw error;
      throw new InvalidPackageError(error.details.reason, `${path.posix.basename(jar.name)}: ${error.message}`);
    }
  }
  return { packaging: 'zip', jars, metadata: metadataOf(findings) };
}

function isJar(names: readonly string[]): boolean {
  return names.some((each) => each === manifestName || keywordNames.includes(each));
}

/** Reads the directory alone: whether it is one, and what it claims. */
async function directoryOf(file: string, budget: PackageBudget): Promise<string[]> {
  await checkBeginning(file);
  return reading(file, async (zip) => {
    budget.countEntries(zip.entryCount);
    const names: string[] = [];
    let claimed = 0;
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry);
      claimed += entry.uncompressedSize;
      budget.expect(claimed);
      names.push(entry.fileName);
    }
    if (names.length === 0) throw new InvalidPackageError('empty', 'It is empty.');
    const seen = new Set<string>();
    for (const name of names.filter((each) => /\.jar$/i.test(each))) {
      const key = name.normalize('NFC').toLowerCase();
      if (seen.has(key)) throw new InvalidPackageError('unsafe-name', `It holds ${name} twice.`);
      seen.add(key);
    }
    return names;
  });
}

async function readJar(file: string, budget: PackageBudget): Promise<JarFindings> {
  const findings: JarFindings = { manifest: new Map(), hasKeywords: false, hasExtensions: false };
  await eachFile(file, budget, async (entry, contents) => {
    if (entry.fileName === manifestName && entry.uncompressedSize <= largestManifest) {
      const chunks: Buffer[] = [];
      for await (const chunk of contents) chunks.push(chunk);
      findings.manifest = readJarManifest(Buffer.concat(chunks));
      return;
    }
    if (keywordNames.includes(entry.fileName)) findings.hasKeywords = true;
    if (entry.fileName === 'plugin.xml') findings.hasExtensions = true;
    await drain(contents);
  });
  return findings;
}

/**
 * The jar that a package is about speaks for it: the one with keywords, else the one that extends Studio, else the only one.
 * The libraries that come along are mostly OSGi bundles too, and say nothing of the package.
 */
function metadataOf(jars: readonly JarFindings[]): PluginMetadata {
  const isBundle = ({ manifest }: JarFindings): boolean =>
    manifestAttribute(manifest, 'Bundle-SymbolicName') !== undefined;
  const keywords = jars.find((jar) => jar.hasKeywords);
  const extension = jars.find((jar) => jar.hasExtensions && isBundle(jar));
  const main = keywords ?? extension ?? (jars.length === 1 ? jars[0] : undefined);
  const kind = !keywords && main && isBundle(main) ? 'studio' : 'custom-keywords';
  if (!main) return { kind };
  return {
    kind,
    name: manifestAttribute(main.manifest, 'Bundle-Name', 'Bundle-SymbolicName', 'Implementation-Title'),
    version: manifestAttribute(main.manifest, 'Bundle-Version', 'Implementation-Version'),
  };
}

/** Reads all files of a zip one after the other; each must be read to its end. */
async function eachFile(
  file: string,
  budget: PackageBudget,
  read: (entry: Entry, contents: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  await reading(file, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry);
      if (!entry.fileName.endsWith('/')) await read(entry, contentsOf(zip, entry, budget));
    }
  });
}

/** The unpacked bytes, counted against the budget and checked against the directory. */
async function* contentsOf(zip: ZipFile, entry: Entry, budget: PackageBudget): AsyncGenerator<Buffer> {
  const isSmall = Math.max(entry.compressedSize, entry.uncompressedSize) <= smallFile;
  const unpacked: AsyncIterable<Buffer> =
    isSmall && entry.compressionMethod === 8 ? inOnePiece(zip, entry) : await zip.openReadStreamPromise(entry);
  let checksum = 0;
  for await (const chunk of unpacked) {
    budget.take(chunk.length);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw damaged(`${entry.fileName} does not match its checksum.`);
}

/** Jars have thousands of small files, and a stream for each would take most of the time. */
async function* inOnePiece(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = [];
  const packed: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  for await (const chunk of packed) chunks.push(chunk);
  const unpacked = inflateAtMost(Buffer.concat(chunks), entry.uncompressedSize);
  if (unpacked?.length !== entry.uncompressedSize) {
    throw damaged(`${entry.fileName} does not unpack to as many bytes as the package says.`);
  }
  yield unpacked;
}

/** @returns undefined when there are more bytes */
function inflateAtMost(packed: Buffer, bytes: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: bytes + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
}

/** @throws InvalidPackageError */
function checkEntry(entry: Entry): void {
  const { fileName } = entry;
  if (entry.isEncrypted()) throw new InvalidPackageError('encrypted', 'It is encrypted; pack it without a password.');
  if (fileName === '' || /\p{Cc}/u.test(fileName)) {
    throw new InvalidPackageError('unsafe-name', 'It holds a file whose name has control characters, or none.');
  }
  // Upper half: the file's mode on Unix, 0 when it was packed elsewhere.
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type !== 0 && type !== 0o100000 && type !== 0o040000) {
    throw new InvalidPackageError('link', `${fileName} is a link or a device, not a file.`);
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw damaged(`${fileName} is packed in a way that is not known here (method ${entry.compressionMethod}).`);
  }
}

/** Every zip that is worth something begins with a file. */
async function checkBeginning(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 0) throw new InvalidPackageError('empty', 'It is empty.');
    if (buffer.toString('latin1') === 'PK\x05\x06') throw new InvalidPackageError('empty', 'It is empty.');
    if (buffer.toString('latin1') !== 'PK\x03\x04') {
      throw new InvalidPackageError('not-a-zip', 'It is neither a .jar nor a .zip file.');
    }
  } finally {
    await handle.close();
  }
}

/** Opens a zip, and tells its faults in our words. */
async function reading<T>(file: string, read: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
    return await read(zip);
  } catch (error) {
    throw faultOf(error as NodeJS.ErrnoException);
  } finally {
    zip?.close();
  }
}

function faultOf(error: NodeJS.ErrnoException): Error {
  // What the operating system says is not the package's fault.
  if (error instanceof DomainError || error.syscall !== undefined) return error;
  const message = `${error.message}.`;
  if (/end of central directory/i.test(message)) {
    return new InvalidPackageError('truncated', 'It is cut off: its end is missing. Upload the whole file again.');
  }
  if (/absolute path|relative path|invalid characters in fileName/i.test(message)) {
    return new InvalidPackageError('unsafe-name', `A file in it would be unpacked outside of its folder: ${message}`);
  }
  return damaged(message);
}

function damaged(message: string): InvalidPackageError {
  return new InvalidPackageError('damaged', `It is damaged: ${message}`);
}

async function drain(contents: AsyncIterable<Buffer>): Promise<void> {
  const iterator = contents[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true) continue;
}

async function writeFile(file: string, contents: AsyncIterable<Buffer>): Promise<void> {
  const out = createWriteStream(file, { flags: 'wx' });
  try {
    await pipeline(contents, out);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
