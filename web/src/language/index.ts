import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { en } from './en';
import type { components } from '../../generated/api';
import { firstTexts as german } from './de/first-texts';
import { firstTexts as english } from './en/first-texts';

/** The languages of the server, which the console has, too. */
export type Language = NonNullable<components['schemas']['MailPreferences']['language']>;

/** In their own names. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', ja: '日本語' };

/** The words of the sign-in page. The English ones stand in for others that cannot be fetched. */
const firstTexts: Readonly<Record<Language, () => Promise<object>>> = {
  en: () => Promise.resolve(english),
  de: () => Promise.resolve(german),
  ja: () => import('./ja/first-texts').then(({ firstTexts }) => firstTexts),
};

/** The words of all other pages, fetched with the first of them. */
const otherTexts: Readonly<Record<Language, () => Promise<object>>> = {
  en: () => import('./en/other-texts').then(({ otherTexts }) => otherTexts),
  de: () => import('./de/other-texts').then(({ otherTexts }) => otherTexts),
  ja: () => import('./ja/other-texts').then(({ otherTexts }) => otherTexts),
};
const fetched = new Set<() => Promise<object>>();
let allWanted = false;

const storageKey = 'license-server-language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** Begins with the language that was chosen here before, else with the browser's. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: english } },
    lng: 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
  });
  const wanted = [localStorage.getItem(storageKey), ...navigator.languages.map((each) => each.slice(0, 2))];
  const language = wanted.find((each): each is Language => each !== null && Object.hasOwn(languages, each)) ?? 'en';
  // A page in English is better than none.
  await change(language).catch(() => change('en'));
}

/** How dates and numbers are written: as in the reader's own country, if that speaks the language of the console. */
export function locale(): string {
  return navigator.languages.find((each) => each.startsWith(i18next.language)) ?? i18next.language;
}

/** What stands before the decimals of a number. */
export function decimalSeparator(): string {
  return new Intl.NumberFormat(locale()).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** Changes the language, and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await change(language);
}

/** Fetches the words of all pages, from now on of each language that is chosen. */
export async function loadAllTexts(): Promise<void> {
  allWanted = true;
  await load(i18next.language as Language);
}

async function change(language: Language): Promise<void> {
  await load(language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

async function load(language: Language): Promise<void> {
  const wanted = allWanted ? [firstTexts[language], otherTexts[language]] : [firstTexts[language]];
  await Promise.all(
    wanted.map(async (fetchTexts) => {
      if (fetched.has(fetchTexts)) return;
      i18next.addResourceBundle(language, 'translation', await fetchTexts(), true);
      fetched.add(fetchTexts);
    }),
  );
}
