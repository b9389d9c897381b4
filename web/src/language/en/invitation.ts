/** The link of an invitation. */
export const invitation = {
  title: 'Invitation',
  join: 'Join {{organization}}',
  newText: 'You are invited as <b>{{email}}</b>. Set your name and a password for your new account.',
  renewText:
    'There is an account for <b>{{email}}</b> whose address is not verified. Set a new password for it: the old password, sessions and API keys stop working.',
  renewWarning:
    'Already a member of another organization? Sign in first and open this link again, or you may lose that membership.',
  signInText: 'Sign in as <b>{{email}}</b> to accept the invitation.',
  signInAndAccept: 'Sign in and accept',
  acceptText: 'You are signed in as <b>{{email}}</b>.',
  accept: 'Accept the invitation',
  other:
    'You are signed in as <b>{{signedInAs}}</b>, and the invitation is for <b>{{email}}</b>. Sign out to accept it.',
  stay: 'Stay signed in',
  toSignIn: 'Go to sign in',
  joined: 'You are a member of {{organization}}',
  joinedText: 'You can start working now.',
  serverUrl: 'Server URL for Katalon Studio and Runtime Engine',
  useText: 'Activate with this address, {{email}} and your password.',
  toConsole: 'Open the console',
} as const;
