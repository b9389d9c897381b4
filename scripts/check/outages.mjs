// `npm run check:outages`: the client library's keepers hold seats of a real server through 1,000 random outages, in less than ten
// minutes. OUTAGES is how many to play, SEED the one that a former run has named.
import { checkWithPackages } from './check-with-packages.mjs';

checkWithPackages('outages', {});
