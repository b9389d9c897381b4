import { describe, expect, it } from '@jest/globals';
import { ports, settingsOf, mailServerValuesOf } from './mail-server-values';

describe('the form of a mail server', () => {
  it('begins with STARTTLS and its port, and a password', () => {
    const values = mailServerValuesOf(null);
    expect(values).toMatchObject({ protocol: 'SMTP + STARTTLS', port: 587, signIn: 'password' });
    expect(ports[values.protocol]).toBe(values.port);
  });

  it('sends a port that was typed as a number', () => {
    expect(settingsOf({ ...mailServerValuesOf(null), port: '2525' }).port).toBe(2525);
  });

  it('does not send a secret that was not typed, so the stored one stays', () => {
    const values = mailServerValuesOf(null);
    expect(JSON.stringify(settingsOf(values))).not.toContain('password');
    expect(JSON.stringify(settingsOf({ ...values, signIn: 'tokens' }))).not.toContain('clientSecret');
    expect(settingsOf({ ...values, password: ' x ' }).password).toBe(' x ');
  });

  it('sends only what belongs to the way to sign in that was chosen', () => {
    const values = {
      ...mailServerValuesOf(null),
      password: 'p',
      tokenUrl: ' https://login.example.com/token ',
      clientId: ' id ',
      clientSecret: 's',
      scope: ' mail ',
    };
    const byPassword = settingsOf({ ...values, signIn: 'password' });
    const byTokens = settingsOf({ ...values, signIn: 'tokens' });
    expect(byPassword).toMatchObject({ password: 'p' });
    expect(byPassword).not.toHaveProperty('tokenUrl');
    expect(byTokens).toMatchObject({
      tokenUrl: 'https://login.example.com/token',
      clientId: 'id',
      clientSecret: 's',
      scope: 'mail',
    });
    expect(byTokens).not.toHaveProperty('password');
    expect(byTokens).not.toHaveProperty('signIn');
  });
});
