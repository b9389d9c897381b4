import { readFileSync, writeFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { type Caller } from '../src/access/caller.js';
import { InvalidRequestError } from '../src/http/validation/validation.js';
import { Organization } from '../src/organization/organization.entity.js';
import { type PeopleImportResult, type PersonResult } from '../src/provisioning/people/dto/people.js';
import { peopleAsCsv, readPeopleFile } from '../src/provisioning/people/people-file.js';
import { PeopleModule } from '../src/provisioning/people/people.module.js';
import { PeopleService } from '../src/provisioning/people/people.service.js';
import { administrator, organizationsNamed } from '../src/provisioning/provisioning.queries.js';
import { operator, withServices } from './command-context.js';
import { UsageError } from './usage-error.js';

interface PeopleOptions {
  config?: string;
  /** Name or id. */
  organization?: string;
}

export interface ExportOptions extends PeopleOptions {
  format: string;
  output?: string;
}

interface ImportOptions extends PeopleOptions {
  dryRun?: boolean;
  json?: boolean;
}

/** The exit code of a dry run that found something to do. */
const somethingToDo = 3;

/** `license-server export`: the people of an organization, with their roles, teams and per-user seats. */
export async function exportPeople({ config, organization, format, output }: ExportOptions): Promise<void> {
  if (format !== 'csv' && format !== 'json') throw new UsageError('--format is csv or json.');
  const file = await withServices({ config, module: PeopleModule }, async (app) => {
    const { caller, organizationId } = await placeOf(app.get(DataSource), organization);
    return app.get(PeopleService).export(caller, organizationId);
  });
  const text = format === 'csv' ? peopleAsCsv(file) : `${JSON.stringify(file, undefined, 2)}\n`;
  // What is in it is personal.
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text, { mode: 0o600 });
}

/** `license-server import`: brings people to what a file says, or tells what that would change. */
export async function importPeople(
  name: string,
  { config, organization, dryRun = false, json = false }: ImportOptions,
): Promise<void> {
  const text = textOf(name);
  const result = await withServices({ config, module: PeopleModule }, async (app) => {
    const { caller, organizationId } = await placeOf(app.get(DataSource), organization);
    const people = app.get(PeopleService);
    try {
      const request = await readPeopleFile(text);
      if (dryRun) return await people.preview(caller, organizationId, request, Infinity);
      return await people.import(caller, organizationId, request, Infinity);
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      const problems = error.details.errors.map(({ field, message }) => `  - ${field}: ${message}`);
      throw new Error(`${name} cannot be imported. Nothing was changed.\n${problems.join('\n')}`, { cause: error });
    }
  });
  if (json) console.log(JSON.stringify(result, undefined, 2));
  else for (const line of linesOf(result, dryRun)) console.log(line);
  if (result.people.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
  else if (dryRun && linesOf(result, dryRun).length > 1) process.exitCode = somethingToDo;
}

function textOf(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}`);
  }
}

/** The organization, and on whose behalf the command works: the administrator who has been there longest. */
async function placeOf(
  { manager }: DataSource,
  wanted: string | undefined,
): Promise<{ caller: Caller; organizationId: number }> {
  const found = await administrator(manager, undefined);
  if (!found) throw new Error('The server is not set up yet: its setup page creates the first administrator.');
  const organizations = await manager.find(Organization, { select: { id: true, name: true }, order: { id: 'ASC' } });
  const named = wanted === undefined ? [] : await organizationsNamed(manager, wanted);
  const fitting = organizations.filter(({ id }) => wanted === undefined || named.includes(id) || String(id) === wanted);
  const [organization, another] = fitting;
  if (!organization || another) {
    const list = organizations.map(({ id, name }) => `  ${id}  ${name}`).join('\n');
    throw new UsageError(`Choose one organization with --organization, by its name or id:\n${list}`);
  }
  return { caller: { ...found, name: operator.name, address: null }, organizationId: organization.id };
}

function linesOf({ teams, people }: PeopleImportResult, dryRun: boolean): string[] {
  const count = (outcome: PersonResult['outcome']): number => people.filter((each) => each.outcome === outcome).length;
  const sum = `${count('invited')} invited, ${count('changed')} changed, ${count('unchanged')} unchanged, ${count('refused')} refused.`;
  return [
    ...teams.map((name) => `+ team "${name}"`),
    ...people.flatMap(describe),
    dryRun ? `Nothing was changed; it would be: ${sum}` : sum,
  ];
}

const signOf = { invited: '+', changed: '~', refused: '!' };

function describe({ line, email, outcome, changes, error, hint, link }: PersonResult): string[] {
  if (outcome === 'unchanged') return [];
  const more = [error?.message, hint?.message, link].filter((each) => typeof each === 'string');
  return [
    `${signOf[outcome]} ${email}${line === null ? '' : `  (line ${line})`}`,
    ...(error
      ? []
      : changes.map(({ name, from, to }) => `    ${name}: ${from === null ? to : `${from || '-'} -> ${to || '-'}`}`)),
    ...more.map((each) => `    ${each}`),
  ];
}
