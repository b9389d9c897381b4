/** Pixels of an uploaded logo, at most: twice what any page shows. The smaller box is for images that are too many bytes in the other. */
const boxes = [
  { width: 640, height: 192 },
  { width: 320, height: 96 },
] as const;

/** Bytes of a logo, as the server takes it. */
const maxBytes = 128 * 1024;

/**
 * Any image that the browser can read, as a PNG that the server takes. An SVG becomes pixels: what it can hold beside shapes stays
 * here.
 *
 * @returns undefined when the browser cannot read it
 */
export async function fittedPng(file: Blob): Promise<Blob | undefined> {
  const image = new Image();
  // The content security policy allows no other local address.
  image.src = await dataAddressOf(file);
  const readable = await image.decode().then(
    () => true,
    () => false,
  );
  if (!readable) return undefined;
  let fitted: Blob | undefined;
  for (const box of boxes) {
    fitted = await drawn(image, box);
    if (fitted && fitted.size <= maxBytes) break;
  }
  return fitted;
}

function dataAddressOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'));
    reader.readAsDataURL(file);
  });
}

async function drawn(image: HTMLImageElement, box: { width: number; height: number }): Promise<Blob | undefined> {
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth === 0 || naturalHeight === 0) return undefined;
  const scale = Math.min(box.width / naturalWidth, box.height / naturalHeight, 1);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))) ?? undefined;
}
