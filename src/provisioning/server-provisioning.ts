import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { LicenseInstallationService } from '../license/license-installation.service.js';
import { OrganizationPolicy } from '../organization/organization-policy.js';
import { type SetupState } from '../setup/dto/setup.js';
import { SetupService } from '../setup/setup.service.js';
import { difference } from './difference.js';
import { type ProvisionedAdministrator, type ProvisionedServerSettings } from './dto/provisioning-file.js';
import { MailProvisioning } from './mail-provisioning.js';
import { type Placed } from './placed.js';
import { type ProvisioningFiles } from './provisioning-files.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';
import { WebhookProvisioning } from './webhook-provisioning.js';

/** What there is one of: the license, the first administrator, the settings, the mail server and the webhooks of the whole server. */
@Injectable()
export class ServerProvisioning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly installation: LicenseInstallationService,
    private readonly setup: SetupService,
    private readonly policy: OrganizationPolicy,
    private readonly mail: MailProvisioning,
    private readonly webhooks: WebhookProvisioning,
  ) {}

  /** @param state of the setup before the files were applied */
  async apply(run: ProvisioningRun, files: ProvisioningFiles, state: SetupState): Promise<void> {
    const { license, evaluation, administrator, settings, mailServer, webhooks } = files;
    if (license) await license.during(() => this.license(run, license));
    if (evaluation?.value && state === 'license-required' && !license) {
      await evaluation.during(() => this.evaluation(run, evaluation));
    }
    if (administrator && state !== 'ready') await administrator.during(() => this.administrator(run, administrator));
    if (settings) await settings.during(() => this.settings(run, settings));
    if (mailServer) await mailServer.during(() => this.mail.apply(run, null, mailServer));
    for (const webhook of webhooks) await webhook.during(() => this.webhooks.apply(run, null, webhook));
  }

  private async license(run: ProvisioningRun, license: Placed<string>): Promise<void> {
    if (await this.installation.isInstalled(license.value)) return;
    const { claims } = await this.dataSource.transaction((manager) =>
      this.installation.install(manager, license.value, configuration),
    );
    run.created(`license ${claims.jti} for ${claims.customer.name}`, license);
  }

  private async evaluation(run: ProvisioningRun, place: Placed<unknown>): Promise<void> {
    await this.setup.evaluation(configuration);
    run.created('evaluation license', place);
  }

  private async administrator(run: ProvisioningRun, place: Placed<ProvisionedAdministrator>): Promise<void> {
    const { password, ...person } = place.value;
    if (password === undefined) place.refuse('passwordFile or passwordEnv is missing: the server is not set up yet');
    await this.setup.account({ ...person, password }, configuration);
    run.created(`administrator ${person.email}`, place);
  }

  private async settings(run: ProvisioningRun, place: Placed<ProvisionedServerSettings>): Promise<void> {
    const fields = difference(place.value, await this.policy.settings());
    if (fields.length === 0) return;
    await this.policy.change(configuration, place.value);
    run.changed('settings of the server', place, fields);
  }
}
