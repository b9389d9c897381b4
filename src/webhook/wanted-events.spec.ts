import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { type Notifications } from '../database/notifications.js';
import { WantedEvents } from './wanted-events.js';

/** The events that webhooks want, as the database has them. */
let rows: { organizationId: number | null; event: string }[];
let isListening: boolean;
let changed: () => void;
let events: WantedEvents;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  rows = [];
  isListening = true;
  const notifications = {
    get isListening() {
      return isListening;
    },
    on: (_channel: string, listener: () => void) => (changed = listener),
    onResume: (listener: () => void) => listener(),
  } as unknown as Notifications;
  const database = { query: () => Promise.resolve(rows) } as unknown as DataSource;
  const clock = new Clock();
  events = new WantedEvents(database, new AuditService(clock), notifications, clock, pino({ level: 'silent' }));
  await settled();
});

const granted = (organizationId: number) => ({
  action: 'lease.granted',
  organizationId,
  targetType: 'lease',
  targetId: 'x',
});

describe('A change', () => {
  it('costs nothing where no webhook wants it', async () => {
    expect(events.statementsFor([granted(1)])).toEqual([]);
    rows = [{ organizationId: 2, event: 'lease.granted' }];
    changed();
    await settled();
    expect(events.statementsFor([granted(1)])).toEqual([]);
    expect(events.statementsFor([granted(1), granted(2)])).toHaveLength(1);
    expect(events.follows('lease.granted')).toBe(true);
    expect(events.follows('lease.denied')).toBe(false);
  });

  it('is wanted by the webhooks of the server wherever it happens', async () => {
    rows = [{ organizationId: null, event: 'lease.ended' }];
    changed();
    await settled();
    expect(events.statementsFor([{ ...granted(1), action: 'lease.expired' }])).toHaveLength(1);
    expect(events.statementsFor([granted(1)])).toEqual([]);
  });

  it('is left to the database as long as it is not known what is wanted', () => {
    isListening = false;
    expect(events.statementsFor([granted(1)])).toHaveLength(1);
    isListening = true;
    expect(events.statementsFor([granted(1)])).toEqual([]);
    changed();
    expect(events.statementsFor([granted(1)])).toHaveLength(1);
    expect(events.statementsFor([{ ...granted(1), action: 'team.created' }])).toEqual([]);
  });
});
