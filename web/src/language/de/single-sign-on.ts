import type { singleSignOn as english } from '../en/single-sign-on';
import type { Translation } from '../translation';

export const singleSignOn: Translation<typeof english> = {
  refused: {
    other:
      'Die Anmeldung über den Identitätsanbieter wurde abgelehnt. Versuchen Sie es noch einmal oder fragen Sie Ihren Administrator.',
    'provider-unavailable':
      'Der Identitätsanbieter antwortet nicht. Versuchen Sie es später noch einmal oder melden Sie sich mit einem Passwort an.',
    'provider-misconfigured':
      'Single Sign-on ist nicht richtig eingerichtet. Bitten Sie Ihren Administrator, den Identitätsanbieter zu testen.',
    'provider-refused':
      'Der Identitätsanbieter hat Sie nicht angemeldet. Bitten Sie Ihr Identity-Team um Zugang zu diesem Server.',
    'provider-answer-invalid':
      'Die Antwort des Identitätsanbieters war ungültig, deshalb sind Sie nicht angemeldet. Versuchen Sie es noch einmal. Passiert es wieder, fragen Sie Ihren Administrator.',
    'provider-clock':
      'Die Uhren dieses Servers und des Identitätsanbieters gehen um mehr als eine Minute auseinander, deshalb sind Sie nicht angemeldet. Bitten Sie Ihren Administrator, sie zu stellen.',
    'provider-too-many-groups':
      'Sie sind in mehr Gruppen, als der Identitätsanbieter sendet. Bitten Sie Ihr Identity-Team, nur die Gruppen zu senden, die dieser Server braucht.',
    'sign-in-expired':
      'Diese Anmeldung ist abgelaufen, wurde schon benutzt oder begann in einem anderen Browser. Melden Sie sich noch einmal an.',
    'address-missing':
      'Der Identitätsanbieter hat keine E-Mail-Adresse gesendet. Bitten Sie Ihren Administrator, das einzurichten.',
    'address-invalid':
      'Der Identitätsanbieter hat eine E-Mail-Adresse gesendet, die dieser Server nicht verwenden kann.',
    'address-not-verified':
      'Der Identitätsanbieter bestätigt nicht, dass die E-Mail-Adresse Ihnen gehört. Bestätigen Sie sie dort und melden Sie sich noch einmal an.',
    'domain-not-allowed':
      'Dieser Server nimmt Ihre E-Mail-Adresse von diesem Identitätsanbieter nicht an. Bitten Sie Ihren Administrator, die Domain dort einzutragen.',
    'account-missing': 'Sie haben kein Konto auf diesem Server. Bitten Sie einen Administrator um eine Einladung.',
    'identity-taken':
      'Ihr Konto ist mit einer anderen Person beim Identitätsanbieter verknüpft. Fragen Sie einen Administrator des Servers.',
    'account-disabled': 'Ihr Konto ist gesperrt. Fragen Sie einen Administrator des Servers.',
  },
  linked: {
    title: 'Single Sign-on und Verzeichnisse',
    text: 'Ihr Konto ist hiermit verknüpft. Nutzen Sie Single Sign-on, melden Sie sich in Katalon Studio mit einem Clientpasswort an.',
    lastSeen: 'zuletzt angemeldet',
  },
};
