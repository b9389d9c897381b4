/** Calls of a server's API. */
export class ServerCalls {
  constructor(readonly url: string) {}

  /** Sends JSON and expects success. */
  async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Headers of somebody who is signed in, for {@link call}. */
  async signIn(email: string, password: string): Promise<{ authorization: string }> {
    const form = new URLSearchParams({ grant_type: 'password', username: email, password });
    const token = await fetch(`${this.url}/oauth/token`, { method: 'POST', body: form });
    const { access_token } = (await token.json()) as { access_token: string };
    return { authorization: `Bearer ${access_token}` };
  }
}
