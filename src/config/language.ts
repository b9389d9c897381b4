/** The languages in which the server writes mails. A new one needs its words in `mail/language`, in `webhook/message-text` and in the console. */
export const languages = ['en', 'de', 'ja'] as const;
export type Language = (typeof languages)[number];
