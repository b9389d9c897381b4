import { type Language } from '../config/language.js';
import { de } from './language/de.js';
import { en, type Words } from './language/en.js';
import { ja } from './language/ja.js';

/** The name of a template, under which each language has its words for it. */
export type Template = { [Key in keyof Words]: Words[Key] extends string ? never : Key }[keyof Words];

/** What a template tells. */
export type Facts<T extends Template> = Parameters<Words[T]>[0];

export const templateWords: Record<Language, Words> = { en, de, ja };
