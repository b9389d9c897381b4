import { type LogoView } from '../branding/dto/logo.js';
import { type Logo } from '../branding/logo.entity.js';

/** By which the image in the layout finds the attachment. */
const contentId = 'logo@license-server';

/** Pixels that a logo takes in a mail, at most. */
const box = { width: 200, height: 40 };

/** A logo in a mail. */
export interface ShownLogo {
  source: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** A logo as the layout shows it. Some mail programs know no other way to say how large an image is. */
export function inMail({ width, height }: LogoView): ShownLogo {
  const scale = Math.min(box.width / width, box.height / height, 1);
  const scaled = (side: number): number => Math.max(1, Math.round(side * scale));
  return { source: `cid:${contentId}`, width: scaled(width), height: scaled(height) };
}

/** Whether a mail shows a logo, in words or before it is in words. */
export function showsLogo(mail: { html: string } | { context: { logo: ShownLogo | null } }): boolean {
  return 'html' in mail ? mail.html.includes(`src="cid:${contentId}"`) : mail.context.logo !== null;
}

/** An attachment as the mailer takes it. */
export interface LogoAttachment {
  cid: string;
  filename: string;
  content: Buffer;
  contentType: string;
  contentDisposition: 'inline';
}

export function logoAttachment({ content, mediaType }: Logo): LogoAttachment {
  const filename = `logo.${mediaType.replace('image/', '')}`;
  return { cid: contentId, filename, content, contentType: mediaType, contentDisposition: 'inline' };
}

/** A mail without its logo, which was removed while the mail was waiting. */
export function withoutLogo(html: string): string {
  return html.replace(/<img[^>]*class="logo"[^>]*>/, '');
}
