import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type MutableKind } from '../mail/mail-kind.js';
import { type MailPreferenceChange, type MailPreferences } from './dto/mail-preferences.js';
import { User } from './user.entity.js';

/** Which mails a user does not want, of which the outbox takes none, and the language of the others. */
@Injectable()
export class MailPreferenceService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async get(userId: number): Promise<MailPreferences> {
    const { mutedMail, language } = await this.users.findOneOrFail({
      where: { id: userId },
      select: { mutedMail: true, language: true },
    });
    return { muted: mutedMail as MutableKind[], language };
  }

  async set(userId: number, { muted, language }: MailPreferenceChange): Promise<MailPreferences> {
    const change = { ...(muted && { mutedMail: muted }), ...(language !== undefined && { language }) };
    if (Object.keys(change).length > 0) await this.users.update({ id: userId }, change);
    return this.get(userId);
  }
}
