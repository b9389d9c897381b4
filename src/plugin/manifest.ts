/** The main section of a jar's `META-INF/MANIFEST.MF`, by lower-case name. */
export type JarManifest = ReadonlyMap<string, string>;

/**
 * Reads a manifest (JAR file specification): lines of at most 72 bytes, continued with a leading space, even in the middle of
 * a character; the first empty line ends the main section. What is not of this form is passed over.
 */
export function readJarManifest(bytes: Buffer): JarManifest {
  const manifest = new Map<string, string>();
  const unfolded = Buffer.from(bytes.toString('latin1').replace(/(\r\n|\n|\r) /g, ''), 'latin1').toString('utf8');
  for (const line of unfolded.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    if (line === '') break;
    const [, name, value = ''] = /^([\w-]+): ?(.*)$/.exec(line) ?? [];
    if (name && !manifest.has(name.toLowerCase())) manifest.set(name.toLowerCase(), value.trim());
  }
  return manifest;
}

/** The first of these attributes that says something: neither empty nor a placeholder that a build has left. */
export function manifestAttribute(manifest: JarManifest, ...names: string[]): string | undefined {
  for (const name of names) {
    // Directives follow a semicolon: `com.example.plugin;singleton:=true`.
    const text = (manifest.get(name.toLowerCase()) ?? '').replace(/;.*/, '').trim();
    // `%name` is looked up in a properties file, `${version}` was to be replaced.
    if (text && !text.startsWith('%') && !text.includes('${')) return text;
  }
  return undefined;
}
