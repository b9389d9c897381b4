import { type Element } from '@xmldom/xmldom';
import { SingleSignOnError, type SingleSignOnProblem } from '../single-sign-on/single-sign-on.errors.js';
import { isUsableName } from '../single-sign-on/usable-name.js';
import { leewayMillis } from './saml-settings.js';
import { elementAttribute, childrenOf, descendantsOf, isNamed, onlyChildOf, elementText } from './xml.js';

/** Milliseconds between the moment in which a provider says something and the one in which a browser has brought it here. */
const maxAgeMillis = 60_000;

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** What the answer of a provider must be made for. */
export interface Expectation {
  /** The provider. */
  issuer: string;
  /** This server, as the provider knows it. */
  audience: string;
  /** Where answers come in. */
  recipient: string;
  now: Date;
}

/** What a provider calls a person, as it wants to hear it again at sign-out. */
export interface NameId {
  value: string;
  format?: string;
  nameQualifier?: string;
  spNameQualifier?: string;
}

/** What a provider has said and signed about a person. */
export interface Assertion {
  id: string;
  /** The ID of the request that it answers; undefined: it was not asked for. */
  requestId: string | undefined;
  nameId: NameId;
  sessionIndex: string | undefined;
  /** When the person has signed in at the provider: milliseconds since 1970. */
  authenticatedAt: number | undefined;
  /** By their names. */
  attributes: ReadonlyMap<string, readonly string[]>;
}

/**
 * Checks the response around an assertion. It need not be signed, so it can be a reason to refuse, and never one to accept.
 *
 * @throws SingleSignOnError
 */
export function checkResponse(response: Element, { issuer, recipient }: Expectation): void {
  if (!isNamed(response, 'protocol', 'Response')) throw invalid('This is not a SAML 2.0 response.');
  const assertions = (['Assertion', 'EncryptedAssertion'] as const).flatMap((name) =>
    descendantsOf(response, 'assertion', name),
  );
  if (assertions.length > 1) throw invalid('The response has several assertions.');
  const status = onlyChildOf(response, 'protocol', 'Status');
  const code = onlyChildOf(status, 'protocol', 'StatusCode');
  if (elementAttribute(code, 'Value') !== success) throw refused(status, code);
  const from = childrenOf(response, 'assertion', 'Issuer');
  if (from.some((each) => elementText(each) !== issuer))
    throw invalid(`The response is of another issuer: ${quoted(from[0])}.`);
  const destination = elementAttribute(response, 'Destination');
  if (destination !== undefined && destination !== recipient) {
    throw invalid(`The response is for another address: ${JSON.stringify(destination.slice(0, 200))}.`);
  }
}

/**
 * Checks an assertion whose signature is valid (SAML 2.0 Profiles, section 4.1.4.3).
 *
 * @throws SingleSignOnError
 */
export function checkedAssertion(assertion: Element, expected: Expectation): Assertion {
  if (!isNamed(assertion, 'assertion', 'Assertion')) throw invalid('The signature is not that of an assertion.');
  const id = elementAttribute(assertion, 'ID');
  if (id === undefined) throw invalid('The assertion has no ID.');
  const issuer = onlyChildOf(assertion, 'assertion', 'Issuer');
  if (elementText(issuer) !== expected.issuer) throw invalid(`The assertion is of another issuer: ${quoted(issuer)}.`);
  checkAge(timeIn(assertion, 'IssueInstant'), expected.now);
  checkConditions(onlyChildOf(assertion, 'assertion', 'Conditions'), expected);
  const subject = onlyChildOf(assertion, 'assertion', 'Subject');
  const [statement] = childrenOf(assertion, 'assertion', 'AuthnStatement');
  if (!statement) throw invalid('The assertion does not say that the person has signed in.');
  const sessionEnd = timeIn(statement, 'SessionNotOnOrAfter');
  if (sessionEnd) checkPeriod(undefined, sessionEnd, expected.now);
  return {
    id,
    requestId: confirmedRequest(subject, expected),
    nameId: nameIdIn(subject),
    sessionIndex: elementAttribute(statement, 'SessionIndex'),
    authenticatedAt: timeIn(statement, 'AuthnInstant')?.getTime(),
    attributes: attributesIn(assertion),
  };
}

/** @throws SingleSignOnError unless it is of this very moment, as far as the clocks agree */
export function checkAge(issued: Date | undefined, now: Date): Date {
  if (!issued) throw invalid('It does not say when it was made.');
  const age = now.getTime() - issued.getTime();
  if (age < -leewayMillis || age > maxAgeMillis + leewayMillis) {
    throw clock(`It was made at ${issued.toISOString()}, and here it is ${now.toISOString()}.`);
  }
  return issued;
}

