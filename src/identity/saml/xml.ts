import { DOMParser, type Element, type Node, XMLSerializer } from '@xmldom/xmldom';

/** The names that the elements of SAML come from. */
export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
} as const;

export type Namespace = keyof typeof namespaces;

/** Tags of a document, opening and closing ones. Reading more would keep other requests waiting. */
const maxTags = 10_000;
/** Elements inside of each other. */
const maxDepth = 50;
/** Attributes and declarations of one element. */
const maxAttributes = 50;

/** A text is not XML, or not as plain as SAML is. The message is for administrators. */
export class XmlError extends Error {}

/**
 * Reads a document. What SAML does not need and attacks are made of is refused before anything looks at it: document types with
 * their entities, and processing instructions.
 *
 * @param tags opening and closing ones, of which it may have this many
 * @throws XmlError
 */
export function parseXml(text: string, tags = maxTags): Element {
  if (/<!(?!\[CDATA\[|--)/.test(text)) throw new XmlError('A document type is not accepted.');
  if (/<\?(?!xml\s)/i.test(text)) throw new XmlError('Processing instructions are not accepted.');
  if (text.split('<').length > tags) throw new XmlError('It has too many elements.');
  const root = rootOf(text);
  checkShape(root);
  return root;
}

function rootOf(text: string): Element {
  const onError = (_level: string, message: string): never => {
    throw new XmlError(`This is not XML: ${message.split('\n')[0]?.slice(0, 200)}`);
  };
  try {
    const { documentElement } = new DOMParser({ onError }).parseFromString(text, 'text/xml');
    if (documentElement) return documentElement;
  } catch (error) {
    throw new XmlError((error as Error).message.slice(0, 300));
  }
  throw new XmlError('This is not XML: it has no element.');
}

/** What looks at documents later calls itself for each level, and compares the attributes of an element with each other. */
function checkShape(root: Element): void {
  let level: Element[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new XmlError('Its elements are nested too deeply.');
    if (level.some(({ attributes }) => attributes.length > maxAttributes)) {
      throw new XmlError('An element has too many attributes.');
    }
    level = level.flatMap((each) => Array.from(each.childNodes).filter(isElement));
  }
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

/** Whether an element has this name. */
export function isNamed(element: Element, space: Namespace, name: string): boolean {
  return element.namespaceURI === namespaces[space] && element.localName === name;
}

/** The elements of one name directly in another one. */
export function childrenOf(parent: Element, space: Namespace, name: string): Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => isElement(node) && isNamed(node, space, name));
}

/** The child element with this name; undefined if there are none or several. */
export function onlyChildOf(parent: Element | undefined, space: Namespace, name: string): Element | undefined {
  const found = parent ? childrenOf(parent, space, name) : [];
  return found.length === 1 ? found[0] : undefined;
}

/** The elements of one name, at any depth. */
export function descendantsOf(root: Element, space: Namespace, name: string): Element[] {
  return Array.from(root.getElementsByTagNameNS(namespaces[space], name));
}

/** The text in an element, without blanks around it; empty when there is no element. */
export function elementText(element: Element | undefined): string {
  return element?.textContent?.trim() ?? '';
}

/** An attribute; undefined when it is absent or empty. */
export function elementAttribute(element: Element | undefined, name: string): string | undefined {
  return element?.getAttribute(name) || undefined;
}

/** An element as XML. */
export function xmlOf(element: Element): string {
  return new XMLSerializer().serializeToString(element);
}
