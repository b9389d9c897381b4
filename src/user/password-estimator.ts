import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { parentPort } from 'node:worker_threads';

/** The worker thread that estimates passwords: one estimate can take half a second, and the server keeps answering. */

/** Why a password is too weak. The console has a text for each. */
export type Weakness =
  | 'password-repetitive'
  | 'password-sequence'
  | 'password-season'
  | 'password-personal'
  | 'password-common'
  | 'password-weak';

export interface EstimateRequest {
  password: string;
  /** Names of the person, the organizations and the product. */
  words: string[];
}

export interface EstimateAnswer {
  weakness: Weakness | undefined;
}

/** Guesses that a password must withstand. Eight random characters withstand as many. */
const minGuesses = 1e8;

/** More, if it is built on a name, season or year: an attacker who knows the person tries these first. */
const minPersonalGuesses = 1e10;

/** The cost of an estimate grows faster than the length: longer passwords are estimated in parts. */
const partLength = 24;

/** Common words in German passwords; the library's word lists are English. */
const german = {
  'seasons-de': ['frühling', 'fruehling', 'frühjahr', 'sommer', 'herbst', 'winter'],
  'months-de': [
    ...['januar', 'jänner', 'februar', 'märz', 'maerz', 'april', 'mai', 'juni', 'juli', 'august'],
    ...['september', 'oktober', 'november', 'dezember'],
  ],
  'days-de': ['montag', 'dienstag', 'mittwoch', 'donnerstag', 'freitag', 'samstag', 'sonntag'],
  'passwords-de': ['passwort', 'kennwort', 'willkommen', 'geheim', 'hallo', 'anmelden', 'lizenz', 'lizenzserver'],
};

const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english, ...german },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: 8,
  maxLength: partLength,
});

/** A password is as strong as its strongest part. */
function weaknessOf(password: string, words: string[]): Weakness | undefined {
  let weakness: Weakness | undefined;
  for (let start = 0; start < password.length; start += partLength) {
    const { guesses, sequence } = estimator.check(password.slice(start, start + partLength), words);
    const reason = reasonOf(sequence, words);
    const isPersonal = reason === 'password-personal' || reason === 'password-season';
    if (guesses >= (isPersonal ? minPersonalGuesses : minGuesses)) return undefined;
    weakness ??= reason;
  }
  return weakness ?? 'password-weak';
}

interface Match {
  pattern: string;
  token: string;
  dictionaryName?: string;
}

/** Shorter names also occur in random passwords. */
const minNameLength = 4;

/** The name that is in it, or else the longest part that an attacker can guess. */
function reasonOf(sequence: readonly object[], words: readonly string[]): Weakness {
  const matches = sequence as readonly Match[];
  // A name may be in another dictionary, too.
  const isName = ({ pattern, dictionaryName, token }: Match): boolean =>
    token.length >= minNameLength &&
    (dictionaryName === 'userInputs' || (pattern === 'dictionary' && words.includes(token.toLowerCase())));
  if (matches.some(isName)) return 'password-personal';
  const [longest] = matches
    .filter(({ pattern }) => pattern !== 'bruteforce')
    .toSorted((a, b) => b.token.length - a.token.length);
  switch (longest?.pattern) {
    case 'repeat':
      return 'password-repetitive';
    case 'sequence':
    case 'spatial':
      return 'password-sequence';
    case 'date':
    case 'regex':
      return 'password-season';
    case 'dictionary':
      return /^(seasons|months|days)/.test(longest.dictionaryName ?? '') ? 'password-season' : 'password-common';
    default:
      return 'password-weak';
  }
}

parentPort?.on('message', ({ password, words }: EstimateRequest) => {
  parentPort?.postMessage({ weakness: weaknessOf(password, words) } satisfies EstimateAnswer);
});
