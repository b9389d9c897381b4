import { Injectable } from '@nestjs/common';
import { type MailServerSettings } from '../mail/dto/mail-server.js';
import { MailSettingsService, type MailServerOwner } from '../mail/mail-settings.service.js';
import { difference } from './difference.js';
import { type Placed } from './placed.js';
import { configuration, type ProvisioningRun } from './provisioning-run.js';

/** Mail servers: one of the whole server, and those of organizations. */
@Injectable()
export class MailProvisioning {
  constructor(private readonly mail: MailSettingsService) {}

  /** A mail server is described as a whole: what a file leaves out is not used, but a password or secret stays. */
  async apply(run: ProvisioningRun, owner: MailServerOwner, place: Placed<MailServerSettings>, of = ''): Promise<void> {
    const stored = await this.mail.stored(owner);
    const fields = stored && difference(whole(place.value), whole(stored), ['password', 'clientSecret']);
    if (fields?.length === 0) return;
    await this.mail.update(configuration, owner, place.value);
    if (fields) run.changed(`mail server${of}`, place, fields);
    else run.created(`mail server${of}`, place);
  }
}

/** With what stands for the settings that are left out. */
function whole(given: MailServerSettings): object {
  const { host, port, protocol, sender, password, clientSecret } = given;
  const { username, tokenUrl, clientId, scope, certificateAuthority, acceptAnyCertificate = false } = given;
  return {
    ...{ host, port, protocol, sender, password, clientSecret },
    username: username || null,
    tokenUrl: tokenUrl || null,
    clientId: clientId || null,
    scope: scope || null,
    certificateAuthority: certificateAuthority?.trim() || null,
    acceptAnyCertificate,
  };
}
