import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type MutableKind } from '../mail/mail-kind.js';
import { type MailPreferences } from './dto/announcement.js';

/** Which mails a user does not want. The outbox takes none of them. */
@Injectable()
export class MailPreferenceService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async get(userId: number): Promise<MailPreferences> {
    const [row] = await this.dataSource.query<MailPreferences[]>(
      'SELECT muted_mail AS muted FROM user_account WHERE id = $1',
      [userId],
    );
    return { muted: row?.muted ?? [] };
  }

  async set(userId: number, muted: readonly MutableKind[]): Promise<MailPreferences> {
    await this.dataSource.query('UPDATE user_account SET muted_mail = $2 WHERE id = $1', [userId, muted]);
    return this.get(userId);
  }
}
