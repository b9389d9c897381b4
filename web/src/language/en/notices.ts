/** What needs action of the reader, and the bell that leads to it. */
export const notices = {
  title: 'Notifications',
  open_one: 'Notifications: {{count}} needs action',
  open_other: 'Notifications: {{count}} need action',
  none: 'Nothing needs action',
  noneText: 'You are notified here when a license expires, seats run out or e-mails cannot be sent.',
  server: 'This server',
  dismiss: 'Dismiss: {{title}}',
  restore: 'Show again: {{title}}',
  showDismissed_one: 'Show {{count}} dismissed',
  showDismissed_other: 'Show {{count}} dismissed',
  hideDismissed: 'Hide dismissed',
  byMail: 'Choose what comes by mail',
  license: {
    ends: 'The license of {{customer}} ends on {{on}}',
    ended: 'The license of {{customer}} ended on {{on}}',
    text: 'Ask the vendor for a new license file, and install it.',
  },
  seats: {
    title_one: '{{count}} session was refused: all seats of {{product}} are in use',
    title_other: '{{count}} sessions were refused: all seats of {{product}} are in use',
    text: 'In the last 24 hours. End sessions that are no longer needed, or get more seats.',
  },
  mails: {
    title_one: '{{count}} mail is not sent',
    title_other: '{{count}} mails are not sent',
    failure: 'Last error: {{failure}}',
    text: 'Check the mail server, and send them again.',
  },
  changed: {
    'license-policy': '{{by}} changed the policies',
    organization: '{{by}} renamed the organization',
    allocation: '{{by}} changed the allocation of seats',
    'mail-server': '{{by}} changed the mail server',
    'server-settings': '{{by}} changed the settings of the server',
    text_one: '{{count}} change by others in 7 days',
    text_other: '{{count}} changes by others in 7 days',
  },
  backup: {
    failed: 'The last backup failed',
    old: 'The last backup is from {{on}}',
    none: 'There is no backup yet',
    text: 'Make one, or have the server make one every day.',
  },
  certificate: {
    https: {
      ends: 'The HTTPS certificate of {{name}} expires on {{on}}',
      ended: 'The HTTPS certificate of {{name}} expired on {{on}}',
      text: 'Replace the files of the certificate and its key; no restart is needed.',
    },
    'saml-server': {
      ends: 'The certificate of this server for {{name}} expires on {{on}}',
      ended: 'The certificate of this server for {{name}} expired on {{on}}',
      text: 'Create the next key, register its certificate at the provider, and choose Use.',
    },
    'saml-provider': {
      ends: 'The certificate with which {{name}} signs expires on {{on}}',
      ended: 'The certificate with which {{name}} signs expired on {{on}}',
      text: 'If you pasted the metadata of the provider, paste the new metadata before sign-ins fail.',
    },
  },
  disk: {
    title: 'Only {{free}} left on the disk of {{host}}',
    text: 'When it is full, no seat can be given out.',
  },
} as const;
