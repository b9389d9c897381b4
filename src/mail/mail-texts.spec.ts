import { describe, expect, it } from '@jest/globals';
import { languages } from '../config/language.js';
import { type Template, mailTexts } from './mail-texts.js';

const at = new Date('2027-01-31T09:12:00Z');
/** Facts for all templates at once, each of which stands in no text by itself. */
const facts = {
  ...{ to: 'TO', organization: 'ORGANIZATION', inviter: 'INVITER', inviterEmail: 'INVITER-MAIL', hours: 7201 },
  ...{ former: 'FORMER', email: 'EMAIL', providers: ['PROVIDER'], address: 'ADDRESS', at, change: 'passkey-added' },
  ...{ name: 'NAME', left: 7202, browser: 'BROWSER', system: 'SYSTEM', role: 'ROLE', serverUrl: 'SERVER-URL' },
  ...{ owner: 'OWNER-NAME', team: 'TEAM-NAME', tester: 'TESTER', product: 'PRODUCT', refused: 7203, inUse: 7204 },
  ...{ holders: [{ email: 'HOLDER', host: 'HOST-NAME', since: at }], quota: 7205, host: 'RECEIVER', error: 'ERROR' },
  ...{ customer: 'CUSTOMER', expiresAt: at, lastGrantAt: at, expired: false, sender: 'SENDER', suite: 'SUITE' },
  ...{
    by: 'CHANGER',
    use: 'saml-server',
    settings: 'license-policy',
    lastBackupAt: at,
    failure: 'FAILURE',
    count: 7207,
    freeBytes: 7_208_000_000,
  },
  ...{ month: at, profileUrl: 'PROFILE-URL' },
  pools: [
    {
      ...{ product: 'PRODUCT', model: 'node-locked', subscribed: 7209, inUse: 7216, peak: 7210, p95: 7211, p99: 7212 },
      ...{ denials: 7213, deniedUsers: 7214, suggestedSeats: 7215, fullOn: at },
    },
  ],
  ...{ status: 'STATUS', totals: [['TOTAL', 7206]] },
};

/** All texts of a template, also those in lists, under their names or places: `pools.0.answer`. */
function textsOf(language: (typeof languages)[number], template: string): Record<string, string> {
  const texts = mailTexts[language][template as Template] as (given: unknown) => Record<string, unknown>;
  return Object.fromEntries(flat(texts(facts)));
}

function flat(texts: object, under = ''): [name: string, text: string][] {
  return Object.entries(texts).flatMap(([name, word]: [string, unknown]): [name: string, text: string][] => {
    if (typeof word === 'object' && word !== null) return flat(word, `${under}${name}.`);
    return typeof word === 'boolean' ? [] : [[`${under}${name}`, String(word)]];
  });
}

describe.each(languages.filter((each) => each !== 'en'))('the mails in %s', (language) => {
  const templates = Object.entries(mailTexts.en).filter(([, texts]) => typeof texts === 'function');

  it.each(templates.map(([name]) => name))('tell what the English ones tell (%s)', (template) => {
    const told = (texts: Record<string, string>) =>
      Object.entries(texts).map(([name, text]) => [
        name,
        // Each once: languages differ in how often they repeat a name.
        [...new Set(text.match(/\b(?!UTC\b|API\b|URL\b)[A-Z]{2,}(?:-[A-Z]+)*\b|\b72[01]\d\b/g))].sort(),
      ]);
    expect(told(textsOf(language, template))).toEqual(told(textsOf('en', template)));
  });

  it.each(templates.map(([name]) => name))('have no English text (%s)', (template) => {
    const english = Object.entries(textsOf('en', template));
    const own = textsOf(language, template);
    expect(english.filter(([name, text]) => /[a-z]{3}/.test(text) && own[name] === text)).toEqual([]);
  });
});
