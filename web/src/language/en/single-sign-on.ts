/** Signing in with an identity provider. */
export const singleSignOn = {
  refused: {
    other: 'The sign-in with the identity provider was refused. Try again, or ask your administrator.',
    'provider-unavailable': 'The identity provider does not answer. Try again later, or sign in with a password.',
    'provider-misconfigured':
      'Single sign-on is not set up correctly. Ask your administrator to run the test of the identity provider.',
    'provider-refused': 'The identity provider did not sign you in. Ask your identity team for access to this server.',
    'provider-answer-invalid':
      'The answer of the identity provider was not valid, so you were not signed in. Try again. If it happens again, ask your administrator.',
    'provider-clock':
      'The clocks of this server and of the identity provider differ by more than a minute, so you were not signed in. Ask your administrator to set them.',
    'provider-too-many-groups':
      'You are in more groups than the identity provider sends. Ask your identity team to send only the groups that this server needs.',
    'sign-in-expired': 'This sign-in has expired, was used already, or began in another browser. Sign in again.',
    'address-missing': 'The identity provider sent no e-mail address. Ask your administrator to have it sent.',
    'address-invalid': 'The identity provider sent an e-mail address that this server cannot use.',
    'address-not-verified':
      'The identity provider does not confirm that the e-mail address is yours. Verify it there, then sign in again.',
    'domain-not-allowed':
      'This server does not accept your e-mail address from this identity provider. Ask your administrator to add the domain to the provider.',
    'account-missing': 'You have no account on this server. Ask an administrator to invite you.',
    'identity-taken':
      'Your account is linked to another person of the identity provider. Ask an administrator of the server.',
    'account-disabled': 'Your account is disabled. Ask an administrator of the server.',
  },
  linked: {
    title: 'Single sign-on and directories',
    text: 'Your account is linked with these. In Katalon Studio, sign in with a client password if you use single sign-on.',
    lastSeen: 'last sign-in',
  },
} as const;
