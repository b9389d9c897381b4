/**
 * Lets all who ask for the same at the same moment have one answer. It is read after each of them has asked, so it shows what they
 * have changed themselves: while one reading is under way, those who come later wait for the next one, which they share.
 */
export class SharedReads<A> {
  private readonly underWay = new Map<string, Promise<A>>();
  private readonly next = new Map<string, Promise<A>>();

  /** @param key tells questions apart; of the same key, any `read` may answer */
  get(key: string, read: () => Promise<A>): Promise<A> {
    const running = this.underWay.get(key);
    if (!running) return this.start(key, read);
    const waiting = this.next.get(key);
    if (waiting) return waiting;
    const begin = (): Promise<A> => {
      this.next.delete(key);
      return this.start(key, read);
    };
    const following = running.then(begin, begin);
    this.next.set(key, following);
    return following;
  }

  private start(key: string, read: () => Promise<A>): Promise<A> {
    const answer = read().finally(() => {
      if (this.underWay.get(key) === answer) this.underWay.delete(key);
    });
    this.underWay.set(key, answer);
    return answer;
  }
}
