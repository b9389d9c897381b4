/** What a mail says, before it is text and HTML. */
export interface Message {
  subject: string;
  /** The first line in bold. */
  title: string;
  /** Plain text, one paragraph each. */
  paragraphs: readonly string[];
  /** The one thing to do, if there is one. */
  action?: { label: string; url: string };
  /** Why the reader got it. */
  reason: string;
}

export function textOf({ title, paragraphs, action, reason }: Message): string {
  const parts = [title, ...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), `-- \n${reason}`];
  return `${parts.join('\n\n')}\n`;
}

/** Tables and styles in place, for that is what mail programs understand. */
export function htmlOf({ subject, title, paragraphs, action, reason }: Message): string {
  const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
  const button =
    action &&
    `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:24px 0"><tr><td style="border-radius:6px;background:#1f5fd1">
<a href="${escapeHtml(action.url)}" style="display:inline-block;padding:12px 22px;${font};font-size:16px;font-weight:600;color:#ffffff;text-decoration:none">${escapeHtml(action.label)}</a>
</td></tr></table>
<p style="margin:0 0 16px;font-size:13px;line-height:1.5;color:#667085">Or open this address:<br><a href="${escapeHtml(action.url)}" style="color:#1f5fd1;word-break:break-all">${escapeHtml(action.url)}</a></p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:10px"><tr><td style="padding:32px;${font};font-size:16px;line-height:1.55;color:#1d2939">
<h1 style="margin:0 0 16px;font-size:21px;line-height:1.3;color:#101828">${escapeHtml(title)}</h1>
${paragraphs.map((each) => `<p style="margin:0 0 16px">${escapeHtml(each)}</p>`).join('\n')}
${button ?? ''}
</td></tr></table>
<p style="max-width:560px;margin:20px auto 0;${font};font-size:12px;line-height:1.5;color:#667085">${escapeHtml(reason)}</p>
</td></tr></table>
</body></html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
