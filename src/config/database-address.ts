/**
 * Turns the two spellings of a database address that administrators use into the one that the driver takes.
 *
 * @param text `postgresql://user:password@host:5432/kit`, or the JDBC form `jdbc:postgresql://host:5432/kit?user=…&password=…`
 * @param user overrides the user name in the address
 * @param password overrides the password in the address
 * @returns a `postgresql://` URL; the database is `kit` when the address names none
 * @throws Error in words when it is not the address of a PostgreSQL database
 */
export function databaseAddress(text: string, user?: string, password?: string): string {
  const plain = text.trim().replace(/^jdbc:/i, '');
  if (!/^postgres(ql)?:\/\//i.test(plain)) {
    throw new Error('must start with postgresql:// or jdbc:postgresql://');
  }
  let url: URL;
  try {
    url = new URL(plain);
  } catch {
    throw new Error('is not a valid URL, expected postgresql://user:password@host:5432/kit');
  }
  if (!url.hostname && !url.searchParams.get('host')) throw new Error('names no host');
  const fromQuery = (name: string): string | undefined => {
    const value = url.searchParams.get(name) ?? undefined;
    url.searchParams.delete(name);
    return value;
  };
  const queryUser = fromQuery('user');
  const queryPassword = fromQuery('password');
  if (user ?? queryUser) url.username = encodeURIComponent(user ?? queryUser ?? '');
  if (password ?? queryPassword) url.password = encodeURIComponent(password ?? queryPassword ?? '');
  // The JDBC driver's boolean switch; node-postgres knows only sslmode.
  if (fromQuery('ssl') === 'true' && !url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'verify-full');
  if (url.pathname === '' || url.pathname === '/') url.pathname = '/kit';
  return url.toString();
}
