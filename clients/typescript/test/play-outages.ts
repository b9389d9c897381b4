import { randomFrom } from '../../../test/support/random.js';
import { leaseMillis, OutageWorld, type Program } from './outage-world.js';

/** How often each of them happens, of 100. The last two take seconds each, for the server itself waits and starts. */
const kinds = { network: 35, answers: 24, clock: 18, sleep: 18, killed: 3, database: 2 };
type Kind = keyof typeof kinds;

/** What became of the seats in so many outages. */
export interface Outcome {
  outages: Record<Kind, number>;
  /** Seats that lasted through an outage. */
  kept: number;
  /** Seats that ended in an outage longer than their lease, and those that others had by then. */
  expired: number;
  taken: number;
  /** What must never be: each with the seed and number of its outage. */
  faults: string[];
}

/** Milliseconds of a lease that are enough for one more attempt. */
const oneAttempt = 3000;
/** Milliseconds until a keeper looks whether its computer slept, and for the attempt. */
const oneLook = 33_000;

/** Plays random outages, one after the other, and looks at every seat after each step. */
export async function playOutages(count: number, seed: number): Promise<Outcome> {
  const world = await OutageWorld.begin();
  const random = randomFrom(seed);
  const outages = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0])) as Outcome['outages'];
  const outcome: Outcome = { outages, kept: 0, expired: 0, taken: 0, faults: [] };
  try {
    for (let number = 1; number <= count; number++) {
      const kind = kindOf(random());
      outages[kind]++;
      const faults = await new RandomOutage(world, kind, random).play(outcome);
      outcome.faults.push(...faults.map((fault) => `seed ${seed}, outage ${number} (${kind}): ${fault}`));
    }
  } finally {
    await world.close();
  }
  return outcome;
}

class RandomOutage {
  private readonly faults: string[] = [];

  constructor(
    private readonly world: OutageWorld,
    private readonly kind: Kind,
    private readonly random: () => number,
  ) {}

  async play(outcome: Outcome): Promise<string[]> {
    const { world, random } = this;
    await this.pass(random() * 0.4 * leaseMillis);
    const before = world.programs.map(({ keeper }) => keeper.lease?.id);
    const mustKeep = await this.goThrough();
    // All who can renew, or learn what became of their seats.
    const renewals = world.programs.map((program) => program.renewals);
    while (world.programs.some(({ keeper, renewals: now }, index) => keeper.isHeld && now === renewals[index])) {
      await this.pass(5000);
    }
    world.programs.forEach((program, index) => {
      const isKept = program.keeper.isHeld && program.keeper.lease?.id === before[index];
      if (!isKept && mustKeep[index])
        this.faults.push(`${program.machineId} has lost its seat (${program.lost ?? 'replaced'})`);
      if (isKept) outcome.kept++;
      else if (program.lost === 'expired') outcome.expired++;
      else outcome.taken++;
    });
    await world.repair();
    return this.faults;
  }

  /** @returns of which programs the lease was not over when the outage was */
  private async goThrough(): Promise<boolean[]> {
    const { world, kind, random } = this;
    const left = Math.min(...world.programs.map((program) => world.leftOf(program)));
    const millis = Math.round(random() < 0.7 ? random() * left : left + random() * leaseMillis);
    if (kind === 'sleep') {
      await world.passAsleep(millis);
      if (random() < 0.5) await world.takeRivals();
      const mustKeep = this.lastFor(oneLook);
      // Only then it looks.
      await world.pass(30_001);
      await this.look();
      return mustKeep;
    }
    await this.begin();
    if (kind === 'database') await world.passAtOnce(millis);
    else await this.pass(millis);
    await this.look();
    if (kind === 'network' || kind === 'answers') await world.takeRivals();
    await this.end();
    // Only now: a server takes seconds to start. While a clock is wrong, all renewals arrive.
    return kind === 'clock' ? world.programs.map(() => true) : this.lastFor(oneAttempt);
  }

  private async begin(): Promise<void> {
    const { world, kind, random } = this;
    if (kind === 'network') world.networkLink.cut();
    if (kind === 'answers') world.networkLink.loseAnswers();
    if (kind === 'database') world.databaseLink.cut();
    if (kind === 'killed') await world.kill();
    if (kind === 'clock') world.time.setWrong((random() - 0.5) * 10 * 86_400_000);
  }

  private async end(): Promise<void> {
    const { world, kind } = this;
    if (kind === 'network' || kind === 'answers') world.networkLink.mend();
    if (kind === 'database') world.databaseLink.mend();
    if (kind === 'killed') await world.start();
    if (kind === 'database') await world.isReady();
    if (kind === 'clock') world.time.setWrong(0);
  }

  private lastFor(millis: number): boolean[] {
    return this.world.programs.map((program: Program) => program.keeper.isHeld && this.world.leftOf(program) > millis);
  }

  /** Lets time pass in random pieces, and looks after each. */
  private async pass(millis: number): Promise<void> {
    const { world, random } = this;
    for (let left = millis; left > 0;) {
      const piece = Math.min(left, 1 + random() * leaseMillis);
      left -= piece;
      await world.pass(piece);
      await this.look();
    }
  }

  private async look(): Promise<void> {
    this.faults.push(...(await this.world.faults()));
  }
}

function kindOf(chance: number): Kind {
  let sum = 0;
  for (const [kind, weight] of Object.entries(kinds)) {
    sum += weight;
    if (chance * 100 < sum) return kind as Kind;
  }
  return 'network';
}
