import { imageSize } from 'image-size';
import { InvalidLogoError, logoSides } from './logo.errors.js';

/** An image that browsers and mail programs may be given. */
export interface LogoImage {
  mediaType: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** An image format: none of these can hold a script. SVG can. */
interface Format {
  mediaType: string;
  begins: (bytes: Buffer) => boolean;
  /** Whether the file is over where the image is. An archive or a page hidden in a file usually comes after that. */
  ends: (bytes: Buffer) => boolean;
}

const formats: readonly Format[] = [
  {
    mediaType: 'image/png',
    begins: (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n',
    ends: (bytes) => bytes.subarray(-12).toString('latin1') === '\0\0\0\0IEND\xaeB`\x82',
  },
  {
    mediaType: 'image/jpeg',
    begins: (bytes) => bytes.subarray(0, 3).toString('latin1') === '\xff\xd8\xff',
    ends: (bytes) => bytes.subarray(-2).toString('latin1') === '\xff\xd9',
  },
  {
    mediaType: 'image/webp',
    begins: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
    ends: (bytes) => bytes.length >= 12 && bytes.readUInt32LE(4) + 8 === bytes.length,
  },
];

/**
 * What an uploaded image is, by its content alone.
 *
 * @throws InvalidLogoError
 */
export function logoImageIn(bytes: Buffer): LogoImage {
  const format = formats.find(({ begins }) => begins(bytes));
  if (!format) throw new InvalidLogoError('type');
  if (!format.ends(bytes)) throw new InvalidLogoError('damaged');
  const { width, height } = sizeIn(bytes);
  const fits = [width, height].every((side) => side >= logoSides.min && side <= logoSides.max);
  if (!fits) throw new InvalidLogoError('dimensions');
  return { mediaType: format.mediaType, width, height };
}

function sizeIn(bytes: Buffer): { width: number; height: number } {
  try {
    return imageSize(bytes);
  } catch {
    throw new InvalidLogoError('damaged');
  }
}
