import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource } from 'typeorm';
import { apiKeyScopes, type ApiKeyScope } from '../access/key-scopes.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { type ApiKeyView } from '../auth/api-key/dto/api-key.js';
import { Clock } from '../clock/clock.js';
import { ServiceAccountKeyService } from '../service-account/service-account-key.service.js';
import { ServiceAccountService } from '../service-account/service-account.service.js';
import { difference } from './difference.js';
import { type ProvisionedKey, type ProvisionedServiceAccount } from './dto/provisioned-organization.js';
import { type Placed } from './placed.js';
import { serviceAccountNamed } from './provisioning.queries.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';

/** A service account by its ids, and its name as it is told. */
interface Holder {
  organizationId: number;
  id: number;
  of: string;
}

/** Service accounts, and keys that their holders have made. */
@Injectable()
export class ServiceAccountProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: ServiceAccountService,
    private readonly keys: ServiceAccountKeyService,
    private readonly apiKeys: ApiKeyService,
    private readonly clock: Clock,
  ) {}

  async apply(
    run: ProvisioningRun,
    organizationId: number,
    place: Placed<ProvisionedServiceAccount>,
    of: string,
  ): Promise<void> {
    const { name, role } = place.value;
    const what = `service account "${name}"${of}`;
    const found = await serviceAccountNamed(this.dataSource.manager, organizationId, name);
    const id = found ?? (await this.accounts.create(configuration, organizationId, { name, role })).id;
    if (found === undefined) run.created(what, place);
    const fields = difference({ role }, await this.accounts.get(organizationId, id));
    if (fields.length > 0) {
      await this.accounts.change(configuration, organizationId, id, { role });
      run.changed(what, place, fields);
    }
    for (const key of place.each('keys')) {
      await key.during(() => this.key(run, { organizationId, id, of: ` of service account "${name}"` }, key));
    }
  }

  /** A key cannot change: another one of the same name takes its place. */
  private async key(
    run: ProvisioningRun,
    { organizationId, id, of }: Holder,
    place: Placed<ProvisionedKey>,
  ): Promise<void> {
    const similar = await this.apiKeys.similar(id, place.value);
    if (similar.some((each) => each.isSame && isAsDescribed(each, place.value))) return;
    // One that has expired may be gone, and need not come back.
    if (place.value.expiresAt && new Date(place.value.expiresAt) <= this.clock.now()) return;
    for (const former of similar) await this.keys.delete(configuration, organizationId, id, former.id);
    await this.keys.create(configuration, organizationId, id, place.value);
    const what = `key "${place.value.name}"${of}`;
    if (similar.length > 0) run.changed(what, place, [{ name: 'key' }]);
    else run.created(what, place);
  }
}

function isAsDescribed(present: ApiKeyView, { name, scopes = ['seats'], expiresAt }: ProvisionedKey): boolean {
  const inOrder = (list: readonly ApiKeyScope[]): ApiKeyScope[] => apiKeyScopes.filter((scope) => list.includes(scope));
  return (
    present.name === name &&
    isDeepStrictEqual(inOrder(present.scopes), inOrder(scopes)) &&
    present.expiresAt?.getTime() === (expiresAt === undefined ? undefined : new Date(expiresAt).getTime())
  );
}
