import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { networksOf } from '../../http/client-address.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { type User } from '../../user/user.entity.js';
import { browserName, browserOf } from './browser-name.js';
import { rememberDevice } from './known-devices.queries.js';

/** New-device mails to one account in an hour. Someone with the password cannot fill the mailbox. */
const maxMailsPerHour = 10;

/** Devices that an account is remembered with. */
const maxDevices = 100;

/** Recognizes the browsers and networks in which accounts sign in to the console, and tells the owner about a new one. */
@Injectable()
export class KnownDevices {
  constructor(
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes where an account signs in. The first device of an account is no news to its owner.
   *
   * @param manager of the transaction in which the session begins
   */
  async note(manager: EntityManager, user: User, address: string, userAgent: string | undefined): Promise<void> {
    const at = this.clock.now();
    const seen = { userId: user.id, fingerprint: fingerprint(address, userAgent), lastAt: at };
    const device = await rememberDevice(manager, seen, maxDevices);
    if (!device.inserted || device.others === 0) return;
    const browser = browserName(userAgent);
    await this.audit.record(
      manager,
      { id: user.id, name: user.email, address },
      { action: 'account.new-device', targetType: 'user', targetId: user.id, details: { browser } },
    );
    if (device.recent >= maxMailsPerHour) return;
    const facts = { address, ...browserOf(userAgent), at };
    const mail = templatedMail('new-device', user.email, facts, { url: this.mail.serverUrl });
    await this.mail.enqueueAccountMail(manager, mail);
  }
}

/** The same after an update of the browser, and after a new address in the same network. */
function fingerprint(address: string, userAgent = ''): Buffer {
  const withoutVersions = userAgent.slice(0, 500).replace(/[\d._]+/g, '');
  return createHash('sha256')
    .update(`${networksOf(address).network}\n${withoutVersions}`)
    .digest();
}
