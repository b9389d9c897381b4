import { describe, expect, it } from '@jest/globals';
import { bodyOf, providerValuesOf } from './provider-values';

describe('The form of an identity provider', () => {
  it('sends the fields of its kind, and no secret that was not typed', () => {
    const values = {
      ...providerValuesOf({ kind: 'oidc' }),
      name: 'Okta',
      issuer: 'https://okta.test',
      domains: 'a.test, b.test',
    };
    expect(bodyOf('oidc', values)).toEqual({
      ...{ name: 'Okta', enabled: true, provisioning: 'create', groups: [], domains: ['a.test', 'b.test'] },
      ...{ issuer: 'https://okta.test', clientId: '', scopes: 'openid email profile', groupsClaim: 'groups' },
      ...{ caCertificate: '', metadata: '' },
    });
    expect(bodyOf('oidc', { ...values, clientSecret: 's' })).toMatchObject({ clientSecret: 's' });
  });

  it('leaves filters to the server that were not typed', () => {
    expect(bodyOf('ldap', providerValuesOf({ kind: 'ldap' }))).not.toHaveProperty('userFilter');
    expect(bodyOf('ldap', { ...providerValuesOf({ kind: 'ldap' }), userFilter: '(mail={user})' })).toMatchObject({
      userFilter: '(mail={user})',
    });
  });

  it('shows what is stored, also where that is nothing', () => {
    const values = providerValuesOf({ kind: 'oidc', id: 1, domains: ['a.test', 'b.test'], groupsClaim: '' });
    expect(values).toMatchObject({ domains: 'a.test, b.test', groupsClaim: '' });
  });
});
