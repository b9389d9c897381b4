/** Packages of keywords for test cases go to a project's `plugins`, plugins of Studio itself to `plugins/platform`. */
export const pluginKinds = ['custom-keywords', 'studio'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** Where a Katalon project keeps the plugins of a kind. */
export const projectFolder: Readonly<Record<PluginKind, string>> = {
  'custom-keywords': 'plugins',
  studio: 'plugins/platform',
};
