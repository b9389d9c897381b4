import type { TFunction } from 'i18next';
import type { NoticeView } from '../../generated/api';
import { bytesOf } from '../components/bytes';

interface NoticeTexts {
  title: string;
  text: string;
}

/** What a notice says, and what to do about it. */
export function describeNotice({ kind, facts }: NoticeView, t: TFunction, language: string): NoticeTexts {
  const { count = 0, customer = '', host = '', by = '', failure, expiresAt, lastBackupAt } = facts;
  // A license ends on a day in UTC, wherever its reader is.
  const on = (at: string | undefined): string =>
    new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at ?? 0));
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) < Date.now();
  switch (kind) {
    case 'license-expiring': {
      const title = t(isOver ? 'notices.license.ended' : 'notices.license.ends', { customer, on: on(expiresAt) });
      return { title, text: t('notices.license.text') };
    }
    case 'certificate-expiring': {
      const { use = 'https', provider: name = host } = facts;
      const title = t(`notices.certificate.${use}.${isOver ? 'ended' : 'ends'}`, { name, on: on(expiresAt) });
      return { title, text: t(`notices.certificate.${use}.text`) };
    }
    case 'seats-exhausted': {
      const product = t(`app.productName.${facts.product ?? 'KSE'}`);
      return { title: t('notices.seats.title', { count, product }), text: t('notices.seats.text') };
    }
    case 'mails-failing': {
      const text = failure ? t('notices.mails.failure', { failure }) : t('notices.mails.text');
      return { title: t('notices.mails.title', { count }), text };
    }
    case 'settings-changed':
      return {
        title: t(`notices.changed.${settingsOf(facts)}`, { by }),
        text: t('notices.changed.text', { count }),
      };
    case 'backup-missing': {
      if (failure) return { title: t('notices.backup.failed'), text: failure };
      const title = lastBackupAt ? t('notices.backup.old', { on: on(lastBackupAt) }) : t('notices.backup.none');
      return { title, text: t('notices.backup.text') };
    }
    case 'disk-low': {
      const free = bytesOf(facts.freeBytes ?? 0, language);
      return { title: t('notices.disk.title', { free, host }), text: t('notices.disk.text') };
    }
  }
}

const settings = ['license-policy', 'organization', 'allocation', 'mail-server', 'server-settings'] as const;
type Settings = (typeof settings)[number];

/** Which settings an action of the audit log changes. */
function settingsOf({ action }: NoticeView['facts']): Settings {
  return settings.find((each) => action?.startsWith(`${each}.`)) ?? 'server-settings';
}

const organizationPages = {
  'license-policy': 'policies',
  organization: 'settings',
  allocation: 'licenses',
  'mail-server': 'mail-server',
  'server-settings': 'settings',
} as const satisfies Record<Settings, string>;

const serverPages = {
  'license-policy': 'system',
  organization: 'system',
  allocation: 'licenses',
  'mail-server': 'mail-server',
  'server-settings': 'system',
} as const satisfies Record<Settings, string>;

/** An address in the console. */
interface Place {
  to: string;
  search?: { tab: string };
}

/**
 * The page on which it is put right.
 *
 * @param home the reader's organization, for what members may see of the server
 */
export function noticePage({ kind, organization, facts }: NoticeView, root: boolean, home: number | undefined): Place {
  const inOrganization = (page: string): Place => ({ to: `/organizations/${organization?.id ?? home}/${page}` });
  const onServer = (page: string): Place => ({ to: `/server/${page}` });
  switch (kind) {
    case 'license-expiring':
      return root ? onServer('licenses') : inOrganization('licenses');
    case 'seats-exhausted':
      return { ...inOrganization('licenses'), search: { tab: 'online' } };
    case 'mails-failing':
      return organization ? inOrganization('mail-server') : onServer('mail-server');
    case 'settings-changed': {
      const which = settingsOf(facts);
      return organization ? inOrganization(organizationPages[which]) : onServer(serverPages[which]);
    }
    case 'certificate-expiring':
      return onServer(facts.providerId === undefined ? 'system' : `identity/${facts.providerId}`);
    case 'backup-missing':
    case 'disk-low':
      return onServer('system');
  }
}
