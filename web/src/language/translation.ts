/** What another language has to say: the same as the English, with other words. */
export type Translation<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translation<T[K]> };

/** What a language without plurals has to say: one form for every number. */
export type TranslationWithoutPlurals<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string
    ? string
    : TranslationWithoutPlurals<T[K]>;
};
