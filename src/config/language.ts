/** The languages in which the server writes mails. A new one needs its words in `mail/language`. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
