// `npm run screenshots [-- NAME …]`: takes the pages of the console, filled with sample data, into docs/screenshots/.
// `npm run screenshots -- mails`: all mails, in every language and look, into docs/screenshots/mails/.
import { ensureBuilt, ensureChromium, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
ensureChromium();
const mails = process.argv[2] === 'mails';
await import(mails ? '../dist/scripts/pictures/mail-screenshots.js' : '../dist/scripts/pictures/screenshots.js');