function checkConditions(conditions: Element | undefined, { audience, now }: Expectation): void {
  if (!conditions) throw invalid('The assertion has no conditions.');
  checkPeriod(timeIn(conditions, 'NotBefore'), timeIn(conditions, 'NotOnOrAfter'), now);
  const restrictions = childrenOf(conditions, 'assertion', 'AudienceRestriction');
  if (restrictions.length === 0) throw invalid('The assertion does not say for whom it is.');
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, 'assertion', 'Audience');
    if (audiences.some((each) => elementText(each) === audience)) continue;
    throw invalid(`The assertion is for another service: ${quoted(audiences[0])}.`);
  }
}

/** The request that a person came with; several ways to confirm a person are allowed, and one that is for here is enough. */
function confirmedRequest(subject: Element | undefined, { recipient, now }: Expectation): string | undefined {
  const confirmations = (subject ? childrenOf(subject, 'assertion', 'SubjectConfirmation') : [])
    .filter((each) => elementAttribute(each, 'Method') === bearer)
    .map((each) => onlyChildOf(each, 'assertion', 'SubjectConfirmationData'));
  const own = confirmations.find((each) => elementAttribute(each, 'Recipient') === recipient);
  if (!own) {
    const other = elementAttribute(confirmations[0], 'Recipient')?.slice(0, 200);
    throw invalid(`The assertion is for another address: ${JSON.stringify(other ?? '')}.`);
  }
  const end = timeIn(own, 'NotOnOrAfter');
  if (!end) throw invalid('The assertion does not say until when a browser can bring it.');
  checkPeriod(timeIn(own, 'NotBefore'), end, now);
  return elementAttribute(own, 'InResponseTo');
}

function checkPeriod(begin: Date | undefined, end: Date | undefined, now: Date): void {
  if (begin && now.getTime() < begin.getTime() - leewayMillis) {
    throw clock(`The assertion is valid from ${begin.toISOString()}, and here it is ${now.toISOString()}.`);
  }
  if (end && now.getTime() >= end.getTime() + leewayMillis) {
    throw clock(`The assertion was valid until ${end.toISOString()}, and here it is ${now.toISOString()}.`);
  }
}

function nameIdIn(subject: Element | undefined): NameId {
  const nameId = onlyChildOf(subject, 'assertion', 'NameID');
  const value = elementText(nameId);
  if (!isUsableName(value)) throw misconfigured('The assertion has no NameID that can be used.');
  const format = elementAttribute(nameId, 'Format');
  if (format === transient) {
    throw misconfigured(
      'The provider calls the person by another NameID each time (transient): have it send a persistent one.',
    );
  }
  return {
    value,
    ...(format !== undefined && { format }),
    ...optional('nameQualifier', elementAttribute(nameId, 'NameQualifier')),
    ...optional('spNameQualifier', elementAttribute(nameId, 'SPNameQualifier')),
  };
}

function optional<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function attributesIn(assertion: Element): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, 'assertion', 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'assertion', 'Attribute')) {
      const name = elementAttribute(attribute, 'Name') ?? '';
      const values = childrenOf(attribute, 'assertion', 'AttributeValue').map(elementText).filter(Boolean);
      found.set(name, [...(found.get(name) ?? []), ...values]);
    }
  }
  return found;
}

/** @throws SingleSignOnError when there is something else than a time */
export function timeIn(element: Element, name: string): Date | undefined {
  const text = elementAttribute(element, name);
  if (text === undefined) return undefined;
  // SAML's times are in UTC (SAML 2.0 Core, section 1.3.3).
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? new Date(text) : new Date(NaN);
  if (Number.isNaN(time.getTime())) throw invalid(`${name} is not a time in UTC.`);
  return time;
}

/** The provider says that it does not sign the person in. */
function refused(status: Element | undefined, code: Element | undefined): SingleSignOnError {
  const codes = [code, onlyChildOf(code, 'protocol', 'StatusCode')].map((each) => elementAttribute(each, 'Value'));
  const names = codes.map((each) => each?.split(':').at(-1)).filter(Boolean);
  const message = elementText(onlyChildOf(status, 'protocol', 'StatusMessage'));
  const reason = [...names, message].join(' ').trim().slice(0, 300);
  return reason ? error('provider-refused', reason) : invalid('The response has no status.');
}

function quoted(element: Element | undefined): string {
  return JSON.stringify(elementText(element).slice(0, 200));
}

const error = (code: SingleSignOnProblem, reason: string): SingleSignOnError => new SingleSignOnError(code, reason);
const invalid = (reason: string): SingleSignOnError => error('provider-answer-invalid', reason);
const clock = (reason: string): SingleSignOnError => error('provider-clock', reason);
const misconfigured = (reason: string): SingleSignOnError => error('provider-misconfigured', reason);
