/** Who is behind a change. */
export interface Actor {
  id: number | null;
  /** E-mail address, or `server`. */
  name: string;
  /** Network address the request came from. */
  address: string | null;
}

/** The server itself: expiry, healing, start. */
export const server: Actor = { id: null, name: 'server', address: null };
