import type {
  MailServerSettings,
  MailServerView,
  MailTestResult,
  OutboxMailView,
  OutboxPage,
} from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';
import { organizationKey } from '../api/queries';
import type { PageRequest } from '../table/list-request';

/** Whose mail server: an organization's, by its id, or the default of the whole server. */
export type MailServerOwner = number | 'server';

export type MailState = OutboxMailView['state'];

/** The key of a query about an owner's mail. */
export function mailKey(owner: MailServerOwner, ...more: unknown[]): readonly unknown[] {
  return owner === 'server' ? ['server-mail', ...more] : organizationKey(owner, 'mail', ...more);
}

/** The settings; null: there are none. */
export async function mailServerOf(owner: MailServerOwner): Promise<MailServerView | null> {
  try {
    return await answer(
      owner === 'server'
        ? api.GET('/api/v1/mail-server')
        : api.GET('/api/v1/organizations/{organizationId}/mail-server', pathOf(owner)),
    );
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export function updateMailServer(owner: MailServerOwner, body: MailServerSettings): Promise<MailServerView> {
  return answer(
    owner === 'server'
      ? api.PUT('/api/v1/mail-server', { body })
      : api.PUT('/api/v1/organizations/{organizationId}/mail-server', { ...pathOf(owner), body }),
  );
}

export async function removeMailServer(owner: MailServerOwner): Promise<void> {
  await answer(
    owner === 'server'
      ? api.DELETE('/api/v1/mail-server')
      : api.DELETE('/api/v1/organizations/{organizationId}/mail-server', pathOf(owner)),
  );
}

/** What the mail server says to a mail to this address. */
export function testMailServer(owner: MailServerOwner, to: string): Promise<MailTestResult> {
  return answer(
    owner === 'server'
      ? api.POST('/api/v1/mail-server/test', { body: { to } })
      : api.POST('/api/v1/organizations/{organizationId}/mail-server/test', { ...pathOf(owner), body: { to } }),
  );
}

export function outboxOf(owner: MailServerOwner, request: PageRequest & { state?: MailState }): Promise<OutboxPage> {
  return answer(
    owner === 'server'
      ? api.GET('/api/v1/mail-server/outbox', { params: { query: request } })
      : api.GET('/api/v1/organizations/{organizationId}/outbox', {
          params: { path: { organizationId: owner }, query: request },
        }),
  );
}

export async function retryMail(owner: MailServerOwner, mailId: number): Promise<void> {
  await answer(
    owner === 'server'
      ? api.POST('/api/v1/mail-server/outbox/{mailId}/retry', { params: { path: { mailId } } })
      : api.POST('/api/v1/organizations/{organizationId}/outbox/{mailId}/retry', {
          params: { path: { organizationId: owner, mailId } },
        }),
  );
}

/** @returns how many mails are tried again */
export async function retryAllMails(owner: MailServerOwner): Promise<number> {
  const { retried } = await answer(
    owner === 'server'
      ? api.POST('/api/v1/mail-server/outbox/retry')
      : api.POST('/api/v1/organizations/{organizationId}/outbox/retry', pathOf(owner)),
  );
  return retried;
}

function pathOf(organizationId: number): { params: { path: { organizationId: number } } } {
  return { params: { path: { organizationId } } };
}
