/** What one declaration of a setting may ask about the others. */
export interface OtherSettings {
  /** The text of another environment variable, or of the file that its `_FILE` names. */
  readonly text: (name: string) => string | undefined;
  /** Settings that are declared before this one, by their names in the program. */
  read: Readonly<Record<string, unknown>>;
}

/** All there is to know about one setting: how it is read, and what the manual says of it. */
export interface SettingDeclaration<T = unknown> {
  /** The environment variable. */
  readonly name: string;
  /** The heading in the manual under which it stands. */
  readonly group: SettingGroup;
  /** For administrators, in Markdown: a sentence or two, with units. */
  readonly description: string;
  /** The value without the setting. */
  readonly fallback: (others: OtherSettings) => T;
  /** What the manual says of the default when its value alone would not do; empty: it does not exist. */
  readonly defaultText: string;
  /**
   * From the text, which is not empty and has no white space around it.
   *
   * @throws Error that goes on after the name of the setting: `must be …, not "…"`
   */
  readonly parse: (text: string, others: OtherSettings) => T;
  /** It holds a password or key: never shown, and `NAME_FILE` may name a file that holds it. */
  readonly secret: boolean;
}

/** The headings of the manual, in their order. */
export const settingGroups = [
  'Where it listens',
  'HTTPS and proxies',
  'Database and data folder',
  'Licenses',
  'Mail and people',
  'Webhooks',
  'Plugins',
  'Limits',
  'Log and metrics',
  'Audit log',
  'Backups',
  'Stopping and several servers',
] as const;
export type SettingGroup = (typeof settingGroups)[number];

/** Declares a setting. A `fallback` that is no function is the value itself, and the manual shows it as it is. */
export function setting<T>(
  name: string,
  declaration: {
    group: SettingGroup;
    description: string;
    fallback: T | ((others: OtherSettings) => T);
    defaultText?: string;
    parse: (text: string, others: OtherSettings) => T;
    secret?: true;
  },
): SettingDeclaration<T> {
  const { fallback, defaultText, secret = false, ...rest } = declaration;
  const isFunction = typeof fallback === 'function';
  return {
    name,
    ...rest,
    secret,
    fallback: isFunction ? (fallback as (others: OtherSettings) => T) : () => fallback,
    defaultText: defaultText ?? (isFunction || fallback === undefined ? '' : `\`${String(fallback)}\``),
  };
}
