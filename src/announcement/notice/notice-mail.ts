import { type SharedSettings } from '../../mail/facts.js';
import { type TemplatedMail, templatedMail } from '../../mail/templated-mail.js';
import { type Notice, type NoticeKind } from './notice.js';

/** What a mail says beside the notice. */
export interface MailPlace {
  /** Its name; null: the notice is about the server. */
  organization: string | null;
  serverUrl: string;
}

type Writer = (notice: Notice, to: string, place: MailPlace) => TemplatedMail;

/** The end of licenses and refusals are not here: they are told by mails of their own. */
const writers: Partial<Record<NoticeKind, Writer>> = {
  'backup-missing': ({ facts: { lastBackupAt, failure } }, to, { serverUrl }) =>
    templatedMail('backup-missing', to, { lastBackupAt, failure }, { url: `${serverUrl}/server/system` }),
  'certificate-expiring': ({ at, facts }, to, { serverUrl }) => {
    const { use = 'https', host, provider = '', providerId, expiresAt = at } = facts;
    const url = `${serverUrl}/server/${providerId === undefined ? 'system' : `identity/${providerId}`}`;
    return templatedMail('certificate-expiring', to, { use, name: host ?? provider, expiresAt }, { url });
  },
  'disk-low': ({ facts: { host = '', freeBytes = 0 } }, to, { serverUrl }) =>
    templatedMail('disk-low', to, { host, freeBytes }, { url: `${serverUrl}/server/system` }),
  'mails-failing': ({ organizationId, facts: { count = 0, failure } }, to, { organization, serverUrl }) => {
    const url = `${serverUrl}/organizations/${organizationId}/mail-server`;
    return templatedMail('mails-failing', to, { organization: organization ?? '', count, failure }, { url });
  },
  'settings-changed': ({ organizationId, facts: { by = '', action = '' } }, to, { organization, serverUrl }) => {
    const settings = action.split('.')[0] as SharedSettings;
    const url = `${serverUrl}/${organizationId === null ? 'server' : `organizations/${organizationId}`}/audit-log`;
    return templatedMail('settings-changed', to, { organization, by, settings }, { url });
  },
};

/** @returns undefined for a kind that is not mailed here */
export function noticeMail(notice: Notice, to: string, place: MailPlace): TemplatedMail | undefined {
  return writers[notice.kind]?.(notice, to, place);
}
