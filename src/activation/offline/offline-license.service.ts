import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { decodeJwt } from 'jose';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { AccessRecord } from '../../audit/access-record.js';
import { SeatJournal } from '../../backup/journal/seat-journal.service.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { pageOfRows } from '../../http/paging.js';
import { isAcceptedByClient } from '../../license/file/client-features.js';
import { SigningService } from '../../signing/signing.service.js';
import { type StudioClaims } from '../lease/token/lease-token.service.js';
import { FileNotForStudioError } from '../seat/seat-errors.js';
import { type OfflineLicensePage, type OfflineLicenseView, type OfflineLicenseQuery } from './dto/offline-license.js';
import { type OfflineFile, offlineFile, type OfflineFileFormat, studioFormats } from './offline-file.js';
import { licensesOf, sortableLicenses, type StoredLicense, storedLicense } from './offline-license.queries.js';

/** The licenses of machines without a network, and their files. */
@Injectable()
export class OfflineLicenseService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    private readonly access: AccessRecord,
    private readonly journal: SeatJournal,
  ) {}

  async list(organizationId: number, query: OfflineLicenseQuery): Promise<OfflineLicensePage> {
    const rows = licensesOf(organizationId, query.search);
    return pageOfRows<OfflineLicenseView>(this.dataSource.manager, rows, query, sortableLicenses);
  }

  /**
   * The license as a file, and the record of its download.
   *
   * @throws NotFoundError
   * @throws FileNotForStudioError
   */
  async download(
    caller: Caller,
    { organizationId, id }: { organizationId: number; id: number },
    format: OfflineFileFormat,
  ): Promise<OfflineFile> {
    const license = await storedLicense(this.dataSource, { organizationId, id });
    if (!license) throw new NotFoundError('The offline license');
    if (studioFormats.includes(format)) this.checkForStudio(license);
    const publicPem = await this.signing.publicPemOf('studio', license.token);
    if (publicPem === undefined && format !== 'lic')
      throw new NotFoundError('The key that this license is signed with');
    const file = offlineFile(format, { ...license, organizationId, publicPem: publicPem ?? '' });
    // It is good for long: a restore of an older backup must know of it.
    await this.journal.issued(organizationId, license.machineId);
    const details = { format, machineId: license.machineId };
    const what = { organizationId, targetType: 'offline-license', targetId: id, details };
    await this.access.record({ actor: caller, change: { action: 'offline-license.downloaded', ...what } });
    return file;
  }

  /** @throws FileNotForStudioError */
  private checkForStudio({ product, token }: StoredLicense): void {
    if (product !== 'KSE') throw new FileNotForStudioError('runtime-engine');
    const { features = [] } = decodeJwt<Partial<StudioClaims>>(token);
    if (!isAcceptedByClient(product, features)) throw new FileNotForStudioError('features');
  }
}
