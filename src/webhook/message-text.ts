import { type Language } from '../config/language.js';
import { type WebhookPayload } from './webhook-payload.js';

/** Short names of the products, as people in a chat say them. */
const products: Readonly<Record<string, string>> = { KSE: 'Studio', KRE: 'Runtime Engine' };

/** What the sentences are made of. */
interface Facts {
  organization: string;
  user: string;
  product: string;
  /** A detail of the event, as text; empty when it is absent. */
  detail: (name: string) => string;
}

type Sentences = Readonly<Record<WebhookPayload['type'], (facts: Facts) => string>>;

const day = (time: string): string => time.slice(0, 10);

const english: Sentences = {
  'webhook.test': () => 'This is a test message from the license server. The webhook works.',
  'lease.granted': ({ user, product, organization }) => `${user} took a ${product} seat of ${organization}.`,
  'lease.ended': ({ user, product, organization, detail }) =>
    `The ${product} session of ${user} in ${organization} ended (${detail('reason')}).`,
  'lease.denied': ({ user, product, organization, detail }) =>
    `${user} got no ${product} seat of ${organization} (${detail('code')}).`,
  'seats.exhausted': ({ product, organization, detail }) =>
    detail('seats') === '1'
      ? `The only ${product} seat of ${organization} is taken.`
      : `All ${detail('seats')} ${product} seats of ${organization} are taken.`,
  'seats.available': ({ product, organization, detail }) =>
    `${organization} has free ${product} seats again: ${detail('free')} of ${detail('seats')}.`,
  'license.expiring': ({ detail }) => `The license of ${detail('customer')} expires on ${day(detail('expiresAt'))}.`,
  'license.expired': ({ detail }) => `The license of ${detail('customer')} has expired.`,
  'license.installed': ({ detail }) =>
    `A license of ${detail('customer')} was installed. It expires on ${day(detail('expiresAt'))}.`,
  'member.joined': ({ user, organization, detail }) => `${user} joined ${organization} as ${detail('role')}.`,
  'member.removed': ({ user, organization }) => `${user} was removed from ${organization}.`,
  'invitation.created': ({ organization, detail }) =>
    `${detail('email')} was invited to ${organization} as ${detail('role')}.`,
  'invitation.accepted': ({ organization, detail }) => `${detail('email')} accepted the invitation to ${organization}.`,
  'mail.failed': ({ detail }) => `An e-mail to ${detail('recipient')} could not be sent: ${detail('error')}`,
  'plugin.published': ({ detail }) => `Version ${detail('version')} of the plugin ${detail('name')} was published.`,
};

const german: Sentences = {
  'webhook.test': () => 'Das ist eine Testnachricht des Lizenzservers. Der Webhook funktioniert.',
  'lease.granted': ({ user, product, organization }) =>
    `${user} hat einen ${product}-Platz von ${organization} belegt.`,
  'lease.ended': ({ user, product, organization, detail }) =>
    `Die ${product}-Sitzung von ${user} in ${organization} ist beendet (${detail('reason')}).`,
  'lease.denied': ({ user, product, organization, detail }) =>
    `${user} hat keinen ${product}-Platz von ${organization} bekommen (${detail('code')}).`,
  'seats.exhausted': ({ product, organization, detail }) =>
    detail('seats') === '1'
      ? `Der einzige ${product}-Platz von ${organization} ist belegt.`
      : `Alle ${detail('seats')} ${product}-Plätze von ${organization} sind belegt.`,
  'seats.available': ({ product, organization, detail }) =>
    `${organization} hat wieder freie ${product}-Plätze: ${detail('free')} von ${detail('seats')}.`,
  'license.expiring': ({ detail }) => `Die Lizenz von ${detail('customer')} läuft am ${day(detail('expiresAt'))} ab.`,
  'license.expired': ({ detail }) => `Die Lizenz von ${detail('customer')} ist abgelaufen.`,
  'license.installed': ({ detail }) =>
    `Eine Lizenz von ${detail('customer')} wurde installiert. Sie läuft am ${day(detail('expiresAt'))} ab.`,
  'member.joined': ({ user, organization, detail }) =>
    `${user} ist jetzt Mitglied von ${organization} (${detail('role')}).`,
  'member.removed': ({ user, organization }) => `${user} wurde aus ${organization} entfernt.`,
  'invitation.created': ({ organization, detail }) =>
    `${detail('email')} wurde zu ${organization} eingeladen (${detail('role')}).`,
  'invitation.accepted': ({ organization, detail }) =>
    `${detail('email')} hat die Einladung zu ${organization} angenommen.`,
  'mail.failed': ({ detail }) =>
    `Eine E-Mail an ${detail('recipient')} konnte nicht gesendet werden: ${detail('error')}`,
  'plugin.published': ({ detail }) =>
    `Version ${detail('version')} des Plugins ${detail('name')} wurde veröffentlicht.`,
};

const japanese: Sentences = {
  'webhook.test': () => 'ライセンスサーバーからのテストメッセージです。Webhookは正常に動作しています。',
  'lease.granted': ({ user, product, organization }) => `${user}が${organization}の${product}シートを取得しました。`,
  'lease.ended': ({ user, product, organization, detail }) =>
    `${organization}での${user}の${product}セッションが終了しました（${detail('reason')}）。`,
  'lease.denied': ({ user, product, organization, detail }) =>
    `${user}は${organization}の${product}シートを取得できませんでした（${detail('code')}）。`,
  'seats.exhausted': ({ product, organization, detail }) =>
    `${organization}の${product}シート（${detail('seats')}シート）はすべて使用中です。`,
  'seats.available': ({ product, organization, detail }) =>
    `${organization}の${product}シートに再び空きができました：${detail('seats')}シート中${detail('free')}シート。`,
  'license.expiring': ({ detail }) => `${detail('customer')}のライセンスの有効期限は${day(detail('expiresAt'))}です。`,
  'license.expired': ({ detail }) => `${detail('customer')}のライセンスの期限が切れました。`,
  'license.installed': ({ detail }) =>
    `${detail('customer')}のライセンスがインストールされました。有効期限は${day(detail('expiresAt'))}です。`,
  'member.joined': ({ user, organization, detail }) => `${user}が${organization}に参加しました（${detail('role')}）。`,
  'member.removed': ({ user, organization }) => `${user}が${organization}から削除されました。`,
  'invitation.created': ({ organization, detail }) =>
    `${detail('email')}が${organization}に招待されました（${detail('role')}）。`,
  'invitation.accepted': ({ organization, detail }) => `${detail('email')}が${organization}への招待を承諾しました。`,
  'mail.failed': ({ detail }) => `${detail('recipient')}宛てのメールを送信できませんでした：${detail('error')}`,
  'plugin.published': ({ detail }) => `プラグイン${detail('name')}のバージョン${detail('version')}が公開されました。`,
};

const sentences: Readonly<Record<Language, Sentences>> = { en: english, de: german, ja: japanese };
const someone: Readonly<Record<Language, string>> = {
  en: 'A deleted account',
  de: 'Ein gelöschtes Konto',
  ja: '削除されたアカウント',
};

/** An event as one sentence for people in a chat, in plain text. */
export function messageText({ type, data }: WebhookPayload, language: Language): string {
  const detail = (name: string): string => {
    const value = data[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return sentences[language][type]({
    organization: data.organization?.name ?? '',
    user: data.user?.email ?? someone[language],
    product: products[detail('product')] ?? '',
    detail,
  });
}
