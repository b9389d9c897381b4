import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { parentPort } from 'node:worker_threads';

/** The worker thread that estimates passwords: an estimate takes up to a second, in which the server goes on. */

/** Why a password is too weak; each has words in the console. */
export type Weakness =
  | 'password-repetitive'
  | 'password-sequence'
  | 'password-season'
  | 'password-personal'
  | 'password-common'
  | 'password-weak';

export interface EstimateRequest {
  id: number;
  password: string;
  /** Names of the person, the organizations and the product. */
  words: string[];
}

export interface EstimateAnswer {
  id: number;
  weakness: Weakness | undefined;
}

/** An attacker finds a weaker one within so many guesses. Eight random characters need as many. */
const minGuesses = 1e8;

/** What is mostly a name of the person or the organization, or a season, is tried first by someone who knows them. */
const minPersonalGuesses = 1e10;

/** The cost of an estimate grows faster than the length: longer passwords are looked at in parts. */
const partLength = 24;

/** What people choose in German; the library's own words are English. */
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

/** As strong as its strongest part. */
function weaknessOf(password: string, words: string[]): Weakness | undefined {
  let weakness: Weakness | undefined;
  for (let start = 0; start < password.length; start += partLength) {
    const { guesses, sequence } = estimator.check(password.slice(start, start + partLength), words);
    const reason = reasonOf(sequence);
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

/** By the longest part of it that can be guessed. */
function reasonOf(sequence: readonly object[]): Weakness {
  const matches = (sequence as readonly Match[]).filter(({ pattern }) => pattern !== 'bruteforce');
  const [longest] = matches.toSorted((a, b) => b.token.length - a.token.length);
  if (!longest) return 'password-weak';
  if (longest.pattern === 'repeat') return 'password-repetitive';
  if (longest.pattern === 'sequence' || longest.pattern === 'spatial') return 'password-sequence';
  if (longest.pattern === 'date' || longest.pattern === 'regex') return 'password-season';
  if (longest.pattern !== 'dictionary') return 'password-weak';
  const { dictionaryName = '' } = longest;
  if (dictionaryName === 'userInputs') return 'password-personal';
  if (/^(seasons|months|days)/.test(dictionaryName)) return 'password-season';
  return 'password-common';
}

parentPort?.on('message', ({ id, password, words }: EstimateRequest) => {
  parentPort?.postMessage({ id, weakness: weaknessOf(password, words) } satisfies EstimateAnswer);
});
