import type { MailServerSettings, MailServerView } from '../../generated/api';

export type Protocol = MailServerView['protocol'];

/** Protocols, and the ports that go with them. */
export const ports: Record<Protocol, number> = { SMTP: 25, 'SMTP + STARTTLS': 587, SMTPS: 465 };

type SignIn = 'password' | 'tokens';

function signInOf(server: MailServerView | null): SignIn {
  return server?.tokenUrl ? 'tokens' : 'password';
}

/** The settings as the form has them. */
export interface MailServerValues {
  host: string;
  port: number | string;
  protocol: Protocol;
  username: string;
  password: string;
  signIn: ReturnType<typeof signInOf>;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  sender: string;
  certificateAuthority: string;
  acceptAnyCertificate: boolean;
}

export function mailServerValuesOf(server: MailServerView | null): MailServerValues {
  return {
    host: server?.host ?? '',
    port: server?.port ?? 587,
    protocol: server?.protocol ?? 'SMTP + STARTTLS',
    username: server?.username ?? '',
    password: '',
    signIn: signInOf(server),
    tokenUrl: server?.tokenUrl ?? '',
    clientId: server?.clientId ?? '',
    clientSecret: '',
    scope: server?.scope ?? '',
    sender: server?.sender ?? '',
    certificateAuthority: server?.certificateAuthority ?? '',
    acceptAnyCertificate: server?.acceptAnyCertificate ?? false,
  };
}

export function settingsOf({
  signIn,
  password,
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  ...values
}: MailServerValues): MailServerSettings {
  const secrets =
    signIn === 'tokens'
      ? {
          tokenUrl: tokenUrl.trim(),
          clientId: clientId.trim(),
          scope: scope.trim(),
          clientSecret: filled(clientSecret),
        }
      : { password: filled(password) };
  return { ...values, ...secrets, port: Number(values.port) };
}

/** A secret that is not typed: the one that is stored stays. */
function filled(text: string): string | undefined {
  return text === '' ? undefined : text;
}
