import { type Language } from '../config/language.js';
import { de } from './language/de.js';
import { en, type MailTexts } from './language/en.js';
import { ja } from './language/ja.js';

/** The name of a template, under which each language has its words for it. */
export type Template = { [Key in keyof MailTexts]: MailTexts[Key] extends string ? never : Key }[keyof MailTexts];

/** What a template tells. */
export type Facts<T extends Template> = Parameters<MailTexts[T]>[0];

export const mailTexts: Record<Language, MailTexts> = { en, de, ja };
