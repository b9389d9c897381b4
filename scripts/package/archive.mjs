import { createWriteStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Writes a tree as `.tar.gz`. The same tree gives the same archive, byte for byte, whenever it is made.
 *
 * @param tree the folder to pack
 * @param release the name of the folder in the archive, and the time of all files
 */
export async function writeArchive(tree, archive, { name, builtAt }) {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const written = pipeline(tar, createGzip({ level: 9 }), createWriteStream(archive));
  const places = readdirSync(tree, { recursive: true }).map((place) => place.split(path.sep).join('/'));
  for (const place of places.sort()) {
    const file = path.join(tree, place);
    const stat = lstatSync(file);
    const header = { name: `${name}/${place}`, mtime: builtAt, mode: fileMode(stat) };
    await new Promise((resolve, reject) => {
      const settle = (error) => (error ? reject(error) : resolve());
      if (stat.isDirectory()) tar.entry({ ...header, type: 'directory' }, settle);
      else if (stat.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: readlinkSync(file) }, settle);
      else tar.entry(header, readFileSync(file), settle);
    });
  }
  tar.finalize();
  await written;
}

/** Whatever the umask of the checkout was. */
export function fileMode(stat) {
  return stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644;
}
