/** What a release is bound to. */
export interface TrustAnchor {
  /** The vendor's public keys (PEM) that were built in; undefined: the settings name them. */
  readonly vendorKeys: string | undefined;
  /** Whether the server may issue the evaluation license to itself. */
  readonly evaluation: boolean;
}

/**
 * From source, the settings name the vendor's keys. `npm run package -- --vendor-key FILE` replaces this module in the release
 * by one with the keys: no setting, environment variable or file of data reaches it.
 */
export const trustAnchor: TrustAnchor = { vendorKeys: undefined, evaluation: true };

/** Whether this is a release with built-in vendor keys. */
export const hasBuiltInKeys = trustAnchor.vendorKeys !== undefined;

/** Settings that name vendor keys; a release with built-in keys ignores them. */
export const vendorKeySettings = ['VENDOR_KEY_FILES', 'VENDOR_KEYS'] as const;

/** What to tell an operator who has set a vendor key that this release ignores; undefined: nothing. */
export function ignoredKeysWarning(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  return (
    `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} ignored: this release accepts only license files signed with the ` +
    "vendor's key that is built into it. Remove the setting."
  );
}
