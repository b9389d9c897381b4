/**
 * What codes mean whose messages the source puts together from what it finds, and the codes of the HTTP layer. `…` stands for names
 * and numbers.
 */
export const meanings: Record<string, string> = {
  'account-disabled': 'The account is disabled. Ask an administrator of the server.',
  'account-unverified':
    'The address is not verified: the account may belong to someone else. Send `confirm: true` to make it an administrator all the same.',
  'borrow-beyond-license':
    'The license ends before the time until which the seat is to be borrowed. Choose an earlier time.',
  'borrow-not-allowed':
    'Seats cannot be borrowed: the license or the policy of the organization (`borrowMaxDays`) does not allow it.',
  'borrow-seats-kept': 'The last free seats are not lent (`borrowKeepSeats`). Take a seat without borrowing it.',
  'borrow-too-long': 'The policy or the license lends seats for fewer days. Choose an earlier time.',
  'cap-reached': 'The person or one of their teams holds as many seats as the policy allows. End another session.',
  'database-unavailable': 'The server cannot reach its database. Retry after `Retry-After`.',
  'disk-full': 'The disk of the server or of its database is full, so nothing was saved. Make room.',
  'features-not-accepted':
    'The seats lack a feature that this client needs, or are for an evaluation. The message names the feature; ask the vendor.',
  'invitation-closed': 'The invitation was accepted, withdrawn or has expired. Invite the address again.',
  invalid_client: 'OAuth: the credentials of the client are malformed.',
  invalid_grant: 'OAuth: the password, the API key or the refresh token is wrong or no longer valid. Sign in again.',
  invalid_request: 'OAuth: a field of the form is missing or wrong. The message names it.',
  unsupported_grant_type: 'OAuth: this server knows the grant types `password` and `refresh_token`.',
  temporarily_unavailable: 'OAuth: too many sign-ins are waiting. Retry after `Retry-After`.',
  'invalid-request':
    'A field of the body, the path or the query is missing or wrong. `errors` lists each one with the rule that it breaks.',
  'kept-by-provider': 'An identity provider keeps the password and the address. Change them there.',
  'late-answers-taken': 'Others are waiting for a late answer already. Retry after `Retry-After`.',
  'lease-ended': 'The lease was released, has expired, or was ended by an administrator. Check out a new one.',
  'lease-token-used': 'Another session uses the seat of this lease token. Take a seat for each job.',
  'license-algorithm':
    'The license file is signed in a way that this server does not accept. Ask the vendor for another file.',
  'license-altered': 'The license file was changed after it was signed. Use the file as the vendor sent it.',
  'license-content':
    'The license file is signed, but its content is not in order. The message names the fields; ask the vendor.',
  'license-damaged': 'The license file is incomplete or damaged. Use the file as the vendor sent it.',
  'license-empty': 'The license file is empty.',
  'license-ending': 'The license ends within moments, too early for a lease. Ask for a new license.',
  'license-expired': 'The license has expired. Ask the vendor for a new file.',
  'license-issued-later': 'The license was issued more than a day after the time of the server’s clock. Set the clock.',
  'license-other-server':
    'The license file is for another server: compare the server id in it with the one of this server.',
  'license-too-large': 'This is not a license file: it is larger than 64 KiB.',
  'license-unknown-key': 'The license file is not signed by a vendor that this server trusts.',
  'license-unreadable': 'This is not a license file.',
  'licensed-already': 'The person has a seat of this product from another model. Unassign that one first.',
  'machine-denied': 'The policy of the organization does not give seats to this machine.',
  'machine-id-not-accepted': 'The machine id does not look like one of this client.',
  'machine-quota-reached': 'All node-locked seats are bound to other machines. Remove one, or transfer its seat.',
  'machine-registered': 'The other machine has such a seat already. Remove one of the two instead.',
  'machine-unidentified': 'Node-locked seats need a machine id that is unique. Give the machine or container one.',
  'no-offline-seat': 'The license does not allow offline use, or no seat is free for it. The message says which.',
  'no-seat-assigned': 'The product has per-user seats, and the person has none. Ask an administrator to assign one.',
  'nobody-invited': 'None of the addresses could be invited. `results` gives the reason for each.',
  'not-a-member': 'The account is not a member of the organization. Ask an administrator for an invitation.',
  'not-licensed': 'The organization has no seats of this product.',
  'not-found':
    'There is no such thing, or you may not see it. Check the ids, and that the account is a member of the organization.',
  'other-account':
    'The invitation is for another address than the one that is signed in. Sign out, then open the link again.',
  'others-waiting': 'Others have been waiting longer for the next seat. Wait with `waitSeconds`, or retry later.',
  'owns-organizations': 'The account owns organizations. Transfer their ownership first, or delete them.',
  'plugin-metadata-missing':
    'The package does not say its name or version. Give them in the form fields `name` and `version`.',
  'plugin-package-invalid': 'The file is not a plugin package. The message says what is wrong.',
  'logo-invalid':
    'A logo must be a PNG, JPEG or WebP image of 16 to 1,024 pixels on each side, with nothing attached. `reason` says what is wrong.',
  'policy-beyond-license': 'The license file allows less than this policy. The message names the limit.',
  'provider-answer-invalid': 'The answer of the identity provider cannot be used. Test the provider to see why.',
  'provider-clock': 'The clocks of this server and of the identity provider differ too much. Correct them.',
  'provider-misconfigured': 'The identity provider does not accept the settings of this server. Compare both.',
  'provider-not-asked-again': 'The identity provider did not ask for the password again, as a confirmation needs.',
  'provider-refused': 'The identity provider refused the sign-in. Ask its administrator.',
  'provider-too-many-groups':
    'The identity provider sent a link in place of the groups, because there are too many. Have it send fewer.',
  'provider-unavailable': 'The identity provider does not answer. Retry later.',
  'provider-unsolicited': 'The answer belongs to no sign-in that began here. Begin at the sign-in page.',
  'reserved-for-others': 'The free seats are reserved for other people, teams or machines. Ask an administrator.',
  'scim-invalid-filter': 'SCIM: the filter is malformed, or about an attribute that this server does not search.',
  'scim-invalid-path': 'SCIM: the path of an operation is malformed, or names an attribute that does not exist.',
  'scim-invalid-syntax': 'SCIM: the body is not of the form that RFC 7644 asks for. The message says where.',
  'scim-invalid-value': 'SCIM: a value is missing or not accepted. The message names it.',
  'scim-invalid-vers': 'SCIM: the resource was changed since its version was read. Read it again.',
  'scim-mutability': 'SCIM: the attribute cannot be changed, or not by an identity provider.',
  'scim-no-target': 'SCIM: the path of an operation matches no value.',
  'scim-uniqueness': 'SCIM: another resource has this name or address.',
  'seat-used-elsewhere': "The person's seat is in use on another machine. End that session first.",
  'seats-exhausted': 'All seats are in use; `holders` says by whom. Wait with `waitSeconds`, or retry later.',
  'seats-in-use': 'Seats of the organization are in use. End these sessions first.',
  'session-replaced': 'The session was taken over by a newer one of the same person. End the client.',
  'sign-in-expired': 'The first step of the sign-in was too long ago, or was not made. Begin again with the password.',
  'sign-in-unavailable': 'Too many sign-ins are waiting. Retry after `Retry-After`.',
  'stale-version':
    '`version` is not the newest: another user has changed the settings. Read them, then send your change with the new `version`.',
  'too-many-address-changes': 'Too many requests to change the address. Retry after `Retry-After`.',
  'too-many-attempts': 'Too many failed attempts. Retry after `Retry-After`; more attempts make the wait longer.',
  'too-many-notifications': 'Too many execution notifications in a minute. Retry after `Retry-After`.',
  'too-many-test-mails': 'Too many test mails in a minute. Retry after `Retry-After`.',
  'too-many-waiting': 'The account has as many check-outs waiting as it may. Retry when one of them is done.',
  'too-many-waiting-here': 'The organization has as many check-outs waiting as it may. Retry after `Retry-After`.',
  'too-many-webhook-tests': 'Too many webhook tests in a minute. Retry after `Retry-After`.',
  'user-limit-reached': 'The account holds as many seats as one may on this server. End one of its sessions.',
  'wrong-code': 'The code of the second step is wrong. Enter the code that the app shows now.',
  'code-used': 'The code has been used. Wait until the app shows the next one.',
  'clock-off': 'The code is right, but not at this time. Set the clock of the phone to automatic.',
  'wildcard-machine-id': 'An offline license is for one machine: this machine id stands for many.',
};

