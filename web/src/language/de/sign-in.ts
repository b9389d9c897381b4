import type { signIn as english } from '../en/sign-in';
import type { Translation } from '../translation';

export const signIn: Translation<typeof english> = {
  title: 'Anmelden',
  text: 'Plätze für Ihre Tester und Pipelines, in Ihrem Netz.',
  email: 'E-Mail',
  emailOrName: 'E-Mail oder Benutzername',
  password: 'Passwort',
  submit: 'Anmelden',
  or: 'oder',
  with: 'Mit {{name}} anmelden',
  withPasskey: 'Mit Passkey anmelden',
  forgot: 'Passwort vergessen?',
  back: 'Zurück zur Anmeldung',
  forgotTitle: 'Passwort vergessen?',
  forgotText:
    'Geben Sie Ihre E-Mail-Adresse ein. Hat sie hier ein Konto, bekommen Sie einen Link für ein neues Passwort.',
  sendLink: 'Link senden',
  linkOnItsWay:
    'Gibt es zu dieser Adresse ein Konto, ist ein Link für ein neues Passwort dorthin unterwegs. Kommt in einigen Minuten nichts an, fragen Sie Ihren Administrator.',
  noMail: 'Dieser Server kann keine Mails senden. Bitten Sie Ihren Administrator um einen Link für ein neues Passwort.',
  newPassword: 'Neues Passwort',
  passwordHint: '8 bis 128 Zeichen, und keines, das leicht zu erraten ist.',
  again: 'Neues Passwort noch einmal',
  different: 'Das sind zwei verschiedene Passwörter.',
  resetTitle: 'Neues Passwort setzen',
  resetText: 'Der Link gilt einmal. Alle Sitzungen Ihres Kontos enden damit.',
  update: 'Passwort setzen',
  newLink: 'Einen neuen Link anfordern',
  emailTitle: 'Diese E-Mail-Adresse verwenden',
  emailText: 'Ihr Konto bekommt die Adresse, an die dieser Link ging. Damit melden Sie sich künftig an.',
  emailUse: 'Diese Adresse verwenden',
  emailDone: 'Ihre Adresse ist geändert',
  emailDoneText: 'Melden Sie sich ab jetzt mit der neuen Adresse an, auch in Katalon Studio. Das Passwort bleibt.',
  resetDone: 'Ihr Passwort ist gesetzt',
  resetDoneText:
    'Alle anderen Sitzungen sind beendet. Melden Sie sich ab jetzt mit dem neuen Passwort an, auch in Katalon Studio.',
};
