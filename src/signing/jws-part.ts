/** A header or claims as they stand in a compact JWS (RFC 7515): JSON in base64url. */
export function jwsPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
