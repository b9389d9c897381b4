import { PasswordCheckUnavailableError, TooManyPasswordChecksError } from './user.errors.js';

/** Whose password is checked, and where the request came from. */
export interface PasswordRequester {
  /** E-mail address. */
  account: string;
  /** As {@link networksOf} has it: an IPv4 address, or a /64. */
  site: string;
}

interface Waiting extends PasswordRequester {
  begin: () => void;
  drop: (reason: Error) => void;
}

/** Checks that wait. The last of them waits for a few seconds. */
const maxWaiting = 50;

/** Of one account, the one under way included: a double click and a retry. */
const maxPerAccount = 3;

/**
 * Lets one check happen at a time. Sites take turns, an account has few places, and when the queue is full, the site with the
 * most places gives one up: no single account or address keeps the others from setting a password.
 */
export class PasswordQueue {
  /** By site; the first one is next. */
  private readonly lines = new Map<string, Waiting[]>();
  private readonly perAccount = new Map<string, number>();
  private waiting = 0;
  private isBusy = false;

  /**
   * @throws TooManyPasswordChecksError when the account has its share already
   * @throws PasswordCheckUnavailableError when the queue is full
   */
  async take<T>(requester: PasswordRequester, work: () => Promise<T>): Promise<T> {
    const { account } = requester;
    const taken = this.perAccount.get(account) ?? 0;
    if (taken >= maxPerAccount) throw new TooManyPasswordChecksError(maxPerAccount);
    this.perAccount.set(account, taken + 1);
    try {
      await this.turnOf(requester);
      try {
        return await work();
      } finally {
        this.next();
      }
    } finally {
      this.leave(account);
    }
  }

  private async turnOf(requester: PasswordRequester): Promise<void> {
    if (!this.isBusy) {
      this.isBusy = true;
      return;
    }
    if (this.waiting >= maxWaiting) this.makeRoomFor(requester.site);
    await new Promise<void>((begin, drop) => {
      const line = this.lines.get(requester.site) ?? [];
      this.lines.set(requester.site, [...line, { ...requester, begin, drop }]);
      this.waiting++;
    });
  }

  /** @throws PasswordCheckUnavailableError when no other site has clearly more places */
  private makeRoomFor(site: string): void {
    const own = this.lines.get(site)?.length ?? 0;
    const [longest = []] = [...this.lines.values()].toSorted((a, b) => b.length - a.length);
    if (longest.length <= own + 1) throw new PasswordCheckUnavailableError();
    // The longest line has at least two: it stays.
    longest.pop()?.drop(new PasswordCheckUnavailableError());
    this.waiting--;
  }

  private next(): void {
    const [first] = this.lines;
    if (!first) {
      this.isBusy = false;
      return;
    }
    const [site, [chosen, ...rest]] = first;
    this.lines.delete(site);
    // Behind the other sites.
    if (rest.length > 0) this.lines.set(site, rest);
    this.waiting--;
    chosen?.begin();
  }

  private leave(account: string): void {
    const left = (this.perAccount.get(account) ?? 1) - 1;
    if (left > 0) this.perAccount.set(account, left);
    else this.perAccount.delete(account);
  }
}
