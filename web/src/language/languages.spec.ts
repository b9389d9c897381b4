import { describe, expect, it } from '@jest/globals';
import { languageValues } from '../../generated/api';
import { en } from './en';

type Texts = Map<string, string>;

/** The texts of a language by their keys. */
function textsOf(texts: object, path: string[] = []): Texts {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string'
        ? [[[...path, key].join('.'), value] as const]
        : [...textsOf(value as object, [...path, key])],
    ),
  );
}

/** A key without the form of its number. */
function withoutNumber(key: string): string {
  return key.replace(/_(zero|one|other)$/, '');
}

/** What a text takes from the code: parameters, and the tags around its parts. All forms of a number count together. */
function parametersOf(texts: Texts): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const [key, text] of texts) {
    const parameters = found.get(withoutNumber(key)) ?? new Set();
    for (const [parameter] of text.matchAll(/\{\{\w+|<\/?\w+\/?>/g)) parameters.add(parameter);
    found.set(withoutNumber(key), parameters);
  }
  return new Map([...found].map(([key, parameters]) => [key, [...parameters].sort().join(' ')]));
}

/** Without its parameters. */
function plain(text: string): string {
  return text.replaceAll(/\{\{.*?\}\}/g, '');
}

async function textsIn(language: string): Promise<Texts> {
  const [first, other] = await Promise.all([
    import(`./${language}/first-texts`) as Promise<{ firstTexts: object }>,
    import(`./${language}/other-texts`) as Promise<{ otherTexts: object }>,
  ]);
  return new Map([...textsOf(first.firstTexts), ...textsOf(other.otherTexts)]);
}

/** Names, abbreviations and addresses: the same in every language. */
const names = [
  ...['API', 'URL', 'Slack', 'Microsoft Teams', 'OpenID Connect', 'LDAP / Active Directory', 'SAML 2.0'],
  ...['Studio Enterprise', 'Runtime Engine', 'Katalon Studio Enterprise', 'Katalon Studio 7.8', 'Runtime Engine 7.8'],
  ...['JSON (Standard Webhooks)', 'https://ci.example.com/hooks/licenses', 'https://hooks.slack.com/services/…'],
  'https://….powerplatform.com/…',
];
/** Words that a language writes like English. */
const alike: Readonly<Record<string, readonly string[]>> = {
  de: [
    ...[
      'Admin',
      'Client',
      'Code',
      'Details',
      'Domains',
      'Floating',
      'Format',
      'Host',
      'Laptop',
      'Link',
      'Logo',
      'Mail',
      'Mails',
      'Name',
    ],
    ...[
      'Passkey',
      'Plugin',
      'Plugins',
      'Port',
      'Scopes',
      'Server',
      'System',
      'Team',
      'Teams',
      'Test',
      'Token',
      'Version',
    ],
    ...['Webhooks', 'min', 's', '{{online}} online, {{offline}} offline'],
  ],
};

const languages = languageValues.filter((each) => each !== 'en');
const english = textsOf(en);

describe.each(languages)('the words in %s', (language) => {
  it('take the same parameters as the English ones', async () => {
    const parameters = parametersOf(await textsIn(language));
    const expected = [...parametersOf(english)];
    expect(expected.map(([key]) => [key, parameters.get(key)])).toEqual(expected);
  });

  it('are no English words, but for names', async () => {
    const texts = await textsIn(language);
    const same = [...english].filter(([key, text]) => texts.get(key) === text && !/^\W*$/.test(plain(text)));
    const expected = [...names, ...(alike[language] ?? [])];
    expect(same.filter(([, text]) => !expected.includes(text))).toEqual([]);
  });

  it('say what the server says in English as completely as every other language', async () => {
    const keys = (texts: Texts) => [...new Set([...texts.keys()].map(withoutNumber))].sort();
    const [texts, german] = await Promise.all([textsIn(language), textsIn('de')]);
    expect(keys(texts)).toEqual(keys(german));
    const [parameters, expected] = [parametersOf(texts), [...parametersOf(german)]];
    expect(expected.map(([key]) => [key, parameters.get(key)])).toEqual(expected);
  });
});
