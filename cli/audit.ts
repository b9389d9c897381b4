import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { DataSource } from 'typeorm';
import { type Actor } from '../src/audit/actor.js';
import { AuditModule } from '../src/audit/audit.module.js';
import { AuditService, type Change } from '../src/audit/audit.service.js';
import { ClockModule } from '../src/clock/clock.module.js';
import { ConfigModule } from '../src/config/config.module.js';
import { readSettings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { AuditBlock } from '../src/evidence/audit-block.entity.js';
import { AuditCheckpoint } from '../src/evidence/audit-checkpoint.entity.js';
import { ExportedChain } from '../src/evidence/chain-export.js';
import { ChainVerifier, type Verification } from '../src/evidence/chain-verifier.js';
import { VerificationService } from '../src/evidence/verification.service.js';
import { createLog } from '../src/log/log.js';
import { LogModule } from '../src/log/log.module.js';
import { SecretModule } from '../src/secret/secret.module.js';
import { SigningModule } from '../src/signing/signing.module.js';
import { readConfiguration } from './configuration-file.js';
import { openServerDatabase } from './server-database.js';

const commandLine: Actor = { id: null, name: 'command line', address: null };

// The services alone: a command neither seals nor signs.
@Module({
  imports: [TypeOrmModule.forFeature([AuditBlock, AuditCheckpoint]), AuditModule, SigningModule],
  providers: [VerificationService],
})
class AuditCommandModule {}

@Module({})
class CommandModule {}

/** `license-server audit verify`; the exit code is 1 when the log does not hold. */
export async function verifyAudit(options: {
  config?: string;
  file?: string;
  key?: string;
  json?: true;
}): Promise<void> {
  const { file, key } = options;
  let result: Verification;
  if (file === undefined) result = await withService(options.config, (service) => service.verify());
  else {
    const chain = await ExportedChain.open(file, key === undefined ? undefined : readFileSync(key, 'utf8'));
    if (key === undefined && !options.json) {
      console.log(
        `Checked with the key in the file itself, SHA-256 ${chain.fingerprints.join(', ')}. Give --key to check with one you trust.`,
      );
    }
    result = await new ChainVerifier(chain).run();
  }
  if (options.json) console.log(JSON.stringify(result));
  else console.log(describe(result));
  if (!result.intact) process.exitCode = 1;
}

/** `license-server audit export FILE` */
export async function exportAudit(file: string, { config }: { config?: string }): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await once(target, 'open');
  await withService(config, async (service, record) => {
    await record({ action: 'audit-log.exported', details: { file: path.basename(file) } });
    await service.export(async (line) => {
      if (!target.write(line)) await once(target, 'drain');
    });
  });
  target.end();
  await finished(target);
  console.log(`The audit log is in ${file}. \`license-server audit verify --file ${file}\` proves it.`);
}

function describe({ intact, events, blocks, firstBroken, checkpoint }: Verification): string {
  const until = checkpoint ? `, newest checkpoint ${checkpoint.number} of ${checkpoint.at}` : '';
  if (intact) return `The audit log is intact: ${events} events in ${blocks} blocks${until}.`;
  return `The audit log is NOT intact. First broken place: ${firstBroken?.message} (${firstBroken?.problem}; the ${events} events in ${blocks} blocks before it are intact.)`;
}

async function withService<T>(
  config: string | undefined,
  work: (service: VerificationService, record: (change: Change) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { env } = readConfiguration(config);
  const settings = readSettings(env);
  const log = createLog(env.LOG_LEVEL ? settings.logLevel : 'silent');
  const database = await openServerDatabase(settings);
  try {
    if (!database.serverRuns && !settings.databaseUrl) await migrate(database.url);
    const app = await NestFactory.createApplicationContext(
      {
        module: CommandModule,
        imports: [
          ConfigModule.with(settings),
          LogModule.with(log),
          ClockModule,
          SecretModule,
          DatabaseModule.with(database.url),
          AuditCommandModule,
        ],
      },
      { logger: false, abortOnError: false },
    );
    try {
      const record = (change: Change): Promise<void> =>
        app.get(AuditService).record(app.get(DataSource).manager, commandLine, change);
      return await work(app.get(VerificationService), record);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
