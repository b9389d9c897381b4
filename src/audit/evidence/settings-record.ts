import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, createHmac } from 'node:crypto';
import os from 'node:os';
import { DataSource, type EntityManager } from 'typeorm';
import { server } from '../../access/actor.js';
import { AuditService } from '../audit.service.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { settingDeclarations, type Settings } from '../../config/settings.js';
import { execute, rowsOf } from '../../database/query.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type RecordedValue, RecordedSettings } from './recorded-settings.entity.js';
import { forgetOldServers, newestSettings } from './recorded-settings.queries.js';

/** Characters of a setting that the audit log shows. */
const maxShown = 500;

/** Servers that are remembered: a container has another machine name each time. */
const maxServers = 100;

/** What has become of a setting; null: it is not set. A secret is never shown. */
type Change = 'secret set' | 'secret changed' | 'secret removed' | { from: string | null; to: string | null };

/**
 * Settings come from outside, so their changes are not seen. Each start compares them with those of the start before, and
 * writes into the audit log what is different.
 */
@Injectable()
export class SettingsRecord implements OnModuleInit {
  private readonly server: string;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly secretKey: SecretKey,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.server = `${os.hostname()}:${settings.dataDir}`;
  }

  async onModuleInit(): Promise<void> {
    await this.dataSource.transaction((manager) => this.record(manager));
  }

  private async record(manager: EntityManager): Promise<void> {
    const before = await this.before(manager);
    const changes = this.changesSince(before?.settings ?? {});
    await manager.upsert(
      RecordedSettings,
      { server: this.server, settings: this.current(), recordedAt: this.clock.now() },
      ['server'],
    );
    await execute(manager, forgetOldServers(maxServers));
    if (before && Object.keys(changes).length === 0) return;
    await this.audit.record(manager, server, {
      action: 'server-settings.environment-changed',
      details: { server: this.server, comparedWith: before?.server ?? null, settings: changes },
    });
  }

  /** What this server had, or else what the newest one had: it may be the same in another container. */
  private async before(manager: EntityManager): Promise<RecordedSettings | undefined> {
    const [before] = await rowsOf<RecordedSettings>(manager, newestSettings(this.server));
    return before;
  }

  private current(): Record<string, RecordedValue> {
    const given = Object.entries(this.settings.given).map(([name, text]): [string, RecordedValue] => [
      name,
      isSecret(name) ? { hash: this.hashes(name, text)[0] ?? '' } : shown(text),
    ]);
    const vendorKeys = this.settings.vendorKeys.map(fingerprint).toSorted().join(', ');
    // The keys themselves: a file of the same name may hold others.
    return { ...Object.fromEntries(given), ...(vendorKeys ? { VENDOR_KEYS: vendorKeys } : {}) };
  }

  private changesSince(before: Record<string, RecordedValue>): Record<string, Change> {
    const now = this.current();
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
    return Object.fromEntries(
      names.flatMap((name): [string, Change][] => {
        const change = this.changeOf(name, before[name], now[name]);
        return change ? [[name, change]] : [];
      }),
    );
  }

  private changeOf(
    name: string,
    before: RecordedValue | undefined,
    now: RecordedValue | undefined,
  ): Change | undefined {
    if (typeof before !== 'object' && typeof now !== 'object') {
      return before === now ? undefined : { from: before ?? null, to: now ?? null };
    }
    if (before === undefined) return 'secret set';
    if (now === undefined) return 'secret removed';
    // A hash of before the secret key was replaced is still one of the same secret.
    const hashes = this.hashes(name, this.settings.given[name] ?? '');
    return typeof before === 'object' && hashes.includes(before.hash) ? undefined : 'secret changed';
  }

  /** With the key of today first. */
  private hashes(name: string, text: string): string[] {
    return this.secretKey
      .derived('recorded settings')
      .map(({ bytes }) => createHmac('sha256', bytes).update(`${name}=${text}`).digest('hex'));
  }
}

const secrets = new Set(settingDeclarations.filter(({ secret }) => secret).map(({ name }) => name));

function isSecret(name: string): boolean {
  return secrets.has(name);
}

/** Without the user and password that an address may have. */
function shown(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//…@').slice(0, maxShown);
}

function fingerprint(key: Settings['vendorKeys'][number]): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return `SHA-256 ${createHash('sha256').update(der).digest('hex').slice(0, 32)}`;
}
