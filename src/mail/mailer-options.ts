import { type MailerOptions } from '@nestjs-modules/mailer';
import { compile, type FormatCallback } from 'html-to-text';
import path from 'node:path';
import { type TemplateContext } from './mail-composer.js';
import { Templates } from './templates.js';

/** A mail of the mailer, while it is being written. */
interface MailInWork {
  data: { context?: TemplateContext; html?: string; subject?: string; text?: string };
}

/**
 * The mailer with this server's templates. It begins without a way out, for mail servers are in the database, and come and go while
 * the server runs: what is sent without naming one is only written.
 */
export function mailerOptions(): MailerOptions {
  return {
    transport: { jsonTransport: true },
    template: {
      dir: path.join(import.meta.dirname, 'templates'),
      // Rules for dark and narrow screens cannot be written at the elements.
      adapter: new Templates(undefined, { inlineCssOptions: { keepAtRules: true, loadRemoteStylesheets: false } }),
      // A template that asks for words that its language does not have is an error, and no gap.
      options: { strict: true },
    },
    options: { layout: 'layout' },
    plugins: [{ step: 'compile', plugin: addSubjectAndText }],
  };
}

/**
 * The subject and the plain text say what the template says. The mailer itself would replace names in braces in a subject that it is
 * given, which may be part of a person's name.
 */
function addSubjectAndText({ data }: MailInWork, done: (error?: Error) => void): void {
  if (data.context && typeof data.html === 'string') {
    data.subject = data.context.subject;
    data.text = `${textOf(data.html)}\n`;
  }
  done();
}

/** Below the line by which mail programs know that the text proper has ended. */
const signature: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral('-- ');
  builder.addLineBreak();
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const textOf = compile({
  wordwrap: false,
  formatters: { signature },
  selectors: [
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: '.figures', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    // The address of the button is in words below it.
    { selector: '.action', format: 'skip' },
    { selector: '.brand', format: 'skip' },
    { selector: '.reason', format: 'signature' },
  ],
});
