import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { productName, type Product } from '../../license/file/product.js';
import { type SeatUnassigned } from '../../mail/facts.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail, type TemplatedMail } from '../../mail/templated-mail.js';

/** A per-user seat that a policy gives to a person, or takes back. */
export interface PersonalSeat {
  product: Product;
  /** Of the person. */
  email: string;
}

interface OfOrganization {
  organizationId: number;
  /** Its name. */
  organization: string;
}

/** Tells people by mail what the policies of their organization did about their per-user seats, in the same transaction. */
@Injectable()
export class AssignmentNotices {
  constructor(private readonly mail: MailService) {}

  async assigned(
    manager: EntityManager,
    { organizationId, organization }: OfOrganization,
    seats: readonly PersonalSeat[],
  ): Promise<void> {
    await this.send(manager, organizationId, seats, ({ email, product }) =>
      templatedMail('seat-assigned', email, { organization, product: productName[product] }),
    );
  }

  async unassigned(
    manager: EntityManager,
    { organizationId, organization, ...policy }: OfOrganization & Pick<SeatUnassigned, 'days' | 'autoAssign'>,
    seats: readonly PersonalSeat[],
  ): Promise<void> {
    await this.send(manager, organizationId, seats, ({ email, product }) =>
      templatedMail('seat-unassigned', email, { organization, product: productName[product], ...policy }),
    );
  }

  private async send(
    manager: EntityManager,
    organizationId: number,
    seats: readonly PersonalSeat[],
    mailOf: (seat: PersonalSeat) => TemplatedMail,
  ): Promise<void> {
    await this.mail.enqueue(manager, organizationId, seats.map(mailOf));
  }
}
