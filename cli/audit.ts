import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { DataSource } from 'typeorm';
import { AuditModule } from '../src/audit/audit.module.js';
import { type Change } from '../src/audit/audited-change.js';
import { AuditService } from '../src/audit/audit.service.js';
import { AuditBlock } from '../src/audit/evidence/audit-block.entity.js';
import { AuditCheckpoint } from '../src/audit/evidence/audit-checkpoint.entity.js';
import { ExportedChain } from '../src/audit/evidence/chain-export.js';
import { ChainVerifier, type Verification } from '../src/audit/evidence/chain-verifier.js';
import { VerificationService } from '../src/audit/evidence/verification.service.js';
import { SigningModule } from '../src/signing/signing.module.js';
import { operator, withServices } from './command-context.js';
import { counted, isOrAre } from '../src/errors/counted.js';

// The services alone: a command neither seals nor signs.
@Module({
  imports: [TypeOrmModule.forFeature([AuditBlock, AuditCheckpoint]), AuditModule, SigningModule],
  providers: [VerificationService],
})
class AuditCommandModule {}

/** `license-server audit verify`; the exit code is 1 when the log does not hold. */
export async function verifyAudit(options: {
  config?: string;
  file?: string | undefined;
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
    result = await new ChainVerifier(chain, Date.now()).run();
  }
  if (options.json) console.log(JSON.stringify(result));
  else for (const line of [describe(result), ...result.notes.map(({ message }) => message)]) console.log(line);
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
  if (intact) return `The audit log is intact: ${counted(events, 'event')} in ${counted(blocks, 'block')}${until}.`;
  return `The audit log is NOT intact. First broken place: ${firstBroken?.message} (${firstBroken?.problem}; the ${counted(events, 'event')} in ${counted(blocks, 'block')} before it ${isOrAre(events)} intact.)`;
}

async function withService<T>(
  config: string | undefined,
  work: (service: VerificationService, record: (change: Change) => Promise<void>) => Promise<T>,
): Promise<T> {
  const services = { config, module: AuditCommandModule, keepsSchema: true };
  return withServices(services, async (app) => {
    const record = (change: Change): Promise<void> =>
      app.get(AuditService).record(app.get(DataSource).manager, operator, change);
    return work(app.get(VerificationService), record);
  });
}
