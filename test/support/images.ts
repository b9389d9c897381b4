/** Images of 40 × 20 pixels in one color. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAYAAAD/Rn+7AAAANklEQVRIx+3OMREAMAgAMcAABlnwL6JV0fsOHwXJ3jnxsaIDBg3SAYMG6YBBg3TAoEE6YPC1C5D4AfOcailpAAAAAElFTkSuQmCC',
  'base64',
);
export const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAUACgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAMF/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AnQFmQAAAAAAAAAA//9k=',
  'base64',
);
export const webp = Buffer.from(
  'UklGRkQAAABXRUJQVlA4IDgAAAAwAwCdASooABQAPpFGnkslo6KhpWgAsBIJZwDOOA8KmggAAP7vUS7Xhsjf/W345/NePopC/owQAA==',
  'base64',
);

/** The same PNG, as if it were this large. */
export function pngOf(width: number, height: number): Buffer {
  const claimed = Buffer.from(png);
  claimed.writeUInt32BE(width, 16);
  claimed.writeUInt32BE(height, 20);
  return claimed;
}
