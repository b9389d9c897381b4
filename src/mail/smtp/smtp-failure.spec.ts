import { describe, expect, it } from '@jest/globals';
import { failureOf } from './smtp-failure.js';

const envelope = (response: string, command = 'RCPT TO') =>
  failureOf({ code: 'EENVELOPE', response, responseCode: Number(response.slice(0, 3)), command }, 1);

describe('A refusal is final', () => {
  it.each([
    '550 5.1.1 <ghost@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ghost@example.com not found by SMTP address lookup',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
    '550 5.2.1 The email account that you tried to reach is disabled.',
    '550 No such user here',
    '553 5.1.3 The recipient address <x> is not a valid RFC 5321 address.',
    '556 5.1.10 Domain does not accept mail',
    '550 Mailbox unavailable',
  ])('of the recipient: %s', (response) => {
    expect(envelope(response)).toMatchObject({ permanent: true, message: expect.stringContaining('the recipient') });
  });
});

describe('A refusal that may pass is tried again', () => {
  it.each([
    ['530 5.7.0 Must issue a STARTTLS command first', 'RCPT TO'],
    ['530 5.7.57 Client not authenticated to send mail', 'MAIL FROM'],
    ['550 5.7.1 Unable to relay', 'RCPT TO'],
    ['550 relay not permitted', 'RCPT TO'],
    ['554 5.7.1 <a@example.com>: Relay access denied', 'RCPT TO'],
    ['553 5.7.1 <a@example.com>: Sender address rejected: not owned by user', 'RCPT TO'],
    ['553 5.1.8 Sender address has no domain', 'RCPT TO'],
    ['504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname', 'RCPT TO'],
    ['554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', 'RCPT TO'],
    ['550 5.7.60 Client does not have permissions to send as this sender', 'MAIL FROM'],
    ['550 5.7.26 Unauthenticated email is not accepted', 'RCPT TO'],
    ['452 4.2.2 Mailbox full', 'RCPT TO'],
  ])('of the server or the sender: %s', (response, command) => {
    expect(envelope(response, command).permanent).toBe(false);
  });

  it('of what is in the mail', () => {
    const response = '554 5.7.1 Message rejected as spam';
    expect(failureOf({ code: 'EMESSAGE', response, responseCode: 554, command: 'DATA' }, 1).permanent).toBe(false);
  });
});

describe('A sign-in', () => {
  const signIn = (response: string) => failureOf({ code: 'EAUTH', response, command: 'AUTH PLAIN' }, 1).message;

  it('that the mail server cannot check just now has no wrong password', () => {
    expect(signIn('454 4.7.0 Temporary authentication failure')).toContain('cannot check the username and password');
    expect(signIn('421 4.3.2 Service not available')).toContain('cannot check the username and password');
  });

  it('with a wrong password is told so', () => {
    expect(signIn('535 5.7.8 Authentication failed')).toContain('does not accept the username or password');
  });
});