const oauth = { invalid: 400, unauthenticated: 401, unavailable: 503 };

/** Where the type of a class allows more statuses than a code has. */
export const statuses: Record<string, number[]> = {
  'disk-full': [503, 507],
  invalid_client: [oauth.unauthenticated],
  invalid_grant: [oauth.invalid, oauth.unauthenticated],
  invalid_request: [oauth.invalid],
  temporarily_unavailable: [oauth.unavailable],
  unsupported_grant_type: [oauth.invalid],
  'license-algorithm': [400],
  'license-altered': [400],
  'license-content': [400],
  'license-damaged': [400],
  'license-empty': [400],
  'license-expired': [400, 403],
  'license-issued-later': [400],
  'license-other-server': [400],
  'license-too-large': [413],
  'license-unknown-key': [400],
  'license-unreadable': [400],
  'scim-invalid-filter': [400],
  'scim-invalid-path': [400],
  'scim-invalid-syntax': [400],
  'scim-invalid-value': [400],
  'scim-invalid-vers': [412],
  'scim-mutability': [400],
  'scim-no-target': [400],
  'scim-uniqueness': [409],
};

/** Codes that are no classes: of the HTTP layer, and of tables that the compiler does not see through. */
export const otherCodes: Record<string, [number, string]> = {
  forbidden: [403, 'The role does not allow this, or only the administrator of the server may do it.'],
  'bad-request': [400, 'The request is not valid HTTP for this route. The message says why.'],
  'internal-error': [
    500,
    'Something went wrong in the server. Its log says what; give the administrator the request id.',
  ],
  'invalid-json': [400, 'The body is not valid JSON.'],
  'invalid-url': [400, 'The address of the request is not valid.'],
  'https-required': [400, 'This server is reached through HTTPS alone. Use the address with `https://`.'],
};

/** Codes of single items in the answers of requests for many. */
export const itemCodes: Record<string, string> = {
  'address-not-for-studio': 'A remark: Katalon Studio cannot sign in with this address.',
  'already-a-member': 'The person is a member already.',
  'already-invited': 'The address is invited already. Send that invitation again instead.',
  'invalid-email': 'This is not an e-mail address.',
  'listed-twice': 'An earlier line of the list has this address.',
  'one-team-invited': 'A remark: an invitation leads into one team. Import the list again when the person has joined.',
  'owner-by-transfer': 'An import cannot change the owner. Transfer the ownership instead.',
  'unknown-team': 'There is no such team. Create it first.',
  'unknown-value': 'A column has a value that it does not know. The message names it.',
};
