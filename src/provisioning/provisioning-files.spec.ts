import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import { ProvisioningError } from './provisioning-error.js';
import { readProvisioningFiles } from './provisioning-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-provisioning-'));
  mkdirSync(path.join(folder, 'secrets'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, name = 'server.yaml'): void {
  writeFileSync(path.join(folder, name), text);
}

/** With the names of the files without their folder. */
async function problems(isSetUp = true): Promise<string[]> {
  const reading = readProvisioningFiles(folder, { env: { SHORT: 'guessable' }, isSetUp });
  const error: unknown = await reading.catch((each: unknown) => each);
  if (!(error instanceof ProvisioningError)) throw new Error('The files are in order', { cause: error });
  return error.problems.map((each) => each.replaceAll(`${folder}/`, ''));
}

const organization = (rest = ''): string => `organizations:\n  - name: Labs\n${rest}`;

describe('Provisioning files', () => {
  const aliases = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`);
  it.each<[string, string, string]>([
    ['an unknown key', organization('    colour: red\n'), '3:5: there is no such key: colour'],
    [
      'a wrong type',
      organization('    policy:\n      leaseMinutes: soon\n'),
      '4:7: leaseMinutes must be an integer number',
    ],
    [
      'a role that does not exist',
      organization('    serviceAccounts:\n      - name: CI\n        role: BOSS\n'),
      '5:9: role must be one of',
    ],
    [
      'two organizations with one name',
      `${organization()}  - name: LABS\n`,
      '3:5: the organization "LABS" is described twice, first in',
    ],
    [
      'two teams with one name',
      organization('    teams: [{ name: A }, { name: a }]\n'),
      '3:26: the team "a" is described twice',
    ],
    [
      'two webhooks to one address',
      'webhooks:\n  - { url: https://a.example/hunter2, events: [mail.failed] }\n  - { url: https://a.example/hunter2, events: [mail.failed] }\n',
      '3:7: the webhook with this url is described twice, first in',
    ],
    [
      'a webhook’s secret that can be guessed',
      organization('    webhooks:\n      - { url: https://a.example, events: [mail.failed], secretEnv: SHORT }\n'),
      '4:58: the secret must be whsec_ and 24 to 64',
    ],
    [
      'an event that does not exist',
      'webhooks:\n  - { url: https://a.example, events: [mail.sent] }\n',
      '2:31: events must be some of',
    ],
    ['a missing name', 'organizations:\n  - requireSecondFactor: true\n', '2:5: name is missing'],
    ['a missing secret file', 'mailServer:\n  passwordFile: secrets/none\n', '2:3: passwordFile: there is no file'],
    [
      'a variable that is not set',
      'mailServer:\n  passwordEnv: NOBODY_SETS_THIS\n',
      '2:3: passwordEnv: the environment variable NOBODY_SETS_THIS is not set',
    ],
    ['a folder in place of a file', 'mailServer:\n  passwordFile: secrets\n', `secrets is not a file`],
    ['a secret in the file', 'mailServer:\n  password: hunter2\n', '2:3: give passwordFile or passwordEnv'],
    [
      'a key that can be guessed',
      organization(
        '    serviceAccounts:\n      - name: CI\n        keys:\n          - name: K\n            keyEnv: SHORT\n',
      ),
      '7:13: the key must be lsk_ and 43',
    ],
    ['no YAML', 'organizations: [\n  - name', '2:3: this is not valid YAML'],
    ['a tab', 'organizations:\n\t- name: Labs\n', '2:1: this is not valid YAML'],
    ['a key twice', 'settings: {}\nsettings: {}\n', '2:1: this key is there twice'],
    ['two documents', 'settings: {}\n---\nsettings: {}\n', '2:1: a second document begins here'],
    ['a list', '- settings\n', '1:1: the file must hold settings'],
    ['a reference', `a0: &a0 lol\n${aliases.join('\n')}\n`, '2:10: references (*name) are not supported'],
    ['ten thousand brackets', '['.repeat(10_000), ': it is nested too deeply'],
    ['10 MB', `# ${'x'.repeat(10_000_000)}\n`, 'cannot be read: it is larger than 1 MiB'],
  ])('name the place of a mistake: %s', async (_, text, message) => {
    write(text);
    const found = await problems();
    expect(found[0]).toContain(message);
    expect(found.join()).toContain('server.yaml');
    expect(found.join()).not.toContain('hunter2');
  });

  it('tell of everything at once', async () => {
    write('colour: red\nsettings: { organizationCreation: all }\nmailServer: { passwordFile: none }\n');
    write(organization('    name: Twice\n'), 'other.yaml');
    const places = (await problems()).map((each) => each.split(': ')[0]);
    expect(places).toEqual(
      expect.arrayContaining(['server.yaml:1:1', 'server.yaml:2:13', 'server.yaml:3:15', 'other.yaml:3:5']),
    );
  });

  it('describe once what there is one of, over all files', async () => {
    write('settings: {}', 'a.yaml');
    write('settings: {}', 'b.yaml');
    expect(await problems()).toEqual(['b.yaml:1:1: settings is described twice, first in a.yaml, line 1']);
  });

  it('need the first password until the server is set up', async () => {
    write('administrator:\n  email: admin@example.com\n  passwordFile: secrets/none\n');
    expect(await problems(false)).toEqual([
      expect.stringMatching(/^server\.yaml:3:3: passwordFile: there is no file /),
    ]);
    const { administrator } = await readProvisioningFiles(folder, { env: {}, isSetUp: true });
    expect(administrator?.value).toEqual({ email: 'admin@example.com' });
  });

  it('may be saved by any editor', async () => {
    const text = '\ufeff' + organization('    teams: [{ name: Büro }]\n').replaceAll('\n', '\r\n');
    writeFileSync(path.join(folder, 'server.yaml'), Buffer.from(text, 'utf16le'));
    const { organizations } = await readProvisioningFiles(folder, { env: {}, isSetUp: true });
    expect(organizations.map(({ value }) => value)).toEqual([{ name: 'Labs', teams: [{ name: 'Büro' }] }]);
  });
});
