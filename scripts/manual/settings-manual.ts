import { settingGroups } from '../../src/config/setting.js';
import { settingDeclarations } from '../../src/config/settings.js';

const introduction = `# Settings

Environment variables, all optional; one that is empty counts as not set. The server reads them once, at its start, and reports
all wrong ones at once. Settings that are marked **secret** can also stand in a file, whose path is then in the variable of that
name with \`_FILE\` at its end: \`DATABASE_PASSWORD_FILE=/run/secrets/database-password\`.

This page is made from the declarations in \`src/config/settings.ts\` by \`npm run docs\`.
`;

/** docs/configuration.md, in the form that prettier leaves alone. */
export function settingsManual(): string {
  const sections = settingGroups.flatMap((group) => {
    const settings = settingDeclarations.filter((declaration) => declaration.group === group);
    if (settings.length === 0) return [];
    const rows = settings.map(({ name, defaultText, description, secret }) => [
      `\`${name}\``,
      defaultText,
      secret ? `${description} **Secret.**` : description,
    ]);
    return [`## ${group}\n\n${table(['name', 'default', 'meaning'], rows)}`];
  });
  return [introduction, ...sections].join('\n');
}

function table(header: string[], rows: string[][]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}
