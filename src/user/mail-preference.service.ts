import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type MutableKind } from '../mail/mail-kind.js';
import { type MailPreferences } from './dto/mail-preferences.js';
import { User } from './user.entity.js';

/** Which mails a user does not want. The outbox takes none of them. */
@Injectable()
export class MailPreferenceService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async get(userId: number): Promise<MailPreferences> {
    const { mutedMail } = await this.users.findOneOrFail({ where: { id: userId }, select: { mutedMail: true } });
    return { muted: mutedMail as MutableKind[] };
  }

  async set(userId: number, muted: MutableKind[]): Promise<MailPreferences> {
    await this.users.update({ id: userId }, { mutedMail: muted });
    return this.get(userId);
  }
}
