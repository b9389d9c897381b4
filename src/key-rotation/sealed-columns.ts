export interface SealedColumn {
  table: string;
  /** The primary key of the table. */
  key: string;
  column: string;
}

/** Every column that the secret key has encrypted. A test finds one that is missing here. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'signing_key', key: 'purpose', column: 'private_key_sealed' },
  { table: 'mail_server', key: 'id', column: 'password_sealed' },
  { table: 'mail_server', key: 'id', column: 'client_secret_sealed' },
  { table: 'identity_provider', key: 'id', column: 'secrets_sealed' },
  { table: 'second_factor', key: 'id', column: 'secret_sealed' },
  { table: 'openid_session', key: 'session_id', column: 'id_token_sealed' },
  { table: 'saml_arrival', key: 'token_hash', column: 'arrival_sealed' },
  { table: 'webhook', key: 'id', column: 'url_sealed' },
  { table: 'webhook', key: 'id', column: 'secret_sealed' },
  { table: 'webhook', key: 'id', column: 'previous_secret_sealed' },
  { table: 'outbox_mail', key: 'id', column: 'content_sealed' },
];
